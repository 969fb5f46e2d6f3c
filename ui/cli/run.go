package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"tminus/model/launch"
	"tminus/model/text"
	"tminus/ui"
)

func (a *app) runCmd() *cobra.Command {
	var dryRun, headless bool
	cmd := &cobra.Command{
		Use:   "run LAUNCH.yaml",
		Short: "Opens the room of a launch, and a cockpit on it (none with --headless)",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			mode := launch.Live
			if dryRun {
				mode = launch.DryRun
			}
			return a.run(cmd.Context(), args[0], mode, headless)
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "real reads, no writes")
	cmd.Flags().BoolVar(&headless, "headless", false, "only the room, until it is interrupted; attach from elsewhere")
	return cmd
}

// run plans the launch the first time, and goes on with it every other time: by the documents that were reviewed, whatever
// the files say by now.
func (a *app) run(ctx context.Context, file string, m launch.Mode, headless bool) error {
	if !headless {
		if err := a.needTerminal(); err != nil {
			return err
		}
	}
	path, err := a.liveDB()
	if err != nil {
		return err
	}
	if known := a.unchanged(ctx, path, file); known != nil {
		return a.takeUp(ctx, known, file, m, headless)
	}
	d, err := a.load(file)
	if err != nil {
		return a.runBroken(ctx, file, path, m, headless, err)
	}
	r := RoomRequest{DB: path, Launch: d.file.Launch, Documents: a.reread(file)}
	known, err := a.planned(ctx, path, d.file.Launch)
	if err != nil {
		return err
	}
	notice := ""
	if known == nil {
		for _, w := range d.warnings {
			fmt.Fprintf(a.Err, "%s: warning: %s\n", text.Line(file), text.Line(w))
		}
		r.Plan = a.planRequest(d, m, a.Now(), a.Ports.Self(), "")
		r.Plan.Path = a.abs(file)
		if a.Now().After(d.file.T0) {
			notice = "T-0 of this launch has passed: it starts in T+; set a new one with clock.set"
		}
	} else if err := a.goesOn(known, file, m); err != nil {
		return err
	}
	return a.opens(ctx, r, notice, headless)
}

// runBroken goes on with a launch whose file cannot be read any more, as it was reviewed; unread is why it cannot.
func (a *app) runBroken(ctx context.Context, file, path string, m launch.Mode, headless bool, unread error) error {
	known := a.broken(ctx, path, file)
	if known == nil {
		return unread
	}
	if err := a.goesOn(known, file, m); err != nil {
		return errors.Join(unread, err)
	}
	return a.takeUp(ctx, known, file, m, headless)
}

// takeUp goes on with a planned launch whose files are read by the room alone.
func (a *app) takeUp(ctx context.Context, known *Summary, file string, m launch.Mode, headless bool) error {
	if err := a.goesOn(known, file, m); err != nil {
		return err
	}
	return a.opens(ctx, RoomRequest{DB: known.Path, Launch: known.Name, Documents: a.reread(file)}, "", headless)
}

// goesOn says why a planned launch cannot be gone on with here.
func (a *app) goesOn(known *Summary, file string, m launch.Mode) error {
	switch {
	case known.Imported:
		return hint(fmt.Errorf("the launch %s was imported into this database and is read-only", known.Name), "give the new launch another name in %s, or name another database with --db", file)
	case !known.Open:
		return hint(fmt.Errorf("the launch %s is closed, and a closed name is never used again", known.Name), "give the new launch another name in %s", file)
	case known.Mode != string(m):
		return hint(fmt.Errorf("the launch %s is planned as %s, not as %s", known.Name, known.Mode, m), "a launch has exactly one mode; give the other one another name")
	case known.Holder != nil:
		return hint(fmt.Errorf("its room runs already: process %d of %s", known.Holder.PID, known.Holder.User), "tminus attach %s opens a cockpit on it", known.Name)
	}
	return nil
}

func (a *app) opens(ctx context.Context, r RoomRequest, notice string, headless bool) error {
	if headless {
		return a.headless(ctx, r, notice)
	}
	return a.openCockpit(ctx, r, notice)
}

func (a *app) liveDB() (string, error) {
	if p := a.namedDB(); p != "" {
		return p, nil
	}
	p, _, err := a.Ports.DefaultDB(false)
	return p, err
}

// planned is the launch of that name, nil when the database has none.
func (a *app) planned(ctx context.Context, path, name string) (*Summary, error) {
	all, err := a.launchesIn(ctx, path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Name == name {
			return &all[i], nil
		}
	}
	return nil, nil
}

func (a *app) headless(ctx context.Context, r RoomRequest, notice string) error {
	opened, err := a.Ports.OpenRoom(ctx, r)
	if err != nil {
		return err
	}
	if notice = join(notice, opened.Notice); notice != "" {
		fmt.Fprintln(a.Err, text.Line(notice))
	}
	a.changed(ctx, a.Err, opened.Room)
	fmt.Fprintf(a.Err, "the room of %s is open; tminus attach %s opens a cockpit on it, ctrl+c ends it\n", text.Line(r.Launch), text.Line(r.Launch))
	if opened.Socket != "" {
		fmt.Fprintln(a.Out, text.Line(opened.Socket))
	}
	select {
	case <-ctx.Done():
	case <-opened.Done:
	}
	return errors.Join(a.keepHead(opened.Room), opened.Close())
}

// keepHead writes the newest head into the caller's witness file: nobody may have looked at a headless room.
func (a *app) keepHead(r ui.Room) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	plan, err := r.Plan(ctx)
	if err != nil {
		return err
	}
	s, err := r.Now(ctx)
	if err != nil {
		return err
	}
	k := &keeper{witness: a.Ports.Witness, id: plan.ID, launch: plan.Launch, now: a.Now}
	k.see(s.HeadFull)
	return k.close()
}

func (a *app) attachCmd() *cobra.Command {
	var readOnly bool
	cmd := &cobra.Command{
		Use:   "attach [NAME]",
		Short: "A cockpit on a running room; or opens the room of a planned launch",
		Args:  usage(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := ""
			if len(args) == 1 {
				name = args[0]
			}
			return a.attach(cmd.Context(), name, readOnly)
		},
	}
	cmd.Flags().BoolVar(&readOnly, "read-only", false, "watch without acting")
	return cmd
}

func (a *app) attach(ctx context.Context, name string, readOnly bool) error {
	if err := a.needTerminal(); err != nil {
		return err
	}
	if name != "" {
		a.opt.launch = name
	}
	t, err := a.find(ctx, false)
	if err != nil {
		return err
	}
	if t.room == nil {
		if readOnly {
			return hint(fmt.Errorf("no room of %s runs", t.summary.Name), "tminus status, log and verify read the database; tminus attach %s opens the room", t.summary.Name)
		}
		return a.openCockpit(ctx, RoomRequest{DB: t.summary.Path, Launch: t.summary.Name, Documents: a.documentsOf(t.summary.File, t.summary.Mode)}, "")
	}
	socket := a.opt.room
	if socket == "" {
		socket = t.summary.Holder.Socket
	}
	closers := []func() error{t.close}
	door := func(r ui.Room) ui.Room {
		if readOnly {
			return a.Ports.WatchOnly(r)
		}
		return r
	}
	err = a.cockpit(ctx, door(t.room), CockpitRequest{ReadOnly: readOnly, Redial: func(ctx context.Context) (ui.Room, error) {
		r, closeRoom, err := a.Ports.Dial(ctx, socket)
		if err != nil {
			return nil, err
		}
		closers = append(closers, closeRoom)
		return door(r), nil
	}})
	for _, c := range closers {
		err = errors.Join(err, c())
	}
	return err
}
