package panes

import (
	"fmt"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// Decisions is the pane of the newest journal entries, the newest at the bottom. While the cursor is on the last one it
// follows what comes in.
type Decisions struct {
	base
	list widgets.List
}

// NewDecisions makes the pane.
func NewDecisions(t *theme.Theme) *Decisions { return &Decisions{base: base{t: t}} }

// Title is the frame's title.
func (d *Decisions) Title() string { return "Decisions" }

// Right is how many entries there are, and the head.
func (d *Decisions) Right() string {
	if d.s == nil {
		return ""
	}
	return joined(d.t, fmt.Sprintf("%d entries", d.s.Entries), d.s.Head)
}

// SetSize gives the size inside the frame.
func (d *Decisions) SetSize(w, h int) {
	d.base.SetSize(w, h)
	d.list.SetHeight(d.h)
}

// SetScreen gives a new picture.
func (d *Decisions) SetScreen(s *screen.Screen) {
	follow, at := d.s == nil || d.list.AtEnd(), d.seq()
	d.take(s)
	d.list.SetCount(d.rows())
	if follow || !d.Select(strconv.FormatInt(at, 10)) {
		d.list.Set(d.list.Count() - 1)
	}
}

// older is how many entries stand in the journal before the first line here.
func (d *Decisions) older() int64 { return max(d.s.Entries-int64(len(d.s.Recent)), 0) }

// rows counts the lines, and one more that tells of the older entries.
func (d *Decisions) rows() int {
	if d.older() > 0 {
		return len(d.s.Recent) + 1
	}
	return len(d.s.Recent)
}

// line is the entry in a row; nil: the row that tells of the older ones.
func (d *Decisions) line(row int) *screen.Line {
	if d.older() > 0 {
		row--
	}
	if row < 0 || row >= len(d.s.Recent) {
		return nil
	}
	return &d.s.Recent[row]
}

// seq is the entry at the cursor; 0: none.
func (d *Decisions) seq() int64 {
	if d.s != nil {
		if l := d.line(d.list.Cursor()); l != nil {
			return l.Seq
		}
	}
	return 0
}

// Tick changes nothing: times are told, not ages.
func (d *Decisions) Tick(now time.Time) bool {
	// The date comes into the rows when the day ends.
	turned := d.s != nil && !d.now.IsZero() && now.UTC().YearDay() != d.now.UTC().YearDay()
	d.now = now
	if turned {
		d.drawn = nil
	}
	return turned
}

// Select moves the cursor to an entry by its seq.
func (d *Decisions) Select(id string) bool {
	seq, err := strconv.ParseInt(id, 10, 64)
	if err != nil || d.s == nil {
		return false
	}
	for row := range d.list.Count() {
		if l := d.line(row); l != nil && l.Seq == seq {
			d.list.Set(row)
			d.drawn = nil
			return true
		}
	}
	return false
}

// HandleKey scrolls and opens the full view.
func (d *Decisions) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	if d.list.Key(k) {
		d.drawn = nil
		return nil, true
	}
	target := ""
	if seq := d.seq(); seq > 0 {
		target = strconv.FormatInt(seq, 10)
	}
	return opens(k, "decisions", target)
}

// Bindings are the pane's keys.
func (d *Decisions) Bindings() []Binding {
	return []Binding{{Key: "enter", Help: "whole journal"}, moving()}
}

// Lines draws the pane.
func (d *Decisions) Lines() []string {
	return d.lines(func() []string {
		if d.list.Count() == 0 {
			return []string{d.row().Rest(d.t.Dim, "Nothing is in the journal yet.").String()}
		}
		lines := d.list.Lines(d.t, d.w, func(row int, here bool) string {
			l := d.line(row)
			if l == nil {
				sign, st := d.cursorSign(here)
				older := fmt.Sprintf("%s %d older entries: enter shows them", d.t.Glyph.Up, d.older())
				return d.row().Text(st, sign).Gap(1).Rest(d.t.Dim, older).String()
			}
			return entryRow(&d.base, d.w, l, stampWidth(d.s.Recent[0].At, d.now), here)
		})
		// The count above is of entries, also of those that are not on the screen's list.
		if _, _, above, _ := d.list.Window(); above > 0 && d.h >= 3 && d.older() > 0 {
			lines[0] = d.row().Rest(d.t.Dim, moreAbove(d.t, above-1+int(d.older()))).String()
		}
		return lines
	})
}

// entryRow is: time, who, kind, text, in w cells. What the clock and the world did steps back behind what people did.
func entryRow(b *base, w int, l *screen.Line, atWidth int, here bool) string {
	st, who := b.t.Dim, b.t.Dim
	if l.Human {
		st, who = b.t.Text, b.t.Strong
	}
	if here && b.focus {
		st = b.t.Strong
	}
	sign, signStyle := b.cursorSign(here)
	r := widgets.NewRow(w).Text(signStyle, sign).Cell(b.t.Dim, stamp(l.At, b.now), atWidth).Gap(1)
	whoWidth, kindWidth := 10, 16
	switch {
	case w >= 160:
		whoWidth, kindWidth = 16, 20
	case w >= 100:
		whoWidth, kindWidth = 12, 20
	}
	r.Cell(who, l.Who, whoWidth).Gap(1)
	if w >= 60 {
		r.Cell(b.t.Dim, l.Kind, kindWidth).Gap(1)
	}
	text := l.Text
	if l.Said != "" && l.Said != l.Who {
		text = "said by " + l.Said + ", recorded by " + l.Who + ": " + text
	}
	return r.Rest(st, text).String()
}

// Summary tells the newest entry in one line.
func (d *Decisions) Summary(w int) string {
	return summary(&d.base, w, d.Title(), func() string {
		if len(d.s.Recent) == 0 {
			return "no entries"
		}
		l := &d.s.Recent[len(d.s.Recent)-1]
		return stamp(l.At, d.now) + " " + l.Who + " " + l.Text
	})
}
