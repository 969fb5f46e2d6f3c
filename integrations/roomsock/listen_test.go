package roomsock

import (
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tminus/model/launch"
)

func TestTheOwnSocket(t *testing.T) {
	dir := shortDir(t)
	l, err := listenOwn(dir, "checkout")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "checkout.sock")
	for p, want := range map[string]os.FileMode{dir: 0o700, path: 0o600} {
		if info, err := os.Lstat(p); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", p, info.Mode(), err)
		}
	}
	beside, err := listenOwn(dir, "checkout") // the room of another database
	if err != nil || beside.Addr().String() == path {
		t.Errorf("beside it: %v, %v", beside.Addr(), err)
	}
	_ = beside.Close()
	l.SetUnlinkOnClose(false)
	_ = l.Close() // as a room that was killed leaves it
	if l, err = listenOwn(dir, "checkout"); err != nil || l.Addr().String() != path {
		t.Fatalf("after a dead room: %v", err)
	}
	_ = l.Close()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if l, err = listenOwn(dir, "checkout"); err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if info, _ := os.Lstat(dir); info.Mode().Perm() != 0o700 {
		t.Errorf("the folder stays %v", info.Mode())
	}
}

func TestUnsafePlacesAreRefused(t *testing.T) {
	base := shortDir(t)
	if err := os.Mkdir(base, 0o755); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(base, "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(base, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(base, "x.sock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open := filepath.Join(base, "open")
	if err := os.Mkdir(open, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o770); err != nil {
		t.Fatal(err)
	}
	mine, err := user.LookupGroupId(strconv.Itoa(os.Getegid()))
	if err != nil {
		t.Skip("this user's group has no name")
	}
	shared := func(dir, group string) func() (*net.UnixListener, error) {
		return func() (*net.UnixListener, error) { return listenShared(dir, "checkout", group) }
	}
	for name, c := range map[string]struct {
		make func() (*net.UnixListener, error)
		want string
	}{
		"a link":            {func() (*net.UnixListener, error) { return listenOwn(link, "x") }, "not a folder of yours"},
		"a file as folder":  {func() (*net.UnixListener, error) { return listenOwn(file, "x") }, "not a folder of yours"},
		"no socket":         {func() (*net.UnixListener, error) { return listenOwn(base, "x") }, "is no socket"},
		"too long":          {func() (*net.UnixListener, error) { return listenOwn(base, strings.Repeat("x", 107)) }, "at most 107"},
		"no parent":         {func() (*net.UnixListener, error) { return listenOwn(filepath.Join(base, "a", "b"), "x") }, "XDG_RUNTIME_DIR"},
		"no such group":     {shared(base, "no-such-group-here"), "no group"},
		"no such folder":    {shared(filepath.Join(base, "none"), mine.Name), "install -d"},
		"no folder":         {shared(file, mine.Name), "is not a folder"},
		"open to the group": {shared(open, mine.Name), "chmod +t"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := c.make()
			if err == nil {
				_ = l.Close()
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestTheLongestPath(t *testing.T) {
	dir := shortDir(t)
	l, err := listenOwn(dir, strings.Repeat("x", maxPath-len(dir)-len("/.sock")))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(l.Addr().String()); got != maxPath {
		t.Errorf("the path has %d bytes", got)
	}
	_ = l.Close()
}

func TestTheSharedSocketIsItsGroups(t *testing.T) {
	mine, err := user.LookupGroupId(strconv.Itoa(os.Getegid()))
	if err != nil {
		t.Skip("this user's group has no name")
	}
	dir := shortDir(t)
	if err := os.Mkdir(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	l, err := listenShared(dir, "checkout", mine.Name)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(l.Addr().String())
	if err != nil || info.Mode().Perm() != 0o660 || int(info.Sys().(*syscall.Stat_t).Gid) != os.Getegid() {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if _, err := listenShared(dir, "checkout", mine.Name); err == nil || !strings.Contains(err.Error(), "another room") {
		t.Errorf("a second room: %v", err)
	}
	r := newRoom(t, launch.Live)
	path := servedOn(t, l, r, false, nil)
	own := served(t, r, false, nil)
	for _, p := range []string{path, own} {
		if _, err := dialled(t, p).Now(t.Context()); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
}

func TestASocketThatVanishesComesBack(t *testing.T) {
	r := newRoom(t, launch.Live)
	path := served(t, r, false, func(l *limits) { l.check = 20 * time.Millisecond })
	c := dialled(t, path)
	screens, err := c.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	if err := os.RemoveAll(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	limit := time.Now().Add(5 * time.Second)
	for {
		if again, err := Dial(t.Context(), path); err == nil {
			_ = again.Close()
			break
		}
		if time.Now().After(limit) {
			t.Fatal("it did not come back")
		}
		time.Sleep(20 * time.Millisecond)
	}
	<-screens // who was there before still is
	if _, err := c.Do(t.Context(), command("note.add", "text", "x")); err != nil {
		t.Error(err)
	}
}

func TestTheRuntimeFolder(t *testing.T) {
	mine := t.TempDir()
	for dir, want := range map[string]string{mine: filepath.Join(mine, "tminus"), "": "tminus-", "relative": "tminus-", "/none": "tminus-"} {
		if got := runtimeDir(func(string) string { return dir }); !strings.Contains(got, want) {
			t.Errorf("with %q it is %s", dir, got)
		}
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(mine, ownerUID, -1); err != nil {
			t.Fatal(err)
		}
		if got := runtimeDir(func(string) string { return mine }); strings.HasPrefix(got, mine) {
			t.Errorf("another user's folder is taken: %s", got)
		}
	}
}
