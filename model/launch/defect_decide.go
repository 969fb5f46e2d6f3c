package launch

import (
	"fmt"
	"slices"
	"strings"

	"tminus/model/journal"
	"tminus/model/runbook"
)

func decideDefectOpen(r *request) ([]Event, *Refusal) {
	sev, title, link, refusal := r.told()
	if refusal != nil {
		return nil, refusal
	}
	d := DefectOpened{
		ID: fmt.Sprintf("D%d", len(r.s.Defects)+1), Title: title, Severity: sev.ID, Owner: r.args["owner"], Blocking: sev.Blocking, Link: link, By: r.by,
	}
	if d.Owner == "" {
		if roles := r.s.Runbook.Accountable("technical-issues"); len(roles) > 0 {
			d.Owner = roles[0]
		}
	}
	if b := r.args["blocking"]; b != "" {
		d.Blocking = b == "yes"
	}
	if sev.Blocking && !d.Blocking && !r.may(r.s.theirs()...) {
		return nil, no(sev.Title+" blocks the launch", "only "+r.s.roleTitles(r.s.theirs(), "or")+" may say that this one does not")
	}
	return []Event{{Kind: KindDefectOpened, Data: d}}, nil
}

// told is what is said of a defect, when it is opened and when it is updated: its severity (nil: not given), its title in
// one line, and what it is linked with. Its owner is checked with them.
func (r *request) told() (sev *runbook.Severity, title, link string, refusal *Refusal) {
	if sev, refusal = r.severityOf(); refusal == nil {
		refusal = r.ownerKnown()
	}
	if refusal == nil {
		link, refusal = r.linked()
	}
	if n := len(r.args["title"]); refusal == nil && n > maxTitle {
		refusal = usage("title is %d bytes long; expected at most %d: the rest goes into a note (note.add) that link= names", n, maxTitle)
	}
	return sev, strings.Join(strings.Fields(r.args["title"]), " "), link, refusal
}

// ownerKnown refuses an owner that is neither a person nor a role.
func (r *request) ownerKnown() *Refusal {
	if owner := r.args["owner"]; owner != "" && !slices.Contains(owners(r), owner) {
		return r.unknown("owner", "person or role of this launch", owners(r))
	}
	return nil
}

func (r *request) defect() (*Defect, *Refusal) {
	d := r.s.Defect(r.args["id"])
	if d == nil {
		return nil, r.unknown("id", "defect of this launch", r.s.defectIDs(false))
	}
	return d, nil
}

// mayFree refuses who may not take a block away: only its owner and who answers for issues or runs the launch may.
func (r *request) mayFree(d *Defect) *Refusal {
	if d.Updated == nil && d.Opened.User == r.user && r.now.Sub(d.Opened.At) <= r.s.undoWithin() {
		return nil // they take back what they have just opened
	}
	roles := r.s.theirs()
	if d.Owner == r.subject() || d.Owner != "" && r.s.Runbook.Role(d.Owner) != nil && r.may(d.Owner) || r.may(roles...) {
		return nil
	}
	return no(d.ID+" blocks the launch", "its owner "+orName(r.s.ownerName(d.Owner), "(nobody)")+" frees it, or "+r.s.roleTitles(roles, "or"))
}

func decideDefectUpdate(r *request) ([]Event, *Refusal) {
	d, refusal := r.defect()
	if refusal != nil {
		return nil, refusal
	}
	sev, title, link, refusal := r.told()
	switch {
	case refusal != nil:
		return nil, refusal
	case !d.Open() && r.args["status"] == "":
		return nil, no(d.ID+" is closed", "status=open opens it again")
	}
	u := DefectUpdated{ID: d.ID, Title: title, Owner: r.args["owner"], Status: DefectStatus(r.args["status"]), Link: link, Reason: r.args["reason"], By: r.by}
	blocks := d.Blocking
	if sev != nil && sev.ID != d.Severity {
		u.Severity, blocks = sev.ID, sev.Blocking
	}
	if b := r.args["blocking"]; b != "" {
		blocks = b == "yes"
	}
	if blocks != d.Blocking {
		u.Blocking = &blocks
	}
	if !d.Open() && u.Reason == "" {
		return nil, usage("%s needs reason=…: why %s is open again", r.spec.Name, d.ID)
	}
	if d.Blocking && (!blocks || u.Severity != "" && r.s.worse(d.Severity, u.Severity) < 0) {
		if refusal := r.mayFree(d); refusal != nil {
			return nil, refusal
		}
		if u.Reason == "" {
			return nil, usage("%s needs reason=…: why %s weighs less now", r.spec.Name, d.ID)
		}
	}
	if u == (DefectUpdated{ID: d.ID, By: r.by}) {
		return nil, usage("%s needs what is to be changed: status=, severity=, owner=, blocking=, link=, title= or reason=", r.spec.Name)
	}
	return []Event{{Kind: KindDefectUpdated, Data: u}}, nil
}

func decideDefectClose(r *request) ([]Event, *Refusal) {
	d, refusal := r.defect()
	switch {
	case refusal != nil:
		return nil, refusal
	case !d.Open():
		return nil, no(d.ID+" is closed already", "defect.update id="+d.ID+" status=open opens it again")
	case d.Blocking:
		if refusal := r.mayFree(d); refusal != nil {
			return nil, refusal
		}
	}
	return []Event{{Kind: KindDefectClosed, Data: DefectResolved{ID: d.ID, Resolution: r.args["resolution"], By: r.by}}}, nil
}

func applyDefectOpened(s *State, e journal.Entry, d DefectOpened) string {
	switch {
	case e.Actor.Auth == journal.AuthSystem:
		return "a person opens a defect"
	case s.Runbook.Severity(d.Severity) == nil:
		return "the runbook has no such severity"
	case d.ID != fmt.Sprintf("D%d", len(s.Defects)+1):
		return "it is not the next defect"
	case d.Title == "":
		return "it says nothing"
	}
	s.Defects = append(s.Defects, &Defect{
		ID: d.ID, Title: d.Title, Severity: d.Severity, Owner: d.Owner, Status: DefectOpen, Blocking: d.Blocking, Link: d.Link, Opened: marked(e, d.By, ""), Since: e.At,
	})
	s.remember(e, d.By, Command{Action: "defect.close", Args: map[string]string{"id": d.ID, "resolution": "opened by mistake"}}, "the opening of "+d.ID)
	return ""
}

func applyDefectUpdated(s *State, e journal.Entry, u DefectUpdated) string {
	d := s.Defect(u.ID)
	switch {
	case e.Actor.Auth == journal.AuthSystem:
		return "a person updates a defect"
	case d == nil:
		return "there is no such defect"
	case u.Severity != "" && s.Runbook.Severity(u.Severity) == nil:
		return "the runbook has no such severity"
	case !d.Open() && u.Status == "":
		return "it is closed"
	case u.Status != "" && !slices.Contains([]DefectStatus{DefectOpen, DefectInvestigating, DefectFixed}, u.Status):
		return "there is no such status"
	}
	m := marked(e, u.By, u.Reason)
	if !d.Open() || u.Severity != "" && s.worse(d.Severity, u.Severity) > 0 {
		d.Since, d.Attended = e.At, nil
	}
	set(&d.Title, u.Title)
	set(&d.Severity, u.Severity)
	set(&d.Owner, u.Owner)
	set(&d.Link, u.Link)
	set(&d.Status, u.Status)
	if u.Blocking != nil {
		d.Blocking = *u.Blocking
	}
	if d.Updated, d.Closed = &m, nil; d.Attended == nil && u.Status != "" && u.Status != DefectOpen {
		d.Attended = &m
	}
	return ""
}

// set changes what is given.
func set[T ~string](into *T, value T) {
	if value != "" {
		*into = value
	}
}

func applyDefectClosed(s *State, e journal.Entry, c DefectResolved) string {
	d := s.Defect(c.ID)
	switch {
	case e.Actor.Auth == journal.AuthSystem:
		return "a person closes a defect"
	case d == nil:
		return "there is no such defect"
	case !d.Open():
		return "it is closed already"
	case c.Resolution == "":
		return "it does not say how"
	}
	m := marked(e, c.By, c.Resolution)
	d.Closed, d.Updated, d.Status = &m, &m, DefectClosed
	if d.Attended == nil {
		d.Attended = &m
	}
	s.remember(e, c.By, Command{Action: "defect.update", Args: map[string]string{"id": c.ID, "status": string(DefectOpen), "reason": "closed by mistake"}}, "the closing of "+c.ID)
	return ""
}
