package screen

import (
	"fmt"
	"time"

	"tminus/model/launch"
)

// Defect is something wrong that was found during the launch.
type Defect struct {
	ID       string              `json:"id"`
	Title    string              `json:"title"`
	Severity string              `json:"severity"` // id
	Grade    string              `json:"grade"`    // the severity's title
	Meaning  string              `json:"meaning"`
	Owner    string              `json:"owner"`            // role title or user; empty: nobody
	Person   string              `json:"person,omitempty"` // user who holds the role
	Status   launch.DefectStatus `json:"status"`
	Blocking bool                `json:"blocking"`
	Link     string              `json:"link,omitempty"`
	Opened   *By                 `json:"opened"`
	Attended *By                 `json:"attended,omitempty"`
	Updated  *By                 `json:"updated,omitempty"`
	Closed   *By                 `json:"closed,omitempty"`
	Respond  *time.Time          `json:"respond,omitempty"` // until when somebody has to take it up; nil: somebody did
	Late     bool                `json:"late,omitempty"`    // nobody has in time, or somebody did too late
}

// Open reports whether it is not closed.
func (d *Defect) Open() bool { return d.Closed == nil }

// defects tells what was found, oldest first.
func (p *presenter) defects() {
	for _, d := range p.s.Defects {
		out := Defect{
			ID: d.ID, Title: d.Title, Severity: d.Severity, Grade: d.Severity, Status: d.Status, Blocking: d.Blocking, Link: d.Link, Owner: d.Owner,
			Opened: by(d.Opened), Attended: byOf(d.Attended), Updated: byOf(d.Updated), Closed: byOf(d.Closed),
		}
		if sev := p.rb.Severity(d.Severity); sev != nil {
			out.Grade, out.Meaning = sev.Title, sev.Meaning
		}
		if p.rb.Role(d.Owner) != nil {
			out.Owner, out.Person = p.rb.RoleTitle(d.Owner), p.holder(d.Owner)
		}
		if until := p.s.RespondBy(d); !until.IsZero() && d.Attended == nil {
			out.Respond = &until
		}
		out.Late = p.s.Late(d, p.now)
		p.out.Defects = append(p.out.Defects, out)
	}
}

// blocked tells the open defects that keep the launch from being GREEN.
func (p *presenter) blocked() []reason {
	var out []reason
	for i := range p.out.Defects {
		d := &p.out.Defects[i]
		if !d.Open() || !d.Blocking {
			continue
		}
		text := fmt.Sprintf("%s blocks: %s (%s)", d.ID, d.Title, d.Grade)
		if d.Late && d.Attended == nil {
			text += ", and nobody has taken it up in time"
		}
		out = append(out, reason{rankDefect, text})
	}
	return out
}
