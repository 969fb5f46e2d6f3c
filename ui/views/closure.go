package views

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

// closureEntries are the checklist of the closure, by team, and what stands against closing.
func closureEntries(s *screen.Screen, t *theme.Theme) []entry {
	c := &s.Closure
	out := []entry{{}, {row: head("Closure", fmt.Sprintf("%d/%d done", c.Done, c.Of))}}
	for i := range c.Teams {
		team := &c.Teams[i]
		out = append(out, entry{row: row{id: team.ID, kind: title, text: team.Title, right: team.Short + "  " + named(team.Person)}})
		for k := range team.Items {
			out = append(out, closureEntry(&team.Items[k], c.Begun, t))
		}
	}
	out = append(out, afterwardEntries(s, t)...)
	return append(out, endEntries(s, t)...)
}

func closureEntry(it *screen.ClosureItem, begun bool, t *theme.Theme) entry {
	box, _, _ := t.Item(launch.ItemOpen)
	checked, _, _ := t.Item(launch.ItemChecked)
	r := row{id: it.ID, depth: 1, mark: box, text: it.Text}
	switch {
	case it.Done != nil:
		r.mark, r.tone, r.right, r.note = checked, good, by(it.Done), it.Done.Text
	case it.Filled != "":
		r.mark, r.tone, r.right, r.note = checked, good, it.Filled, "from the record"
	default:
		r.right = it.Waits
		if it.Waits != "" {
			r.note = "It fills itself when that is so; or tick it, and say where it is."
		}
	}
	if it.Open() && begun {
		c := launch.Command{Action: "task.done", Args: map[string]string{"id": it.ID}}
		r.acts = []act{{"space", "done", intent.Do{Command: c}}, {"enter", "done, with a link", intent.Ask{Command: c}}}
	}
	return entry{row: r}
}

// endEntries say what the launch is, or would be, closed as, in spite of what, and who has to agree.
func endEntries(s *screen.Screen, t *theme.Theme) []entry {
	c := &s.Closure
	if c.Closed != nil {
		return closedEntries(c, t)
	}
	if c.Blocked != "" {
		return []entry{{}, {row: head("Closing", "")},
			{row: row{id: "closing/blocked", depth: 1, text: "Not now: " + c.Blocked, note: c.Hint}}}
	}
	out := []entry{{}, {row: head("Closing", "it would be closed as: "+c.Outcome)}}
	if len(c.Exceptions) == 0 {
		return append(out, entry{row: row{id: "closing/clear", depth: 1, mark: t.Glyph.OK, tone: good, text: "Nothing stands against it: one person closes it"}})
	}
	for i, what := range c.Exceptions {
		out = append(out, entry{row: row{id: "closing/" + strconv.Itoa(i), depth: 1, mark: t.Glyph.Warn, tone: late, text: what}})
	}
	out = append(out, entry{row: row{id: "closing/needs", kind: title, text: "In spite of it, these have to agree, a person each, with a reason"}})
	for _, n := range c.Needs {
		r := row{id: "closing/" + n.Role, depth: 1, mark: t.Glyph.Open, text: n.Title, right: named(n.Person) + " has not agreed"}
		if n.Agreed != nil {
			r.mark, r.tone, r.text, r.right = t.Glyph.OK, good, n.Title+": "+n.Agreed.Text, by(n.Agreed)
			r.acts = []act{{"W", "withdraw your agreement", intent.Ask{Command: launch.Command{Action: "closure.withdraw"}}}}
		}
		out = append(out, entry{row: r})
	}
	return out
}

func closedEntries(c *screen.Closure, t *theme.Theme) []entry {
	mark, to := t.Glyph.OK, good
	if c.Outcome != launch.ClosedSuccess {
		mark, to = t.Glyph.Warn, late
	}
	text := "Closed as " + c.Outcome
	if c.Closed.Text != "" {
		text += ": " + c.Closed.Text
	}
	out := []entry{{}, {row: head("Closed", "")}, {row: row{id: "closed", depth: 1, mark: mark, tone: to, text: text, right: by(c.Closed)}}}
	for i, what := range c.Exceptions {
		out = append(out, entry{row: row{id: "closed/" + strconv.Itoa(i), depth: 1, mark: t.Glyph.Warn, tone: late, text: "In spite of this: " + what}})
	}
	for _, a := range c.Agreed {
		out = append(out, entry{row: row{id: "closed/" + a.Role, depth: 1, text: a.Role + " agreed: " + a.By.Text, right: by(&a.By)}})
	}
	return out
}

func sortedNames(m map[string]float64) []string { return slices.Sorted(maps.Keys(m)) }
