package script

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"tminus/model/launch"
)

// until go runs until a file comes to be.
const untilGo = `echo begun; while ! [ -e "$1" ]; do sleep 0.02; done; echo done`

func TestAProgramOutlivesItsRoom(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.call("1m", w.script(untilGo), w.file("go"))
	room, goOn, outcome := another(t, roomOrders{Dir: w.hand.o.Dir, Call: c, Stay: true, Lock: w.file("room.lock")})
	goOn.Close()
	if got := outcome(); got.Outcome != launch.OutcomeOK {
		t.Fatalf("%+v", got)
	}
	for _, sig := range []unix.Signal{unix.SIGHUP, unix.SIGKILL} {
		if err := unix.Kill(-room.Process.Pid, sig); err != nil && sig == unix.SIGHUP {
			t.Fatal(err)
		}
	}
	_ = room.Wait()
	// Looked for and followed from this process, which is another room.
	if f := w.look(c); f.Found != launch.FoundYes || !strings.HasPrefix(f.Evidence, "it runs: pid ") {
		t.Errorf("%+v", f)
	}
	w.until("its output is shown", func() bool { return len(w.follow(c).Lines) == 1 })
	if p := w.follow(c); p.State != "running" || p.Lines[0] != "begun" {
		t.Errorf("%+v", p)
	}
	// The dead room's lock is free although program and supervisor go on, and it was not marked close-on-exec.
	fd, err := unix.Open(w.file("room.lock"), unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		t.Errorf("the room's lock was inherited: %v", err)
	}
	for _, pid := range []int{w.status(c).PID, w.status(c).Supervisor} {
		open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range open {
			if to, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%s", pid, f.Name())); to == w.file("room.lock") {
				t.Errorf("process %d holds the room's lock", pid)
			}
		}
	}
	w.write(w.file("go"), "", 0o600)
	if p := w.ends(c); p.State != "succeeded" || p.Lines[1] != "done" {
		t.Errorf("%+v", p)
	}
}

func TestACallIsBegunOnceByManyRooms(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.call("1m", w.script(`echo run >> "$1"`), w.file("count"))
	const rooms, threads = 10, 10
	outcomes := make(chan launch.Outcome, rooms+threads)
	var all sync.WaitGroup
	start := make(chan struct{})
	for range threads {
		all.Go(func() {
			<-start
			outcomes <- w.hand.Do(t.Context(), c)
		})
	}
	for range rooms {
		_, goOn, outcome := another(t, roomOrders{Dir: w.hand.o.Dir, Call: c})
		all.Go(func() {
			<-start
			goOn.Close()
			outcomes <- outcome()
		})
	}
	close(start)
	all.Wait()
	close(outcomes)
	got := make(map[string]int)
	for o := range outcomes {
		got[o.Outcome]++
		if o.Outcome == launch.OutcomeUnknown && o.Error != errBegun.Error() {
			t.Errorf("%+v", o)
		}
	}
	if got[launch.OutcomeOK] != 1 || got[launch.OutcomeUnknown] != rooms+threads-1 {
		t.Errorf("%v", got)
	}
	w.ends(c)
	if w.read(w.file("count")) != "run\n" {
		t.Errorf("it ran: %q", w.read(w.file("count")))
	}
	if left, _ := filepath.Glob(w.file("runs/new.*")); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

func TestASupervisorThatIsKilled(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.do("1m", w.script(`trap "" TERM HUP; sleep 1000 & echo $!; while :; do sleep 0.05; done`))
	w.until("its output is shown", func() bool { return len(w.follow(c).Lines) == 1 })
	s := w.status(c)
	child := w.follow(c).Lines[0]
	defer func() {
		var pid int
		_, _ = fmt.Sscan(child, &pid)
		_ = unix.Kill(pid, unix.SIGKILL)
	}()
	if err := send(s.Supervisor, s.SupervisorStarted, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	w.gone(fmt.Sprint(s.PID)) // it went with its supervisor
	var f launch.Found
	w.until("the supervisor is missed", func() bool { // its last thread closes the lock
		f = w.look(c)
		return f.Found == launch.FoundUnclear
	})
	holds(t, f.Evidence, fmt.Sprintf("its supervisor (pid %d) died; the program (pid %d) is gone", s.Supervisor, s.PID), "these still run: ", child)
	var p launch.Progress
	w.until("following it says what looking does", func() bool { // what it left is counted as it goes
		f, p = w.look(c), w.follow(c)
		return p.Detail == f.Evidence
	})
	if p.State != "failed" || len(p.Lines) != 1 {
		t.Errorf("%+v", p)
	}
	if _, err := w.hand.Stop(t.Context(), c); err == nil || !strings.Contains(err.Error(), "died") {
		t.Errorf("stopping it: %v", err)
	}
	if got := w.hand.Do(t.Context(), c); got.Outcome != launch.OutcomeUnknown {
		t.Errorf("begun again: %+v", got)
	}
	s.BootID = "another"
	if err := s.write(w.folder(c), true); err != nil {
		t.Fatal(err)
	}
	if f := w.look(c); f.Found != launch.FoundUnclear || f.Evidence != "unclear: the machine was restarted while it ran" {
		t.Errorf("%+v", f)
	}
}

func TestWhatWasNeverStarted(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.call("1m", w.script("true"))
	now := time.Now()
	w.hand.o.Clock = func() time.Time { return now }
	if f, err := w.hand.Look(t.Context(), c, now.Add(-5*time.Second), ""); err != nil || f.Found != launch.FoundUnclear {
		t.Errorf("before the deadline: %+v %v", f, err)
	}
	if f := w.look(c); f.Found != launch.FoundNo || !strings.HasPrefix(f.Evidence, "never started: there is no ") {
		t.Errorf("%+v", f)
	}
	// The room dies after it claimed the call: once before and once after it has a supervisor.
	dir, lock, err := claim(w.hand.o.Dir, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if f := w.look(c); f.Found != launch.FoundUnclear || f.Evidence != "it is just being started" {
		t.Errorf("%+v", f)
	}
	sup, err := w.hand.start(dir, lock)
	if err != nil {
		t.Fatal(err)
	}
	if f := w.look(c); f.Found != launch.FoundUnclear {
		t.Errorf("%+v", f)
	}
	sup.leave()
	<-sup.ended
	if f := w.look(c); f.Found != launch.FoundNo || f.Evidence != "never started: its supervisor got no order" {
		t.Errorf("%+v", f)
	}
	if got := w.hand.Do(t.Context(), c); got.Outcome != launch.OutcomeUnknown {
		t.Errorf("%+v", got)
	}
	if _, err := w.hand.Follow(t.Context(), c, nil); err == nil {
		t.Error("it is followed")
	}
}

func TestTheProgramMustBeWhatWasPlanned(t *testing.T) {
	w := newWorld(t, Options{})
	path := w.script("echo planned")
	c := w.call("1m", path)
	w.write(path, "#!/bin/sh\necho other\n", 0o700)
	got := w.hand.Do(t.Context(), c)
	if got.Outcome != launch.OutcomeNotSent || !strings.Contains(got.Error, "is not the program that was planned") {
		t.Errorf("%+v", got)
	}
	if f := w.look(c); f.Found != launch.FoundNo {
		t.Errorf("%+v", f)
	}

	// It is exchanged after the room has looked: the supervisor looks again.
	o, err := w.hand.order(c)
	if err != nil {
		t.Fatal(err)
	}
	dir, lock, err := claim(w.hand.o.Dir, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	sup, err := w.hand.start(dir, lock)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sup.begin(t.Context(), o)
	sup.leave()
	<-sup.ended
	if err != nil || s.State != stateRefused {
		t.Errorf("%+v %v", s, err)
	}
	f := w.look(c)
	holds(t, f.Found+": "+f.Evidence, launch.FoundNo, "not started: ", "is not the program that was planned")
	if p := w.follow(c); p.State != "failed" || len(p.Lines) > 0 {
		t.Errorf("%+v", p)
	}
}
