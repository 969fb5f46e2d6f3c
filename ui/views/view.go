package views

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/panes"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// View is a full view: a list of rows, and below it the selected row in full.
type View struct {
	t      *theme.Theme
	name   string
	right  func(s *screen.Screen) string
	build  rows
	keys   []act // the view's own, wherever the cursor is
	w, h   int
	focus  bool
	plan   *screen.Plan
	s      *screen.Screen
	rows   []row
	list   widgets.List
	drawn  []string
	wanted string // an id to select once there are rows
}

func newView(t *theme.Theme, name string, build rows) *View {
	return &View{t: t, name: name, build: build, right: func(*screen.Screen) string { return "" }}
}

// Title is the frame's title.
func (v *View) Title() string { return v.name }

// Right is what stands at the frame's right.
func (v *View) Right() string {
	if v.s == nil {
		return ""
	}
	return v.right(v.s)
}

// SetPlan gives what does not change.
func (v *View) SetPlan(p *screen.Plan) {
	v.plan = p
	v.rebuild()
}

// SetSize gives the size inside the frame.
func (v *View) SetSize(w, h int) {
	v.w, v.h, v.drawn = max(w, 0), max(h, 0), nil
	v.list.SetHeight(max(v.h-v.detailHeight(), 1))
}

// detailHeight is how many lines at the bottom tell the selected row in full, a rule above them included.
func (v *View) detailHeight() int {
	switch {
	case v.h >= 24:
		return 6
	case v.h >= 12:
		return 4
	}
	return 0
}

// SetScreen gives a new picture.
func (v *View) SetScreen(s *screen.Screen) {
	v.s = s
	v.rebuild()
}

func (v *View) rebuild() {
	if v.plan == nil || v.s == nil {
		return
	}
	selected := v.wanted
	if r, ok := v.current(); ok && selected == "" {
		selected = r.id
	}
	v.rows = v.build(v.plan, v.s, v.t)
	v.drawn = nil
	v.list.SetCount(len(v.rows))
	v.list.SetSkip(func(i int) bool { return v.rows[i].id == "" })
	if selected != "" && v.Select(selected) {
		v.wanted = ""
	}
}

// Tick changes nothing: what depends on the time comes with the screen.
func (v *View) Tick(time.Time) bool { return false }

// SetFocus says whether keys come here.
func (v *View) SetFocus(focus bool) { v.focus, v.drawn = focus, nil }

// Select moves the cursor to an id; one that is asked for before there are rows is kept.
func (v *View) Select(id string) bool {
	if len(v.rows) == 0 {
		v.wanted = id
		return true
	}
	for i, r := range v.rows {
		if r.id == id {
			v.list.Set(i)
			v.drawn = nil
			return true
		}
	}
	return false
}

func (v *View) current() (row, bool) {
	i := v.list.Cursor()
	if i < 0 || i >= len(v.rows) {
		return row{}, false
	}
	return v.rows[i], true
}

// HandleKey moves, or does what the row or the view has under the key.
func (v *View) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	if v.list.Key(k) {
		v.drawn = nil
		return nil, true
	}
	r, _ := v.current()
	for _, set := range [][]act{r.acts, v.keys} {
		for _, a := range set {
			if a.key == k.String() {
				return a.ask, true
			}
		}
	}
	return nil, false
}

// Bindings are the keys of the row and of the view.
func (v *View) Bindings() []panes.Binding {
	r, _ := v.current()
	var out []panes.Binding
	for _, set := range [][]act{r.acts, v.keys} {
		for _, a := range set {
			out = append(out, panes.Binding{Key: a.key, Help: a.help})
		}
	}
	return append(out, panes.Binding{Key: "j/k", Help: "move"})
}

// Lines draws the list and the selected row in full.
func (v *View) Lines() []string {
	if v.drawn != nil {
		return v.drawn
	}
	var body []string
	if len(v.rows) > 0 && v.w > 0 {
		body = v.list.Lines(v.t, v.w, v.draw)
		body = append(body, v.detail()...)
	}
	out := make([]string, v.h)
	for i := range out {
		if i < len(body) {
			out[i] = widgets.Fit(body[i], v.w)
		} else {
			out[i] = widgets.Blank(v.w)
		}
	}
	v.drawn = v.t.FoldAll(out)
	return v.drawn
}

func (v *View) draw(i int, here bool) string {
	r := v.rows[i]
	line := widgets.NewRow(v.w)
	if r.kind == heading {
		return line.Text(v.t.Heading, r.text).Gap(2).Rest(v.t.Dim, r.right).String()
	}
	sign, signStyle := " ", v.t.Text
	if here {
		sign, signStyle = v.t.Glyph.Cursor, v.t.Dim
		if v.focus {
			signStyle = v.t.Accent
		}
	}
	style := v.t.Text
	if r.kind == title || here && v.focus {
		style = v.t.Strong
	}
	line.Text(signStyle, sign).Gap(1 + 2*r.depth)
	if r.mark != "" {
		line.Text(v.tone(r.tone), r.mark).Gap(1)
	}
	if r.right == "" {
		return line.Rest(style, r.text).String()
	}
	right := min(widgets.Width(r.right), line.Left()/2)
	rightStyle := v.t.Dim
	if r.tone == late || r.tone == bad {
		rightStyle = v.tone(r.tone)
	}
	return line.Cell(style, r.text, max(line.Left()-right-2, 1)).Gap(2).CellRight(rightStyle, r.right, right).String()
}

func (v *View) tone(t tone) theme.Style {
	switch t {
	case good:
		return v.t.OK
	case late:
		return v.t.Warn
	case bad:
		return v.t.Crit
	case live:
		return v.t.Accent
	}
	return v.t.Dim
}

// detail is the selected row in full, so that nothing is cut for good.
func (v *View) detail() []string {
	n := v.detailHeight()
	r, ok := v.current()
	if n == 0 || !ok {
		return nil
	}
	out := []string{v.t.Frame.On(strings.Repeat(v.t.Glyph.Horizontal, v.w))}
	full := r.text
	if r.right != "" {
		full += "  " + v.t.Glyph.Dot + "  " + r.right
	}
	for _, l := range widgets.Wrap(full, v.w-2) {
		out = append(out, " "+l)
	}
	if r.note != "" {
		for _, l := range widgets.Wrap(r.note, v.w-2) {
			out = append(out, v.t.Dim.On(widgets.Fit(" "+l, v.w)))
		}
	}
	if len(out) > n {
		out = append(out[:n-1], " …")
	}
	return out
}
