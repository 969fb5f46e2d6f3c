package screen

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

func TestLaunchTime(t *testing.T) {
	wall := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	anchor := launch.Anchor{At: t0, Wall: wall, Speed: 10}
	for _, tc := range []struct {
		name   string
		screen Screen
		wall   time.Time
		want   time.Time
	}{
		{"live", Screen{Mode: launch.Live}, wall, wall},
		{"rehearsal", Screen{Mode: launch.Rehearsal, Clock: Clock{Anchor: anchor}}, wall.Add(time.Minute), t0.Add(10 * time.Minute)},
		{"a wall clock that went back", Screen{Mode: launch.Rehearsal, Clock: Clock{Anchor: anchor}}, wall.Add(-time.Hour), t0},
		{"stands", Screen{Mode: launch.Rehearsal, Clock: Clock{Anchor: launch.Anchor{At: t0, Wall: wall}}}, wall.Add(time.Hour), t0},
		{"no room", Screen{Mode: launch.Rehearsal, At: t0}, wall, t0},
	} {
		if got := tc.screen.LaunchTime(tc.wall); !got.Equal(tc.want) {
			t.Errorf("%s: %s; want %s", tc.name, got, tc.want)
		}
	}
}

func TestClockStandsWhileHeldAndScrubbed(t *testing.T) {
	s := testState()
	given(s)
	s.Clock.Hold = &launch.Hold{Mark: mark("lead", "wait", at("T-13m"))}
	p := Present(s, Facts{}, nil, at("T-2m"))
	if got := p.ClockText(t0); got != "T-00:13:00" || p.Clock.HoldReason != "wait" || p.Clock.HoldAuto {
		t.Errorf("held: %s %+v", got, p.Clock)
	}
	s.Clock.Hold = nil
	m := mark("lead", "", at("T-3m"))
	s.Clock.Scrub = &m
	p = Present(s, Facts{}, nil, at("T-2m"))
	if got := p.ClockText(t0); got != "T-00:03:00" || p.Clock.HeldAt != nil || !p.Clock.Scrubbed {
		t.Errorf("scrubbed: %s %+v", got, p.Clock)
	}
	// A hold that is due is shown before a room has journaled it.
	s = testState()
	p = Present(s, Facts{}, nil, at("T-2m"))
	if p.Clock.HeldAt == nil || !p.Clock.HeldAt.Equal(at("T-5m")) || !p.Clock.HoldAuto {
		t.Errorf("due hold: %+v", p.Clock)
	}
}

func TestPollTells(t *testing.T) {
	s := testState()
	s.Takings = map[string]string{"product-owner": "lead"}
	present := func() Poll { return Present(s, Facts{}, nil, at("T-30m")).Poll }
	if got := present(); got.State != PollNotOpen || got.Of != 3 || len(got.Votes) != 3 || len(got.Blocks) != 3 {
		t.Errorf("%+v", got)
	}
	p := poll(s, "", "engineering-lead")
	p.Votes["product-owner"] = launch.RoleVote{Vote: launch.NoGo, Mark: launch.Mark{User: "lead", For: "owner", Via: "voice", Reason: "no"}}
	got := present()
	if got.State != PollOpen || got.Go != 1 || got.Votes[1].Person != "lead" || got.Votes[1].By.For != "owner" || got.Votes[2].By != nil {
		t.Errorf("%+v", got)
	}
	ready(s)
	delete(s.Sections, "validation")
	if got = present(); len(got.Blocks) != 1 || !strings.Contains(got.Blocks[0], "Section validation") {
		t.Errorf("blocks %q", got.Blocks)
	}
	p.Decision, p.Waived = launch.Go, []string{"validation"}
	if got = present(); got.State != PollGo || len(got.Blocks) != 0 {
		t.Errorf("%+v", got)
	}
	p.Lapsed = "moved"
	if got = present(); got.State != PollLapsed || got.Lapsed != "moved" {
		t.Errorf("%+v", got)
	}
	p.Decision, p.Lapsed = launch.NoGo, ""
	if got = present(); got.State != PollNoGo {
		t.Errorf("%+v", got)
	}
}

func TestPeopleAndRACI(t *testing.T) {
	s := testState()
	given(s)
	p := Present(s, Facts{Connected: []Presence{{User: "lead"}}}, nil, at("T-12m"))
	want := []RACIRow{
		{Letters: "R/A", Role: "Engineering Lead", Short: "EL", Person: "lead", Backup: "owner", Online: true},
		{Letters: "I", Role: "Program Manager", Short: "PM", Person: "prog", Contact: "@prog 555"},
		{Letters: "I", Role: "Product Owner", Short: "PO", Person: "owner"},
	}
	if !reflect.DeepEqual(p.RACI.Rows, want) {
		t.Errorf("got %+v\nwant %+v", p.RACI.Rows, want)
	}
	if len(p.People) != 3 || !p.People[1].Online || p.People[0].Contact != "@prog 555" || p.People[0].Online {
		t.Errorf("%+v", p.People)
	}
	s.Runbook.RACI = s.Runbook.RACI[:1]
	if got := Present(s, Facts{}, nil, at("T-12m")).RACI; got.Activity != "Launch Strategy" || len(got.Rows) != 3 {
		t.Errorf("a matrix without the activity: %+v", got)
	}
}

func TestContextOf(t *testing.T) {
	s, now := testState(), at("T-12m")
	given(s)
	for i := range 40 {
		s.Runbook.Monitors = append(s.Runbook.Monitors, runbook.Monitor{ID: fmt.Sprintf("more-%d", i), Warning: "> 1", Group: "system"})
	}
	f := healthy(s, now)
	last := s.Runbook.Monitors[len(s.Runbook.Monitors)-1].ID
	f = with(f, last, monitor.Reading{State: monitor.Crit, Pending: 2, Of: 2})
	c := ContextOf(Present(s, f, nil, now), "tickets")
	if c.Clock != "T-00:12:00" || c.Phase != "countdown" || c.Status != "RED" || len(c.Metrics) != maxContext {
		t.Errorf("%+v", c)
	}
	if c.Metrics[last].State != "CRIT" || c.Metrics["tickets"].State != "UNBOUND" {
		t.Errorf("what is not OK and what was named is missing: %v", c.Metrics)
	}
	if m := c.Metrics["error-rate"]; m.Value == nil || *m.Value != 0.04 || m.Unit != "%" || m.At == nil {
		t.Errorf("%+v", m)
	}
	if ContextOf(nil) != nil {
		t.Error("a context of no screen")
	}
}

func TestSaidBy(t *testing.T) {
	e := journal.Entry{Actor: journal.Actor{User: "lead", Auth: journal.AuthAttested}, Data: json.RawMessage(`{"for":"owner","via":"voice"}`)}
	if got := saidBy(e); got != "owner" {
		t.Errorf("attested: %q", got)
	}
	e.Actor.Auth = journal.AuthOSUser
	if got := saidBy(e); got != "" {
		t.Errorf("one's own word: %q", got)
	}
}

// The screen travels as JSON to those who are attached, and must arrive as it was.
func TestScreenTravels(t *testing.T) {
	was := goldenScreen()
	data, err := json.Marshal(was)
	if err != nil {
		t.Fatal(err)
	}
	var is Screen
	if err := json.Unmarshal(data, &is); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(&is)
	if err != nil || string(again) != string(data) {
		t.Errorf("%v\n%s\n%s", err, data, again)
	}
}

func TestPresentSharesNothing(t *testing.T) {
	s, now := testState(), at("T-12m")
	given(s)
	lines := make([]Line, 100)
	for i := range lines {
		lines[i].Seq = int64(i + 1)
	}
	p := Present(s, healthy(s, now), lines, now)
	if len(p.Recent) != maxRecent || p.Recent[maxRecent-1].Seq != 100 {
		t.Errorf("%d recent lines", len(p.Recent))
	}
	before, _ := json.Marshal(p)
	lines[99].Text = "changed"
	s.Clock.T0 = s.Clock.T0.Add(time.Hour)
	s.Polls[0].Votes["engineering-lead"] = launch.RoleVote{Vote: launch.NoGo}
	delete(s.Sections, "validation")
	if after, _ := json.Marshal(p); string(before) != string(after) {
		t.Error("a published screen changed with the state")
	}
}

// bigState has as much in it as the built-in runbook.
func bigState() *launch.State {
	s := testState()
	rb := s.Runbook
	for i := range 10 {
		rb.Roles = append(rb.Roles, runbook.Role{ID: fmt.Sprintf("role-%d", i), Title: "Role", Short: "R"})
	}
	for i := range 5 {
		sec := runbook.Section{ID: fmt.Sprintf("more-%d", i), Title: "More", Owner: "role-9", SignOff: true}
		for k := range 4 {
			sec.Items = append(sec.Items, runbook.Item{ID: fmt.Sprintf("more-%d/%d", i, k), Text: "Item"})
		}
		rb.Checklists[1].Sections = append(rb.Checklists[1].Sections, sec)
	}
	for d := range rb.Timeline {
		for i := range 3 {
			role := runbook.DayRole{Role: fmt.Sprintf("role-%d", i)}
			for k := range 8 {
				role.Tasks = append(role.Tasks, runbook.Task{ID: fmt.Sprintf("%d/%d/%d", d, i, k), Text: "Task"})
			}
			rb.Timeline[d].Roles = append(rb.Timeline[d].Roles, role)
		}
	}
	for i := range 20 {
		rb.Monitors = append(rb.Monitors, runbook.Monitor{ID: fmt.Sprintf("monitor-%d", i), Name: "Monitor", Group: "system", Owner: "role-5", Warning: "> 1"})
	}
	fire(s, "error-rate-high", "T-20m")
	for i := range 8 {
		rb.Triggers = append(rb.Triggers, runbook.Trigger{ID: fmt.Sprintf("trigger-%d", i), When: fmt.Sprintf("monitor-%d > 1 for 5m", i), Priority: "high"})
		rb.Monitors[3+i].Critical = "> baseline * 2"
	}
	given(s)
	return s
}

// BenchmarkPresent is a screen of the built-in runbook's size; a room derives it several times for one command.
func BenchmarkPresent(b *testing.B) {
	s, now := bigState(), at("T-12m")
	f, lines := healthy(s, now), make([]Line, 1000)
	f = with(f, "error-rate", monitor.Reading{State: monitor.Crit, Pending: 2, Of: 2})
	f = verdicts(f, "error-rate-high", monitor.TriggerVerdict{Firing: true, Pending: 5, Of: 5, Evidence: bad("T-25m", 5)})
	b.ReportAllocs()
	for b.Loop() {
		Present(s, f, lines, now)
	}
}
