package dialogs

import (
	tea "charm.land/bubbletea/v2"

	"tminus/model/text"
	"tminus/ui/intent"
	"tminus/ui/panes"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// Section is the keys of one context, for Help.
type Section struct {
	Title    string
	Bindings []panes.Binding
}

// Help shows every key by context.
type Help struct {
	passive
	box
	sections []Section
	top      int
}

// NewHelp opens the help.
func NewHelp(t *theme.Theme, sections []Section) *Help {
	return &Help{box: box{theme: t, want: 100}, sections: sections}
}

// ID names the help.
func (h *Help) ID() string { return "help" }

// HandleKey scrolls, and closes with esc, q or ?.
func (h *Help) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	page := max(h.room()-2, 1)
	switch {
	case keyIs(k, "esc", "q", "?", "enter"):
		return nil, true
	case keyIs(k, "up", "k"):
		h.top--
	case keyIs(k, "down", "j"):
		h.top++
	case keyIs(k, "pgup"):
		h.top -= page
	case keyIs(k, "pgdown", "space"):
		h.top += page
	case keyIs(k, "home", "g"):
		h.top = 0
	case keyIs(k, "end", "G"):
		h.top = 1 << 20
	}
	h.top = min(max(h.top, 0), max(len(h.content())-h.room(), 0))
	return nil, false
}

func (h *Help) room() int { return max(h.rows()-2, 1) }

// Lines draws the box.
func (h *Help) Lines() []string {
	content := h.content()
	h.top = min(h.top, max(len(content)-h.room(), 0))
	foot := append([]string{""}, h.keys("up/down", "scroll", "esc", "close")...)
	if len(foot) > 2 {
		foot = foot[:2]
	}
	lines, _ := h.draw("Keys", content, foot, h.top+min(h.room(), len(content))/2)
	return lines
}

// content puts the sections in one column, or two where there is room.
func (h *Help) content() []string {
	if h.inner() < 80 {
		var out []string
		for i, s := range h.sections {
			if i > 0 {
				out = append(out, "")
			}
			out = append(out, h.section(s, h.inner())...)
		}
		return out
	}
	w := (h.inner() - 3) / 2
	var left, right []string
	for _, s := range h.sections {
		column := &left
		if len(right) < len(left) {
			column = &right
		}
		if len(*column) > 0 {
			*column = append(*column, "")
		}
		*column = append(*column, h.section(s, w)...)
	}
	out := make([]string, max(len(left), len(right)))
	for i := range out {
		l, r := "", ""
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		out[i] = widgets.Fit(l, w) + "   " + r
	}
	return out
}

func (h *Help) section(s Section, w int) []string {
	const keys = 12
	out := []string{h.theme.Heading.On(text.Line(s.Title))}
	why := shared(s.Bindings)
	if why != "" {
		for _, l := range widgets.Wrap("not now: "+why, w) {
			out = append(out, h.theme.Dim.On(l))
		}
	}
	for _, b := range s.Bindings {
		help := text.Line(b.Help)
		switch b.Why {
		case "":
		case why:
			help += " (not now)"
		default:
			help += " (not now: " + text.Line(b.Why) + ")"
		}
		lines := widgets.Wrap(help, max(w-keys-1, 4))
		for i, l := range lines {
			key := ""
			if i == 0 {
				key = text.Line(b.Key)
			}
			if b.Why != "" {
				l = h.theme.Dim.On(l)
			}
			out = append(out, h.theme.Key.On(widgets.Fit(key, keys))+" "+l)
		}
	}
	return out
}

// shared is the reason that three keys or more are not open for: it is told once for all of them. "": there is none.
func shared(binds []panes.Binding) string {
	n := map[string]int{}
	for _, b := range binds {
		if n[b.Why]++; b.Why != "" && n[b.Why] == 3 {
			return b.Why
		}
	}
	return ""
}

// Bindings are the help's keys.
func (h *Help) Bindings() []panes.Binding {
	return []panes.Binding{binding("up, down", "scroll"), binding("esc", "close")}
}
