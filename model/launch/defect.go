package launch

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tminus/model/runbook"
)

// DefectStatus is how far a defect has come.
type DefectStatus string

// The statuses of a defect, in the order in which one goes through them.
const (
	DefectOpen          DefectStatus = "open"
	DefectInvestigating DefectStatus = "investigating"
	DefectFixed         DefectStatus = "fixed" // a mend is there; it is closed once that is proven
	DefectClosed        DefectStatus = "closed"
)

// The kinds of entries about defects. The seed names the section and leaves it empty: grades, blocking and the time to
// respond are the runbook's.
const (
	KindDefectOpened  = "defect.opened"
	KindDefectUpdated = "defect.updated"
	KindDefectClosed  = "defect.closed"
)

// maxTitle is the longest title of a defect, in bytes.
const maxTitle = 200

// Defect is something wrong that was found during the launch.
type Defect struct {
	ID       string // D1, D2, … in the order in which they were opened
	Title    string
	Severity string // id of the runbook's severities
	Owner    string // a user or a role id; empty: nobody
	Status   DefectStatus
	Blocking bool   // stands against GO, and keeps the status from GREEN, while it is open
	Link     string // where it is told: an address, "entry 17", or the id of a step, item or monitor
	Opened   Mark
	Since    time.Time // from when the time to respond counts: it was opened, opened again, or became worse
	Attended *Mark     // when somebody first took it up after that
	Updated  *Mark
	Closed   *Mark // its Reason is the resolution
}

// Open reports whether the defect is not closed.
func (d *Defect) Open() bool { return d.Closed == nil }

// DefectOpened is the data of defect.opened.
type DefectOpened struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Severity string `json:"severity"`
	Owner    string `json:"owner,omitempty"`
	Blocking bool   `json:"blocking"`
	Link     string `json:"link,omitempty"`
	By
}

// DefectUpdated is the data of defect.updated: what is empty or absent stays as it was. A status on a closed defect opens
// it again.
type DefectUpdated struct {
	ID       string       `json:"id"`
	Title    string       `json:"title,omitempty"`
	Severity string       `json:"severity,omitempty"`
	Owner    string       `json:"owner,omitempty"`
	Status   DefectStatus `json:"status,omitempty"`
	Blocking *bool        `json:"blocking,omitempty"`
	Link     string       `json:"link,omitempty"`
	Reason   string       `json:"reason,omitempty"`
	By
}

// DefectResolved is the data of defect.closed.
type DefectResolved struct {
	ID         string `json:"id"`
	Resolution string `json:"resolution"`
	By
}

func defectTable() ([]ActionSpec, []KindSpec) {
	id := ArgInfo{Name: "id", Help: "the defect", Required: true}
	every := func(r *request) []string { return r.s.defectIDs(false) }
	open := func(r *request) []string { return r.s.defectIDs(true) }
	blocking := ArgInfo{Name: "blocking", Help: "whether the launch cannot go on with it; else as its severity says", Choices: []string{"yes", "no"}}
	link := ArgInfo{Name: "link", Help: "where it is told: an address, the number of an entry, the id of a step, item or monitor"}
	return []ActionSpec{
			{Name: "defect.open", Title: "Open a defect", Kind: KindDefectOpened, Scrubbed: true,
				Args: []ArgInfo{{Name: "title", Help: "what is wrong, in a line", Required: true}, {Name: "severity", Help: "how bad it is", Required: true},
					{Name: "owner", Help: "a person or a role; else who is accountable for technical issues"}, blocking, link},
				choices: map[string]func(*request) []string{"severity": severities, "owner": owners},
				none:    "the runbook has no severities", decide: decideDefectOpen},
			{Name: "defect.update", Title: "Update a defect", Kind: KindDefectUpdated, Scrubbed: true,
				Args: []ArgInfo{id, {Name: "status", Help: "how far it is; one that was closed is open again", Choices: []string{string(DefectOpen), string(DefectInvestigating), string(DefectFixed)}},
					{Name: "severity", Help: "how bad it is"}, {Name: "owner", Help: "a person or a role"}, blocking, link,
					{Name: "title", Help: "what is wrong, in a line"}, {Name: "reason", Help: "what is known now, or why"}},
				choices: map[string]func(*request) []string{"id": every, "severity": severities, "owner": owners},
				none:    "no defect was opened", decide: decideDefectUpdate},
			{Name: "defect.close", Title: "Close a defect", Kind: KindDefectClosed, Scrubbed: true,
				Args:    []ArgInfo{id, {Name: "resolution", Help: "what became of it, and how that is known", Required: true}},
				choices: map[string]func(*request) []string{"id": open}, none: "no defect is open", decide: decideDefectClose},
		}, []KindSpec{
			kindOf(KindDefectOpened, "A defect was opened", applyDefectOpened, func(s *State, d DefectOpened) string {
				text := fmt.Sprintf("opened %s (%s): %s", d.ID, s.severityTitle(d.Severity), d.Title)
				if d.Blocking {
					text += "; it blocks the launch"
				}
				return text
			}),
			kindOf(KindDefectUpdated, "A defect was updated", applyDefectUpdated, describeDefectUpdated),
			kindOf(KindDefectClosed, "A defect was closed", applyDefectClosed, func(s *State, d DefectResolved) string {
				return withReason("closed "+s.defectName(d.ID), d.Resolution)
			}),
		}
}

func describeDefectUpdated(s *State, d DefectUpdated) string {
	var what []string
	add := func(label, text string) {
		if text != "" {
			what = append(what, label+text)
		}
	}
	add("", string(d.Status))
	if d.Severity != "" {
		add("severity ", s.severityTitle(d.Severity))
	}
	if d.Owner != "" {
		add("owner ", s.ownerName(d.Owner))
	}
	if d.Blocking != nil && *d.Blocking {
		add("", "blocks the launch")
	} else if d.Blocking != nil {
		add("", "does not block the launch")
	}
	add("title ", d.Title)
	add("link ", d.Link)
	text := "updated " + s.defectName(d.ID)
	if len(what) > 0 {
		text += ": " + join(what, "and")
	}
	return withReason(text, d.Reason)
}

// Defect returns a defect, or nil.
func (s *State) Defect(id string) *Defect {
	for _, d := range s.Defects {
		if strings.EqualFold(d.ID, id) {
			return d
		}
	}
	return nil
}

// Blockers are the open defects that stand against the launch, in the order in which they were opened.
func (s *State) Blockers() []*Defect {
	return slices.DeleteFunc(slices.Clone(s.Defects), func(d *Defect) bool { return !d.Open() || !d.Blocking })
}

// RespondBy is until when somebody has, or had, to take the defect up, as its severity says; zero: there is no limit.
func (s *State) RespondBy(d *Defect) time.Time {
	sev := s.Runbook.Severity(d.Severity)
	if sev == nil || sev.Respond == 0 {
		return time.Time{}
	}
	return d.Since.Add(time.Duration(sev.Respond))
}

// Late reports whether nobody has taken the defect up in time, or somebody did too late.
func (s *State) Late(d *Defect, now time.Time) bool {
	until := s.RespondBy(d)
	if d.Attended != nil {
		now = d.Attended.At
	}
	return !until.IsZero() && now.After(until)
}

// worse counts how much worse one severity is than another, in the runbook's order; negative: it is better.
func (s *State) worse(than, id string) int {
	at := func(id string) int {
		return slices.IndexFunc(s.Runbook.Defects.Severities, func(sev runbook.Severity) bool { return sev.ID == id })
	}
	return at(than) - at(id)
}

func (s *State) defectIDs(open bool) []string {
	var ids []string
	for _, d := range s.Defects {
		if !open || d.Open() {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

func (s *State) defectName(id string) string {
	if d := s.Defect(id); d != nil {
		return d.ID + " (" + d.Title + ")"
	}
	return id
}

func (s *State) severityTitle(id string) string {
	if sev := s.Runbook.Severity(id); sev != nil {
		return sev.Title
	}
	return id
}

// ownerName is a role's title, or the user.
func (s *State) ownerName(owner string) string {
	if s.Runbook.Role(owner) != nil {
		return s.roleTitle(owner)
	}
	return owner
}

func severities(r *request) []string {
	var ids []string
	for _, sev := range r.s.Runbook.Defects.Severities {
		ids = append(ids, sev.ID)
	}
	return ids
}

// owners are the people, then the roles.
func owners(r *request) []string {
	var list []string
	for _, p := range r.s.People {
		list = append(list, p.User)
	}
	for i := range r.s.Runbook.Roles {
		list = append(list, r.s.Runbook.Roles[i].ID)
	}
	return list
}

// linked is where a defect is told, in the form that the journal keeps.
func (r *request) linked() (string, *Refusal) {
	link := r.args["link"]
	seq, err := strconv.ParseInt(strings.TrimPrefix(link, "entry "), 10, 64)
	switch {
	case link == "" || strings.HasPrefix(link, "https://") || strings.HasPrefix(link, "http://"):
		return link, nil
	case err == nil && seq >= 1 && seq <= r.s.Entries:
		return fmt.Sprintf("entry %d", seq), nil
	case err == nil:
		return "", usage("link=%s is no entry of the journal, which has %d", short(link), r.s.Entries)
	case r.s.named(link):
		return link, nil
	}
	return "", usage("link=%s; expected an address (https://…), the number of an entry, or the id of a step, item or monitor", short(link))
}

// named reports whether an id is one of the runbook's steps, items, monitors, triggers or actions.
func (s *State) named(id string) bool {
	rb := s.Runbook
	_, item := rb.Item(id)
	_, action := rb.Action(id)
	return item != nil || action || rb.Step(id) != nil || rb.Trigger(id) != nil || s.WatchedMonitor(id) != nil
}

// theirs are the roles that answer for a defect beside its owner: who is accountable for issues, and who runs the launch.
func (s *State) theirs() []string {
	roles := append(s.Runbook.Accountable("technical-issues"), s.Runbook.Accountable("business-issues")...)
	return append(roles, s.callers()...)
}

// severityOf checks severity=; nil: none was given.
func (r *request) severityOf() (*runbook.Severity, *Refusal) {
	id := r.args["severity"]
	if id == "" {
		return nil, nil
	}
	sev := r.s.Runbook.Severity(strings.ToLower(id))
	if sev == nil {
		return nil, r.unknown("severity", "severity of the runbook", severities(r))
	}
	return sev, nil
}
