package data

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// NetworkError says that a database would stand where its log is not safe.
type NetworkError struct {
	Path string
	Kind string // NFS, SMB, …
}

func (e NetworkError) Error() string {
	return fmt.Sprintf("%s is on a network filesystem (%s), where SQLite's log is not safe; name a file on a local disk with --db FILE", e.Path, e.Kind)
}

// CheckFilesystem refuses a database's path on a network filesystem with a NetworkError.
func CheckFilesystem(path string) error {
	kind, err := filesystemKind(filepath.Dir(path))
	if err != nil {
		return err
	}
	if kind != "" {
		return NetworkError{Path: path, Kind: kind}
	}
	return nil
}

// filesystemKind names the network filesystem that a folder, or its nearest parent that exists, is on; "" for a local one.
func filesystemKind(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	var fs unix.Statfs_t
	for {
		if err = unix.Statfs(dir, &fs); err == nil {
			break
		}
		parent := filepath.Dir(dir)
		if !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.ENOTDIR) || parent == dir {
			return "", fmt.Errorf("look at the filesystem of %s: %w", dir, err)
		}
		dir = parent
	}
	var st unix.Stat_t
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil || unix.Stat(dir, &st) != nil {
		return networkKind(uint32(fs.Type), ""), nil
	}
	return networkKind(uint32(fs.Type), mountType(mounts, unix.Major(st.Dev), unix.Minor(st.Dev))), nil
}

// networkKind names the filesystem if it is a network's: by the magic number of statfs, and for FUSE, which may be
// either, by the type it is mounted as. A FUSE of an unknown type is taken for a network's.
func networkKind(magic uint32, mountType string) string {
	switch magic {
	case unix.NFS_SUPER_MAGIC:
		return "NFS"
	case unix.SMB_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC:
		return "SMB"
	case unix.V9FS_MAGIC:
		return "9p"
	case unix.AFS_SUPER_MAGIC, unix.AFS_FS_MAGIC:
		return "AFS"
	case unix.CODA_SUPER_MAGIC:
		return "Coda"
	case unix.CEPH_SUPER_MAGIC:
		return "Ceph"
	case 0x01161970:
		return "GFS2"
	case 0x7461636f:
		return "OCFS2"
	case 0x0bd00bd0:
		return "Lustre"
	case 0x47504653:
		return "GPFS"
	case 0x564c:
		return "NCP"
	case unix.FUSE_SUPER_MAGIC:
		switch kind := strings.TrimPrefix(mountType, "fuse."); kind {
		case "fuseblk", "fuse-overlayfs", "ext2", "ext4", "ntfs-3g", "ntfs", "exfat", "bindfs", "gocryptfs", "encfs", "lxcfs", "mergerfs":
			return ""
		case "", "fuse":
			return "FUSE"
		default:
			return "FUSE " + kind
		}
	}
	return ""
}

// mountType finds the type of a device's filesystem in the text of /proc/self/mountinfo; empty: not there.
func mountType(mountinfo []byte, major, minor uint32) string {
	device := fmt.Sprintf("%d:%d", major, minor)
	for line := range bytes.Lines(mountinfo) {
		// 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw: any number of fields before the dash
		head, tail, ok := strings.Cut(string(line), " - ")
		f := strings.Fields(head)
		if !ok || len(f) < 3 || f[2] != device {
			continue
		}
		kind, _, _ := strings.Cut(tail, " ")
		return kind
	}
	return ""
}
