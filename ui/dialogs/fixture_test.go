package dialogs

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/runbook"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

func at(clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", "2026-11-24 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

func plan() *screen.Plan {
	return &screen.Plan{Launch: "checkout-v2", Mode: launch.Live, Runbook: &runbook.Runbook{Roles: []runbook.Role{
		{ID: "program-manager", Title: "Program Manager", Short: "PM"}, {ID: "engineering-lead", Title: "Engineering Lead", Short: "EL"},
		{ID: "product-owner", Title: "Product Owner", Short: "PO"}, {ID: "engineering-manager", Title: "Engineering Manager", Short: "EM"},
	}, Rollback: runbook.Rollback{Steps: []runbook.Step{{ID: "feature-disable"}}, Authorization: map[string]runbook.Authorization{
		"high":   {Approvals: 1, Roles: []string{"engineering-lead", "engineering-manager"}},
		"normal": {Approvals: 2, Roles: []string{"engineering-lead", "product-owner", "engineering-manager"}, Within: runbook.Duration(15 * time.Minute)},
	}}}}
}

// picture is a launch before its go/no-go is decided.
func picture() *screen.Screen {
	return &screen.Screen{
		Launch: "checkout-v2", Title: "New checkout", Mode: launch.Live, Phase: launch.GoNoGo, Status: screen.Green,
		Clock: screen.Clock{T0: at("10:00:00")},
		Checklist: screen.Checklist{Done: 5, Of: 8, Areas: []screen.Area{{ID: "technical", Title: "Technical Readiness", Sections: []screen.Section{
			{ID: "infrastructure", Title: "Infrastructure", Owner: "Engineering Lead", Short: "EL", Person: "eng-lead", Verification: "AWS Console metrics", Required: true, Done: 4, Items: []screen.Item{
				{ID: "infrastructure/scaling", Text: "Scaling policies configured", State: launch.ItemChecked},
				{ID: "infrastructure/limits", Text: "Resource limits verified", State: launch.ItemChecked},
				{ID: "infrastructure/dependencies", Text: "Dependency health checked", State: launch.ItemWaived},
				{ID: "infrastructure/backup", Text: "Backup systems tested", State: launch.ItemChecked},
			}},
			{ID: "monitoring", Title: "Monitoring", Owner: "Engineering Lead", Short: "EL", Person: "eng-lead", Verification: "Test alerts", Required: true, Done: 1, Items: []screen.Item{
				{ID: "monitoring/dashboards", Text: "CloudWatch dashboards configured"},
				{ID: "monitoring/custom", Text: "Custom metrics implemented"},
				{ID: "monitoring/alerts", Text: "Alerts tested", State: launch.ItemChecked, By: &screen.By{User: "eng-lead", At: at("08:01:00")}},
				{ID: "monitoring/baseline", Text: "Baseline metrics captured"},
			}},
		}}}},
		Poll: screen.Poll{State: "open", Go: 2, Of: 4, Blocks: []string{"Monitoring is not signed off"}, Votes: []screen.Vote{
			{Role: "engineering-lead", Title: "Engineering Lead", Short: "EL", Person: "eng-lead"},
			{Role: "product-owner", Title: "Product Owner", Short: "PO", Person: "product", Vote: launch.Go, By: &screen.By{User: "eng-lead", For: "product", Text: "criteria met"}},
			{Role: "engineering-manager", Title: "Engineering Manager", Short: "EM", Person: "eng-mgr", Vote: launch.NoGo, By: &screen.By{User: "eng-mgr", Text: "no cover on call\x1b[31m tonight"}},
			{Role: "program-manager", Title: "Program Manager", Short: "PM", Person: "prog-mgr", Vote: launch.Go, By: &screen.By{User: "prog-mgr", Text: "all set"}},
		}},
		Steps: []screen.Step{{ID: "application", Number: 3, Title: "Application Deployment", Owner: "Engineering Lead", Person: "eng-lead", State: launch.StepRunning,
			Actions: []screen.Action{{ID: "deploy", Text: "Deploy application"}}}},
		People: []screen.PersonView{
			{User: "eng-lead", Name: "Dana", Roles: []string{"engineering-lead"}, Online: true}, {User: "product", Name: "Sam", Roles: []string{"product-owner"}},
			{User: "eng-mgr", Roles: []string{"engineering-manager"}}, {User: "prog-mgr", Roles: []string{"program-manager"}},
		},
		You: screen.You{User: "eng-lead", Roles: []string{"engineering-lead"}, Listed: true},
		Monitors: []screen.Monitor{
			{Reading: monitor.Reading{ID: "error-rate", State: monitor.Crit, Value: number(1.8), Unit: "%", At: at("09:40:00")}, Name: "Error rate", Group: "system",
				Owner: "Engineering Lead", Short: "EL", Warning: "> 0.1%", Critical: "> 0.5%", OnCritical: "Page on-call", Source: "cloudwatch"},
			{Reading: monitor.Reading{ID: "network-io", State: monitor.NoBaseline, Value: number(48000), Unit: "B/s", At: at("09:40:00")}, Name: "Network I/O", Group: "system",
				Owner: "Engineering Lead", Short: "EL", Warning: "> baseline * 1.5", Needs: true, Source: "cloudwatch"},
			{Reading: monitor.Reading{ID: "customer-satisfaction", State: monitor.Unbound}, Name: "Customer satisfaction", Group: "business", Owner: "Product Owner", Short: "PO",
				Warning: "< 4.2", Baseline: number(4.5), BaselineBy: &screen.By{User: "product", At: at("08:12:00")}},
		},
		Triggers: []screen.Trigger{
			{ID: "error-rate-high", Title: "Error rate > 1% for 5 minutes", Group: "technical", Priority: "high", When: "error-rate > 1% for 5m", Monitor: "error-rate", State: screen.TriggerQuiet},
			{ID: "security-incident", Title: "Security incident", Group: "technical", Priority: "high", State: screen.TriggerQuiet},
			{ID: "significant-revenue-impact", Title: "Significant revenue impact", Group: "business", Priority: "normal", State: screen.TriggerQuiet},
		},
	}
}

func number(v float64) *float64 { return &v }

// firing is picture with a trigger in force for three minutes.
func firing(id, proposes string, points int) (*screen.Screen, screen.Alarm) {
	s := picture()
	s.At = at("09:43:20")
	a := screen.Alarm{Key: "trigger/" + id + "#150", Owner: "EL/EM", Since: at("09:40:20"), Trigger: id}
	for i := range s.Triggers {
		if t := &s.Triggers[i]; t.ID == id {
			a.Title, a.Monitor = t.Title, t.Monitor
			t.State, t.Since, t.Proposes, t.Fired = screen.TriggerFired, a.Since, proposes, &screen.By{At: a.Since, Seq: 150}
			for n := range points {
				t.Points = append(t.Points, monitor.Point{At: at("09:36:00").Add(time.Duration(n) * time.Minute), Value: 1.4 + float64(n)/10})
			}
		}
	}
	s.Alarms = []screen.Alarm{a}
	return s, a
}

func firedDialog(id, proposes string, points int, over bool) *Fired {
	s, a := firing(id, proposes, points)
	f := NewFired(plainTheme(), plan(), s, nil, a, over)
	f.SetSize(80, 24)
	return f
}

// infos are the actions that the tests ask for, as a room lists them.
func infos() []launch.ActionInfo {
	said := []launch.ArgInfo{{Name: "for", Help: "the person who said it"}, {Name: "via", Help: "how", Choices: []string{"voice", "chat", "mail"}}}
	why := func(required bool) launch.ArgInfo {
		return launch.ArgInfo{Name: "reason", Help: "why", Required: required}
	}
	id := func(choices ...string) launch.ArgInfo {
		return launch.ArgInfo{Name: "id", Help: "which", Required: true, Choices: choices}
	}
	with := func(a ...launch.ArgInfo) []launch.ArgInfo { return append(a, said...) }
	return []launch.ActionInfo{
		{Name: "item.check", Title: "Tick a checklist item", Args: with(id("monitoring/dashboards", "monitoring/custom", "monitoring/baseline"))},
		{Name: "item.waive", Title: "Set a checklist item aside", Args: with(id("monitoring/dashboards", "monitoring/custom", "monitoring/baseline"), why(true))},
		{Name: "section.sign-off", Title: "Sign a section off", Args: with(id("infrastructure"), launch.ArgInfo{Name: "evidence", Help: "what shows it: a link, a result, a dashboard", Required: true})},
		{Name: "poll.vote", Title: "Vote GO or NO-GO", Args: with(launch.ArgInfo{Name: "vote", Help: "GO or NO-GO", Required: true, Choices: []string{"GO", "NO-GO"}}, why(true),
			launch.ArgInfo{Name: "role", Help: "the role voted for", Choices: []string{"engineering-lead", "product-owner", "engineering-manager"}})},
		{Name: "poll.decide", Title: "Declare what the poll decided", Args: []launch.ArgInfo{{Name: "waive", Help: "sections that the launch goes without", Choices: []string{"monitoring", "infrastructure"}}, why(false)}},
		{Name: "clock.hold", Title: "Hold the clock", Args: []launch.ArgInfo{why(true)}},
		{Name: "clock.resume", Title: "Resume the clock", Args: []launch.ArgInfo{{Name: "mode", Help: "move: T-0 moves by the hold's length; keep: it stays", Choices: []string{"move", "keep"}}, why(false)}},
		{Name: "clock.recycle", Title: "Go back to an earlier mark", Args: []launch.ArgInfo{{Name: "to", Help: "the mark", Required: true, Choices: []string{"T-1h", "T-15m", "T-10m"}}, why(false)}},
		{Name: "clock.set", Title: "Give a new T-0", Args: []launch.ArgInfo{{Name: "t0", Help: "an instant, 2026-11-24T10:00:00Z, or +15m", Required: true}}},
		{Name: "clock.scrub", Title: "Scrub the launch", Confirm: true, Args: []launch.ArgInfo{why(true), {Name: "confirm", Help: "LIVE: the launch's name, typed", Required: true}}},
		{Name: "note.add", Title: "Write a note", Args: []launch.ArgInfo{{Name: "text", Help: "at most 8 KiB", Required: true}}},
		{Name: "step.start", Title: "Start a step", WhyNot: "no step of yours can start now", Args: []launch.ArgInfo{id()}},
		{Name: "undo", Title: "Take back your own last entry, within 30 s"},
		{Name: "trigger.declare", Title: "Declare a rollback trigger", Args: []launch.ArgInfo{id("security-incident", "significant-revenue-impact"), {Name: "reason", Help: "what you see", Required: true}}},
		{Name: "trigger.acknowledge", Title: "Acknowledge a fired trigger", Args: []launch.ArgInfo{id("error-rate-high"), {Name: "reason", Help: "what is being done"}}},
		{Name: "trigger.clear", Title: "Clear a declared trigger", Args: []launch.ArgInfo{id("security-incident"), why(true)}},
		{Name: "flag.off", Title: "Turn the feature flag off", Args: []launch.ArgInfo{{Name: "flag", Choices: []string{"main"}}, why(false)}},
		{Name: "flag.on", Title: "Turn the feature flag on", Confirm: true, Args: []launch.ArgInfo{{Name: "flag", Choices: []string{"main"}}, why(false)}},
		{Name: "rollback.request", Title: "Request a rollback", Args: []launch.ArgInfo{{Name: "reason", Help: "what happens, and why it cannot wait", Required: true},
			{Name: "steps", Help: "the steps, separated by commas; left out: all that apply", Choices: []string{"feature-disable", "database-rollback", "code-rollback"}},
			{Name: "priority", Help: "left out: the trigger's, else normal", Choices: []string{"normal", "high"}}}},
		{Name: "rollback.approve", Title: "Approve the rollback", Args: []launch.ArgInfo{id("R1-9c41d07b")}},
		{Name: "rollback.veto", Title: "Veto the rollback", Args: []launch.ArgInfo{id("R1-9c41d07b"), why(true)}},
		{Name: "rollback.withdraw", Title: "Withdraw your rollback request", Args: []launch.ArgInfo{id("R1-9c41d07b"), why(true)}},
		{Name: "rollback.judge", Title: "Say whether the rollback has helped", Args: []launch.ArgInfo{{Name: "outcome", Required: true, Choices: []string{"recovered", "not-recovered"}}, {Name: "evidence", Required: true}}},
		{Name: "rollback.raise", Title: "Raise the rollback to high priority", Args: []launch.ArgInfo{id("R1-9c41d07b"), why(true)}},
		{Name: "step.retry", Title: "Try a failed step again", Args: with(id("database-rollback"), why(false))},
		{Name: "step.skip", Title: "Skip a step", Confirm: true, Args: []launch.ArgInfo{id("database-rollback"), why(true)}},
		{Name: "step.resolve", Title: "Say what became of a step", Args: with(id("database-rollback"), launch.ArgInfo{Name: "outcome", Help: "what became of it", Required: true, Choices: []string{"done", "not-done"}},
			launch.ArgInfo{Name: "evidence", Help: "what shows it", Required: true})},
		{Name: "step.undo", Title: "Take an action of a step back", Args: []launch.ArgInfo{{Name: "what", Required: true, Choices: []string{"halt"}}, why(false)}},
		{Name: "alarm.silence", Title: "Silence a monitor's alarm", Args: []launch.ArgInfo{{Name: "monitor", Help: "the monitor", Required: true, Choices: []string{"error-rate", "network-io", "customer-satisfaction"}},
			{Name: "minutes", Help: "1 to 60, 15 where you say nothing; 0 ends the silence"}, {Name: "reason", Help: "why nobody has to be called"}}},
		{Name: "baseline.capture", Title: "Capture the baseline of monitors", Args: []launch.ArgInfo{{Name: "monitor", Help: "the monitor; all (default): every one of yours that a rule compares with its baseline", Choices: []string{"error-rate", "network-io"}},
			{Name: "from", Help: "2026-11-23T10:00:00Z, L-1d, T-2h, or 24h: that long ago; left out: the launch's first two hours on the last 7 days"}, {Name: "to", Help: "the same; left out: now"},
			{Name: "value", Help: "the baseline itself, where it is known and cannot be read"}}},
		{Name: "value.enter", Title: "Enter a monitor's value", Args: []launch.ArgInfo{{Name: "monitor", Help: "a monitor of yours without a source", Required: true, Choices: []string{"customer-satisfaction"}},
			{Name: "value", Help: "a number in the monitor's unit", Required: true}, {Name: "at", Help: "when it was so: 2026-11-24T10:00:00Z, T-2h, or 10m: that long ago; left out: now"}}},
	}
}

func info(name string) launch.ActionInfo {
	for _, i := range infos() {
		if i.Name == name {
			return i
		}
	}
	panic("no action " + name)
}

func plainTheme() *theme.Theme { return theme.New(theme.Options{Profile: colorprofile.ANSI256}) }

func form(name string, args map[string]string) *Form { return suggested(name, args, nil) }

func suggested(name string, args, suggest map[string]string) *Form {
	f := NewForm(plainTheme(), plan(), picture(), info(name), intent.Ask{Command: launch.Command{Action: name, Args: args}, Suggest: suggest})
	f.SetSize(80, 24)
	return f
}

// press gives keys by name: "tab", "alt+enter"; a name of one rune is typed.
func press(t *testing.T, d Dialog, keys ...string) (last intent.Intent, closed bool) {
	t.Helper()
	for _, k := range keys {
		last, closed = d.HandleKey(keyOf(k))
	}
	return last, closed
}

func typed(t *testing.T, d Dialog, s string) {
	t.Helper()
	for _, r := range s {
		d.HandleKey(keyOf(string(r)))
	}
}

func keyOf(name string) tea.KeyPressMsg {
	mod := tea.KeyMod(0)
	for _, m := range []struct {
		prefix string
		mod    tea.KeyMod
	}{{"ctrl+", tea.ModCtrl}, {"alt+", tea.ModAlt}, {"shift+", tea.ModShift}} {
		if rest, ok := strings.CutPrefix(name, m.prefix); ok {
			name, mod = rest, mod|m.mod
		}
	}
	named := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
		"right": tea.KeyRight, "backspace": tea.KeyBackspace, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp}
	if code, ok := named[name]; ok {
		return tea.KeyPressMsg{Code: code, Mod: mod}
	}
	if name == "space" || name == " " {
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	}
	r := []rune(name)[0]
	k := tea.KeyPressMsg{Code: r, Mod: mod}
	if mod == 0 {
		k.Text = name
	}
	return k
}

// seen is what a box shows, without styles.
func seen(d Dialog) string { return ansi.Strip(strings.Join(d.Lines(), "\n")) }
