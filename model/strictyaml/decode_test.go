package strictyaml

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

type grade int

func (g *grade) UnmarshalText(b []byte) error {
	if string(b) != "high" {
		return fmt.Errorf("%q is no grade; expected high", b)
	}
	*g = 2
	return nil
}

type inner struct {
	Name  string            `json:"name,omitempty"`
	Count int               `json:"count,omitempty"`
	Dims  map[string]string `json:"dims,omitempty"`
}

type sample struct {
	Version string           `json:"version"`
	Title   string           `json:"title,omitempty"`
	On      bool             `json:"on,omitempty"`
	Ratio   float64          `json:"ratio,omitempty"`
	Small   uint8            `json:"small,omitempty"`
	At      time.Time        `json:"at,omitzero"`
	Grade   grade            `json:"grade,omitempty"`
	List    []inner          `json:"list,omitempty"`
	Maybe   *inner           `json:"maybe,omitempty"`
	Words   []string         `json:"words,omitempty"`
	By      map[string]inner `json:"by,omitempty"`
	Skipped string           `json:"-"`
}

type embedding struct {
	Own string `json:"own"`
	Shared
}

type Shared struct {
	Stat string `json:"stat,omitempty"`
}

func TestDecodeFills(t *testing.T) {
	src := `
version: 5.0
title: true
on: true
ratio: 0.5
small: 255
at: 2026-11-24T10:00:00+01:00
grade: high
list:
  - {name: a, count: 3}
  - name: "5"
maybe: {dims: {Service: 7}}
words: [x, 1]
by: {error-rate: {count: 1}}
`
	var got sample
	if errs := Decode("f.yaml", []byte(src), &got); len(errs) > 0 {
		t.Fatal(errs)
	}
	want := sample{
		Version: "5.0", Title: "true", On: true, Ratio: 0.5, Small: 255, Grade: 2,
		At:    time.Date(2026, 11, 24, 10, 0, 0, 0, time.FixedZone("", 3600)),
		List:  []inner{{Name: "a", Count: 3}, {Name: "5"}},
		Maybe: &inner{Dims: map[string]string{"Service": "7"}},
		Words: []string{"x", "1"},
		By:    map[string]inner{"error-rate": {Count: 1}},
	}
	if !got.At.Equal(want.At) {
		t.Errorf("at = %v", got.At)
	}
	got.At = want.At
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	var e embedding
	if errs := Decode("f", []byte("own: a\nstat: b\n"), &e); len(errs) > 0 || e.Stat != "b" || e.Own != "a" {
		t.Errorf("embedded: %+v %v", e, errs)
	}
}

func TestAKeyWithoutAValueIsAbsentWhereNothingIsHeld(t *testing.T) {
	var got sample
	if errs := Decode("f", []byte("version: v\nlist:\nmaybe: ~\nby: null\n"), &got); len(errs) > 0 {
		t.Fatal(errs)
	}
	if got.Maybe != nil || got.List != nil || got.By != nil {
		t.Errorf("%+v", got)
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"unknown key, near", "versoin: 1", `f:1:1: unknown key "versoin"; expected "version", the nearest known key`},
		{"unknown key, far", "maybe: {zzzzzz: 1}", `f:1:9: unknown key "zzzzzz"; expected one of name, count, dims`},
		{"a hidden field is none", "Skipped: x", `f:1:1: unknown key "Skipped"; expected one of version, title, on, ratio, small, at, grade, list, maybe, words, by`},
		{"twice", "version: 1\nversion: 2", `f:2:1: key "version" is given again; expected it once; the first is in line 1`},
		{"twice in a map", "by: {a: {}, a: {}}", `f:1:13: key "a" is given again; expected it once; the first is in line 1`},
		{"text wanted, mapping given", "version: {a: 1}", `f:1:10: "version" is a mapping; expected text`},
		{"text wanted, nothing given", "version:", `f:1:9: "version" is empty; expected text`},
		{"list wanted", "words: x", `f:1:8: "words" is "x"; expected a list`},
		{"mapping wanted", "by: [x]", `f:1:5: "by" is a list; expected a mapping of names to values`},
		{"entry wanted as mapping", "list:\n  - x", `f:2:5: an entry of "list" is "x"; expected a mapping of keys to values`},
		{"empty entry", "list:\n  -\n", `f:2:4: an entry of "list" is empty; expected a mapping of keys to values`},
		{"yes is no bool", "on: yes", `f:1:5: "on" is "yes"; expected true or false`},
		{"quoted is no bool", `on: "true"`, `f:1:5: "on" is "true"; expected true or false`},
		{"a float is no int", "maybe: {count: 1.5}", `f:1:16: "count" is "1.5"; expected a whole number`},
		{"octal is no int", "maybe: {count: 010}", `f:1:16: "count" is "010"; expected a whole number`},
		{"overflow", "small: 256", `f:1:8: "small" is "256"; expected a whole number, not below 0`},
		{"not a number", "ratio: .nan", `f:1:8: "ratio" is ".nan"; expected a number`},
		{"infinite", "ratio: 1e999", `f:1:8: "ratio" is "1e999"; expected a number`},
		{"time", "at: tomorrow", `f:1:5: "at" is "tomorrow"; expected a date and time with its zone, such as 2026-11-24T10:00:00Z or 2026-11-24T10:00:00+01:00`},
		{"text reader", "grade: low", `f:1:8: "grade": "low" is no grade; expected high`},
		{"text reader, nothing", "grade:", `f:1:7: "grade" is empty; expected text`},
		{"anchor", "version: &a x", `f:1:10: anchor &a; expected no anchors: write the value where it is used`},
		{"alias", "version: &a x\ntitle: *a", "f:1:10: anchor &a; expected no anchors: write the value where it is used\nf:2:8: alias *a; expected no aliases: write the value itself"},
		{"unknown alias", "version: *a", `f:1:10: no YAML: unknown anchor 'a' referenced; expected no aliases; put a text that begins with * in quotes`},
		{"merge key", "maybe: {<<: {name: x}}", `f:1:9: merge key <<; expected no merge keys: write the keys themselves`},
		{"tag", "version: !!str 5", `f:1:10: tag !!str; expected no tags: the format knows the type of each value`},
		{"own tag", "version: !x 5", `f:1:10: tag !x; expected no tags: the format knows the type of each value`},
		{"strange key", "? [a]\n: b", `f:1:3: a key that is a list; expected text`},
		{"two documents", "version: 1\n---\nversion: 2", `f:2:1: a second document begins here; expected one document in a file`},
		{"empty", "", `f:1:1: the file is empty; expected a mapping of keys to values`},
		{"only a comment", "# x\n", `f:1:1: the file is empty; expected a mapping of keys to values`},
		{"only a marker", "---\n", `f:2:1: the file is empty; expected a mapping of keys to values`},
		{"a list", "- a", `f:1:1: the file is a list; expected a mapping of keys to values`},
		{"text", "hello", `f:1:1: the file is "hello"; expected a mapping of keys to values`},
		{"open list", "version: [1,\n", `f:2:1: no YAML: did not find expected node content while parsing a flow node; expected an end to it before this place, and entries of one block in one column`},
		{"tab", "maybe:\n\tname: x", "f:2:1: no YAML: found character that cannot start any token while scanning for the next token; expected spaces, not tabs, to indent; and quotes around a text that begins with @, ` or %"},
		{"two colons", "version: a: b", `f:1:11: no YAML: mapping values are not allowed in this context; expected one key on a line, keys of one mapping in one column, and quotes around a text that holds a colon and a space`},
		{"not UTF-8", "version: a\ntitle: \"\xff\"", `f:2:9: byte 0xff is no UTF-8; expected a text file in UTF-8`},
		{"UTF-16", "\xff\xfea\x00", `f:1:1: byte 0xff is no UTF-8; expected a text file in UTF-8`},
		{"escape code", "version: \x1b[2J", `f:1:10: control character U+001B; expected text; write it as an escape in double quotes, such as "\x1b"`},
		{"NUL", "\x00", `f:1:1: control character U+0000; expected text; write it as an escape in double quotes, such as "\x1b"`},
		{"columns count characters", "{title: äöü, versoin: 1}", `f:1:14: unknown key "versoin"; expected "version", the nearest known key`},
		{"messages are safe to show", `{"a\x1b\u202e\n": 1}`, `f:1:2: unknown key "a\u{1b}\u{202e} "; expected one of version, title, on, ratio, small, at, grade, list, maybe, words, by`},
		{"several at once", "version: {}\nat: x\nlist: [{count: x}, {nmae: y}]\ngrade: low\n", `f:1:10: "version" is a mapping; expected text
f:2:5: "at" is "x"; expected a date and time with its zone, such as 2026-11-24T10:00:00Z or 2026-11-24T10:00:00+01:00
f:3:16: "count" is "x"; expected a whole number
f:3:21: unknown key "nmae"; expected "name", the nearest known key
f:4:8: "grade": "low" is no grade; expected high`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s sample
			if got := Decode("f", []byte(c.src), &s).Error(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	var s sample
	first := func(src string) string {
		errs := Decode("f", []byte(src), &s)
		if len(errs) == 0 || len(errs) > maxMistakes {
			t.Fatalf("%d mistakes", len(errs))
		}
		return errs[0].Error()
	}
	if got := first(strings.Repeat("a", MaxSize+1)); !strings.Contains(got, "at most 1 MiB") {
		t.Error(got)
	}
	if got := first(strings.Repeat("[", 1000) + strings.Repeat("]", 1000)); !strings.Contains(got, "f:1:1") {
		t.Error(got)
	}
	if got := first("title: " + strings.Repeat("[", 70) + strings.Repeat("]", 70)); !strings.Contains(got, "is a list") {
		t.Error(got)
	}
	for _, deep := range []string{"[", "{a: ", "- ", "? "} {
		first(strings.Repeat(deep, 100_000))
	}
	var many strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&many, "k%d: v\n", i)
	}
	errs := Decode("f", []byte(many.String()), &s)
	if len(errs) != maxMistakes || !strings.Contains(errs[maxMistakes-1].What, "49801 more mistakes") {
		t.Errorf("%d mistakes, the last: %v", len(errs), errs[len(errs)-1])
	}
}

func TestDecodeIntoNothing(t *testing.T) {
	d, errs := Parse("f", []byte("a: 1"))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for _, into := range []any{nil, sample{}, (*sample)(nil)} {
		if len(d.Decode(into)) != 1 {
			t.Errorf("%T", into)
		}
	}
	var c struct {
		A chan int       `json:"a"`
		B map[int]string `json:"b"`
	}
	if errs := Decode("f", []byte("a: 1\nb: {1: x}"), &c); len(errs) != 2 {
		t.Error(errs)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"version: 5.0\nlist: [{name: a}]", "a: &x [*x]\n<<: *x", "? {}\n: b\n---\n", "%YAML 1.1\n---\n!!map {a: !b c}", "by:\n  x:\n   count: 1\n", "\xef\xbb\xbfa: |\n  b\n", "a: 'b\n\n c'"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var s sample
		errs := Decode("f", src, &s)
		for _, e := range errs {
			if e.Line < 1 || e.Column < 1 || e.What == "" {
				t.Errorf("%#v", e)
			}
		}
		if d, bad := Parse("f", src); len(bad) == 0 {
			d.At("list", 0, "name")
			d.KeyAt("by", "x", "count")
			TopLevel(src)
		}
	})
}
