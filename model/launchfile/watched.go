package launchfile

import (
	"slices"
	"strings"
	"time"

	"tminus/model/runbook"
	"tminus/model/text"
)

// LogCount is one pattern counted a minute in a CloudWatch Logs group.
type LogCount struct {
	Group   string
	Level   string // error, warning, critical
	Pattern string // CloudWatch Logs' filter pattern
}

// logEvery is how often a log group is read: the seed asks for real time.
const logEvery = 15 * time.Second

// LogPeriod is the period of the points of a LogCount.
const LogPeriod = time.Minute

// Watched lists what is watched: the runbook's monitors, the file's own, then one for each pattern of a log group. An
// entry under monitors that bears the id of a log monitor takes its place, and so can give it thresholds.
func (f *File) Watched(rb *runbook.Runbook) []runbook.Monitor {
	all := slices.Clone(rb.Monitors)
	if f == nil {
		return all
	}
	all = append(all, f.Monitors...)
	owner := "engineering-lead"
	if rb.Logs != nil {
		owner = rb.Logs.Owner
	}
	for _, c := range f.logCounts() {
		if !slices.ContainsFunc(f.Monitors, func(m runbook.Monitor) bool { return m.ID == c.id() }) {
			all = append(all, runbook.Monitor{
				ID: c.id(), Name: strings.ToUpper(c.Level[:1]) + c.Level[1:] + " lines, " + c.Group, Unit: "/min", Group: "logs",
				Owner: owner, Tool: "CloudWatch Logs", Every: runbook.Duration(logEvery),
			})
		}
	}
	return all
}

// SourceOf is where a watched monitor's values come from; its Kind is "" where the file binds none.
func (f *File) SourceOf(id string) Source {
	if f == nil {
		return Source{}
	}
	if s, ok := f.Sources[id]; ok {
		return s
	}
	if !strings.HasPrefix(id, logPrefix) { // asked for every monitor of every screen
		return Source{}
	}
	for _, c := range f.logCounts() {
		if c.id() == id {
			return Source{Logs: &c}
		}
	}
	return Source{}
}

func (f *File) logCounts() []LogCount {
	var all []LogCount
	for _, g := range f.Logs {
		for _, c := range []LogCount{{g.Group, "error", g.Error}, {g.Group, "warning", g.Warning}, {g.Group, "critical", g.Critical}} {
			if c.Pattern != "" {
				all = append(all, c)
			}
		}
	}
	return all
}

var notInID = text.Pattern(`[^a-z0-9]+`)

const logPrefix = "log-"

// id is the monitor's id: log-shop-checkout-error.
func (c LogCount) id() string {
	return logPrefix + strings.Trim(notInID().ReplaceAllString(strings.ToLower(c.Group), "-"), "-") + "-" + c.Level
}
