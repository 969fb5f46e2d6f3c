package launch

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// The kinds of updates.
const (
	KindUpdateSent     = "update.sent"
	KindUpdateCadenced = "update.cadenced"
)

// UpdateSent is the data of update.sent: the text exactly as somebody released it, and where it goes. It is durable before
// anything leaves; what becomes of it with each channel is told by entries of its own.
type UpdateSent struct {
	ID        string     `json:"id"`
	Subject   string     `json:"subject"`
	Text      string     `json:"text"`
	Channels  []string   `json:"channels"`
	ByHand    []string   `json:"by_hand,omitempty"`   // of these, the ones that are not bound: a person posts it there
	Milestone string     `json:"milestone,omitempty"` // what was achieved; absent: a regular update
	Next      *time.Time `json:"next,omitempty"`      // the time of the next update that its text promises
	From      int64      `json:"from,omitempty"`      // seq of the newest entry that its draft tells of
	Head      string     `json:"head"`                // SEQ:64 hex of the entry before; its footer has that of this entry
	By
}

// UpdateCadenced is the data of update.cadenced: how often updates go out from now on. Zero: as the runbook says.
type UpdateCadenced struct {
	Every  runbook.Duration `json:"every"`
	Reason string           `json:"reason,omitempty"`
	By
}

// CadenceSet is a cadence that a person has set.
type CadenceSet struct {
	Mark
	Every time.Duration
}

// The least and the most time between updates that can be set.
const (
	MinCadence = time.Minute
	MaxCadence = 24 * time.Hour
)

const asRunbook = "runbook"

func updateTable() ([]ActionSpec, []KindSpec) {
	channels := map[string]func(*request) []string{"channels": func(r *request) []string { return r.s.channelIDs() }}
	return []ActionSpec{
			{Name: "update.send", Title: "Send a status update", Kind: KindUpdateSent, Scrubbed: true,
				Args: []ArgInfo{
					{Name: "text", Help: "the update as its readers get it; a line \"Next Update: 10:30 UTC\" is a promise", Required: true},
					{Name: "subject", Help: "one line, for mails and titles"},
					{Name: "channels", Help: "where it goes, separated by commas; all of the runbook's where it is left out"},
					{Name: "milestone", Help: "what was achieved, where the update is about that"},
					{Name: "from", Help: "the number of the newest entry that the text tells of"}},
				choices: channels, open: maySendUpdate, decide: decideUpdate},
			{Name: "update.cadence", Title: "Set how often updates go out", Kind: KindUpdateCadenced, Scrubbed: true,
				Args: []ArgInfo{
					{Name: "every", Help: "the time between two updates, such as 30m, or runbook: as the runbook has it", Required: true},
					{Name: "reason", Help: "why"}},
				choices: map[string]func(*request) []string{"every": cadences}, open: mayCommunicate, decide: decideCadence},
		}, []KindSpec{
			kindOf(KindUpdateSent, "A status update was sent", applyUpdate, func(s *State, d UpdateSent) string {
				what := "sent an update to "
				if d.Milestone != "" {
					what = "sent a milestone update to "
				}
				return withReason(what+s.channelTitles(d.Channels), d.Subject)
			}),
			kindOf(KindUpdateCadenced, "The cadence of updates was set", applyCadence, func(_ *State, d UpdateCadenced) string {
				if d.Every <= 0 {
					return withReason("let updates go out as the runbook has it", d.Reason)
				}
				return withReason("set updates to every "+d.Every.String(), d.Reason)
			}),
		}
}

func mayCommunicate(r *request) *Refusal {
	return r.must("the launch's updates", r.s.communicators()...)
}

func maySendUpdate(r *request) *Refusal {
	if len(r.s.channelIDs()) == 0 {
		return no("the runbook names no channel for updates", "communication.channels names them")
	}
	return mayCommunicate(r)
}

// cadences are what is offered; any other from a minute to a day can be set as well.
func cadences(r *request) []string {
	now := ""
	if r.s.Cadence != nil {
		now = runbook.Duration(r.s.Cadence.Every).String()
	}
	all := slices.DeleteFunc([]string{"5m", "10m", "15m", "30m", "1h", "2h"}, func(v string) bool { return v == now })
	if r.s.Cadence != nil {
		all = append(all, asRunbook)
	}
	return all
}

func decideUpdate(r *request) ([]Event, *Refusal) {
	if refusal := oneLine("subject", r.args["subject"]); refusal != nil {
		return nil, refusal
	}
	if refusal := oneLine("milestone", r.args["milestone"]); refusal != nil {
		return nil, refusal
	}
	channels, refusal := r.channels()
	if refusal != nil {
		return nil, refusal
	}
	d := UpdateSent{Subject: orName(r.args["subject"], r.s.subject(r.now)), Text: lines(r.args["text"]), Channels: channels,
		Milestone: r.args["milestone"], From: r.s.Head.Seq, Head: r.s.Head.Long(), By: r.by}
	if v := r.args["from"]; v != "" {
		seq, err := strconv.ParseInt(v, 10, 64)
		if err != nil || seq < 1 || seq > r.s.Head.Seq {
			return nil, usage("from=%s is no entry of this journal; expected 1 to %d", short(v), r.s.Head.Seq)
		}
		d.From = seq
	}
	if d.Next, refusal = promised(d.Text, r.now); refusal != nil {
		return nil, refusal
	}
	for _, c := range channels {
		if !r.s.Bound(c) {
			d.ByHand = append(d.ByHand, c)
		}
	}
	d.ID = r.s.messageID("u", d.Text)
	return []Event{{Kind: KindUpdateSent, Data: d}}, nil
}

// subject is an update's where its sender gave none.
func (s *State) subject(now time.Time) string {
	return cut(s.Name+" "+FormatClock(s.Countdown(now))+": status update", MaxSubject)
}

// channels are those of channels=, in the runbook's order; all where it is left out.
func (r *request) channels() ([]string, *Refusal) {
	all := r.s.channelIDs()
	if r.args["channels"] == "" {
		return all, nil
	}
	chosen := map[string]bool{}
	for _, id := range strings.Split(r.args["channels"], ",") {
		if id = strings.TrimSpace(id); id == "" {
			continue
		}
		if !slices.Contains(all, id) {
			return nil, usage("channels=%s is no channel of the runbook; %s", short(id), listed(id, all))
		}
		chosen[id] = true
	}
	if len(chosen) == 0 {
		return nil, usage("channels= names none; %s", listed("", all))
	}
	return slices.DeleteFunc(all, func(id string) bool { return !chosen[id] }), nil
}

func decideCadence(r *request) ([]Event, *Refusal) {
	d := UpdateCadenced{Reason: r.args["reason"], By: r.by}
	if v := r.args["every"]; !strings.EqualFold(v, asRunbook) {
		every, err := runbook.ParseDuration(v)
		if err != nil || time.Duration(every) < MinCadence || time.Duration(every) > MaxCadence {
			return nil, usage("every=%s; expected 1m to 24h, such as 30m, or runbook", short(v))
		}
		d.Every = every
	}
	switch set := r.s.Cadence; {
	case set == nil && d.Every == 0:
		return nil, no("updates go out as the runbook has it already", "")
	case set != nil && set.Every == time.Duration(d.Every):
		return nil, no("updates go out every "+d.Every.String()+" already", "")
	}
	return []Event{{Kind: KindUpdateCadenced, Data: d}}, nil
}

func applyUpdate(s *State, e journal.Entry, d UpdateSent) string {
	m := &Message{Mark: marked(e, d.By, ""), ID: d.ID, Purpose: PurposeUpdate, Subject: d.Subject, Text: d.Text, Channels: d.Channels,
		Status: statusOf(e), Head: e.Head().Long(), Milestone: d.Milestone, From: d.From}
	if d.Next != nil {
		m.Next = *d.Next
	}
	switch {
	case !s.spokenBy(e, s.communicators()...):
		return "it is not the word of somebody who may send updates"
	case strings.TrimSpace(d.Text) == "" || len(d.Text) > MaxText:
		return "it has no text, or too much"
	case oneLine("subject", d.Subject) != nil:
		return "its subject is no single line"
	}
	return s.keep(m, d.ByHand)
}

// statusOf is the launch's status as the room knew it when an entry was made.
func statusOf(e journal.Entry) string {
	if e.Context == nil || e.Context.Status == "" {
		return "NOT WATCHED"
	}
	return e.Context.Status
}

func applyCadence(s *State, e journal.Entry, d UpdateCadenced) string {
	switch every := time.Duration(d.Every); {
	case every <= 0:
		s.Cadence = nil
	case every < MinCadence || every > MaxCadence:
		return "a cadence out of range"
	default:
		s.Cadence = &CadenceSet{Mark: marked(e, d.By, d.Reason), Every: every}
	}
	return ""
}
