package panes

import (
	"fmt"

	"tminus/model/screen"
	"tminus/ui/widgets"
)

// Lines draws the pane.
func (c *Checklist) Lines() []string {
	return c.lines(func() []string {
		if len(c.rows) == 0 {
			return []string{c.row().Rest(c.t.Dim, "The runbook has no checklist.").String()}
		}
		return c.list.Lines(c.t, c.w, c.drawRow)
	})
}

func (c *Checklist) drawRow(i int, here bool) string {
	r := c.rows[i]
	switch {
	case r.heading():
		return c.row().Rest(c.t.Heading, r.area).String()
	case r.item != nil:
		return c.drawItem(r.item, here)
	}
	return c.drawSection(r.section, here)
}

// drawSection is: cursor, glyph, title, n/4, and signed or who owns it.
func (c *Checklist) drawSection(sec *screen.Section, here bool) string {
	glyph, state := c.t.Glyph.Open, c.t.Dim
	switch {
	case sec.Signed != nil:
		glyph, state = c.t.Glyph.OK, c.t.OK
	case sec.Done == len(sec.Items):
		glyph, state = c.t.Glyph.Online, c.t.Accent // complete, and waits for its owner's word
	}
	count := fmt.Sprintf("%d/%d", sec.Done, len(sec.Items))
	right, rightWidth := sec.Short, len("signed")
	if sec.Signed != nil {
		right = "signed"
	}
	if c.w >= 44 {
		rightWidth = min(c.w*2/5, 28)
		if sec.Signed == nil {
			right = sec.Owner
		} else {
			right = "signed " + sec.Signed.User
		}
	}
	sign, signStyle := c.cursorSign(here)
	r := c.row().Text(signStyle, sign).Cell(state, glyph, 2)
	r.Cell(c.rowStyle(here), sec.Title, max(r.Left()-len(count)-rightWidth-2, 4)).Gap(1)
	return r.Text(c.t.Text, count).Gap(1).Rest(state, right).String()
}

// drawItem is an item with its box; what is done steps back, what is waived says so.
func (c *Checklist) drawItem(item *screen.Item, here bool) string {
	box, word, state := c.t.Item(item.State)
	sign, signStyle := c.cursorSign(here)
	text := c.rowStyle(here)
	tail := ""
	switch item.State {
	case "":
	case "waived":
		tail = word
	default:
		if !here {
			text = c.t.Dim
		}
	}
	r := c.row().Text(signStyle, sign).Gap(2).Cell(state, box, 4)
	if tail != "" && r.Left() > len(tail)+6 {
		return r.Cell(text, item.Text, r.Left()-len(tail)-1).Gap(1).Text(c.t.Warn, tail).String()
	}
	return r.Rest(text, item.Text).String()
}

// Summary tells the checklist in one line.
func (c *Checklist) Summary(w int) string {
	return summary(&c.base, w, c.Title(), func() string {
		list := &c.s.Checklist
		return widgets.Meter(list.Done, list.Of, 8) + " " + checkCounts(c.t, list)
	})
}
