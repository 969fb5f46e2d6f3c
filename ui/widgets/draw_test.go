package widgets

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tminus/ui/theme"
)

func values(vs ...float64) []*float64 {
	var out []*float64
	for _, v := range vs {
		if math.IsNaN(v) {
			out = append(out, nil)
			continue
		}
		out = append(out, &v)
	}
	return out
}

func TestSpark(t *testing.T) {
	gap := math.NaN()
	for _, c := range []struct {
		in   []*float64
		w    int
		want string
	}{
		{values(0, 1, 2, 3, 4, 5, 6), 7, "▁▂▃▄▅▆▇"},
		{values(0, gap, 7), 5, "  ▁·▇"},
		{values(5, 5, 5), 3, "▁▁▁"},
		{values(100, 100.1, 100), 3, "▁▁▁"}, // noise around a steady value
		{values(0, 0), 2, "▁▁"},
		{values(-3, 3), 2, "▁▇"},
		{values(9, 1, 2), 2, "▁▇"}, // the newest
		{values(1, math.Inf(1)), 2, "▁▇"},
		{nil, 3, "   "},
		{values(1), 0, ""},
	} {
		if got := Spark(c.in, c.w); got != c.want {
			t.Errorf("Spark(%d) = %q, want %q", c.w, got, c.want)
		}
	}
}

func TestBigClock(t *testing.T) {
	for _, text := range []string{"T-00:12:43", "T+01:02:03", "L-13d 04:00", "9876543210"} {
		for _, lines := range [][]string{BigClock(text), BigClockASCII(text)} {
			for _, line := range lines {
				if ansi.StringWidth(line) != ansi.StringWidth(lines[0]) {
					t.Errorf("%s: ragged: %q", text, lines)
				}
			}
		}
	}
	want := "▀█  ▀▀█ ▄ █ █ ▀▀█\n █  █▀▀ ▄ ▀▀█ ▀▀█\n▀▀▀ ▀▀▀     ▀ ▀▀▀"
	if got := strings.Join(BigClock("12:43"), "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAges(t *testing.T) {
	for _, c := range []struct {
		d          time.Duration
		age, until string
	}{
		{-time.Second, "now", "now"},
		{9 * time.Second, "now", "00:09"},
		{10 * time.Second, "10s ago", "00:10"},
		{59 * time.Second, "50s ago", "00:59"},
		{163 * time.Second, "2m ago", "02:43"},
		{time.Hour + 5*time.Minute, "1h05m ago", "1h 05m"},
		{47 * time.Hour, "47h00m ago", "47h 00m"},
		{13*24*time.Hour + 4*time.Hour, "13d ago", "13d 04h"},
	} {
		if got := Age(c.d); got != c.age {
			t.Errorf("Age(%s) = %q, want %q", c.d, got, c.age)
		}
		if got := Until(c.d); got != c.until {
			t.Errorf("Until(%s) = %q, want %q", c.d, got, c.until)
		}
	}
}

func TestNumbers(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.04: "0.04", 0.001: "0.001", 58.25: "58.2", 142: "142", 1250.4: "1250", -0.5: "-0.5", 3.1: "3.1", 1e12: "1e+12", 6281562: "6.28M", -2.5e9: "-2.5G", 999999: "999999", 0.000012: "1.2e-05", 99.96: "100",
	} {
		if got := Number(v); got != want {
			t.Errorf("Number(%v) = %q, want %q", v, got, want)
		}
	}
	if got := Quantity(nil, "%"); got != "-" {
		t.Errorf("no value is %q", got)
	}
}

func TestMeter(t *testing.T) {
	for _, c := range []struct {
		done, of int
		want     string
	}{{0, 4, "░░░░"}, {1, 100, "█░░░"}, {99, 100, "███░"}, {4, 4, "████"}, {0, 0, "░░░░"}, {9, 4, "████"}} {
		if got := Meter(c.done, c.of, 4); got != c.want {
			t.Errorf("Meter(%d, %d) = %q, want %q", c.done, c.of, got, c.want)
		}
	}
}

// TestListKeepsTheCursorInSight walks lists of all small sizes with every moving key, and checks that the cursor's row is
// drawn, the window is full, and what is out of sight is counted.
func TestListKeepsTheCursorInSight(t *testing.T) {
	th := theme.New(theme.Options{})
	keys := []string{"j", "j", "j", "pgdown", "k", "end", "k", "k", "pgup", "home", "pgdown", "j"}
	for count := range 30 {
		for height := 1; height < 12; height++ {
			var l List
			l.SetHeight(height)
			l.SetCount(count)
			for _, key := range keys {
				l.Key(press(key))
				drawn := 0
				seen := false
				lines := l.Lines(th, 20, func(row int, cursor bool) string {
					drawn++
					seen = seen || cursor
					return Fit(fmt.Sprint("row ", row), 20)
				})
				text := ansi.Strip(strings.Join(lines, "\n"))
				if len(lines) != height || count > 0 && !seen {
					t.Fatalf("count %d height %d after %s: %d lines, cursor seen %v:\n%s", count, height, key, len(lines), seen, text)
				}
				from, to, above, below := l.Window()
				if above != from || below != count-to || drawn != to-from {
					t.Fatalf("count %d height %d: window %d-%d of %d, %d drawn", count, height, from, to, count, drawn)
				}
				if height >= minMarked && (above > 0) != strings.Contains(text, fmt.Sprintf("↑ %d more", above)) {
					t.Fatalf("count %d height %d: %d above:\n%s", count, height, above, text)
				}
				if height >= minMarked && (below > 0) != strings.Contains(text, fmt.Sprintf("↓ %d more", below)) {
					t.Fatalf("count %d height %d: %d below:\n%s", count, height, below, text)
				}
				if count >= height && strings.Contains(text, strings.Repeat(" ", 20)) {
					t.Fatalf("count %d height %d: wasted a line:\n%s", count, height, text)
				}
			}
		}
	}
}

func TestListSkipsHeadings(t *testing.T) {
	var l List
	l.SetHeight(5)
	l.SetCount(9)
	l.SetSkip(func(row int) bool { return row%3 == 0 })
	if l.Cursor() != 1 {
		t.Errorf("cursor starts at %d", l.Cursor())
	}
	var got []int
	for range 7 {
		l.Move(1)
		got = append(got, l.Cursor())
	}
	if fmt.Sprint(got) != "[2 4 5 7 8 8 8]" {
		t.Errorf("walked %v", got)
	}
	l.SetSkip(func(int) bool { return true })
	if l.Cursor() != -1 {
		t.Errorf("cursor %d where every row is a heading", l.Cursor())
	}
}

func press(key string) tea.KeyPressMsg {
	codes := map[string]rune{"pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp, "home": tea.KeyHome, "end": tea.KeyEnd}
	if code, ok := codes[key]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	return tea.KeyPressMsg{Code: rune(key[0]), Text: key}
}
