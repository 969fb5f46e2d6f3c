package cockpit

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui"
	"tminus/ui/panes"
)

// Limits of what is asked of a room.
const (
	// gap is the least time between two screens that are drawn: faster ones are skipped, the newest always comes.
	gap = 50 * time.Millisecond
	// answerIn is how long a question may take; commands with outside effects have limits of their own in the room.
	answerIn = 10 * time.Second
)

// Every tea.Cmd of the cockpit is made here. They read what they need before they start: nothing in them touches App.

func (a *App) tick() tea.Cmd {
	return tea.Every(time.Second, func(t time.Time) tea.Msg { return tickMsg(t) })
}

func (a *App) loadPlan() tea.Cmd {
	room, ctx := a.room, a.crew.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerIn)
		defer cancel()
		p, err := room.Plan(ctx)
		return planMsg{p, err}
	}
}

// watch opens a new watch and ends the one before it.
func (a *App) watch() tea.Cmd {
	if a.link.stop != nil {
		a.link.stop()
	}
	var ctx context.Context
	ctx, a.link.stop = context.WithCancel(a.crew.ctx)
	a.link.number++
	room, number := a.room, a.link.number
	return func() tea.Msg {
		screens, err := room.Watch(ctx)
		return watchMsg{number, screens, err}
	}
}

// next waits for a screen, and then until rest has passed since the wait began, so that a flood costs no more than a
// brisk stream. It returns the newest.
func next(number int, screens <-chan *screen.Screen, rest time.Duration) tea.Cmd {
	return func() tea.Msg {
		timer := time.NewTimer(rest)
		defer timer.Stop()
		newest, open := <-screens
		for waiting := rest > 0; open && waiting; {
			select {
			case s, more := <-screens:
				if open = more; more {
					newest = s
				}
			case <-timer.C:
				waiting = false
			}
		}
		for open {
			select {
			case s, more := <-screens:
				if open = more; more {
					newest = s
				}
				continue
			default:
			}
			break
		}
		return screenMsg{number, screens, newest, !open}
	}
}

// loadActions asks what is open now; while one question runs the next waits.
func (a *App) loadActions() tea.Cmd {
	if a.refreshing {
		a.stale = true
		return nil
	}
	a.refreshing, a.stale = true, false
	room, ctx, number := a.room, a.crew.ctx, a.link.number
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerIn)
		defer cancel()
		infos, err := room.Actions(ctx)
		return actionsMsg{number, infos, err}
	}
}

func (a *App) send(dialog string, c launch.Command) tea.Cmd {
	a.running++
	room := a.room
	return a.crew.must(func(ctx context.Context) tea.Msg {
		r, err := room.Do(ctx, c)
		return doneMsg{dialog, c, r, err}
	})
}

func (a *App) loadEntries(after int64) tea.Cmd {
	room, ctx := a.room, a.crew.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerIn)
		defer cancel()
		entries, err := room.Entries(ctx, after, panes.EntriesPage)
		return entriesMsg{after, entries, err}
	}
}

func (a *App) loadSeries(monitor string, from, to time.Time) tea.Cmd {
	room, ctx := a.room, a.crew.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerIn)
		defer cancel()
		points, err := room.Series(ctx, monitor, from, to)
		return seriesMsg{monitor, from, to, points, err}
	}
}

func (a *App) loadLines() tea.Cmd {
	room, ctx := a.room, a.crew.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerIn)
		defer cancel()
		lines, err := room.LogLines(ctx)
		return linesMsg{lines, err}
	}
}

func (a *App) loadDocument(hash string) tea.Cmd {
	room, ctx := a.room, a.crew.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerIn)
		defer cancel()
		text, err := room.Document(ctx, hash)
		return documentMsg{hash, text, err}
	}
}

// ring rings the terminal's bell. Bubble Tea writes it between two frames, so it stands in the middle of no sequence.
func (a *App) ring() tea.Cmd { return tea.Raw("\a") }

// steer changes how a rehearsal's clock runs.
func (a *App) steer(what string, f func(ctx context.Context, r ui.Room) error) tea.Cmd {
	room := a.room
	return a.crew.must(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerIn)
		defer cancel()
		return steeredMsg{what, f(ctx, room)}
	})
}

// retry waits before the next attempt to reach the room.
func (a *App) retry(in time.Duration) tea.Cmd {
	number := a.link.number
	return tea.Tick(in, func(time.Time) tea.Msg { return retryMsg{number} })
}

func (a *App) reconnect() tea.Cmd {
	again, ctx, number := a.cfg.Reconnect, a.crew.ctx, a.link.number
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerIn)
		defer cancel()
		room, err := again(ctx)
		return backMsg{number, room, err}
	}
}
