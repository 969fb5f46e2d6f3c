package views

import (
	"fmt"
	"strconv"
	"strings"

	"tminus/model/diff"
	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

const (
	// diffContext is how many lines around a change are shown with it.
	diffContext = 3
	// maxDiff is how many lines of a difference are listed.
	maxDiff = 5000
)

// Documents is the living document: which versions of the launch file and the runbook are in force, what waits for its
// review and what it changes, and what was let in before its review. The texts do not come with the screen: it asks for them.
type Documents struct {
	*StepsView
	offers []act                  // y and o, of the document under the cursor or the first that waits
	texts  map[string]string      // by hash
	asked  string                 // the hash of the text that is being read
	failed map[string]bool        // what could not be read, until the next screen
	diffs  map[string][]diff.Line // by both hashes
}

// NewDocuments makes the view.
func NewDocuments(t *theme.Theme) *Documents {
	d := &Documents{texts: map[string]string{}, failed: map[string]bool{}, diffs: map[string][]diff.Line{}}
	d.StepsView = newView(t, "Documents", d.documents)
	d.below = true // a line of a file is as long as it is
	d.keys = func(*screen.Screen) []act { return d.offers }
	d.right = documentsRight
	return d
}

func documentsRight(s *screen.Screen) string {
	waiting := 0
	for i := range s.Documents.List {
		if s.Documents.List[i].Pending != nil {
			waiting++
		}
	}
	switch waiting {
	case 0:
		return "nothing waits for a review"
	case 1:
		return "1 waits for its review"
	}
	return fmt.Sprintf("%d wait for their review", waiting)
}

// SetScreen gives a new picture; what could not be read is asked for again.
func (d *Documents) SetScreen(s *screen.Screen) {
	clear(d.failed)
	d.StepsView.SetScreen(s)
}

// Wants is the next text that a difference is made from; nil: none, or one is on its way.
func (d *Documents) Wants() intent.Intent {
	if d.s == nil || d.asked != "" {
		return nil
	}
	for i := range d.s.Documents.List {
		doc := &d.s.Documents.List[i]
		if doc.Pending == nil {
			continue
		}
		for _, hash := range []string{doc.Reviewed, doc.Pending.After} {
			if _, have := d.texts[hash]; !have && hash != "" && !d.failed[hash] {
				d.asked = hash
				return intent.LoadDocument{Hash: hash}
			}
		}
	}
	return nil
}

// SetDocument gives a text; ok false: it could not be read.
func (d *Documents) SetDocument(hash, text string, ok bool) {
	if hash == d.asked {
		d.asked = ""
	}
	if ok {
		d.texts[hash] = text
	} else {
		d.failed[hash] = true
	}
	d.rebuild()
}

// difference is what a change is of; false: its texts are not here yet.
func (d *Documents) difference(doc *screen.Document) ([]diff.Line, bool) {
	key := doc.Reviewed + " " + doc.Pending.After
	if lines, ok := d.diffs[key]; ok {
		return lines, true
	}
	before, ok := d.texts[doc.Reviewed]
	after, ok2 := d.texts[doc.Pending.After]
	if !ok || !ok2 {
		return nil, false
	}
	d.diffs[key] = diff.Lines(before, after, diffContext)
	return d.diffs[key], true
}

// documents are the view's rows. y and o belong to the document under the cursor, else to the first that waits.
func (d *Documents) documents(_ *screen.Plan, s *screen.Screen, t *theme.Theme) []row {
	var out []row
	d.offers = nil
	for i := range s.Documents.List {
		doc := &s.Documents.List[i]
		rows := documentRows(s, doc, t)
		if doc.Pending != nil {
			lines, here := d.difference(doc)
			rows = append(rows, d.changeRows(doc, lines, here)...)
			switch acts := reviewActs(s, doc, lines, here); {
			case d.offers == nil:
				d.offers = acts
			default:
				for j := range rows {
					rows[j].acts = acts
				}
			}
		}
		out = append(append(out, rows...), row{})
	}
	return append(out, otherRows(s, t)...)
}

// reviewActs are the keys of a change; none where it cannot be read.
func reviewActs(s *screen.Screen, doc *screen.Document, lines []diff.Line, here bool) []act {
	c := doc.Pending
	if c.Error != "" || !here {
		return nil
	}
	acts := []act{{"y", "review " + c.ID, intent.Review{Document: doc.ID, ID: c.ID, Diff: lines}}}
	if s.Documents.Urgent && !c.InForce {
		acts = append(acts, act{"o", "let it in for the rollback", letIn(doc.ID, c.ID)})
	}
	return acts
}

func letIn(document, id string) intent.Intent {
	return intent.Ask{Command: launch.Command{Action: "document.review", Args: map[string]string{"document": document, "id": id, "override": "high"}}}
}

// changeRows are the mistakes of a change, and what it changes, line by line.
func (d *Documents) changeRows(doc *screen.Document, lines []diff.Line, here bool) []row {
	prefix := "document/" + doc.ID + "/"
	var out []row
	switch {
	case !here && (d.failed[doc.Reviewed] || d.failed[doc.Pending.After]):
		return append(out, row{id: prefix + "diff", depth: 1, mark: "?", tone: late, text: "What it changes cannot be read now; it is tried again"})
	case !here:
		return append(out, row{id: prefix + "diff", depth: 1, text: "Reading what it changes"})
	}
	gone, came := diff.Count(lines)
	out = append(out, row{id: prefix + "diff", kind: title, text: "What it changes, from " + short(doc.Reviewed), right: fmt.Sprintf("-%d +%d lines", gone, came)})
	for i, l := range lines {
		if i == maxDiff {
			return append(out, row{id: prefix + "more", depth: 1, text: fmt.Sprintf("… and %d lines more, which are too many to review here", len(lines)-i)})
		}
		r := row{id: prefix + "line/" + strconv.Itoa(i), depth: 1, mark: string(rune(l.Op)), text: l.Shown()}
		switch l.Op {
		case diff.Gone:
			r.tone, r.right = bad, strconv.Itoa(l.Old)
		case diff.New:
			r.tone, r.right = good, strconv.Itoa(l.Now)
		case diff.Hunk:
			r.kind, r.mark = title, ""
		default:
			r.mark, r.right = "", strconv.Itoa(l.Now)
			r.depth = 2
		}
		out = append(out, r)
	}
	return out
}

// documentRows tell a document: what is in force, who reviews it, what waits.
func documentRows(s *screen.Screen, doc *screen.Document, t *theme.Theme) []row {
	prefix := "document/" + doc.ID
	force := row{id: prefix, depth: 1, mark: t.Glyph.OK, tone: good, text: "In force: " + short(doc.InForce), right: "reviewed, or as planned"}
	if doc.Unreviewed != nil {
		force.mark, force.tone, force.right = t.Glyph.Warn, late, "NOT REVIEWED, let in by "+by(doc.Unreviewed)
		force.note = doc.Unreviewed.Text
	}
	out := []row{head(doc.Title, ""), force}
	who := strings.Join(doc.Reviewers, " or ")
	if doc.All {
		who = strings.Join(doc.Reviewers, " and ") + ", each a person of their own"
	}
	out = append(out, row{id: prefix + "/reviewers", depth: 1, text: "Reviewed by " + who})
	c := doc.Pending
	if c == nil {
		return append(out, row{id: prefix + "/none", depth: 1, text: "Nothing waits for a review"})
	}
	r := row{id: prefix + "/change", depth: 1, mark: t.Glyph.Warn, tone: late, text: "Changed: " + c.ID + " waits for its review",
		right: "seen at " + c.At.UTC().Format("15:04:05 UTC"), note: "Nothing of it is polled, shown or carried out before that."}
	switch {
	case c.Error != "":
		r.text, r.tone, r.note = "Changed, and cannot be read: the launch goes on by what is in force", bad, "Mend the file: the room looks again by itself."
	case c.InForce:
		r.text, r.note = "In force before its review: "+c.ID, "Only a rollback of high priority is carried out by it."
	}
	out = append(out, r)
	for i, not := range c.NotTaken {
		out = append(out, row{id: prefix + "/not-taken/" + strconv.Itoa(i), depth: 2, mark: t.Glyph.Warn, tone: late, text: "not taken up by the review: " + not})
	}
	for i, line := range strings.Split(c.Error, "\n") {
		if line != "" {
			out = append(out, row{id: prefix + "/error/" + strconv.Itoa(i), depth: 2, text: line})
		}
	}
	for _, review := range c.Reviews {
		out = append(out, row{id: prefix + "/review/" + review.User, depth: 2, mark: t.Glyph.OK, tone: good, text: "reviewed by " + review.User, right: by(&review)})
	}
	if len(c.Missing) > 0 && c.Error == "" {
		word := " or "
		if doc.All {
			word = " and "
		}
		out = append(out, row{id: prefix + "/missing", depth: 2, mark: t.Glyph.Open, tone: late, text: "still to review: " + strings.Join(c.Missing, word)})
	}
	return out
}

// otherRows are what was let in unreviewed, and where the files are.
func otherRows(s *screen.Screen, t *theme.Theme) []row {
	out := []row{head("Let in before a review", "")}
	for i, o := range s.Documents.Overrides {
		r := row{id: "document/override/" + strconv.Itoa(i), depth: 1, mark: t.Glyph.Warn, tone: late,
			text: fmt.Sprintf("%s, change %s: %s", o.Document, o.ID, o.By.Text), right: by(&o.By), note: "not reviewed since"}
		if o.Reviewed != nil {
			r.note = "reviewed afterwards by " + by(o.Reviewed)
		}
		out = append(out, r)
	}
	if len(s.Documents.Overrides) == 0 {
		out = append(out, row{id: "document/override/none", depth: 1, text: "Nothing"})
	}
	out = append(out, row{}, head("Files", ""))
	switch f := s.Documents.Files; {
	case f.Path == "" && s.Mode == launch.Rehearsal:
		out = append(out, row{id: "document/files", depth: 1, text: "The built-in rehearsal has no files to compare; tminus rehearse FILE does"})
	case f.Path == "":
		out = append(out, row{id: "document/files", depth: 1, text: "Nothing is compared: it is not known where the files are. tminus run FILE does"})
	case f.Trouble != "":
		out = append(out, row{id: "document/files", depth: 1, mark: t.Glyph.Warn, tone: late, text: f.Path + " is not compared: " + f.Trouble})
	default:
		out = append(out, row{id: "document/files", depth: 1, text: f.Path, right: "compared twice a minute"})
	}
	return out
}

// documentsFound are the rows that can be searched.
func documentsFound(_ *screen.Plan, s *screen.Screen, t *theme.Theme) []row {
	var out []row
	for i := range s.Documents.List {
		out = append(out, documentRows(s, &s.Documents.List[i], t)...)
	}
	return append(out, otherRows(s, t)...)
}

// short is the beginning of a hash, enough to tell versions apart.
func short(hash string) string { return hash[:min(len(hash), 16)] }
