package panes

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

func press(key string) tea.KeyPressMsg {
	codes := map[string]rune{"end": tea.KeyEnd, "home": tea.KeyHome, "enter": tea.KeyEnter, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
		"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "esc": tea.KeyEscape, "space": tea.KeySpace}
	if code, ok := codes[key]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	return tea.KeyPressMsg{Code: rune(key[0]), Text: key}
}

func ready(p Pane) Pane {
	p.SetSize(86, 30)
	p.SetFocus(true)
	p.SetScreen(sample())
	p.Tick(nowAt())
	return p
}

func do(action, id string) intent.Intent { return intent.Do{Command: command(action, id)} }
func ask(action, id string) intent.Intent {
	return intent.Ask{Command: command(action, id)}
}

func TestKeysBecomeIntents(t *testing.T) {
	th := theme.New(theme.Options{})
	for _, c := range []struct {
		pane   Pane
		sel    string
		key    string
		want   intent.Intent
		passed bool
	}{
		{NewChecklist(th), "monitoring/baseline-metrics-captured", "space", do("item.check", "monitoring/baseline-metrics-captured"), true},
		{NewChecklist(th), "monitoring/alerts-tested", "space", do("item.uncheck", "monitoring/alerts-tested"), true},
		{NewChecklist(th), "monitoring", "space", nil, true},
		{NewChecklist(th), "monitoring/alerts-tested", "s", ask("section.sign-off", "monitoring"), true},
		{NewChecklist(th), "security", "s", ask("section.withdraw", "security"), true},
		{NewChecklist(th), "monitoring/baseline-metrics-captured", "w", ask("item.waive", "monitoring/baseline-metrics-captured"), true},
		{NewChecklist(th), "security", "enter", intent.OpenView{View: "checklist", Target: "security"}, true},
		{NewChecklist(th), "security", "x", nil, false},
		{NewChecklistView(th), "monitoring/alerts-tested", "space", do("item.uncheck", "monitoring/alerts-tested"), true},
		{NewCountdown(th), "", "enter", intent.OpenView{View: "countdown"}, true},
		{NewMetrics(th), "cpu", "enter", intent.OpenView{View: "metrics", Target: "cpu"}, true},
		{NewRACI(th), "", "enter", intent.OpenView{View: "people"}, true},
		{NewDecisions(th), "140", "enter", intent.OpenView{View: "decisions", Target: "140"}, true},
	} {
		p := ready(c.pane)
		if c.sel != "" && !p.Select(c.sel) {
			t.Errorf("%s: cannot select %s", p.Title(), c.sel)
			continue
		}
		got, passed := p.HandleKey(press(c.key))
		if fmt.Sprint(got) != fmt.Sprint(c.want) || passed != c.passed {
			t.Errorf("%s: %s on %s gives %v %v, want %v %v", p.Title(), c.key, c.sel, got, passed, c.want, c.passed)
		}
	}
}

// TestHJKLOnlyMove holds the promise that these keys never act, in any pane or view.
func TestHJKLOnlyMove(t *testing.T) {
	th := theme.New(theme.Options{})
	all := []Pane{}
	for _, p := range five(th) {
		all = append(all, p)
	}
	for _, p := range fullViews(th) {
		all = append(all, p)
	}
	for _, p := range all {
		ready(p)
		for _, key := range []string{"h", "j", "k", "l", "j", "j"} {
			got, _ := p.HandleKey(press(key))
			if _, loads := got.(intent.LoadEntries); got != nil && !loads {
				t.Errorf("%s: %s gives %v", p.Title(), key, got)
			}
		}
	}
}

// TestChecklistCursorWalksEverySection checks that the accordion neither skips a section nor loses the cursor.
func TestChecklistCursorWalksEverySection(t *testing.T) {
	for _, height := range []int{5, 14, 40} {
		c := NewChecklist(theme.New(theme.Options{}))
		c.SetSize(40, height)
		c.SetScreen(sample())
		c.HandleKey(press("home"))
		seen := map[string]bool{c.at.section: true}
		for range 60 {
			c.HandleKey(press("j"))
			seen[c.at.section] = true
		}
		if len(seen) != 8 {
			t.Errorf("height %d: walking down reached %d sections, want 8: %v", height, len(seen), seen)
		}
		for range 60 {
			c.HandleKey(press("k"))
		}
		if c.at != (checkAt{section: "infrastructure"}) {
			t.Errorf("height %d: walking up ends at %v", height, c.at)
		}
	}
}

func TestTickReportsOnlyWhatShows(t *testing.T) {
	th := theme.New(theme.Options{})
	second := nowAt().Add(time.Second)
	for _, c := range []struct {
		pane Pane
		at   time.Time
		want bool
	}{
		{NewCountdown(th), second, true},
		{NewCountdown(th), nowAt(), false},
		{NewMetrics(th), second, false},
		{NewMetrics(th), nowAt().Add(8 * time.Second), true}, // 43 s becomes 51 s, and 13 s becomes 21 s
		{NewChecklist(th), second, false},
		{NewRACI(th), second, false},
		{NewDecisions(th), second, false},
	} {
		p := ready(c.pane)
		before := fmt.Sprint(p.Lines())
		got := p.Tick(c.at)
		if changed := fmt.Sprint(p.Lines()) != before; got != c.want || changed != c.want {
			t.Errorf("%s at %s: Tick %v, lines changed %v, want %v", p.Title(), c.at, got, changed, c.want)
		}
	}
	held := sample()
	at := nowAt().Add(-time.Minute)
	held.Clock.HeldAt, held.Clock.HoldReason = &at, "baseline"
	c := NewCountdown(th)
	c.SetSize(60, 10)
	c.SetScreen(held)
	if c.Tick(second) {
		t.Error("a held clock moved")
	}
}

func TestDecisionsFollowTheNewestUnlessScrolled(t *testing.T) {
	d := NewDecisions(theme.New(theme.Options{}))
	ready(d)
	grow := sample()
	last := grow.Recent[len(grow.Recent)-1]
	last.Seq, grow.Entries = 143, 143
	grow.Recent = append(grow.Recent, last)
	d.SetScreen(grow)
	if d.seq() != 143 {
		t.Errorf("cursor at %d, want the newest", d.seq())
	}
	d.HandleKey(press("k"))
	again := *grow
	last.Seq, again.Entries = 144, 144
	again.Recent = append(append(again.Recent[:0:0], grow.Recent[1:]...), last)
	d.SetScreen(&again)
	if d.seq() != 142 {
		t.Errorf("cursor at %d, want it to stay at 142", d.seq())
	}
}

func TestMetricsNeverGreenForWhatIsNotKnown(t *testing.T) {
	th := theme.New(theme.Options{})
	for i := range sampleMonitors() {
		m := sampleMonitors()[i]
		_, word, st := th.State(m.State)
		if word != "OK" && st == th.OK {
			t.Errorf("%s is drawn as healthy", word)
		}
	}
}

func TestWaivedItemIsReopened(t *testing.T) {
	p := ready(NewChecklist(theme.New(theme.Options{})))
	p.Select("monitoring/custom-metrics-implemented")
	got, _ := p.HandleKey(press("space"))
	if fmt.Sprint(got) != fmt.Sprint(intent.Do{Command: launch.Command{Action: "item.uncheck", Args: map[string]string{"id": "monitoring/custom-metrics-implemented"}}}) {
		t.Errorf("got %v", got)
	}
}

func TestDecisionsViewLoadsPagesWithoutGaps(t *testing.T) {
	v := NewDecisionsView(theme.New(theme.Options{}))
	s := sample()
	s.Entries = 1734
	fullView(v.t, v, s, 120, 35)
	if v.entries[0].Seq > 1235 || !v.Select("1300") || v.selected().Seq != 1300 || v.Select("1735") || v.Select("x") {
		t.Fatal("cannot select a loaded entry, or can select what is not there")
	}
	if v.high() != 1734 || v.low() > 1235 {
		t.Fatalf("loaded %d to %d", v.low(), v.high())
	}
	for range 80 {
		got, _ := v.HandleKey(press("home"))
		if want, ok := got.(intent.LoadEntries); ok {
			v.SetEntries(sampleEntries(want.After, s.Entries))
		}
	}
	if v.low() != 1 || len(v.entries) != 1734 || !v.Select("1") || v.selected().Seq != 1 {
		t.Errorf("after scrolling to the top: %d to %d, %d entries", v.low(), v.high(), len(v.entries))
	}
	if !v.Select("900") || v.selected().Seq != 900 {
		t.Error("cannot select entry 900")
	}
	early := NewDecisionsView(v.t)
	early.SetScreen(s)
	if !early.Select("7") {
		t.Error("cannot select an entry before it is loaded")
	}
	if fullView(v.t, early, s, 120, 35); early.selected().Seq != 7 {
		t.Errorf("selected %d once loaded, want 7", early.selected().Seq)
	}
}

// TestDecisionsViewNeverAsksForNothing drains questions against rooms that send short pages, nothing, or what does not
// join, as a cockpit does without a pause: each must come to an end.
func TestDecisionsViewNeverAsksForNothing(t *testing.T) {
	rooms := map[string]func(after int64) []journal.Entry{
		"short pages": func(after int64) []journal.Entry { return sampleEntries(after, min(after+40, 1734)) },
		"nothing":     func(int64) []journal.Entry { return nil },
		"a gap":       func(after int64) []journal.Entry { return sampleEntries(after, 1734)[:min(1734-after, 10)] },
		"always one":  func(int64) []journal.Entry { return sampleEntries(99, 100) },
	}
	for name, room := range rooms {
		v := NewDecisionsView(theme.New(theme.Options{}))
		s := sample()
		s.Entries = 1734
		v.SetSize(100, 30)
		v.SetScreen(s)
		v.Select("1")
		asked := 0
		for want := v.Wants(); want != nil && asked < 1000; want = v.Wants() {
			asked++
			v.SetEntries(room(want.(intent.LoadEntries).After))
		}
		if asked == 1000 {
			t.Errorf("%s: asks without end", name)
		}
		if name == "short pages" && (v.low() != 1 || v.high() != 1734 || v.selected().Seq != 1) {
			t.Errorf("%s: loaded %d to %d, cursor at %d", name, v.low(), v.high(), v.selected().Seq)
		}
		for i, e := range v.entries {
			if e.Seq != v.low()+int64(i) {
				t.Fatalf("%s: entry %d stands at %d", name, e.Seq, i)
			}
		}
	}
}
