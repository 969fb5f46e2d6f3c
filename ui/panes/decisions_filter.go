package panes

import (
	"path"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/model/journal"
	"tminus/ui/widgets"
)

// filter picks entries of the journal: every word must fit. kind:GLOB is about the kind, who:NAME about who did or said it;
// any other word stands somewhere in the sentence, the kind, the name or the body.
type filter struct {
	text   string
	typing bool
	rows   []int // indices of the entries that fit, ascending; nil: everything is shown
}

// on reports whether anything is left out.
func (f *filter) on() bool { return strings.TrimSpace(f.text) != "" }

// key takes a key while the filter is typed; false: it is not for the filter.
func (f *filter) key(k tea.KeyPressMsg) bool {
	if !f.typing {
		if k.String() == "f" {
			f.typing = true
			return true
		}
		if k.String() == "esc" && f.on() {
			f.text = ""
			return true
		}
		return false
	}
	switch k.String() {
	case "enter":
		f.typing = false
	case "esc":
		f.typing, f.text = false, ""
	case "backspace":
		if r := []rune(f.text); len(r) > 0 {
			f.text = string(r[:len(r)-1])
		}
	case "ctrl+u":
		f.text = ""
	case "up", "down", "pgup", "pgdown":
		f.typing = false
		return false
	default:
		if k.Text == "" {
			return false
		}
		f.text += k.Text
	}
	return true
}

// Typing reports that letters are part of the filter, not keys.
func (v *DecisionsView) Typing() bool { return v.only.typing }

// refilter finds the entries that fit, and keeps the cursor on its entry where that still does.
func (v *DecisionsView) refilter(at int64) {
	v.only.rows = nil
	if v.only.on() {
		words := strings.Fields(strings.ToLower(v.only.text))
		v.only.rows = []int{}
		for i := range v.entries {
			if v.fits(&v.entries[i], words) {
				v.only.rows = append(v.only.rows, i)
			}
		}
	}
	v.list.SetCount(v.count())
	if !v.find(at) {
		v.list.Set(v.count() - 1)
	}
	v.drawn = nil
}

func (v *DecisionsView) fits(e *journal.Entry, words []string) bool {
	l := v.line(e)
	for _, w := range words {
		key, want, ok := strings.Cut(w, ":")
		switch {
		case ok && key == "kind":
			if fit, err := path.Match(want, e.Kind); (err != nil || !fit) && !strings.HasPrefix(e.Kind, want) {
				return false
			}
		case ok && key == "who":
			if !strings.Contains(strings.ToLower(l.Who+" "+l.Said+" "+strings.Join(e.Actor.Roles, " ")), want) {
				return false
			}
		case !strings.Contains(strings.ToLower(l.Text+" "+e.Kind+" "+l.Who+" "+l.Said+" "+string(e.Data)), w):
			return false
		}
	}
	return true
}

// count is how many entries are shown, entry the one in a row.
func (v *DecisionsView) count() int {
	if v.only.rows != nil {
		return len(v.only.rows)
	}
	return len(v.entries)
}

func (v *DecisionsView) entry(row int) *journal.Entry {
	if row < 0 || row >= v.count() {
		return nil
	}
	if v.only.rows != nil {
		row = v.only.rows[row]
	}
	return &v.entries[row]
}

// filterLine tells what is shown of the journal; "": all of it.
func (v *DecisionsView) filterLine(w int) string {
	f := &v.only
	if !f.typing && !f.on() {
		return ""
	}
	r := widgets.NewRow(w).Text(v.t.Key, "filter ").Text(v.t.Text, f.text)
	if f.typing {
		r.Text(v.t.Accent, "_")
	}
	tail := strconv.Itoa(v.count()) + " of " + strconv.FormatInt(v.s.Entries, 10)
	switch {
	case v.reading():
		tail += ", reading the rest"
	case f.typing && f.text == "":
		tail = "words; kind:rollback.*  who:eng-lead"
	case f.typing:
		tail += "  enter keeps it, esc shows all"
	default:
		tail += "  esc shows all"
	}
	return r.Gap(2).Rest(v.t.Dim, tail).String()
}

// reading reports that a filter has not seen the whole journal yet.
func (v *DecisionsView) reading() bool {
	return v.only.on() && v.s != nil && len(v.entries) > 0 && (v.low() > 1 || v.high() < v.s.Entries)
}
