package dialogs

import (
	"fmt"
	"strings"

	"tminus/model/monitor"
	"tminus/model/runbook"
	"tminus/model/screen"
	"tminus/ui/widgets"
)

// rollbackFacts tells what is asked for, for the dialogs that answer it.
func rollbackFacts(n names, action, id string) []fact {
	switch action {
	case "rollback.request":
		return requestFacts(n)
	case "rollback.judge":
		if r := n.screen.CurrentRequest(); r != nil {
			id = r.ID
		}
	}
	r := n.request(id)
	if r == nil {
		return nil
	}
	out := []fact{{strong, fmt.Sprintf("%s, %s priority: %s", r.ID, r.Priority, r.State)}, {plain, "requested " + by(r.Requested)}}
	if action == "rollback.judge" {
		return append(out, verdictFacts(r)...)
	}
	for _, also := range r.Also {
		if t := n.trigger(also); t != nil {
			out = append(out, fact{plain, "since then also: " + alsoLine(n, t)})
		}
	}
	for _, why := range r.Trouble {
		out = append(out, fact{warning, "the plan is not whole: " + why})
	}
	if action == "rollback.raise" {
		out = append(out, n.authority(runbook.High)...)
	}
	return out
}

// verdictFacts is what is known so far of whether a rollback has helped.
func verdictFacts(r *screen.Request) []fact {
	out := []fact{{warning, "verdict so far: " + r.Verdict}}
	if r.Recovered != nil {
		who := "the room's, "
		if r.Said {
			who = "said "
		}
		out = append(out, fact{plain, who + by(r.Recovered)})
	}
	return append(out, fact{quiet, "It is your word, and is shown as yours. Say where you looked and what you saw."})
}

// requestFacts is what speaks for a new request and who may approve it.
func requestFacts(n names) []fact {
	p := &n.screen.Procedure
	var out []fact
	if t := n.trigger(p.Trigger); t != nil {
		out = append(out, fact{strong, fmt.Sprintf("Trigger in force: %s, since %s", t.Title, t.Since.UTC().Format("15:04:05 UTC"))})
		out = append(out, fact{plain, "its evidence goes with the request: " + pointsLine(n, t)})
	} else {
		out = append(out, fact{quiet, "No trigger is in force: the priority is normal, and an authority may raise it."})
	}
	out = append(out, n.authority(p.Priority)...)
	if o := n.screen.Outstanding; len(o) > 0 {
		out = append(out, fact{warning, o[0].Words})
	}
	return out
}

// pointsLine is a trigger's newest points in one line.
func pointsLine(n names, t *screen.Trigger) string {
	if len(t.Points) == 0 {
		return "declared by a person"
	}
	unit := ""
	if m := n.monitor(t.Monitor); m != nil {
		unit = m.Unit
	}
	value := func(p monitor.Point) string {
		return p.At.UTC().Format("15:04") + " " + widgets.Quantity(&p.Value, unit)
	}
	points := t.Points[max(0, len(t.Points)-5):]
	words := make([]string, len(points))
	for i, p := range points {
		words[i] = value(p)
	}
	return fmt.Sprintf("%s (%s)", count(len(t.Points), "point", "points"), strings.Join(words, ", "))
}
