package dialogs

import (
	"strconv"
	"strings"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

// Extra is a line of the palette that is no action of the launch: opening a view, help.
type Extra struct {
	Name, Title, Key string
	Why              string // why it is not available; "": it is
	Do               intent.Intent
}

// Palette lists every action by name, with what else can be done here.
type Palette struct {
	*Picker
	keyOf  func(action string) string
	extras []Extra
}

// NewPalette opens the palette. keyOf gives the key that an action has, "" for none.
func NewPalette(t *theme.Theme, infos []launch.ActionInfo, extras []Extra, keyOf func(action string) string) *Palette {
	p := &Palette{keyOf: keyOf, extras: extras}
	p.Picker = newPicker(box{theme: t}, "palette", "Actions", ":", "no action is called that", p.lines(infos))
	return p
}

// SetActions shows what is open now.
func (p *Palette) SetActions(infos []launch.ActionInfo) { p.setRows(p.lines(infos)) }

func (p *Palette) lines(infos []launch.ActionInfo) []row {
	rows := make([]row, 0, len(infos)+len(p.extras))
	for _, i := range infos {
		rows = append(rows, paletteRow(i.Name, i.Title, i.WhyNot, p.keyOf(i.Name), intent.Ask{Command: launch.Command{Action: i.Name}}))
	}
	for _, e := range p.extras {
		rows = append(rows, paletteRow(e.Name, e.Title, e.Why, e.Key, e.Do))
	}
	return rows
}

func paletteRow(name, title, why, key string, do intent.Intent) row {
	left := text.Line(title) + "  " + name
	return row{left: left, right: key, search: candidate{name + " " + title, ""}, why: text.Line(why), do: do}
}

// FindEntry is one thing that can be found: any line of the runbook or the launch.
type FindEntry struct {
	Title  string // raw
	Detail string // where it stands: its section, role, day
	View   string // the full view that shows it
	Target string // its id there
}

// NewFind opens the search over everything.
func NewFind(t *theme.Theme, entries []FindEntry) *Picker {
	rows := make([]row, 0, len(entries))
	for _, e := range entries {
		title, detail := text.Line(e.Title), text.Line(e.Detail)
		rows = append(rows, row{
			left: title, right: detail,
			search: candidate{title, detail + " " + e.Target},
			do:     intent.OpenView{View: e.View, Target: e.Target},
		})
	}
	return newPicker(box{theme: t}, "find", "Find", "/", "nothing in this launch is called that", rows)
}

// NewRoles opens a rehearsal's role menu; the first line gives back one's own roles.
func NewRoles(t *theme.Theme, plan *screen.Plan, s *screen.Screen) *Picker {
	n := names{plan: plan, screen: s}
	rows := []row{{left: "Yourself", right: strings.Join(s.You.Roles, ", "), search: candidate{"yourself", "self own"}, do: intent.ActAs{}}}
	if plan != nil && plan.Runbook != nil {
		for _, r := range plan.Runbook.Roles {
			right := "nobody"
			if h := n.holder(r.ID); h != "" {
				right = h
			}
			if r.ID == s.You.As {
				right += ", acting now"
			}
			rows = append(rows, row{left: text.Line(r.Title), right: text.Line(right), search: candidate{r.Title, r.ID + " " + r.Short}, do: intent.ActAs{Role: r.ID}})
		}
	}
	return newPicker(box{theme: t}, "roles", "Act as (rehearsal)", ">", "no role is called that", rows)
}

func itoa(n int) string { return strconv.Itoa(n) }
