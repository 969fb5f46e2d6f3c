package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tminus/model/runbook"
	"tminus/model/screen"
	"tminus/model/text"
)

func (a *app) launchesCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "launches",
		Short: "What is in the database",
		Args:  usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			all, err := a.launches(cmd.Context())
			if err != nil {
				return err
			}
			if len(all) == 0 {
				fmt.Fprintln(a.Err, "no launches yet; tminus rehearses, tminus init starts a real one")
				return nil
			}
			w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "LAUNCH\tMODE\tSTATE\tENTRIES\tHEAD\tLAST ENTRY\tROOM\tTITLE")
			for _, s := range all {
				state, at := "closed", "-"
				switch {
				case s.Imported:
					state = "imported"
				case s.Open:
					state = "open"
				}
				if s.Holder != nil {
					at = fmt.Sprintf("%s, process %d", s.Holder.User, s.Holder.PID)
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\n", text.Line(s.Name), text.Line(s.Mode), state, s.Head.Seq,
					s.Head, s.LastAt.UTC().Format(time.RFC3339), text.Line(at), text.Line(s.Title))
			}
			return w.Flush()
		},
	}
}

func (a *app) statusCmd() *cobra.Command {
	var asJSON, asLine bool
	var at string
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Where the launch stands; --line fits tmux's status bar",
		Args:  usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON && asLine {
				return usageError{errors.New("--json and --line exclude each other")}
			}
			t, err := a.find(cmd.Context(), true)
			if err != nil {
				return err
			}
			defer t.close()
			s, err := a.stood(cmd.Context(), t, at)
			if err != nil {
				return err
			}
			now := s.LaunchTime(a.Now())
			doc := s.StatusDoc(now)
			switch {
			case asJSON:
				enc := json.NewEncoder(a.Out)
				enc.SetEscapeHTML(false)
				return enc.Encode(doc)
			case asLine:
				fmt.Fprintln(a.Out, screen.StatusLine(doc))
			default:
				a.printStatus(s, now)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	cmd.Flags().BoolVar(&asLine, "line", false, "one line for tmux's status bar")
	cmd.Flags().StringVar(&at, "at", "", "as it stood at `T`: 2026-11-24T10:00:00Z, 15m (ago), or T-1h")
	return cmd
}

// printStatus is status for people: the header of the cockpit, in words.
func (a *app) printStatus(s *screen.Screen, now time.Time) {
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "%s\t%s\n", name, text.Line(fmt.Sprintf(format, args...)))
	}
	held := ""
	if s.Clock.HeldAt != nil {
		held = "  HOLD: " + s.Clock.HoldReason
	}
	line("Launch", "%s  %s  (%s)", s.Launch, s.Title, s.Mode)
	line("Clock", "%s%s", s.ClockText(now), held)
	line("T-0", "%s", s.Clock.T0.UTC().Format(time.RFC3339))
	line("Phase", "%s", s.Phase)
	line("Status", "%s", s.Status)
	for _, r := range s.Reasons {
		line("", "%s", r)
	}
	if s.Todo.Owner == "" {
		line("Next", "%s", s.Todo.Text)
	} else {
		line("Next", "%s  (%s)", s.Todo.Text, s.Todo.Owner)
	}
	line("Checklist", "%d of %d", s.Checklist.Done, s.Checklist.Of)
	line("Poll", "%s  %d of %d GO", s.Poll.State, s.Poll.Go, s.Poll.Of)
	line("Journal", "%d entries, head %s", s.Entries, s.Head)
	if s.Room == nil {
		line("Room", "none runs")
	} else {
		line("Room", "%s, process %d", s.Room.User, s.Room.PID)
	}
	if s.ReadOnly != "" {
		line("Read-only", "%s", s.ReadOnly)
	}
	_ = w.Flush() // Main tells what did not reach standard output
}

func (a *app) logCmd() *cobra.Command {
	var asJSON, follow bool
	var kind, since string
	cmd := &cobra.Command{
		Use:   "log",
		Short: "The journal, oldest first; --json prints each body exactly as it was hashed",
		Args:  usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := path.Match(kind, ""); err != nil {
				return usageError{fmt.Errorf("--kind %q is no pattern; expected something like 'poll.*'", kind)}
			}
			t, err := a.find(cmd.Context(), true)
			if err != nil {
				return err
			}
			defer t.close()
			f := &follower{app: a, target: t, kind: kind, json: asJSON}
			if f.since, err = a.parseTime(cmd.Context(), t, "--since", since); err != nil {
				return err
			}
			return f.run(cmd.Context(), follow)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one body a line")
	cmd.Flags().BoolVar(&follow, "follow", false, "go on as entries come")
	cmd.Flags().StringVar(&kind, "kind", "", "only kinds that match `GLOB`, such as 'poll.*'")
	cmd.Flags().StringVar(&since, "since", "", "only entries from `T` on: 2026-11-24T10:00:00Z, 15m (ago), or T-1h")
	return cmd
}

// parseTime reads a flag's time, a span before now, or a mark relative to T-0; zero where it is not given.
func (a *app) parseTime(ctx context.Context, t *target, flag, value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		return at, nil
	}
	d, spanErr := runbook.ParseDuration(value)
	m, markErr := runbook.ParseMark(value)
	if spanErr != nil && markErr != nil {
		return time.Time{}, usageError{fmt.Errorf("%s %q; expected a time such as 2026-11-24T10:00:00Z, a span such as 15m, or a mark such as T-1h", flag, value)}
	}
	s, err := a.current(ctx, t)
	if err != nil {
		return time.Time{}, err
	}
	if spanErr == nil {
		return s.LaunchTime(a.Now()).Add(-time.Duration(d)), nil
	}
	return m.Time(s.Clock.T0), nil
}

// line tells an entry in one line for people.
func line(w io.Writer, l screen.Line) {
	who := l.Who
	if l.Said != "" {
		who = l.Said + " (said, recorded by " + l.Who + ")"
	}
	fmt.Fprintf(w, "%6d  %s  %-18s  %-20s  %s\n", l.Seq, l.At.UTC().Format(time.DateTime), text.Line(who), text.Line(l.Kind), text.Line(l.Text))
}
