// Command tminus is mission control for a feature launch, in one terminal. This file only wires: it gives the commands
// their ports, and turns signals and results into an orderly end.
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"

	"tminus/data"
	"tminus/data/builtin"
	"tminus/integrations/bindings"
	"tminus/integrations/host"
	"tminus/integrations/notify"
	"tminus/integrations/rehearsal"
	"tminus/integrations/roomsock"
	"tminus/integrations/script"
	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/preflight"
	"tminus/model/report"
	"tminus/model/room"
	"tminus/model/screen"
	"tminus/ui"
	"tminus/ui/cli"
	"tminus/ui/cockpit"
	"tminus/ui/theme"
)

// defaultSpeed is how fast a rehearsal's clock runs.
const defaultSpeed = 10

// wall is the clock of rooms and commands; only tests of real processes set another, to have time pass.
var wall = time.Now

// reached is told how far each outside call has come; only tests of real processes set it, to end them there.
var reached func(point string)

func main() {
	if script.Supervising(os.Args) { // before anything else: it has no terminal, environment or configuration
		os.Exit(script.Supervise(os.Args))
	}
	log.SetOutput(io.Discard) // libraries that write there would write across the cockpit
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	status := cli.Main(ctx, environment(), os.Args[1:])
	stop()
	os.Exit(status)
}

// environment is this process: its streams, its clock, its user, and the doors to databases and rooms.
func environment() cli.Env {
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	return cli.Env{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv, Now: wall, Dir: dir,
		IsTTY: isTTY,
		Ports: cli.Ports{
			Builtin: builtin.Runbook, BuiltinNames: builtin.Names, Scenarios: builtin.Scenarios,
			Self: roomsock.Self, FullName: host.FullName, LookupUID: host.LookupUID,
			DefaultDB:     func(rehearsal bool) (string, string, error) { return data.DefaultPath(os.Getenv, rehearsal) },
			OpenDB:        openDB,
			Holder:        data.HolderOf,
			Import:        importInto,
			OpenRoom:      openRoom,
			Dial:          dial,
			Archive:       archive,
			WatchOnly:     watchOnly,
			Witness:       ownWitness(),
			NewID:         newID,
			RehearsalYAML: rehearsalYAML,
			Examine:       examine,
		},
		Cockpit: runCockpit,
	}
}

func newID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b[:])
}

func rehearsalYAML(name string, t0 time.Time, caller launch.Who) string {
	return rehearsal.LaunchYAML(name, t0, rehearsal.Caller{User: caller.User, Role: caller.As})
}

// examine makes doctor's tests: of this machine, and of all that a launch file binds.
func examine(q cli.ExamineRequest) []preflight.Test {
	tests := append(host.Local(os.Getenv, stdTerminal()), data.Examine(q.DB, q.DBErr))
	tests = append(tests, roomsock.Examine(q.File, os.Getenv)...)
	if q.File == nil {
		return tests
	}
	return append(tests, bindings.Examine(q.File, q.Runbook, roomsock.Self().User)...)
}

func isTTY() bool { return term.IsTerminal(os.Stdin.Fd()) && term.IsTerminal(os.Stdout.Fd()) }

// stdTerminal is what the caller sits at.
func stdTerminal() host.Terminal {
	t := host.Terminal{TTY: isTTY()}
	if w, h, err := term.GetSize(os.Stdout.Fd()); err == nil { // else the size stays unknown, which doctor says
		t.Width, t.Height = w, h
	}
	return t
}

func openDB(ctx context.Context, path string) (cli.DB, error) {
	db, err := data.Open(ctx, path, data.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	return db, nil
}

// ownWitness is the caller's own witness file.
func ownWitness() data.OwnWitness { return data.OwnWitness{Getenv: os.Getenv, Now: time.Now} }

func runCockpit(ctx context.Context, c cli.CockpitRequest) error {
	profile := colorprofile.Env(os.Environ()) // asking tmux would cost a process at every start
	return cockpit.Run(ctx, cockpit.Config{
		Room: c.Room, Theme: theme.New(theme.Options{NoColor: c.NoColor, ASCII: c.ASCII, Profile: profile}),
		Wall: time.Now, ReadOnly: c.ReadOnly, Owner: c.Owner, Role: c.Role, Notice: c.Notice, Reconnect: c.Redial,
		Editor: strings.Fields(cmp.Or(os.Getenv("VISUAL"), os.Getenv("EDITOR"))), Replay: c.Replay, FirstFrame: c.Stands,
	}, cockpit.Terminal{Profile: &profile})
}

// inProcess and overSocket give the two doors the one method whose type is ui's.
type inProcess struct{ *room.Door }

func (d inProcess) As(role string) ui.Room { return inProcess{d.Acting(role)} }

type overSocket struct{ *roomsock.Client }

func (c overSocket) As(role string) ui.Room { return overSocket{c.Acting(role)} }

func dial(ctx context.Context, socket string) (ui.Room, func() error, error) {
	c, err := roomsock.Dial(ctx, socket)
	if err != nil {
		return nil, nil, err
	}
	return overSocket{c}, c.Close, nil
}

// inArchive is the door to a launch that no room has open.
type inArchive struct{ *room.Archive }

func (a inArchive) As(string) ui.Room { return a }

func archive(ctx context.Context, db cli.DB, name string, who launch.Who) (ui.Room, error) {
	p, err := room.NewPlayback(ctx, db, name)
	if err != nil {
		return nil, err
	}
	return inArchive{room.NewArchive(p, who, time.Now)}, nil
}

// watchOnly is a door that the room lets no command through.
func watchOnly(r ui.Room) ui.Room {
	switch r := r.(type) {
	case inProcess:
		return inProcess{r.Door.WatchOnly()}
	case overSocket:
		return overSocket{r.Client.WatchOnly()}
	}
	return r
}

// importInto takes the database's lock, so that no room writes meanwhile, and adds a launch to it.
func importInto(ctx context.Context, path string, feed func(report.Sink) (report.Export, error)) (_ report.Export, added int64, err error) {
	var opened closers
	defer func() { err = errors.Join(err, opened.close()) }()
	db, lock, err := data.OpenForWriting(ctx, path)
	if err != nil {
		return report.Export{}, 0, err
	}
	opened.add(lock.Release, db.Close)
	return db.Import(ctx, time.Now(), feed)
}

// openRoom takes the database's lock and opens the room of a launch in this process, planning the launch first where it is
// new. Everything that was opened is closed again, in the opposite order, by OpenedRoom.Close or on an error.
func openRoom(ctx context.Context, q cli.RoomRequest) (_ *cli.OpenedRoom, err error) {
	var opened closers
	defer func() {
		if err != nil {
			err = errors.Join(err, opened.close())
		}
	}()
	if q.Plan != nil && q.Plan.Mode != launch.Rehearsal {
		if err := data.CheckFilesystem(q.DB); err != nil {
			return nil, err
		}
	}
	db, lock, err := data.OpenForWriting(ctx, q.DB)
	if err != nil {
		return nil, err
	}
	opened.add(lock.Release, db.Close)
	if q.Plan != nil {
		if err := room.Plan(ctx, db, q.Plan); err != nil {
			return nil, err
		}
	}
	if _, imported, err := db.Imported(ctx, q.Launch); err != nil || imported {
		return nil, cmp.Or(err, fmt.Errorf("the launch %s was imported and is read-only; tminus replay, log, status and export tell it", q.Launch))
	}
	cfg, state, notice, err := roomConfig(ctx, db, q)
	if err == nil && state.Mode != launch.Rehearsal {
		err = data.CheckFilesystem(q.DB) // it may have moved since the launch was planned
	}
	if err != nil {
		return nil, err
	}
	var sockets *roomsock.Sockets
	if !q.Transient {
		if sockets, err = roomsock.Open(os.Getenv, state); err != nil {
			return nil, err
		}
		opened.add(sockets.Close)
		cfg.Info.Socket = sockets.Path()
	}
	if err := lock.SetHolder(room.Holder{PID: cfg.Info.PID, User: cfg.Info.User, Launch: q.Launch, Socket: cfg.Info.Socket}); err != nil {
		return nil, err
	}
	r, err := room.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	opened.add(r.Close)
	if sockets != nil {
		serving, stop := context.WithCancel(context.WithoutCancel(ctx))
		opened.add(func() error { stop(); return nil })
		sockets.Serve(serving, r, state.Mode == launch.Rehearsal)
	}
	return &cli.OpenedRoom{Room: inProcess{r.Door(self(state))}, Socket: cfg.Info.Socket, Notice: notice, Done: r.Done(), Close: opened.close}, nil
}

// roomConfig puts the world that the launch's mode asks for behind the room's ports.
func roomConfig(ctx context.Context, db *data.DB, q cli.RoomRequest) (_ room.Config, _ *launch.State, notice string, _ error) {
	first, err := room.FirstEntry(ctx, db, q.Launch)
	if err != nil {
		return room.Config{}, nil, "", err
	}
	seen, err := ownWitness().Heads(first.Planned.ID)
	if err != nil {
		notice = "the witness file is not whole, so a cut log may go unnoticed: " + err.Error()
	}
	state, lines, err := room.Replay(ctx, db, q.Launch, seen...)
	if err != nil {
		return room.Config{}, nil, "", err
	}
	who := roomsock.Self()
	cfg := room.Config{
		Anchors: seen, State: state, Lines: lines,
		Launch: q.Launch, Store: db, Host: who.Host, Wall: wall, Transient: q.Transient,
		Info: screen.RoomInfo{PID: os.Getpid(), User: who.User}, Reached: reached,
	}
	if state.Mode != launch.Rehearsal {
		cfg.Documents = q.Documents
		cfg.Bind = func(f *launchfile.File) room.Ports { return bindings.Ports(f, state.Mode, filepath.Dir(q.DB)) }
		return cfg, state, notice, nil
	}
	src, ok := builtin.Scenario(state.Scenario)
	if !ok {
		return cfg, nil, "", fmt.Errorf("the rehearsal's scenario %q is not in this program", state.Scenario)
	}
	scenario, err := rehearsal.LoadScenario(state.Scenario+".yaml", src)
	if err != nil {
		return cfg, nil, "", err
	}
	at, speed := state.Head.At, q.Speed
	if state.Entries == 1 {
		at = state.Clock.T0.Add(-cli.RehearsalOpens) // new: the fortnight before is played at once
	}
	if speed == 0 {
		speed = defaultSpeed
	}
	caller := rehearsal.Caller{User: who.User, Role: state.PlannedAs}
	world := rehearsal.NewWorld(scenario, state.Runbook, state.Watched(), state.People, caller)
	clock := rehearsal.NewClock(time.Now, at, speed)
	world.Resume(state, clock)
	cfg.Clock, cfg.Company = clock, world
	cfg.Documents = q.Documents
	cfg.Bind = func(f *launchfile.File) room.Ports {
		return room.Ports{
			Sources: map[string]room.Source{room.Simulated: world},
			Hands:   world.Hands(), Flags: world, Deployments: world, Programs: world, Prober: world,
			Channels: world.Channels(notify.Channels(f.Notify, state.Mode)),
		}
	}
	return cfg, state, notice, nil
}

// self is the caller in this process; in a rehearsal, in the role that it was planned for.
func self(state *launch.State) launch.Who {
	who := roomsock.Self()
	if state.Mode == launch.Rehearsal {
		who.Auth, who.As = journal.AuthRehearsal, state.PlannedAs
	}
	return who
}

// closers undoes what was opened, the last first.
type closers []func() error

func (c *closers) add(f ...func() error) { *c = append(*c, f...) }

func (c *closers) close() error {
	var err error
	for len(*c) > 0 {
		last := len(*c) - 1
		err = errors.Join(err, (*c)[last]())
		*c = (*c)[:last]
	}
	return err
}
