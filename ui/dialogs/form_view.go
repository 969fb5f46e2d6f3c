package dialogs

import (
	"maps"
	"slices"

	"tminus/model/text"
	"tminus/ui/widgets"
)

// Lines draws the box.
func (f *Form) Lines() []string {
	d := f.draw()
	f.sights.look(d.calls, d.first, d.last)
	return d.box
}

// Cursor is where the text cursor stands in the box.
func (f *Form) Cursor() (x, y int, ok bool) {
	d := f.draw()
	return d.x, d.y, d.typing
}

// drawing is a form's body, and the box in which a part of it is seen.
type drawing struct {
	body        []string
	calls       []span // what it sends, as lines of body
	at          int    // line of body that has the focus
	box         []string
	first, last int // lines of body in sight
	x, y        int // of the text cursor: in body, then in the box
	typing      bool
}

func (f *Form) draw() drawing {
	foot := f.foot()
	d := f.content(false)
	if f.sure {
		d = f.sureContent()
	}
	if len(d.calls) > 0 && len(d.body)+len(foot) > f.rows() {
		d = f.content(true)
	}
	f.offset = min(max(f.offset, -d.at), max(len(d.body)-1-d.at, 0))
	d.first, d.last = f.sight(len(d.body), len(foot), d.at+f.offset)
	d.box, _ = f.box.draw(f.title(), d.body, foot, d.at+f.offset)
	d.y = d.y - d.first + 1
	if f.busy || d.y < 1 || d.y >= len(d.box)-1 {
		d.typing = false
	}
	return d
}

// content is everything that the form says, its calls in a line each where there is no room for more.
func (f *Form) content(brief bool) (d drawing) {
	for _, fact := range facts(f.names, f.info.Name, f.command().Args) {
		d.body = append(d.body, f.wrap(f.style(fact.tone), fact.text)...)
	}
	d.body = append(d.body, f.others()...)
	sent, calls := f.sent(brief)
	d.calls = moved(calls, len(d.body))
	d.body = append(d.body, sent...)
	for i, l := range f.fields {
		if len(d.body) > 0 {
			d.body = append(d.body, "")
		}
		d.body = append(d.body, f.heading(l, i == f.focus)...)
		top := len(d.body)
		for _, line := range l.lines(f.theme) {
			d.body = append(d.body, "  "+line)
		}
		if i == f.focus {
			d.at = top
			if cx, cy, ok := l.cursor(); ok {
				d.x, d.y, d.typing = cx+4, top+cy, true // border, blank, indent
				d.at = top + cy
			}
		}
	}
	if below, calls := f.below(brief); len(below) > 0 {
		d.body = append(d.body, "")
		d.calls = append(d.calls, moved(calls, len(d.body))...)
		d.body = append(d.body, below...)
	}
	return d
}

func (f *Form) title() string {
	if f.sure {
		return f.info.Title + ": send it?"
	}
	if f.attest {
		return f.info.Title + ", said by somebody else"
	}
	return f.info.Title
}

// others shows the given arguments that no fact has told.
func (f *Form) others() []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(f.given)) {
		if told(f.info.Name, name) {
			continue
		}
		value := f.names.of(f.info.Name, name, f.given[name])
		out = append(out, f.wrap(f.theme.Text, capital(name)+": "+value)...)
	}
	return out
}

// heading is a field's label and help, in one line or the help below.
func (f *Form) heading(l labelled, focused bool) []string {
	label, need := text.Line(l.label), ""
	if !l.required {
		need = " (optional)"
	}
	style := f.theme.Strong
	if focused {
		style = f.theme.Accent
	}
	line := style.On(label) + f.theme.Dim.On(need)
	help := text.Line(l.help)
	switch {
	case help == "":
		return []string{line}
	case widgets.Width(label+need+help)+2 <= f.inner():
		return []string{line + "  " + f.theme.Dim.On(help)}
	}
	return append([]string{line}, f.wrap(f.theme.Dim, help)...)
}

// foot is what always stays in sight: what went wrong, and the keys.
func (f *Form) foot() []string {
	foot := []string{""}
	if f.settled != "" {
		foot = append(foot, f.wrap(f.theme.Warn, "settled elsewhere: "+f.settled)...)
	}
	foot = append(foot, f.wentWrong(f.problem)...)
	if f.info.WhyNot != "" && len(f.problem) == 0 {
		foot = append(foot, f.wrap(f.theme.Warn, "not open to you now: "+f.info.WhyNot)...)
	}
	if f.busy {
		return append(foot, f.keys("", "recording"+f.theme.Glyph.Ellipsis, "esc", "close; it goes on")...)
	}
	if f.sure {
		return append(foot, f.keys("y", "page them", "esc", "back to the text")...)
	}
	if len(f.fields) == 0 {
		return append(foot, f.keys("y", "yes", "n", "no", "esc", "cancel")...)
	}
	pairs := []string{"enter", "submit"}
	if len(f.fields) > 1 {
		pairs = []string{"enter", "next", "ctrl+d", "submit", "tab", "field"}
		if f.answered() && !f.ticking() {
			pairs = []string{"enter", "submit", "tab", "field"}
		}
	}
	if t, ok := f.fields[f.focus].field.(*textField); ok && t.multi {
		pairs = append(pairs, "alt+enter", "new line")
	}
	if f.attestable() {
		help := "said by somebody else"
		if f.attest {
			help = "it is my own word"
		}
		pairs = append(pairs, "ctrl+t", help)
	}
	if f.info.Name == "rollback.request" {
		pairs = append(pairs, "pgdn", "the plan")
	}
	return append(foot, f.keys(append(pairs, "esc", "cancel")...)...)
}

var _ Dialog = (*Form)(nil)
