package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tminus/model/journal"
	postmortem "tminus/model/report"
	"tminus/model/text"
)

// exportFormats are the formats, by the extension that names each.
const exportFormats = "md, html, json, csv"

type exportFlags struct {
	format, out, head string
	force             bool
}

func (a *app) exportCmd() *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export [NAME]",
		Short: "The post-mortem, written from the database alone; or the launch itself, whole (--format json)",
		Args:  usage(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				a.opt.launch = args[0]
			}
			return a.export(cmd.Context(), f)
		},
	}
	cmd.Flags().StringVar(&f.format, "format", "", "`FORMAT`: "+exportFormats+" (default: the extension of -o, else md)")
	cmd.Flags().StringVarP(&f.out, "output", "o", "", "write to `FILE`, which must not be there yet (default: standard output)")
	cmd.Flags().StringVar(&f.head, "head", "", "a head seen elsewhere, `SEQ:HEX` with 16 digits or more: a log that was cut or rewritten says so")
	cmd.Flags().BoolVar(&f.force, "force", false, "replace FILE where it is there already")
	return cmd
}

// formatOf is the format that was asked for, or that the file's name asks for.
func (f exportFlags) formatOf() (string, error) {
	format := f.format
	if format == "" {
		format = strings.TrimPrefix(strings.ToLower(filepath.Ext(f.out)), ".")
		switch {
		case f.out == "":
			format = "md"
		case format == "markdown":
			format = "md"
		case format == "htm":
			format = "html"
		}
	}
	if !slices.Contains(strings.Split(exportFormats, ", "), format) {
		return "", usageError{fmt.Errorf("the format %q is not known; expected one of %s, with --format or as the extension of -o", format, exportFormats)}
	}
	return format, nil
}

// export reads the database itself, whether or not a room runs: a room's word would prove nothing.
func (a *app) export(ctx context.Context, f exportFlags) error {
	format, err := f.formatOf()
	if err != nil {
		return err
	}
	if a.opt.room != "" {
		return usageError{errors.New("export reads the database and no room; leave --room out, and run it as the database's owner")}
	}
	var anchors []journal.Head
	if f.head != "" {
		h, err := journal.ParseHead(f.head)
		if err != nil {
			return usageError{fmt.Errorf("--head: %w", err)}
		}
		anchors = append(anchors, h)
	}
	all, err := a.launches(ctx)
	if err != nil {
		return err
	}
	s, err := choose(all, a.opt.launch, true)
	if err != nil {
		return err
	}
	seen, err := a.Ports.Witness.Heads(s.ID)
	if err != nil {
		fmt.Fprintf(a.Err, "the witness file cannot be read, so a cut tail may go unnoticed: %s\n", text.Line(err.Error()))
	}
	db, err := a.Ports.OpenDB(ctx, s.Path)
	if err != nil {
		return err
	}
	defer db.Close()
	record, err := postmortem.Read(ctx, db, s.Name, append(seen, anchors...))
	if err != nil {
		return err
	}
	pm := postmortem.Build(record)
	write := func(w io.Writer) error {
		switch format {
		case "html":
			return postmortem.HTML(w, pm)
		case "csv":
			return postmortem.CSV(w, pm)
		case "json":
			return postmortem.WriteJSON(ctx, w, db, s.Name)
		}
		return postmortem.Markdown(w, pm)
	}
	if err := a.writeOut(f, write); err != nil {
		return err
	}
	return a.sound(pm)
}

// sound ends an export: one of a record that something is wrong with has been written, and fails.
func (a *app) sound(pm *postmortem.Report) error {
	for _, w := range pm.Alarms {
		fmt.Fprintln(a.Err, "tminus: "+text.Line(w))
	}
	if !pm.Sound() {
		return silent{exitFailed}
	}
	return nil
}

func (a *app) writeOut(f exportFlags, write func(io.Writer) error) error {
	if f.out == "" || f.out == "-" {
		return write(a.Out)
	}
	path := a.abs(f.out)
	if err := a.putFile(path, f.force, write); err != nil {
		return err
	}
	fmt.Fprintf(a.Err, "wrote %s\n", text.Line(path))
	return nil
}

// putFile writes a file whole or not at all, readable by its owner only. One that is there is replaced only by force.
func (a *app) putFile(path string, force bool, write func(io.Writer) error) (err error) {
	taken := hint(fmt.Errorf("%s is there already", path), "name another file with -o, or replace it with --force")
	if _, err := os.Lstat(path); err == nil && !force {
		return taken
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // made 0600
	if err != nil {
		return err
	}
	defer func() {
		if e := os.Remove(tmp.Name()); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}()
	if err := errors.Join(write(tmp), tmp.Sync(), tmp.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if force {
		return os.Rename(tmp.Name(), path)
	}
	// A link, unlike a rename, never takes the place of a file that came meanwhile.
	err = os.Link(tmp.Name(), path)
	if errors.Is(err, os.ErrExist) {
		return taken
	}
	if err != nil { // a filesystem without links
		return os.Rename(tmp.Name(), path)
	}
	return nil
}
