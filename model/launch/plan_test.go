package launch

import (
	"strings"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/launchfile"
)

func TestPlanRefuses(t *testing.T) {
	for words, change := range map[string]func(*PlanInput){
		"is no name":               func(in *PlanInput) { in.File.Launch = "-Checkout" },
		"at most 64":               func(in *PlanInput) { in.File.Launch = strings.Repeat("a", 65) },
		"is no mode":               func(in *PlanInput) { in.Mode = "live" },
		"t0 is not set":            func(in *PlanInput) { in.File.T0 = time.Time{} },
		"nobody is listed":         func(in *PlanInput) { in.File.People = nil },
		"po is listed twice":       func(in *PlanInput) { in.File.People = append(in.File.People, launchfile.Person{User: "po"}) },
		"are the same login":       func(in *PlanInput) { in.UIDs = map[string]int{"po": 1, "em": 1} },
		`the role "emperor"`:       func(in *PlanInput) { in.File.People[0].BackupFor = []string{"emperor"} },
		"a person without a user":  func(in *PlanInput) { in.File.People[0].User = " " },
		"hashes of both documents": func(in *PlanInput) { in.FileHash = "" },
	} {
		in := PlanInput{ID: "id", Mode: Live, Runbook: testRunbook(), File: testFile(), RunbookHash: "r", FileHash: "f", RunbookJSON: "rj", FileJSON: "fj", UIDs: uids}
		change(&in)
		if _, err := Plan(in); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("expected %q, got %v", words, err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	l := newLaunch(t, Live, t0.Add(-time.Hour))
	if _, err := New(l.entries[0], nil, testFile()); err == nil {
		t.Error("no runbook")
	}
	e := l.entries[0]
	e.Kind = "note.added"
	if _, err := New(e, testRunbook(), testFile()); err == nil {
		t.Error("a journal begins with launch.planned")
	}
	e = l.entries[0]
	e.Data = []byte(`{"t0":7}`)
	if _, err := New(e, testRunbook(), testFile()); err == nil {
		t.Error("a plan that cannot be read")
	}
}

func TestAnchorsAreForRehearsals(t *testing.T) {
	a := Anchor{At: t0, Wall: t0.Add(time.Hour), Speed: 10}
	for mode, want := range map[Mode]Anchor{Live: {}, DryRun: {}, Rehearsal: a} {
		l := newLaunch(t, mode, t0.Add(-time.Hour))
		l.put(journal.Actor{User: "tminus", Auth: journal.AuthSystem}, KindAnchored, a)
		if l.s.Clock.Anchor != want {
			t.Errorf("%s: %+v", mode, l.s.Clock.Anchor)
		}
	}
}
