package script

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	showEvery  = 250 * time.Millisecond // how often the newest output is shown to who follows
	sweepEvery = 20 * time.Millisecond  // how often what is below is looked for again while it is being killed
	drainLimit = 2 * time.Second        // for output that is still in the pipe when everybody has ended
)

// watch is a supervisor over its program.
type watch struct {
	dir    string
	order  order
	status Status
	output *output
	out    *os.File      // reports
	stop   chan struct{} // closed: somebody wants the program to end

	pipe    *os.File // the program's output, to read
	drained chan struct{}
	deaths  chan death
	killed  map[process]bool
}

// death is the end of a process below.
type death struct {
	pid    int
	status unix.WaitStatus
}

// begin starts the program. That it is about to is written first: a status that is missing then means that nothing was
// started.
func (w *watch) begin() error {
	if err := w.status.write(w.dir, !w.order.Attached); err != nil {
		return err
	}
	var err error
	if w.output, err = newOutput(w.dir, w.order.Secrets); err != nil {
		return err
	}
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return fmt.Errorf("make a pipe for the output: %w", err)
	}
	defer unix.Close(ends[1])
	// Only this end must not block, so that reading can be given a deadline; the program's is as it expects.
	if err := unix.SetNonblock(ends[0], true); err != nil {
		return fmt.Errorf("make a pipe for the output: %w", err)
	}
	w.pipe = os.NewFile(uintptr(ends[0]), "output")
	if err := w.execute(ends[1]); err != nil {
		return err
	}
	w.drained, w.deaths, w.killed = make(chan struct{}), make(chan death), make(map[process]bool)
	go w.read()
	go w.reap()
	return nil
}

func (w *watch) execute(out int) error {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer null.Close()
	p, err := openProgram(w.order.Argv[0])
	if err != nil {
		return err
	}
	defer p.file.Close()
	if err := sameProgram(w.order, p.digest); err != nil {
		return err
	}
	pid, err := syscall.ForkExec(p.execPath(), w.order.Argv, &syscall.ProcAttr{
		Dir: "/", Env: w.order.Env, Files: []uintptr{null.Fd(), uintptr(out), uintptr(out)},
		Sys: &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL},
	})
	if err != nil {
		return fmt.Errorf("execute %s: %w", w.order.Argv[0], err)
	}
	// Nobody has taken leave of it yet, so that it is still there even if it has ended.
	started, _ := processOf(pid)
	w.status.State, w.status.PID, w.status.PIDStarted, w.status.Started = stateRunning, pid, started.started, time.Now().UTC()
	return nil
}

// read takes the output as it comes, whatever becomes of it.
func (w *watch) read() {
	defer close(w.drained)
	buf := make([]byte, 64<<10)
	for {
		n, err := w.pipe.Read(buf)
		if n > 0 {
			_, _ = w.output.Write(buf[:n]) // never fails
		}
		if err != nil {
			return
		}
	}
}

// reap takes leave of everything that ends below, orphans included, which the kernel gives to a subreaper. Once there
// is no child there is no descendant either, and it closes deaths.
func (w *watch) reap() {
	defer close(w.deaths)
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, unix.WALL, nil)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return
		default:
			w.deaths <- death{pid, status}
		}
	}
}

// run goes on until nothing is left below, or cannot be killed.
func (w *watch) run() {
	show := time.NewTicker(showEvery)
	defer show.Stop()
	timeout, stop := time.After(w.order.Timeout), (<-chan struct{})(w.stop)
	var kill, sweep, giveUp <-chan time.Time
	for {
		select {
		case d, more := <-w.deaths:
			if !more {
				w.drain()
				return
			}
			if d.pid == w.status.PID {
				w.ended(d.status)
				timeout = nil
				if sweep == nil {
					kill = time.After(w.order.LeftoverWait)
				}
			}
		case <-timeout:
			w.status.TimedOut = true
			timeout, kill = nil, w.term()
		case <-stop:
			stop = nil
			if w.status.Ended.IsZero() && !w.status.TimedOut {
				w.status.Stopped = true
				timeout, kill = nil, w.term()
			}
		case <-kill:
			kill, sweep, giveUp = nil, time.Tick(sweepEvery), time.After(w.order.SweepLimit)
			w.killBelow()
		case <-sweep:
			w.killBelow()
		case <-giveUp:
			w.surrender()
			w.drain()
			return
		case <-show.C:
			w.output.flush()
		}
	}
}

// term asks the program and its group to end, and returns when that was long enough ago.
func (w *watch) term() <-chan time.Time {
	if err := unix.Kill(-w.status.PID, unix.SIGTERM); err != nil && err != unix.ESRCH {
		w.note(fmt.Errorf("ask the program to end: %w", err))
	}
	return time.After(w.order.TermWait)
}

func (w *watch) ended(status unix.WaitStatus) {
	w.status.Ended = time.Now().UTC()
	if status.Exited() {
		w.status.Exit = status.ExitStatus()
	}
	if status.Signaled() {
		w.status.Signal = unix.SignalName(status.Signal())
	}
}

// killBelow kills every descendant there is at the moment. It is called until there are none, because they can multiply.
func (w *watch) killBelow() {
	for _, p := range below(os.Getpid()) {
		if err := send(p.pid, p.started, unix.SIGKILL); err == nil && p.pid != w.status.PID {
			w.killed[process{pid: p.pid, started: p.started}] = true
		}
	}
	w.status.LeftChildren = len(w.killed)
}

// surrender tells what could not be killed: a set-uid program, or one that hangs in the kernel.
func (w *watch) surrender() {
	for _, p := range below(os.Getpid()) {
		w.status.Unkilled++
		w.note(fmt.Errorf("process %d cannot be killed and still runs", p.pid))
	}
}

// drain takes what is still in the pipe. Somebody outside could hold its other end open for ever.
func (w *watch) drain() {
	_ = w.pipe.SetReadDeadline(time.Now().Add(drainLimit)) // it is a pipe that does not block: it knows deadlines
	<-w.drained
	w.pipe.Close()
}
