package launch

import (
	"fmt"
	"slices"
	"time"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// The kinds of pages.
const (
	KindPageSent         = "page.sent"
	KindPageAcknowledged = "page.acknowledged"
)

// The places of a line of escalation, in the order in which they are called.
const (
	LevelPrimary    = "primary"
	LevelBackup     = "backup"
	LevelEscalation = "escalation"
)

// PageWithin is how soon a page should be answered where nobody says otherwise.
const PageWithin = 5 * time.Minute

// PageSent is the data of page.sent: whom it calls, how, and with what text.
type PageSent struct {
	ID      string           `json:"id"`
	Group   string           `json:"group"`
	Level   string           `json:"level"`
	Person  string           `json:"person,omitempty"` // user; absent: the place is bound to nobody of this launch
	To      string           `json:"to"`               // as people read it: name, handle, number
	Subject string           `json:"subject"`
	Text    string           `json:"text"`
	Channel string           `json:"channel"`         // pagerduty; hand: the sender calls them
	Within  runbook.Duration `json:"within"`          // how soon it should be answered
	After   string           `json:"after,omitempty"` // id of the page that nobody answered
	By
}

// PageAcknowledged is the data of page.acknowledged: somebody has answered.
type PageAcknowledged struct {
	ID     string `json:"id"`
	Answer string `json:"answer,omitempty"` // what they said
	Tell   string `json:"tell,omitempty"`   // the channel that is told, so that it calls nobody else; absent: none
	By
}

// ByHandChannel is the channel of a page that its sender makes themselves, by phone or chat.
const ByHandChannel = "hand"

func pageTable() ([]ActionSpec, []KindSpec) {
	return []ActionSpec{
			{Name: "page.send", Title: "Page somebody", Kind: KindPageSent, Scrubbed: true,
				Args: []ArgInfo{
					{Name: "group", Help: "the line of contacts", Required: true},
					{Name: "level", Help: "who of it: primary (where it is left out), backup or escalation", Choices: []string{LevelPrimary, LevelBackup, LevelEscalation}},
					{Name: "text", Help: "what has happened and what they should do", Required: true},
					{Name: "channel", Help: "pagerduty, or hand: you call them yourself; PagerDuty where it is bound", Choices: []string{Pager, ByHandChannel}},
					{Name: "subject", Help: "one line"},
					{Name: "within", Help: "how soon they should answer; 5m where it is left out"},
					{Name: "after", Help: "the page that nobody answered, where this one goes on from it"}},
				choices: map[string]func(*request) []string{"group": func(r *request) []string { return r.s.groups() }},
				none:    "the runbook names no contacts", open: holdsSome, decide: decidePage},
			{Name: "page.acknowledge", Title: "Acknowledge a page", Kind: KindPageAcknowledged, Attest: "roll-call", Scrubbed: true,
				Args:    []ArgInfo{{Name: "id", Help: "the page", Required: true}, {Name: "answer", Help: "what you say to it; who answered, where they are none of this launch's people"}},
				choices: map[string]func(*request) []string{"id": openPages},
				none:    "no page waits for an answer", decide: decideAcknowledgedPage},
		}, []KindSpec{
			kindOf(KindPageSent, "Somebody was paged", applyPage, func(_ *State, d PageSent) string {
				how := "through PagerDuty"
				if d.Channel != Pager {
					how = "by hand"
				}
				return withReason(fmt.Sprintf("paged %s %s", d.To, how), d.Subject)
			}),
			kindOf(KindPageAcknowledged, "A page was answered", applyPageAcknowledged, func(s *State, d PageAcknowledged) string {
				text := "answered page " + d.ID
				if m := s.Message(d.ID); m != nil && m.Page != nil && m.Page.Person == "" {
					text = "records that page " + d.ID + " to " + m.Page.To + " was answered"
				}
				return withReason(text, d.Answer)
			}),
		}
}

func (s *State) groups() []string {
	var ids []string
	for _, g := range s.Runbook.Contacts {
		ids = append(ids, g.ID)
	}
	return ids
}

// Unanswered are the pages that nobody has answered, newest last.
func (s *State) Unanswered() []*Message {
	var all []*Message
	for _, m := range s.Messages {
		if m.Page != nil && m.Page.Acknowledged == nil {
			all = append(all, m)
		}
	}
	return all
}

func openPages(r *request) []string {
	var ids []string
	for _, m := range slices.Backward(r.s.Unanswered()) {
		if r.answers(m.Page) || r.listing && len(r.roles) > 0 {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// answers reports whether the request's person may say that a page was answered: who was paged; anybody with a role where
// that is none of the launch's people.
func (r *request) answers(p *Page) bool {
	if p.Person == "" {
		return len(r.roles) > 0
	}
	return r.subject() == p.Person || r.s.Mode == Rehearsal && r.plays(p.Person)
}

// plays reports whether the caller acts in a rehearsal as a role of this person.
func (r *request) plays(user string) bool {
	return r.who.As != "" && slices.Contains(r.s.Roles(user), r.who.As)
}

func decidePage(r *request) ([]Event, *Refusal) {
	group, level := r.args["group"], orName(r.args["level"], LevelPrimary)
	if r.s.Runbook.ContactGroup(group) == nil {
		return nil, r.unknown("group", "line of contacts", r.s.groups())
	}
	c, ok := r.s.Contact(group, level)
	if !ok {
		return nil, no("nobody stands at "+group+" "+level, "page "+orName(join(r.s.Levels(group), "or"), "another line"))
	}
	d := PageSent{Group: group, Level: level, Person: c.Person, To: cut(c.To(), 400), Text: lines(r.args["text"]), Channel: r.args["channel"],
		Subject: orName(r.args["subject"], r.s.Name+": you are needed"), Within: runbook.Duration(PageWithin), After: r.args["after"], By: r.by}
	if refusal := oneLine("subject", d.Subject); refusal != nil {
		return nil, refusal
	}
	switch bound := r.s.Bound(Pager); {
	case d.Channel == Pager && !bound:
		return nil, no("PagerDuty is not bound", "call them yourself: "+d.To+"; then page.send with channel=hand records it")
	case d.Channel == "" && bound:
		d.Channel = Pager
	case d.Channel == "":
		d.Channel = ByHandChannel
	}
	if v := r.args["within"]; v != "" {
		within, err := runbook.ParseDuration(v)
		if err != nil || time.Duration(within) < time.Minute || time.Duration(within) > 24*time.Hour {
			return nil, usage("within=%s; expected 1m to 24h, such as 5m", short(v))
		}
		d.Within = within
	}
	if d.After != "" {
		if m := r.s.Message(d.After); m == nil || m.Page == nil {
			return nil, usage("after=%s is no page", short(d.After))
		}
	}
	d.ID = r.s.messageID("p", d.Text)
	return []Event{{Kind: KindPageSent, Data: d}}, nil
}

func applyPage(s *State, e journal.Entry, d PageSent) string {
	m := &Message{Mark: marked(e, d.By, ""), ID: d.ID, Purpose: PurposePage, Subject: d.Subject, Text: d.Text, Channels: []string{d.Channel},
		Status: statusOf(e), Head: e.Head().Long(),
		Page: &Page{Group: d.Group, Level: d.Level, Person: d.Person, To: d.To, Within: time.Duration(d.Within), After: d.After}}
	if !s.spokenBy(e, runbook.AllTeams) {
		return "it is not the word of somebody who holds a role"
	}
	var byHand []string
	switch d.Channel {
	case Pager:
	case ByHandChannel:
		byHand = m.Channels
	default:
		return "it goes through no channel that there is"
	}
	return s.keep(m, byHand)
}

func decideAcknowledgedPage(r *request) ([]Event, *Refusal) {
	m := r.s.Message(r.args["id"])
	switch {
	case m == nil || m.Page == nil:
		return nil, r.unknown("id", "page", openPages(r))
	case m.Page.Acknowledged != nil:
		return nil, no("page "+m.ID+" was answered by "+m.Page.AnsweredBy+" at "+m.Page.Acknowledged.At.UTC().Format("15:04:05"), "")
	case !r.answers(m.Page) && m.Page.Person == "":
		return nil, holdsSome(r)
	case !r.answers(m.Page):
		return nil, no("page "+m.ID+" is to "+m.Page.Person+", and this is the word of "+r.subject(), "they acknowledge it themselves, or record what they said with for="+m.Page.Person+" via=voice")
	}
	d := PageAcknowledged{ID: m.ID, Answer: r.args["answer"], By: r.by}
	if through := m.Deliveries[Pager]; through != nil && (through.State == Delivered || through.State == DeliveryUnknown || through.State == DeliverySending) {
		d.Tell = Pager
	}
	return []Event{{Kind: KindPageAcknowledged, Data: d}}, nil
}

func applyPageAcknowledged(s *State, e journal.Entry, d PageAcknowledged) string {
	m := s.Message(d.ID)
	if m == nil || m.Page == nil || m.Page.Acknowledged != nil {
		return "there is no such page to answer"
	}
	switch by := orName(d.For, e.Actor.User); {
	case e.Actor.Auth != journal.AuthAttested && !s.inPerson(e) || m.Page.Person == "" && len(e.Actor.Roles) == 0:
		return "it is nobody's word who holds a role"
	case m.Page.Person != "" && by != m.Page.Person && s.Mode != Rehearsal:
		return "it is not the word of who was paged"
	case d.Tell != "" && (m.Deliveries[d.Tell] == nil || s.Message(m.ID+"-ack") != nil || len(m.ID) > 60):
		return "the page did not go through the channel that is told"
	}
	mark := marked(e, d.By, d.Answer)
	m.Page.Acknowledged, m.Page.AnsweredBy = &mark, orName(d.For, e.Actor.User)
	if m.Page.Person == "" {
		m.Page.AnsweredBy = m.Page.To
	}
	if hand := m.Deliveries[ByHandChannel]; hand != nil && hand.State == DeliveryByHand {
		hand.State, hand.At, hand.Seq, hand.Detail = Delivered, e.At, e.Seq, "they have answered"
	}
	if d.Tell == "" {
		return ""
	}
	return s.keep(&Message{Mark: mark, ID: m.ID + "-ack", Purpose: PurposeAcknowledge, Subject: m.Subject, Text: d.Answer,
		Channels: []string{d.Tell}, Status: m.Status, Head: e.Head().Long()}, nil)
}
