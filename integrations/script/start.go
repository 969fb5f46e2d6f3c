package script

import (
	"bufio"
	"context"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// supervisor is the starting process's end of one: the pipe that the order goes in by, and the one it reports on.
type supervisor struct {
	dir     string
	orders  *os.File
	reports *os.File
	lines   *bufio.Reader
	ended   chan struct{} // closed once it has ended
}

// start runs this binary as the supervisor of a run, and gives it the lock, which is its alone from here on. Nothing
// is started yet: that takes an order. It is given no environment, no terminal and no other open file.
func (h *Hands) start(dir string, lock *os.File) (*supervisor, error) {
	defer lock.Close()
	failed := func(err error) (*supervisor, error) { return nil, fmt.Errorf("start the supervisor: %w", err) }
	said, err := os.OpenFile(filepath.Join(dir, errorsFile), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return failed(err)
	}
	defer said.Close()
	theirOrders, orders, err := os.Pipe()
	if err != nil {
		return failed(err)
	}
	defer theirOrders.Close()
	reports, theirReports, err := os.Pipe()
	if err != nil {
		orders.Close()
		return failed(err)
	}
	defer theirReports.Close()
	cmd := &exec.Cmd{
		Path: h.o.Self, Args: []string{"tminus", hidden, dir}, Env: []string{}, Dir: "/",
		Stdin: theirOrders, Stdout: theirReports, Stderr: said, ExtraFiles: []*os.File{lock},
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	if err := cmd.Start(); err != nil {
		orders.Close()
		reports.Close()
		return failed(err)
	}
	s := &supervisor{dir: dir, orders: orders, reports: reports, lines: bufio.NewReader(reports), ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how it ended stands in the status; this only takes leave of it
		close(s.ended)
	}()
	return s, nil
}

// leave lets go of the supervisor, which goes on by itself unless it is attached.
func (s *supervisor) leave() {
	s.orders.Close()
	s.reports.Close()
}

// begin gives the order and returns the status once the program runs, has ended, or was refused. After an error nothing is
// known.
func (s *supervisor) begin(ctx context.Context, o order) (Status, error) {
	ctx, cancel := context.WithTimeout(ctx, beginLimit)
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		_ = s.orders.SetWriteDeadline(time.Unix(1, 0)) // pipes know deadlines
	})()
	if err := gob.NewEncoder(s.orders).Encode(o); err != nil {
		return Status{}, s.lost(ctx, err)
	}
	return s.next(ctx)
}

// next waits for a report.
func (s *supervisor) next(ctx context.Context) (Status, error) {
	defer context.AfterFunc(ctx, func() { _ = s.reports.SetReadDeadline(time.Unix(1, 0)) })()
	line, err := s.lines.ReadBytes('\n')
	if err != nil {
		return Status{}, s.lost(ctx, err)
	}
	var status Status
	if err := json.Unmarshal(line, &status); err != nil {
		return Status{}, s.lost(ctx, err)
	}
	return status, nil
}

// lost explains why a supervisor is not heard of any more.
func (s *supervisor) lost(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("the supervisor did not answer in time: %w", ctx.Err())
	}
	if said := lastWords(s.dir); said != "" {
		err = errors.Join(err, errors.New(said))
	}
	return fmt.Errorf("the supervisor ended without a word: %w", err)
}

// lastWords is the first line of what a supervisor said as it broke; Go tells the reason there.
func lastWords(dir string) string {
	text, err := os.ReadFile(filepath.Join(dir, errorsFile))
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}
