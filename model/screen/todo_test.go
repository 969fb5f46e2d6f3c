package screen

import (
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/runbook"
)

// meets begins a recorded meeting to which the engineering lead has to come.
func meets(s *launch.State) *launch.Meeting {
	rb := *s.Runbook
	rb.GoNoGo.Recording, rb.GoNoGo.Attendees = true, []runbook.Attendee{{Role: "engineering-lead"}, {Role: "program-manager", Facilitator: true}}
	s.Runbook = &rb
	m := &launch.Meeting{T0: s.Clock.T0, Attendance: map[string]launch.Attendance{"program-manager": {Present: true, Person: "pm"}}}
	s.Meetings = append(s.Meetings, m)
	return m
}

func TestTodo(t *testing.T) {
	for _, tc := range []struct {
		name, now string
		make      func(*launch.State)
		facts     func(Facts) Facts
		want      string
		short     string
		action    string
		target    string
		raci      string
	}{
		{name: "a day's task first", now: "L-14d", make: func(*launch.State) {}, want: "L-14d: Initialize launch document", short: "PM",
			action: "task.done", target: "l-14d/document", raci: "Launch Strategy"},
		{name: "then the checklist", now: "L-10d", make: func(*launch.State) {}, want: "Section infrastructure: First of infrastructure", short: "EL",
			action: "item.check", target: "infrastructure/one", raci: "Launch Strategy"},
		{name: "the next open item", now: "L-3d", make: func(s *launch.State) {
			s.Items["infrastructure/one"] = &launch.Item{State: launch.ItemChecked}
		}, want: "Section infrastructure: Second of infrastructure", short: "EL", action: "item.check", target: "infrastructure/two", raci: "Technical Planning"},
		{name: "sign off", now: "L-3d", make: func(s *launch.State) { ready(s); delete(s.Sections, "validation") },
			want: "Sign off Section validation", short: "PO", action: "section.sign-off", target: "validation", raci: "Technical Planning"},
		{name: "what is overdue last", now: "L-3d", make: func(s *launch.State) { ready(s); delete(s.Tasks, "l-7d/load") },
			want: "L-7d: Complete load testing", short: "EL", action: "task.done", target: "l-7d/load", raci: "Technical Planning"},
		{name: "ready", now: "L-2d", make: ready, want: "Ready. Go/no-go meeting at 24 Nov 09:00 UTC", short: "PM", raci: "Technical Planning"},
		{name: "ready before the poll", now: "T-55m", make: func(*launch.State) {}, want: "Section infrastructure: First of infrastructure", short: "EL",
			action: "item.check", target: "infrastructure/one", raci: "Launch Strategy"},
		{name: "open the poll", now: "T-55m", make: ready, want: "Open the go/no-go poll", short: "PM", action: "poll.open", raci: "Launch Strategy"},
		{name: "a meeting that has begun is recorded first", now: "T-55m", make: func(s *launch.State) { ready(s); meets(s) },
			want: "Confirm the meeting's recording", short: "PM", action: "poll.record", raci: "Launch Strategy"},
		{name: "then the roll is called", now: "T-55m", make: func(s *launch.State) {
			ready(s)
			rec := mark("pm", "https://meet.example/1", at("T-56m"))
			meets(s).Recording = &rec
		}, want: "Roll call: Engineering Lead", short: "EL", action: "poll.attend", target: "engineering-lead", raci: "Launch Strategy"},
		{name: "who is absent was called", now: "T-55m", make: func(s *launch.State) {
			ready(s)
			rec := mark("pm", "https://meet.example/1", at("T-56m"))
			m := meets(s)
			m.Recording = &rec
			m.Attendance["engineering-lead"] = launch.Attendance{Mark: mark("pm", "on a plane", at("T-56m"))}
		}, want: "Open the go/no-go poll", short: "PM", action: "poll.open", raci: "Launch Strategy"},
		{name: "vote", now: "T-40m", make: func(s *launch.State) { ready(s); poll(s, "", "engineering-lead") },
			want: "Vote GO or NO-GO: waiting for PO, PM", short: "PO", action: "poll.vote", raci: "Launch Strategy"},
		{name: "votes without sign-offs", now: "T-40m", make: func(s *launch.State) {
			ready(s)
			delete(s.Sections, "monitoring")
			poll(s, "", s.Runbook.GoNoGo.Approvals...)
		}, want: "Sign off Section monitoring", short: "EL", action: "section.sign-off", target: "monitoring", raci: "Launch Strategy"},
		{name: "decide", now: "T-40m", make: func(s *launch.State) { ready(s); poll(s, "", s.Runbook.GoNoGo.Approvals...) },
			want: "All have voted: decide the poll", short: "PM", action: "poll.decide", raci: "Launch Strategy"},
		{name: "no-go", now: "T-30m", make: func(s *launch.State) {
			p := poll(s, launch.NoGo, "engineering-lead")
			p.Votes["product-owner"] = launch.RoleVote{Vote: launch.NoGo}
		}, want: "NO-GO by Product Owner: open a new poll when it is put right, or scrub", short: "PM", action: "poll.open", raci: "Launch Strategy"},
		{name: "lapsed", now: "T-30m", make: func(s *launch.State) { given(s); s.Polls[0].Lapsed = "moved" },
			want: "The GO lapsed: open a new go/no-go poll", short: "PM", action: "poll.open", raci: "Launch Strategy"},
		{name: "next mark", now: "T-30m", make: given, want: "GO. Next at T-15m: Open war room", short: "PM", target: "t-15m", raci: "Deployment"},
		{name: "a mark that has come", now: "T-12m", make: given, want: "T-15m: Open war room", short: "PM", action: "step.confirm", target: "t-15m/room", raci: "Deployment"},
		{name: "after the last mark", now: "T-1m", make: func(s *launch.State) {
			given(s)
			for _, m := range s.Runbook.Sequence.Marks {
				s.Confirmed[m.Actions[0].ID] = &launch.Done{}
			}
		}, want: "GO. At T-0: Feature Flag Configuration", short: "EL", target: "flag", raci: "Deployment"},
		{name: "held", now: "T-20m", make: func(s *launch.State) { given(s); s.Clock.Hold = &launch.Hold{Mark: mark("lead", "look", at("T-21m"))} },
			want: "The clock is held: resume, recycle or scrub", short: "EL", action: "clock.resume", raci: "Deployment"},
		{name: "held for want of a GO", now: "T-4m", make: ready, want: "Held without a GO. Open the go/no-go poll", short: "PM", action: "poll.open", raci: "Launch Strategy"},
		{name: "GO while held for want of one", now: "T-4m", make: func(s *launch.State) {
			given(s)
			s.Clock.Hold = &launch.Hold{Mark: mark("", "", at("T-5m")), Auto: true}
		}, want: "GO is given: resume the clock", short: "EL", action: "clock.resume", raci: "Deployment"},
		{name: "T-0", now: "T-0", make: given, want: "Start step 1, Feature Flag Configuration", short: "EL", action: "step.start", target: "flag", raci: "Deployment"},
		{name: "running step", now: "T+2m", make: func(s *launch.State) {
			given(s)
			s.Steps["flag"] = &launch.Step{State: launch.StepRunning, Attempt: 1, Started: mark("lead", "", at("T+1m"))}
			s.Confirmed["flag/action-1"] = &launch.Done{}
		}, want: "Step 1: confirm flag action 2", short: "EL", action: "step.confirm", target: "flag/action-2", raci: "Deployment"},
		{name: "verification", now: "T+2m", make: func(s *launch.State) {
			given(s)
			s.Steps["flag"] = &launch.Step{State: launch.StepVerifying, Attempt: 1}
			s.Confirmed["flag/action-1"], s.Confirmed["flag/action-2"] = &launch.Done{}, &launch.Done{}
		}, want: "Step 1: confirm Check of flag", short: "EL", action: "step.confirm", target: "flag/check", raci: "Deployment"},
		{name: "next step beside a watch", now: "T+2m", make: func(s *launch.State) {
			given(s)
			s.Runbook.Sequence.Steps[0].Verifications[0].Mode = "watch"
			s.Steps["flag"] = &launch.Step{State: launch.StepVerifying, Attempt: 1}
		}, want: "Start step 2, Database Updates", short: "DBA", action: "step.start", target: "database", raci: "Deployment"},
		{name: "failed step", now: "T+5m", make: func(s *launch.State) { given(s); done(s, "flag", launch.StepFailed, at("T+4m")) },
			want: "Step 1, Feature Flag Configuration, failed: retry, skip or abort", short: "EL", action: "step.retry", target: "flag", raci: "Technical Issues"},
		{name: "alarm", now: "T+5m", make: func(s *launch.State) { given(s); done(s, "flag", launch.StepDone, at("T+4m")) },
			facts: func(f Facts) Facts {
				return with(f, "error-rate", monitor.Reading{State: monitor.Crit, Pending: 2, Of: 2})
			},
			want: "Error rate is critical: Page on-call, or hold", short: "EL", action: "clock.hold", raci: "Technical Issues"},
		{name: "a trigger before the first step", now: "T-20m", make: func(s *launch.State) { given(s); fire(s, "error-rate-high", "T-21m") },
			want: "Hold the clock: Error rate > 1% for 5 minutes fired", short: "EL", action: "clock.hold", raci: "Technical Issues"},
		{name: "a trigger while held", now: "T-20m", make: func(s *launch.State) {
			given(s)
			fire(s, "error-rate-high", "T-22m")
			s.Clock.Hold = &launch.Hold{Mark: mark("lead", "look", at("T-21m"))}
		}, want: "Acknowledge: Error rate > 1% for 5 minutes fired", short: "EL", action: "trigger.acknowledge", target: "error-rate-high", raci: "Technical Issues"},
		{name: "a trigger acknowledged while held", now: "T-20m", make: func(s *launch.State) {
			given(s)
			acknowledge(fire(s, "error-rate-high", "T-22m"), "T-21m")
			s.Clock.Hold = &launch.Hold{Mark: mark("lead", "look", at("T-21m"))}
		}, want: "The clock is held: resume, recycle or scrub", short: "EL", action: "clock.resume", raci: "Technical Issues"},
		{name: "a trigger after the first step", now: "T+6m", make: func(s *launch.State) {
			given(s)
			done(s, "flag", launch.StepFailed, at("T+4m"))
			declare(s, "security-incident", "T+5m")
		}, want: "Decide on rolling back: Security incident fired", short: "EL", action: "trigger.acknowledge", target: "security-incident", raci: "Technical Issues"},
		{name: "a trigger acknowledged after the first step", now: "T+6m", make: func(s *launch.State) {
			given(s)
			done(s, "flag", launch.StepDone, at("T+4m"))
			acknowledge(declare(s, "security-incident", "T+5m"), "T+6m")
		}, want: "Start step 2, Database Updates", short: "DBA", action: "step.start", target: "database", raci: "Technical Issues"},
		{name: "a trigger of a scrubbed launch", now: "T-20m", make: func(s *launch.State) {
			m := mark("lead", "", at("T-21m"))
			s.Clock.Scrub = &m
			fire(s, "error-rate-high", "T-22m")
		}, want: "Scrubbed: recycle to an earlier mark, or close it", short: "EL", action: "clock.recycle", raci: "Communication"},
		{name: "baselines before the item", now: "L-3d", make: func(s *launch.State) { baselineItem(s, "engineering-lead") },
			want: "Capture the baselines (b)", short: "EL", action: "baseline.capture", raci: "Technical Planning"},
		{name: "baselines of a role that owns none", now: "L-3d", make: func(s *launch.State) { baselineItem(s, "database-admin") },
			want: "Section infrastructure: Baseline captured", short: "DBA", action: "item.check", target: "infrastructure/one", raci: "Technical Planning"},
		{name: "baselines of the monitor's owner", now: "L-3d", make: func(s *launch.State) { baselineItem(s, "product-owner") },
			want: "Capture the baselines (b)", short: "PO", action: "baseline.capture", raci: "Technical Planning"},
		{name: "captured", now: "L-3d", make: func(s *launch.State) {
			baselineItem(s, "engineering-lead")
			s.Baselines = map[string]*launch.Baseline{"tickets": {Mean: 12}}
		}, want: "Section infrastructure: Baseline captured", short: "EL", action: "item.check", target: "infrastructure/one", raci: "Technical Planning"},
		{name: "nothing to capture from", now: "L-3d", make: func(s *launch.State) {
			baselineItem(s, "engineering-lead")
			delete(s.File.Sources, "tickets")
		}, want: "Section infrastructure: Baseline captured", short: "EL", action: "item.check", target: "infrastructure/one", raci: "Technical Planning"},
		{name: "watching", now: "T+1h", make: func(s *launch.State) {
			given(s)
			done(s, "flag", launch.StepDone, at("T+4m"))
			done(s, "database", launch.StepSkipped, at("T+9m"))
		}, want: "Watch the metrics until 25 Nov 10:09 UTC", short: "EL", raci: "Monitoring"},
		{name: "closing", now: "T+25h", make: func(s *launch.State) {
			given(s)
			done(s, "flag", launch.StepDone, at("T+4m"))
			done(s, "database", launch.StepDone, at("T+9m"))
		}, want: "Nothing is left to do: close the launch", short: "PM", action: "launch.close", raci: "Communication"},
		{name: "aborted", now: "T+9m", make: func(s *launch.State) {
			given(s)
			m := mark("lead", "", at("T+8m"))
			s.Aborted = &m
		}, want: "The sequence was stopped: hold the clock, then recycle, or scrub", short: "EL", action: "clock.hold", raci: "Deployment"},
		{name: "scrubbed", now: "T-20m", make: func(s *launch.State) { m := mark("lead", "", at("T-21m")); s.Clock.Scrub = &m },
			want: "Scrubbed: recycle to an earlier mark, or close it", short: "EL", action: "clock.recycle", raci: "Communication"},
		{name: "planned too late", now: "T+1h", make: func(s *launch.State) { ready(s); s.Clock.Late = true },
			want: "Open the go/no-go poll", short: "PM", action: "poll.open", raci: "Deployment"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := testState()
			tc.make(s)
			now := at(tc.now)
			f := healthy(s, now)
			if tc.facts != nil {
				f = tc.facts(f)
			}
			p := Present(s, f, nil, now)
			got := p.Todo
			if got.Text != tc.want || got.Short != tc.short || got.Action != tc.action || got.Target != tc.target {
				t.Errorf("phase %s\n got %q %s %s %s\nwant %q %s %s %s", p.Phase, got.Text, got.Short, got.Action, got.Target, tc.want, tc.short, tc.action, tc.target)
			}
			if p.RACI.Activity != tc.raci {
				t.Errorf("RACI of %q; want %q", p.RACI.Activity, tc.raci)
			}
		})
	}
}

// baselineItem is a checklist whose first item asks for the baselines, of monitors that have a source.
func baselineItem(s *launch.State, owner string) {
	sec := &s.Runbook.Checklists[0].Sections[0]
	sec.Owner, sec.Items[0].Text = owner, "Baseline captured"
	s.File.Sources["tickets"] = launchfile.Source{HTTP: &launchfile.HTTPJSON{}}
	for _, task := range s.Runbook.Tasks() {
		s.Tasks[task.ID] = &launch.Task{}
	}
}

func TestWhoMayAnswerATrigger(t *testing.T) {
	s := testState()
	given(s)
	fire(s, "error-rate-high", "T-21m")
	lead, dba := You{User: "lead", Roles: []string{"engineering-lead"}, Listed: true}, You{User: "dba", Roles: []string{"database-admin"}, Listed: true}
	p := Present(s, Facts{}, nil, at("T-20m"))
	if !p.For(lead).Todo.Yours || !p.For(dba).Todo.Yours || p.Todo.Person != "lead" {
		t.Errorf("whoever has a part in the launch may hold its clock: %+v", p.Todo)
	}
	done(s, "flag", launch.StepDone, at("T+4m"))
	p = Present(s, Facts{}, nil, at("T+5m"))
	if !p.For(lead).Todo.Yours || p.For(dba).Todo.Yours {
		t.Errorf("a rollback is for those who may authorise it: %+v", p.Todo)
	}
}

func TestTodoIsYours(t *testing.T) {
	s := testState()
	ready(s)
	poll(s, "", "engineering-lead")
	p := Present(s, healthy(s, at("T-40m")), nil, at("T-40m"))
	for _, tc := range []struct {
		you  You
		want bool
		as   string // the role that the line names
	}{
		{You{User: "owner", Roles: []string{"product-owner"}, Listed: true}, true, "Product Owner"},
		{You{User: "prog", Roles: []string{"program-manager"}, Listed: true}, true, "Program Manager"}, // a voter, not the first
		{You{User: "lead", Roles: []string{"engineering-lead"}, Listed: true}, false, "Product Owner"},
		{You{User: "guest", Roles: []string{"product-owner"}}, false, "Product Owner"},
		{You{}, false, "Product Owner"},
	} {
		if got := p.For(tc.you); got.Todo.Yours != tc.want || got.You.User != tc.you.User || got.Todo.Owner != tc.as {
			t.Errorf("%v: Yours = %v, as %s", tc.you, got.Todo.Yours, got.Todo.Owner)
		}
	}
	if p.Todo.Yours || p.You.User != "" {
		t.Error("For changed the shared screen")
	}
	if p.Todo.Person != "owner" || p.Todo.Owner != "Product Owner" {
		t.Errorf("%+v", p.Todo)
	}
}

func TestNext(t *testing.T) {
	for _, tc := range []struct {
		name, now string
		make      func(*launch.State)
		want      []string
	}{
		{"two weeks before", "L-15d", func(*launch.State) {}, []string{"L-14d 2 weeks before All", "L-7d 1 week before All", "T-1h Go/no-go meeting PM",
			"T-15m Open war room PM", "T-10m Final health check EL", "T-5m Final position check All", "T-0 Launch start: Feature Flag Configuration EL"}},
		{"countdown", "T-12m", given, []string{"T-10m Final health check EL", "T-5m Final position check All", "T-0 Launch start: Feature Flag Configuration EL"}},
		{"held before a mark that has passed", "T-2m", func(s *launch.State) {
			given(s)
			s.Clock.Hold = &launch.Hold{Mark: mark("lead", "", at("T-7m"))}
		}, []string{"T-5m Final position check All", "T-0 Launch start: Feature Flag Configuration EL"}},
		{"launching", "T+5m", func(s *launch.State) { given(s); done(s, "flag", launch.StepDone, at("T+4m")) }, []string{"Step 2 Database Updates DBA"}},
		{"watching", "T+1h", func(s *launch.State) {
			given(s)
			done(s, "flag", launch.StepDone, at("T+4m"))
			done(s, "database", launch.StepDone, at("T+9m"))
		}, []string{"T+24h9m End of the watch EL"}},
		{"scrubbed", "T-20m", func(s *launch.State) { m := mark("lead", "", at("T-21m")); s.Clock.Scrub = &m }, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := testState()
			tc.make(s)
			p := Present(s, Facts{}, nil, at(tc.now))
			var got []string
			for _, n := range p.Next {
				got = append(got, n.Label+" "+n.Title+" "+n.Owner)
			}
			if len(got) != len(tc.want) {
				t.Fatalf("got %q; want %q", got, tc.want)
			}
			for i := range got {
				if got[i] != tc.want[i] {
					t.Errorf("got %q; want %q", got[i], tc.want[i])
				}
			}
		})
	}
}

func TestTimelineOverdue(t *testing.T) {
	s := testState()
	s.Tasks["l-14d/plan"] = &launch.Task{Mark: mark("prog", "https://plan", at("L-14d"))}
	for _, tc := range []struct {
		now  string
		want time.Duration
	}{{"L-14d", 0}, {"L-13d", 0}, {"L-12d", 24 * time.Hour}} {
		day := Present(s, Facts{}, nil, at(tc.now)).Timeline[0]
		if got := day.Roles[0].Tasks[0]; got.Done != nil || got.Overdue != tc.want {
			t.Errorf("at %s: overdue %s; want %s", tc.now, got.Overdue, tc.want)
		}
		if got := day.Roles[0].Deliverables[0]; got.Done == nil || got.Overdue != 0 || got.Done.Text != "https://plan" {
			t.Errorf("at %s: %+v", tc.now, got)
		}
	}
}
