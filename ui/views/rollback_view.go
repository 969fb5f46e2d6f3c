package views

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/panes"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// entry is a row of a StepsView, and the whole of what is known of it.
type entry struct {
	row
	part  *screen.Part   // the row is a part of a step; nil: it is not
	facts func(f *sheet) // nil: text, right and note say all
}

// entries is a StepsView's content at an instant of launch time.
type entries func(p *screen.Plan, s *screen.Screen, t *theme.Theme, now time.Time) []entry

// StepsView is a full view of steps that are worked: a list of them with their parts, and beside or below it the whole of
// the selected row, which can have the view for itself.
type StepsView struct {
	t      *theme.Theme
	name   string
	right  func(s *screen.Screen) string
	timely func(s *screen.Screen, now time.Time) string // all that changes with time alone
	build  entries
	heed   func(s *screen.Screen, rows []entry) string // the row that the cursor is on until somebody moves it; nil: the first
	keys   func(s *screen.Screen) []act                // the view's own, wherever the cursor is; nil: none
	brief  bool                                        // what is told of a row is short
	below  bool                                        // and never stands beside the list, whose rows want the whole width
	w, h   int
	focus  bool
	now    time.Time
	said   string
	plan   *screen.Plan
	s      *screen.Screen
	rows   []entry
	list   widgets.List
	cut    stepsCut
	full   bool // the selected row has the whole view
	top    int  // first line of it in sight
	last   int  // the furthest that top can be
	drawn  []string
	wanted string // an id to select once there are rows
	moved  bool   // somebody has chosen a row
}

var _ panes.Pane = (*StepsView)(nil)

// Title is the frame's title.
func (v *StepsView) Title() string { return v.name }

// Right is what stands at the frame's right.
func (v *StepsView) Right() string {
	if v.s == nil {
		return ""
	}
	return v.right(v.s)
}

// SetPlan gives what does not change.
func (v *StepsView) SetPlan(p *screen.Plan) {
	v.plan = p
	v.rebuild()
}

// SetSize gives the size inside the frame.
func (v *StepsView) SetSize(w, h int) {
	v.w, v.h, v.drawn = max(w, 0), max(h, 0), nil
	v.cut = cutSteps(v.w, v.h, v.brief, v.below)
	v.list.SetHeight(max(v.cut.listH, 1))
}

// SetScreen gives a new picture. Who reads the newest lines of something that goes on stays with them.
func (v *StepsView) SetScreen(s *screen.Screen) {
	v.s = s
	if s.At.After(v.now) {
		v.now = s.At
	}
	v.rebuild()
}

// Tick reports whether something that changes with the time reads differently.
func (v *StepsView) Tick(now time.Time) bool {
	v.now = now
	if v.s == nil || v.timely == nil || v.timely(v.s, now) == v.said {
		return false
	}
	v.rebuild()
	return true
}

func (v *StepsView) rebuild() {
	if v.plan == nil || v.s == nil {
		return
	}
	selected := v.wanted
	if r, ok := v.current(); ok && selected == "" {
		selected = r.id
	}
	v.rows = v.build(v.plan, v.s, v.t, v.now)
	if v.timely != nil {
		v.said = v.timely(v.s, v.now)
	}
	v.drawn = nil
	v.list.SetCount(len(v.rows))
	v.list.SetSkip(func(i int) bool { return v.rows[i].id == "" })
	if v.heed != nil && !v.moved && !v.full && v.wanted == "" {
		if id := v.heed(v.s, v.rows); id != "" {
			selected = id
		}
	}
	if selected != "" && v.place(selected) {
		v.wanted = ""
	}
}

// SetFocus says whether keys come here.
func (v *StepsView) SetFocus(focus bool) { v.focus, v.drawn = focus, nil }

// Select moves the cursor to an id; one that is asked for before there are rows is kept.
func (v *StepsView) Select(id string) bool {
	v.moved = true
	if len(v.rows) == 0 {
		v.wanted = id
		return true
	}
	return v.place(id)
}

func (v *StepsView) place(id string) bool {
	for i := range v.rows {
		if v.rows[i].id == id {
			v.list.Set(i)
			v.drawn = nil
			return true
		}
	}
	return false
}

func (v *StepsView) current() (*entry, bool) {
	i := v.list.Cursor()
	if i < 0 || i >= len(v.rows) {
		return nil, false
	}
	return &v.rows[i], true
}

// HandleKey moves, opens and closes the whole of a row, and does what the row has under the key.
func (v *StepsView) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	_, ok := v.current()
	for _, a := range v.acts() {
		if a.key == k.String() {
			return a.ask, true
		}
	}
	if v.full {
		return nil, v.read(k)
	}
	switch k.String() {
	case "enter", "l", "right":
		if ok {
			v.full, v.top, v.drawn = true, 0, nil
		}
		return nil, ok
	}
	if v.list.Key(k) {
		v.drawn, v.moved = nil, true
		return nil, true
	}
	return nil, false
}

// acts are the keys of the row, then those of the view.
func (v *StepsView) acts() []act {
	var all []act
	if r, ok := v.current(); ok {
		all = append(all, r.acts...)
	}
	if v.keys != nil && v.s != nil {
		all = append(all, v.keys(v.s)...)
	}
	return all
}

// read scrolls and closes the whole of a row; false: another key.
func (v *StepsView) read(k tea.KeyPressMsg) bool {
	page := max(v.h-2, 1)
	switch k.String() {
	case "esc", "h", "left", "enter":
		v.full = false
	case "j", "down":
		v.top++
	case "k", "up":
		v.top--
	case "pgdown":
		v.top += page
	case "pgup":
		v.top -= page
	case "home":
		v.top = 0
	case "end":
		v.top = v.last
	default:
		return false
	}
	v.top, v.drawn = min(max(v.top, 0), v.last), nil
	return true
}

// Bindings are the keys of the row and of the view.
func (v *StepsView) Bindings() []panes.Binding {
	var out []panes.Binding
	takesEnter := false
	for _, a := range v.acts() {
		out = append(out, panes.Binding{Key: a.key, Help: a.help})
		takesEnter = takesEnter || a.key == "enter"
	}
	switch {
	case v.full:
		return append(out, panes.Binding{Key: "esc", Help: "back to the list"}, panes.Binding{Key: "j/k", Help: "scroll"}, panes.Binding{Key: "end", Help: "newest"})
	case takesEnter:
		return append(out, panes.Binding{Key: "l", Help: "whole detail"}, panes.Binding{Key: "j/k", Help: "move"})
	}
	return append(out, panes.Binding{Key: "enter", Help: "whole detail"}, panes.Binding{Key: "j/k", Help: "move"})
}
