package script

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// process is what /proc tells of one.
type process struct {
	pid, parent, session int
	started              uint64 // clock ticks after the machine's start: with the pid it names one process until the next start
	dead                 bool   // ended, and not yet taken leave of by its parent
}

// processOf reads one process; false where there is none.
func processOf(pid int) (process, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return process{}, false
	}
	// The program's name stands in parentheses and may hold anything, parentheses too.
	end := bytes.LastIndexByte(text, ')')
	if end < 0 {
		return process{}, false
	}
	f := strings.Fields(string(text[end+1:])) // from the state on, the third field of proc(5)
	if len(f) < 20 {
		return process{}, false
	}
	p := process{pid: pid, dead: f[0] == "Z" || f[0] == "X"}
	var e1, e2, e3 error
	p.parent, e1 = strconv.Atoi(f[1])
	p.session, e2 = strconv.Atoi(f[3])
	p.started, e3 = strconv.ParseUint(f[19], 10, 64)
	return p, errors.Join(e1, e2, e3) == nil
}

// processes are all that can be seen and live.
func processes() []process {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1) // what was read before an error is as good as there is
	var all []process
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		if p, ok := processOf(pid); ok && !p.dead {
			all = append(all, p)
		}
	}
	return all
}

// below are the living descendants of a process.
func below(top int) []process {
	children := make(map[int][]process)
	for _, p := range processes() {
		children[p.parent] = append(children[p.parent], p)
	}
	var found []process
	seen := map[int]bool{top: true}
	for next := []int{top}; len(next) > 0; next = next[1:] {
		for _, p := range children[next[0]] {
			if !seen[p.pid] { // /proc is no snapshot: a pid used again could close a circle
				seen[p.pid] = true
				found = append(found, p)
				next = append(next, p.pid)
			}
		}
	}
	return found
}

// inSession are the living processes of a session.
func inSession(session int) []process {
	var found []process
	for _, p := range processes() {
		if p.session == session {
			found = append(found, p)
		}
	}
	return found
}

// alive tells whether it is still that process, and not another one of the same number.
func alive(pid int, started uint64) bool {
	p, ok := processOf(pid)
	return ok && !p.dead && p.started == started
}

// send signals exactly that process: a number that was given to another one meanwhile is left alone. A process that is
// gone is no error.
func send(pid int, started uint64, sig unix.Signal) error {
	fd, err := unix.PidfdOpen(pid, 0)
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	if err == nil {
		defer unix.Close(fd)
	}
	if !alive(pid, started) {
		return nil
	}
	if err == nil {
		err = unix.PidfdSendSignal(fd, sig, nil, 0)
	} else { // Linux before 5.3, or a sandbox that does not know it
		err = unix.Kill(pid, sig)
	}
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	return err
}

// bootID names the machine's present run; it changes with each start.
func bootID() string {
	text, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
