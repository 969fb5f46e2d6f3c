package launch

import (
	"fmt"
	"slices"

	"tminus/model/journal"
)

// Risked is the data of poll.risked and risk.corrected. A correction has all of the risk as it is from then on.
type Risked struct {
	ID         string `json:"id"`   // risk-1, risk-2, …
	Kind       string `json:"kind"` // technical, business, operational
	Text       string `json:"text"`
	Owner      string `json:"owner"` // role id
	Mitigation string `json:"mitigation,omitempty"`
	By
}

// RiskClosed is the data of risk.closed.
type RiskClosed struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
	By
}

// Risk is a risk as it stands; the entries keep every wording that it had. Risks outlive the meeting they were named in.
type Risk struct {
	ID         string
	Kind       string
	Text       string
	Owner      string // role id
	Mitigation string // empty: none was named
	Named      Mark
	Corrected  *Mark
	Closed     *Mark
}

func riskTable() ([]ActionSpec, []KindSpec) {
	kinds := []string{"technical", "business", "operational"}
	fields := func(required bool) []ArgInfo {
		return []ArgInfo{{Name: "kind", Help: "technical, business or operational", Required: required, Choices: kinds},
			{Name: "text", Help: "what may go wrong", Required: required},
			{Name: "owner", Help: "the role that looks after it", Required: required},
			{Name: "mitigation", Help: "what is done about it"}}
	}
	id := ArgInfo{Name: "id", Help: "the risk", Required: true}
	type ids = map[string]func(*request) []string
	roles := func(r *request) []string { return r.s.roleIDs() }
	roleHolder := func(r *request) *Refusal {
		if len(r.roles) == 0 {
			return no("only who holds a role in this launch names risks", "tell one of them, or write a note: note.add")
		}
		return nil
	}
	return []ActionSpec{
			{Name: "poll.risk", Title: "Record a risk", Kind: "poll.risked", Attest: "roll-call", Args: fields(true), choices: ids{"owner": roles}, open: roleHolder, decide: decideRisk},
			{Name: "risk.correct", Title: "Correct a risk", Kind: "risk.corrected", Args: append([]ArgInfo{id}, fields(false)...), choices: ids{"id": openRisks, "owner": roles},
				none: "no risk is open", open: roleHolder, decide: decideRiskCorrect},
			{Name: "risk.close", Title: "Close a risk", Kind: "risk.closed", Args: []ArgInfo{id, {Name: "reason", Help: "why it is none any more", Required: true}},
				choices: ids{"id": openRisks}, none: "no risk is open", open: roleHolder, decide: decideRiskClose},
		}, []KindSpec{
			kindOf("poll.risked", "A risk was named", applyRisked, func(s *State, d Risked) string { return "named a " + d.Kind + " risk: " + describeRisk(s, d) }),
			kindOf("risk.corrected", "A risk was corrected", applyRiskCorrected, func(s *State, d Risked) string { return "corrected " + d.ID + ": " + describeRisk(s, d) }),
			kindOf("risk.closed", "A risk was closed", applyRiskClosed, func(_ *State, d RiskClosed) string { return withReason("closed "+d.ID, d.Reason) }),
		}
}

func describeRisk(s *State, d Risked) string {
	return fmt.Sprintf("%s (%s; %s)", d.Text, s.roleTitle(d.Owner), orName(d.Mitigation, "no mitigation named"))
}

func (s *State) roleIDs() []string {
	var ids []string
	for i := range s.Runbook.Roles {
		ids = append(ids, s.Runbook.Roles[i].ID)
	}
	return ids
}

func openRisks(r *request) []string { return r.s.openRisks() }

func (s *State) openRisks() []string {
	var ids []string
	for _, k := range s.Risks {
		if k.Closed == nil {
			ids = append(ids, k.ID)
		}
	}
	return ids
}

// Risk returns the risk, or nil.
func (s *State) Risk(id string) *Risk {
	for _, k := range s.Risks {
		if k.ID == id {
			return k
		}
	}
	return nil
}

func (s *State) nextRisk() string { return fmt.Sprintf("risk-%d", len(s.Risks)+1) }

func decideRisk(r *request) ([]Event, *Refusal) {
	d := Risked{ID: r.s.nextRisk(), Kind: r.args["kind"], Text: r.args["text"], Owner: r.args["owner"], Mitigation: r.args["mitigation"], By: r.by}
	if r.s.Runbook.Role(d.Owner) == nil {
		return nil, r.unknown("owner", "role of the runbook", r.s.roleIDs())
	}
	return []Event{{Kind: "poll.risked", Data: d}}, nil
}

// risk is the open risk that the request names.
func (r *request) risk() (*Risk, *Refusal) {
	k := r.s.Risk(r.args["id"])
	switch {
	case k == nil:
		return nil, r.unknown("id", "risk", openRisks(r))
	case k.Closed != nil:
		return nil, no(k.ID+" was closed by "+k.Closed.User, "record it anew: poll.risk")
	}
	return k, nil
}

func decideRiskCorrect(r *request) ([]Event, *Refusal) {
	k, refusal := r.risk()
	if refusal != nil {
		return nil, refusal
	}
	d := Risked{ID: k.ID, Kind: orName(r.args["kind"], k.Kind), Text: orName(r.args["text"], k.Text), Owner: orName(r.args["owner"], k.Owner),
		Mitigation: orName(r.args["mitigation"], k.Mitigation)}
	switch {
	case r.s.Runbook.Role(d.Owner) == nil:
		return nil, r.unknown("owner", "role of the runbook", r.s.roleIDs())
	case d.Kind == k.Kind && d.Text == k.Text && d.Owner == k.Owner && d.Mitigation == k.Mitigation:
		return nil, no(k.ID+" says that already", "give what changes: kind=, text=, owner= or mitigation=")
	}
	return []Event{{Kind: "risk.corrected", Data: d}}, nil
}

func decideRiskClose(r *request) ([]Event, *Refusal) {
	k, refusal := r.risk()
	if refusal != nil {
		return nil, refusal
	}
	return []Event{{Kind: "risk.closed", Data: RiskClosed{ID: k.ID, Reason: r.args["reason"]}}}, nil
}

func (s *State) oddRisk(d Risked) string {
	switch {
	case !slices.Contains([]string{"technical", "business", "operational"}, d.Kind):
		return fmt.Sprintf("%q is no kind of risk", d.Kind)
	case d.Text == "":
		return "it says no risk"
	case s.Runbook.Role(d.Owner) == nil:
		return fmt.Sprintf("the runbook has no role %q", d.Owner)
	}
	return ""
}

func applyRisked(s *State, e journal.Entry, d Risked) string {
	if odd := s.oddRisk(d); odd != "" {
		return odd
	}
	if d.ID != s.nextRisk() {
		return fmt.Sprintf("the next risk is %s", s.nextRisk())
	}
	s.Risks = append(s.Risks, &Risk{ID: d.ID, Kind: d.Kind, Text: d.Text, Owner: d.Owner, Mitigation: d.Mitigation, Named: marked(e, d.By, "")})
	return ""
}

func applyRiskCorrected(s *State, e journal.Entry, d Risked) string {
	k := s.Risk(d.ID)
	if k == nil || k.Closed != nil {
		return "there is no such open risk"
	}
	if odd := s.oddRisk(d); odd != "" {
		return odd
	}
	m := marked(e, d.By, "")
	k.Kind, k.Text, k.Owner, k.Mitigation, k.Corrected = d.Kind, d.Text, d.Owner, d.Mitigation, &m
	return ""
}

func applyRiskClosed(s *State, e journal.Entry, d RiskClosed) string {
	k := s.Risk(d.ID)
	if k == nil || k.Closed != nil {
		return "there is no such open risk"
	}
	m := marked(e, d.By, d.Reason)
	k.Closed = &m
	return ""
}
