package screen

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/runbook"
)

// An open defect that blocks keeps the status from GREEN and stands against GO; once nobody has taken it up in time the
// reason says so, and when it is closed everything is as before.
func TestADefectThatBlocksIsNeverGreen(t *testing.T) {
	s := testState()
	s.Runbook.Defects.Severities = []runbook.Severity{{ID: "sev1", Title: "Critical", Blocking: true, Respond: runbook.Duration(5 * time.Minute)}}
	d := &launch.Defect{ID: "D1", Title: "Cards are declined", Severity: "sev1", Blocking: true, Opened: launch.Mark{At: t0.Add(-time.Hour), User: "sec"}, Since: t0.Add(-time.Hour)}
	s.Defects = []*launch.Defect{d}
	at := func(after time.Duration) *Screen {
		return Present(s, healthy(s, t0.Add(-time.Hour+after)), nil, t0.Add(-time.Hour+after))
	}
	sc := at(time.Minute)
	if sc.Status != Yellow || !slices.ContainsFunc(sc.Reasons, func(r string) bool { return strings.HasPrefix(r, "D1 blocks") }) {
		t.Errorf("%s %v", sc.Status, sc.Reasons)
	}
	if !slices.ContainsFunc(sc.Poll.Blocks, func(b string) bool { return strings.HasPrefix(b, "D1 blocks") }) {
		t.Errorf("against GO stands %v", sc.Poll.Blocks)
	}
	if sc = at(6 * time.Minute); !sc.Defects[0].Late || !strings.Contains(strings.Join(sc.Reasons, "\n"), "in time") {
		t.Errorf("late: %+v, %v", sc.Defects[0], sc.Reasons)
	}
	d.Closed = &launch.Mark{At: t0.Add(-time.Hour + 3*time.Minute)}
	d.Attended = d.Closed
	if sc = at(7 * time.Minute); strings.Contains(strings.Join(sc.Reasons, "\n"), "D1") || sc.Defects[0].Late {
		t.Errorf("closed, and still told: %v", sc.Reasons)
	}
}
