package data

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tminus/model/preflight"
	"tminus/model/room"
)

func TestExamineTellsWhereADatabaseCannotStand(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there.db")
	db, err := Open(t.Context(), there, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	held := filepath.Join(dir, "held.db")
	if db, err = Open(t.Context(), held, Options{}); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	lock, err := Lock(held)
	if err != nil {
		t.Fatal(err)
	}
	if err := lock.SetHolder(room.Holder{PID: 42, User: "eng-lead", Launch: "shop"}); err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	other := filepath.Join(dir, "other.db")
	if err := os.WriteFile(other, []byte("no database at all, but text"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.db")
	if err := os.Symlink(there, link); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path    string
		unnamed error
		want    preflight.Outcome
		piece   string
	}{
		"new":       {filepath.Join(dir, "a", "b", "new.db"), nil, preflight.Passed, "new.db will be made"},
		"there":     {there, nil, preflight.Passed, "there.db"},
		"held":      {held, nil, preflight.Passed, "the room of shop runs on it, process 42"},
		"folder":    {dir, nil, preflight.Failed, "it is a folder"},
		"link":      {link, nil, preflight.Failed, "symbolic link"},
		"other":     {other, nil, preflight.Failed, "other.db"},
		"nowhere":   {"", errors.New("neither XDG_STATE_HOME nor HOME names a folder; set one"), preflight.Failed, "neither"},
		"in a file": {filepath.Join(other, "x.db"), nil, preflight.Failed, "cannot be written"},
	} {
		r := Examine(c.path, c.unnamed).Run(t.Context())
		if r.Outcome != c.want || !strings.Contains(r.Detail, c.piece) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "a")); err == nil {
		t.Error("a folder was made")
	}
}
