package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"tminus/model/journal"
	"tminus/model/room"
	"tminus/model/text"
)

func (a *app) verifyCmd() *cobra.Command {
	var head string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Checks every entry, hash and link, and the heads seen elsewhere; exit 1 names the first bad entry",
		Args:  usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			var anchors []journal.Head
			if head != "" {
				h, err := journal.ParseHead(head)
				if err != nil {
					return usageError{fmt.Errorf("--head: %w", err)}
				}
				anchors = append(anchors, h)
			}
			return a.verify(cmd.Context(), anchors)
		},
	}
	cmd.Flags().StringVar(&head, "head", "", "a head seen elsewhere, `SEQ:HEX` with 16 digits or more (one launch: name it with --launch)")
	return cmd
}

// verify checks the launch named by --launch, or else every launch of the database. It reads the database itself: a
// room's word would prove nothing.
func (a *app) verify(ctx context.Context, anchors []journal.Head) error {
	paths, err := a.dbPaths()
	if err != nil {
		return err
	}
	checked, broken := 0, 0
	for _, p := range paths {
		n, bad, err := a.verifyDB(ctx, p, anchors)
		if errors.Is(err, fs.ErrNotExist) && a.namedDB() == "" {
			continue
		}
		if err != nil {
			return err
		}
		checked, broken = checked+n, broken+bad
	}
	switch {
	case broken > 0:
		return silent{exitFailed}
	case checked == 0 && a.opt.launch != "":
		return fmt.Errorf("there is no launch %q", a.opt.launch)
	case checked > 1 && len(anchors) > 0:
		return usageError{errors.New("--head belongs to one launch; name it with --launch NAME")}
	case checked == 0:
		fmt.Fprintln(a.Err, "there is nothing to verify: the database holds no launch")
	}
	return nil
}

func (a *app) verifyDB(ctx context.Context, p string, anchors []journal.Head) (checked, broken int, err error) {
	db, err := a.Ports.OpenDB(ctx, p)
	if err != nil {
		return 0, 0, err
	}
	defer db.Close()
	list, err := db.Launches(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, s := range list {
		if a.opt.launch != "" && s.Name != a.opt.launch {
			continue
		}
		seen, err := a.Ports.Witness.Heads(s.ID)
		if err != nil {
			fmt.Fprintf(a.Err, "the witness file cannot be read, so a cut tail may go unnoticed: %v\n", err)
		}
		heads := append(seen, anchors...)
		r := journal.Verify(s.Name, db.Rows(ctx, s.Name, 0), heads)
		checked++
		switch {
		case r.Fault != nil:
			broken++
			fmt.Fprintf(a.Out, "%s: BROKEN at entry %d: %s\n", text.Line(s.Name), r.Fault.Seq, text.Line(r.Fault.Reason))
			continue
		case r.Err() != nil: // written by a newer tminus, whose entries this one cannot judge
			broken++
			fmt.Fprintf(a.Out, "%s: CANNOT VERIFY: %s\n", text.Line(s.Name), text.Line(r.Err().Error()))
			continue
		}
		sealed, err := room.CheckSeals(ctx, db, s.Name)
		if errors.Is(err, room.ErrSamples) {
			broken++
			fmt.Fprintf(a.Out, "%s: BROKEN SAMPLES: %s; the %d entries are intact\n", text.Line(s.Name), text.Line(err.Error()), r.Entries)
			continue
		}
		if err != nil {
			return checked, broken, err
		}
		fmt.Fprintf(a.Out, "%s: intact, %d entries, head %s, %d witnessed heads agree, %d sealed samples\n",
			text.Line(s.Name), r.Entries, r.Head.Long(), len(heads), sealed)
	}
	return checked, broken, nil
}
