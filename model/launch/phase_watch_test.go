package launch

import (
	"testing"
	"time"

	"tminus/model/runbook"
)

// The watch takes as long as the success criteria that take longest: the watch that phases and closing go by, and the
// window that the criteria are measured over, end together.
func TestTheWatchLastsAsLongAsTheSuccessCriteria(t *testing.T) {
	s := &State{Runbook: testRunbook()}
	s.Runbook.Success = nil
	if got := s.WatchFor(); got != WatchFor {
		t.Errorf("without criteria %s", got)
	}
	s.Runbook.Success = []runbook.Criteria{{ID: "a", Duration: runbook.Duration(4 * time.Minute)}, {ID: "b", Duration: runbook.Duration(time.Hour)}}
	if got := s.WatchFor(); got != time.Hour {
		t.Errorf("of four minutes and an hour %s", got)
	}
}
