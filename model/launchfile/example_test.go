package launchfile

import (
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"tminus/model/runbook"
	"tminus/model/strictyaml"
)

// builtin is the runbook that launch files are written for, read as a file: model imports nothing of data.
func builtin(t *testing.T) *runbook.Runbook {
	t.Helper()
	src, err := os.ReadFile("../../data/builtin/feature-launch.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rb, errs := runbook.Load("feature-launch.yaml", src)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return rb
}

func example(user, name, host, region string) string {
	return Example(ExampleInput{User: user, Name: name, Host: host, Region: region, Runbook: "feature-launch", Now: time.Date(2026, 11, 9, 10, 31, 0, 0, time.UTC)})
}

func valid(t *testing.T, src string, rb *runbook.Runbook) *File {
	t.Helper()
	f, errs := Load("launch.yaml", []byte(src))
	if f == nil {
		t.Fatal(errs)
	}
	if errs = errs.And(f.Check("launch.yaml", []byte(src), rb)); len(errs) > 0 {
		t.Fatalf("%s\nin\n%s", errs, src)
	}
	return f
}

func TestTheExampleIsValidAsWritten(t *testing.T) {
	rb := builtin(t)
	f := valid(t, example("ada", "Ada Lovelace", "jump-1", "eu-west-1"), rb)
	if want := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC); !f.T0.Equal(want) {
		t.Errorf("t0 %s", f.T0)
	}
	if p := f.People[0]; p.User != "ada" || p.Name != "Ada Lovelace" || !slices.Equal(p.Roles, []string{"engineering-lead"}) {
		t.Errorf("first person %+v", p)
	}
	if w := f.Warnings(rb); len(w) > 0 {
		t.Errorf("warnings: %q", w)
	}
}

// Somebody who takes every setting into use has to get a valid file too.
func TestTheExampleIsValidWithEverySettingInUse(t *testing.T) {
	rb := builtin(t)
	used := regexp.MustCompile(`(?m)^#([^\s#]|  )`).ReplaceAllString(example("ada", "Ada", "h", ""), "$1")
	f := valid(t, used, rb)
	if w := f.Warnings(rb); len(w) > 0 {
		t.Errorf("warnings: %q", w)
	}
	keys := strictyaml.TopLevel([]byte(used))
	for _, key := range []string{"launch", "title", "t0", "runbook", "vars", "people", "share", "attest", "aws", "resources", "contacts", "sources", "monitors", "logs", "flags", "deploy", "actions", "probes", "notify"} {
		if !keys[key] {
			t.Errorf("no %s", key)
		}
	}
	if len(f.Sources) != 6 || f.Notify.PagerDuty == nil || f.Flags["main"].SSM.Name != "/features/my-feature/enabled" {
		t.Errorf("%+v", f)
	}
}

func TestTheExampleTakesAnyCaller(t *testing.T) {
	rb := builtin(t)
	for _, c := range []struct{ user, name, host, region string }{
		{"", "", "", ""},
		{"true", "No", "h", "x"},
		{`CORP\ada`, `Ada "the" C:\L`, "h\nlaunch: evil", "us-east-1\nevil: 1"},
		{"ada\x1b[2J", "\x00\u202e\xff\ufeff", "\xff\x00", ""},
		{"1234", "Zoë", "h", "ap-southeast-2"},
	} {
		f := valid(t, example(c.user, c.name, c.host, c.region), rb)
		if login().MatchString(c.user) && f.People[0].User != c.user {
			t.Errorf("%q became %q", c.user, f.People[0].User)
		}
	}
}
