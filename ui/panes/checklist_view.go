package panes

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui/intent"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// ChecklistView is the whole readiness: every area, section and item with who did it and when, and the selected one's
// verification, owner, evidence and reasons.
type ChecklistView struct {
	base
	rows []checkRow
	list widgets.List
	at   checkAt
	cut  split
	read reader
}

// NewChecklistView makes the view.
func NewChecklistView(t *theme.Theme) *ChecklistView { return &ChecklistView{base: base{t: t}} }

// Title is the frame's title.
func (v *ChecklistView) Title() string { return "Checklist" }

// Right counts items and sign-offs.
func (v *ChecklistView) Right() string {
	if v.s == nil {
		return ""
	}
	return checkCounts(v.t, &v.s.Checklist)
}

func checkCounts(t *theme.Theme, list *screen.Checklist) string {
	signed, sections := 0, 0
	for _, area := range list.Areas {
		sections += len(area.Sections)
		for _, sec := range area.Sections {
			if sec.Signed != nil {
				signed++
			}
		}
	}
	return joined(t, fmt.Sprintf("%d/%d done", list.Done, list.Of), fmt.Sprintf("%d/%d sections signed", signed, sections))
}

// SetSize gives the size inside the frame.
func (v *ChecklistView) SetSize(w, h int) {
	v.base.SetSize(w, h)
	v.cut = splitAt(v.w, v.h, 60)
	v.list.SetHeight(v.cut.listH)
}

// SetScreen gives a new picture.
func (v *ChecklistView) SetScreen(s *screen.Screen) {
	if v.s == nil {
		v.at = firstOpen(&s.Checklist)
	}
	v.take(s)
	v.rows = v.rows[:0]
	for a := range s.Checklist.Areas {
		area := &s.Checklist.Areas[a]
		if a > 0 {
			v.rows = append(v.rows, checkRow{})
		}
		v.rows = append(v.rows, checkRow{area: area.Title})
		for i := range area.Sections {
			sec := &area.Sections[i]
			v.rows = append(v.rows, checkRow{section: sec})
			for n := range sec.Items {
				v.rows = append(v.rows, checkRow{section: sec, item: &sec.Items[n]})
			}
		}
	}
	v.list.SetCount(len(v.rows))
	v.list.SetSkip(func(row int) bool { return v.rows[row].heading() })
	v.find(v.at)
}

func (v *ChecklistView) find(at checkAt) bool {
	for i, r := range v.rows {
		if !r.heading() && r.at() == at {
			v.list.Set(i)
			v.at, v.drawn = at, nil
			return true
		}
	}
	return false
}

// Tick changes nothing.
func (v *ChecklistView) Tick(now time.Time) bool {
	v.now = now
	return false
}

// Select moves the cursor to a section or an item.
func (v *ChecklistView) Select(id string) bool {
	for _, r := range v.rows {
		if !r.heading() && (r.item == nil && r.section.ID == id || r.item != nil && r.item.ID == id) {
			return v.find(r.at())
		}
	}
	return false
}

// HandleKey moves the cursor, ticks, signs off, waives.
func (v *ChecklistView) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	if v.read.key(k, &v.base) {
		return nil, true
	}
	if !v.read.open && v.list.Key(k) {
		if i := v.list.Cursor(); i >= 0 {
			v.at = v.rows[i].at()
		}
		v.drawn = nil
		return nil, true
	}
	if i := v.list.Cursor(); i >= 0 {
		return checkKey(k, v.rows[i])
	}
	return nil, false
}

// Bindings are the keys for the row of the cursor.
func (v *ChecklistView) Bindings() []Binding {
	if v.read.open {
		return v.read.bindings()
	}
	if i := v.list.Cursor(); i >= 0 {
		return append(checkBindings(v.rows[i], v.whyNot()), moving(), reads())
	}
	return []Binding{moving()}
}

// Lines draws the view.
func (v *ChecklistView) Lines() []string {
	return v.lines(func() []string {
		if len(v.rows) == 0 {
			return []string{v.row().Rest(v.t.Dim, "The runbook has no checklist.").String()}
		}
		if v.read.open {
			return v.read.draw(&v.base, v.detail(v.w).lines)
		}
		return v.cut.join(v.t, v.list.Lines(v.t, v.cut.listW, v.drawRow), v.detail(v.cut.sideW).cut(v.cut.sideH))
	})
}

func (v *ChecklistView) drawRow(i int, here bool) string {
	r, row := widgets.NewRow(v.cut.listW), v.rows[i]
	if row.heading() {
		return r.Rest(v.t.Heading, row.area).String()
	}
	sign, signStyle := v.cursorSign(here)
	r.Text(signStyle, sign)
	tail := min(max(v.cut.listW/3, 18), 44)
	if row.item == nil {
		glyph, st, said := v.t.Glyph.Open, v.t.Dim, row.section.Owner
		switch {
		case row.section.Signed != nil:
			glyph, st, said = v.t.Glyph.OK, v.t.OK, "signed "+byWhom(row.section.Signed, v.now)
		case row.section.Done == len(row.section.Items):
			glyph, st, said = v.t.Glyph.Online, v.t.Accent, "to be signed by "+row.section.Owner
		}
		count := fmt.Sprintf("%d/%d", row.section.Done, len(row.section.Items))
		r.Cell(st, glyph, 2)
		wide := min(widgets.Width(text.Line(said)), r.Left()/2)
		r.Cell(v.rowStyle(here), row.section.Title, r.Left()-wide-len(count)-3).Gap(1)
		return r.Text(v.t.Text, count).Gap(2).CellRight(st, said, wide).String()
	}
	box, word, st := v.t.Item(row.item.State)
	r.Gap(2).Cell(st, box, 4).Cell(v.rowStyle(here), row.item.Text, r.Left()-tail-1).Gap(1)
	if row.item.State == launch.ItemOpen {
		return r.String()
	}
	if row.item.State == launch.ItemWaived {
		return r.CellRight(st, word+" "+byWhom(row.item.By, v.now), r.Left()).String()
	}
	return r.CellRight(v.t.Dim, byWhom(row.item.By, v.now), r.Left()).String()
}

// detail tells all that is known of the row at the cursor, w cells wide.
func (v *ChecklistView) detail(w int) *facts {
	f, i := &facts{t: v.t, w: w}, v.list.Cursor()
	if i < 0 {
		return f
	}
	row := v.rows[i]
	if item := row.item; item != nil {
		_, word, st := v.t.Item(item.State)
		f.title(item.Text)
		f.fact("State", word, st)
		f.fact("By", byWhom(item.By, v.now), v.t.Text)
		if item.By != nil {
			f.fact("Reason", item.By.Text, v.t.Text)
		}
		f.fact("Id", item.ID, v.t.Dim)
		f.blank()
	}
	sec := row.section
	f.title(sec.Title)
	f.fact("Owner", ownerOf(sec.Owner, sec.Person), v.t.Text)
	f.fact("Verification", sec.Verification, v.t.Text)
	switch {
	case sec.Signed != nil:
		f.fact("Signed off", byWhom(sec.Signed, v.now), v.t.OK)
		f.fact("Evidence", sec.Signed.Text, v.t.Text)
	case sec.Required:
		f.fact("Sign-off", "required before GO", v.t.Warn)
	default:
		f.fact("Sign-off", "not required", v.t.Dim)
	}
	f.fact("Id", sec.ID, v.t.Dim)
	return f
}
