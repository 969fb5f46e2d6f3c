package cockpit

import (
	"fmt"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui/dialogs"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// told is the status bar's last result or error.
type told struct {
	text, hint string
	bad        bool
	at         time.Time
}

// keep is how long the status bar shows a result; what went wrong stays twice as long.
const keep = 30 * time.Second

// say is the whole of it: what, then what to do.
func (t told) say() string {
	if t.hint == "" {
		return t.text
	}
	return t.text + "; " + t.hint
}

func (t told) over(now time.Time) bool {
	limit := keep
	if t.bad {
		limit *= 2
	}
	return t.text != "" && now.Sub(t.at) > limit
}

// tell puts a line into the status bar. What went wrong and fits in no line gets a dialog: nothing is cut that somebody
// has to act on.
func (a *App) tell(what, hint string, bad bool) {
	a.mention(what, hint, bad)
	if w := a.layout.Width; bad && w > 0 && widgets.Width(text.Line(a.told.say())) > w-2 {
		a.told = told{}
		a.push(dialogs.NewNotice(a.theme, what, hint))
	}
}

// mention is tell for what nobody has asked for: it never covers the screen, and where it is too long it ends in "…".
func (a *App) mention(what, hint string, bad bool) {
	a.told = told{text: what, hint: hint, bad: bad, at: a.cfg.Wall()}
	a.painter.chrome()
}

// status is who you are, what came of the last thing you did, and where the journal stands.
func (a *App) status(w int) string {
	if w <= 0 {
		return ""
	}
	if a.prefix && a.stack.Top() == nil {
		if menu := a.menu(w); len(menu) > 1 {
			return a.keyLine(menu[len(menu)-1], nil, w)
		}
	}
	t := a.theme
	who, end := "", ""
	if a.shown != nil {
		who, end = a.you(w), a.standing()
	}
	says, style := "", t.Dim
	switch {
	case a.told.text != "":
		if !a.wide(w) {
			says, style = a.told.say(), a.toldStyle()
		}
	case a.link.gone():
	case a.readOnly() != "":
		says, style = "read-only: "+a.readOnly(), t.Warn
	case a.shown != nil && a.shown.Decision != "":
		says = "x1 while this is open: " + a.shown.Decision
	case a.shown != nil && a.player == nil:
		says = a.shown.Reminder()
	}
	if spend := a.spend(w); spend != "" && widgets.Width(text.Line(who+says+spend+end))+10 < w {
		end = spend + "  " + end // given up first: nobody acts on it
	}
	if n := widgets.Width(end); n > 0 && w-n-3 < 24 {
		end = ""
	}
	room := max(w-3-widgets.Width(end), 0)
	left := widgets.NewRow(room).Text(t.Dim, who)
	if says != "" {
		left.Gap(2).Rest(style, says)
	}
	return widgets.NewRow(w).Gap(1).Drawn(left.String(), room).Gap(1).Text(t.Dim, end).String()
}

// wide reports that what was told does not fit beside who and where: until the next key it has the footer's line.
func (a *App) wide(w int) bool {
	if a.told.text == "" {
		return false
	}
	room := w - 1
	if a.shown != nil {
		room -= widgets.Width(text.Line(a.you(w))) + widgets.Width(a.standing()) + 4
	}
	return widgets.Width(text.Line(a.told.say())) > room
}

func (a *App) toldStyle() theme.Style {
	if a.told.bad {
		return a.theme.Warn
	}
	return a.theme.Text
}

// you is who the viewer is, with the role acted as in a rehearsal.
func (a *App) you(w int) string {
	y := a.shown.You
	if y.As != "" {
		role := a.roleShort(y.As)
		if w >= 100 {
			role = a.roleTitle(y.As)
		}
		s := y.User + " acting as " + role
		if w >= 120 {
			s += ", simulated world"
		}
		return s
	}
	var roles []string
	for _, id := range y.Roles {
		if w >= 100 {
			roles = append(roles, a.roleTitle(id))
		} else {
			roles = append(roles, a.roleShort(id))
		}
	}
	held := strings.Join(roles, ", ")
	switch {
	case !y.Listed && held == "":
		held = "not listed: watch and note"
	case held == "":
		held = "no role"
	}
	s := y.User + " (" + held + ")"
	if a.shown.Mode == launch.Rehearsal && w >= 120 {
		s += ", simulated world"
	}
	return s
}

// standing is a rehearsal's speed and the journal's head.
func (a *App) standing() string {
	end := ""
	if a.shown.Mode == launch.Rehearsal && a.player == nil {
		end = fmt.Sprintf("x%g  ", a.shown.Clock.Anchor.Speed)
	}
	return end + a.shown.Head
}

// spend is what reading CloudWatch has cost so far; "" where nothing has been read.
func (a *App) spend(w int) string {
	s := a.shown
	if s == nil || s.Spend.Metrics == 0 {
		return ""
	}
	cost := fmt.Sprintf("$%.2f", s.Spend.USD)
	if s.Spend.USD < 0.01 {
		cost = "<$0.01"
	}
	if w >= 140 {
		cost = "CloudWatch " + cost
	}
	return cost
}

func (a *App) roleTitle(id string) string {
	return a.role(id, func(title, _ string) string { return title })
}
func (a *App) roleShort(id string) string {
	return a.role(id, func(_, short string) string { return short })
}

func (a *App) role(id string, pick func(title, short string) string) string {
	if a.plan != nil && a.plan.Runbook != nil {
		for _, r := range a.plan.Runbook.Roles {
			if r.ID == id {
				return pick(r.Title, r.Short)
			}
		}
	}
	return id
}

// windowTitle names the launch for the terminal's title and tmux's window list.
func (a *App) windowTitle() string {
	if a.shown == nil {
		return "tminus"
	}
	mark := ""
	if a.shown.Status == screen.Red {
		mark = " RED"
	}
	return text.Line("tminus " + a.shown.Launch + " " + string(a.shown.Mode) + mark)
}
