package strictyaml

import (
	"errors"
	"testing"
)

func TestPlaces(t *testing.T) {
	d, errs := Parse("f", []byte("title: x\npeople:\n  - {user: a}\n  - user: b\n    roles: [p, q]\nshare:\n"))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for _, c := range []struct {
		path              []any
		line, column      int
		keyLine, keyColum int
		has               bool
	}{
		{nil, 1, 1, 1, 1, true},
		{[]any{"title"}, 1, 8, 1, 1, true},
		{[]any{"people", 0, "user"}, 3, 12, 3, 6, true},
		{[]any{"people", 1, "roles", 1}, 5, 16, 5, 16, true},
		{[]any{"people", 1, "roles"}, 5, 12, 5, 5, true},
		{[]any{"people", 1, "name"}, 4, 5, 4, 5, false},
		{[]any{"people", 9, "user"}, 3, 3, 3, 3, false},
		{[]any{"nothing", "at", "all"}, 1, 1, 1, 1, false},
		{[]any{"title", "below", 3}, 1, 8, 1, 8, false},
		{[]any{"share"}, 6, 7, 6, 1, false},
		{[]any{2.5}, 1, 1, 1, 1, false},
	} {
		if l, col := d.At(c.path...); l != c.line || col != c.column {
			t.Errorf("At%v = %d:%d", c.path, l, col)
		}
		if l, col := d.KeyAt(c.path...); l != c.keyLine || col != c.keyColum {
			t.Errorf("KeyAt%v = %d:%d", c.path, l, col)
		}
		if d.Has(c.path...) != c.has {
			t.Errorf("Has%v = %v", c.path, !c.has)
		}
	}
}

func TestValidatorsMistakes(t *testing.T) {
	var s sample
	d, _ := Parse("f", []byte("at: x\nmaybe: {name: \"\"}\n"))
	found := Errors{d.Mistake("no time", "one", "at"), d.KeyMistake("no name", "", "maybe", "name")}
	found = append(found, d.Missing("version", "a version")...)
	found = append(found, d.Missing("name", "a name", "maybe")...)
	all := d.Decode(&s).And(found)
	want := `f:1:1: "version" is missing; expected a version
f:1:5: "at" is "x"; expected a date and time with its zone, such as 2026-11-24T10:00:00Z or 2026-11-24T10:00:00+01:00
f:2:9: no name`
	if all.Error() != want {
		t.Errorf("got  %s\nwant %s", all, want)
	}
	var target Errors
	if err := all.Err(); !errors.As(err, &target) || Errors(nil).Err() != nil {
		t.Error(err)
	}
}

func TestTopLevel(t *testing.T) {
	if got := TopLevel([]byte("raci: []\nlaunch: x")); !got["raci"] || !got["launch"] || len(got) != 2 {
		t.Error(got)
	}
	for _, src := range []string{"", "- a", "a: [", "\xff"} {
		if got := TopLevel([]byte(src)); got != nil {
			t.Errorf("%q: %v", src, got)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"people", "resources", "sources", "error-rate", "t0", "url"}
	for word, want := range map[string]string{
		"poeple": "people", "source": "sources", "errorRate": "error-rate", "error_rate": "error-rate", "to": "t0", "T0": "t0",
		"urls": "url", "resorces": "resources", "x": "", "": "", "u": "", "something": "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}
