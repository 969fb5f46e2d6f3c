package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/runbook"
	"tminus/model/schema"
	"tminus/model/strictyaml"
	"tminus/model/text"
)

// defaultRunbook is the built-in one, from the seed.
const defaultRunbook = "feature-launch"

// documents are a launch file and its runbook, read, checked and kept as texts.
type documents struct {
	file        *launchfile.File
	fileText    string
	runbook     *runbook.Runbook
	runbookText string
	warnings    []string
}

// load reads launch.yaml and the runbook it names. Every mistake of both files is in the error.
func (a *app) load(name string) (*documents, error) {
	src, err := readSource(a.abs(name))
	if err != nil {
		return nil, hint(err, "tminus init writes a launch.yaml to start from")
	}
	return a.parse(name, src)
}

// parse checks a launch file's text and the runbook it names.
func (a *app) parse(name string, src []byte) (*documents, error) {
	f, mistakes := launchfile.Load(name, src)
	if f == nil {
		return nil, mistakes.Err()
	}
	d := &documents{file: f, fileText: string(src)}
	rbName, rbSrc, err := a.runbookSource(name, f.Runbook)
	if err != nil {
		return nil, errors.Join(mistakes.Err(), err)
	}
	d.runbookText = string(rbSrc)
	book, inBook := runbook.Load(rbName, rbSrc)
	if book == nil {
		return nil, errors.Join(mistakes.Err(), inBook.Err())
	}
	d.runbook = book
	if mistakes = mistakes.And(f.Check(name, src, book)); len(mistakes) > 0 {
		return nil, mistakes.Err()
	}
	d.warnings = f.Warnings(d.runbook)
	return d, nil
}

// runbookSource is a built-in runbook by name, or the file at a path relative to the launch file.
func (a *app) runbookSource(launchFile, name string) (string, []byte, error) {
	if src, ok := a.Ports.Builtin(name); ok {
		return name + ".yaml", src, nil
	}
	p := name
	if !filepath.IsAbs(p) {
		p = filepath.Join(filepath.Dir(a.abs(launchFile)), name)
	}
	src, err := readSource(p)
	if err != nil {
		return "", nil, hint(fmt.Errorf("%s: runbook: %w", launchFile, err),
			"runbook: takes a path relative to the launch file, or a built-in name: %s", strings.Join(a.Ports.BuiltinNames(), ", "))
	}
	return p, src, nil
}

func (a *app) abs(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(a.Dir, p)
}

func (a *app) validateCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "validate FILE…",
		Short: "Checks launch and runbook files; every mistake with its line and column",
		Args:  usage(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			failed := false
			for _, name := range args {
				warnings, err := a.validate(name)
				if err != nil {
					failed = true
					fmt.Fprintln(a.Err, text.Block(err.Error()))
					continue
				}
				for _, w := range warnings {
					fmt.Fprintf(a.Err, "%s: warning: %s\n", text.Line(name), text.Line(w))
				}
				fmt.Fprintf(a.Out, "%s: valid\n", text.Line(name))
			}
			if failed {
				return silent{exitFailed}
			}
			return nil
		},
	}
}

// validate takes a file for a runbook when it has a top-level `raci`, `roles` or `checklists` and no `launch`.
func (a *app) validate(name string) ([]string, error) {
	src, err := readSource(a.abs(name))
	if err != nil {
		return nil, err
	}
	keys := strictyaml.TopLevel(src)
	if keys["launch"] || !keys["raci"] && !keys["roles"] && !keys["checklists"] && !keys["sequence"] {
		d, err := a.parse(name, src)
		if err != nil {
			return nil, err
		}
		return d.warnings, nil
	}
	_, mistakes := runbook.Load(name, src)
	return nil, mistakes.Err()
}

func (a *app) initCmd() *cobra.Command {
	var withRunbook bool
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Writes a commented launch.yaml; with --runbook also an editable copy of the built-in runbook",
		Args:  usage(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			return a.init(dir, withRunbook)
		},
	}
	cmd.Flags().BoolVar(&withRunbook, "runbook", false, "also write the built-in runbook, to edit")
	return cmd
}

func (a *app) init(dir string, withRunbook bool) error {
	if err := os.MkdirAll(a.abs(dir), 0o755); err != nil {
		return err
	}
	launchPath, runbookPath := filepath.Join(dir, "launch.yaml"), filepath.Join(dir, defaultRunbook+".yaml")
	binding := defaultRunbook
	if withRunbook {
		src, ok := a.Ports.Builtin(defaultRunbook)
		if !ok {
			return fmt.Errorf("the built-in runbook %s is missing from this program", defaultRunbook)
		}
		if err := a.writeNew(runbookPath, src); err != nil {
			return err
		}
		binding = "./" + defaultRunbook + ".yaml"
	}
	self := a.Ports.Self()
	err := a.writeNew(launchPath, []byte(launchfile.Example(launchfile.ExampleInput{
		User: self.User, Name: a.Ports.FullName(), Host: self.Host, Runbook: binding, Region: a.Getenv("AWS_REGION"), Now: a.Now(),
	})))
	if withRunbook && errors.Is(err, os.ErrExist) {
		fmt.Fprintf(a.Err, "%s is there already and was left alone; to use the copy, set in it: runbook: %s\n", text.Line(launchPath), binding)
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Err, "next: edit it, then: tminus validate %s; tminus rehearse %s; tminus run %s\n", text.Line(launchPath), text.Line(launchPath), text.Line(launchPath))
	return nil
}

// writeNew writes a file that is not there yet: what a person wrote is never overwritten.
func (a *app) writeNew(p string, content []byte) (err error) {
	f, err := os.OpenFile(a.abs(p), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return hint(fmt.Errorf("%s is there already: %w", p, os.ErrExist), "nothing was written; name another folder, or move it away")
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Write(content); err != nil {
		return err
	}
	fmt.Fprintln(a.Out, text.Line(p))
	return nil
}

func (a *app) schemaCmd() *cobra.Command {
	return &cobra.Command{
		Use:       "schema runbook|launch|log",
		Short:     "The JSON Schema of a file, or the table of the journal's kinds",
		ValidArgs: []string{"runbook", "launch", "log"},
		Args:      usage(cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs)),
		RunE: func(_ *cobra.Command, args []string) error {
			var out []byte
			switch args[0] {
			case "runbook":
				out = schema.Runbook()
			case "launch":
				out = schema.Launch()
			default:
				out = launch.LogSchema()
			}
			_, err := a.Out.Write(append(out, '\n'))
			return err
		},
	}
}
