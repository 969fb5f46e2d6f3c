package script

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// maxLinks is how many symbolic links one path may lead through; the kernel's own limit.
const maxLinks = 40

// Unfit says why a program is not run, and what to do about it.
type Unfit struct{ Reason, Remedy string }

func (u *Unfit) Error() string { return u.Reason + ": " + u.Remedy }

func unfit(remedy, reason string, args ...any) error {
	return &Unfit{Reason: fmt.Sprintf(reason, args...), Remedy: remedy}
}

// resolve walks to the file that a path means, and looks at everything it comes through: whoever can write to a folder,
// to a link or to what it leads through, can put another file there.
func resolve(path string) (string, error) {
	if !filepath.IsAbs(path) {
		return "", unfit("name it from / on: it runs without a shell", "%s is not an absolute path", path)
	}
	at, links := "/", 0
	if _, err := trusted(at); err != nil {
		return "", err
	}
	rest := parts(path)
	for len(rest) > 0 {
		name := rest[0]
		rest = rest[1:]
		if name == ".." {
			at = filepath.Dir(at) // at holds no links, so that its folder is what the kernel takes, too
			continue
		}
		next := filepath.Join(at, name)
		info, err := trusted(next)
		if errors.Is(err, fs.ErrNotExist) {
			return "", unfit("install it on this host, or correct the path", "there is no %s", path)
		}
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			at = next
			continue
		}
		target, err := os.Readlink(next)
		if err != nil {
			return "", unfit("make it reachable for you", "%v", err)
		}
		if links++; links > maxLinks {
			return "", unfit("correct the links", "%s leads through more than %d symbolic links", path, maxLinks)
		}
		if filepath.IsAbs(target) {
			at = "/"
		}
		rest = append(parts(target), rest...)
	}
	return at, nil
}

// parts are the names of a path in their order.
func parts(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(name string) bool { return name == "" || name == "." })
}

// trusted makes sure that only root and the room's user can change what stands at a place. A sticky folder such as /tmp
// may be open to all, because only its owner can remove what is his, and what stands in it is looked at, too. Access
// lists show in the group's bits.
func trusted(place string) (fs.FileInfo, error) {
	info, err := os.Lstat(place)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, unfit("make it reachable for you", "%v", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil, unfit("keep it on a local file system", "the owner of %s cannot be told", place)
	}
	if st.Uid != 0 && int(st.Uid) != os.Geteuid() {
		return nil, unfit("have it owned by root or by you", "%s belongs to uid %d, who is neither you nor root", place, st.Uid)
	}
	mode := info.Mode()
	sticky := mode.IsDir() && mode&fs.ModeSticky != 0
	if mode&fs.ModeSymlink == 0 && mode.Perm()&0o022 != 0 && !sticky {
		return nil, unfit("chmod go-w "+place, "others can write to %s (mode %04o)", place, mode.Perm())
	}
	return info, nil
}
