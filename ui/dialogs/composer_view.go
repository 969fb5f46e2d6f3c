package dialogs

import (
	"fmt"

	"tminus/model/launch"
	"tminus/ui/widgets"
)

// Lines draws the box.
func (c *Composer) Lines() []string {
	lines, _, _, _ := c.drawn()
	return lines
}

// Cursor is where the text cursor stands in the box.
func (c *Composer) Cursor() (x, y int, ok bool) {
	_, x, y, ok = c.drawn()
	return x, y, ok
}

func (c *Composer) drawn() (lines []string, x, y int, ok bool) {
	foot := c.foot()
	if c.preview {
		body := c.channels()
		shown := c.shownPreview()
		room := max(c.rows()-len(foot)-len(body), 1)
		c.top = min(c.top, max(len(shown)-room, 0))
		if len(shown) > room {
			shown = shown[c.top : c.top+room]
		}
		lines, _ = c.draw("Send an update: preview", append(body, shown...), foot, 0)
		return lines, 0, 0, false
	}
	body := c.head()
	top, field := len(body)+1, c.subject
	body = append(body, c.label("Subject", !c.onBody))
	for _, l := range c.subject.lines(c.theme) {
		body = append(body, "  "+l)
	}
	body = append(body, c.label(fmt.Sprintf("Text  %d of %d bytes", len(c.body.area.Value()), launch.MaxText), c.onBody))
	if c.onBody {
		top, field = len(body), c.body
	}
	for _, l := range c.body.lines(c.theme) {
		body = append(body, "  "+l)
	}
	cx, cy, ok := field.cursor()
	at := top + cy
	lines, first := c.draw(c.title(), body, foot, at)
	x, y = cx+4, at-first+1
	if c.busy || y < 1 || y >= len(lines)-1 {
		ok = false
	}
	return lines, x, y, ok
}

func (c *Composer) title() string {
	if c.draft.Milestone != "" {
		return "Send an update: milestone"
	}
	return "Send an update"
}

func (c *Composer) label(s string, here bool) string {
	style := c.theme.Strong
	if here {
		style = c.theme.Accent
	}
	return style.On(widgets.Fit(s, c.inner()))
}

// head is what one should know before writing: that nothing leaves, what is promised, what could be told.
func (c *Composer) head() []string {
	s := c.names.screen
	var out []string
	if s.Mode != launch.Live {
		out = append(out, c.wrap(c.theme.Warn, string(s.Mode)+": nothing leaves this machine; what you send is recorded as not sent")...)
	}
	if c.draft.Milestone != "" {
		out = append(out, c.wrap(c.theme.Accent, "Milestone: "+c.draft.Milestone)...)
	}
	for _, m := range s.Updates.Milestones {
		if m.Title != c.draft.Milestone {
			out = append(out, c.wrap(c.theme.Dim, "Proposed milestone: "+m.Title+" (ctrl+g)")...)
			break
		}
	}
	if why := c.whyNot(); why != "" {
		out = append(out, c.wrap(c.theme.Warn, "not yours to send: "+why)...)
	}
	return out
}

// channels lists where the update goes, and who reads it there.
func (c *Composer) channels() []string {
	out := c.head()
	if c.loading {
		return append(out, c.theme.Dim.On("asking the room"+c.theme.Glyph.Ellipsis))
	}
	for i, p := range c.previews {
		mark := "[x] "
		if c.off[p.Channel] {
			mark = "[ ] "
		}
		how := p.Audience
		switch {
		case p.Problem != "":
			how = "cannot be sent: " + p.Problem
		case !p.Bound:
			how = "by hand, since it is not bound; " + p.Audience
		}
		sign, style := "  ", c.theme.Text
		if i == c.at {
			sign, style = c.theme.Glyph.Cursor+" ", c.theme.Accent
		}
		tone := c.theme.Dim
		if p.Problem != "" {
			tone = c.theme.Crit
		}
		out = append(out, widgets.NewRow(c.inner()).Text(style, sign+mark+p.Title).Gap(2).Rest(tone, how).String())
	}
	return append(out, "")
}

// shownPreview is the text of the channel at hand, as its readers get it.
func (c *Composer) shownPreview() []string {
	if c.loading || c.at >= len(c.previews) {
		return nil
	}
	p := c.previews[c.at]
	title := "As " + p.Title + " shows it"
	switch {
	case !p.Bound && c.names.screen.Mode != launch.Live:
		title = "As it would be posted in " + p.Title + " by hand"
	case !p.Bound:
		title = "To copy into " + p.Title + "; confirm in g u that you have posted it"
	}
	out := c.wrap(c.theme.Heading, title)
	return append(out, c.wrap(c.theme.Text, p.Text)...)
}

// foot is what went wrong, and the keys.
func (c *Composer) foot() []string {
	th := c.theme
	foot := []string{""}
	foot = append(foot, c.wentWrong(c.problem)...)
	switch {
	case c.busy:
		return append(foot, c.keys("", "sending"+th.Glyph.Ellipsis, "esc", "close; it goes on")...)
	case c.armed == "esc":
		return append(foot, c.wrap(th.Warn, "press esc once more: what you have written is lost")...)
	case c.armed != "":
		return append(foot, c.wrap(th.Warn, "press "+c.armed+" once more: the draft is made anew, and what you have written is lost")...)
	case c.preview:
		pairs := []string{"space", "tick", "j/k", "channel", "pgdn", "scroll", "tab", "the text"}
		if !c.loading && c.whyNot() == "" {
			send := "send"
			if c.names.screen.Mode != launch.Live {
				send = "record, not sent (" + string(c.names.screen.Mode) + ")"
			}
			pairs = append([]string{"S", send}, pairs...)
		}
		return append(foot, c.keys(append(pairs, "esc", "back")...)...)
	}
	pairs := []string{"tab", "preview and send", "ctrl+e", "your editor", "ctrl+r", "draft anew"}
	if len(c.names.screen.Updates.Milestones) > 0 || c.draft.Milestone != "" {
		pairs = append(pairs, "ctrl+g", "milestone")
	}
	return append(foot, c.keys(append(pairs, "shift+tab", "subject", "esc", "close")...)...)
}
