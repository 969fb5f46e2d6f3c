package launch

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tminus/model/monitor"
	"tminus/model/runbook"
)

// The kinds of the success criteria (seed 7.1).
const (
	KindCriterionMeasured = "criterion.measured"
	KindCriterionJudged   = "criterion.judged"
)

// CriterionMeasured is the data of criterion.measured: what the stored samples of the whole window say of a criterion. The
// room writes it when the window is over, and again where late samples say something else.
type CriterionMeasured struct {
	ID       string          `json:"id"`
	From     time.Time       `json:"from"`
	To       time.Time       `json:"to"`
	Verdict  string          `json:"verdict"`       // met, not met, cannot verify
	Read     time.Time       `json:"read,omitzero"` // when the newest of the samples was read: a seal up to it proves them
	Monitors []MonitorScored `json:"monitors"`
}

// MonitorScored is what one monitor of a criterion came to.
type MonitorScored struct {
	Monitor string `json:"monitor"`
	Unit    string `json:"unit,omitempty"`
	monitor.Score
}

// CriterionJudged is the data of criterion.judged: its owner's word on what no samples can answer. A later one replaces it.
type CriterionJudged struct {
	ID       string `json:"id"`
	Outcome  string `json:"outcome"` // met, not-met
	Evidence string `json:"evidence"`
	By
}

// CriterionFinding is the newest measurement of a criterion.
type CriterionFinding struct {
	Mark
	CriterionMeasured
}

// CriterionWord is the newest word of a criterion's owner; Mark.Reason is the evidence.
type CriterionWord struct {
	Mark
	Outcome string
}

// CriterionState is where a success criterion stands.
type CriterionState string

// The states; the last three are verdicts.
const (
	CriterionWaiting   CriterionState = "waiting"       // its window has not begun
	CriterionWatching  CriterionState = "watching"      // its window runs
	CriterionMeasuring CriterionState = "measuring"     // the window is over, and the room gathers what late samples say
	CriterionAsked     CriterionState = "asked"         // the window is over, and its owner has to say
	CriterionMet       CriterionState = "met"           //
	CriterionNotMet    CriterionState = "not met"       //
	CriterionUnknown   CriterionState = "cannot verify" // too little is known
)

// Criterion is a success criterion as it stands: what it asks, how it is answered, and what is known.
type Criterion struct {
	runbook.Criterion
	Group    *runbook.Criteria
	Auto     bool      // answered from samples; else its owner is asked
	From, To time.Time // its window; zero: it has not begun
	State    CriterionState
	Measured *CriterionFinding // of this window; nil: none yet
	Against  string            // what stands against it, whatever its owner says; empty: nothing
	Judged   *CriterionWord    // of this window; nil: nobody has
}

func criterionTable() ([]ActionSpec, []KindSpec) {
	return []ActionSpec{
			{Name: "criterion.judge", Title: "Say whether a success criterion is met", Kind: KindCriterionJudged, Attest: "sign-off",
				Args: []ArgInfo{{Name: "id", Help: "the criterion that samples cannot answer", Required: true},
					{Name: "outcome", Help: "whether it is met", Required: true, Choices: []string{"met", "not-met"}},
					{Name: "evidence", Help: "what shows it: a figure, a link, who said so", Required: true}},
				choices: map[string]func(*request) []string{"id": (*request).criteria}, open: mayJudgeCriterion,
				none: "there is no success criterion that waits for you", decide: decideCriterion},
		}, []KindSpec{
			kindOf(KindCriterionMeasured, "A success criterion was measured", applyCriterionMeasured, describeMeasured),
			kindOf(KindCriterionJudged, "A success criterion was judged", applyCriterionJudged, func(s *State, d CriterionJudged) string {
				return withReason(strings.ReplaceAll(d.Outcome, "-", " ")+": "+s.criterionText(d.ID), d.Evidence)
			}),
		}
}

func describeMeasured(s *State, d CriterionMeasured) string {
	text := d.Verdict + ": " + s.criterionText(d.ID)
	for _, m := range d.Monitors {
		if d.Verdict == m.Verdict || len(d.Monitors) == 1 {
			text += fmt.Sprintf("; %s: %s", s.monitorName(m.Monitor), m.Told())
		}
	}
	return text
}

// Told says in one line what a score rests on.
func (m MonitorScored) Told() string {
	var parts []string
	if m.Why != "" {
		parts = append(parts, m.Why)
	}
	if m.Value != nil {
		what := "mean"
		if m.Parts != nil {
			what = "over the whole window"
		}
		parts = append(parts, what+" "+measure(*m.Value, m.Unit))
	}
	if m.Drift != nil {
		parts = append(parts, fmt.Sprintf("drift %+.1f %%", *m.Drift))
	}
	return strings.Join(append(parts, fmt.Sprintf("%.1f %% of the points are known", m.Coverage)), ", ")
}

func (s *State) criterionText(id string) string {
	if _, c := s.criterion(id); c != nil {
		return c.Text
	}
	return id
}

func (s *State) criterion(id string) (*runbook.Criteria, *runbook.Criterion) {
	for i := range s.Runbook.Success {
		g := &s.Runbook.Success[i]
		for j := range g.Criteria {
			if g.Criteria[j].ID == id {
				return g, &g.Criteria[j]
			}
		}
	}
	return nil, nil
}

// Criteria lists the success criteria as they stand at an instant, in the runbook's order. Of a closed launch they stand as
// they did when it was closed.
func (s *State) Criteria(now time.Time) []Criterion {
	now = s.untilClosed(now)
	var all []Criterion
	for i := range s.Runbook.Success {
		g := &s.Runbook.Success[i]
		for _, c := range g.Criteria {
			all = append(all, s.criterionAt(g, c, now))
		}
	}
	return all
}

func (s *State) untilClosed(now time.Time) time.Time {
	if s.Closed != nil && now.After(s.Closed.At) {
		return s.Closed.At
	}
	return now
}

func (s *State) criterionAt(g *runbook.Criteria, of runbook.Criterion, now time.Time) Criterion {
	c := Criterion{Criterion: of, Group: g, Auto: s.automatic(of), State: CriterionWaiting}
	c.From, c.To = s.window(g)
	if c.From.IsZero() {
		return c
	}
	if m := s.Measured[c.ID]; m != nil && m.From.Equal(c.From) && m.To.Equal(c.To) {
		c.Measured = m
	}
	c.Judged = s.Judged[c.ID]
	c.Against = s.against(of)
	switch {
	case c.Against != "":
		c.State = CriterionNotMet
	case c.Auto && c.Measured != nil:
		c.State = CriterionState(c.Measured.Verdict)
	case !c.Auto && c.Judged != nil && c.Judged.Outcome == "met":
		c.State = CriterionMet
	case !c.Auto && c.Judged != nil:
		c.State = CriterionNotMet
	case now.Before(c.To):
		c.State = CriterionWatching
	case c.Auto:
		c.State = CriterionMeasuring
	default:
		c.State = CriterionAsked
	}
	return c
}

// window is the time over which a group of criteria has to hold: from the last verified step on. Zero: not begun.
func (s *State) window(g *runbook.Criteria) (from, to time.Time) {
	end, done := s.sequenceDone()
	if !done {
		return time.Time{}, time.Time{}
	}
	return end.UTC(), end.UTC().Add(time.Duration(g.Duration))
}

// automatic reports whether samples answer a criterion: it says what has to hold, and of all its monitors something outside
// is asked. What people type in has gaps that say nothing.
func (s *State) automatic(c runbook.Criterion) bool {
	if c.Rule == "" || len(c.Monitors) == 0 {
		return false
	}
	return !slices.ContainsFunc(c.Monitors, func(id string) bool { return s.source(id) == "" || s.WatchedMonitor(id) == nil })
}

// Windows are what an automatic criterion asks of its monitors, judged up to an instant; without points. Period is left
// to who reads them.
func (s *State) Windows(c Criterion, until time.Time) []monitor.Window {
	var all []monitor.Window
	for _, id := range c.Monitors {
		m := s.WatchedMonitor(id)
		if m == nil {
			continue
		}
		g, err := monitor.ParseGoal(c.Rule, m.Unit)
		if err != nil {
			continue // the runbook was checked when it was read
		}
		w := monitor.Window{From: c.From, To: c.To, Until: until, Goal: g}
		if rule, err := monitor.ParseRule(m.Warning, m.Unit); m.Warning != "" && err == nil {
			w.Warning = &rule
		}
		if b := s.Baselines[id]; b != nil {
			w.Baseline = &b.Mean
		}
		if s.Mode != Rehearsal { // a simulated world knows no counts
			w.Ratio = s.File.SourceOf(id).Ratio()
		}
		all = append(all, w)
	}
	return all
}
