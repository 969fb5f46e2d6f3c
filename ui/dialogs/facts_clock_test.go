package dialogs

import (
	"strings"
	"testing"
	"time"

	"tminus/model/screen"
)

// Who resumes the clock sees what each way does to T-0, what is squeezed, and how near T-0 would be.
func TestResumingSaysWhatItDoesToT0(t *testing.T) {
	t0 := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	s := &screen.Screen{At: t0.Add(-time.Hour), Clock: screen.Clock{T0: t0}, AllMarks: []screen.CountMark{
		{ID: "t-10m", Kind: screen.MarkRunbook, At: t0.Add(-10 * time.Minute), Label: "T-10m", Title: "Final health check", Actions: []screen.CountAction{{}}},
		{ID: "t-5m", Kind: screen.MarkRunbook, At: t0.Add(-5 * time.Minute), Label: "T-5m", Title: "Final position check", Actions: []screen.CountAction{{Action: screen.Action{Done: &screen.By{User: "el"}}}}},
		{ID: "m1", Kind: screen.MarkOwn, At: t0.Add(12 * time.Minute), Label: "T+12m", Title: "Tell the shops"},
	}}
	for _, tc := range []struct {
		held, now  time.Duration
		want, none []string
	}{
		{-12 * time.Minute, -8 * time.Minute, []string{"move: T-0 moves by the hold's length, to 10:04:00 UTC", "keep: T-0 stays 10:00:00 UTC, in 08:00", "squeezed, their time has passed: T-10m Final health check"}, []string{"T-5m", "T+12m"}},
		{-12 * time.Minute, -12 * time.Second, []string{"keep: T-0 stays 10:00:00 UTC. T-0 is in 12s", "T-10m Final health check"}, []string{"T-5m"}},
		{-12 * time.Minute, 30 * time.Second, []string{"to 10:12:30 UTC", "keep: not possible, T-0 is past since 00:30"}, []string{"squeezed"}},
		{10 * time.Minute, 15 * time.Minute, []string{"T-0 stays 10:00:00 UTC, as it was launched; the clock goes on at T+00:15:00", "squeezed, their time has passed: T+12m Tell the shops"}, []string{"move", "T-10m"}},
	} {
		held := t0.Add(tc.held)
		s.Clock.HeldAt = &held
		var all []string
		for _, f := range resumeFacts(s, t0.Add(tc.now)) {
			all = append(all, f.text)
		}
		text := strings.Join(all, "\n")
		for _, want := range tc.want {
			if !strings.Contains(text, want) {
				t.Errorf("held at %s, now %s: no %q in\n%s", tc.held, tc.now, want, text)
			}
		}
		for _, none := range tc.none {
			if strings.Contains(text, none) {
				t.Errorf("held at %s, now %s: %q in\n%s", tc.held, tc.now, none, text)
			}
		}
	}
}
