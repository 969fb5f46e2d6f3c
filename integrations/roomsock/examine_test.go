package roomsock

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tminus/model/launchfile"
	"tminus/model/preflight"
)

func TestExamineTellsWhereASocketCannotStand(t *testing.T) {
	mine := t.TempDir()
	open := filepath.Join(mine, "open")
	if err := os.Mkdir(open, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(mine, "file")
	if err := os.MkdirAll(file, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(file, "tminus"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	group, err := user.LookupGroupId(strconv.Itoa(os.Getegid()))
	if err != nil {
		t.Skip("this process's group has no name:", err)
	}
	long := filepath.Join(mine, strings.Repeat("x", 100))
	if err := os.Mkdir(long, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		runtime string
		share   *launchfile.Share
		want    []string
	}{
		"fine":            {mine, nil, []string{"passed " + mine + "/tminus"}},
		"a file is there": {file, nil, []string{"failed " + file + "/tminus is not a folder of yours"}},
		"too long":        {long, nil, []string{"failed " + long}},
		"no group":        {mine, &launchfile.Share{Group: "no-such-group", Dir: mine}, []string{"passed", `failed there is no group "no-such-group" on this host`}},
		"open share":      {mine, &launchfile.Share{Group: group.Name, Dir: open}, []string{"passed", "failed in " + open + " others could put another socket"}},
		"no share":        {mine, &launchfile.Share{Group: group.Name, Dir: open + "/none"}, []string{"passed", "failed there is no folder"}},
		"share":           {mine, &launchfile.Share{Group: group.Name, Dir: mine}, []string{"passed", "passed " + mine + ", for the group"}},
	} {
		tests := Examine(&launchfile.File{Launch: "shop", Share: c.share}, func(string) string { return c.runtime })
		if len(tests) != len(c.want) {
			t.Errorf("%s: %d tests", name, len(tests))
			continue
		}
		for i, w := range c.want {
			r := tests[i].Run(t.Context())
			if got := r.Outcome.String() + " " + r.Detail; !strings.HasPrefix(got, w) || r.Outcome == preflight.Failed && r.Remedy == "" {
				t.Errorf("%s: %s (%s); want %s", name, got, r.Remedy, w)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(mine, "tminus")); err == nil {
		t.Error("the folder was made")
	}
	if tests := Examine(nil, func(string) string { return mine }); len(tests) != 1 {
		t.Errorf("without a launch file: %d tests", len(tests))
	}
}
