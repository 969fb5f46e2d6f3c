package dialogs

import (
	"maps"
	"slices"
	"strings"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui/widgets"
)

// Lines draws the box.
func (f *Form) Lines() []string {
	lines, _, _, _ := f.draw()
	return lines
}

// Cursor is where the text cursor stands in the box.
func (f *Form) Cursor() (x, y int, ok bool) {
	_, x, y, ok = f.draw()
	return x, y, ok
}

func (f *Form) draw() (lines []string, x, y int, ok bool) {
	var body []string
	for _, fact := range facts(f.names, f.info.Name, f.command().Args) {
		body = append(body, f.wrap(f.style(fact.tone), fact.text)...)
	}
	body = append(body, f.others()...)
	at := 0
	for i, l := range f.fields {
		if len(body) > 0 {
			body = append(body, "")
		}
		body = append(body, f.heading(l, i == f.focus)...)
		top := len(body)
		for _, line := range l.lines(f.theme) {
			body = append(body, "  "+line)
		}
		if i == f.focus {
			at = top
			var cx, cy int
			if cx, cy, ok = l.cursor(); ok {
				x, y = cx+4, top+cy // border, blank, indent
				at = top + cy
			}
		}
	}
	if below := f.below(); len(below) > 0 {
		body = append(append(body, ""), below...)
	}
	foot := f.foot()
	f.offset = min(max(f.offset, -at), len(body)-1-at)
	at += f.offset
	lines, first := f.box.draw(f.title(), body, foot, at)
	y = y - first + 1
	if f.busy || y < 1 || y >= len(lines)-1 {
		ok = false
	}
	return lines, x, y, ok
}

func (f *Form) title() string {
	if f.attest {
		return f.info.Title + ", said by somebody else"
	}
	return f.info.Title
}

// below is what stands under the fields: of a rollback that is being requested, everything that it would do.
func (f *Form) below() []string {
	if f.info.Name != "rollback.request" {
		return nil
	}
	chosen := strings.Split(f.command().Args["steps"], ",")
	var steps []screen.Step
	for _, st := range f.names.screen.Procedure.Steps {
		if slices.Contains(chosen, st.ID) || len(chosen) == 1 && chosen[0] == "" && slices.Contains(f.names.screen.Procedure.Default, st.ID) {
			steps = append(steps, st)
		}
	}
	w := f.names.where(launch.Identity{})
	out := append(f.wrap(f.theme.Heading, "It would do exactly this"), f.wrap(f.style(w.tone), w.text)...)
	return append(out, f.plan(steps)...)
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
	for i, p := range f.problem {
		style := f.theme.Crit
		if i > 0 {
			style = f.theme.Text
		}
		foot = append(foot, f.wrap(style, p)...)
	}
	if f.info.WhyNot != "" && len(f.problem) == 0 {
		foot = append(foot, f.wrap(f.theme.Warn, "not open to you now: "+f.info.WhyNot)...)
	}
	if f.busy {
		return append(foot, f.keys("", "recording"+f.theme.Glyph.Ellipsis, "esc", "close; it goes on")...)
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
