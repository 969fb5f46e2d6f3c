package panes

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui/intent"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// Countdown is the pane of the clock: large, with GO or HOLD beside it, what is wrong and the marks that come.
type Countdown struct {
	base
	shown string // what the drawn lines say of the time, see sayTime
	top   int    // first mark in sight
}

// NewCountdown makes the pane.
func NewCountdown(t *theme.Theme) *Countdown { return &Countdown{base: base{t: t}} }

// Title is the frame's title.
func (c *Countdown) Title() string { return "Countdown" }

// Right is T-0 in UTC.
func (c *Countdown) Right() string {
	if c.s == nil {
		return ""
	}
	t0 := c.s.Clock.T0.UTC()
	if c.w >= 60 {
		return "T-0 " + t0.Format("Mon 2 Jan 15:04:05") + " UTC"
	}
	return "T-0 " + t0.Format("15:04") + " UTC"
}

// SetScreen gives a new picture.
func (c *Countdown) SetScreen(s *screen.Screen) {
	c.take(s)
	c.top = min(c.top, max(len(s.Next)-1, 0))
	c.shown = c.sayTime()
}

// Tick reports whether the clock, a time to go or the age of a hold reads differently.
func (c *Countdown) Tick(now time.Time) bool {
	c.now = now
	if c.s == nil {
		return false
	}
	if said := c.sayTime(); said != c.shown {
		c.shown, c.drawn = said, nil
		return true
	}
	return false
}

// sayTime is every text of the pane that depends on the time.
func (c *Countdown) sayTime() string {
	var b strings.Builder
	b.WriteString(c.s.ClockText(c.now))
	b.WriteString(reason(c.s, c.now))
	at := clockNow(c.s, c.now)
	for i := range c.s.Next {
		b.WriteString(widgets.Until(c.s.Next[i].At.Sub(at)))
	}
	return b.String()
}

// Select finds nothing here: marks are selected in the full view.
func (c *Countdown) Select(string) bool { return false }

// HandleKey scrolls the marks and opens the full view.
func (c *Countdown) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	if c.s == nil {
		return opens(k, "countdown", "")
	}
	top, ok := scrollKey(k, c.top, 3, len(c.s.Next)-1)
	if !ok {
		return opens(k, "countdown", "")
	}
	if top != c.top {
		c.top, c.drawn = top, nil
	}
	return nil, true
}

// Bindings are the pane's keys.
func (c *Countdown) Bindings() []Binding {
	return []Binding{{Key: "enter", Help: "all marks"}, moving()}
}

// Lines draws the pane.
func (c *Countdown) Lines() []string {
	return c.lines(func() []string {
		head := clockBlock(&c.base, c.h >= 6)
		tail := c.alarms(len(head))
		spare := c.h - len(head) - len(tail) - 3 // lines beside three marks
		lines := head
		if spare > 0 {
			lines = append(lines, c.row().String())
		}
		lines = append(lines, tail...)
		if len(tail) > 0 && spare > 1 {
			lines = append(lines, c.row().String())
		}
		if hint := c.watchOut(); hint != "" && c.h-len(lines) > 5 {
			lines = append(lines, c.marks(c.h-len(lines)-1)...)
			for len(lines) < c.h-1 {
				lines = append(lines, c.row().String())
			}
			return append(lines, c.row().Text(c.t.Accent, "Watch out").Gap(1).Rest(c.t.Dim, hint).String())
		}
		return append(lines, c.marks(c.h-len(lines))...)
	})
}

// watchOut is the first of the runbook's pitfalls that are at hand; "": there is none.
func (c *Countdown) watchOut() string {
	switch all := c.s.Guidance; len(all) {
	case 0:
		return ""
	case 1:
		return all[0].What + ": g i"
	default:
		return fmt.Sprintf("%s; and %d more: g i", all[0].What, len(all)-1)
	}
}

// alarms is why the clock stands, and why the status is not GREEN, wrapped into what three marks (or as many as there are)
// leave below a head of so many lines; where only one line is to be had, the first of them.
func (c *Countdown) alarms(head int) []string {
	var lines []string
	if why := reason(c.s, c.now); why != "" {
		lines = append(lines, c.row().Rest(c.t.Warn, why).String())
	}
	if len(c.s.Reasons) == 0 || len(lines) > 0 && c.h < head+7 {
		return lines
	}
	glyph, word, st := c.t.Status(c.s.Status)
	lead := widgets.Width(word) + 4
	room := min(max(c.h-head-len(lines)-max(min(len(c.s.Next), 3), 1), 1), 3)
	said := widgets.Wrap(joined(c.t, c.s.Reasons...), c.w-lead)
	if len(said) > room { // the last line in sight ends in "…"
		said = append(said[:room-1:room-1], strings.Join(said[room-1:], " "))
	}
	for i, line := range said {
		r := c.row()
		if i == 0 {
			r.Text(st, glyph+" "+word).Gap(2)
		} else {
			r.Gap(lead)
		}
		lines = append(lines, r.Rest(c.t.Text, line).String())
	}
	return lines
}

// marks draws the coming marks in h lines, from the scrolled one on; a last line counts what does not fit.
func (c *Countdown) marks(h int) []string {
	rest := c.s.Next[min(c.top, len(c.s.Next)):]
	if h <= 0 {
		return nil
	}
	if len(rest) == 0 {
		return []string{c.row().Rest(c.t.Dim, "No more marks.").String()}
	}
	var lines []string
	at := clockNow(c.s, c.now)
	for i := range rest {
		if len(lines) == h {
			break
		}
		lines = append(lines, markRow(&c.base, c.w, &rest[i], at, i == 0))
	}
	// Three marks are what the pane promises; a count of the others only takes a line that is over.
	if hidden := len(rest) - len(lines); hidden > 0 && h > 3 {
		lines[h-1] = c.row().Rest(c.t.Dim, more(c.t, hidden+1)).String()
	}
	return lines
}

// markRow is: time to go, label, title, owner, in w cells. The next mark is the loud one.
func markRow(b *base, w int, m *screen.NextMark, at time.Time, next bool) string {
	st := b.t.Text
	if next {
		st = b.t.Strong
	}
	r := widgets.NewRow(w)
	r.CellRight(b.t.Text, widgets.Until(m.At.Sub(at)), 7).Gap(1).Cell(st, m.Label, labelWidth(b.s.Next)).Gap(1)
	owner := min(max(widgets.Width(m.Owner), 3), r.Left()/3)
	return r.Cell(st, m.Title, r.Left()-owner-1).Gap(1).CellRight(st, m.Owner, r.Left()).String()
}

// labelWidth is the column of the marks' labels: "T-10m", "T+24h7m".
func labelWidth(marks []screen.NextMark) int {
	w := 6
	for i := range marks {
		w = max(w, min(widgets.Width(text.Line(marks[i].Label)), 9))
	}
	return w
}

// clockBlock is the clock, large where there is room, with the verdict at its right.
func clockBlock(b *base, large bool) []string {
	text := b.s.ClockText(b.now)
	glyph, word, count, st := verdict(b.t, b.s)
	big := widgets.BigClock(text)
	if b.t.ASCII {
		big = widgets.BigClockASCII(text)
		large = large && b.h >= 10
	}
	const beside = 12 // cells that the verdict needs, " ■ SCRUBBED "
	wide := widgets.Width(big[0])
	if !large || b.w < wide+beside {
		r := b.row().Text(b.t.Strong, text).Gap(3).Text(st, " "+glyph+" "+word+" ")
		return []string{r.Gap(1).Rest(b.t.Text, count).String()}
	}
	gap := min(max((b.w-wide-beside)/3, 1), 6)
	lines := make([]string, len(big))
	for i, line := range big {
		r := b.row().Gap(min(gap-1, 2)).Drawn(line, wide).Gap(gap)
		switch i {
		case 0:
			r.Text(st, " "+glyph+" "+word+" ")
		case 1:
			r.Gap(1).Rest(b.t.Text, count)
		case 2:
			r.Gap(1).Rest(b.t.Dim, string(b.s.Phase))
		}
		lines[i] = r.String()
	}
	return lines
}

// Summary tells the clock in one line.
func (c *Countdown) Summary(w int) string {
	return summary(&c.base, w, c.Title(), func() string {
		_, word, count, _ := verdict(c.t, c.s)
		next := ""
		if len(c.s.Next) > 0 {
			m := &c.s.Next[0]
			next = widgets.Until(m.At.Sub(clockNow(c.s, c.now))) + " " + m.Label + " " + m.Title + " " + m.Owner
		}
		return joined(c.t, c.s.ClockText(c.now), word+" "+count, next)
	})
}
