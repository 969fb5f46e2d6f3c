package launch

import (
	"slices"

	"tminus/model/journal"
)

// KindRollbackJudged says that a person has judged whether a rollback has helped.
const KindRollbackJudged = "rollback.judged"

// RollbackJudged is the data of rollback.judged. It is said by who saw it, and never recorded for somebody else.
type RollbackJudged struct {
	ID       string `json:"id"`
	Outcome  string `json:"outcome"` // recovered, not-recovered
	Evidence string `json:"evidence"`
	By
}

// judgedAs turns an outcome's word into a verdict.
func judgedAs(outcome string) string {
	return map[string]string{Recovered: Recovered, "not-recovered": NotRecovered}[outcome]
}

func judgeTable() ([]ActionSpec, []KindSpec) {
	return []ActionSpec{
			{Name: "rollback.judge", Title: "Say whether the rollback has helped", Kind: KindRollbackJudged, Scrubbed: true,
				Args: []ArgInfo{{Name: "outcome", Help: "how the system is now", Required: true, Choices: []string{Recovered, "not-recovered"}},
					{Name: "evidence", Help: "what shows it: where you looked, and what you saw", Required: true}},
				open: mayJudge, decide: decideJudge},
		}, []KindSpec{kindOf(KindRollbackJudged, "A person judged whether a rollback has helped", applyJudged, func(_ *State, d RollbackJudged) string {
			return withReason("says "+orName(judgedAs(d.Outcome), short(d.Outcome))+" after "+d.ID, d.Evidence)
		})}
}

// SaidBy is who said the verdict on a rollback; empty: nobody, the room has seen it.
func (b *Rollback) SaidBy() string {
	if b.Judged == nil || b.Judged.Auth == journal.AuthSystem {
		return ""
	}
	return b.Judged.User
}

// ToJudge is the rollback that people may judge: the current one, else the newest that a recycle has left behind; nil: none.
func (s *State) ToJudge() *Rollback {
	if b := s.CurrentRollback(); b != nil {
		return b
	}
	for _, b := range slices.Backward(s.Rollbacks) {
		if b.Completed != nil && b.Outcome == RollbackDone {
			return b
		}
	}
	return nil
}

// mayJudge: where the room could not tell, or saw no recovery, an authority may say how it is, and correct that later. What
// the room has seen to be well needs nobody's word.
func mayJudge(r *request) *Refusal {
	b := r.s.ToJudge()
	switch {
	case b == nil:
		return no("there is no rollback to judge", "")
	case b.Completed == nil || b.Outcome != RollbackDone:
		return no("the rollback "+b.ID+" is "+b.State(r.s), "whether it has helped is judged when it is done")
	case b.Verdict == "":
		return no("the room is still looking whether "+b.ID+" has helped", "wait for its verdict; a person is asked where it cannot tell")
	case b.Verdict == Recovered && b.SaidBy() == "":
		return no("the room has seen it recovered, at "+b.Judged.At.UTC().Format("15:04:05"), "what goes wrong since is another incident: note.add, or trigger.declare")
	}
	return r.must("judging a rollback", r.s.authorities()...)
}

func decideJudge(r *request) ([]Event, *Refusal) {
	b := r.s.ToJudge()
	if b.SaidBy() != "" && b.Verdict == judgedAs(r.args["outcome"]) {
		return nil, no(b.SaidBy()+" has said so already, at "+b.Judged.At.UTC().Format("15:04:05"), "what you have seen besides: note.add")
	}
	return []Event{{Kind: KindRollbackJudged, Data: RollbackJudged{ID: b.ID, Outcome: r.args["outcome"], Evidence: r.args["evidence"]}}}, nil
}

func applyJudged(s *State, e journal.Entry, d RollbackJudged) string {
	b := s.ToJudge()
	switch {
	case b == nil || b.ID != d.ID || b.Outcome != RollbackDone || b.Verdict == "":
		return "no such rollback is done, or it is not judged by the room yet"
	case b.Verdict == Recovered && b.SaidBy() == "":
		return "the room has seen it recovered"
	case judgedAs(d.Outcome) == "":
		return "that is no verdict"
	case d.For != "" || !s.spokenBy(e, s.authorities()...):
		return "who said it may not"
	}
	m := marked(e, d.By, d.Evidence)
	b.Verdict, b.Judged = judgedAs(d.Outcome), &m
	return ""
}
