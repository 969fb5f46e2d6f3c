package dialogs

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/model/text"
	"tminus/ui/theme"
)

// setField is any number out of several, ticked one by one: the sections that a launch goes without, the steps of a rollback.
type setField struct {
	name    string
	empty   string // shown where there is nothing to tick
	hint    string // shown below what can be ticked
	given   string
	values  []string
	labels  []string
	ticked  map[string]bool
	at      int
	focused bool
}

func newSetField(name, value string, values []string, label func(string) string) *setField {
	f := &setField{name: name, values: values, ticked: map[string]bool{}, empty: "there is nothing to tick", hint: "space ticks"}
	for _, v := range values {
		f.labels = append(f.labels, text.Line(label(v)))
		if slices.Contains(strings.Split(value, ","), v) {
			f.ticked[v] = true
		}
	}
	f.given = f.value()
	return f
}

func (f *setField) arg() string      { return f.name }
func (f *setField) touched() bool    { return f.value() != f.given }
func (f *setField) setFocus(on bool) { f.focused = on }
func (f *setField) setWidth(int)     {}
func (f *setField) paste(string)     {}

// value is the ticked ones, separated by commas.
func (f *setField) value() string {
	var out []string
	for _, v := range f.values {
		if f.ticked[v] {
			out = append(out, v)
		}
	}
	return strings.Join(out, ",")
}

func (f *setField) key(k tea.KeyPressMsg) bool {
	switch {
	case keyIs(k, "up") && f.at > 0:
		f.at--
	case keyIs(k, "down") && f.at < len(f.values)-1:
		f.at++
	case keyIs(k, "space", "x") && f.at < len(f.values):
		if v := f.values[f.at]; f.ticked[v] {
			delete(f.ticked, v)
		} else {
			f.ticked[v] = true
		}
	default:
		return false
	}
	return true
}

func (f *setField) lines(t *theme.Theme) []string {
	if len(f.values) == 0 {
		return []string{t.Dim.On(f.empty)}
	}
	from, to := window(f.at, len(f.values), choiceRows)
	var out []string
	for i := from; i < to; i++ {
		box := "[ ] "
		if f.ticked[f.values[i]] {
			box = "[x] "
		}
		switch {
		case i == f.at && f.focused:
			out = append(out, t.Accent.On(t.Glyph.Cursor+" "+box+f.labels[i]))
		default:
			out = append(out, "  "+box+f.labels[i])
		}
	}
	if f.focused {
		out = append(out, t.Dim.On("  "+f.hint))
	}
	return out
}

func (f *setField) cursor() (x, y int, ok bool) { return 0, 0, false }
