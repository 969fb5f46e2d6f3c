package data

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestStateDir(t *testing.T) {
	tests := []struct {
		env  func(string) string
		want string
	}{
		{env("HOME", "/home/a"), "/home/a/.local/state/tminus"},
		{env("HOME", "/home/a", "XDG_STATE_HOME", "/state"), "/state/tminus"},
		{env("HOME", "/home/a", "XDG_STATE_HOME", "relative"), "/home/a/.local/state/tminus"},
	}
	for _, tt := range tests {
		if got, err := StateDir(tt.env); got != tt.want || err != nil {
			t.Errorf("got %q %v, want %q", got, err, tt.want)
		}
	}
	if _, err := StateDir(env("HOME", "relative")); err == nil {
		t.Error("a relative HOME was taken")
	}
}

func TestDefaultPath(t *testing.T) {
	home := t.TempDir()
	local := places{kind: func(string) (string, error) { return "", nil }, fallback: filepath.Join(t.TempDir(), "tminus-0")}
	nfs := local
	nfs.kind = func(string) (string, error) { return "NFS", nil }
	for _, rehearsal := range []bool{false, true} {
		name := map[bool]string{false: "tminus.db", true: "rehearsal.db"}[rehearsal]
		path, notice, err := local.defaultPath(env("HOME", home), rehearsal)
		if want := filepath.Join(home, ".local/state/tminus", name); path != want || notice != "" || err != nil {
			t.Errorf("local: %q %q %v, want %q", path, notice, err, want)
		}
	}
	_, _, err := nfs.defaultPath(env("HOME", home), false)
	if network, ok := errors.AsType[NetworkError](err); !ok || network.Kind != "NFS" {
		t.Errorf("LIVE on a network: %v", err)
	}
	wantError(t, err, "network filesystem (NFS)", "--db FILE")
	for range 2 {
		path, notice, err := nfs.defaultPath(env("HOME", home), true)
		if path != filepath.Join(nfs.fallback, "rehearsal.db") || err != nil || !strings.Contains(notice, "network filesystem (NFS)") {
			t.Errorf("a rehearsal on a network: %q %q %v", path, notice, err)
		}
	}
	if got := modeOf(t, nfs.fallback); got != 0o700 {
		t.Errorf("mode %o", got)
	}
	if err := os.Chmod(nfs.fallback, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, _, err := nfs.defaultPath(env("HOME", home), true); err != nil || modeOf(t, nfs.fallback) != 0o700 {
		t.Errorf("a loose folder: %v, mode %o", err, modeOf(t, nfs.fallback))
	}
}

func TestDefaultPathFallbackMustBeOurs(t *testing.T) {
	dir := t.TempDir()
	p := places{kind: func(string) (string, error) { return "NFS", nil }, fallback: filepath.Join(dir, "tminus-0")}
	if err := os.Symlink(dir, p.fallback); err != nil {
		t.Fatal(err)
	}
	_, _, err := p.defaultPath(env("HOME", dir), true)
	wantError(t, err, "is not a folder of yours", "--db FILE")
	needRoot(t, "give a folder away")
	if err := os.Remove(p.fallback); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(p.fallback, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(p.fallback, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	_, _, err = p.defaultPath(env("HOME", dir), true)
	wantError(t, err, "is not a folder of yours: it belongs to")
}

func TestDefaultPathWhereNoFolderCanBeMade(t *testing.T) {
	p := places{kind: filesystemKind, fallback: filepath.Join(t.TempDir(), "tminus-0")}
	file := filepath.Join(t.TempDir(), "home")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := p.defaultPath(env("HOME", file), false)
	wantError(t, err, "cannot be written in", "--db FILE")
	path, notice, err := p.defaultPath(env("HOME", file), true)
	if err != nil || filepath.Dir(path) != p.fallback || !strings.Contains(notice, "so the rehearsal is kept in") {
		t.Errorf("%q %q %v", path, notice, err)
	}
}

func TestNetworkKind(t *testing.T) {
	tests := []struct {
		magic uint32
		mount string
		want  string
	}{
		{unix.NFS_SUPER_MAGIC, "nfs4", "NFS"},
		{0xff534d42, "cifs", "SMB"},
		{0xfe534d42, "smb3", "SMB"},
		{unix.V9FS_MAGIC, "9p", "9p"},
		{unix.CEPH_SUPER_MAGIC, "ceph", "Ceph"},
		{unix.FUSE_SUPER_MAGIC, "fuse.sshfs", "FUSE sshfs"},
		{unix.FUSE_SUPER_MAGIC, "fuse.something", "FUSE something"},
		{unix.FUSE_SUPER_MAGIC, "", "FUSE"},
		{unix.FUSE_SUPER_MAGIC, "fuse.fuse-overlayfs", ""},
		{unix.FUSE_SUPER_MAGIC, "fuseblk", ""},
		{unix.EXT4_SUPER_MAGIC, "ext4", ""},
		{unix.BTRFS_SUPER_MAGIC, "btrfs", ""},
		{unix.XFS_SUPER_MAGIC, "xfs", ""},
		{unix.TMPFS_MAGIC, "tmpfs", ""},
		{unix.OVERLAYFS_SUPER_MAGIC, "overlay", ""},
		{0x2fc12fc1, "zfs", ""},
	}
	for _, tt := range tests {
		if got := networkKind(tt.magic, tt.mount); got != tt.want {
			t.Errorf("%#x %q: %q, want %q", tt.magic, tt.mount, got, tt.want)
		}
	}
	mounts := "22 1 8:2 / / rw shared:1 - ext4 /dev/sda2 rw\n40 22 0:41 / /home/a rw,nosuid - fuse.sshfs a@b:/ rw\nnonsense\n"
	if got := mountType([]byte(mounts), 0, 41); got != "fuse.sshfs" {
		t.Errorf("mount type %q", got)
	}
	if got := mountType([]byte(mounts), 0, 42); got != "" {
		t.Errorf("mount type %q", got)
	}
	if err := CheckFilesystem(filepath.Join(t.TempDir(), "not", "there", "yet.db")); err != nil {
		if _, ok := errors.AsType[NetworkError](err); !ok {
			t.Error(err)
		}
	}
}
