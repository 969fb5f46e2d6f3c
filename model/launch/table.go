package launch

import (
	"encoding/json"
	"fmt"
	"slices"

	"tminus/model/journal"
)

// ActionSpec is one action that people take: what do, the palette and the dialogs know of it.
type ActionSpec struct {
	Name     string    // item.check
	Title    string    // for the palette
	Kind     string    // the kind that it leads to; empty for undo, which leads to another action's
	Args     []ArgInfo // for= and via= included where Attest is set
	Confirm  bool      // LIVE wants confirm=LAUNCH-NAME
	Attest   string    // what of the launch file's attest list lets it be recorded for somebody; empty: never
	Unlisted bool      // open to people who are not listed
	Scrubbed bool      // open while the launch is scrubbed

	open    func(r *request) *Refusal           // whether it can be done now, whatever its arguments; nil: always
	needs   func(r *request) (*Needs, *Refusal) // what has to be read before it can be decided; nil: nothing
	decide  func(r *request) ([]Event, *Refusal)
	choices map[string]func(r *request) []string // by argument: the ids that are valid now
	none    string                               // why not, where a required argument has no valid id
}

// KindSpec is one kind of entry.
type KindSpec struct {
	Kind  string
	Title string
	By    string // "people", "system" where no action leads to it, or "people and system"
	Data  any    // the zero value of its data struct

	apply    func(s *State, e journal.Entry) (oddity string)
	describe func(s *State, e journal.Entry) string
}

// By is embedded in the data of what people do: for whom it was recorded, and which entry it takes back.
type By struct {
	For    string `json:"for,omitempty"`    // attested: the user who said it
	Via    string `json:"via,omitempty"`    // voice, chat, mail
	Undoes int64  `json:"undoes,omitempty"` // seq of the entry that this one takes back
}

func (b By) undone() int64 { return b.Undoes }

// table is the one list of actions and kinds. A State carries it, so that the package needs no variable.
type table struct {
	actions []ActionSpec
	kinds   []KindSpec
	action  map[string]*ActionSpec
	kind    map[string]*KindSpec
}

func newTable() *table {
	t := &table{}
	for _, concern := range []func() ([]ActionSpec, []KindSpec){
		planTable, checklistTable, taskTable, peopleTable, pollTable, meetingTable, doctorTable, markTable, clockTable, stepTable,
		checkinTable,
		triggerTable, alarmTable, baselineTable, valueTable, watchTable, noteTable, samplesTable, flagTable, rollbackTable, judgeTable, callTable, checkTable, undoneTable, armTable, documentTable, refusedTable, updateTable, pageTable, deliveryTable,
		criterionTable, closureTable, defectTable, undoTable,
	} {
		actions, kinds := concern()
		t.actions = append(t.actions, actions...)
		t.kinds = append(t.kinds, kinds...)
	}
	t.action = make(map[string]*ActionSpec, len(t.actions))
	for i := range t.actions {
		a := &t.actions[i]
		if a.Attest != "" {
			a.Args = append(a.Args,
				ArgInfo{Name: "for", Help: "the person who said it, where you record it for them"},
				ArgInfo{Name: "via", Help: "how they said it", Choices: []string{"voice", "chat", "mail"}})
		}
		if a.Confirm {
			a.Args = append(a.Args, ArgInfo{Name: "confirm", Help: "LIVE: the launch's name, typed"})
		}
		t.action[a.Name] = a
	}
	t.kind = make(map[string]*KindSpec, len(t.kinds))
	for i := range t.kinds {
		k := &t.kinds[i]
		switch people := slices.ContainsFunc(t.actions, func(a ActionSpec) bool { return a.Kind == k.Kind }); {
		case !people && k.By == "":
			k.By = "system"
		case k.By == "":
			k.By = "people"
		}
		t.kind[k.Kind] = k
	}
	return t
}

// kindOf makes a KindSpec whose functions get their data decoded. Data that does not decode is an oddity.
func kindOf[D any](name, title string, apply func(*State, journal.Entry, D) string, describe func(*State, D) string) KindSpec {
	decode := func(e journal.Entry) (d D, err error) {
		if len(e.Data) > 0 {
			err = json.Unmarshal(e.Data, &d)
		}
		return d, err
	}
	var zero D
	return KindSpec{
		Kind: name, Title: title, Data: zero,
		apply: func(s *State, e journal.Entry) string {
			d, err := decode(e)
			if err != nil {
				return fmt.Sprintf("its data cannot be read: %v", err)
			}
			odd := apply(s, e, d)
			if u, ok := any(d).(interface{ undone() int64 }); ok && odd == "" {
				s.forget(e.Actor.User, u.undone())
			}
			return odd
		},
		describe: func(s *State, e journal.Entry) string {
			d, err := decode(e)
			if err != nil {
				return title + " (its data cannot be read)"
			}
			return describe(s, d)
		},
	}
}

// alsoSystem is a kind that people's actions lead to, and that comes by itself too.
func alsoSystem(k KindSpec) KindSpec {
	k.By = "people and system"
	return k
}

// marked is the Mark of an entry of the table's kinds.
func marked(e journal.Entry, by By, reason string) Mark {
	return Mark{Seq: e.Seq, At: e.At, User: e.Actor.User, Roles: e.Actor.Roles, Auth: e.Actor.Auth, For: by.For, Via: by.Via, Reason: reason}
}
