package cockpit

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/ui"
	"tminus/ui/panes"
	"tminus/ui/replay"
	"tminus/ui/widgets"
)

// Steps of the arrow keys, in launch time.
const (
	scrub     = 30 * time.Second
	scrubFar  = 10 * time.Minute
	barAtMost = 60
)

// replayMsg brings a replay that was asked for.
type replayMsg struct {
	player *replay.Player
	err    error
}

// openReplay reads what there is to replay, and shows it from an instant on; zero: from the beginning.
func (a *App) openReplay(at time.Time) tea.Cmd {
	if a.player != nil {
		a.player.Seek(at)
		return nil
	}
	a.tell("reading the journal"+a.theme.Glyph.Ellipsis, "", false)
	room, ctx, wall := a.room, a.crew.ctx, a.cfg.Wall
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, answerIn)
		defer cancel()
		p, err := replay.Open(ctx, room, wall, at)
		return replayMsg{p, err}
	}
}

// replaying puts the replay in the room's place.
func (a *App) replaying(m replayMsg) tea.Cmd {
	if m.err != nil {
		a.tell("the launch cannot be replayed: "+m.err.Error(), "", true)
		return nil
	}
	a.told = told{}
	a.player = m.player
	return a.through(m.player)
}

// leaveReplay goes back to the room; where there is none behind it, it leaves the program.
func (a *App) leaveReplay() tea.Cmd {
	if a.cfg.Replay != nil {
		return tea.Quit
	}
	a.player = nil
	a.tell("back to the present", "", false)
	return tea.Batch(a.through(a.link.as()), a.loadActions())
}

// through looks at the launch through another door. Full views are made anew: what they have loaded is of another time.
func (a *App) through(r ui.Room) tea.Cmd {
	a.room = r
	a.close()
	a.opened = map[string]panes.Pane{}
	a.loads = map[kind]*load{}
	a.infos, a.refreshing, a.stale = nil, false, false
	a.painter.all()
	return a.watch()
}

// replayKey steers the replay; false: another key.
func (a *App) replayKey(k tea.KeyPressMsg) (tea.Cmd, bool) {
	p := a.player
	switch k.String() {
	case "left":
		p.Skip(-scrub)
	case "right":
		p.Skip(scrub)
	case "shift+left":
		p.Skip(-scrubFar)
	case "shift+right":
		p.Skip(scrubFar)
	case "space":
		p.Play(!p.State().Playing)
	case "<":
		p.Faster(-1)
	case ">":
		p.Faster(+1)
	case "n", "N":
		by, where := +1, "after"
		if k.String() == "N" {
			by, where = -1, "before"
		}
		if !p.Step(by) {
			a.tell("there is no decision or breach "+where+" this", "", false)
		}
	case "[":
		p.Seek(p.State().From)
	case "]":
		p.Seek(p.State().To)
	case "esc":
		if a.view != "" {
			return nil, false
		}
		return a.leaveReplay(), true
	default:
		return nil, false
	}
	a.painter.chrome()
	return nil, true
}

// replayKeys are the footer's.
func replayKeys() []panes.Binding {
	return []panes.Binding{
		{Key: "arrows", Help: "30 s"}, {Key: "shift+arrows", Help: "10 min"}, {Key: "n/N", Help: "next, last decision or breach"},
		{Key: "space", Help: "play"}, {Key: "< >", Help: "speed"}, {Key: "[ ]", Help: "begin, end"},
	}
}

// replayBar tells where the replay stands: the instant, how it goes, and the place between beginning and end.
func (a *App) replayBar(w int) string {
	is, t := a.player.State(), a.theme
	goes := "stands"
	if is.Playing {
		goes = fmt.Sprintf("plays x%g", is.Speed)
	}
	r := widgets.NewRow(w).Gap(1).Text(t.WarnBadge, " REPLAY ").Gap(2).Text(t.Strong, is.At.UTC().Format("2 Jan 2006 15:04:05 UTC")).Gap(2).Text(t.Text, goes).Gap(2)
	from, to := is.From.UTC().Format("15:04"), is.To.UTC().Format("15:04")
	if is.To.Sub(is.From) > 24*time.Hour {
		from, to = is.From.UTC().Format("2 Jan 15:04"), is.To.UTC().Format("2 Jan 15:04")
	}
	cells := min(r.Left()-len(from)-len(to)-3, barAtMost)
	if cells < 8 {
		return r.String()
	}
	at := 0
	if span := is.To.Sub(is.From); span > 0 {
		at = int(math.Round(float64(cells-1) * float64(is.At.Sub(is.From)) / float64(span)))
	}
	line := strings.Repeat(t.Glyph.Horizontal, cells-1)
	here := at * len(t.Glyph.Horizontal)
	return r.Text(t.Dim, from+" "+line[:here]).Text(t.Accent, t.Glyph.Here).Text(t.Dim, line[here:]+" "+to).String()
}
