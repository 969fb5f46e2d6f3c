package launch

import (
	"fmt"
	"strings"
	"time"
)

// The kinds of the closure (seed 7.2). After launch.closed nothing can be recorded any more.
const (
	KindLaunchClosed     = "launch.closed"
	KindClosureAgreed    = "closure.agreed"
	KindClosureWithdrawn = "closure.withdrawn"
)

// What a launch is closed as. Only the first says that it succeeded.
const (
	ClosedSuccess    = "success"          // watched to the end, every criterion met, nothing left open
	ClosedUnverified = "unverified"       // early, or with something open or that cannot be verified
	ClosedNotMet     = "not met"          // with a criterion that is not met
	ClosedRolledBack = "rolled back"      //
	ClosedHalfBack   = "rollback stopped" // a rollback was stopped, or failed, before its end
	ClosedScrubbed   = "scrubbed"         //
)

// AgreementLasts is how long somebody's agreement to close in spite of something counts.
const AgreementLasts = time.Hour

// Exception is something in spite of which a launch would be closed. Its id says what it is and how bad: one that has become
// worse is another, and has not been agreed to.
type Exception struct {
	ID   string `json:"id"`
	What string `json:"what"`
}

// ClosureAgreed is the data of closure.agreed: somebody would close the launch in spite of all this.
type ClosureAgreed struct {
	Outcome    string      `json:"outcome"`
	Exceptions []Exception `json:"exceptions"`
	Reason     string      `json:"reason"`
	By
}

// ClosureWithdrawn is the data of closure.withdrawn: somebody takes their agreement back.
type ClosureWithdrawn struct {
	Reason string `json:"reason,omitempty"`
	By
}

// LaunchClosed is the data of launch.closed.
type LaunchClosed struct {
	Outcome    string            `json:"outcome"`
	Reason     string            `json:"reason,omitempty"`
	Exceptions []Exception       `json:"exceptions,omitempty"` // in spite of which it was closed
	Agreed     []ClosureWord     `json:"agreed,omitempty"`     // by whom, each with a reason
	Criteria   []CriterionClosed `json:"criteria,omitempty"`   // as they stood
	Open       []string          `json:"open,omitempty"`       // ids of tasks of the closure, and after a rollback, that were left open
	WatchEnds  time.Time         `json:"watch_ends,omitzero"`  // when the watch was, or would have been, over
	By
}

// ClosureWord is one person's agreement.
type ClosureWord struct {
	Seq    int64     `json:"seq"`
	User   string    `json:"user"`
	Role   string    `json:"role"` // that they spoke for
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// CriterionClosed is a criterion as it stood when the launch was closed.
type CriterionClosed struct {
	ID    string         `json:"id"`
	State CriterionState `json:"state"`
}

// Agreement is somebody's word to close in spite of something.
type Agreement struct {
	Mark
	Outcome    string
	Exceptions []Exception
}

// Closure is what stands between the launch and its end at an instant.
type Closure struct {
	Blocked    string // why it cannot be closed at all now; empty: it can
	Hint       string
	Outcome    string        // empty: blocked; else what it would be closed as
	Exceptions []Exception   // what both have to agree to; empty: one person closes it
	Roles      []string      // who has to agree, a person each; empty: nobody has to
	Missing    []string      // those of them that have not
	Agreed     []Agreement   // that count
	Items      []ClosureItem // requirements, then the handoff, in the runbook's order
	Open       []string      // ids of tasks that would be left open, those after a rollback included
	Criteria   []Criterion   //
	WatchEnds  time.Time     // zero: there is no watch
	words      []ClosureWord // Agreed, for the entry
}

func closureTable() ([]ActionSpec, []KindSpec) {
	reason := ArgInfo{Name: "reason", Help: "why now; needed where something stands against it"}
	return []ActionSpec{
			{Name: "launch.close", Title: "Close the launch for good", Kind: KindLaunchClosed, Confirm: true, Scrubbed: true,
				Args: []ArgInfo{reason}, open: mayClose, decide: decideClose},
			{Name: "closure.withdraw", Title: "Take back your agreement to close", Kind: KindClosureWithdrawn, Scrubbed: true,
				Args: []ArgInfo{{Name: "reason", Help: "why"}}, open: mayWithdrawAgreement, decide: decideWithdrawAgreement},
		}, []KindSpec{
			kindOf(KindLaunchClosed, "The launch was closed", applyClosed, func(_ *State, d LaunchClosed) string {
				text := "closed the launch: " + d.Outcome
				if n := len(d.Exceptions); n > 0 {
					text += ", in spite of " + count(n, "thing", "things")
				}
				return withReason(text, d.Reason)
			}),
			kindOf(KindClosureAgreed, "Somebody agreed to close in spite of something", applyAgreed, func(_ *State, d ClosureAgreed) string {
				return withReason("would close the launch as "+d.Outcome+", in spite of "+whats(d.Exceptions), d.Reason)
			}),
			kindOf(KindClosureWithdrawn, "An agreement to close was taken back", applyAgreementWithdrawn, func(_ *State, d ClosureWithdrawn) string {
				return withReason("no longer agrees to close the launch", d.Reason)
			}),
		}
}

// whats lists exceptions for people, at most three.
func whats(all []Exception) string {
	var list []string
	for _, e := range all[:min(len(all), 3)] {
		list = append(list, e.What)
	}
	if more := len(all) - 3; more > 0 {
		list = append(list, fmt.Sprintf("%d more", more))
	}
	return strings.Join(list, "; ")
}
