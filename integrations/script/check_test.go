package script

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestCheckReturnsTheDigest(t *testing.T) {
	w := newWorld(t, Options{})
	content := "#!/bin/sh -e\ntrue\n"
	w.write(w.file("bin/good"), content, 0o755)
	sum := sha256.Sum256([]byte(content))
	if err := os.Symlink("../"+filepath.Base(w.dir)+"/bin/./good", w.file("link")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{w.file("bin/good"), w.file("link"), w.dir + "//bin/../bin/./good"} {
		if got, err := Check(path); err != nil || got != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: %q %v", path, got, err)
		}
	}
	if _, err := Check("/bin/sh"); err != nil {
		t.Error(err)
	}
}

// programs makes files, folders and links, good ones and bad ones.
func (w *world) programs() {
	t := w.t
	t.Helper()
	script := "#!/bin/sh\n"
	for name, mode := range map[string]os.FileMode{
		"good": 0o755, "group": 0o775, "all": 0o757, "still": 0o644, "loose/run": 0o755, "sticky/run": 0o755, "loose/inner/run": 0o755,
	} {
		w.write(w.file(name), script, mode)
	}
	w.write(w.file("dos"), "#!/bin/sh\r\n", 0o755)
	w.write(w.file("bare"), "true\n", 0o755)
	w.write(w.file("empty"), "", 0o755)
	w.write(w.file("exotic"), "#! /opt/no/such -x\n", 0o755)
	w.write(w.file("nothing"), "#!\n", 0o755)
	w.write(w.file("interpreted"), "#!"+w.file("group")+"\n", 0o755)
	for name, mode := range map[string]os.FileMode{"loose": 0o777, "sticky": 0o777 | os.ModeSticky} {
		if err := os.Chmod(w.file(name), mode); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{
		"to-group": "group", "to-loose": w.file("loose/run"), "loop": "loop", "dangling": "none", "through": "loose/back",
		"loose/back": "../good", "folder": "loose/inner",
	} {
		if err := os.Symlink(target, w.file(link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := unix.Mkfifo(w.file("pipe"), 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestCheckRefusesWhatOthersCouldChange(t *testing.T) {
	w := newWorld(t, Options{})
	w.programs()
	for name, want := range map[string]string{
		"good": "", "sticky/run": "",
		"group":           "others can write to " + w.file("group") + " (mode 0775): chmod go-w " + w.file("group"),
		"all":             "(mode 0757): chmod go-w ",
		"still":           "you may not execute " + w.file("still") + ": chmod +x",
		"loose/run":       "others can write to " + w.file("loose") + " (mode 0777)",
		"loose/inner/run": "others can write to " + w.file("loose") + " (mode 0777)",
		"to-group":        "others can write to " + w.file("group"),
		"to-loose":        "others can write to " + w.file("loose"),
		"through":         "others can write to " + w.file("loose"), // where it ends is safe; a link on the way is not
		"folder/run":      "others can write to " + w.file("loose"),
		"loop":            "leads through more than 40 symbolic links: correct the links",
		"dangling":        "there is no ",
		"none":            "there is no " + w.file("none") + ": install it on this host",
		"good/none":       "not a directory",
		"pipe":            "is not a program file: correct the path",
		"sticky":          "is not a program file",
		"dos":             "Windows line ends, so that its #! line names nothing: convert it: sed",
		"bare":            "is neither a program nor a script with a #! line: begin",
		"empty":           "is neither a program nor a script with a #! line: begin",
		"exotic":          "wants an interpreter that is not here: /opt/no/such -x: install it",
		"nothing":         "wants an interpreter that is not here",
		"interpreted":     "the interpreter of " + w.file("interpreted") + " is not safe: others can write to " + w.file("group"),
	} {
		_, err := Check(w.file(name))
		var u *Unfit
		switch {
		case want == "" && err != nil, want != "" && err == nil, err != nil && !strings.Contains(err.Error(), want):
			t.Errorf("%s: %v; want %q", name, err, want)
		case err != nil && !errors.As(err, &u):
			t.Errorf("%s: %T", name, err)
		}
	}
	if _, err := Check("good"); err == nil || !strings.Contains(err.Error(), "good is not an absolute path: name it from / on") {
		t.Error(err)
	}
}

func TestCheckRefusesWhatBelongsToSomebodyElse(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	w := newWorld(t, Options{})
	for _, name := range []string{"file", "dir/run", "target"} {
		w.write(w.file(name), "#!/bin/sh\n", 0o755)
	}
	if err := os.Symlink("target", w.file("link")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"file", "dir", "link"} {
		if err := os.Lchown(w.file(name), 12345, 0); err != nil {
			t.Fatal(err)
		}
	}
	for name, place := range map[string]string{"file": "file", "dir/run": "dir", "link": "link"} {
		_, err := Check(w.file(name))
		if want := w.file(place) + " belongs to uid 12345, who is neither you nor root: have it owned by root or by you"; err == nil || err.Error() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
