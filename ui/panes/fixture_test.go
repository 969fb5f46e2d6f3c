package panes

import (
	"fmt"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
)

func t0() time.Time { return time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC) }

// now is T-00:12:43.
func nowAt() time.Time { return t0().Add(-12*time.Minute - 43*time.Second) }

func by(user string, seq int64, ago time.Duration, text string) *screen.By {
	return &screen.By{User: user, At: nowAt().Add(-ago), Seq: seq, Text: text}
}

// sample is a launch in its countdown: most of the readiness done, one monitor warning, one without data.
func sample() *screen.Screen {
	s := &screen.Screen{
		Rev: 1, At: nowAt(), Launch: "checkout-v2", Title: "New checkout", Mode: launch.Live, Phase: launch.Countdown,
		Status: screen.Yellow, Reasons: []string{"Error rate WARN"}, Clock: screen.Clock{T0: t0()},
		Next: sampleMarks(),
		Todo: screen.Todo{Text: "Capture the baseline metrics", Owner: "Engineering Lead", Short: "EL", Person: "eng-lead",
			Action: "item.check", Target: "monitoring/baseline-metrics-captured", Yours: true},
		Checklist: sampleChecklist(), Monitors: sampleMonitors(), RACI: sampleRACI(), Recent: sampleRecent(),
		Poll: screen.Poll{State: "GO", Go: 4, Of: 4, Opened: by("prog-mgr", 120, 50*time.Minute, ""),
			Decided: by("prog-mgr", 131, 34*time.Minute, "all four"),
			Votes: []screen.Vote{
				{Role: "engineering-lead", Title: "Engineering Lead", Short: "EL", Person: "eng-lead", Vote: launch.Go, By: by("eng-lead", 125, 40*time.Minute, "systems are ready")},
				{Role: "product-owner", Title: "Product Owner", Short: "PO", Person: "product", Vote: launch.Go, By: &screen.By{User: "prog-mgr", For: "product", Via: "voice", At: nowAt().Add(-39 * time.Minute), Text: "criteria met"}},
				{Role: "engineering-manager", Title: "Engineering Manager", Short: "EM", Person: "eng-mgr", Vote: launch.Go, By: by("eng-mgr", 127, 38*time.Minute, "team is in place")},
				{Role: "program-manager", Title: "Program Manager", Short: "PM", Person: "prog-mgr", Vote: launch.Go, By: by("prog-mgr", 128, 37*time.Minute, "on time")},
			}},
		Marks: []screen.SequenceMark{{ID: "t-10m", At: t0().Add(-10 * time.Minute), Label: "T-10m", Owner: "Engineering Lead", Short: "EL", Person: "eng-lead",
			Actions: []screen.Action{{ID: "a1", Text: "Final health check", Done: by("eng-lead", 140, time.Minute, "")}, {ID: "a2", Text: "Verify deployment access"}, {ID: "a3", Text: "Confirm monitoring"}}}},
		Steps: []screen.Step{{ID: "step-1", Number: 1, Title: "Feature Flag Configuration", Owner: "Engineering Lead", Short: "EL", Person: "eng-lead",
			Actions:       []screen.Action{{ID: "s1", Text: "Update feature flags"}, {ID: "s2", Text: "Verify configuration"}},
			Verifications: []screen.Action{{ID: "v1", Text: "Config check"}}}},
		People: []screen.PersonView{
			{User: "eng-lead", Name: "Engineering Lead", Roles: []string{"engineering-lead"}, Contact: "@eng-lead", Online: true},
			{User: "product", Name: "Paula Ortiz", Roles: []string{"product-owner"}, Contact: "@product"},
			{User: "prog-mgr", Name: "Program Manager", Roles: []string{"program-manager"}, Contact: "@prog-mgr", Online: true},
		},
		Entries: 142, Head: "142:9c41d07be2a35f10", HeadFull: "142:" + strings.Repeat("9c41d07be2a35f10", 4),
		You: screen.You{User: "eng-lead", Roles: []string{"engineering-lead"}, Listed: true},
	}
	return s
}

func sampleMarks() []screen.NextMark {
	at := func(d time.Duration) time.Time { return t0().Add(d) }
	return []screen.NextMark{
		{At: at(-10 * time.Minute), Label: "T-10m", Title: "Final health check", Owner: "EL", Target: "t-10m"},
		{At: at(-5 * time.Minute), Label: "T-5m", Title: "Final position check", Owner: "All", Target: "t-5m"},
		{At: at(0), Label: "T-0", Title: "Step 1 Feature Flag Configuration", Owner: "EL", Target: "step-1"},
		{At: at(2 * time.Hour), Label: "T+2h", Title: "Updates go hourly", Owner: "PM"},
		{At: at(24 * time.Hour), Label: "T+24h", Title: "Success criteria verification", Owner: "PM"},
	}
}

func sampleChecklist() screen.Checklist {
	list := screen.Checklist{Done: 30, Of: 32}
	areas := []struct {
		title    string
		sections []string // title|owner|short|items…
	}{
		{"Technical Readiness", []string{
			"Infrastructure|Engineering Lead|EL|Scaling policies configured|Resource limits verified|Dependency health checked|Backup systems tested",
			"Monitoring|Engineering Lead|EL|CloudWatch dashboards configured|Custom metrics implemented|Alerts tested|Baseline metrics captured",
			"Security|Security Lead|SL|Security review completed|Compliance verified|Access controls tested|Audit logging confirmed"}},
		{"Business Readiness", []string{
			"Feature Validation|Product Owner|PO|Acceptance criteria met|User journeys tested|Edge cases verified|Performance validated",
			"Support Preparation|Support Lead|SUP|Support team trained|Documentation ready|FAQ prepared|Response templates created",
			"Analytics|Analytics Lead|AL|Tracking implemented|Dashboards created|Alerts configured|Baseline captured"}},
		{"Operational Readiness", []string{
			"Team Preparation|Engineering Manager|EM|On-call schedule confirmed|Escalation paths tested|War room setup verified|Tools access confirmed",
			"Communication|Program Manager|PM|Stakeholder list verified|Templates approved|Channels tested|Status page ready"}},
	}
	slug := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), " ", "-") }
	for _, a := range areas {
		area := screen.Area{ID: slug(a.title), Title: a.title}
		for _, text := range a.sections {
			f := strings.Split(text, "|")
			sec := screen.Section{ID: slug(f[0]), Title: f[0], Owner: f[1], Short: f[2], Person: slug(f[1]), Required: true, Verification: "AWS Console metrics", Done: 4}
			for _, it := range f[3:] {
				sec.Items = append(sec.Items, screen.Item{ID: sec.ID + "/" + slug(it), Text: it, State: launch.ItemChecked, By: by(sec.Person, 20, 3*time.Hour, "")})
			}
			sec.Signed = by(sec.Person, 90, 2*time.Hour, "dashboard screenshot in the launch folder")
			area.Sections = append(area.Sections, sec)
		}
		list.Areas = append(list.Areas, area)
	}
	mon := &list.Areas[0].Sections[1]
	mon.Signed, mon.Done = nil, 3
	mon.Items[3].State, mon.Items[3].By = launch.ItemOpen, nil
	mon.Items[1].State, mon.Items[1].By = launch.ItemWaived, by("eng-lead", 77, 4*time.Hour, "counted in the gateway instead")
	ana := &list.Areas[1].Sections[2]
	ana.Signed, ana.Done = nil, 3
	ana.Items[2].State, ana.Items[2].By = launch.ItemOpen, nil
	list.Areas[2].Sections[1].Signed = nil
	return list
}

func sampleMonitors() []screen.Monitor {
	specs := []struct {
		id, name, unit, group, warn, crit, source string
		state                                     monitor.State
		value                                     float64
	}{
		{"error-rate", "Error rate", "%", "system", "> 0.1%", "> 0.5%", "cloudwatch", monitor.Warn, 0.24},
		{"latency-p95", "Latency P95", "ms", "system", "> 200 ms", "> 500 ms", "cloudwatch", monitor.OK, 142},
		{"cpu", "CPU usage", "%", "system", "> 70%", "> 85%", "cloudwatch", monitor.OK, 41.5},
		{"memory", "Memory usage", "%", "system", "> 75%", "> 90%", "cloudwatch", monitor.OK, 58.25},
		{"disk", "Disk usage", "%", "system", "> 75%", "> 85%", "cloudwatch", monitor.OK, 33},
		{"network", "Network I/O", "MB/s", "system", "> baseline * 1.5", "", "cloudwatch", monitor.NoBaseline, 12.4},
		{"log-errors", "Log errors", "/min", "logs", "> 10", "", "cloudwatch", monitor.OK, 0},
		{"usage-rate", "Usage rate", "/min", "user-experience", "< baseline * 0.9", "", "prometheus", monitor.OK, 1250},
		{"feature-completion", "Feature completion", "%", "user-experience", "< baseline * 0.9", "", "prometheus", monitor.Stale, 71},
		{"conversion-rate", "Conversion rate", "%", "business", "", "", "prometheus", monitor.NoRule, 3.1},
		{"ticket-volume", "Ticket volume", "", "support", "> baseline * 1.5", "> baseline * 2", "http", monitor.Error, 0},
		{"customer-satisfaction", "Customer satisfaction", "", "business", "", "", "", monitor.Unbound, 0},
	}
	var all []screen.Monitor
	for i, s := range specs {
		m := screen.Monitor{Name: s.name, Group: s.group, Owner: "Engineering Lead", Short: "EL", Warning: s.warn, Critical: s.crit, OnWarning: "Investigate", OnCritical: "Page on-call", Source: s.source}
		m.ID, m.State, m.Unit = s.id, s.state, s.unit
		if s.state == monitor.Error {
			m.Error = "401 Unauthorized"
		}
		if s.state != monitor.Unbound && s.state != monitor.Error {
			v := s.value
			m.Value, m.At, m.ReadAt = &v, nowAt().Add(-43*time.Second), nowAt().Add(-13*time.Second)
			m.Since = nowAt().Add(-time.Hour)
			if s.state == monitor.Stale {
				m.At = nowAt().Add(-9 * time.Minute)
			}
			for k := range 40 {
				if k%17 == 5 {
					m.Recent = append(m.Recent, nil)
					continue
				}
				p := v * (1 + float64((k*7+i*3)%11-5)/20)
				m.Recent = append(m.Recent, &p)
			}
		}
		if s.state == monitor.Warn {
			m.Pending, m.Of = 3, 5
		}
		all = append(all, m)
	}
	return all
}

func sampleRACI() screen.RACI {
	return screen.RACI{Activity: "Deployment", Rows: []screen.RACIRow{
		{Letters: "R/A", Role: "Engineering Lead", Short: "EL", Person: "eng-lead", Contact: "@eng-lead", Online: true},
		{Letters: "C", Role: "Engineering Manager", Short: "EM", Person: "eng-mgr", Contact: "@eng-mgr"},
		{Letters: "I", Role: "Program Manager", Short: "PM", Person: "prog-mgr", Contact: "@prog-mgr", Online: true},
		{Letters: "I", Role: "Product Owner", Short: "PO", Backup: "pm-backup"},
	}}
}

func sampleRecent() []screen.Line {
	kinds := []struct {
		who, kind, text, said string
		human                 bool
	}{
		{"eng-lead", "item.checked", "checked Alerts tested", "", true},
		{"prog-mgr", "poll.voted", "GO from Product Owner: criteria met", "product", true},
		{"system", "clock.anchored", "the rehearsal's clock runs 10 times as fast", "", false},
		{"eng-lead", "note.added", "Holding at T-15m until the baseline is in", "", true},
	}
	var lines []screen.Line
	for i := range 60 {
		k := kinds[i%len(kinds)]
		lines = append(lines, screen.Line{Seq: int64(83 + i), At: nowAt().Add(-time.Duration(60-i) * 47 * time.Second), Who: k.who, Kind: k.kind, Text: fmt.Sprintf("%s (%d)", k.text, 83+i), Said: k.said, Human: k.human})
	}
	return lines
}

// hostile is the sample with escape codes, bidirectional controls, long notes and wide names wherever text comes in.
func hostile() *screen.Screen {
	evil := []string{
		"\x1b[31mred\x1b]0;title\x07 \x1b[2J", "\u202Egnp.exe\u2066 \u200d", strings.Repeat("long note ", 820),
		"日本語の名前と とても長い説明文 全角文字", "a\nb\r\nc\td\x00e\x7f\xff\xfe", "e\u0301\u0301\u0301 👩‍👩‍👧 🚀 ⚠️", "\u2028\u00a0\u3000",
	}
	n := 0
	next := func() string { n++; return evil[n%len(evil)] }
	s := sample()
	s.Title, s.Todo.Text, s.Todo.Owner, s.Todo.Short, s.Todo.Person = next(), next(), next(), next(), next()
	s.RACI.Activity, s.Head, s.ReadOnly = next(), next(), next()
	held := nowAt().Add(-90 * time.Second)
	s.Clock.HeldAt, s.Clock.HoldReason = &held, next()
	for i := range s.Next {
		s.Next[i].Title, s.Next[i].Label, s.Next[i].Owner = next(), next(), next()
	}
	for a := range s.Checklist.Areas {
		s.Checklist.Areas[a].Title = next()
		for i := range s.Checklist.Areas[a].Sections {
			sec := &s.Checklist.Areas[a].Sections[i]
			sec.Title, sec.Owner, sec.Short, sec.Person, sec.Verification = next(), next(), next(), next(), next()
			if sec.Signed != nil {
				sec.Signed.User, sec.Signed.Text, sec.Signed.For = next(), next(), next()
			}
			for k := range sec.Items {
				sec.Items[k].Text = next()
			}
		}
	}
	for i := range s.Monitors {
		m := &s.Monitors[i]
		m.Name, m.Unit, m.Group, m.Owner, m.Warning, m.OnCritical, m.Source, m.Error = next(), next(), next(), next(), next(), next(), next(), next()
	}
	for i := range s.RACI.Rows {
		r := &s.RACI.Rows[i]
		r.Letters, r.Role, r.Short, r.Person, r.Contact = next(), next(), next(), next(), next()
	}
	for i := range s.People {
		s.People[i].Name, s.People[i].User, s.People[i].Contact = next(), next(), next()
	}
	for i := range s.Recent {
		s.Recent[i].Who, s.Recent[i].Kind, s.Recent[i].Text, s.Recent[i].Said = next(), next(), next(), next()
	}
	for i := range s.Poll.Votes {
		s.Poll.Votes[i].Short, s.Poll.Votes[i].Person, s.Poll.Votes[i].By.Text, s.Poll.Votes[i].By.User = next(), next(), next(), next()
	}
	for i := range s.Marks {
		s.Marks[i].Owner, s.Marks[i].Actions[0].Text = next(), next()
	}
	return s
}
