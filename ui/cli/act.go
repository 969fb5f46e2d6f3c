package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tminus/model/launch"
	"tminus/model/text"
	"tminus/ui"
)

func (a *app) doCmd() *cobra.Command {
	var list, asJSON bool
	var as string
	cmd := &cobra.Command{
		Use:   "do ACTION [KEY=VALUE…]",
		Short: "Every action of the palette by its name; --list shows them",
		Example: `  tminus do item.check id=monitoring/alerts-tested
  tminus do section.sign-off id=monitoring evidence="dashboard link"
  tminus do update.send text=- subject="Step 2 done" channels=slack,email < update.txt
  tminus do poll.vote vote=GO reason="criteria met" for=product via=voice`,
		Args: usage(cobra.ArbitraryArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			if list {
				return a.list(cmd.Context(), as, asJSON)
			}
			if len(args) == 0 {
				return usageError{errors.New("which action? tminus do --list shows them all")}
			}
			c := launch.Command{Action: args[0], Args: map[string]string{}}
			for _, arg := range args[1:] {
				k, v, ok := strings.Cut(arg, "=")
				if _, twice := c.Args[k]; !ok || k == "" || twice {
					return usageError{fmt.Errorf("%q; expected KEY=VALUE, each key once", arg)}
				}
				c.Args[k] = v
			}
			if err := a.longText(c.Args); err != nil {
				return err
			}
			return a.do(cmd.Context(), as, c)
		},
	}
	cmd.Flags().BoolVar(&list, "list", false, "the actions: arguments, and whether each is open to you now, or why not")
	cmd.Flags().BoolVar(&asJSON, "json", false, "with --list: as JSON")
	cmd.Flags().StringVar(&as, "as", "", "in a rehearsal: the `ROLE` you act as")
	return cmd
}

// longText reads text=- from standard input, and refuses what no entry holds before it travels.
func (a *app) longText(args map[string]string) error {
	if args["text"] == "-" {
		b, err := io.ReadAll(io.LimitReader(a.In, launch.MaxText*128))
		if err != nil {
			return fmt.Errorf("read the text from standard input: %w", err)
		}
		args["text"] = string(b)
	}
	for k, v := range args {
		if len(v) > launch.MaxText {
			return usageError{fmt.Errorf("%s is %d bytes long; expected at most %d", k, len(v), launch.MaxText)}
		}
	}
	return nil
}

func (a *app) noteCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "note TEXT…",
		Short: "Writes a note into the journal",
		Args:  usage(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.do(cmd.Context(), "", launch.Command{Action: "note.add", Args: map[string]string{"text": strings.Join(args, " ")}})
		},
	}
}

func (a *app) voteCmd() *cobra.Command {
	var reason, role, forWhom, via, as string
	cmd := &cobra.Command{
		Use:       "vote go|no-go --reason TEXT",
		Short:     "Votes in the open go/no-go poll",
		ValidArgs: []string{"go", "no-go"},
		Args:      usage(cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs)),
		RunE: func(cmd *cobra.Command, args []string) error {
			c := launch.Command{Action: "poll.vote", Args: map[string]string{"vote": strings.ToUpper(args[0])}}
			for k, v := range map[string]string{"reason": reason, "role": role, "for": forWhom, "via": via} {
				if v != "" {
					c.Args[k] = v
				}
			}
			return a.do(cmd.Context(), as, c)
		},
	}
	f := cmd.Flags()
	f.StringVar(&reason, "reason", "", "why (required)")
	f.StringVar(&role, "role", "", "the `ROLE` voted for, where you hold several")
	f.StringVar(&forWhom, "for", "", "the `PERSON` who said it, where you record it for them")
	f.StringVar(&via, "via", "", "how they said it: voice, chat or mail")
	f.StringVar(&as, "as", "", "in a rehearsal: the `ROLE` you act as")
	return cmd
}

// do carries out one command: through the room where one runs, else in a room opened for it alone.
func (a *app) do(ctx context.Context, as string, c launch.Command) error {
	return a.inRoom(ctx, as, func(r ui.Room) error {
		result, err := r.Do(ctx, c)
		if err != nil {
			return err
		}
		for _, e := range result.Entries {
			fmt.Fprintf(a.Out, "%d %s\n", e.Seq, e.Kind)
		}
		if result.Message != "" {
			fmt.Fprintln(a.Err, text.Block(result.Message))
		}
		switch {
		case result.Failed:
			return silent{exitFailed} // the message has said what failed
		case result.Waiting:
			return waiting{}
		}
		return nil
	})
}

func (a *app) inRoom(ctx context.Context, as string, use func(ui.Room) error) error {
	t, err := a.find(ctx, false)
	if err != nil {
		return err
	}
	defer t.close()
	r := t.room
	if r == nil {
		opened, err := a.Ports.OpenRoom(ctx, RoomRequest{DB: t.summary.Path, Launch: t.summary.Name, Transient: true})
		if err != nil {
			return err
		}
		err = use(acting(opened.Room, as))
		return errors.Join(err, opened.Close())
	}
	return use(acting(r, as))
}

func acting(r ui.Room, as string) ui.Room {
	if as == "" {
		return r
	}
	return r.As(as)
}

func (a *app) list(ctx context.Context, as string, asJSON bool) error {
	return a.inRoom(ctx, as, func(r ui.Room) error {
		actions, err := r.Actions(ctx)
		if err != nil {
			return err
		}
		if asJSON {
			enc := json.NewEncoder(a.Out)
			enc.SetEscapeHTML(false)
			return enc.Encode(actions)
		}
		w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ACTION\tARGUMENTS\tOPEN TO YOU NOW")
		for _, i := range actions {
			open := "yes"
			if i.WhyNot != "" {
				open = "no: " + text.Line(i.WhyNot)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\n", i.Name, arguments(i), open)
		}
		return w.Flush()
	})
}

// arguments tells an action's arguments: required ones plain, optional ones in brackets.
func arguments(i launch.ActionInfo) string {
	var parts []string
	for _, arg := range i.Args {
		value := strings.ToUpper(arg.Name)
		if n := len(arg.Choices); n > 0 && n <= 4 {
			value = strings.Join(arg.Choices, "|")
		}
		part := arg.Name + "=" + text.Line(value)
		if !arg.Required {
			part = "[" + part + "]"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}
