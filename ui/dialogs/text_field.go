package dialogs

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"

	"tminus/model/text"
	"tminus/ui/theme"
)

// noteLimit is the most that a note may hold, in bytes (the journal's own limit); noteRows is how far its field grows.
const (
	noteLimit = 8 << 10
	noteRows  = 6
)

// textField is text to type. What comes in passes the sanitizer at once, so that what is seen is what is recorded.
type textField struct {
	name  string
	multi bool
	area  textarea.Model
	given string
}

func newTextField(name, value string, multi bool) *textField {
	area := textarea.New()
	area.Prompt = ""
	area.ShowLineNumbers = false
	area.CharLimit = noteLimit
	area.DynamicHeight = true
	area.MinHeight = 1
	area.MaxWidth = 0
	area.MaxHeight = 1
	if multi {
		area.MaxHeight = noteRows
	}
	area.MaxContentHeight = noteLimit
	area.SetVirtualCursor(false)
	area.SetStyles(textarea.Styles{})
	area.KeyMap = editingKeys(multi)
	area.SetValue(clean(value, multi))
	area.Blur()
	return &textField{name: name, multi: multi, area: area, given: area.Value()}
}

// editingKeys is the editor's keymap without what reaches outside (the clipboard), what selects, and what the form
// binds itself.
func editingKeys(multi bool) textarea.KeyMap {
	m := textarea.DefaultKeyMap()
	for _, b := range []*key.Binding{
		&m.Paste, &m.CopySelection, &m.SelectAll, &m.TransposeCharacterBackward, &m.SelectCharacterForward,
		&m.SelectCharacterBackward, &m.SelectWordForward, &m.SelectWordBackward, &m.SelectLineUp, &m.SelectLineDown,
	} {
		b.SetEnabled(false)
	}
	m.DeleteCharacterForward = key.NewBinding(key.WithKeys("delete"))
	m.InsertNewline = key.NewBinding(key.WithKeys("alt+enter", "shift+enter", "ctrl+j"))
	m.InsertNewline.SetEnabled(multi)
	return m
}

func clean(s string, multi bool) string {
	if multi {
		return text.Block(s)
	}
	return text.Line(s)
}

func (f *textField) arg() string   { return f.name }
func (f *textField) value() string { return strings.TrimSpace(f.area.Value()) }
func (f *textField) touched() bool { return f.area.Value() != f.given }

func (f *textField) setFocus(on bool) {
	if on {
		f.area.Focus()
		return
	}
	f.area.Blur()
}

func (f *textField) setWidth(cells int) { f.area.SetWidth(max(cells, 2)) }

func (f *textField) key(k tea.KeyPressMsg) bool {
	if s := k.String(); !f.multi && (s == "up" || s == "down") {
		return false
	}
	if k.Text != "" {
		k.Text = clean(k.Text, false)
	}
	f.area, _ = f.area.Update(k)
	return true
}

func (f *textField) paste(s string) {
	f.area, _ = f.area.Update(tea.PasteMsg{Content: clean(s, f.multi)})
}

func (f *textField) lines(*theme.Theme) []string { return strings.Split(f.area.View(), "\n") }

func (f *textField) cursor() (x, y int, ok bool) {
	c := f.area.Cursor()
	if c == nil {
		return 0, 0, false
	}
	return c.X, c.Y, true
}
