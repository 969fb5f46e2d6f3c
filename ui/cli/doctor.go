package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"tminus/model/launchfile"
	"tminus/model/preflight"
	"tminus/model/runbook"
	"tminus/model/text"
	"tminus/ui/theme"
)

// ExamineRequest says what is to be examined.
type ExamineRequest struct {
	File    *launchfile.File // nil, with Runbook: the file is not valid, so that only this machine is examined
	Runbook *runbook.Runbook
	DB      string // the database of a LIVE launch
	DBErr   error  // why there is no place for one
}

func (a *app) doctorCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor LAUNCH.yaml",
		Short: "Pre-flight: tries, without changing anything, all that the launch will need",
		Long: `doctor tries, without changing anything, all that the launch will need: the launch
file, this terminal and host, the people's logins, secrets, programs, probes,
sources, and in AWS the account, the clock and each permission and resource.

Every line ends ok, FAILED with what to do, or not testable. Exit status 1 when
something failed. Where the launch is planned, the sum goes into its log, in front
of who votes in the go/no-go.`,
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return a.doctor(cmd.Context(), args[0], asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return cmd
}

func (a *app) doctor(ctx context.Context, file string, asJSON bool) error {
	d, valid := a.examineFile(file)
	q := ExamineRequest{DB: a.namedDB()}
	if q.DB == "" {
		q.DB, _, q.DBErr = a.Ports.DefaultDB(false)
	}
	name := ""
	if d != nil {
		q.File, q.Runbook, name = d.file, d.runbook, d.file.Launch
	}
	tests := a.Ports.Examine(q)
	if a.IsTTY() && !asJSON {
		fmt.Fprintf(a.Err, "trying %d things, %s at most\n", len(tests), examination)
	}
	r := preflight.Sum(name, append([]preflight.Check{valid}, runTests(ctx, tests)...))
	if err := ctx.Err(); err != nil {
		return err
	}
	if asJSON {
		enc := json.NewEncoder(a.Out)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(r); err != nil {
			return err
		}
	} else {
		printReport(a.Out, r, theme.New(theme.Options{ASCII: a.opt.ascii}))
	}
	a.recordDoctor(ctx, d, r)
	if r.Failed > 0 {
		return silent{exitFailed}
	}
	return nil
}

// examineFile is the first check: what validate says of the launch file and its runbook.
func (a *app) examineFile(file string) (*documents, preflight.Check) {
	test := preflight.Test{ID: "launch/valid", Group: "Launch file", Title: file}
	d, err := a.load(file)
	if err != nil {
		remedy := "correct it; tminus schema launch describes every key to an editor"
		if h := (hinted{}); errors.As(err, &h) {
			remedy = h.hint
		}
		return nil, test.Ended(preflight.Fail(err.Error(), remedy))
	}
	return d, test.Ended(preflight.Pass("%s, T-0 %s, runbook %s", d.file.Launch, d.file.T0.UTC().Format(time.RFC3339), d.file.Runbook).
		Advise(strings.Join(d.warnings, "\n")))
}

// The longest column of titles; a longer title pushes its own line.
const titleWidth = 36

// printReport writes the checks by groups. Details come from outside, so each line of them is made safe on its own.
func printReport(w io.Writer, r preflight.Report, t *theme.Theme) {
	width := 0
	for _, c := range r.Checks {
		width = max(width, min(utf8.RuneCountInString(text.Line(c.Title)), titleWidth))
	}
	group := ""
	for _, c := range r.Checks {
		if c.Group != group {
			group = c.Group
			fmt.Fprintf(w, "%s\n", text.Line(group))
		}
		glyph, word := t.Glyph.NoData, "not testable"
		switch c.Outcome {
		case preflight.Passed:
			glyph, word = t.Glyph.OK, "ok"
		case preflight.Failed:
			glyph, word = t.Glyph.Crit, "FAILED"
		}
		head := fmt.Sprintf("  %s %-12s  %-*s  ", glyph, word, width, text.Line(c.Title))
		below := strings.Repeat(" ", 2+1+1+12+2+width+2)
		for i, line := range strings.Split(text.Block(strings.TrimSpace(c.Detail)), "\n") {
			if i > 0 {
				head = below
			}
			fmt.Fprintln(w, strings.TrimRight(t.Fold(head+text.Line(line)), " "))
		}
		if c.Remedy == "" {
			continue
		}
		for line := range strings.SplitSeq(text.Block(c.Remedy), "\n") {
			fmt.Fprintln(w, t.Fold(below+"-> "+text.Line(line)))
		}
	}
	fmt.Fprintf(w, "\n%s\n", r.Summary())
}
