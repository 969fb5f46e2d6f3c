package launch

import (
	"encoding/json"
	"fmt"
	"slices"

	"tminus/model/approval"
	"tminus/model/journal"
	"tminus/model/runbook"
)

// changedDocs refuses what would be done by a document that was let in before its review, for a rollback and nothing else.
func (r *request) changedDocs() *Refusal {
	for _, document := range []string{DocRunbook, DocFile} {
		if m := r.s.Unreviewed[document]; m != nil {
			return no(fmt.Sprintf("the %s in force was let in by %s before its review", r.s.documentTitle(document), m.User), "review it first: document.review document="+document)
		}
	}
	return nil
}

// unreviewed refuses a rollback of normal priority by documents that were not reviewed.
func (r *request) unreviewed(b *Rollback) *Refusal {
	if b.Priority == runbook.High {
		return nil
	}
	return r.changedDocs()
}

// mayReview: nothing is under way that the change would be put under.
func mayReview(r *request) *Refusal {
	switch {
	case len(r.s.Pending) == 0:
		return no("no document was changed", "")
	case r.s.underWay(r.args["override"] != "") != "":
		return no(r.s.underWay(r.args["override"] != ""), "let it end first")
	}
	var roles []string
	for _, document := range []string{DocFile, DocRunbook} {
		b := r.s.court(document)
		of, _ := b.of(document)
		of = append(slices.Clone(of), b.authorities...)
		if r.s.holdsAny(r.held(b), of) {
			return nil
		}
		roles = append(roles, of...)
	}
	return no("a changed document is reviewed by "+r.s.roleTitles(r.s.orFacilitator(roles), "or"), "tell one of them; reviewers are people of the version before the change")
}

// held are the caller's roles by who reviews.
func (r *request) held(b basis) []string {
	if r.s.Mode == Rehearsal {
		return r.roles
	}
	return r.s.holds(b, r.user)
}

// underWay says what is being carried out by the documents in force; "": nothing. For a rollback, what is under way of the
// deployment sequence stands in no way: it is given up, and begins nothing more meanwhile.
func (s *State) underWay(forRollback bool) string {
	if b := s.CurrentRollback(); b.Running() {
		return "the rollback " + b.ID + " is under way"
	}
	for i := range s.Runbook.Sequence.Steps {
		if st := &s.Runbook.Sequence.Steps[i]; s.Aborted == nil && !forRollback && (s.StepStateOf(st.ID) == StepRunning || s.StepStateOf(st.ID) == StepUnknown) {
			return s.stepTitle(st.ID) + " is under way"
		}
	}
	return ""
}

// change is the change that document= and id= name.
func (r *request) change() (*Change, *Refusal) {
	c := r.s.Pending[r.args["document"]]
	title := r.s.documentTitle(r.args["document"])
	switch {
	case c == nil:
		return nil, no("the "+title+" was not changed", "")
	case c.ID != r.args["id"]:
		return nil, no(short(r.args["id"])+" is not the newest change of the "+title+": that is "+c.ID, "look at it before you review it")
	case c.Error != "":
		return nil, no("the changed "+title+" cannot be read: "+cut(c.Error, 200), "mend the file, and open the room again")
	}
	return c, nil
}

func decideReview(r *request) ([]Event, *Refusal) {
	c, refusal := r.change()
	if refusal != nil {
		return nil, refusal
	}
	d := DocumentReviewed{Document: c.Document, ID: c.ID, Override: r.args["override"], Reason: r.args["reason"], NotTaken: r.s.Untaken(c)}
	b := r.s.court(c.Document)
	roles, _ := b.of(c.Document)
	switch {
	case d.Override != "" && d.Reason == "":
		return nil, usage("override=high needs reason=…: why a rollback cannot wait for the review")
	case d.Override != "" && c.InForce:
		return nil, no("it was let in already, by "+r.s.Unreviewed[c.Document].User, "")
	case d.Override != "" && !r.s.Urgent():
		return nil, no("there is no rollback of high priority to let it in for", "request one, or review the change: document.review document="+c.Document+" id="+c.ID)
	case d.Override != "":
		roles = b.authorities
	}
	if !r.s.holdsAny(r.held(b), roles) {
		return nil, no("the "+r.s.documentTitle(c.Document)+" is reviewed by "+r.s.roleTitles(roles, "or")+" of the version before the change", "tell one of them")
	}
	if i := slices.IndexFunc(c.Reviews, func(a approval.Approval) bool { return a.User == r.user }); i >= 0 && d.Override == "" {
		_, missing, _ := r.s.Reviewers(c.Document)
		return nil, no("you have reviewed "+c.ID+" already, at "+c.Reviews[i].At.UTC().Format("15:04:05"), "it needs another person: "+r.s.roleTitles(missing, "and"))
	}
	return []Event{{Kind: KindDocumentReviewed, Data: d}}, nil
}

// Urgent reports whether a rollback of high priority is asked for: by an open request, or by a trigger in force.
func (s *State) Urgent() bool {
	if b := s.CurrentRollback(); b.Open() && b.Priority == runbook.High {
		return true
	}
	priority, _ := s.causing()
	return priority == runbook.High
}

func applyDocumentChanged(s *State, e journal.Entry, d DocumentChanged) string {
	switch {
	case e.Actor.Auth != journal.AuthSystem:
		return "the room says what was changed"
	case d.Document != DocRunbook && d.Document != DocFile:
		return fmt.Sprintf("%q is no document of a launch", d.Document)
	case d.After == "" || d.After == s.newest(d.Document) && !s.otherwise(d):
		return "it was not changed"
	case d.Error == "" && (d.Document == DocRunbook && d.RunbookJSON == "" || d.Document == DocFile && (d.FileJSON == "" || len(d.People) == 0)):
		return "it does not name what it says"
	}
	s.texts[d.After] = true
	inForce := d.After == s.hashOf(s.Docs, d.Document)
	if inForce && s.Unreviewed[d.Document] == nil {
		delete(s.Pending, d.Document) // it is again as it was
		return ""
	}
	s.Pending[d.Document] = &Change{Mark: marked(e, By{}, ""), DocumentChanged: d, ID: d.ID(), InForce: inForce, seen: s.seen()}
	return ""
}

func applyDocumentReviewed(s *State, e journal.Entry, d DocumentReviewed) string {
	c := s.Pending[d.Document]
	switch {
	case c == nil || c.ID != d.ID:
		return "it is not of the newest change"
	case c.Error != "":
		return "there is nothing to review"
	case s.underWay(d.Override != "") != "":
		return s.underWay(d.Override != "")
	case d.For != "":
		return "a review is by who it is of"
	}
	b := s.court(d.Document)
	roles, _ := b.of(d.Document)
	if d.Override != "" {
		roles = b.authorities
	}
	held := s.holds(b, e.Actor.User)
	if s.Mode == Rehearsal {
		held = e.Actor.Roles
	}
	if !s.inPerson(e) || !s.holdsAny(held, roles) {
		return "who reviewed it may not"
	}
	if d.Override != "" {
		return s.letIn(c, e, d)
	}
	c.Reviews = append(c.Reviews, approval.Approval{User: e.Actor.User, Roles: held, At: e.At, Plan: c.ID, Seq: e.Seq})
	if _, missing, _ := s.Reviewers(d.Document); len(missing) > 0 {
		return ""
	}
	if !c.InForce {
		s.adopt(c, e)
	}
	for i := range s.Overrides {
		if o := &s.Overrides[i]; c.InForce && o.Document == c.Document && o.After == c.After {
			m := marked(e, d.By, d.Reason)
			o.Reviewed = &m
		}
	}
	delete(s.Pending, c.Document)
	delete(s.Unreviewed, c.Document)
	if len(s.Unreviewed) == 0 {
		s.basis = nil
	}
	switch c.Document {
	case DocRunbook:
		s.reviewed.Runbook = c.After
	case DocFile:
		s.reviewed.File = c.After
	}
	return ""
}

// letIn brings a version into force before its review.
func (s *State) letIn(c *Change, e journal.Entry, d DocumentReviewed) string {
	if d.Override != runbook.High || d.Reason == "" || c.InForce || !s.Urgent() {
		return "there is no rollback of high priority to let it in for, or no reason, or it is in force"
	}
	if s.basis == nil {
		b := s.before()
		s.basis = &b
	}
	m := marked(e, d.By, d.Reason)
	s.Unreviewed[c.Document] = &m
	s.Overrides = append(s.Overrides, Override{Mark: m, Document: c.Document, ID: c.ID, After: c.After})
	s.adopt(c, e)
	c.InForce = true
	return ""
}

// adopt brings a version into force. What was asked for by the one before is asked for anew: an open request lapses, and
// no trigger is armed.
func (s *State) adopt(c *Change, e journal.Entry) {
	switch c.Document {
	case DocRunbook:
		rb := s.library.runbooks[c.RunbookJSON]
		if rb == nil {
			s.ReadOnly = "the runbook that entry " + fmt.Sprint(e.Seq) + " brings into force is not at hand"
			return
		}
		s.Runbook, s.Docs.Runbook = rb, c.After
		clear(s.Armed)
	case DocFile:
		f := s.library.files[c.FileJSON]
		if f == nil {
			s.ReadOnly = "the launch file that entry " + fmt.Sprint(e.Seq) + " brings into force is not at hand"
			return
		}
		s.File, s.People, s.Title, s.Docs.File = f, c.People, f.Title, c.After
		s.versions = append(s.versions, version{e.Seq, e.At, c.After, f})
	}
	s.watch()
	s.Adopted = e.Seq
	if b := s.CurrentRollback(); b.Open() {
		m := marked(e, By{}, "the "+s.documentTitle(c.Document)+" is another now; request it again")
		b.Lapsed = &m
	}
}

// jsonOf is a value as JSON; "": it has none, which strings and lists of them always have.
func jsonOf(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(text)
}
