package cockpit

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
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
	notes = append(notes, a.rolling()...)
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

// rolling says what becomes of a rollback and of flags that are being switched.
func (a *App) rolling() []string {
	var notes []string
	goes := "it goes on, and the room keeps recording."
	if a.cfg.Owner {
		goes = "what has been sent goes on outside, programs under their supervisor, but nothing further is begun or recorded until the room is opened again; it is then looked for."
	}
	r := a.shown.CurrentRequest()
	switch {
	case r.Open() && a.cfg.Owner:
		notes = append(notes, "The rollback request "+r.ID+" waits for approvals: nobody can give them while the room is closed.")
	case r.Running():
		var under []string
		for i := range r.Steps {
			if st := &r.Steps[i]; st.State == launch.StepRunning || st.State == launch.StepVerifying || st.State == launch.StepUnknown {
				under = append(under, fmt.Sprintf("%s is %s", st.Title, st.State))
			}
		}
		if len(under) == 0 {
			under = []string{"it is " + r.State}
		}
		notes = append(notes, "Rollback "+r.ID+", "+strings.Join(under, ", ")+": "+goes)
	}
	for i := range a.shown.Flags {
		if sw := a.shown.Flags[i].Switching; sw != nil && (sw.State == screen.PartWaiting || sw.State == screen.PartRunning || sw.State == screen.PartUnknown) {
			notes = append(notes, "The flag "+a.shown.Flags[i].ID+" is being switched: "+goes)
		}
	}
	for i := range a.shown.Outstanding {
		notes = append(notes, a.shown.Outstanding[i].Words+". Leaving does not take it back.")
	}
	return notes
}
