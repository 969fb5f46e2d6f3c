package cockpit

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/ui/dialogs"
	"tminus/ui/panes"
)

// Update routes a message to who it is for. It does no I/O.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		return a, a.sized(msg)
	case tea.KeyPressMsg:
		return a, a.key(msg)
	case tea.PasteMsg:
		a.stack.Paste(msg.Content, a.cfg.Wall())
		a.painter.box()
	case tickMsg:
		return a, tea.Batch(a.second(time.Time(msg)), a.tick())
	case planMsg:
		return a, a.planned(msg)
	case watchMsg:
		return a, a.watching(msg)
	case screenMsg:
		return a, a.screen(msg)
	case actionsMsg:
		return a, a.actions(msg)
	case doneMsg:
		return a, a.done(msg)
	case steeredMsg:
		a.steered(msg)
	case entriesMsg:
		return a, a.entries(msg)
	case seriesMsg:
		return a, a.series(msg)
	case linesMsg:
		return a, a.lines(msg)
	case documentMsg:
		return a, a.document(msg)
	case previewsMsg:
		a.previewed(msg)
	case editorMsg:
		return a, a.openEditor(msg)
	case editedMsg:
		a.edited(msg)
	case retryMsg:
		return a, a.tryAgain(msg)
	case replayMsg:
		return a, a.replaying(msg)
	case backMsg:
		return a, a.back(msg)
	}
	return a, nil
}

// typist is a view that text can be typed into.
type typist interface{ Typing() bool }

// key routes a key: the top dialog, then what follows g, then the full view or focused pane, then everywhere.
func (a *App) key(k tea.KeyPressMsg) tea.Cmd {
	a.painter.chrome()
	if a.wide(a.layout.Width) {
		a.told = told{} // it stood where the keys are
	}
	if d := a.stack.Top(); d != nil {
		return a.dialogKey(d, k)
	}
	if a.asked != nil && k.String() != "ctrl+c" { // what is typed now was meant for the dialog that is about to open
		return nil
	}
	here := a.current()
	if v, ok := here.(typist); ok && v.Typing() && k.String() != "ctrl+c" {
		if i, ok := here.HandleKey(k); ok {
			a.painter.pane(here)
			return tea.Batch(a.carry(i, ""), a.wanted())
		}
	}
	if a.prefix {
		a.prefix = false
		return a.afterG(k)
	}
	if k.String() == "g" {
		a.prefix = true
		return nil
	}
	if a.player != nil {
		if cmd, ok := a.replayKey(k); ok {
			return cmd
		}
	}
	if i, ok := here.HandleKey(k); ok {
		a.painter.pane(here)
		return tea.Batch(a.carry(i, ""), a.wanted())
	}
	b, ok := find(a.keys.first, k)
	if !ok {
		return nil
	}
	if s := b.shown(a); s.Why != "" {
		a.tell(s.Help+": "+s.Why, "", true)
		return nil
	}
	if i := b.do(a); i != nil {
		return a.carry(i, "")
	}
	return nil
}

// dialogKey gives a key to the top dialog; ctrl+c asks to quit from there too.
func (a *App) dialogKey(d dialogs.Dialog, k tea.KeyPressMsg) tea.Cmd {
	a.painter.box()
	id := d.ID()
	if k.String() == "ctrl+c" && id != "quit" {
		return a.quit(false)
	}
	if id == "notice" && k.String() == attest && a.theirs != nil {
		a.stack.Pop()
		return a.carry(a.saidByThem(), "")
	}
	if i := a.anywhere(k.String()); i != nil {
		if a.stack.Held(a.cfg.Wall()) {
			return nil
		}
		return a.carry(i, "")
	}
	return a.carry(a.stack.HandleKey(k, a.cfg.Wall()), id)
}

// afterG answers the key after g.
func (a *App) afterG(k tea.KeyPressMsg) tea.Cmd {
	for _, v := range a.views {
		if v.Key == k.String() {
			return a.open(v.Name, a.lead(v.Name))
		}
	}
	if b, ok := find(a.keys.second, k); ok {
		return a.carry(b.do(a), "")
	}
	if i := a.anywhere(k.String()); i != nil {
		return a.carry(i, "")
	}
	if k.String() != "esc" {
		a.tell("g "+k.String()+" leads nowhere", "? lists the keys", true)
	}
	return nil
}

// firstFrame is how long after the size is known the first frame has been written: one frame's interval, and a little.
const firstFrame = 12 * time.Millisecond

// sized takes the terminal's size, and tells once that the first frame stands.
func (a *App) sized(msg tea.WindowSizeMsg) tea.Cmd {
	first := a.width == 0
	a.resize(msg.Width, msg.Height)
	if !first || a.cfg.FirstFrame == nil {
		return nil
	}
	return tea.Tick(firstFrame, func(time.Time) tea.Msg { a.cfg.FirstFrame(); return nil })
}

// resize lays everything out anew.
func (a *App) resize(width, height int) {
	a.width, a.height = width, height
	a.arrange()
	for i, p := range a.panes {
		p.SetSize(a.layout.Panes[i].Inner())
	}
	for _, p := range a.opened {
		p.SetSize(a.layout.View.Inner())
	}
	top, bottom := a.kept()
	a.stack.SetSize(width, height-top-bottom)
	a.painter.all()
}

// second is the clock's tick.
func (a *App) second(t time.Time) tea.Cmd {
	if a.told.over(t) {
		a.told = told{}
	}
	a.painter.chrome()
	if a.shown == nil {
		return nil
	}
	a.now = a.shown.LaunchTime(t)
	a.stack.Tick(a.now)
	a.everyPane(func(p panes.Pane) {
		if p.Tick(a.now) {
			a.painter.pane(p)
		}
	})
	return a.bell()
}
