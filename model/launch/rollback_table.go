package launch

import (
	"fmt"

	"tminus/model/journal"
	"tminus/model/runbook"
)

func rollbackTable() ([]ActionSpec, []KindSpec) {
	id := ArgInfo{Name: "id", Help: "the request as it was seen: R1-9c41d07b", Required: true}
	reason := func(help string, required bool) ArgInfo {
		return ArgInfo{Name: "reason", Help: help, Required: required}
	}
	current := map[string]func(*request) []string{"id": func(r *request) []string {
		if b := r.s.CurrentRollback(); b.Open() || b.Running() {
			return []string{b.ID}
		}
		return nil
	}}
	const none = "there is no rollback request"
	return []ActionSpec{
			{Name: "rollback.request", Title: "Request a rollback", Kind: KindRollbackRequested, Scrubbed: true,
				Args: []ArgInfo{reason("what happens, and why it cannot wait", true),
					{Name: "steps", Help: "the steps, separated by commas; left out: all that apply"},
					{Name: "priority", Help: "left out: the trigger's, else normal", Choices: []string{runbook.Normal, runbook.High}}},
				choices: map[string]func(*request) []string{"steps": func(r *request) []string { return r.s.rollbackStepIDs() }},
				open:    mayRequest, needs: needsWorld, decide: decideRequest},
			{Name: "rollback.approve", Title: "Approve the rollback", Kind: KindRollbackApproved, Scrubbed: true, Args: []ArgInfo{id},
				choices: current, none: none, open: mayApprove, decide: decideApprove},
			{Name: "rollback.veto", Title: "Veto the rollback", Kind: KindRollbackVetoed, Scrubbed: true, Args: []ArgInfo{id, reason("why not", true)},
				choices: current, none: none, open: mayVeto, decide: decideVeto},
			{Name: "rollback.withdraw", Title: "Withdraw your rollback request", Kind: KindRollbackWithdrawn, Scrubbed: true, Args: []ArgInfo{id, reason("why", true)},
				choices: current, none: none, open: mayWithdraw, decide: decideRollbackWithdraw},
			{Name: "rollback.raise", Title: "Raise the rollback to high priority", Kind: KindRollbackRaised, Scrubbed: true, Args: []ArgInfo{id, reason("why it cannot wait", true)},
				choices: current, none: none, open: mayRaise, decide: decideRaise},
		}, append([]KindSpec{
			kindOf(KindRollbackRequested, "A rollback was requested", applyRequested, func(_ *State, d RollbackRequested) string {
				return fmt.Sprintf("requests a rollback, %s priority, %s: %s", d.Priority, d.ID, d.Reason)
			}),
			kindOf(KindRollbackCompleted, "A rollback ended", applyCompleted, func(_ *State, d RollbackCompleted) string {
				return withReason("the rollback "+d.ID+" is "+d.Outcome, d.Reason)
			}),
			kindOf(KindRollbackRecovered, "Whether a rollback has helped", applyRecovered, func(_ *State, d RollbackRecovered) string {
				return withReason(d.Verdict+" after "+d.ID, d.Evidence)
			}),
		}, wordKinds()...)
}

func wordKinds() []KindSpec {
	var kinds []KindSpec
	for _, k := range []struct{ kind, title, verb string }{
		{KindRollbackApproved, "A rollback was approved", "approves the rollback"},
		{KindRollbackVetoed, "A rollback was vetoed", "vetoes the rollback"},
		{KindRollbackWithdrawn, "A rollback request was withdrawn", "withdraws the rollback"},
		{KindRollbackRaised, "A rollback request was raised", "raises the priority of the rollback"},
		{KindRollbackAuthorized, "A rollback was authorized", "authorized: the rollback"},
		{KindRollbackLapsed, "A rollback request lapsed", "lapsed: the rollback"},
	} {
		kinds = append(kinds, kindOf(k.kind, k.title, func(s *State, e journal.Entry, d RollbackWord) string { return applyWord(s, e, k.kind, d) },
			func(_ *State, d RollbackWord) string {
				text := k.verb + " " + d.ID
				if n := len(d.Approvals); n > 0 {
					var names []string
					for _, a := range d.Approvals {
						names = append(names, a.User)
					}
					text += ", by " + join(names, "and")
				}
				return withReason(text, d.Reason)
			}))
	}
	return kinds
}

func (s *State) rollbackStepIDs() []string {
	var ids []string
	for _, st := range s.Runbook.Rollback.Steps {
		ids = append(ids, st.ID)
	}
	return ids
}
