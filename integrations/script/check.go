package script

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// firstBytes is how much of a file the kernel looks at to tell what it is.
const firstBytes = 256

// Check makes sure that a program can be run and that nobody but root and the room's user can change it, and returns the
// hex sha256 of its file. An error is an *Unfit, with what to do, or says why the file could not be read to its end.
func Check(path string) (digest string, err error) {
	p, err := openProgram(path)
	if err != nil {
		return "", err
	}
	defer p.file.Close()
	return p.digest, nil
}

// program is a checked file, kept open so that it is the same file until it is executed.
type program struct {
	path   string // as it was named: a script finds its folder by it
	file   *os.File
	digest string
	script bool
}

func openProgram(path string) (*program, error) {
	real, err := resolve(path)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(real, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if errors.Is(err, os.ErrPermission) {
		return nil, unfit("chmod u+r "+real+": its digest is part of the plan", "you may not read %s", path)
	}
	if err != nil {
		return nil, unfit("make it reachable for you", "%v", err)
	}
	p := &program{path: path, file: f}
	if err := p.examine(real); err != nil {
		f.Close()
		return nil, err
	}
	return p, nil
}

func (p *program) examine(real string) error {
	info, err := p.file.Stat()
	switch {
	case err != nil:
		return unfit("make it reachable for you", "%v", err)
	case !info.Mode().IsRegular():
		return unfit("correct the path", "%s is not a program file", p.path)
	case unix.Access(real, unix.X_OK) != nil:
		return unfit("chmod +x "+p.path, "you may not execute %s", p.path)
	}
	if p.script, err = kind(p.path, p.file); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(p.file, 0, math.MaxInt64)); err != nil {
		return fmt.Errorf("read %s: %w", p.path, err)
	}
	p.digest = hex.EncodeToString(sum.Sum(nil))
	return nil
}

// kind tells a script from a binary by the first bytes, since no shell makes up for a script without its first line. Its
// interpreter is held to the same rule as the script: whoever can change one runs what he likes.
func kind(path string, f io.ReaderAt) (isScript bool, err error) {
	first := make([]byte, firstBytes)
	n, err := f.ReadAt(first, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, unfit("can the disk be read?", "%v", err)
	}
	first = first[:n]
	if bytes.HasPrefix(first, []byte("\x7fELF")) {
		return false, nil
	}
	line, _, _ := strings.Cut(string(first), "\n")
	line, isScript = strings.CutPrefix(line, "#!")
	switch {
	case !isScript:
		return false, unfit("begin the script with a line such as #!/bin/sh: it runs without a shell", "%s is neither a program nor a script with a #! line", path)
	case strings.HasSuffix(line, "\r"):
		return false, unfit("convert it: sed -i 's/\\r$//' "+path, "%s has Windows line ends, so that its #! line names nothing", path)
	}
	words := strings.Fields(line)
	if len(words) == 0 || unix.Access(words[0], unix.X_OK) != nil {
		return false, unfit("install it, or correct the #! line", "%s wants an interpreter that is not here: %s", path, strings.TrimSpace(line))
	}
	if _, err := resolve(words[0]); err != nil {
		var u *Unfit
		if errors.As(err, &u) {
			return false, unfit(u.Remedy, "the interpreter of %s is not safe: %s", path, u.Reason)
		}
		return false, err
	}
	return true, nil
}

// execPath is what execve is given; see the package's documentation for why a script goes by its path.
func (p *program) execPath() string {
	if p.script {
		return p.path
	}
	return fmt.Sprintf("/proc/self/fd/%d", p.file.Fd())
}
