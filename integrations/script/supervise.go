package script

import (
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"tminus/model/runbook"
)

// hidden is the first argument of a supervisor; it is no command for people.
const hidden = "supervise-a-program"

// lockFD is where a supervisor finds the lock of its run.
const lockFD = 3

// Supervising tells whether this process is to be a supervisor, by its arguments. main asks before anything else, because
// a supervisor has no environment, no terminal and no configuration.
func Supervising(args []string) bool { return len(args) == 3 && args[1] == hidden }

// Supervise is the whole life of a supervisor; it returns the exit status.
func Supervise(args []string) int {
	// The kernel sends the death signal to the program when the thread that started it ends.
	runtime.LockOSThread()
	if err := supervise(args[2], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func supervise(dir string, in, out *os.File) error {
	signals := make(chan os.Signal, 16)
	// Caught and not ignored, because ignoring is inherited by the program. Only SIGTERM means something here.
	signal.Notify(signals, unix.SIGTERM, unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGPIPE, unix.SIGUSR1, unix.SIGUSR2, unix.SIGTSTP)
	if err := standAlone(dir); err != nil {
		return err
	}
	var o order
	if err := gob.NewDecoder(in).Decode(&o); err != nil {
		return fmt.Errorf("read the order: %w", err)
	}
	if len(o.Argv) == 0 {
		return errors.New("read the order: it names no program")
	}
	me, _ := processOf(os.Getpid())
	w := &watch{dir: dir, order: o, out: out, stop: make(chan struct{}), status: Status{
		V: statusVersion, Call: o.Call, State: stateStarting, Supervisor: me.pid, SupervisorStarted: me.started,
		BootID: bootID(), Timeout: timeoutText(o.Timeout), Exit: -1,
	}}
	go w.listen(signals, in)
	if err := w.begin(); err != nil {
		w.status.State, w.status.Error = stateRefused, err.Error()
		return w.tell()
	}
	if err := w.tell(); err != nil {
		// The program runs and nobody is to believe that it does not: its end is told, if that can be written.
		fmt.Fprintln(os.Stderr, err)
	}
	reserve(dir)
	if !o.Attached {
		if err := letGo(in, out); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	w.run()
	return w.end()
}

// standAlone makes sure of the lock, and that nothing is inherited beside it: no lock of a room, nothing that a shell left
// open. What Go opened itself is marked to be closed on exec, and what was inherited cannot be.
func standAlone(dir string) error {
	var given, wanted unix.Stat_t
	err := errors.Join(unix.Fstat(lockFD, &given), unix.Stat(filepath.Join(dir, lockFile), &wanted))
	if err != nil || given.Dev != wanted.Dev || given.Ino != wanted.Ino {
		return errors.New("this is no command: tminus starts it to supervise a program")
	}
	unix.CloseOnExec(lockFD)
	if err := unix.Flock(lockFD, unix.LOCK_EX|unix.LOCK_NB); err != nil { // held already, and handed over
		return fmt.Errorf("hold the run's lock: %w", err)
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return fmt.Errorf("see what was inherited: %w", err)
	}
	for _, entry := range open {
		fd, err := strconv.Atoi(entry.Name())
		if err != nil || fd <= lockFD {
			continue
		}
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			unix.Close(fd)
		}
	}
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("become the one who takes over orphans: %w", err)
	}
	return nil
}

// letGo closes the pipes to the room.
func letGo(in, out *os.File) error {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer null.Close()
	return errors.Join(unix.Dup3(int(null.Fd()), int(in.Fd()), 0), unix.Dup3(int(null.Fd()), int(out.Fd()), 0))
}

// listen asks for the program's end: on SIGTERM, and where attached at the end of who started it.
func (w *watch) listen(signals <-chan os.Signal, in io.Reader) {
	gone := make(chan struct{})
	if w.order.Attached {
		go func() {
			_, _ = io.Copy(io.Discard, in) // any end of it is the end
			close(gone)
		}()
	}
	for {
		select {
		case s := <-signals:
			if s == unix.SIGTERM {
				close(w.stop)
				return
			}
		case <-gone:
			close(w.stop)
			return
		}
	}
}

// tell makes the status what is known, in the file and then to who started this.
func (w *watch) tell() error {
	err := w.status.write(w.dir, !w.order.Attached)
	text, _ := json.Marshal(w.status)
	_, _ = w.out.Write(append(text, '\n')) // the room may be gone
	return err
}

// end completes output and status. What cannot be written is tried again, since an end that is not told reads as unclear.
func (w *watch) end() error {
	var err error
	w.status.SHA256, w.status.Bytes, err = w.output.finish()
	w.note(err)
	_ = os.Remove(filepath.Join(w.dir, tailFile)) // its content is in the output file now; it may never have been made
	w.status.State = stateEnded
	for range 30 {
		if err = w.tell(); err == nil {
			break
		}
		time.Sleep(time.Second)
	}
	return err
}

func (w *watch) note(err error) {
	if err != nil {
		w.status.Error = errors.Join(stringError(w.status.Error), err).Error()
	}
}

// stringError is nil for nothing.
func stringError(text string) error {
	if text == "" {
		return nil
	}
	return errors.New(text)
}

// timeoutText is a span as the launch file writes it; parts of a second as Go does.
func timeoutText(d time.Duration) string {
	if d%time.Second != 0 {
		return d.String()
	}
	return runbook.Duration(d).String()
}
