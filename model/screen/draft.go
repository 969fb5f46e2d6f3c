package screen

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/text"
)

// What a draft lists at most of each thing: an update is read on a telephone.
const (
	draftChanges = 6
	draftNext    = 4
	draftIssues  = 6
	draftMetrics = 5
)

// DraftUpdate fills in an update from what the screen shows and what was journaled since the last one: the runbook's
// template, then recent changes, upcoming actions, known issues and owners (seed 8.2); a milestone adds what was achieved,
// the business impact and the next steps. It states facts and names owners; a person edits and sends it.
func DraftUpdate(plan *Plan, s *Screen, milestone string) Draft {
	w := drafting{plan: plan, s: s}
	d := Draft{Purpose: launch.PurposeUpdate, Milestone: milestone, From: s.Entries}
	d.Subject = fmt.Sprintf("%s %s: %s, %s", s.Launch, s.ClockText(s.At), s.Status, w.phase())
	if milestone != "" {
		d.Subject = fmt.Sprintf("%s: %s", s.Launch, milestone)
	}
	d.Subject = text.Line(cut(d.Subject, launch.MaxSubject))
	for _, line := range w.template() {
		w.line(line)
	}
	if milestone != "" {
		w.heading("Achievement details", []string{milestone})
		w.heading("Business impact", w.impact())
		w.heading("Next steps", w.upcoming())
	}
	w.heading("Recent changes", w.changes())
	if milestone == "" {
		w.heading("Upcoming actions", w.upcoming())
	}
	w.heading("Known issues", w.issues())
	w.heading("Owners", w.owners())
	d.Text = text.Block(cut(strings.TrimRight(w.b.String(), "\n"), launch.MaxText))
	return d
}

// drafting is an update on its way.
type drafting struct {
	plan *Plan
	s    *Screen
	b    strings.Builder
}

func (w *drafting) line(s string) { w.b.WriteString(text.Line(s) + "\n") }

func (w *drafting) heading(title string, lines []string) {
	if len(lines) == 0 {
		lines = []string{"none"}
	}
	w.b.WriteString("\n" + title + ":\n")
	for _, l := range lines {
		w.line("- " + l)
	}
}

// template is the runbook's, filled in; a field that nobody knows how to fill keeps its name, for the sender.
func (w *drafting) template() []string {
	fields := []string{"Time", "Status", "Progress", "Metrics", "Next Update"}
	if w.plan != nil && w.plan.Runbook != nil && len(w.plan.Runbook.Communication.Template) > 0 {
		fields = fields[:0]
		for _, f := range w.plan.Runbook.Communication.Template {
			name, _, _ := strings.Cut(f, ":")
			fields = append(fields, name)
		}
	}
	var out []string
	for _, name := range fields {
		value := ""
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "time":
			value = fmt.Sprintf("%s (%s)", w.s.At.UTC().Format("2006-01-02 15:04 UTC"), w.s.ClockText(w.s.At))
		case "status":
			value = w.status()
		case "progress":
			value = w.progress()
		case "metrics":
			value = w.metrics()
		case "next update":
			value = w.next()
		}
		out = append(out, strings.TrimSpace(name)+": "+value)
	}
	return out
}

func (w *drafting) phase() string { return phaseWords(w.s.Phase) }

func phaseWords(p launch.Phase) string {
	if p == launch.GoNoGo {
		return "go/no-go"
	}
	return strings.ReplaceAll(string(p), "-", " ")
}

// status is the word, and in a few what is behind it.
func (w *drafting) status() string {
	s := string(w.s.Status)
	if w.s.Mode != launch.Live {
		s += " (" + string(w.s.Mode) + ")"
	}
	return s
}

func (w *drafting) progress() string {
	p := w.phase()
	if w.s.Clock.HeldAt != nil && !w.s.Clock.Scrubbed {
		p += ", on hold"
		if why := w.s.Clock.HoldReason; why != "" {
			p += " (" + why + ")"
		}
	}
	done, now := 0, ""
	for i := range w.s.Steps {
		st := &w.s.Steps[i]
		switch st.State {
		case launch.StepDone, launch.StepSkipped:
			done++
		case launch.StepWaiting:
		default:
			now = fmt.Sprintf("; step %d, %s, is %s", st.Number, st.Title, st.State)
		}
	}
	switch w.s.Phase {
	case launch.Planning, launch.GoNoGo:
		p += fmt.Sprintf("; readiness %d of %d", w.s.Checklist.Done, w.s.Checklist.Of)
	default:
		p += fmt.Sprintf("; %d of %d steps done", done, len(w.s.Steps)) + now
	}
	if r := w.s.CurrentRequest(); r != nil && (r.Open() || r.Running()) {
		p += "; rollback " + r.State
	}
	return p
}

// value is a reading in words: "Error rate 0.04 % (OK)".
func value(m *Monitor) string {
	s := m.Name
	if m.Value != nil {
		s += " " + figure(*m.Value)
		if m.Unit != "" {
			s += " " + m.Unit
		}
	}
	return s + " (" + m.State.String() + ")"
}

// figure is a value as readers outside want it: three digits, no powers of ten.
func figure(v float64) string {
	if math.Abs(v) >= 1000 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// metrics are the key ones: whatever is not well first, then the system's, and how many others are well.
func (w *drafting) metrics() string {
	var known []*Monitor
	for i := range w.s.Monitors {
		if m := &w.s.Monitors[i]; m.Source != "" && m.State != monitor.NoRule && m.State != monitor.Unbound {
			known = append(known, m)
		}
	}
	if len(known) == 0 || w.s.Status == NotWatched {
		return "not watched"
	}
	rank := func(m *Monitor) int {
		switch {
		case m.State != monitor.OK:
			return 0
		case m.Group == "system":
			return 1
		}
		return 2
	}
	slices.SortStableFunc(known, func(a, b *Monitor) int { return cmp.Compare(rank(a), rank(b)) })
	var parts []string
	for i, m := range known {
		if i >= draftMetrics && rank(m) > 0 {
			break
		}
		parts = append(parts, value(m))
	}
	if more := len(known) - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf("%d more OK", more))
	}
	return strings.Join(parts, ", ")
}

func (w *drafting) next() string {
	n := w.s.Updates.Next
	if n == nil {
		return "when there is news"
	}
	if n.UTC().Format(time.DateOnly) == w.s.At.UTC().Format(time.DateOnly) {
		return n.UTC().Format("15:04 UTC")
	}
	return n.UTC().Format("2006-01-02 15:04 UTC")
}
