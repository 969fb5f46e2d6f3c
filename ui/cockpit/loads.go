package cockpit

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/journal"
	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui/dialogs"
	"tminus/ui/intent"
	"tminus/ui/panes"
)

// wanting is a view that shows what stands on no screen, and asks for it piece by piece. It is asked after each screen,
// each key and each arrival, but not while its last question is under way.
type wanting interface{ Wants() intent.Intent }

// What a view implements to be given what it wants. Nil says that it could not be read, which is not the same as nothing
// there: the view may count its questions, and asks anew with the next screen.
type (
	takesEntries interface {
		SetEntries(entries []journal.Entry)
	}
	takesSeries interface {
		SetSeries(monitor string, from, to time.Time, points []monitor.Point)
	}
	takesDocument interface {
		SetDocument(hash, text string, ok bool)
	}
	takesLines interface{ SetLines(lines []screen.LogLine) }
)

// kind is one sort of question.
type kind string

const (
	entriesKind kind = "entries"
	seriesKind  kind = "points"
	linesKind   kind = "log lines"
	textsKind   kind = "documents"
)

// load is how the questions of one kind stand: at most one is under way.
type load struct {
	by     panes.Pane    // who asked; nil: none is under way
	then   intent.Intent // asked for since, the newest: a view that counts its questions waits for it; nil: nothing
	failed bool          // the next screen tries again
	told   bool          // its failure was told; the next success ends that
}

// wanted asks the open view, or the focused pane, what it still lacks.
func (a *App) wanted() tea.Cmd {
	here := a.current()
	v, ok := here.(wanting)
	if !ok || a.link.gone() {
		return nil
	}
	for _, l := range a.loads {
		if l.by == here {
			return nil
		}
	}
	return a.carry(v.Wants(), "")
}

// load asks the room for one thing, or remembers it until the question before it is answered.
func (a *App) load(i intent.Intent) tea.Cmd {
	var k kind
	var ask tea.Cmd
	switch i := i.(type) {
	case intent.LoadEntries:
		k, ask = entriesKind, a.loadEntries(i.After)
	case intent.LoadSeries:
		k, ask = seriesKind, a.loadSeries(i.Monitor, i.From, i.To)
	case intent.LoadLines:
		k, ask = linesKind, a.loadLines()
	case intent.LoadDocument:
		k, ask = textsKind, a.loadDocument(i.Hash)
	default:
		return nil
	}
	l := a.loads[k]
	if l == nil {
		l = &load{}
		a.loads[k] = l
	}
	if l.failed || l.by != nil {
		l.then = i
		return nil
	}
	l.by = a.current()
	return ask
}

// arrived notes the end of a question, hands out what came of it and asks the next one.
func (a *App) arrived(k kind, err error, take func(p panes.Pane)) tea.Cmd {
	l := a.loads[k]
	l.by = nil
	a.everyPane(take)
	a.painter.all()
	if err != nil {
		l.failed = true
		if !l.told && !a.link.gone() {
			a.mention(string(k)+" cannot be read: "+err.Error(), "the next change tries again", true)
		}
		l.told = true
		return nil
	}
	l.told = false
	then := l.then
	l.then = nil
	if cmd := a.wanted(); cmd != nil || then == nil {
		return cmd
	}
	return a.load(then)
}

// askAgain asks with a new screen what the open view lacks, and what was asked for after a failure.
func (a *App) askAgain() tea.Cmd {
	kept := map[kind]intent.Intent{}
	for k, l := range a.loads {
		if l.failed {
			kept[k] = l.then
			l.failed, l.then = false, nil
		}
	}
	cmds := []tea.Cmd{a.wanted()}
	for k, then := range kept {
		if a.loads[k].by == nil { // the view does not ask it anew: it waits for the answer
			cmds = append(cmds, a.load(then))
		}
	}
	return tea.Batch(cmds...)
}

func (a *App) entries(m entriesMsg) tea.Cmd {
	return a.arrived(entriesKind, m.err, func(p panes.Pane) {
		if v, ok := p.(takesEntries); ok {
			v.SetEntries(answer(m.entries, m.err))
		}
	})
}

func (a *App) series(m seriesMsg) tea.Cmd {
	return a.arrived(seriesKind, m.err, func(p panes.Pane) {
		if v, ok := p.(takesSeries); ok {
			v.SetSeries(m.monitor, m.from, m.to, answer(m.points, m.err))
		}
	})
}

func (a *App) lines(m linesMsg) tea.Cmd {
	return a.arrived(linesKind, m.err, func(p panes.Pane) {
		if v, ok := p.(takesLines); ok {
			v.SetLines(answer(m.lines, m.err))
		}
	})
}

func (a *App) document(m documentMsg) tea.Cmd {
	return a.arrived(textsKind, m.err, func(p panes.Pane) {
		if v, ok := p.(takesDocument); ok {
			v.SetDocument(m.hash, m.text, m.err == nil)
		}
	})
}

// openReview opens the review of a changed document.
func (a *App) openReview(i intent.Review) tea.Cmd {
	if a.shown == nil {
		a.needScreen(nil)
		return nil
	}
	a.push(dialogs.NewReview(a.theme, a.plan, a.shown, a.infos, i, a.stack.Touched()))
	return a.loadActions()
}

// answer is what a view is given: nil where nothing could be read, and never nil where it could.
func answer[T any](got []T, err error) []T {
	switch {
	case err != nil:
		return nil
	case got == nil:
		return []T{}
	}
	return got
}
