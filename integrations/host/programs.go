package host

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"tminus/model/launchfile"
	"tminus/model/preflight"
)

// What access(2) is asked for.
const (
	executable = 0x1
	readable   = 0x4
)

// programs looks at every program that the launch may start.
func programs(f *launchfile.File, o Options) []preflight.Test {
	var tests []preflight.Test
	add := func(id string, argv, env []string) {
		if len(argv) == 0 {
			return
		}
		tests = append(tests, preflight.Test{
			ID: "programs/" + id, Group: "Programs", Title: id,
			Run: func(context.Context) preflight.Result { return program(argv[0], env, o.Getenv) },
		})
	}
	for id, a := range sorted(f.Actions) {
		add(id, a.Run, a.Env)
		add(id+"/undo", a.Undo, a.Env)
	}
	for id, p := range sorted(f.Probes) {
		add("probe/"+id, p.Run, nil)
	}
	return tests
}

func program(path string, env []string, getenv func(string) string) preflight.Result {
	if !filepath.IsAbs(path) {
		return preflight.Fail(path+" is not an absolute path", "name it from / on: it runs without a shell")
	}
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return preflight.Fail("there is no "+path, "install it on this host, or correct the path")
	}
	if err != nil {
		return preflight.Fail(err.Error(), "make it reachable for you")
	}
	info, err := os.Stat(real)
	switch {
	case err != nil:
		return preflight.Fail(err.Error(), "make it reachable for you")
	case !info.Mode().IsRegular():
		return preflight.Fail(path+" is not a program file", "correct the path")
	case syscall.Access(real, executable) != nil:
		return preflight.Fail("you may not execute "+path, "chmod +x "+path)
	}
	if r, ok := writable(path, real); ok {
		return r
	}
	if r, ok := startable(real); ok {
		return r
	}
	var unset []string
	for _, name := range env {
		if _, ok := os.LookupEnv(name); !ok && getenv(name) == "" {
			unset = append(unset, "$"+name)
		}
	}
	if len(unset) > 0 {
		return preflight.Fail("it is given "+strings.Join(unset, ", ")+", which is not set here", "set it in the shell that opens the room, or take it out of env")
	}
	return preflight.Pass("%s, mode %04o", path, info.Mode().Perm())
}

// writable finds who else could put another program in this one's place: by the file, or by a folder above it, also
// above a symbolic link.
func writable(path, real string) (preflight.Result, bool) {
	places := []string{real}
	for _, from := range []string{real, path} {
		for dir := filepath.Dir(from); ; dir = filepath.Dir(dir) {
			places = append(places, dir)
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	for _, p := range places {
		info, err := os.Stat(p)
		if err != nil {
			return preflight.Fail(err.Error(), "make it reachable for you"), true
		}
		sticky := info.IsDir() && info.Mode()&fs.ModeSticky != 0
		if info.Mode().Perm()&0o022 != 0 && !sticky {
			return preflight.Fail(fmt.Sprintf("others can write to %s (mode %04o)", p, info.Mode().Perm()), "chmod go-w "+p), true
		}
		if st, ok := info.Sys().(*syscall.Stat_t); ok && st.Uid != 0 && int(st.Uid) != os.Geteuid() {
			return preflight.Fail(fmt.Sprintf("%s belongs to uid %d, who is neither you nor root", p, st.Uid), "have it owned by root or by you"), true
		}
	}
	return preflight.Result{}, false
}

// startable looks at the first bytes, since no shell makes up for a script without its first line. A program that may
// be executed and not read is left to the kernel.
func startable(path string) (preflight.Result, bool) {
	f, err := os.Open(path)
	if err != nil {
		return preflight.Result{}, false
	}
	defer f.Close()
	first, err := bufio.NewReader(io.LimitReader(f, 256)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return preflight.Fail(err.Error(), "can the disk be read?"), true
	}
	script, isScript := strings.CutPrefix(first, "#!")
	switch {
	case strings.HasPrefix(first, "\x7fELF"):
		return preflight.Result{}, false
	case !isScript:
		return preflight.Fail(path+" is neither a program nor a script with a #! line", "begin the script with a line such as #!/bin/sh: it runs without a shell"), true
	case strings.HasSuffix(first, "\r\n"):
		return preflight.Fail(path+" has Windows line ends, so that its #! line names nothing", "convert it: sed -i 's/\\r$//' "+path), true
	}
	words := strings.Fields(script)
	if len(words) == 0 || syscall.Access(words[0], executable) != nil {
		return preflight.Fail(path+" wants an interpreter that is not here: "+strings.TrimSpace(script), "install it, or correct the #! line"), true
	}
	return preflight.Result{}, false
}
