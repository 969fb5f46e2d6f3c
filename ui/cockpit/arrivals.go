package cockpit

import (
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/screen"
	"tminus/ui/panes"
)

// errRoomGone stands where a watch ended without an error of its own.
func errRoomGone() error { return errors.New("the room closed the connection") }

func (a *App) planned(m planMsg) tea.Cmd {
	if m.err != nil {
		a.tell("the plan cannot be read: "+m.err.Error(), "contacts, roles and the search are missing", true)
		return nil
	}
	a.plan = m.plan
	a.stack.SetPlan(m.plan)
	a.everyPane(func(p panes.Pane) {
		if p, ok := p.(planned); ok {
			p.SetPlan(m.plan)
		}
	})
	a.painter.all()
	return nil
}

func (a *App) watching(m watchMsg) tea.Cmd {
	switch {
	case m.link != a.link.number:
		return nil
	case m.err != nil:
		return a.lost(m.err)
	}
	return next(m.link, m.screens, 0)
}

// screen shows a new picture, and asks what is open now where something was recorded since the one before.
func (a *App) screen(m screenMsg) tea.Cmd {
	if m.link != a.link.number {
		return nil
	}
	var cmds []tea.Cmd
	if m.screen != nil {
		before := a.shown
		if a.link.gone() {
			a.tell("the room is back; it was gone since "+a.link.lost.Format("15:04:05"), "", false)
			a.link.lost, a.link.attempt = time.Time{}, 0
			before = nil
		}
		a.show(m.screen)
		if before != nil && before.Documents.Adopted != m.screen.Documents.Adopted { // contacts, roles and bindings may be others
			cmds = append(cmds, a.loadPlan())
		}
		if before == nil || before.Entries != m.screen.Entries || before.Phase != m.screen.Phase ||
			before.You.As != m.screen.You.As || before.ReadOnly != m.screen.ReadOnly {
			cmds = append(cmds, a.loadActions())
		}
		cmds = append(cmds, a.askAgain(), a.alarmed())
	}
	if m.closed {
		return tea.Batch(append(cmds, a.lost(errRoomGone()))...)
	}
	return tea.Batch(append(cmds, next(m.link, m.screens, gap))...)
}

// show puts a picture on the screen.
func (a *App) show(s *screen.Screen) {
	if hint := a.spoken(s.Closure.Hint); hint != s.Closure.Hint {
		own := *s // others show the same picture
		own.Closure.Hint = hint
		s = &own
	}
	a.shown = s
	a.now = s.LaunchTime(a.cfg.Wall())
	a.everyPane(func(p panes.Pane) {
		p.SetScreen(s)
		p.Tick(a.now)
	})
	if settled := a.stack.SetScreen(s, a.cfg.Wall()); settled != "" {
		a.tell("settled elsewhere: "+settled, "", false)
	}
	a.rearrange()
	a.painter.all()
}

func (a *App) actions(m actionsMsg) tea.Cmd {
	if m.link != a.link.number {
		return nil
	}
	a.refreshing = false
	if m.err == nil {
		a.infos = m.infos
		for i := range a.infos {
			a.infos[i].WhyNot = a.spoken(a.infos[i].WhyNot)
		}
		a.stack.SetActions(a.infos)
		a.painter.box()
	}
	var cmd tea.Cmd
	if a.stale {
		cmd = a.loadActions()
	}
	if asked := a.asked; asked != nil {
		a.asked = nil
		if len(a.infos) > 0 {
			return tea.Batch(cmd, a.ask(*asked))
		}
		a.tell("the room does not say what can be done", "press the key again", true)
	}
	return cmd
}

func (a *App) done(m doneMsg) tea.Cmd {
	a.running--
	if m.err == nil {
		text := "recorded: " + m.result.Message
		if before, next, ok := strings.Cut(m.result.Message, "tminus do "); ok {
			text = "recorded: " + before + a.spoken(next)
		}
		if m.result.Message == "" {
			text = "recorded: " + m.command.Action
		}
		if m.result.Waiting {
			text += " (waiting for somebody else)"
		}
		a.tell(text, "", false)
	} else if m.dialog != "" {
		a.told = told{}
	}
	if m.err != nil && m.dialog == "" {
		a.refuse(m.command, m.err)
	}
	a.finish(m.dialog, a.refusal(m.err))
	return a.executed(m)
}

func (a *App) steered(m steeredMsg) {
	if m.err != nil {
		a.finish("", m.err)
		return
	}
	a.tell(m.what, "", false)
}

// lost marks the room as gone: nothing on the screen reads as healthy from now on. It tries again where it can.
func (a *App) lost(err error) tea.Cmd {
	now := a.cfg.Wall()
	if !a.link.gone() {
		a.link.lost = now
		if a.shown != nil {
			a.show(unwatched(a.shown, now))
		}
	}
	a.link.why = err.Error()
	a.refreshing = false
	a.painter.chrome()
	if a.cfg.Reconnect == nil {
		return nil
	}
	wait := backoff(a.link.attempt)
	a.link.attempt++
	a.link.next = now.Add(wait)
	return a.retry(wait)
}

func (a *App) tryAgain(m retryMsg) tea.Cmd {
	if m.link != a.link.number || !a.link.gone() {
		return nil
	}
	return a.reconnect()
}

// back takes up a room that was reached again.
func (a *App) back(m backMsg) tea.Cmd {
	switch {
	case m.link != a.link.number:
		return nil
	case m.err != nil:
		return a.lost(m.err)
	}
	a.link.door = m.room
	a.room = a.link.as()
	return tea.Batch(a.loadPlan(), a.watch())
}
