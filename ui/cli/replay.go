package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"tminus/model/screen"
	"tminus/ui"
)

func (a *app) replayCmd() *cobra.Command {
	var at string
	cmd := &cobra.Command{
		Use:   "replay [NAME]",
		Short: "The cockpit as it stood at any past instant: scrubbed, stepped and played; nothing can be acted on",
		Args:  usage(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				a.opt.launch = args[0]
			}
			return a.replay(cmd.Context(), at)
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "begin at `T`: 2026-11-24T10:00:00Z, 15m (ago), or T-1h; else at the launch's beginning")
	return cmd
}

func (a *app) replay(ctx context.Context, from string) error {
	if err := a.needTerminal(); err != nil {
		return err
	}
	t, err := a.find(ctx, true)
	if err != nil {
		return err
	}
	defer func() { _ = t.close() }() // it was only read
	at, err := a.parseTime(ctx, t, "--at", from)
	if err != nil {
		return err
	}
	r, err := a.past(ctx, t)
	if err != nil {
		return err
	}
	return a.Cockpit(ctx, CockpitRequest{
		Room: r, ReadOnly: true, NoColor: a.opt.noColor || a.Getenv("NO_COLOR") != "", ASCII: a.opt.ascii, Replay: &at,
	})
}

// past is a door to what the launch was: its room's, or its database's where none runs, which t.close closes.
func (a *app) past(ctx context.Context, t *target) (ui.Room, error) {
	if t.room != nil {
		return t.room, nil
	}
	db, err := a.Ports.OpenDB(ctx, t.summary.Path)
	if err != nil {
		return nil, err
	}
	closeTarget := t.close
	t.close = func() error { return errors.Join(db.Close(), closeTarget()) }
	return a.Ports.Archive(ctx, db, t.summary.Name, a.Ports.Self())
}

// stood is the launch's picture at an instant, the newest where none is given.
func (a *app) stood(ctx context.Context, t *target, when string) (*screen.Screen, error) {
	at, err := a.parseTime(ctx, t, "--at", when)
	if err != nil {
		return nil, err
	}
	if at.IsZero() {
		return a.current(ctx, t)
	}
	newest, err := a.current(ctx, t)
	if err != nil {
		return nil, err
	}
	if now := newest.LaunchTime(a.Now()); at.After(now) {
		return nil, usageError{fmt.Errorf("--at %s has not come yet: it is %s", at.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))}
	}
	r, err := a.past(ctx, t)
	if err != nil {
		return nil, err
	}
	return r.At(ctx, at)
}
