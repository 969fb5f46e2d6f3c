package cockpit

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/ui/dialogs"
)

// quit leaves, or asks first where something goes on that leaving would touch.
func (a *App) quit(sure bool) tea.Cmd {
	notes := a.goingOn()
	if sure || len(notes) == 0 {
		return tea.Quit
	}
	a.push(dialogs.NewQuit(a.theme, notes))
	return nil
}

// goingOn says what runs and what becomes of it.
func (a *App) goingOn() []string {
	var notes []string
	if a.stack.Touched() {
		notes = append(notes, "What you have typed is not recorded.")
	}
	if a.running > 0 {
		notes = append(notes, "A command is still being recorded: leaving waits for its answer.")
	}
	if a.shown == nil || a.link.gone() {
		return notes
	}
	for _, st := range a.shown.Steps {
		switch st.State {
		case launch.StepRunning, launch.StepVerifying, launch.StepUnknown:
			goes := "it goes on, and the room keeps recording."
			if a.cfg.Owner {
				goes = "it goes on outside, but nobody watches or records it until the room is opened again."
			}
			notes = append(notes, fmt.Sprintf("Step %d, %s, is %s: %s", st.Number, st.Title, st.State, goes))
		}
	}
	if others := a.others(); a.cfg.Owner && others > 0 {
		who := "1 other person"
		if others > 1 {
			who = fmt.Sprintf("%d other people", others)
		}
		notes = append(notes, "This cockpit holds the room: leaving closes it for "+who+" too.")
	}
	return notes
}

// others counts the people who are attached beside the viewer.
func (a *App) others() int {
	n := 0
	for _, p := range a.shown.People {
		if p.Online && p.User != a.shown.You.User {
			n++
		}
	}
	return n
}
