package launchfile

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestTheDesignedFileLoads(t *testing.T) {
	f, errs := Load("launch.yaml", []byte(designed))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if f.Launch != "checkout-v2" || !f.T0.Equal(time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)) || f.T0.Location() != time.UTC {
		t.Errorf("launch %q at %v", f.Launch, f.T0)
	}
	if got := f.Flags["main"].SSM.Name; got != "/features/checkout-v2/enabled" {
		t.Errorf("flag %q", got)
	}
	if g := f.Deploy.CodeDeploy.GitHub; g.Repository != "acme/shop" || g.Release != strings.Repeat("1", 40) || g.LastKnownGood != strings.Repeat("0a", 20) {
		t.Errorf("%+v", g)
	}
	if cw := f.Sources["latency-p95"].CloudWatch; cw.Stat != "p95" || time.Duration(cw.Period) != time.Minute {
		t.Errorf("%+v", cw)
	}
	if f.Sources["customer-satisfaction"].Manual == nil {
		t.Error("no manual source")
	}
	stored, err := json.Marshal(f)
	var again File
	if err != nil || json.Unmarshal(stored, &again) != nil || !reflect.DeepEqual(f, &again) {
		t.Errorf("not the same after JSON: %v\n%+v\n%+v", err, f, &again)
	}
}

func TestAnEmptyAttestListStaysOne(t *testing.T) {
	f, errs := Load("f", []byte(small+"attest: []\n"))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	stored, _ := json.Marshal(f)
	var again File
	if err := json.Unmarshal(stored, &again); err != nil || again.Attest == nil {
		t.Errorf("%s", stored)
	}
	if f, _ := Load("f", []byte(small)); f.Attest != nil {
		t.Error("no list became one")
	}
}

func TestVariables(t *testing.T) {
	f, errs := Load("f", []byte(small+`vars: {A: "x\"; rm -rf /", B: ""}
resources: {war-room: "a${A}b$${A}c$A{B}${B}"}
actions: {x: {run: [/bin/echo, "${A}"]}}
`))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if got, want := f.Resources["war-room"], `ax"; rm -rf /b${A}c$A{B}`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := f.Actions["x"].Run[1]; got != `x"; rm -rf /` {
		t.Errorf("%q", got)
	}
	if f.Vars["A"] != `x"; rm -rf /` {
		t.Errorf("%q", f.Vars)
	}
}

func TestLoadMistakes(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"nothing", "", "f:1:1: the file is empty"},
		{"another file", "hello: world\n", `f:1:1: unknown key "hello"`},
		{"only a launch", "launch: x\n", `f:1:1: "title" is missing; expected a title for people
f:1:1: "runbook" is missing; expected a built-in runbook's name, such as feature-launch, or a path relative to this file
f:1:1: "t0" is missing; expected the launch instant, such as 2026-11-24T10:00:00Z
f:1:1: "people" is missing; expected at least one person with a user and roles`},
		{"name", with(1, "launch: Checkout_V2"), `f:1:9: "launch" is "Checkout_V2"; expected a name of 1 to 64 characters from a-z, 0-9 and -`},
		{"long name", with(1, "launch: "+strings.Repeat("a", 65)), `f:1:9: "launch" is "aaaa`},
		{"empty title", with(2, `title: " "`), `f:2:8: "title" is empty; expected a title for people`},
		{"T-0 in words", with(3, "t0: tomorrow"), `f:3:5: "t0" is "tomorrow"; expected a date and time with its zone, such as 2026-11-24T10:00:00Z`},
		{"T-0 without zone", with(3, "t0: 2026-11-24 10:00"), `f:3:5: "t0" is "2026-11-24 10:00"; expected`},
		{"T-0 out of this world", with(3, "t0: 0001-01-01T00:00:00Z"), `f:3:5: "t0" is in the year 1`},
		{"nobody", strings.Replace(with(6, ""), "people:", "people: []", 1), "f:5:9: nobody under people"},
		{"login", with(6, "  - {user: -rf, roles: []}"), `f:6:12: "user" is "-rf"; expected a login name`},
		{"login missing", with(6, "  - {name: A}"), `f:6:5: "user" is missing; expected a login name`},
		{"twice", small + "  - {user: a}\n", `f:7:12: user "a" is listed again; expected each person once, with all their roles; the first is in line 6`},
		{"role twice", with(6, "  - {user: a, roles: [x, x]}"), `f:6:26: role "x" is listed again`},
		{"key", with(6, "  - {user: a, keys: [AAAA]}"), `f:6:22: no public key: "AAAA"`},
		{"mail", with(6, "  - {user: a, contact: {email: nobody}}"), `f:6:32: no mail address: "nobody"`},
		{"attest", small + "attest: [vote, votes, vote, approval]", `f:7:16: "votes" is unknown; expected "vote", the nearest known
f:7:23: "vote" is listed again; expected each once
f:7:29: "approval" is unknown; expected one of item, sign-off, roll-call, vote, step`},
		{"share", small + "share: {group: g, dir: tmp}", `f:7:24: "dir" is "tmp"; expected an absolute path`},
		{"share group", small + "share: {dir: /tmp}", `f:7:8: "group" is missing; expected the name of a group`},
		{"socket too long", small + "share: {group: g, dir: /" + strings.Repeat("d", 120) + "}", `f:7:24: the socket's path would have 128 bytes`},
		{"aws", small + "aws: {region: mars, account: 123}", `f:7:15: "region" is "mars"; expected a region such as us-east-1
f:7:30: "account" is "123"; expected the 12 digits of an account`},
		{"variables", small + "vars: {1A: x, B: \"a\\nb\", C: \"${B}\"}\nresources: {a: \"${D}\", b: \"${BB}\", c: \"${B\", d: \"${}\"}", `f:7:8: variable "1A"; expected letters, digits and _
f:7:18: variable B holds a control character; expected one line of text
f:7:29: variable C refers to another; expected its text itself
f:8:16: unknown variable ${D}; expected one of 1A, B, C under vars
f:8:27: unknown variable ${BB}; expected one of 1A, B, C under vars
f:8:39: malformed variable "${B"; expected ${NAME}, or $${ for a ${ that stays
f:8:49: malformed variable "${}"`},
		{"several at once", "launch: X\nt0: soon\npeople: [{user: a, role: x}]\nrunbook: r\ntitle: t\nsource: {}\n", `f:1:9: "launch" is "X"
f:2:5: "t0" is "soon"
f:3:20: unknown key "role"; expected "roles", the nearest known key
f:6:1: unknown key "source"; expected "sources", the nearest known key`},
		{"no YAML", small + "vars: {A: [}", `f:7:12: no YAML`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, errs := Load("f", []byte(c.src))
			expectLines(t, errs.Error(), c.want)
			if f == nil && c.name != "nothing" && c.name != "another file" && c.name != "no YAML" {
				t.Error("no file to go on with")
			}
		})
	}
}

// expectLines compares a list of mistakes with the beginnings of its lines.
func expectLines(t *testing.T, got, want string) {
	t.Helper()
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(gotLines), len(wantLines)) {
		if !strings.HasPrefix(gotLines[i], wantLines[i]) {
			t.Errorf("mistake %d\ngot  %s\nwant %s", i+1, gotLines[i], wantLines[i])
		}
	}
	if len(gotLines) != len(wantLines) {
		t.Errorf("%d mistakes, want %d:\n%s", len(gotLines), len(wantLines), got)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(designed))
	f.Add([]byte(small))
	f.Add([]byte(example("a", "b", "c", "d")))
	f.Add([]byte("launch: x\nvars: {A: b}\nsources: {a: {cloudwatch: {expression: a/(b-1), metrics: {a: }}}}\nnotify: {email: {smtp: \":\"}}"))
	f.Fuzz(func(t *testing.T, src []byte) {
		file, errs := Load("f", src)
		if file == nil && len(errs) == 0 {
			t.Error("neither a file nor a mistake")
		}
		for _, e := range errs {
			if e.Line < 1 || e.Column < 1 {
				t.Errorf("%#v", e)
			}
		}
	})
}
