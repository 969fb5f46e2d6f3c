package panes

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"tminus/model/launchfile"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/layout"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

func logLines(n int) []screen.LogLine {
	levels := []string{"error", "warning", "critical", "error"}
	texts := []string{"payment failed: card_declined order=4411 amount=12.90", "slow query 812 ms: select * from carts where id = ?",
		"panic: runtime error: index out of range [3] with length 3\n\tgoroutine 17 [running]:", "upstream timed out after 30s"}
	var out []screen.LogLine
	for i := range n {
		out = append(out, screen.LogLine{ID: fmt.Sprint("e", i), At: nowAt().Add(time.Duration(i-n) * 13 * time.Second), Group: "/shop/checkout", Level: levels[i%4], Text: texts[i%4]})
	}
	return out
}

func logsAt(w, h int, ascii bool) *LogsView {
	v := NewLogsView(theme.New(theme.Options{NoColor: true, ASCII: ascii}))
	v.SetSize(layout.Arrange(w, h).View.Inner())
	v.SetFocus(true)
	v.SetScreen(sample())
	return v
}

func TestGoldenLogs(t *testing.T) {
	for _, c := range []struct {
		w, h  int
		ascii bool
		keys  string
	}{{200, 50, false, ""}, {120, 35, false, "k k"}, {80, 24, false, ""}, {80, 24, true, "f"}, {80, 24, false, "f f enter"}} {
		t.Run(fmt.Sprintf("%dx%d-ascii=%v-%s", c.w, c.h, c.ascii, strings.ReplaceAll(c.keys, " ", "-")), func(t *testing.T) {
			v := logsAt(c.w, c.h, c.ascii)
			v.SetLines(logLines(70))
			for _, k := range strings.Fields(c.keys) {
				v.HandleKey(press(k))
			}
			r := layout.Arrange(c.w, c.h).View
			golden.RequireEqual(t, trimmed(widgets.Frame(v.t, v.Title(), v.Right(), v.Lines(), r.W, r.H, true)))
		})
	}
}

func TestLogsAsk(t *testing.T) {
	v := logsAt(120, 35, false)
	at := nowAt()
	steps := []struct {
		after time.Duration
		want  bool
	}{{0, true}, {0, false}, {time.Second, false}, {5 * time.Second, true}, {6 * time.Second, false}, {11 * time.Second, true}}
	for i, s := range steps {
		v.Tick(at.Add(s.after))
		if got := v.Wants(); (got != nil) != s.want {
			t.Errorf("step %d, after %s: wants %v", i, s.after, got)
		} else if got != nil && got != (intent.LoadLines{}) {
			t.Errorf("wants %v", got)
		}
		if s.after > 0 {
			v.SetLines(logLines(3))
		} else if s.want && v.Wants() != nil {
			t.Error("it asks while a question is under way")
		}
		if s.after == 0 {
			continue
		}
	}
	v = logsAt(120, 35, false)
	v.Wants()
	if v.Tick(at.Add(6 * time.Second)); v.Wants() != nil {
		t.Error("it asks again before the answer")
	}
	if v.Tick(at.Add(patience)); v.Wants() == nil {
		t.Error("a lost answer stops it for good")
	}
}

func TestLogsFollowTheNewestUnlessMoved(t *testing.T) {
	v := logsAt(120, 35, false)
	v.SetLines(logLines(40))
	if v.selected().ID != "e39" {
		t.Fatalf("opened on %s", v.selected().ID)
	}
	more := append(logLines(40), screen.LogLine{ID: "new", At: nowAt(), Level: "error"})
	v.SetLines(more)
	if v.selected().ID != "new" || !strings.Contains(v.Right(), "following") {
		t.Errorf("on %s, %s", v.selected().ID, v.Right())
	}
	v.HandleKey(press("k"))
	v.SetLines(append(more[1:], screen.LogLine{ID: "newer", At: nowAt().Add(time.Second), Level: "error"}))
	if v.selected().ID != "e39" || !strings.Contains(v.Right(), "2 newer") {
		t.Errorf("moved, it is on %s, %s", v.selected().ID, v.Right())
	}
	v.SetLines(nil)
	if len(v.all) == 0 {
		t.Error("a failed question takes the lines away")
	}
	v.HandleKey(press("enter"))
	v.SetLines(more[:20])
	if v.read.open || v.selected() == nil {
		t.Error("a line that is gone stays open")
	}
}

func TestLogsFilter(t *testing.T) {
	v := logsAt(120, 35, false)
	v.SetLines(logLines(40))
	for _, want := range []struct {
		title string
		n     int
	}{{"Log lines · errors and critical", 30}, {"Log lines · critical alone", 10}, {"Log lines", 40}} {
		v.HandleKey(press("f"))
		if v.Title() != want.title || len(v.shown) != want.n {
			t.Errorf("%s: %d lines, want %s: %d", v.Title(), len(v.shown), want.title, want.n)
		}
	}
	v.SetLines([]screen.LogLine{{ID: "w", Level: "warning"}})
	v.HandleKey(press("f"))
	if out := strings.Join(v.Lines(), ""); !strings.Contains(out, "None of the 1 lines is of this level. f shows the others.") {
		t.Error(out)
	}
	if _, ok := v.HandleKey(press("f")); !ok {
		t.Error("an empty filter cannot be changed")
	}
}

func TestLogsSayWhyThereIsNothing(t *testing.T) {
	v := logsAt(120, 35, false)
	say := func(want string) {
		t.Helper()
		if out := ansi.Strip(strings.Join(v.Lines(), " ")); !strings.Contains(out, want) {
			t.Errorf("no %q in %q", want, strings.Join(strings.Fields(out), " "))
		}
	}
	say("Reading the log lines.")
	v.SetPlan(&screen.Plan{File: &launchfile.File{}})
	say("No log group is bound")
	v.SetPlan(&screen.Plan{File: &launchfile.File{Logs: []launchfile.LogGroup{{Group: "/shop"}}}})
	v.SetLines([]screen.LogLine{})
	say("Nothing has matched the patterns yet.")
	s := sample()
	s.Sources = []screen.SourceHealth{{Name: "logs", Error: "AccessDenied", Hint: "logs:FilterLogEvents is missing", NextTry: s.At.Add(50 * time.Second)}}
	v.SetScreen(s)
	say("? The logs cannot be read: AccessDenied · tries again in 50s · logs:FilterLogEvents is missing")
}

// TestHostileLogLines draws escape codes, bidirectional controls, line breaks and a line of a mebibyte, closed and open.
func TestHostileLogLines(t *testing.T) {
	evil := []string{"\x1b[31mred\x1b]0;title\x07 \x1b[2J", "\u202Egnp.exe\u2066", strings.Repeat("日本x\x1b", 1<<17), "a\nb\r\nc\td\x00\xff", "👩‍👩‍👧 ⚠️ e\u0301\u0301", ""}
	var lines []screen.LogLine
	for i := range 60 {
		e := evil[i%len(evil)]
		lines = append(lines, screen.LogLine{ID: fmt.Sprint(i) + clip(e, 9), At: nowAt().Add(time.Duration(i) * time.Second), Group: evil[(i+1)%len(evil)], Level: []string{"error", "critical", evil[i%3]}[i%3], Text: e})
	}
	for _, size := range append(sizes(), [2]int{60, 15}) {
		for _, ascii := range []bool{false, true} {
			v := logsAt(size[0], size[1], ascii)
			v.SetLines(lines)
			w, h := layout.Arrange(size[0], size[1]).View.Inner()
			for _, key := range strings.Fields("k enter pgdown end esc k enter end esc k enter j esc k k enter home enter home f f") {
				v.HandleKey(press(key))
				out := v.Lines()
				checkExact(t, fmt.Sprint(size, ascii, key), out, w, h)
				if joined := ansi.Strip(strings.Join(out, "")); strings.ContainsAny(joined, "\x1b\x07\u202e\u2066\x00") {
					t.Errorf("%v %s: something unsafe is drawn", size, key)
				}
			}
		}
	}
	v := logsAt(120, 35, false)
	v.SetLines(lines[:3])
	v.HandleKey(press("enter"))
	v.HandleKey(press("end"))
	v.Lines()
	if v.HandleKey(press("end")); !strings.Contains(ansi.Strip(strings.Join(v.Lines(), "")), "bytes more, which are not shown") {
		t.Error("a line is cut silently")
	}
}
