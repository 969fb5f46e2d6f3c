package dialogs

import (
	tea "charm.land/bubbletea/v2"

	"tminus/ui/theme"
)

// field is one argument of a form.
type field interface {
	// arg is the argument's name in the command; value what it has now, "" for nothing.
	arg() string
	value() string
	setFocus(bool)
	setWidth(cells int)
	// key answers a key that the form has not taken for itself; false: it means nothing here.
	key(k tea.KeyPressMsg) bool
	paste(text string)
	// lines draws the field without its label; cursor is where the text cursor stands in them.
	lines(t *theme.Theme) []string
	cursor() (x, y int, ok bool)
	// touched reports whether somebody has put something in that would be lost.
	touched() bool
}

// labelled is a field in a form with what is said about it.
type labelled struct {
	field
	label    string
	help     string
	required bool
}
