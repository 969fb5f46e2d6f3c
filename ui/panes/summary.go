package panes

import (
	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// Folded is a pane that can tell itself in one line of exactly w cells, for sizes that show one pane at a time.
type Folded interface{ Summary(w int) string }

// Strip is five lines of w cells for a small screen: the next action with its owner, which a screen that shows it elsewhere
// leaves out, then one line for each pane but the focused one (counted from 0).
func Strip(t *theme.Theme, s *screen.Screen, all [5]Pane, focused, w int) []string {
	lines := []string{widgets.Blank(w)}
	if s != nil && w > 2 {
		lines[0] = " " + TodoLine(t, s, w-2) + " "
	}
	for i, p := range all {
		if i == focused {
			continue
		}
		line := widgets.Blank(w)
		if f, ok := p.(Folded); ok && w > 4 {
			line = " " + t.Key.On(string(rune('1'+i))) + " " + f.Summary(w-4) + " "
		}
		lines = append(lines, line)
	}
	return t.FoldAll(lines)
}

// TodoLine is the one next action and its owner, w cells wide.
func TodoLine(t *theme.Theme, s *screen.Screen, w int) string {
	r := widgets.NewRow(w)
	todo := s.Todo
	if todo.Text == "" {
		return r.Rest(t.Dim, "Nothing to do now.").String()
	}
	lead, st := "Next", t.Strong
	if todo.Yours {
		lead, st = "You", t.Accent
	}
	r.Text(st, t.Glyph.Cursor+" "+lead).Gap(2)
	owner := todoOwner(&todo, r.Left()-widgets.Width(text.Line(todo.Text))-2)
	wide := min(widgets.Width(owner), r.Left()/2)
	return r.Cell(t.Strong, todo.Text, r.Left()-wide-2).Gap(2).Rest(st, owner).String()
}

// todoOwner is whose the next action is, in the longest form that leaves the action whole; what to do matters more than a
// title in full.
func todoOwner(todo *screen.Todo, room int) string {
	short, as := todo.Short, ""
	if short == "" {
		short = todo.Owner
	}
	forms := []string{ownerOf(todo.Owner, todo.Person), ownerOf(short, todo.Person), short}
	if todo.Yours {
		as, forms = "as ", []string{todo.Owner, short}
	}
	for _, f := range forms {
		if widgets.Width(text.Line(as+f)) <= room {
			return as + f
		}
	}
	return as + short
}

// summary is the title, then what tell says.
func summary(b *base, w int, title string, tell func() string) string {
	r := widgets.NewRow(w).Cell(b.t.Dim, title, 10).Gap(1)
	if b.s == nil {
		return r.String()
	}
	return r.Rest(b.t.Text, tell()).String()
}
