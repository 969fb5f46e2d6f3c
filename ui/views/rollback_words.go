package views

import (
	"fmt"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// partWord is a part's state as glyph, word and tone. A gate or watch that is done is verified.
func partWord(t *theme.Theme, p *screen.Part) (glyph, word string, to tone) {
	switch p.State {
	case screen.PartDone:
		if p.Verification {
			return t.Glyph.OK, "verified", good
		}
		return t.Glyph.OK, "done", good
	case screen.PartRunning:
		if p.By == launch.ByCheck {
			return t.Glyph.Run, "looking", live
		}
		return t.Glyph.Run, "running", live
	case screen.PartUnknown:
		return t.Glyph.NoData, "UNKNOWN", late
	case screen.PartFailed:
		return t.Glyph.Crit, "failed", bad
	case screen.PartCannotVerify:
		return t.Glyph.NoData, "cannot verify", late
	case screen.PartLeft:
		return t.Glyph.NoData, leftWord(p), late
	}
	return t.Glyph.Open, "waiting", quiet
}

// leftWord is what became of a part whose step is over without it.
func leftWord(p *screen.Part) string {
	switch {
	case p.Verification && p.Watch:
		return "not watched"
	case p.Verification:
		return "not verified"
	}
	return "not done"
}

// partKind is what a part is: who does it or, where it verifies, whether the next step waits for it.
func partKind(p *screen.Part) string {
	switch {
	case p.Verification && p.Watch:
		return "watch"
	case p.Verification:
		return "gate"
	case p.By == launch.ByCheck:
		return "look"
	}
	return p.By
}

// partTold is what the right end of a part's line says: what it came to, or how it goes on. Where the line is narrow, what
// shows that it is done is left to the detail.
func partTold(p *screen.Part, wide bool) string {
	switch {
	case p.State == screen.PartDone && p.Done != nil:
		said := p.Done.At.UTC().Format("15:04:05")
		if p.Done.User != "tminus" {
			said = p.Done.User + "  " + said
		}
		if wide && p.Evidence != "" {
			said = p.Evidence + "  " + said
		}
		return said
	case p.State == screen.PartRunning && p.Until != nil:
		said := "looks until " + p.Until.UTC().Format("15:04:05")
		if wide && p.Evidence != "" {
			said = p.Evidence + "  " + said
		}
		return said
	case p.Evidence != "":
		return p.Evidence
	case p.State == screen.PartRunning && p.Op == launch.OpRun && p.Since != nil && !wide:
		return "since " + p.Since.UTC().Format("15:04:05")
	case p.Progress != nil:
		return p.Progress.Detail
	case p.State == screen.PartWaiting && p.By == launch.ByHand:
		return "by hand"
	}
	return ""
}

// requestWord is a request's state as glyph and tone.
func requestWord(t *theme.Theme, r *screen.Request) (glyph string, to tone) {
	switch r.State {
	case screen.RequestOpen:
		return t.Glyph.Hold, late
	case screen.RequestAuthorized, screen.RequestExecuting:
		return t.Glyph.Run, live
	case screen.RequestDone:
		return t.Glyph.OK, good
	case screen.RequestFailed:
		return t.Glyph.Crit, bad
	}
	return t.Glyph.Waived, late
}

// left is how long approvals may still come: a request whose trigger fires does not lapse.
func left(r *screen.Request, now time.Time) string {
	switch {
	case !r.Open():
		return ""
	case r.Fires && !now.Before(r.Expires):
		return "its trigger fires still, so it does not lapse"
	case !now.Before(r.Expires):
		return "lapses now"
	}
	return widgets.Until(r.Expires.Sub(now)) + " left"
}

// lacks is "needs 1 more approval".
func lacks(n int) string {
	if n == 1 {
		return "needs 1 more approval"
	}
	return fmt.Sprintf("needs %d more approvals", n)
}

// verdictWord is the verdict on a rollback that has ended.
func verdictWord(t *theme.Theme, r *screen.Request) (glyph, word string, to tone) {
	switch r.Verdict {
	case "":
		return t.Glyph.Run, "not known yet", live
	case "recovered":
		return t.Glyph.OK, r.Verdict, good
	case "not recovered":
		return t.Glyph.Crit, r.Verdict, bad
	}
	return t.Glyph.NoData, r.Verdict, late
}

// took is a duration as a clock shows it.
func took(d time.Duration) string {
	d = max(d, 0).Truncate(time.Second)
	if d < time.Hour {
		return fmt.Sprintf("%d:%02d", int(d/time.Minute), int(d%time.Minute/time.Second))
	}
	return fmt.Sprintf("%dh%02dm", int(d/time.Hour), int(d%time.Hour/time.Minute))
}

// moment is one hand of the incident's clock.
type moment struct {
	word string
	at   *time.Time
}

func moments(r *screen.Request) []moment {
	return []moment{{"detected", r.Times.Detected}, {"decided", r.Times.Decided}, {"executed", r.Times.Executed}, {"recovered", r.Times.Recovered}}
}

// incidentClock is "detected 10:06:30 decided +0:42 executed +2:10 recovered +6:00", each from the one before.
func incidentClock(r *screen.Request) string {
	var said []string
	var last *time.Time
	for _, m := range moments(r) {
		switch {
		case m.at == nil:
			said = append(said, m.word+" …")
			continue
		case last == nil:
			said = append(said, m.word+" "+m.at.UTC().Format("15:04:05"))
		default:
			said = append(said, m.word+" +"+took(m.at.Sub(*last)))
		}
		last = m.at
	}
	return strings.Join(said, " ")
}

// points is the evidence as values: "2.41, 2.58, 2.63".
func points(r *screen.Request) string {
	var said []string
	for _, p := range r.Points {
		said = append(said, fmt.Sprintf("%.4g", p.Value))
	}
	return strings.Join(said, ", ")
}

// asWhom is as whom, and where, the calls of a plan are made.
func asWhom(id launch.Identity) string {
	var said []string
	for _, f := range [...][2]string{{"", id.Caller}, {"account ", id.Account}, {"region ", id.Region}, {"endpoint ", id.Endpoint}} {
		if f[1] != "" {
			said = append(said, f[0]+f[1])
		}
	}
	return strings.Join(said, ", ")
}
