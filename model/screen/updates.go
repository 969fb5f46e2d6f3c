package screen

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
)

// maxMessages bounds what a screen carries of updates, and of pages.
const maxMessages = 12

// Updates is how the launch talks to the world: what is due, what was sent, and what became of it.
type Updates struct {
	Due        *time.Time    `json:"due,omitempty"`      // the next update; absent: none is due
	Promised   *time.Time    `json:"promised,omitempty"` // what the last one promised
	Next       *time.Time    `json:"next,omitempty"`     // what a draft made now promises
	Every      time.Duration `json:"every,omitempty"`    // 0: only when somebody sends one
	Why        string        `json:"why"`                // why so often
	Since      int64         `json:"since,omitempty"`    // seq that the last update tells up to
	SinceAt    time.Time     `json:"since_at,omitzero"`  //
	Channels   []Channel     `json:"channels"`           // the runbook's, then the pager
	Sent       []Message     `json:"sent,omitempty"`     // newest last
	Pages      []Message     `json:"pages,omitempty"`    // newest last
	Contacts   []Contact     `json:"contacts,omitempty"` // whom one may page, in the runbook's order
	Milestones []Achieved    `json:"milestones,omitempty"`
	Owner      string        `json:"owner"` // short role that answers for the updates

	overdue bool
}

// Channel is where messages go.
type Channel struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Audience string `json:"audience"`
	Bound    bool   `json:"bound"` // else a person posts there by hand
}

// Message is an update or a page that was sent.
type Message struct {
	ID         string     `json:"id"`
	By         By         `json:"by"`
	Subject    string     `json:"subject"`
	Text       string     `json:"text"`
	Status     string     `json:"status"`
	Milestone  string     `json:"milestone,omitempty"`
	Next       *time.Time `json:"next,omitempty"` // promised
	Deliveries []Delivery `json:"deliveries"`
	Page       *PageView  `json:"page,omitempty"`
}

// Delivery is what became of a message with one channel. State is one of launch's, "waiting" for its zero value.
type Delivery struct {
	Channel string    `json:"channel"`
	Title   string    `json:"title"`
	State   string    `json:"state"`
	Attempt int       `json:"attempt,omitempty"`
	At      time.Time `json:"at,omitzero"`
	Next    time.Time `json:"next,omitzero"`    // of a retry
	Detail  string    `json:"detail,omitempty"` // the channel's receipt or reason
	Looking string    `json:"looking,omitempty"`
	Remote  string    `json:"remote,omitempty"`
}

// PageView is whom a page calls, and whether they have answered.
type PageView struct {
	Group      string    `json:"group"`
	Level      string    `json:"level"`
	Person     string    `json:"person,omitempty"`
	To         string    `json:"to"`
	AnswerBy   time.Time `json:"answer_by"`
	Answered   *By       `json:"answered,omitempty"`
	AnsweredBy string    `json:"answered_by,omitempty"`
	Then       string    `json:"then,omitempty"`    // the level that it goes on to when nobody answers
	ThenTo     string    `json:"then_to,omitempty"` // who stands there
	Escalated  string    `json:"escalated,omitempty"`
}

// Contact is a place of a line of escalation.
type Contact struct {
	Group      string `json:"group"`
	GroupTitle string `json:"group_title"`
	Level      string `json:"level"`
	Person     string `json:"person,omitempty"`
	To         string `json:"to"` // title, name and how to reach them
}

func (p *PageView) answered() bool { return p.Answered != nil }

// Late reports whether nobody has answered in time.
func (p *PageView) Late(now time.Time) bool { return p.Answered == nil && now.After(p.AnswerBy) }

// Open reports whether something is still to come of a delivery.
func (d *Delivery) Open() bool {
	switch d.State {
	case string(launch.Delivered), string(launch.DeliveryNotSent):
		return false
	}
	return true
}

// Asks reports whether a delivery waits for a person.
func (d *Delivery) Asks() bool {
	switch launch.DeliveryState(d.State) {
	case launch.DeliveryUnknown, launch.DeliveryByHand, launch.DeliveryFailed:
		return true
	}
	return false
}

// updates tells the messages, and everything about them but what is due: that depends on the status.
func (p *presenter) updates() {
	u := &p.out.Updates
	if roles := p.s.Communicators(); len(roles) > 0 {
		u.Owner = p.rb.RoleShort(roles[0])
	}
	for _, c := range p.rb.Communication.Channels {
		u.Channels = append(u.Channels, Channel{c.ID, c.Title, c.Audience, p.s.File != nil && p.s.Bound(c.ID)})
	}
	if p.s.File != nil && p.s.Bound(launch.Pager) {
		u.Channels = append(u.Channels, Channel{launch.Pager, "PagerDuty", "whoever is on call for the service", true})
	}
	for _, m := range p.s.Messages {
		switch {
		case m.Update():
			u.Sent = append(u.Sent, p.message(m))
			u.Since, u.SinceAt = cmp.Or(m.From, m.Seq), m.At
		case m.Page != nil:
			u.Pages = append(u.Pages, p.message(m))
		}
	}
	u.Sent = u.Sent[max(0, len(u.Sent)-maxMessages):]
	u.Pages = u.Pages[max(0, len(u.Pages)-maxMessages):]
	if p.s.File != nil {
		for _, g := range p.rb.Contacts {
			for _, l := range p.s.Levels(g.ID) {
				c, _ := p.s.Contact(g.ID, l)
				u.Contacts = append(u.Contacts, Contact{c.Group, c.GroupTitle, c.Level, c.Person, c.To()})
			}
		}
	}
	u.Milestones = p.milestones()
}

func (p *presenter) message(m *launch.Message) Message {
	out := Message{ID: m.ID, By: *by(m.Mark), Subject: m.Subject, Text: m.Text, Status: m.Status, Milestone: m.Milestone}
	if !m.Next.IsZero() {
		next := m.Next
		out.Next = &next
	}
	for _, c := range m.Channels {
		d := m.Deliveries[c]
		v := Delivery{Channel: c, Title: p.channelTitle(c), State: cmp.Or(string(d.State), "waiting"), Attempt: d.Attempt, At: d.At, Next: d.Next,
			Detail: d.Detail, Remote: d.Remote}
		if d.State == launch.DeliveryUnknown {
			v.Looking = p.f.LookedFor[m.ID+" "+c]
		}
		out.Deliveries = append(out.Deliveries, v)
	}
	if m.Page == nil {
		return out
	}
	v := &PageView{Group: m.Page.Group, Level: m.Page.Level, Person: m.Page.Person, To: m.Page.To, AnswerBy: m.At.Add(m.Page.Within),
		Answered: byOf(m.Page.Acknowledged), AnsweredBy: m.Page.AnsweredBy}
	if v.Then = p.s.NextLevel(m.Page); v.Then != "" {
		c, _ := p.s.Contact(m.Page.Group, v.Then)
		v.ThenTo = c.To()
	}
	for _, other := range p.s.Messages {
		if other.Page != nil && other.Page.After == m.ID {
			v.Escalated = other.ID
		}
	}
	out.Page = v
	return out
}

func (p *presenter) channelTitle(id string) string {
	for _, c := range p.rb.Communication.Channels {
		if c.ID == id {
			return cmp.Or(c.Title, id)
		}
	}
	switch id {
	case launch.Pager:
		return "PagerDuty"
	case launch.ByHandChannel:
		return "by phone or chat"
	}
	return id
}

// promise tells what is due, by what the status is without it, and is the reason of a promise that was not kept.
func (p *presenter) promise(green bool) []reason {
	u := &p.out.Updates
	at := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		t = t.UTC()
		return &t
	}
	u.Every = p.s.UpdateEvery(p.now, green)
	u.Due, u.Promised, u.Next = at(p.s.UpdateDue(p.now, green)), at(p.s.Promised()), at(p.s.NextUpdate(p.now, green))
	u.Why = p.cadenceWhy(green)
	if u.Promised == nil || !p.now.After(*u.Promised) {
		return nil
	}
	return []reason{{rankOther, "a promise overdue: the update promised for " + u.Promised.Format("15:04") + " UTC"}}
}

func (p *presenter) cadenceWhy(green bool) string {
	u := &p.out.Updates
	switch {
	case p.s.Cadence != nil:
		return fmt.Sprintf("every %s, as %s has set", runbook.Duration(u.Every), p.s.Cadence.User)
	case u.Every == 0 && len(p.rb.Communication.Cadence) > 0 && p.s.Countdown(p.now) < time.Duration(p.rb.Communication.Cadence[0].From):
		return "when somebody sends one, until " + p.rb.Communication.Cadence[0].From.String()
	case u.Every == 0:
		return "when somebody sends one"
	case !green:
		return fmt.Sprintf("every %s while the status is not GREEN", runbook.Duration(u.Every))
	}
	return fmt.Sprintf("every %s, as the runbook has it", runbook.Duration(u.Every))
}

// notices tells what somebody should see to, most urgent first: a page that nobody answers, a message that asks for a
// person, then the update that is due.
func (p *presenter) notices() {
	var list []Notice
	u := &p.out.Updates
	for i := range u.Pages {
		v := u.Pages[i].Page
		if v.answered() || v.Escalated != "" {
			continue
		}
		n := Notice{Key: "page/" + u.Pages[i].ID, Word: "PAGE", Text: "no answer yet from " + v.To, Press: "g u", At: v.AnswerBy, Loud: true}
		if v.ThenTo != "" {
			n.Text += "; then page " + v.ThenTo
		}
		list = append(list, n)
	}
	list = append(list, p.asking(u.Pages)...)
	list = append(list, p.asking(u.Sent)...)
	if u.Due != nil && u.Due.Sub(p.now) <= updateSoon {
		text := "the next one"
		if u.Promised != nil && u.Promised.Equal(*u.Due) {
			text = "the promised one"
		}
		list = append(list, Notice{Key: fmt.Sprintf("update/%d", u.Due.Unix()), Word: "UPDATE", Text: text, Owner: u.Owner, Press: "u", At: *u.Due, Loud: true})
	}
	p.out.Notices = append(p.out.Notices, list...)
}

// updateSoon is how long before it is due an update stands in the banner.
const updateSoon = 2 * time.Minute

// asking are the messages that wait for a person, the newest first.
func (p *presenter) asking(list []Message) []Notice {
	var out []Notice
	for _, m := range slices.Backward(list) {
		for i := range m.Deliveries {
			d := &m.Deliveries[i]
			n := Notice{Key: "delivery/" + m.ID + "/" + d.Channel + "/" + d.State, Word: "UNKNOWN", Owner: p.out.Updates.Owner, Press: "g u", Loud: true}
			switch launch.DeliveryState(d.State) {
			case launch.DeliveryUnknown:
				n.Text = "nobody knows whether the message through " + d.Title + " arrived: see, and say so"
			case launch.DeliveryFailed:
				if p.resolved(m.ID, d.Channel) {
					continue
				}
				n.Word, n.Text = "NOT SENT", "the message through "+d.Title+" has failed"
			case launch.DeliveryByHand:
				if m.Page != nil {
					continue // the page itself is told
				}
				n.Word, n.Text, n.Loud = "BY HAND", d.Title+" is not bound: post the update there and say so", false
			default:
				continue
			}
			out = append(out, n)
		}
	}
	return out
}

// resolved reports whether a person has left a message at having failed.
func (p *presenter) resolved(id, channel string) bool {
	m := p.s.Message(id)
	return m != nil && m.Deliveries[channel] != nil && m.Deliveries[channel].Resolved != nil
}
