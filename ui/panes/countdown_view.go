package panes

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// CountdownView is the clock with all coming marks: their owners and actions, the hold, T-0 in UTC and in local time.
type CountdownView struct {
	base
	zone  *time.Location
	list  widgets.List
	cut   split
	read  reader
	shown string
	at    string // target or label of the mark at the cursor
}

// NewCountdownView makes the view, with local time as the process has it.
func NewCountdownView(t *theme.Theme) *CountdownView {
	return &CountdownView{base: base{t: t}, zone: time.Local}
}

// SetZone names the viewer's local time.
func (v *CountdownView) SetZone(zone *time.Location) { v.zone, v.drawn = zone, nil }

// Title is the frame's title.
func (v *CountdownView) Title() string { return "Countdown" }

// Right is empty: T-0 stands in the view.
func (v *CountdownView) Right() string { return "" }

// SetSize gives the size inside the frame.
func (v *CountdownView) SetSize(w, h int) {
	v.base.SetSize(w, h)
	v.share()
}

// SetScreen gives a new picture; the cursor stays on its mark, or goes to the next one.
func (v *CountdownView) SetScreen(s *screen.Screen) {
	v.take(s)
	v.share()
	v.list.SetCount(len(s.Next))
	if !v.find(v.at) {
		v.list.Set(0)
	}
	v.shown = v.sayTime()
}

// share divides the view below its head.
func (v *CountdownView) share() {
	if v.s == nil {
		return
	}
	v.cut = splitAt(v.w, max(v.h-len(v.head()), 0), 60)
	v.list.SetHeight(v.cut.listH)
}

// Tick reports whether the clock or a time to go reads differently.
func (v *CountdownView) Tick(now time.Time) bool {
	v.now = now
	if v.s == nil {
		return false
	}
	if said := v.sayTime(); said != v.shown {
		v.shown, v.drawn = said, nil
		return true
	}
	return false
}

func (v *CountdownView) sayTime() string {
	var b strings.Builder
	b.WriteString(v.s.ClockText(v.now))
	b.WriteString(reason(v.s, v.now))
	at := clockNow(v.s, v.now)
	for i := range v.s.Next {
		b.WriteString(widgets.Until(v.s.Next[i].At.Sub(at)))
	}
	return b.String()
}

// Select moves the cursor to a mark by its target or label.
func (v *CountdownView) Select(id string) bool { return v.s != nil && v.find(id) }

func (v *CountdownView) find(id string) bool {
	for i := range v.s.Next {
		if m := &v.s.Next[i]; id != "" && (m.Target == id || m.Label == id) {
			v.list.Set(i)
			v.at, v.drawn = id, nil
			return true
		}
	}
	return false
}

// HandleKey moves the cursor; enter opens the sequence at the mark.
func (v *CountdownView) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	if v.s == nil {
		return nil, false
	}
	if v.read.key(k, &v.base) {
		return nil, true
	}
	if !v.read.open && v.list.Key(k) {
		v.drawn = nil
		if m := v.mark(); m != nil {
			if v.at = m.Target; v.at == "" {
				v.at = m.Label
			}
		}
		return nil, true
	}
	if m := v.mark(); m != nil {
		return opens(k, "sequence", m.Target)
	}
	return nil, false
}

func (v *CountdownView) mark() *screen.NextMark {
	if i := v.list.Cursor(); i >= 0 && i < len(v.s.Next) {
		return &v.s.Next[i]
	}
	return nil
}

// Bindings are the view's keys.
func (v *CountdownView) Bindings() []Binding {
	if v.read.open {
		return v.read.bindings()
	}
	return []Binding{{Key: "enter", Help: "in the sequence"}, moving(), reads()}
}

// head is the clock, T-0, a hold's reason and why the status is not GREEN.
func (v *CountdownView) head() []string {
	lines := clockBlock(&v.base, v.h >= 14)
	t0 := v.s.Clock.T0
	row := v.row().Text(v.t.Dim, "T-0  ").Text(v.t.Strong, t0.UTC().Format("Mon 2 Jan 2006 15:04:05")+" UTC")
	if zone, _ := t0.In(v.zone).Zone(); zone != "UTC" {
		row.Gap(3).Text(v.t.Text, t0.In(v.zone).Format("15:04:05 Mon 2 Jan MST"))
	}
	lines = append(lines, row.String())
	if why := reason(v.s, v.now); why != "" {
		for _, line := range widgets.Wrap(why, v.w) {
			lines = append(lines, v.t.Warn.On(line))
		}
	}
	if glyph, word, st := v.t.Status(v.s.Status); len(v.s.Reasons) > 0 {
		for _, line := range widgets.Wrap(glyph+" "+word+"  "+joined(v.t, v.s.Reasons...), v.w) {
			lines = append(lines, st.On(line))
		}
	}
	if len(lines) > v.h/2 { // a long reason never pushes the marks out
		lines = lines[:max(v.h/2, 1)]
	}
	return append(lines, "")
}

// Lines draws the view.
func (v *CountdownView) Lines() []string {
	return v.lines(func() []string {
		v.share()
		if v.list.Count() == 0 {
			return append(v.head(), v.row().Rest(v.t.Dim, "No more marks.").String())
		}
		at := clockNow(v.s, v.now)
		if v.read.open {
			return v.read.draw(&v.base, v.detail(v.mark(), at, v.w).lines)
		}
		list := v.list.Lines(v.t, v.cut.listW, func(i int, here bool) string {
			sign, st := v.cursorSign(here)
			return st.On(sign) + markRow(&v.base, v.cut.listW-1, &v.s.Next[i], at, i == 0)
		})
		return append(v.head(), v.cut.join(v.t, list, v.detail(v.mark(), at, v.cut.sideW).cut(v.cut.sideH))...)
	})
}

// detail tells a mark's instant, owner and actions, with who confirmed them, in w cells.
func (v *CountdownView) detail(m *screen.NextMark, at time.Time, w int) *facts {
	f := &facts{t: v.t, w: w}
	if m == nil {
		return f
	}
	f.title(m.Label + "  " + m.Title)
	f.fact("At", joined(v.t, stamp(m.At, v.now)+" UTC", m.At.In(v.zone).Format("15:04:05 MST")), v.t.Text)
	f.fact("In", widgets.Until(m.At.Sub(at)), v.t.Text)
	owner, actions, checks := v.work(m.Target)
	if owner == "" {
		owner = m.Owner
	}
	f.fact("Owner", owner, v.t.Accent)
	for _, part := range []struct {
		label string
		lines []screen.Action
	}{{"Actions", actions}, {"Verification", checks}} {
		for i, a := range part.lines {
			label := part.label
			if i > 0 {
				label = ""
			}
			text, st := "[ ] "+a.Text, v.t.Text
			if a.Done != nil {
				text, st = "[x] "+a.Text+" "+v.t.Glyph.Dot+" "+byWhom(a.Done, v.now), v.t.OK
			}
			f.fact(label, text, st)
		}
	}
	return f
}

// work finds the mark or step of the sequence that an id names.
func (v *CountdownView) work(id string) (owner string, actions, checks []screen.Action) {
	if id == "" {
		return "", nil, nil
	}
	for i := range v.s.Marks {
		if m := &v.s.Marks[i]; m.ID == id {
			return ownerOf(m.Owner, m.Person), m.Actions, nil
		}
	}
	for i := range v.s.Steps {
		if s := &v.s.Steps[i]; s.ID == id {
			return ownerOf(s.Owner, s.Person), s.Actions, s.Verifications
		}
	}
	return "", nil, nil
}
