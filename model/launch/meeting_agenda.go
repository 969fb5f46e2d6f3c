package launch

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// AgendaMoved is the data of agenda.started and agenda.ended.
type AgendaMoved struct {
	Point string `json:"point"`
	By
}

// ArmingAnswered is the data of poll.answered: the answer to whether automatic flag-off is armed, and for which triggers.
type ArmingAnswered struct {
	Arming []string `json:"arming"` // empty: none
	Reason string   `json:"reason,omitempty"`
	By
}

func agendaTable() ([]ActionSpec, []KindSpec) {
	return []ActionSpec{
			{Name: "agenda.start", Title: "Take up a point of the meeting's agenda", Kind: "agenda.started",
				Args:    []ArgInfo{{Name: "id", Help: "the point; left out, the next one. The point before it ends"}},
				choices: map[string]func(*request) []string{"id": func(r *request) []string { return r.s.agendaIDs() }},
				open:    mayStartPoint, decide: decideAgendaStart},
			{Name: "agenda.end", Title: "End the point of the agenda", Kind: "agenda.ended", open: mayEndPoint, decide: decideAgendaEnd},
		}, []KindSpec{
			kindOf("agenda.started", "A point of the agenda was taken up", applyAgendaStarted, func(s *State, d AgendaMoved) string {
				return "took up " + s.pointTitle(d.Point)
			}),
			kindOf("agenda.ended", "A point of the agenda was ended", applyAgendaEnded, func(s *State, d AgendaMoved) string {
				return "ended " + s.pointTitle(d.Point)
			}),
		}
}

func (s *State) agendaIDs() []string {
	var ids []string
	for _, p := range s.Runbook.GoNoGo.Agenda {
		ids = append(ids, p.ID)
	}
	return ids
}

func (s *State) agendaPoint(id string) *runbook.AgendaPoint {
	for i := range s.Runbook.GoNoGo.Agenda {
		if s.Runbook.GoNoGo.Agenda[i].ID == id {
			return &s.Runbook.GoNoGo.Agenda[i]
		}
	}
	return nil
}

func (s *State) pointTitle(id string) string {
	if p := s.agendaPoint(id); p != nil {
		return orName(p.Title, id)
	}
	return id
}

// NextPoint is the first point of the agenda after the last one that was taken up; "": all were.
func (s *State) NextPoint() string {
	ids, m := s.agendaIDs(), s.CurrentMeeting()
	if m == nil || len(m.Runs) == 0 {
		return strings.Join(ids[:min(len(ids), 1)], "")
	}
	at := slices.Index(ids, m.Runs[len(m.Runs)-1].Point)
	for _, id := range ids[at+1:] {
		if !slices.ContainsFunc(m.Runs, func(r AgendaRun) bool { return r.Point == id }) {
			return id
		}
	}
	return ""
}

func mayStartPoint(r *request) *Refusal {
	if len(r.s.agendaIDs()) == 0 {
		return no("the runbook has no agenda", "")
	}
	return r.must("the agenda", r.s.hosts()...)
}

func decideAgendaStart(r *request) ([]Event, *Refusal) {
	id := r.args["id"]
	run := r.s.CurrentMeeting().Running()
	switch {
	case id == "" && r.s.NextPoint() == "":
		return nil, no("every point of the agenda has been taken up", "name one with id= to take it up again, or end the last: agenda.end")
	case id == "":
		id = r.s.NextPoint()
	case r.s.agendaPoint(id) == nil:
		return nil, r.unknown("id", "point of the agenda", r.s.agendaIDs())
	}
	if run != nil && run.Point == id {
		return nil, no(r.s.pointTitle(id)+" is under discussion since "+run.Started.At.UTC().Format("15:04:05"), "agenda.start without id= goes on to the next point")
	}
	return []Event{{Kind: "agenda.started", Data: AgendaMoved{Point: id}}}, nil
}

func mayEndPoint(r *request) *Refusal {
	if r.s.CurrentMeeting().Running() == nil {
		return no("no point of the agenda is under discussion", "agenda.start takes one up")
	}
	return r.must("the agenda", r.s.hosts()...)
}

func decideAgendaEnd(r *request) ([]Event, *Refusal) {
	return []Event{{Kind: "agenda.ended", Data: AgendaMoved{Point: r.s.CurrentMeeting().Running().Point}}}, nil
}

func applyAgendaStarted(s *State, e journal.Entry, d AgendaMoved) string {
	if s.agendaPoint(d.Point) == nil {
		return fmt.Sprintf("the agenda has no point %q", d.Point)
	}
	m := s.meetingOf(e)
	if run := m.Running(); run != nil {
		if run.Point == d.Point {
			return "the point is under discussion already"
		}
		run.Ended = e.At
	}
	m.Runs = append(m.Runs, AgendaRun{Point: d.Point, Started: marked(e, d.By, "")})
	return ""
}

func applyAgendaEnded(s *State, e journal.Entry, d AgendaMoved) string {
	run := s.CurrentMeeting().Running()
	if run == nil || run.Point != d.Point {
		return "that point is not under discussion"
	}
	run.Ended = e.At
	return ""
}

// adjourn ends the meeting's point: the poll was decided.
func (s *State) adjourn(at time.Time) {
	if run := s.CurrentMeeting().Running(); run != nil {
		run.Ended = at
	}
}

// noArming is the answer that leaves automatic flag-off off.
const noArming = "none"

func armingTable() ([]ActionSpec, []KindSpec) {
	return []ActionSpec{
			{Name: "poll.answer", Title: "Answer: arm automatic flag-off, and for which triggers?", Kind: "poll.answered",
				Args: []ArgInfo{{Name: "arming", Help: "none, or triggers over a metric separated by commas; an authority arms them with trigger.arm", Required: true},
					{Name: "reason", Help: "why"}},
				choices: map[string]func(*request) []string{"arming": armingChoices},
				open: func(r *request) *Refusal {
					return r.must("the answer about automatic flag-off", append(r.s.callers(), r.s.authorities()...)...)
				}, decide: decideAnswer},
		}, []KindSpec{
			kindOf("poll.answered", "Whether to arm automatic flag-off was answered", applyAnswered, func(s *State, d ArmingAnswered) string {
				if len(d.Arming) == 0 {
					return withReason("automatic flag-off stays off", d.Reason)
				}
				return withReason("automatic flag-off is to be armed: "+s.triggerTitles(d.Arming), d.Reason)
			}),
		}
}

func armingChoices(r *request) []string {
	if _, _, bound := r.s.mainFlag(); !bound {
		return []string{noArming}
	}
	return append([]string{noArming}, r.s.metricTriggers()...)
}

func (s *State) metricTriggers() []string {
	var ids []string
	for _, t := range s.Runbook.Triggers {
		if t.When != "" {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

func decideAnswer(r *request) ([]Event, *Refusal) {
	d := ArmingAnswered{Arming: []string{}, Reason: r.args["reason"]}
	valid := r.s.metricTriggers()
	for _, id := range strings.Split(r.args["arming"], ",") {
		switch id = strings.TrimSpace(id); {
		case id == "", slices.Contains(d.Arming, id):
		case id == noArming && strings.Trim(r.args["arming"], ", ") != noArming:
			return nil, usage("arming=%s says none and a trigger; expected one or the other", short(r.args["arming"]))
		case id == noArming:
		case !slices.Contains(valid, id):
			return nil, usage("arming=%s is no trigger over a metric; %s", short(id), listed(id, append([]string{noArming}, valid...)))
		default:
			d.Arming = append(d.Arming, id)
		}
	}
	if len(d.Arming) == 0 && strings.Trim(r.args["arming"], ", ") != noArming {
		return nil, usage("arming=%s names nothing; expected none, or triggers separated by commas", short(r.args["arming"]))
	}
	if _, _, bound := r.s.mainFlag(); !bound && len(d.Arming) > 0 {
		return nil, no("no main flag is bound in the launch file, so nothing can be turned off by itself", "answer arming=none, or bind it under flags: main")
	}
	return []Event{{Kind: "poll.answered", Data: d}}, nil
}

func applyAnswered(s *State, e journal.Entry, d ArmingAnswered) string {
	for _, id := range d.Arming {
		if t := s.trigger(id); t == nil || t.When == "" {
			return fmt.Sprintf("%q is no trigger over a metric", id)
		}
	}
	s.meetingOf(e).Arming = &ArmingAnswer{Mark: marked(e, d.By, d.Reason), Triggers: slices.Clone(d.Arming)}
	return ""
}
