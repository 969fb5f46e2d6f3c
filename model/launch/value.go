package launch

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tminus/model/journal"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

const (
	valueLate  = 24 * time.Hour // how old a value may be when it is entered
	valuesKept = 2000           // of one monitor
)

// ValueEntered is the data of value.entered: what a person read somewhere that no source reaches.
type ValueEntered struct {
	Monitor string    `json:"monitor"`
	Value   float64   `json:"value"`
	At      time.Time `json:"at"` // when it was so; a second value of one instant corrects the first
	Unit    string    `json:"unit,omitempty"`
	By
}

// Value is a monitor's value that a person typed.
type Value struct {
	Mark
	monitor.Point
}

func valueTable() ([]ActionSpec, []KindSpec) {
	return []ActionSpec{
			{Name: "value.enter", Title: "Enter a monitor's value", Kind: "value.entered",
				Args: []ArgInfo{{Name: "monitor", Help: "a monitor of yours without a source", Required: true},
					{Name: "value", Help: "a number in the monitor's unit", Required: true},
					{Name: "at", Help: "when it was so: 2026-11-24T10:00:00Z, T-2h, or 10m: that long ago; left out: now"}},
				choices: map[string]func(*request) []string{"monitor": enterable},
				open:    noSimulation, none: "no monitor of yours takes values by hand", decide: decideEnter},
		}, []KindSpec{
			kindOf("value.entered", "A monitor's value was entered", applyEntered, func(s *State, d ValueEntered) string {
				return "entered " + s.monitorName(d.Monitor) + ": " + measure(d.Value, d.Unit)
			}),
		}
}

// noSimulation: a rehearsal that mixed typed and simulated values would rehearse nothing.
func noSimulation(r *request) *Refusal {
	if r.s.Mode == Rehearsal {
		return no("in a rehearsal the simulated world answers for every monitor", "what you want to remember is a note: note.add")
	}
	return nil
}

func enterable(r *request) []string {
	return r.s.watchedIDs(func(m *runbook.Monitor) bool { return r.s.source(m.ID) == "" && r.may(m.Owner) })
}

func decideEnter(r *request) ([]Event, *Refusal) {
	m, refusal := r.monitor(enterable)
	if refusal == nil {
		refusal = r.must(m.Name, m.Owner)
	}
	if refusal != nil {
		return nil, refusal
	}
	if source := r.s.source(m.ID); source != "" {
		return nil, no(m.Name+" is read from "+source+" and takes no values by hand", "what you see elsewhere is a note: note.add")
	}
	value, refusal := r.number("value", m.Unit)
	if refusal != nil {
		return nil, refusal
	}
	at := r.now.Truncate(time.Second)
	if r.args["at"] != "" {
		if at, refusal = r.moment("at"); refusal != nil {
			return nil, refusal
		}
	}
	switch {
	case at.After(r.now):
		return nil, no(instant(at)+" is still to come", "leave at out, or say when it was so")
	case r.now.Sub(at) > valueLate:
		return nil, no(instant(at)+" is more than 24 hours ago", "write it in a note: note.add")
	}
	return []Event{{Kind: "value.entered", Data: ValueEntered{Monitor: m.ID, Value: value, At: at, Unit: m.Unit, By: r.by}}}, nil
}

// number reads a decimal number, with or without the unit behind it.
func (r *request) number(arg, unit string) (float64, *Refusal) {
	v := r.args[arg]
	text := strings.TrimSpace(strings.TrimSuffix(v, unit))
	n, err := strconv.ParseFloat(text, 64)
	if !decimal(text) || err != nil || math.IsInf(n, 0) {
		expected := "such as 0.25"
		if unit != "" {
			expected += " or " + measure(0.25, unit)
		}
		return 0, usage("%s=%s is no number; expected one %s", arg, short(v), expected)
	}
	return n, nil
}

// decimal holds out what ParseFloat takes besides: inf, nan, hexadecimal, exponents.
func decimal(text string) bool {
	text = strings.TrimPrefix(text, "-")
	whole, fraction, dot := strings.Cut(text, ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return digits(whole) && (!dot || digits(fraction))
}

func applyEntered(s *State, e journal.Entry, d ValueEntered) string {
	switch {
	case s.WatchedMonitor(d.Monitor) == nil:
		return "there is no such monitor"
	case s.source(d.Monitor) != "":
		return "this monitor's values are read, not entered"
	case d.At.After(e.At):
		return "its instant is still to come"
	}
	v := Value{Mark: marked(e, d.By, ""), Point: monitor.Point{At: d.At, Value: d.Value}}
	list := s.Values[d.Monitor]
	i, found := slices.BinarySearchFunc(list, d.At, func(v Value, at time.Time) int { return v.Point.At.Compare(at) })
	if found {
		list[i] = v
		return ""
	}
	list = slices.Insert(list, i, v)
	s.Values[d.Monitor] = list[max(0, len(list)-valuesKept):]
	return ""
}
