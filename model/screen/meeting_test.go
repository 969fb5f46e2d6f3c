package screen

import (
	"strings"
	"testing"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

func alarmsOfMarks(s *Screen) []Alarm {
	var out []Alarm
	for _, a := range s.Alarms {
		if a.Mark != "" {
			out = append(out, a)
		}
	}
	return out
}

// The meeting is announced ten minutes before and when it begins, until it has begun; each mark as it comes, for a while.
func TestMeetingAndMarksAreAnnounced(t *testing.T) {
	for _, c := range []struct {
		at, want string
		prepare  func(s *launch.State)
	}{
		{at: "T-71m", want: ""},
		{at: "T-70m", want: "go-no-go Go/no-go meeting at 09:00 UTC"},
		{at: "T-1h", want: "go-no-go Go/no-go meeting now"},
		{at: "T-40m", want: "go-no-go Go/no-go meeting now"},
		{at: "T-40m", want: "", prepare: func(s *launch.State) {
			s.Polls = []*launch.Poll{{Opened: mark("pm", "", at("T-41m")), Votes: map[string]launch.RoleVote{}}}
		}},
		{at: "T-15m", want: "t-15m T-15m", prepare: given},
		{at: "T-14m", want: "t-15m T-15m", prepare: given},
		{at: "T-13m", want: "", prepare: given},
		{at: "T-0", want: "t-0 T-0", prepare: given},
		{at: "T-19m", want: "own-1 T-20m", prepare: func(s *launch.State) {
			given(s)
			s.Marks = []*launch.OwnMark{{ID: "own-1", At: mustMark("T-20m"), Title: "Freeze", Owner: runbook.AllTeams}}
		}},
		{at: "T-14m", want: "", prepare: func(s *launch.State) { // what passed before the clock went on is not announced again
			given(s)
			s.Clock.Since = at("T-14m")
		}},
	} {
		s := testState()
		if c.prepare != nil {
			c.prepare(s)
		}
		var got []string
		for _, a := range alarmsOfMarks(Present(s, Facts{}, nil, at(c.at))) {
			got = append(got, a.Mark+" "+a.Title)
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, expected %q", c.at, got, c.want)
		}
	}
}

// A check is ok only for what is known.
func TestChecksAreNeverGreenWhenUnknown(t *testing.T) {
	check := func(s *launch.State, f Facts, id string) Check {
		for _, c := range Present(s, f, nil, at("T-30m")).Meeting.Checks {
			if c.ID == id {
				return c
			}
		}
		t.Fatalf("there is no check %s", id)
		return Check{}
	}
	s := testState()
	if c := check(s, Facts{}, "doctor"); c.State != CheckUnknown {
		t.Errorf("%+v", c)
	}
	if c := check(s, Facts{}, "monitoring"); c.State != CheckUnknown || c.Evidence != "no room polls the monitors" {
		t.Errorf("%+v", c)
	}
	if c := check(s, with(Facts{Watched: true, Readings: map[string]monitor.Reading{}}, "error-rate", monitor.Reading{State: monitor.Stale}), "monitoring"); c.State == CheckOK {
		t.Errorf("%+v", c)
	}
	for _, d := range []struct {
		run  launch.DoctorRun
		want string
	}{
		{launch.DoctorRun{Mark: mark("el", "", at("T-2h")), Passed: 30}, CheckOK},
		{launch.DoctorRun{Mark: mark("el", "", at("T-2h")), Passed: 30, Failed: 1, Failing: []string{"aws/account"}}, CheckBad},
		{launch.DoctorRun{Mark: mark("el", "", at("L-2d")), Passed: 30}, CheckUnknown},
		{launch.DoctorRun{Mark: mark("el", "", at("T-2h")), Passed: 30, File: "another"}, CheckUnknown},
		{launch.DoctorRun{Mark: mark("el", "", at("T-2h"))}, CheckUnknown},
	} {
		s.Doctor = &d.run
		if c := check(s, Facts{}, "doctor"); c.State != d.want {
			t.Errorf("%+v: %+v", d.run, c)
		}
	}
}

// The countdown lists every mark in the order of time, the people's own among them, with the hold points.
func TestEveryMarkIsListed(t *testing.T) {
	s := testState()
	s.Marks = []*launch.OwnMark{{ID: "own-1", At: mustMark("T-12m"), Title: "Freeze", Owner: "product-owner", Hold: true},
		{ID: "own-2", At: mustMark("T-11m"), Title: "Gone", Owner: "product-owner", Removed: &launch.Mark{User: "el"}}}
	var got []string
	holds := 0
	for _, m := range Present(s, Facts{}, nil, at("T-30m")).AllMarks {
		got = append(got, m.Label)
		if m.Hold != "" {
			holds++
		}
	}
	if text := strings.Join(got, " "); text != "L-14d L-7d T-1h T-15m T-12m T-10m T-5m T-0" && text != "L-14d L-7d T-1h T-15m T-12m T-5m T-0" || holds != 2 {
		t.Errorf("%s with %d hold points", text, holds)
	}
}
