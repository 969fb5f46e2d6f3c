package cockpit

import (
	"cmp"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui/dialogs"
	"tminus/ui/intent"
	"tminus/ui/layout"
	"tminus/ui/widgets"
)

// compose opens the composer on a draft made of what the screen shows now. One that is open is kept: what was typed in it
// is not lost by a key.
func (a *App) compose(milestone string) tea.Cmd {
	if why := a.readOnly(); why != "" {
		a.tell("cannot send an update: "+why, "", true)
		return nil
	}
	if d := a.stack.Top(); d == nil || d.ID() != "composer" {
		a.push(dialogs.NewComposer(a.theme, a.plan, a.shown, a.infos, milestone))
	}
	return a.loadActions()
}

// composer is the open one, or nil.
func (a *App) composer() *dialogs.Composer {
	c, _ := a.stack.Find("composer").(*dialogs.Composer)
	return c
}

func (a *App) previewed(m previewsMsg) {
	if c := a.composer(); c != nil {
		c.SetPreviews(m.number, m.previews, m.err)
		a.painter.box()
	}
}

func (a *App) edited(m editedMsg) {
	if c := a.composer(); c != nil {
		c.SetEdited(m.text, m.err)
	}
	a.painter.all()
}

// pageAsk fills in whom to page and what to say: where a page went unanswered, the next in its line; else who is called
// first about what is wrong now.
func (a *App) pageAsk() intent.Ask {
	q := intent.Ask{Command: launch.Command{Action: "page.send"}, Suggest: map[string]string{}}
	if a.shown == nil {
		return q
	}
	d := screen.DraftPage(a.shown)
	q.Suggest = map[string]string{"text": d.Text, "subject": d.Subject, "group": "technical", "level": launch.LevelPrimary}
	if al, _, ok := a.worst(); ok {
		for _, t := range a.shown.Triggers {
			if t.ID == al.Trigger && t.Group == "business" {
				q.Suggest["group"] = "business"
			}
		}
		for i := range a.shown.Monitors {
			if m := &a.shown.Monitors[i]; m.ID == al.Monitor && al.Trigger == "" && m.Group != "system" && m.Group != "logs" {
				q.Suggest["group"] = "business"
			}
		}
	}
	for _, m := range a.shown.Updates.Pages {
		if v := m.Page; v.Late(a.now) && v.Then != "" && v.Escalated == "" {
			q.Suggest["group"], q.Suggest["level"], q.Suggest["after"] = v.Group, v.Then, m.ID
		}
	}
	return q
}

// noticed is the notice that the banner tells where no alarm stands there.
func (a *App) noticed() (screen.Notice, bool) {
	if a.shown == nil || len(a.shown.Notices) == 0 || a.link.gone() {
		return screen.Notice{}, false
	}
	return a.shown.Notices[0], true
}

// noticeLine is a notice in one line: what it is about, what, whose, how long until it is due or how late it is, and the key.
func (a *App) noticeLine(n screen.Notice, w int) string {
	t := a.theme
	badge := t.WarnBadge
	what := n.Text
	if n.Owner != "" {
		what += " (" + n.Owner + ")"
	}
	if !n.At.IsZero() {
		left := n.At.Sub(a.now)
		switch {
		case left > 0:
			badge = t.AccentBadge
			what += ", due in " + widgets.Until(left)
		default:
			what += ", OVERDUE since " + n.At.UTC().Format("15:04 UTC")
		}
	}
	tail := ""
	if more := len(a.shown.Notices) - 1; more > 0 {
		tail = fmt.Sprintf(" (and %d more)", more)
	}
	hint := ""
	if w >= layout.MinWidth && n.Press != "" {
		hint = "press " + n.Press + " "
	}
	r := widgets.NewRow(w).Gap(1).Text(badge, " "+cmp.Or(n.Word, "NOTE")+" ").Gap(2)
	room := r.Left() - widgets.Width(tail) - widgets.Width(hint) - 1
	r.Cell(t.Strong, what, min(widgets.Width(text.Line(what)), max(room, 1))).Text(t.Dim, tail)
	return r.Gap(max(r.Left()-widgets.Width(hint), 0)).Text(t.Key, hint).String()
}
