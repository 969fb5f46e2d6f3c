package cockpit

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui"
	"tminus/ui/dialogs"
	"tminus/ui/intent"
	"tminus/ui/layout"
	"tminus/ui/panes"
	"tminus/ui/replay"
	"tminus/ui/theme"
)

// App is the program's one model. It is changed by Update alone.
type App struct {
	cfg    Config
	theme  *theme.Theme
	keys   keymap
	speech speech
	views  []View
	crew   *crew

	link   link
	player *replay.Player // stands in the room's place; nil: the present is shown
	room   ui.Room        // as the role acted as
	plan   *screen.Plan
	shown  *screen.Screen // what is on the screen; nil until the first one
	infos  []launch.ActionInfo
	now    time.Time // launch time of the newest tick or screen

	refreshing, stale bool        // actions are being asked for; they have to be asked for again
	asked             *intent.Ask // waits for the actions to be known; keys are held back meanwhile
	theirs            *intent.Ask // was refused as another's to say; ctrl+t records it as said by them
	running           int         // commands that the room has not answered yet

	panes  [5]panes.Pane
	focus  int
	opened map[string]panes.Pane // full views, made when first opened
	view   string                // the open one; "" is none
	stack  dialogs.Stack
	prefix bool // g was pressed
	told   told
	loads  map[kind]*load
	rung   map[string]*ringing // by alarm key; kept when an alarm ends, so that it never rings anew

	width, height int // of the terminal
	layout        layout.Plan
	nextLine      bool  // the next action has a line of its own
	bannerAt      place // of the worst alarm
	painter       painter
}

// New makes the model. Init starts it.
func New(cfg Config) *App {
	if cfg.Wall == nil {
		cfg.Wall = time.Now
	}
	if cfg.Theme == nil {
		cfg.Theme = theme.New(theme.Options{})
	}
	a := &App{cfg: cfg, theme: cfg.Theme, keys: newKeymap(), speech: newSpeech(), crew: newCrew(context.Background()), opened: map[string]panes.Pane{},
		loads: map[kind]*load{}, rung: map[string]*ringing{}}
	a.views = append(ownViews(), cfg.Views...)
	a.link = link{door: cfg.Room, role: cfg.Role}
	a.room = a.link.as()
	a.panes = [5]panes.Pane{
		panes.NewChecklist(a.theme), panes.NewCountdown(a.theme), panes.NewMetrics(a.theme), panes.NewRACI(a.theme), panes.NewDecisions(a.theme),
	}
	a.panes[0].SetFocus(true)
	if cfg.Notice != "" {
		a.tell(cfg.Notice, "", false)
	}
	return a
}

// Init asks for the plan and the first screen, and starts the clock.
func (a *App) Init() tea.Cmd {
	if at := a.cfg.Replay; at != nil {
		return tea.Batch(a.loadPlan(), a.openReplay(*at), a.tick())
	}
	return tea.Batch(a.loadPlan(), a.watch(), a.tick())
}

// current is the pane or full view that gets the keys.
func (a *App) current() panes.Pane {
	if a.view != "" {
		return a.opened[a.view]
	}
	return a.panes[a.focus]
}

// everyPane calls f for the panes and for every full view that was opened.
func (a *App) everyPane(f func(p panes.Pane)) {
	for _, p := range a.panes {
		f(p)
	}
	for _, v := range a.views {
		if p := a.opened[v.Name]; p != nil {
			f(p)
		}
	}
}

// readOnly is why this cockpit records nothing now; "": it can.
func (a *App) readOnly() string {
	switch {
	case a.player != nil:
		return "this is a replay"
	case a.link.gone():
		return "the room is gone; nothing can be recorded from here"
	case a.cfg.ReadOnly:
		return "this cockpit was opened read-only"
	case a.shown == nil:
		return "the room has not answered yet"
	}
	return a.shown.ReadOnly
}
