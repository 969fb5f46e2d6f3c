package launch

import (
	"fmt"
	"strings"
	"time"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// MarkAdded is the data of mark.added: an instant of the people's own beside the runbook's.
type MarkAdded struct {
	ID    string       `json:"id"` // own-1, own-2, …
	At    runbook.Mark `json:"at"`
	Title string       `json:"title"`
	Owner string       `json:"owner"`          // role id, or all
	Hold  bool         `json:"hold,omitempty"` // the clock holds itself there until it is done
	By
}

// MarkEnded is the data of mark.done and mark.removed.
type MarkEnded struct {
	ID     string `json:"id"`
	Reason string `json:"reason,omitempty"`
	By
}

// OwnMark is a mark of the people's own.
type OwnMark struct {
	ID      string
	At      runbook.Mark
	Title   string
	Owner   string
	Hold    bool
	Added   Mark
	Done    *Mark
	Removed *Mark
	Held    bool // the clock has held itself there; it does so once a countdown
}

// maxMarkTitle is how long the title of a mark can be, in bytes: it stands in one line of a countdown.
const maxMarkTitle = 160

func markTable() ([]ActionSpec, []KindSpec) {
	id := ArgInfo{Name: "id", Help: "the mark", Required: true}
	ids := map[string]func(*request) []string{"id": func(r *request) []string { return r.s.ownMarks() }}
	none := "there is no mark of your own; mark.add makes one"
	return []ActionSpec{
			{Name: "mark.add", Title: "Add a mark of your own to the countdown", Kind: "mark.added",
				Args: []ArgInfo{{Name: "at", Help: "T-30m, T+10m, an instant such as 2026-11-24T09:40:00Z, or from now: +10m", Required: true},
					{Name: "title", Help: "what happens then", Required: true}, {Name: "owner", Help: "the role that acts at it, or all", Required: true},
					{Name: "hold", Help: "yes: the clock holds itself there until it is done", Choices: []string{"no", "yes"}}},
				choices: map[string]func(*request) []string{"owner": func(r *request) []string { return append([]string{runbook.AllTeams}, r.s.roleIDs()...) }},
				open:    mayMark, decide: decideMark},
			{Name: "mark.done", Title: "Mark a mark of your own done", Kind: "mark.done", Attest: "step",
				Args: []ArgInfo{id, {Name: "reason", Help: "how it is known"}}, choices: ids, none: none, decide: decideMarkDone},
			{Name: "mark.remove", Title: "Remove a mark of your own", Kind: "mark.removed",
				Args: []ArgInfo{id, {Name: "reason", Help: "why"}}, choices: ids, none: none, decide: decideMarkRemove},
		}, []KindSpec{
			kindOf("mark.added", "A mark was added", applyMarkAdded, func(s *State, d MarkAdded) string {
				text := fmt.Sprintf("added %s for %s: %s", d.At, s.ownerTitle(d.Owner), d.Title)
				if d.Hold {
					text += " (the clock holds there)"
				}
				return text
			}),
			kindOf("mark.done", "A mark was done", applyMarkDone, func(s *State, d MarkEnded) string {
				return withReason("done: "+s.markTitle(d.ID), d.Reason)
			}),
			kindOf("mark.removed", "A mark was removed", applyMarkRemoved, func(s *State, d MarkEnded) string {
				return withReason("removed "+s.markTitle(d.ID), d.Reason)
			}),
		}
}

// OwnMark returns the mark, removed ones too, or nil.
func (s *State) OwnMark(id string) *OwnMark {
	for _, m := range s.Marks {
		if m.ID == id {
			return m
		}
	}
	return nil
}

func (s *State) ownerTitle(role string) string {
	if role == runbook.AllTeams {
		return "all"
	}
	return s.roleTitle(role)
}

func (s *State) markTitle(id string) string {
	if m := s.OwnMark(id); m != nil {
		return m.At.String() + ", " + m.Title
	}
	return id
}

func (s *State) ownMarks() []string {
	var ids []string
	for _, m := range s.Marks {
		if m.Removed == nil && m.Done == nil {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

func mayMark(r *request) *Refusal {
	if len(r.roles) == 0 {
		return no("only who holds a role in this launch adds marks", "tell one of them, or write a note: note.add")
	}
	return nil
}

func decideMark(r *request) ([]Event, *Refusal) {
	at, refusal := r.markAt()
	if refusal != nil {
		return nil, refusal
	}
	d := MarkAdded{ID: fmt.Sprintf("own-%d", len(r.s.Marks)+1), At: at, Title: r.args["title"], Owner: r.args["owner"], Hold: r.args["hold"] == "yes"}
	switch {
	case d.Owner != runbook.AllTeams && r.s.Runbook.Role(d.Owner) == nil:
		return nil, r.unknown("owner", "role of the runbook", append([]string{runbook.AllTeams}, r.s.roleIDs()...))
	case len(d.Title) > maxMarkTitle:
		return nil, usage("title is %d bytes long; expected at most %d", len(d.Title), maxMarkTitle)
	case d.Hold && d.At >= 0:
		return nil, no("the clock holds itself only before T-0", "give a mark such as T-20m, or leave hold out")
	}
	return []Event{{Kind: "mark.added", Data: d}}, nil
}

// markAt reads a mark, an instant or a time from now, as a distance from T-0 that is still to come.
func (r *request) markAt() (runbook.Mark, *Refusal) {
	m, err := runbook.ParseMark(r.args["at"])
	if err != nil {
		at, refusal := r.instant("at")
		if refusal != nil {
			return 0, usage("at=%s is no mark; expected T-30m, T+10m, an instant such as 2026-11-24T10:00:00Z, or a time from now such as +15m", short(r.args["at"]))
		}
		m = runbook.Mark(at.Sub(r.s.Clock.T0).Round(time.Second))
	}
	if limit := runbook.Mark(366 * 24 * time.Hour); m > limit || m < -limit {
		return 0, no(m.String()+" is more than a year from T-0", "")
	}
	if !m.Time(r.s.Clock.T0).After(r.s.clockStands(r.now)) {
		return 0, no(m.String()+" has passed", "the clock shows "+FormatClock(r.s.Countdown(r.now))+"; a mark lies ahead of it")
	}
	return m, nil
}

// ownMark is the open mark that the request names.
func (r *request) ownMark() (*OwnMark, *Refusal) {
	m := r.s.OwnMark(r.args["id"])
	switch {
	case m == nil:
		return nil, r.unknown("id", "mark of your own", r.s.ownMarks())
	case m.Removed != nil:
		return nil, no(r.s.markTitle(m.ID)+" was removed by "+m.Removed.User, "mark.add makes another")
	case m.Done != nil:
		return nil, no(r.s.markTitle(m.ID)+" is done, by "+m.Done.said(), "")
	}
	return m, nil
}

func decideMarkDone(r *request) ([]Event, *Refusal) {
	m, refusal := r.ownMark()
	if refusal == nil {
		refusal = r.must(m.Title, m.Owner)
	}
	if refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: "mark.done", Data: MarkEnded{ID: m.ID, Reason: r.args["reason"], By: r.by}}}, nil
}

// decideMarkRemove: by who added it, who acts at it, and who steers the clock.
func decideMarkRemove(r *request) ([]Event, *Refusal) {
	m, refusal := r.ownMark()
	if refusal == nil && m.Added.User != r.user {
		refusal = r.must(m.Title, append([]string{m.Owner}, r.s.commanders()...)...)
	}
	if refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: "mark.removed", Data: MarkEnded{ID: m.ID, Reason: r.args["reason"]}}}, nil
}

func applyMarkAdded(s *State, e journal.Entry, d MarkAdded) string {
	switch {
	case d.ID != fmt.Sprintf("own-%d", len(s.Marks)+1):
		return fmt.Sprintf("the next mark is own-%d", len(s.Marks)+1)
	case strings.TrimSpace(d.Title) == "":
		return "the mark has no title"
	case d.Owner != runbook.AllTeams && s.Runbook.Role(d.Owner) == nil:
		return fmt.Sprintf("the runbook has no role %q", d.Owner)
	}
	s.Marks = append(s.Marks, &OwnMark{ID: d.ID, At: d.At, Title: d.Title, Owner: d.Owner, Hold: d.Hold && d.At < 0, Added: marked(e, d.By, "")})
	return ""
}

func (s *State) endMark(e journal.Entry, d MarkEnded, into func(m *OwnMark, end *Mark)) string {
	m := s.OwnMark(d.ID)
	if m == nil || m.Removed != nil || m.Done != nil {
		return "there is no such open mark"
	}
	end := marked(e, d.By, d.Reason)
	into(m, &end)
	return ""
}

func applyMarkDone(s *State, e journal.Entry, d MarkEnded) string {
	return s.endMark(e, d, func(m *OwnMark, end *Mark) { m.Done = end })
}

func applyMarkRemoved(s *State, e journal.Entry, d MarkEnded) string {
	return s.endMark(e, d, func(m *OwnMark, end *Mark) { m.Removed = end })
}

// holdPoint is the first mark of the people's own at which the clock has to hold itself by now: one that it ran over and
// that is not done. A mark that was passed before the clock was last started holds nothing.
func (s *State) holdPoint(now time.Time) (*OwnMark, time.Time) {
	var first *OwnMark
	var at time.Time
	for _, m := range s.Marks {
		t := m.At.Time(s.Clock.T0)
		if !m.Hold || m.Held || m.Removed != nil || m.Done != nil || t.After(now) || t.Before(s.Clock.Since) || t.Before(m.Added.At) {
			continue
		}
		if first == nil || t.Before(at) {
			first, at = m, t
		}
	}
	return first, at
}

// reopenMarks gives the people's own marks from a mark on back to a countdown that runs over them again.
func (s *State) reopenMarks(from runbook.Mark) {
	for _, m := range s.Marks {
		if m.At >= from {
			m.Done, m.Held = nil, false
		}
	}
}
