package report

import (
	"fmt"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
)

// The targets of a rehearsal where the runbook gives none.
const (
	executeTarget   = 5 * time.Minute
	immediateTarget = 2 * time.Minute // what the matrix calls immediate: time to read the evidence and press two keys
)

// target is one line of a rehearsal's score.
type target struct {
	name      string
	took      time.Duration
	known     bool
	limit     time.Duration
	explained string
}

// score compares a rehearsal's incident with its targets.
func (r *Record) score(b *builder) {
	b.section("Score of the rehearsal")
	back := r.answered()
	if back == nil {
		b.text("No rollback was authorized in this rehearsal, so there is nothing to score.")
		return
	}
	t := Table{Caption: "Times of rollback " + back.ID + " against their targets", Head: []string{"Time to", "Took", "Target", "Met", "How it is defined"}, Named: true}
	met, of := 0, 0
	for _, x := range r.targets(back) {
		took, word := notInRecord, "no"
		if x.known {
			took = span(x.took)
		}
		if x.known && x.took <= x.limit {
			word = "yes"
			met++
		}
		of++
		t.Rows = append(t.Rows, cells(x.name, took, span(x.limit), word, x.explained))
	}
	b.text("Score: %d of %d targets met.", met, of)
	b.table(t, "")
}

// answered is the newest rollback that was authorized.
func (r *Record) answered() *launch.Rollback {
	for i := len(r.State.Rollbacks) - 1; i >= 0; i-- {
		if r.State.Rollbacks[i].Authorized != nil {
			return r.State.Rollbacks[i]
		}
	}
	return nil
}

func (r *Record) targets(back *launch.Rollback) []target {
	i := back.Times(r.State)
	within := time.Duration(r.State.Runbook.Rollback.Authorization[back.Priority].Within)
	decide := fmt.Sprintf("from detection to the authorization; the matrix allows %s for priority %s", span(within), back.Priority)
	if within == 0 {
		within = immediateTarget
		decide = fmt.Sprintf("from detection to the authorization; the matrix says at once for priority %s, which is scored as %s", back.Priority, span(within))
	}
	var list []target
	window := time.Duration(0)
	if f := r.firingOf(back); f != nil && len(f.Points) > 0 {
		period := time.Minute
		if s := r.series(f.Monitor); s != nil {
			period = s.Period
		}
		if rule, err := monitor.ParseRule(f.Rule, f.Unit); err == nil {
			window = rule.For
		}
		first := f.Points[0].At.Add(-period)
		list = append(list, target{"detect", f.At.Sub(first), true, window + 2*period,
			fmt.Sprintf("from the beginning of the first bad point to the firing; the rule's own window of %s and two periods", span(window))})
		window += 2 * period
	}
	known := func(at time.Time) bool { return !at.IsZero() }
	return append(list,
		target{"decide", i.Decided.Sub(i.Detected), known(i.Decided), within, decide},
		target{"execute", i.Executed.Sub(i.Decided), known(i.Executed), executeTarget, "from the authorization to the last verified step"},
		target{"recover", i.Recovered.Sub(i.Detected), known(i.Recovered), within + executeTarget + window,
			"from detection to the verdict recovered; the two targets before and the time in which the metric shows it"})
}

// firingOf is the firing that a rollback answers.
func (r *Record) firingOf(back *launch.Rollback) *Firing {
	for i := range r.Firings {
		if f := &r.Firings[i]; f.Trigger == back.Trigger && f.At.Equal(back.Detected) {
			return f
		}
	}
	return nil
}
