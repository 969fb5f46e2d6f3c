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
	"net"
	"net/http"
	"os"
	"os/signal"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"

	"tminus/data"
	"tminus/data/builtin"
	"tminus/integrations/aws"
	"tminus/integrations/host"
	"tminus/integrations/httpjson"
	"tminus/integrations/notify"
	"tminus/integrations/prometheus"
	"tminus/integrations/rehearsal"
	"tminus/integrations/roomsock"
	"tminus/integrations/script"
	"tminus/integrations/webget"
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
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv, Now: time.Now, Dir: dir,
		IsTTY: func() bool { return term.IsTerminal(os.Stdin.Fd()) && term.IsTerminal(os.Stdout.Fd()) },
		Ports: cli.Ports{
			Builtin: builtin.Runbook, BuiltinNames: builtin.Names, Scenarios: builtin.Scenarios,
			Self: roomsock.Self, FullName: fullName, LookupUID: lookupUID,
			DefaultDB:     func(rehearsal bool) (string, string, error) { return data.DefaultPath(os.Getenv, rehearsal) },
			OpenDB:        openDB,
			Holder:        data.HolderOf,
			Import:        importInto,
			OpenRoom:      openRoom,
			Dial:          dial,
			Archive:       archive,
			WatchOnly:     watchOnly,
			Witness:       witness{},
			NewID:         newID,
			RehearsalYAML: rehearsalYAML,
			PlannedPath:   plannedPath,
			Examine:       examine,
		},
		Cockpit: runCockpit,
	}
}

func fullName() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Name
}

// lookupUID is the uid of a login on this host; -1: there is none.
func lookupUID(name string) int {
	u, err := user.Lookup(name)
	if err != nil {
		return -1
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return -1
	}
	return uid
}

func newID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b[:])
}

func rehearsalYAML(name string, t0 time.Time, caller launch.Who) string {
	return rehearsal.LaunchYAML(name, t0, rehearsal.Caller{User: caller.User, Role: caller.As})
}

// examine makes doctor's tests: each outside thing knows its own.
func examine(q cli.ExamineRequest) []preflight.Test {
	o := host.Options{Getenv: os.Getenv, LookupUID: lookupUID, Self: roomsock.Self().User, Terminal: stdTerminal(), Status: pageStatus}
	tests := append(host.Local(o), data.Examine(q.DB, q.DBErr))
	tests = append(tests, roomsock.Examine(q.File, os.Getenv)...)
	if q.File == nil {
		return tests
	}
	tests = append(tests, host.Bound(q.File, o)...)
	metrics := prometheus.New(prometheus.Options{Secret: host.Secret})
	tests = append(tests, preflight.Reads(q.File, q.Runbook, "prometheus", metrics, time.Now)...)
	pages := httpjson.New(httpjson.Options{Secret: host.Secret})
	tests = append(tests, preflight.Reads(q.File, q.Runbook, "http", pages, time.Now)...)
	tests = append(tests, notify.Examine(q.File.Notify)...)
	return append(tests, aws.Examine(q.File, q.Runbook, aws.NewSession(aws.OptionsOf(q.File.AWS)), time.Now)...)
}

func stdTerminal() host.Terminal {
	t := host.Terminal{TTY: term.IsTerminal(os.Stdin.Fd()) && term.IsTerminal(os.Stdout.Fd())}
	if w, h, err := term.GetSize(os.Stdout.Fd()); err == nil { // else the size stays unknown, which doctor says
		t.Width, t.Height = w, h
	}
	return t
}

// pageStatus is the HTTP status of a page that anybody may read; 0 with the reason where there was no answer.
func pageStatus(ctx context.Context, url string) (int, error) {
	reply, err := webget.New(nil, nil).Get(ctx, webget.Page{URL: url})
	return reply.Status, err
}

func openDB(ctx context.Context, path string) (cli.DB, error) {
	db, err := data.Open(ctx, path, data.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	return db, nil
}

func runCockpit(ctx context.Context, c cli.CockpitRequest) error {
	profile := colorprofile.Env(os.Environ()) // asking tmux would cost a process at every start
	return cockpit.Run(ctx, cockpit.Config{
		Room: c.Room, Theme: theme.New(theme.Options{NoColor: c.NoColor, ASCII: c.ASCII, Profile: profile}),
		Wall: time.Now, ReadOnly: c.ReadOnly, Owner: c.Owner, Role: c.Role, Notice: c.Notice, Reconnect: c.Redial,
		Editor: strings.Fields(cmp.Or(os.Getenv("VISUAL"), os.Getenv("EDITOR"))), Replay: c.Replay,
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

func plannedPath(ctx context.Context, db cli.DB, name string) (string, error) {
	first, err := room.FirstEntry(ctx, db, name)
	return first.Planned.Path, err
}

// witness is the caller's own witness file.
type witness struct{}

func (witness) Record(id, name string, h journal.Head) error {
	dir, err := data.StateDir(os.Getenv)
	if err != nil {
		return err
	}
	return data.OpenWitness(dir).Record(time.Now(), id, name, h)
}

func (witness) Heads(id string) ([]journal.Head, error) {
	dir, err := data.StateDir(os.Getenv)
	if err != nil {
		return nil, err
	}
	return data.OpenWitness(dir).Heads(id)
}

// importInto takes the database's lock, so that no room writes meanwhile, and adds a launch to it.
func importInto(ctx context.Context, path string, feed func(report.Sink) (report.Export, error)) (_ report.Export, added int64, err error) {
	var opened closers
	defer func() { err = errors.Join(err, opened.close()) }()
	db, lock, err := openForWriting(ctx, cli.RoomRequest{DB: path})
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
	db, lock, err := openForWriting(ctx, q)
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
	var sockets []*net.UnixListener
	if !q.Transient {
		if sockets, err = listen(state, &opened); err != nil {
			return nil, err
		}
		cfg.Info.Socket = sockets[0].Addr().String()
	}
	if err := lock.SetHolder(room.Holder{PID: cfg.Info.PID, User: cfg.Info.User, Launch: q.Launch, Socket: cfg.Info.Socket}); err != nil {
		return nil, err
	}
	r, err := room.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	opened.add(r.Close)
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	opened.add(func() error { stop(); return nil })
	for _, l := range sockets {
		go roomsock.Serve(serving, l, r, state.Mode == launch.Rehearsal)
	}
	return &cli.OpenedRoom{Room: inProcess{r.Door(self(state))}, Socket: cfg.Info.Socket, Notice: notice, Done: r.Done(), Close: opened.close}, nil
}

// openForWriting opens the database and takes its lock; a launch that is not a rehearsal wants a local filesystem.
func openForWriting(ctx context.Context, q cli.RoomRequest) (*data.DB, *data.FileLock, error) {
	if q.Plan != nil && q.Plan.Mode != launch.Rehearsal {
		if err := data.CheckFilesystem(q.DB); err != nil {
			return nil, nil, err
		}
	}
	db, err := data.Open(ctx, q.DB, data.Options{})
	if err != nil {
		return nil, nil, err
	}
	if why := db.ReadOnlyReason(); why != "" {
		return nil, nil, errors.Join(fmt.Errorf("%s cannot be written: %s", q.DB, why), db.Close())
	}
	lock, err := data.Lock(q.DB)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return db, lock, nil
}

// roomConfig puts the world that the launch's mode asks for behind the room's ports.
func roomConfig(ctx context.Context, db *data.DB, q cli.RoomRequest) (_ room.Config, _ *launch.State, notice string, _ error) {
	first, err := room.FirstEntry(ctx, db, q.Launch)
	if err != nil {
		return room.Config{}, nil, "", err
	}
	seen, err := witness{}.Heads(first.Planned.ID)
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
		Launch: q.Launch, Store: db, Host: who.Host, Wall: time.Now, Transient: q.Transient,
		Info: screen.RoomInfo{PID: os.Getpid(), User: who.User}, Reached: reached,
	}
	if state.Mode != launch.Rehearsal {
		cfg.Documents = q.Documents
		cfg.Bind = func(f *launchfile.File) room.Ports {
			ports := realWorld(f, filepath.Dir(q.DB))
			ports.Channels = notify.Channels(f.Notify, state.Mode)
			return ports
		}
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
	cfg.Sources = map[string]room.Source{room.Simulated: world}
	cfg.Hands, cfg.Flags, cfg.Deployments, cfg.Programs, cfg.Prober = world.Hands(), world, world, world, world
	cfg.Channels = notify.Channels(state.File.Notify, state.Mode)
	return cfg, state, notice, nil
}

// realWorld is what a room reads and acts through outside a rehearsal, as a launch file binds it. The runs of programs are
// kept beside the database, so that the next room finds them.
func realWorld(f *launchfile.File, dir string) room.Ports {
	session := aws.NewSession(aws.OptionsOf(f.AWS))
	hands := aws.NewHands(session)
	programs := script.New(script.Options{
		Dir: filepath.Join(dir, "runs"), Vars: f.Vars, Getenv: os.Getenv, Clock: time.Now,
		Secrets: func() []string { return host.SecretValues(f) },
	})
	return room.Ports{
		Sources: map[string]room.Source{
			"cloudwatch": aws.NewCloudWatch(session),
			"logs":       aws.NewLogs(session),
			"prometheus": prometheus.New(prometheus.Options{Secret: host.Secret}),
			"http":       httpjson.New(httpjson.Options{Secret: host.Secret, Clock: time.Now}),
		},
		Hands: map[string]room.Hands{
			launch.OpPutParameter: hands, launch.OpDeploy: hands, launch.OpStopDeploy: hands, launch.OpRun: programs,
		},
		Flags: hands, Deployments: hands, Programs: programs, Prober: prober{programs},
	}
}

// prober asks a page for its status, or a program for its exit.
type prober struct{ programs *script.Hands }

func (p prober) Probe(ctx context.Context, probe launchfile.Probe, digest string) (launch.Progress, error) {
	if len(probe.Run) > 0 {
		return p.programs.RunProbe(ctx, probe.Run, nil, digest, time.Duration(probe.Timeout))
	}
	status, err := pageStatus(ctx, probe.HTTP)
	if status == 0 {
		return launch.Progress{}, err
	}
	want := cmp.Or(probe.Expect, http.StatusOK)
	answer := launch.Progress{State: "failed", Detail: fmt.Sprintf("%s answered %d, expected %d", probe.HTTP, status, want)}
	if status == want {
		answer = launch.Progress{State: "succeeded", Detail: fmt.Sprintf("%s answered %d", probe.HTTP, status)}
	}
	return answer, nil
}

// listen opens the owner's socket and, where the launch is shared, the group's.
func listen(state *launch.State, opened *closers) ([]*net.UnixListener, error) {
	own, err := roomsock.Listen(roomsock.RuntimeDir(os.Getenv), state.Name)
	if err != nil {
		return nil, err
	}
	opened.add(ignoreClosed(own))
	list := []*net.UnixListener{own}
	if s := state.File.Share; s != nil {
		shared, err := roomsock.ListenShared(s.Dir, state.Name, s.Group)
		if err != nil {
			return nil, err
		}
		opened.add(ignoreClosed(shared))
		list = append(list, shared)
	}
	return list, nil
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

// ignoreClosed closes a listener that the server may have closed before.
func ignoreClosed(l *net.UnixListener) func() error {
	return func() error {
		if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	}
}
