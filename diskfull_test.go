package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// filler takes all the room that is left on a small disk, and gives it back.
type filler struct {
	t    *testing.T
	path string
}

func (f filler) fill() {
	out, err := os.OpenFile(f.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		f.t.Error(err)
		return
	}
	defer out.Close()
	for _, block := range []int{1 << 16, 4096, 1} {
		for err = nil; err == nil; {
			_, err = out.Write(make([]byte, block))
		}
		if !errors.Is(err, syscall.ENOSPC) {
			f.t.Errorf("filling the disk: %v", err)
		}
	}
}

func (f filler) free() {
	if err := os.Remove(f.path); err != nil {
		f.t.Error(err)
	}
}

// onSmallDisk is newRollback's launch with its state on a disk of a few megabytes, in a mount namespace. during is called when
// a parameter has been written, before the answer.
func onSmallDisk(t *testing.T) (w *watchedLaunch, writes func() int, disk filler, during *atomic.Pointer[func()]) {
	t.Helper()
	w, server := newRollback(t)
	during = new(atomic.Pointer[func()])
	http := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		server.ServeHTTP(rw, r)
		if f := during.Load(); f != nil && strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".PutParameter") {
			during.Store(nil)
			(*f)()
		}
	}))
	t.Cleanup(http.Close)
	w.env = append(w.env, "AWS_ENDPOINT_URL="+http.URL)
	state := filepath.Join(w.dir, "state")
	if err := os.Mkdir(state, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=6m,mode=0700", "tmpfs", state).CombinedOutput(); err != nil {
		t.Fatalf("mount: %v: %s", err, out)
	}
	t.Cleanup(func() {
		_ = w.room.Process.Kill() // it holds files there
		_ = w.room.Wait()
		_ = exec.Command("umount", "-l", state).Run()
	})
	return w, func() int { return puts(server) }, filler{t, filepath.Join(state, "filler")}, during
}

// blocks writes notes until one fails: what a database has room for in its own files it still takes.
func (w *watchedLaunch) blocks() string {
	w.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		if status, out := w.command("note", strings.Repeat("x", 7000)); status != 0 {
			return out
		}
		if time.Now().After(deadline) {
			w.t.Fatal("the disk is full, and the journal still takes notes")
		}
	}
}

// On a full disk nothing is executed that could not be recorded; the screen says why, and shows the line to run by hand. With
// room again it goes on by itself, with an unbroken journal.
func TestAFullDiskExecutesNothing(t *testing.T) {
	inside, ok := apart(t, "-rm", []string{"mount", "tmux"}, "before", "between")
	if !ok {
		return
	}
	w, writes, disk, during := onSmallDisk(t)
	w.open()
	w.until("all is well", func(s watchedStatus) bool { return s.Status == "GREEN" })
	if inside == "between" {
		fullBetweenCallAndReturn(w, writes, disk, during)
		return
	}
	disk.fill()
	if out := w.blocks(); !strings.Contains(out, "nothing was recorded and nothing was done") || !strings.Contains(out, "the disk is full") {
		t.Errorf("a note on a full disk: %s", out)
	}
	w.says(1, []string{"nothing was recorded", "the disk is full", "make room"}, "do", "flag.off", "reason=drill")
	w.says(1, []string{"the disk is full"}, back("feature-disable")...)
	x := w.cockpit(120, 35)
	x.expect(`disk is full`)
	x.keys("F")
	x.expect(`aws ssm put-parameter`)
	x.keys("Escape")
	if s := w.until("", func(watchedStatus) bool { return true }); s.Status == "GREEN" || writes() != 0 {
		t.Errorf("on a full disk the status is %s %v after %d writes", s.Status, s.Reasons, writes())
	}
	w.kill()
	w.open() // a room opens on a full disk too, to watch and to say so
	w.waits("the room says why nothing is recorded", func() bool {
		status, reasons := w.reasons()
		return status == "YELLOW" && strings.Contains(reasons, "the disk is full")
	})
	disk.free()
	w.until("it goes on", func(s watchedStatus) bool { return s.Status == "GREEN" })
	disk.fill()
	w.blocks()
	disk.free()
	w.waits("the journal is written again by itself", func() bool { status, _ := w.command("note", "room again"); return status == 0 })
	if writes() != 0 {
		t.Errorf("%d writes of what was refused", writes())
	}
	w.says(0, []string{"ok, version 2"}, "do", "flag.off", "reason=drill")
	if out := w.run("verify"); writes() != 1 || !strings.Contains(out, "intact") {
		t.Errorf("%d writes; %s", writes(), out)
	}
}

// fullBetweenCallAndReturn: what a write came to is told once there is room, and the write is not repeated.
func fullBetweenCallAndReturn(w *watchedLaunch, writes func() int, disk filler, during *atomic.Pointer[func()]) {
	w.t.Helper()
	full := func() { disk.fill(); w.blocks() }
	during.Store(&full)
	_, out := w.command(back("feature-disable")...)
	w.t.Log(out)
	if got := w.rollback().step("feature-disable"); writes() != 1 || got == "done" || got == "verifying" {
		w.t.Errorf("%d writes; the step is %s although nobody could record what became of it", writes(), got)
	}
	disk.free()
	w.waits("what became of it is recorded", func() bool {
		got := w.rollback().step("feature-disable")
		return got == "verifying" || got == "done"
	})
	if out := w.run("verify"); writes() != 1 || !strings.Contains(out, "intact") {
		w.t.Errorf("%d writes; %s", writes(), out)
	}
}
