package cockpit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"tminus/ui/layout"
)

// Terminal is where the program is shown. The zero value is the process's own terminal.
type Terminal struct {
	In      io.Reader
	Out     io.Writer
	Env     []string              // nil: the process's own
	Profile *colorprofile.Profile // nil: detected from Out and Env, without asking tmux
	Width   int                   // where Out is no terminal
	Height  int
	Signals bool // end in order on SIGHUP, SIGINT and SIGTERM
}

// leaving is how long a command that is being recorded may hold up leaving.
const leaving = 15 * time.Second

// Run shows the cockpit until it is left, ctx ends or a signal comes. The terminal is restored in every case, a panic
// included. Commands that were sent are waited for: what was asked has been recorded, or the error says that it is not
// known.
func Run(ctx context.Context, cfg Config, term Terminal) error {
	a := New(cfg)
	a.crew.cancel()
	a.crew = newCrew(ctx)
	p := tea.NewProgram(a, append(options(term), tea.WithFilter(a.lastFrame))...)

	over := make(chan struct{})
	defer close(over)
	signals := make(chan os.Signal, 1)
	if term.Signals {
		signal.Notify(signals, syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM)
		defer signal.Stop(signals)
	}
	go func() {
		select {
		case <-ctx.Done():
		case <-signals:
		case <-over:
			return
		}
		p.Quit()
	}()

	_, err := p.Run()
	idle := a.crew.leave()
	select {
	case <-idle:
	case <-time.After(leaving):
		err = errors.Join(err, errors.New("a command was not answered in time; read the log (tminus log) to see whether it was recorded"))
	}
	if err != nil {
		return fmt.Errorf("show the cockpit: %w", err)
	}
	return nil
}

// lastFrame empties the frame once the program ends: tmux shows rows of it again after the alternate screen was left where
// the window has grown meanwhile.
func (a *App) lastFrame(_ tea.Model, msg tea.Msg) tea.Msg {
	if _, ok := msg.(tea.QuitMsg); ok {
		a.layout = layout.Plan{}
		a.painter.all()
	}
	return msg
}

func options(term Terminal) []tea.ProgramOption {
	env := term.Env
	if env == nil {
		env = os.Environ()
	}
	out := term.Out
	if out == nil {
		out = os.Stdout
	}
	profile := term.Profile
	if profile == nil {
		p := colorprofile.Env(env)
		profile = &p
	}
	opts := []tea.ProgramOption{
		tea.WithFPS(120), tea.WithColorProfile(*profile), tea.WithEnvironment(env), tea.WithOutput(out),
		// Signals are handled above: Bubble Tea knows no SIGHUP, and would end with an error on SIGINT.
		tea.WithoutSignalHandler(),
	}
	if term.In != nil {
		opts = append(opts, tea.WithInput(term.In))
	}
	if term.Width > 0 && term.Height > 0 {
		opts = append(opts, tea.WithWindowSize(term.Width, term.Height))
	}
	return opts
}
