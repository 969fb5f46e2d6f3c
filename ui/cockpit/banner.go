package cockpit

import (
	"fmt"
	"slices"
	"time"

	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui/layout"
	"tminus/ui/widgets"
)

// place is where the banner of the worst alarm stands.
type place uint8

// The places.
const (
	nowhere    place = iota
	ownLine          // below the next action
	inItsStead       // in the next action's line, where one line less would change what the screen shows
)

// worst is the alarm that the banner tells, and how many others call for attention. What was acknowledged or silenced
// is told only where nothing else is.
func (a *App) worst() (worst screen.Alarm, others int, ok bool) {
	if a.shown == nil || len(a.shown.Alarms) == 0 {
		return worst, 0, false
	}
	loud := slices.DeleteFunc(slices.Clone(a.shown.Alarms), func(al screen.Alarm) bool { return al.Quiet })
	if len(loud) == 0 {
		loud = a.shown.Alarms
	}
	return loud[0], len(loud) - 1, true
}

// arrange plans the terminal. The next action and the banner stand below the header, outside the plan, where there is
// room for them.
func (a *App) arrange() {
	height := a.height
	if a.nextLine = height >= nextFrom; a.nextLine {
		height--
	}
	a.layout = layout.Arrange(a.width, height)
	a.bannerAt = nowhere
	al, _, ok := a.worst()
	if _, noticed := a.noticed(); noticed && !ok {
		ok, al.Quiet = true, true
	}
	if !ok || !a.nextLine {
		return
	}
	less := layout.Arrange(a.width, height-1)
	switch {
	case less.Mode == a.layout.Mode && less.Mode != layout.TooSmall:
		a.layout, a.bannerAt = less, ownLine
	case al.Mark != "" && a.now.Sub(al.Since) >= markInStead: // what is next says it from then on
	case !al.Quiet:
		a.bannerAt = inItsStead
	}
}

// markInStead is how long a mark that has come may stand in the next action's line.
const markInStead = 2 * time.Minute

// markKey leads to what a mark that has come is about.
func markKey(mark string) string {
	switch mark {
	case "go-no-go":
		return "g p"
	case "t-0":
		return "g s"
	}
	return "g c"
}

// nextFrom is the height from which the next action has a line of its own.
const nextFrom = 3

// rearrange makes or takes away the banner's line where the alarms of a new screen ask for it.
func (a *App) rearrange() {
	before, was := a.layout, a.bannerAt
	if a.width == 0 {
		return
	}
	a.arrange()
	if before != a.layout || was != a.bannerAt {
		a.resize(a.width, a.height)
	}
}

// rowsBelow is how many lines stand between header and panes.
func (a *App) rowsBelow() int {
	switch {
	case !a.nextLine:
		return 0
	case a.bannerAt == ownLine:
		return 2
	}
	return 1
}

// below is those lines.
func (a *App) below() []string {
	w := a.layout.Width
	switch {
	case !a.nextLine:
		return nil
	case a.bannerAt == ownLine:
		return []string{a.next(w), a.banner(w)}
	case a.bannerAt == inItsStead && !a.link.gone():
		return []string{a.banner(w)}
	}
	return []string{a.next(w)}
}

// banner is the worst alarm in one line: how bad, what, what to do about it and whose it is, for how long, and the key.
func (a *App) banner(w int) string {
	al, others, ok := a.worst()
	if n, noticed := a.noticed(); noticed && (!ok || al.Quiet) {
		return a.noticeLine(n, w)
	}
	if !ok {
		return widgets.Blank(w)
	}
	t := a.theme
	badge, style, key := t.CritBadge, t.Strong, "g m"
	switch {
	case al.Trigger != "":
		key = "!"
	case al.Request != "":
		key = "R"
	case al.Document != "":
		key = "g x"
	case al.Mark != "":
		badge, key = t.AccentBadge, markKey(al.Mark)
	}
	if al.Quiet && a.autoOff(al) == "" || a.link.gone() {
		badge, style = t.Dim, t.Dim
	}
	tail := ""
	if others > 0 {
		tail = fmt.Sprintf(" (and %d more)", others)
	}
	hint := ""
	if w >= layout.MinWidth && !a.link.gone() {
		hint = "press " + key + " "
	}
	sign := t.Glyph.Crit
	if al.Mark != "" {
		sign = t.Glyph.Cursor
	}
	r := widgets.NewRow(w).Gap(1).Text(badge, " "+sign+" "+a.alarmWord(al, w)+" ").Gap(2)
	what := a.alarmText(al)
	room := r.Left() - widgets.Width(tail) - widgets.Width(hint) - 1
	r.Cell(style, what, min(widgets.Width(text.Line(what)), room)).Text(t.Dim, tail)
	return r.Gap(r.Left()-widgets.Width(hint)).Text(t.Key, hint).String()
}

// alarmWord is what kind of alarm it is, or what keeps it quiet and by whose word.
func (a *App) alarmWord(al screen.Alarm, w int) string {
	switch {
	case al.Document != "":
		return "REVIEW"
	case al.Silenced != nil:
		return "SILENCED until " + al.Silenced.UTC().Format("15:04")
	case al.Quiet && al.Trigger != "":
		return "ACKNOWLEDGED" + a.acknowledger(al.Trigger)
	case al.Mark == "go-no-go":
		return "MEETING"
	case al.Mark != "":
		return "MARK"
	case al.Request != "":
		return "ROLLBACK"
	case al.Trigger == "":
		return "CRIT"
	case w < 100:
		return "FIRED"
	}
	return "TRIGGER FIRED"
}

// alarmText is "CPU Usage: Scale resources (EL) for 3m".
func (a *App) alarmText(al screen.Alarm) string {
	s := al.Title
	if al.Action != "" {
		s += ": " + al.Action
	}
	if al.Owner != "" {
		s += " (" + al.Owner + ")"
	}
	if to := a.shown.Meeting.At.Sub(a.now); al.Mark == "go-no-go" && to > 0 {
		return s + ", in " + widgets.Until(to)
	}
	age := a.now.Sub(al.Since)
	switch short := widgets.ShortAge(age); {
	case al.Mark == "go-no-go" && short != "now": // "meeting now" and "40m ago" would not go together
		s += ", for " + short
	case al.Trigger != "", al.Request != "", al.Mark != "":
		s += ", " + widgets.Age(age)
	case short != "now":
		s += " for " + short
	}
	if a.link.gone() {
		return s + ", when the room was last heard"
	}
	if off := a.autoOff(al); off != "" {
		s = off + "; " + s
	}
	return s
}

// autoOff counts down to where an armed trigger turns the flag off by itself; "": this alarm's does not.
func (a *App) autoOff(al screen.Alarm) string {
	armed := a.shown.Armed
	if armed == nil || armed.AutoOffAt == nil || armed.Trigger != al.Trigger {
		return ""
	}
	return "the flag goes OFF by itself in " + widgets.Until(armed.AutoOffAt.Sub(a.now))
}

func (a *App) acknowledger(trigger string) string {
	for _, t := range a.shown.Triggers {
		if t.ID == trigger && t.Acknowledged != nil {
			return " by " + t.Acknowledged.User
		}
	}
	return ""
}
