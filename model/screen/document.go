package screen

import (
	"slices"
	"strings"
	"time"

	"tminus/model/approval"
	"tminus/model/launch"
)

// FilesRead is how reading the launch's files again stands.
type FilesRead struct {
	Path    string `json:"path,omitempty"`    // of the launch file; empty: it is nowhere known, and nothing is compared
	Trouble string `json:"trouble,omitempty"` // why the newest look told nothing
}

// Documents is the two documents of the launch: what is in force, and what waits for its review.
type Documents struct {
	Adopted   int64      `json:"adopted,omitempty"` // seq since which another version is in force: the plan has to be read again
	List      []Document `json:"list"`              // the launch file, the runbook
	Overrides []Override `json:"overrides,omitempty"`
	Files     FilesRead  `json:"files,omitzero"`
	Urgent    bool       `json:"urgent,omitempty"` // a rollback of high priority is asked for: a version may be let in for it
}

// Document is one of them.
type Document struct {
	ID         string          `json:"id"` // launch-file, runbook
	Title      string          `json:"title"`
	InForce    string          `json:"in_force"`             // hash of its text
	Reviewed   string          `json:"reviewed"`             // hash of the text that was reviewed last, or planned
	Unreviewed *By             `json:"unreviewed,omitempty"` // who let the version in force in before its review
	Reviewers  []string        `json:"reviewers"`            // titles of the roles that review it
	All        bool            `json:"all,omitempty"`        // each of them, a person of their own; else one
	Pending    *DocumentChange `json:"pending,omitempty"`
}

// DocumentChange is a version that waits for its review.
type DocumentChange struct {
	ID      string    `json:"id"`
	After   string    `json:"after"` // hash of its text
	At      time.Time `json:"at"`
	Seq     int64     `json:"seq"`
	Error   string    `json:"error,omitempty"`    // it cannot be read: there is nothing to review
	InForce bool      `json:"in_force,omitempty"` // let in by an override, and still to be reviewed
	Reviews []By      `json:"reviews,omitempty"`
	Missing []string  `json:"missing,omitempty"` // titles of the roles that have not reviewed it
	Yours   bool      `json:"yours,omitempty"`   // your review counts

	NotTaken []string `json:"not_taken,omitempty"` // what its review does not bring into force, each with what does

	roles []string            // ids of the missing
	given []string            // users who have reviewed it
	speak map[string][]string // by user: the roles that they may review it as
}

// Waits are the ids of the roles that have not reviewed the change. They do not travel to another process.
func (c *DocumentChange) Waits() []string { return c.roles }

// Override is a version that was let in before its review, for a rollback.
type Override struct {
	Document string `json:"document"`
	ID       string `json:"id"`
	After    string `json:"after"`
	By       By     `json:"by"`
	Reviewed *By    `json:"reviewed,omitempty"` // afterwards; nil: it was not
}

// Document returns one by its id; nil: a launch has no such document, or the room told none.
func (s *Screen) Document(id string) *Document {
	for i := range s.Documents.List {
		if s.Documents.List[i].ID == id {
			return &s.Documents.List[i]
		}
	}
	return nil
}

// waits reports whether a change waits for a review.
func (d *Documents) waits() bool {
	return slices.ContainsFunc(d.List, func(d Document) bool { return d.Pending != nil && d.Pending.Error == "" })
}

func (p *presenter) documents() {
	d := Documents{Adopted: p.s.Adopted, Files: p.f.Files, Urgent: p.s.Urgent()}
	for _, id := range []string{launch.DocFile, launch.DocRunbook} {
		d.List = append(d.List, p.document(id))
	}
	for _, o := range p.s.Overrides {
		d.Overrides = append(d.Overrides, Override{Document: o.Document, ID: o.ID, After: o.After, By: *by(o.Mark), Reviewed: byOf(o.Reviewed)})
	}
	p.out.Documents = d
}

func (p *presenter) document(id string) Document {
	reviewed := p.s.Reviewed()
	d := Document{ID: id, Title: "Launch file", InForce: p.s.Docs.File, Reviewed: reviewed.File, Unreviewed: byOf(p.s.Unreviewed[id])}
	if id == launch.DocRunbook {
		d.Title, d.InForce, d.Reviewed = "Runbook", p.s.Docs.Runbook, reviewed.Runbook
	}
	roles, missing, all := p.s.Reviewers(id)
	d.Reviewers, d.All = p.titles(roles), all
	c := p.s.Pending[id]
	if c == nil {
		return d
	}
	d.Pending = &DocumentChange{ID: c.ID, After: c.After, At: c.At, Seq: c.Seq, Error: c.Error, InForce: c.InForce, roles: missing, speak: map[string][]string{}}
	d.Pending.NotTaken = p.s.Untaken(c)
	for i := range p.s.People {
		user := p.s.People[i].User
		d.Pending.speak[user] = p.s.Speaks(id, user)
	}
	if c.Error == "" {
		d.Pending.Missing = p.titles(missing)
	}
	for _, a := range c.Reviews {
		d.Pending.Reviews = append(d.Pending.Reviews, reviewBy(a))
		d.Pending.given = append(d.Pending.given, a.User)
	}
	return d
}

func reviewBy(a approval.Approval) By { return By{User: a.User, At: a.At, Seq: a.Seq} }

func (p *presenter) titles(roles []string) []string {
	var out []string
	for _, r := range roles {
		out = append(out, p.rb.RoleTitle(r))
	}
	return out
}

// review says whether a change waits for you.
func (s *Screen) review(you You) {
	s.Documents.List = slices.Clone(s.Documents.List)
	for i := range s.Documents.List {
		d := &s.Documents.List[i]
		if d.Pending == nil || d.Pending.Error != "" {
			continue
		}
		c := *d.Pending
		c.Yours = you.Listed && !slices.Contains(c.given, you.User) && slices.ContainsFunc(c.roles, func(r string) bool {
			return slices.Contains(you.Roles, r) || slices.Contains(c.speak[you.User], r)
		})
		d.Pending = &c
	}
}

// documentAlarms tell of versions that wait for their review, quietly: nothing of them is carried out meanwhile.
func (p *presenter) documentAlarms() []Alarm {
	var list []Alarm
	for i := range p.out.Documents.List {
		d := &p.out.Documents.List[i]
		c := d.Pending
		if c == nil {
			continue
		}
		a := Alarm{Key: "document/" + d.ID + "#" + c.ID, Title: d.Title + " changed", Document: d.ID, Since: c.At, Quiet: true, Action: "goes on as reviewed"}
		switch {
		case c.Error != "":
			a.Action = "it cannot be read; goes on as reviewed"
		case c.InForce:
			a.Title, a.Action = d.Title+" in force unreviewed", "review it"
		}
		if c.Error == "" {
			a.Owner = p.shorts(c.roles)
		}
		list = append(list, a)
	}
	return list
}

// unreviewed are the documents in force that nobody has reviewed.
func (p *presenter) unreviewed() []reason {
	var out []reason
	for i := range p.out.Documents.List {
		if d := &p.out.Documents.List[i]; d.Unreviewed != nil {
			out = append(out, reason{rankOther, "the " + strings.ToLower(d.Title) + " in force was let in by " + d.Unreviewed.User + " before its review"})
		}
	}
	return out
}

// documentTodo is the review of a changed document, once nothing more urgent is to be done.
func (p *presenter) documentTodo() bool {
	for i := range p.out.Documents.List {
		d := &p.out.Documents.List[i]
		if c := d.Pending; c != nil && c.Error == "" && len(c.roles) > 0 {
			p.set("Review the changed "+strings.ToLower(d.Title)+", "+c.ID, "document.review", d.ID, c.roles...)
			return true
		}
	}
	return false
}
