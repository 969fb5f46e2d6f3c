package dialogs

import (
	"fmt"

	"tminus/model/launch"
)

// closeFacts tells what a launch would be closed as, in spite of what, and whose word is missing.
func closeFacts(n names) []fact {
	c := &n.screen.Closure
	if c.Blocked != "" {
		return []fact{{warning, c.Blocked}, {quiet, c.Hint}}
	}
	out := []fact{{strong, "Closed as: " + c.Outcome}, {quiet, "Nothing can be recorded after that, and the name is never used again."}}
	for _, what := range c.Exceptions {
		out = append(out, fact{warning, "in spite of: " + what})
	}
	for _, need := range c.Needs {
		if need.Agreed != nil {
			out = append(out, fact{good, need.Title + ", " + by(need.Agreed)})
		} else {
			out = append(out, fact{plain, "has to agree, with a reason: " + owner(need.Title, need.Person)})
		}
	}
	return out
}

// criterionFacts tells what an owner is asked.
func criterionFacts(n names, id string) []fact {
	for i := range n.screen.Success.Groups {
		g := &n.screen.Success.Groups[i]
		for _, c := range g.Criteria {
			if c.ID != id {
				continue
			}
			out := []fact{{strong, c.Text}, {quiet, fmt.Sprintf("%s, owner %s", g.Title, owner(g.Owner, g.Person))}}
			if !g.To.IsZero() {
				out = append(out, fact{quiet, "over the watch, until " + g.To.UTC().Format("2 Jan 15:04 UTC")})
			}
			switch {
			case c.Said != nil && c.State == launch.CriterionMet:
				out = append(out, fact{good, "met, " + by(c.Said)})
			case c.Said != nil:
				out = append(out, fact{warning, string(c.State) + ", " + by(c.Said)})
			}
			return out
		}
	}
	return nil
}

// criterion is the text of a success criterion.
func (n names) criterion(id string) string {
	for _, g := range n.screen.Success.Groups {
		for _, c := range g.Criteria {
			if c.ID == id {
				return g.Short + ": " + c.Text
			}
		}
	}
	return id
}

// closing is the text of a line of the closure, or of what is done after a rollback; else the id.
func (n names) closing(id string) string {
	for _, t := range n.screen.Closure.Teams {
		for _, it := range t.Items {
			if it.ID == id {
				return "Closure, " + t.Title + ": " + it.Text
			}
		}
	}
	return n.deed(id)
}
