package dialogs

import (
	"slices"
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"tminus/model/text"
	"tminus/ui/theme"
)

// choiceRows is how many choices a list shows at once.
const choiceRows = 7

// choiceField is one value out of several. Few short ones stand side by side, else they are a list that typing filters.
// Nothing is chosen at first where there is more than one, so that no default is confirmed unseen.
type choiceField struct {
	name    string
	values  []string
	labels  []string
	chosen  int // index into values; -1: none
	filter  string
	matches []int
	given   string
	width   int
	focused bool
}

func newChoiceField(name, value string, values []string, label func(string) string) *choiceField {
	f := &choiceField{name: name, chosen: -1, given: value}
	f.set(values, label)
	if value == "" && len(values) == 1 {
		f.chosen, f.given = 0, values[0]
	} else {
		f.chosen = slices.Index(values, value)
	}
	return f
}

// set gives the choices as they are now; what was chosen stays chosen where it still can be.
func (f *choiceField) set(values []string, label func(string) string) {
	now := f.value()
	f.values = values
	f.labels = make([]string, len(values))
	for i, v := range values {
		f.labels[i] = text.Line(label(v))
	}
	f.chosen = slices.Index(values, now)
	f.search()
}

func (f *choiceField) search() {
	all := make([]candidate, len(f.labels))
	for i, l := range f.labels {
		all[i].text = l
	}
	f.matches = rank(f.filter, all)
	if f.filter == "" {
		return
	}
	f.chosen = -1
	if len(f.matches) > 0 {
		f.chosen = f.matches[0]
	}
}

func (f *choiceField) arg() string { return f.name }

func (f *choiceField) value() string {
	if f.chosen < 0 || f.chosen >= len(f.values) {
		return ""
	}
	return f.values[f.chosen]
}

func (f *choiceField) touched() bool      { return f.value() != f.given }
func (f *choiceField) setFocus(on bool)   { f.focused = on }
func (f *choiceField) setWidth(cells int) { f.width = cells }

func (f *choiceField) key(k tea.KeyPressMsg) bool {
	switch s := k.String(); {
	case s == "up" || s == "left" && f.inline():
		f.move(-1)
	case s == "down" || s == "right" && f.inline():
		f.move(1)
	case f.inline():
		return f.pick(k.Text)
	case s == "backspace":
		if r := []rune(f.filter); len(r) > 0 {
			f.filter = string(r[:len(r)-1])
			f.search()
		}
	case k.Text != "":
		f.filter += text.Line(k.Text)
		f.search()
	default:
		return false
	}
	return true
}

func (f *choiceField) move(by int) {
	if len(f.matches) == 0 {
		return
	}
	at := slices.Index(f.matches, f.chosen)
	switch {
	case at >= 0:
		at = min(max(at+by, 0), len(f.matches)-1)
	case by < 0:
		at = len(f.matches) - 1
	default:
		at = 0
	}
	f.chosen = f.matches[at]
}

// pick chooses by the first letter; y and n answer GO and NO-GO as well.
func (f *choiceField) pick(letter string) bool {
	if letter == "" {
		return false
	}
	letter = strings.ToLower(letter)
	if letter == "y" && slices.Contains(f.values, "GO") {
		letter = "g"
	}
	for i, l := range f.labels {
		if strings.HasPrefix(strings.ToLower(l), letter) {
			f.chosen = i
			return true
		}
	}
	return false
}

func (f *choiceField) paste(s string) {
	if !f.inline() {
		f.filter += text.Line(s)
		f.search()
	}
}

func (f *choiceField) inline() bool {
	cells := 0
	for _, l := range f.labels {
		cells += ansi.StringWidth(l) + 7
	}
	return len(f.values) <= 5 && cells <= max(f.width, 24)
}

func (f *choiceField) lines(t *theme.Theme) []string {
	if f.inline() {
		return []string{f.row(t)}
	}
	var out []string
	if f.filter != "" {
		out = append(out, t.Dim.On("filter: ")+f.filter)
	}
	at := max(slices.Index(f.matches, f.chosen), 0)
	from, to := window(at, len(f.matches), choiceRows)
	for _, i := range f.matches[from:to] {
		switch {
		case i == f.chosen && f.focused:
			out = append(out, t.Accent.On(t.Glyph.Cursor+" "+f.labels[i]))
		case i == f.chosen:
			out = append(out, t.Glyph.Cursor+" "+f.labels[i])
		default:
			out = append(out, "  "+f.labels[i])
		}
	}
	if more := len(f.matches) - to + from; more > 0 {
		out = append(out, t.Dim.On("  "+count(more, "more", "more")+", up and down to scroll, letters to filter"))
	}
	if len(f.matches) == 0 {
		out = append(out, t.Dim.On("  nothing matches"))
	}
	return out
}

func (f *choiceField) row(t *theme.Theme) string {
	parts := make([]string, 0, len(f.labels))
	for i, l := range f.labels {
		switch {
		case i == f.chosen && f.focused:
			parts = append(parts, t.Accent.On("(x) "+l))
		case i == f.chosen:
			parts = append(parts, t.Strong.On("(x) "+l))
		default:
			parts = append(parts, "( ) "+l)
		}
	}
	if len(parts) == 0 {
		return t.Dim.On("there is nothing to choose from now")
	}
	return strings.Join(parts, "   ")
}

func (f *choiceField) cursor() (x, y int, ok bool) { return 0, 0, false }

// window returns the part of n rows that shows row at, size rows high.
func window(at, n, size int) (from, to int) {
	if n <= size {
		return 0, n
	}
	from = min(max(at-size/2, 0), n-size)
	return from, from + size
}

// capital makes the first letter of a word upper case.
func capital(s string) string {
	r := []rune(s)
	if len(r) > 0 {
		r[0] = unicode.ToUpper(r[0])
	}
	return string(r)
}
