package cockpit

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/ui/dialogs"
	"tminus/ui/layout"
	"tminus/ui/panes"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// painter keeps what was drawn until what it was drawn from changes: View runs after every message, and most messages
// change one line.
type painter struct {
	view   tea.View
	fresh  bool                       // view is up to date
	frames map[panes.Pane]layout.Part // framed panes, as they stand
	base   []string                   // the frame without dialogs; nil: to be joined again
	behind []string                   // what of it stands behind a dialog, dim; nil: to be made again
}

// chrome says that header, next line, footer or status bar changed.
func (p *painter) chrome() { p.fresh, p.base, p.behind = false, nil, nil }

// box says that a dialog changed, and what may stand behind it.
func (p *painter) box() { p.chrome() }

// pane says that one pane or full view changed.
func (p *painter) pane(x panes.Pane) {
	delete(p.frames, x)
	p.chrome()
}

// all says that everything changed.
func (p *painter) all() {
	p.frames = nil
	p.chrome()
}

// View draws what Update has left. Before the first size there is nothing to draw: the frame would be painted twice.
func (a *App) View() tea.View {
	p := &a.painter
	if p.fresh {
		return p.view
	}
	v := tea.View{AltScreen: true, WindowTitle: a.windowTitle()}
	if a.layout.Width > 0 && a.layout.Height > 0 {
		if p.base == nil {
			p.base = a.paint()
		}
		lines := p.base
		if d := a.stack.Top(); d != nil {
			top, bottom := a.kept()
			if p.behind == nil {
				p.behind = theme.Recede(lines[top : len(lines)-bottom])
			}
			over, x, y := dialogs.Overlay(p.behind, a.layout.Width, d.Lines())
			lines = slices.Concat(lines[:top], over, lines[len(lines)-bottom:])
			if cx, cy, ok := d.Cursor(); ok {
				v.Cursor = tea.NewCursor(x+cx, top+y+cy)
			}
		}
		v.Content = strings.Join(lines, "\n")
	}
	p.view, p.fresh = v, true
	return v
}

// kept is how many lines at the top and bottom no dialog may cover: clock, status, next action, keys. A terminal too small
// for the panes has none to spare.
func (a *App) kept() (top, bottom int) {
	if a.layout.Mode == layout.TooSmall {
		return 0, 0
	}
	return 1 + a.rowsBelow(), 2
}

// paint draws the frame without dialogs, line by line, each as wide as the terminal.
func (a *App) paint() []string {
	l := a.layout
	parts := []layout.Part{
		{Rect: l.Header, Lines: []string{a.header(l.Header.W)}},
		{Rect: l.Footer, Lines: []string{a.footer(l.Footer.W)}},
		{Rect: l.Status, Lines: []string{a.status(l.Status.W)}},
	}
	switch {
	case l.Mode == layout.TooSmall:
		parts = append(parts, layout.Part{Rect: l.View, Lines: a.tooSmall(l.View.W)})
	case a.view != "":
		parts = append(parts, a.framed(a.opened[a.view], l.View, true))
	case l.Mode == layout.Small:
		parts = append(parts, a.framed(a.panes[a.focus], l.Panes[a.focus], true),
			layout.Part{Rect: l.Summary, Lines: panes.Strip(a.theme, a.shown, a.panes, a.focus, l.Summary.W)[1:]})
	default:
		for i, p := range a.panes {
			parts = append(parts, a.framed(p, l.Panes[i], i == a.focus))
		}
	}
	lines := strings.Split(layout.Join(l, parts), "\n")
	lines = slices.Concat(lines[:1], a.below(), lines[1:])
	if above := a.menuAbove(l.Width); len(lines) > len(above)+2 {
		copy(lines[len(lines)-2-len(above):], above)
	}
	return a.theme.FoldAll(lines)
}

// framed is a pane in its frame, drawn again only where it changed.
func (a *App) framed(p panes.Pane, r layout.Rect, focused bool) layout.Part {
	if part, ok := a.painter.frames[p]; ok && part.Rect == r {
		return part
	}
	part := layout.Part{Rect: r, Lines: widgets.Frame(a.theme, p.Title(), p.Right(), p.Lines(), r.W, r.H, focused)}
	if a.painter.frames == nil {
		a.painter.frames = map[panes.Pane]layout.Part{}
	}
	a.painter.frames[p] = part
	return part
}

func (a *App) tooSmall(w int) []string {
	var out []string
	for _, l := range widgets.Wrap("This terminal is too small: make it 60 by 16 or larger. q quits.", w) {
		out = append(out, widgets.Fit(l, w))
	}
	return out
}
