package launch

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"tminus/model/journal"
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

// MaxName is the longest name of a launch, in bytes: it becomes part of a socket's path.
const MaxName = 64

// PlanInput is what a launch is planned from.
type PlanInput struct {
	ID          string // random; tells apart launches that bear one name in different databases
	Mode        Mode
	Runbook     *runbook.Runbook
	File        *launchfile.File
	RunbookHash string         // of the runbook's text, hex(sha256)
	FileHash    string         // of the launch file's text
	RunbookJSON string         // of the decoded runbook, kept as JSON so that a later start reads no YAML
	FileJSON    string         // of the decoded launch file
	Scenario    string         // REHEARSAL: what happens in the simulated world
	As          string         // REHEARSAL: the role that the planner plays
	Path        string         // of the launch file, absolute; empty: it is nowhere to be read again
	UIDs        map[string]int // by user; who is absent has no login on this host
}

// Planned is the data of launch.planned, the first entry.
type Planned struct {
	ID          string    `json:"id"`
	Title       string    `json:"title"`
	T0          time.Time `json:"t0"`
	Runbook     string    `json:"runbook"`                // hash of the document
	File        string    `json:"file"`                   // hash of the document
	RunbookJSON string    `json:"runbook_json,omitempty"` // hash of the decoded runbook
	FileJSON    string    `json:"file_json,omitempty"`    // hash of the decoded launch file
	Scenario    string    `json:"scenario,omitempty"`     // REHEARSAL
	As          string    `json:"as,omitempty"`           // REHEARSAL: the role that the planner plays
	Path        string    `json:"path,omitempty"`         // of the launch file, so that it can be read again
	People      []Person  `json:"people"`
}

// CheckName reports what is wrong with a launch's name.
func CheckName(name string) error {
	if len(name) > MaxName || !regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`).MatchString(name) {
		return fmt.Errorf("%q is no name for a launch; expected lower-case letters, digits and hyphens, at most %d", name, MaxName)
	}
	return nil
}

// Plan returns the launch.planned event, or says why there can be no such launch.
func Plan(in PlanInput) (Event, error) {
	f := in.File
	if err := CheckName(f.Launch); err != nil {
		return Event{}, fmt.Errorf("plan: %w", err)
	}
	switch in.Mode {
	case Live, Rehearsal, DryRun:
	default:
		return Event{}, fmt.Errorf("plan %s: %q is no mode", f.Launch, in.Mode)
	}
	if in.ID == "" || in.RunbookHash == "" || in.FileHash == "" || in.RunbookJSON == "" || in.FileJSON == "" {
		return Event{}, fmt.Errorf("plan %s: the id and the hashes of both documents are needed", f.Launch)
	}
	if y := f.T0.Year(); y < 1970 || y > 9998 {
		return Event{}, fmt.Errorf("plan %s: t0 is not set; expected an instant such as 2026-11-24T10:00:00Z", f.Launch)
	}
	d := Planned{
		ID: in.ID, Title: f.Title, T0: f.T0.UTC(), Runbook: in.RunbookHash, File: in.FileHash,
		RunbookJSON: in.RunbookJSON, FileJSON: in.FileJSON, Scenario: in.Scenario, As: in.As, Path: in.Path,
	}
	var err error
	if d.People, err = PeopleOf(f, in.Runbook, in.UIDs); err != nil {
		return Event{}, fmt.Errorf("plan %s: %w", f.Launch, err)
	}
	return Event{Kind: KindPlanned, Data: d}, nil
}

// PeopleOf are the people of a launch file with the uids of their logins, or says why they cannot be a launch's. uids is by
// user; who is absent has no login on this host.
func PeopleOf(f *launchfile.File, rb *runbook.Runbook, uids map[string]int) ([]Person, error) {
	var people []Person
	logins := map[int]string{}
	for _, p := range f.People {
		uid, known := uids[p.User]
		if !known {
			uid = -1
		}
		if err := checkPerson(rb, people, p); err != nil {
			return nil, err
		}
		if other := logins[uid]; uid >= 0 && other != "" {
			return nil, fmt.Errorf("%s and %s are the same login (uid %d); one person can be listed once", other, p.User, uid)
		}
		logins[uid] = p.User
		people = append(people, Person{User: p.User, UID: uid, Name: p.Name, Roles: p.Roles, BackupFor: p.BackupFor, Contact: p.Contact})
	}
	if len(people) == 0 {
		return nil, fmt.Errorf("nobody is listed under people")
	}
	return people, nil
}

func checkPerson(rb *runbook.Runbook, before []Person, p launchfile.Person) error {
	if strings.TrimSpace(p.User) == "" {
		return fmt.Errorf("a person without a user; expected their login name")
	}
	for _, b := range before {
		if b.User == p.User {
			return fmt.Errorf("%s is listed twice", p.User)
		}
	}
	for _, role := range append(append([]string{}, p.Roles...), p.BackupFor...) {
		if rb.Role(role) == nil {
			return fmt.Errorf("%s has the role %q, which the runbook does not have", p.User, role)
		}
	}
	return nil
}

// PlannedDocuments reads from a launch's first entry which documents it was planned from.
func PlannedDocuments(planned journal.Entry) (Planned, error) {
	var d Planned
	if planned.Kind != KindPlanned {
		return d, fmt.Errorf("the journal of %s begins with %s; expected %s", planned.Launch, planned.Kind, KindPlanned)
	}
	if err := json.Unmarshal(planned.Data, &d); err != nil {
		return d, fmt.Errorf("read the plan of %s: %w", planned.Launch, err)
	}
	return d, nil
}

// New makes the state of a launch from its first entry and the two documents that the entry names by hash.
func New(planned journal.Entry, rb *runbook.Runbook, f *launchfile.File) (*State, error) {
	if planned.Seq != 1 || planned.Kind != KindPlanned {
		return nil, fmt.Errorf("the journal of %s begins with entry %d, %s; expected entry 1, %s", planned.Launch, planned.Seq, planned.Kind, KindPlanned)
	}
	d, err := PlannedDocuments(planned)
	if err != nil {
		return nil, err
	}
	if rb == nil || f == nil {
		return nil, fmt.Errorf("open %s: its runbook or launch file is missing", planned.Launch)
	}
	s := &State{
		ID: d.ID, Name: planned.Launch, Title: d.Title, Mode: Mode(planned.Mode), Runbook: rb, File: f,
		Docs: Documents{Runbook: d.Runbook, File: d.File}, People: d.People, Scenario: d.Scenario, PlannedAs: d.As,
		Clock: Clock{T0: d.T0, Planned: d.T0, Since: planned.At, Given: planned.At, Late: !d.T0.After(planned.At)},
		Items: map[string]*Item{}, Sections: map[string]*SignOff{}, Tasks: map[string]*Task{}, Steps: map[string]*Step{},
		Confirmed: map[string]*Done{}, Takings: map[string]string{}, Checkins: map[string]*Checkin{}, Notes: map[int64]*Note{}, Monitors: map[string]string{}, Switches: map[string]*Switch{}, Calls: map[string]*CallState{}, Undos: map[string]*StepUndone{}, Armed: map[string]Mark{},
		Pending: map[string]*Change{}, Unreviewed: map[string]*Mark{}, stands: map[string]Outstanding{}, library: newLibrary(),
		reviewed:  Documents{Runbook: d.Runbook, File: d.File},
		Baselines: map[string]*Baseline{}, Values: map[string][]Value{}, Silences: map[string]*Silence{}, Triggers: map[string]*Trigger{},
		texts:     map[string]bool{d.Runbook: true, d.File: true},
		versions:  []version{{hash: d.File, file: f}},
		PlannedAt: planned.At, undo: map[string][]undoable{}, noteTimes: map[string][]time.Time{}, table: newTable(),
	}
	s.watch()
	return s, s.Apply(planned)
}

// Kinds that no action leads to; others stand with their concern.
const (
	KindPlanned      = "launch.planned"
	KindAnchored     = "clock.anchored"
	KindAttached     = "person.attached"
	KindStepVerified = "step.verified"
)

// Attached is the data of person.attached: somebody opened a cockpit on the room.
type Attached struct {
	User     string `json:"user"`
	UID      int    `json:"uid"` // -1: not an operating-system user
	ReadOnly bool   `json:"read_only,omitempty"`
}

func planTable() ([]ActionSpec, []KindSpec) {
	return nil, []KindSpec{
		kindOf(KindPlanned, "The launch was planned", func(_ *State, e journal.Entry, _ Planned) string {
			if e.Seq != 1 {
				return "a launch is planned once"
			}
			return ""
		}, func(_ *State, d Planned) string {
			return fmt.Sprintf("planned %s for %s, with %s", orName(d.Title, "the launch"), instant(d.T0), count(len(d.People), "person", "people"))
		}),
		kindOf(KindAnchored, "A rehearsal's clock was tied to the wall clock", applyAnchored, func(_ *State, d Anchor) string {
			if d.Speed == 0 {
				return "the rehearsal's clock stands"
			}
			return fmt.Sprintf("the rehearsal's clock runs at %gx", d.Speed)
		}),
		kindOf(KindAttached, "Somebody opened a cockpit", func(*State, journal.Entry, Attached) string { return "" },
			func(_ *State, d Attached) string {
				if d.ReadOnly {
					return d.User + " attached, to watch"
				}
				return d.User + " attached"
			}),
	}
}

func applyAnchored(s *State, _ journal.Entry, d Anchor) string {
	if s.Mode != Rehearsal {
		return "only a rehearsal's clock is tied to the wall clock"
	}
	if d.Speed < 0 || d.Speed > 1e6 {
		return "a speed out of range"
	}
	s.Clock.Anchor = d
	return ""
}
