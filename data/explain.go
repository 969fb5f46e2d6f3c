package data

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/mattn/go-sqlite3"
	"golang.org/x/sys/unix"
)

// explain puts SQLite's commonest refusals into words with a remedy. Whatever it explains, nothing was written.
func explain(err error, path string) error {
	if errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) {
		return diskFull(err)
	}
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return err
	}
	if e.Code == sqlite3.ErrFull || e.SystemErrno == unix.ENOSPC || e.SystemErrno == unix.EDQUOT {
		return diskFull(err)
	}
	switch e.Code {
	case sqlite3.ErrNotADB:
		return fmt.Errorf("it is not a database at all; name another file with --db: %w", err)
	case sqlite3.ErrIoErr:
		return fmt.Errorf("the disk or its filesystem fails; see dmesg: %w", err)
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return fmt.Errorf("%s; it goes on when that has ended: %w", blockedBy(path), err)
	case sqlite3.ErrCantOpen, sqlite3.ErrPerm, sqlite3.ErrReadonly:
		return fmt.Errorf("it cannot be opened; check the owner and mode of the file and its folder: %w", err)
	case sqlite3.ErrCorrupt:
		return fmt.Errorf("the file is damaged; keep a copy of it and look at that with sqlite3 and .recover: %w", err)
	}
	return err
}

func diskFull(err error) error {
	return fmt.Errorf("the disk is full and nothing was written; make room, then do it again: %w", err)
}

// blockedBy tells which other processes hold the database for writing, as far as the kernel shows them.
func blockedBy(path string) string {
	list, err := os.ReadFile("/proc/locks")
	if err != nil {
		return "another process holds the database"
	}
	var who []string
	for _, p := range []string{path + "-shm", path} {
		var st unix.Stat_t
		if unix.Stat(p, &st) != nil {
			continue
		}
		for _, pid := range lockHolders(list, unix.Major(st.Dev), unix.Minor(st.Dev), st.Ino) {
			if name := processName(pid); pid != os.Getpid() && !slices.Contains(who, name) {
				who = append(who, name)
			}
		}
	}
	if len(who) == 0 {
		return "another process holds the database"
	}
	return strings.Join(who, ", ") + " holds the database"
}

func processName(pid int) string {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil {
		return fmt.Sprintf("process %d", pid)
	}
	return fmt.Sprintf("process %d (%s)", pid, bytes.TrimSpace(name))
}

// lockHolders reads the text of /proc/locks for the processes that hold an exclusive lock on a file.
func lockHolders(locks []byte, major, minor uint32, inode uint64) []int {
	file := fmt.Sprintf("%02x:%02x:%d", major, minor, inode)
	var pids []int
	lines := bufio.NewScanner(bytes.NewReader(locks))
	for lines.Scan() {
		// 1: POSIX  ADVISORY  WRITE 4242 08:02:1234 120 120; a line of one that waits has -> after the number.
		f := strings.Fields(lines.Text())
		if len(f) < 6 || f[1] == "->" || f[3] != "WRITE" || f[5] != file {
			continue
		}
		if pid, err := strconv.Atoi(f[4]); err == nil && pid > 0 && !slices.Contains(pids, pid) {
			pids = append(pids, pid)
		}
	}
	return pids
}
