package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"tminus/model/launch"
	"tminus/model/text"
)

// Exit statuses.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitWaiting = 3
)

// waiting ends a command whose entry is recorded and whose effect waits for somebody else.
type waiting struct{}

func (waiting) Error() string { return "recorded, waiting" }

// usageError is a command line that makes no sense.
type usageError struct{ error }

// silent ends a command that has printed all there is to say.
type silent struct{ status int }

func (s silent) Error() string { return fmt.Sprintf("exit status %d", s.status) }

// hinted is an error with what to do next.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

func hint(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return hinted{err, fmt.Sprintf(format, args...)}
}

// options are the flags that every command takes.
type options struct {
	db, room, launch string
	noColor, ascii   bool
}

// app is one run: the environment and the flags as they were parsed.
type app struct {
	Env
	opt options
}

// Main runs the program with args (without its name) and returns its exit status.
func Main(ctx context.Context, env Env, args []string) int {
	out := &output{w: env.Out}
	env.Out = out
	a := &app{Env: env}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.Err)
	err := root.ExecuteContext(ctx)
	if err == nil && out.err != nil {
		err = hint(fmt.Errorf("the result could not be written: %w", out.err), "what was asked for was done; see where standard output goes")
	}
	return report(env.Err, err)
}

// output is standard output, and why it is not whole: a log of which the end is missing must not pass for one that is.
type output struct {
	w   io.Writer
	err error // the first
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	if o.err == nil {
		o.err = err
	}
	return n, err
}

// report tells the error, once, and what to do next, and gives the exit status.
func report(w io.Writer, err error) int {
	var s silent
	var h hinted
	var u usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &s):
		return s.status
	case errors.As(err, new(waiting)):
		return exitWaiting
	}
	refusal, refused := launch.Refused(err)
	message := err.Error()
	if refused {
		message = refusal.Message
	}
	fmt.Fprintln(w, "tminus: "+text.Block(message))
	switch {
	case errors.As(err, &h):
		fmt.Fprintln(w, "  "+text.Block(h.hint))
	case refused && refusal.Hint != "":
		fmt.Fprintln(w, "  "+text.Block(refusal.Hint))
	}
	if errors.As(err, &u) || refused && refusal.Usage {
		return exitUsage
	}
	return exitFailed
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "tminus",
		Short: "Mission control for a feature launch, in one terminal",
		Long: `tminus runs a feature launch from one terminal: readiness, go/no-go, countdown,
deployment, live metrics, and a tamper-evident log of every decision.

Without a command it offers the open LIVE launch, if there is one; else it
rehearses the built-in runbook in a simulated world: nothing leaves the machine.`,
		Args:          usage(cobra.NoArgs),
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return a.bare(cmd.Context()) },
	}
	f := root.PersistentFlags()
	f.StringVar(&a.opt.db, "db", "", "the database `FILE` (default: $TMINUS_DB, else under $XDG_STATE_HOME/tminus)")
	f.StringVar(&a.opt.room, "room", "", "the `SOCKET` of a running room")
	f.StringVar(&a.opt.launch, "launch", "", "the launch's `NAME` (default: the only open LIVE one, else the only open one)")
	f.BoolVar(&a.opt.noColor, "no-color", false, "no colours (also: NO_COLOR)")
	f.BoolVar(&a.opt.ascii, "ascii", false, "draw with ASCII only")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.CompletionOptions.HiddenDefaultCmd = false
	root.AddCommand(
		a.rehearseCmd(), a.runCmd(), a.attachCmd(),
		a.initCmd(), a.validateCmd(), a.doctorCmd(), a.schemaCmd(),
		a.launchesCmd(), a.statusCmd(), a.logCmd(), a.replayCmd(), a.verifyCmd(), a.exportCmd(), a.importCmd(),
		a.doCmd(), a.noteCmd(), a.voteCmd(), a.approveCmd(), a.vetoCmd(), a.versionCmd(),
	)
	return root
}

// usage turns a complaint about arguments into exit status 2.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{fmt.Errorf("%w\n%s", err, strings.TrimSpace(cmd.UseLine()))}
		}
		return nil
	}
}
