package cockpit

import (
	"fmt"
	"slices"
	"strings"

	"tminus/model/launch"
	"tminus/model/text"
	"tminus/ui/layout"
	"tminus/ui/panes"
	"tminus/ui/widgets"
)

// header is clock, launch, phase, mode and status: the first and the last are never given up.
func (a *App) header(w int) string {
	s, t := a.shown, a.theme
	if s == nil {
		return widgets.NewRow(w).Text(t.Dim, " waiting for the room"+t.Glyph.Ellipsis).String()
	}
	glyph, word, _ := t.Status(s.Status)
	status := " " + glyph + " " + word + " "
	mode := " " + string(s.Mode) + " "
	r := widgets.NewRow(w)
	clock := s.ClockText(a.now)
	if w < 40 {
		return r.Text(t.Strong, clock).Gap(1).Rest(t.StatusBadge(s.Status), strings.TrimSpace(status)).String()
	}
	right := widgets.Width(status) + widgets.Width(mode) + 1
	room := w - right - 1
	left := widgets.NewRow(room).Gap(1).Text(t.Strong, clock).Gap(2)
	if s.Clock.HeldAt != nil {
		left.Text(t.WarnBadge, " HOLD ").Gap(2)
	}
	phase := strings.ToUpper(string(s.Phase))
	name := min(widgets.Width(text.Line(s.Launch)), max(left.Left()-len(phase)-3, 0))
	left.Cell(t.Text, s.Launch, name).Gap(3).Text(t.Strong, phase).Gap(3)
	if len(s.Outstanding) > 0 && left.Left() > 12 {
		left.Cell(t.WarnBadge, " "+s.Outstanding[0].Words+" ", min(widgets.Width(text.Line(s.Outstanding[0].Words))+2, left.Left())).Gap(2)
	}
	if len(s.Reasons) > 0 && left.Left() > 12 {
		why := s.Reasons[0]
		if n := len(s.Reasons) - 1; n > 0 {
			why += fmt.Sprintf(" (and %d more)", n)
		}
		left.Rest(t.Dim, why)
	}
	return r.Drawn(left.String(), room).Gap(1).Text(t.ModeBadge(s.Mode), mode).Gap(1).Text(t.StatusBadge(s.Status), status).String()
}

// next is the line below the header: what to do now, whose it is, and the key. Without a room it says so instead.
func (a *App) next(w int) string {
	t := a.theme
	if a.player != nil {
		return a.replayBar(w)
	}
	if a.link.gone() {
		return widgets.NewRow(w).Gap(1).Rest(t.Crit, a.gone()).String()
	}
	if a.shown == nil {
		return widgets.Blank(w)
	}
	hint := ""
	if todo := a.shown.Todo; todo.Text != "" && w >= layout.MinWidth {
		switch {
		case todo.Yours && slices.Contains([]string{"clock.resume", "poll.vote", "trigger.acknowledge", "rollback.approve", "rollback.request"}, todo.Action):
			hint = a.keys.keyOf(todo.Action)
		default:
			hint = "g n"
		}
	}
	if hint == "" {
		return " " + panes.TodoLine(t, a.shown, w-1)
	}
	hint = "press " + hint + " "
	n := widgets.Width(hint)
	return " " + panes.TodoLine(t, a.shown, w-n-2) + " " + t.Key.On(hint)
}

// gone says that the room is lost, and what happens about it.
func (a *App) gone() string {
	s := "NOT WATCHED: the room is gone since " + a.link.lost.Format("15:04:05")
	if a.cfg.Reconnect == nil {
		return s + " (" + a.link.why + "). Leave with q and open the launch again."
	}
	return s + fmt.Sprintf("; trying to reach it again, attempt %d (%s)", a.link.attempt, a.link.why)
}

// footer is the keys that matter now; help and quit are always among them.
func (a *App) footer(w int) string {
	if a.wide(w) {
		return widgets.NewRow(w).Gap(1).Rest(a.toldStyle(), a.told.say()).String()
	}
	var keys, end []panes.Binding
	switch d := a.stack.Top(); {
	case d != nil:
		for _, b := range d.Bindings() {
			switch {
			case b.Why != "":
			case b.Key == "esc": // the way out is never what is left out
				end = append(end, b)
			default:
				keys = append(keys, b)
			}
		}
	case a.prefix:
		menu := a.menu(w)
		return a.keyLine(menu[max(len(menu)-2, 0)], nil, w)
	default:
		keys, end = a.footerKeys()
		if a.player != nil {
			keys = slices.DeleteFunc(keys, func(b panes.Binding) bool { return b.Key == "F" || b.Key == "R" || b.Key == "g n" })
			keys = append(replayKeys(), keys...)
			if a.view == "" {
				end = append([]panes.Binding{{Key: "esc", Help: "leave"}}, end...)
			}
		}
	}
	return a.keyLine(keys, end, w)
}

// menu is what may follow g, in as many lines as that takes: the footer's, the status bar's, and above them what a narrow
// terminal needs besides.
func (a *App) menu(w int) [][]panes.Binding {
	var keys []panes.Binding
	for _, v := range a.views {
		keys = append(keys, panes.Binding{Key: v.Key, Help: v.Name})
	}
	for _, b := range a.keys.second {
		keys = append(keys, b.shown(a))
	}
	keys = append(keys, panes.Binding{Key: "esc", Help: "none"})
	var lines [][]panes.Binding
	from, left := 0, w-1
	for i, b := range keys {
		if left -= keyCells(b); left < 0 && i > from {
			lines, from, left = append(lines, keys[from:i]), i, w-1-keyCells(b)
		}
	}
	return append(lines, keys[from:])
}

// menuAbove are the menu's lines for which footer and status bar have no room; they take the place of what stands above.
func (a *App) menuAbove(w int) []string {
	if !a.prefix || a.stack.Top() != nil {
		return nil
	}
	menu := a.menu(w)
	var out []string
	for _, line := range menu[:max(len(menu)-2, 0)] {
		out = append(out, a.keyLine(line, nil, w))
	}
	return out
}

// footerKeys are what the focused pane offers, then the cockpit's own by rank, then what only moves; what is not available
// is left out.
func (a *App) footerKeys() (keys, end []panes.Binding) {
	var moves []panes.Binding
	taken := map[string]bool{}
	for _, b := range a.current().Bindings() {
		taken[b.Key] = true
		switch {
		case b.Why != "":
		case b.Key == "j/k" || b.Key == "enter":
			moves = append(moves, b)
		default:
			keys = append(keys, b)
		}
	}
	own := make([]bind, 0, len(a.keys.first))
	for _, b := range a.keys.first {
		if b.show == "space" && a.view != "" { // it is the checklist's, not this view's
			continue
		}
		if b.footer > 0 && !taken[b.show] && !a.closed(b) && (b.when == nil || b.when(a)) {
			own = append(own, b)
		}
	}
	slices.SortStableFunc(own, func(x, y bind) int { return x.footer - y.footer })
	if a.view != "" && !taken["esc"] {
		end = append(end, panes.Binding{Key: "esc", Help: "back"})
	}
	for _, b := range own {
		s := b.shown(a)
		switch {
		case b.footer == last:
			end = append(end, s)
		case s.Why == "":
			keys = append(keys, s)
		}
	}
	return append(keys, moves...), end
}

// closed reports that every action that a key leads to is closed to the viewer now.
func (a *App) closed(b bind) bool {
	if len(b.acts) == 0 || len(a.infos) == 0 {
		return false
	}
	return !slices.ContainsFunc(a.infos, func(i launch.ActionInfo) bool { return i.WhyNot == "" && slices.Contains(b.acts, i.Name) })
}

// keyLine writes as many bindings as fit, then those that always stand at its end.
func (a *App) keyLine(keys, end []panes.Binding, w int) string {
	left := w - 1
	for _, b := range end {
		left -= keyCells(b)
	}
	r := widgets.NewRow(w).Gap(1)
	put := func(b panes.Binding) { r.Text(a.theme.Key, b.Key).Gap(1).Text(a.theme.Dim, b.Help).Gap(2) }
	for _, b := range keys {
		if n := keyCells(b); n <= left {
			put(b)
			left -= n
		}
	}
	for _, b := range end {
		put(b)
	}
	return r.String()
}

// keyCells is how much of a line a binding takes, with the gap after it.
func keyCells(b panes.Binding) int {
	return widgets.Width(text.Line(b.Key)) + widgets.Width(text.Line(b.Help)) + 3
}
