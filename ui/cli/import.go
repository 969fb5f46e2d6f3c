package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"tminus/model/journal"
	"tminus/model/launch"
	postmortem "tminus/model/report"
	"tminus/model/room"
	"tminus/model/text"
)

func (a *app) importCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE.json",
		Short: "Takes a launch that was exported as JSON, after verifying all of it; it is read-only for ever",
		Args:  usage(cobra.ExactArgs(1)),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.importFile(cmd.Context(), args[0]) },
	}
}

// nothing is a sink for a first reading, which only verifies.
type nothing struct{}

func (nothing) Entry(journal.Row) error          { return nil }
func (nothing) Document(string, string) error    { return nil }
func (nothing) Sample(string, room.Sample) error { return nil }
func (nothing) Read(string, room.Read) error     { return nil }

// importFile reads the file twice: to verify it, and to write it in one transaction, which verifies it again.
func (a *app) importFile(ctx context.Context, name string) error {
	f, err := os.Open(a.abs(name))
	if err != nil {
		return err
	}
	defer f.Close()
	x, err := postmortem.ReadJSON(f, nil, nothing{})
	if err != nil {
		return hint(fmt.Errorf("%s: %w", name, err), "nothing was written; tminus export --format json writes what can be imported")
	}
	seen, err := a.Ports.Witness.Heads(x.ID)
	if err != nil {
		return err
	}
	path := a.namedDB()
	if path == "" {
		if path, _, err = a.Ports.DefaultDB(x.Mode == string(launch.Rehearsal)); err != nil {
			return err
		}
	}
	x, added, err := a.Ports.Import(ctx, path, func(s postmortem.Sink) (postmortem.Export, error) {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return postmortem.Export{}, err
		}
		return postmortem.ReadJSON(f, seen, s)
	})
	if err != nil {
		return hint(err, "nothing was written")
	}
	fmt.Fprintf(a.Out, "imported %s: %d entries, of which %d are new, head %s, %d samples, %d documents; it is read-only\n",
		text.Line(x.Launch), x.Head.Seq, added, x.Head.Long(), x.Samples, x.Documents)
	return nil
}
