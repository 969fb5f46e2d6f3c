package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tminus/model/launch"
	"tminus/model/room"
	"tminus/model/text"
	"tminus/ui"
)

// A rehearsal opens RehearsalOpens before its T-0, and its people have been at work since preparation before that.
const (
	RehearsalOpens = 16 * time.Minute
	preparation    = 14 * 24 * time.Hour
	defaultRole    = "engineering-lead"
)

// rehearseOptions are the flags of rehearse.
type rehearseOptions struct {
	scenario, as string
	speed        float64
	fresh        bool
}

// bare is tminus without a command: the open LIVE launch if there is one and the user wants it, else a rehearsal.
func (a *app) bare(ctx context.Context) error {
	if a.opt.room != "" {
		return a.attach(ctx, "", false)
	}
	if err := a.needTerminal(); err != nil {
		return err
	}
	all, err := a.launches(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if !s.Open || s.Mode != string(launch.Live) || a.opt.launch != "" && s.Name != a.opt.launch {
			continue
		}
		fmt.Fprintf(a.Out, "The LIVE launch %s (%s) is open. Attach to it? [Y/n, n rehearses] ", text.Line(s.Name), text.Line(s.Title))
		answer, err := bufio.NewReader(a.In).ReadString('\n')
		if err != nil {
			return fmt.Errorf("read the answer: %w", err)
		}
		if !strings.HasPrefix(strings.ToLower(strings.TrimSpace(answer)), "n") {
			return a.attach(ctx, s.Name, false)
		}
		break
	}
	return a.rehearse(ctx, "", rehearseOptions{})
}

func (a *app) needTerminal() error {
	if !a.IsTTY() {
		return hint(errors.New("the cockpit needs a terminal on standard input and output"),
			"without one: tminus status, tminus log, tminus do; tminus run LAUNCH.yaml --headless keeps a room")
	}
	if t := a.Getenv("TERM"); t == "dumb" || t == "" {
		return hint(fmt.Errorf("the terminal TERM=%q cannot show a full screen", t), "set TERM to what your terminal is, such as xterm-256color or tmux-256color")
	}
	return nil
}

func (a *app) rehearseCmd() *cobra.Command {
	var o rehearseOptions
	cmd := &cobra.Command{
		Use:   "rehearse [LAUNCH.yaml]",
		Short: "Plays a launch in a simulated world; nothing leaves the machine",
		Args:  usage(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.needTerminal(); err != nil {
				return err
			}
			if o.scenario != "" && !slices.Contains(a.Ports.Scenarios(), o.scenario) {
				return usageError{fmt.Errorf("there is no scenario %q; there are %s", o.scenario, strings.Join(a.Ports.Scenarios(), ", "))}
			}
			if o.speed != 0 && !(o.speed >= room.MinSpeed && o.speed <= room.MaxSpeed) { // NaN is neither
				return usageError{fmt.Errorf("--speed %g; expected %g to %g", o.speed, room.MinSpeed, float64(room.MaxSpeed))}
			}
			file := ""
			if len(args) == 1 {
				file = args[0]
			}
			return a.rehearse(cmd.Context(), file, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.scenario, "scenario", "", "what happens: "+strings.Join(a.Ports.Scenarios(), ", ")+" (default error-spike)")
	f.Float64Var(&o.speed, "speed", 0, "how many times as fast as the wall clock (default 10)")
	f.StringVar(&o.as, "as", "", "the `ROLE` you play (default "+defaultRole+")")
	f.BoolVar(&o.fresh, "new", false, "start anew instead of continuing the rehearsal that was left")
	return cmd
}

// rehearse continues the rehearsal that was left, or plans a new one.
func (a *app) rehearse(ctx context.Context, file string, o rehearseOptions) error {
	path, notice, err := a.rehearsalDB()
	if err != nil {
		return err
	}
	var open []Summary
	names := map[string]bool{}
	switch all, err := a.launchesIn(ctx, path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		for _, s := range all {
			names[s.Name] = true
			if s.Open && s.Mode == string(launch.Rehearsal) {
				open = append(open, s)
			}
		}
	}
	for _, s := range open {
		if s.Holder != nil {
			return a.attach(ctx, s.Name, false)
		}
	}
	if n := len(open); n > 0 && file == "" && o.scenario == "" && o.as == "" && !o.fresh {
		last := open[n-1]
		notice = join(notice, fmt.Sprintf("Continued the rehearsal %s; tminus rehearse --new starts anew", last.Name))
		return a.openCockpit(ctx, RoomRequest{DB: path, Launch: last.Name, Speed: o.speed, Documents: a.rehearsed(last.File)}, notice)
	}
	plan, err := a.planRehearsal(file, o, names)
	if err != nil {
		return err
	}
	return a.openCockpit(ctx, RoomRequest{DB: path, Launch: plan.File.Launch, Plan: plan, Speed: o.speed, Documents: a.rehearsed(file)}, notice)
}

func (a *app) rehearsalDB() (path, notice string, err error) {
	if p := a.namedDB(); p != "" {
		return p, "", nil
	}
	return a.Ports.DefaultDB(true)
}

func join(notices ...string) string {
	return strings.Join(slices.DeleteFunc(notices, func(s string) bool { return s == "" }), ". ")
}

// planRehearsal makes the plan of a new rehearsal under a name that is free.
func (a *app) planRehearsal(file string, o rehearseOptions, taken map[string]bool) (*room.PlanRequest, error) {
	self := a.Ports.Self()
	self.As = o.as
	if self.As == "" {
		self.As = defaultRole
	}
	t0 := a.Now().UTC().Truncate(time.Second).Add(RehearsalOpens)
	d, err := a.rehearsalDocuments(file, t0, self)
	if err != nil {
		return nil, err
	}
	if d.runbook.Role(self.As) == nil {
		return nil, usageError{fmt.Errorf("--as %q is no role of the runbook", self.As)}
	}
	if file != "" {
		d.file.Launch = rehearsalName(d.file.Launch)
	}
	d.file.Launch = freeName(d.file.Launch, taken)
	d.file.T0 = t0
	scenario := o.scenario
	if scenario == "" {
		scenario = "error-spike"
	}
	q := a.planRequest(d, launch.Rehearsal, t0.Add(-preparation), self, scenario)
	if file != "" {
		q.Path = a.abs(file)
	}
	return q, nil
}

func (a *app) rehearsalDocuments(file string, t0 time.Time, self launch.Who) (*documents, error) {
	if file != "" {
		return a.load(file)
	}
	return a.parse("rehearsal.yaml", []byte(a.Ports.RehearsalYAML("rehearsal", t0, self)))
}

// freeName is the name with the first number that no launch of the database has.
func freeName(name string, taken map[string]bool) string {
	for n := 1; ; n++ {
		if free := fmt.Sprintf("%s-%d", name, n); !taken[free] {
			return free
		}
	}
}

func (a *app) planRequest(d *documents, mode launch.Mode, now time.Time, by launch.Who, scenario string) *room.PlanRequest {
	return &room.PlanRequest{
		ID: a.Ports.NewID(), Mode: mode, Scenario: scenario, Now: now, By: by,
		File: d.file, FileText: d.fileText, Runbook: d.runbook, RunbookText: d.runbookText, UID: a.Ports.LookupUID,
	}
}

// openCockpit opens a cockpit, and behind it a room in this process; leaving the cockpit ends the room.
func (a *app) openCockpit(ctx context.Context, r RoomRequest, notice string) error {
	ctx, leave := context.WithCancel(ctx)
	defer leave()
	o := a.open(ctx, r, func(error) { leave() })
	err := a.cockpit(ctx, o, CockpitRequest{Owner: true, Notice: notice, Stands: o.stands})
	left := ctx.Err() == nil
	leave() // where somebody leaves before it is open, the opening ends too
	opened, refused := o.wait()
	switch {
	case refused != nil && left && errors.Is(refused, context.Canceled):
		return err
	case refused != nil:
		return refused
	case opened.Notice != "":
		fmt.Fprintln(a.Err, "tminus: "+text.Block(opened.Notice))
	}
	return errors.Join(err, opened.Close())
}

// cockpit runs the full-screen program on a room, with a witness of the heads that it shows.
func (a *app) cockpit(ctx context.Context, r ui.Room, c CockpitRequest) error {
	w := &witnessed{Room: r, keep: &keeper{witness: a.Ports.Witness, now: a.Now}}
	c.Room, c.NoColor, c.ASCII = w, a.opt.noColor || a.Getenv("NO_COLOR") != "", a.opt.ascii
	err := a.Cockpit(ctx, c)
	if kept := w.keep.close(); kept != nil {
		fmt.Fprintf(a.Err, "the witness of the journal's head could not be written: %v\n", kept)
	}
	return err
}
