package launch

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tminus/model/journal"
	"tminus/model/monitor"
)

// watchArgs are what the players say where an argument is a number or an instant: often right, sometimes not.
var watchArgs = map[string][]string{
	"value":   {"0.2", "5", "12%", "-3.5", "1e3", "much", "0x10", "NaN", "9" + strings.Repeat("9", 400)},
	"minutes": {"5", "60", "0", "0", "61", "-1", "x", "99999999999999999999"},
	"from":    {"24h", "L-1d", "T-2h", "15d", "10m", "T+1h", "yesterday"},
	"to":      {"5m", "0s", "T-1h", "T+9h", "2026-11-24T09:00:00Z"},
	"passed":  {"30", "0", "-1", "x"},
	"failed":  {"0", "2", "1e9"},
	"link":    {"https://meet.example/rec", "no link", "javascript:alert(1)"},
	"at":      {"T-20m", "T-7m", "+3m", "5m", "25h", "T+1h", "2026-11-24T09:00:00Z", "soon"},
}

// strange are values for hostile entries about what is watched.
func (p player) strange() []any {
	at := p.l.now.Add(time.Duration(pick(p, []int{-600, 0, 36000})) * time.Second)
	return []any{"errors-high", "incident", "error-rate", "tickets", "recovered", "withdrawn", "hold", "rollback", at, -1.5,
		[]any{map[string]any{"at": at, "value": 2}}, []any{map[string]any{"monitor": "tickets", "mean": 3, "points": p.rng.IntN(3) - 1, "by_hand": p.oneIn(2)}}}
}

// measure answers what a command needs to know: with points, with a failure, or with nothing.
func (p player) measure(needs *Needs) *Measured {
	m := &Measured{Points: map[string][]monitor.Point{}, Errors: map[string]string{}}
	if p.oneIn(2) {
		m.Windows = needs.Windows
	}
	for _, w := range needs.Windows {
		if !w.From.Before(w.To) || w.To.After(p.l.now) {
			p.Fatalf("a window from %s to %s is asked for at %s", w.From, w.To, p.l.now)
		}
		switch p.rng.IntN(8) {
		case 0:
			m.Errors[w.Monitor] = "throttled"
		case 1:
		default:
			m.Points[w.Monitor] = append(m.Points[w.Monitor], monitor.Point{At: w.To, Value: float64(p.rng.IntN(100))})
		}
	}
	return m
}

// fire is what the room does by itself: a trigger fires by its data, or they clear it.
func (p player) fire() {
	s := p.l.s
	if s.Closed != nil {
		return
	}
	id := pick(p, []string{"errors-high", "orders-fall"})
	kind, data := KindTriggerFired, any(TriggerFired{Trigger: id, Monitor: "error-rate", Priority: "high", Proposes: s.TriggerProposes(p.l.now),
		Points: []monitor.Point{{At: p.l.now, Value: 2}}})
	if is := s.Triggers[id]; is.InForce() && !is.Declared && p.oneIn(2) {
		kind, data = KindTriggerCleared, TriggerCleared{Trigger: id, Why: pick(p, []string{ClearedRecovered, ClearedRevised})}
	}
	before := len(s.Oddities)
	p.l.put(journal.Actor{User: "tminus", Auth: journal.AuthSystem}, kind, data)
	if len(s.Oddities) > before {
		p.Fatalf("%s %+v led to an oddity: %+v", kind, data, s.Oddities[before])
	}
}

// watching is what is known of monitors and triggers.
func watching(s *State) string {
	var text strings.Builder
	for _, id := range slices.Sorted(maps.Keys(s.Triggers)) {
		t := s.Triggers[id]
		fmt.Fprint(&text, id, t.State, t.Declared, t.Proposes, t.Points, t.Fired.Seq, t.Acknowledged != nil, t.Cleared != nil, " ")
	}
	for _, id := range slices.Sorted(maps.Keys(s.Silences)) {
		fmt.Fprint(&text, id, s.Silences[id].Until, " ")
	}
	for _, id := range slices.Sorted(maps.Keys(s.Baselines)) {
		fmt.Fprint(&text, id, s.Baselines[id].Mean, s.Baselines[id].Points, " ")
	}
	for _, id := range slices.Sorted(maps.Keys(s.Values)) {
		fmt.Fprint(&text, id, s.Values[id], " ")
	}
	return text.String()
}

// watchHolds checks what no entry, hostile or not, may break.
func (p player) watchHolds() {
	s := p.l.s
	for id, t := range s.Triggers {
		rule := s.Runbook.Trigger(id)
		switch {
		case rule == nil:
			p.Fatalf("a trigger %q that the runbook does not have", id)
		case !t.Declared && (rule.When == "" || len(t.Points) == 0):
			p.Fatalf("%s fired without a rule or without a point", id)
		case t.Proposes != ProposesHold && t.Proposes != ProposesRollback:
			p.Fatalf("%s proposes %q", id, t.Proposes)
		case t.InForce() != (t.Cleared == nil), (t.State == TriggerStateFired) != (t.Acknowledged == nil && t.Cleared == nil):
			p.Fatalf("%s is %s: %+v", id, t.State, t)
		case t.Cleared != nil && strings.HasPrefix(t.Cleared.Reason, ClearedWithdrawn) != t.Declared:
			p.Fatalf("%s, declared %v, was cleared as %s", id, t.Declared, t.Cleared.Reason)
		}
	}
	for id, is := range s.Silences {
		if s.WatchedMonitor(id) == nil || is.Until.After(is.At.Add(SilenceAtMost)) {
			p.Fatalf("%s is silenced from %s until %s", id, is.At, is.Until)
		}
	}
	for id, b := range s.Baselines {
		if s.WatchedMonitor(id) == nil || b.Points < 0 {
			p.Fatalf("baseline of %s: %+v", id, b)
		}
	}
	for id, list := range s.Values {
		for i, v := range list {
			if s.source(id) != "" || v.Point.At.After(v.Mark.At) || i > 0 && !list[i-1].Point.At.Before(v.Point.At) {
				p.Fatalf("values of %s: %+v", id, list)
			}
		}
	}
}
