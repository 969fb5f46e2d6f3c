package dialogs

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/model/diff"
	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/panes"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// Review asks for the review of a changed document: which one, what it changes to the letter, and what follows. Reviewing
// with y is of the change that is shown, by its id, and of no other.
type Review struct {
	card
	document, id string
	lines        []diff.Line
	drawn        bool // it has been on the screen: before that nothing is reviewed
	whole        bool // so has its last line
}

// NewReview opens the dialog of a change. over says that it covers a dialog with something typed in it.
func NewReview(t *theme.Theme, plan *screen.Plan, s *screen.Screen, infos []launch.ActionInfo, i intent.Review, over bool) *Review {
	c := card{box: box{theme: t, want: wideCard}, names: names{plan: plan, screen: s}, now: s.At, infos: infos, over: over}
	return &Review{card: c, document: i.Document, id: i.ID, lines: i.Diff}
}

// ID names the change: another version is another dialog.
func (r *Review) ID() string { return "review:" + r.id }

// SetScreen closes the dialog once the change is no longer the newest, or has been reviewed.
func (r *Review) SetScreen(s *screen.Screen) string {
	r.names.screen = s
	if r.busy { // its own answer comes
		return ""
	}
	switch c := r.change(); {
	case c == nil:
		return "the change " + r.id + " is reviewed, or was taken back"
	case c.ID != r.id:
		return r.doc().Title + " was changed once more: " + c.ID + " is the newest"
	}
	return ""
}

func (r *Review) doc() *screen.Document { return r.names.screen.Document(r.document) }

func (r *Review) change() *screen.DocumentChange {
	if d := r.doc(); d != nil {
		return d.Pending
	}
	return nil
}

// HandleKey answers a key.
func (r *Review) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	offers := r.offers()
	if r.scroll(k.String(), len(r.body()), len(r.footOf(offers))) {
		return nil, false
	}
	if keyIs(k, "y") && !r.drawn {
		return nil, false
	}
	return r.answer(k, offers)
}

func (r *Review) offers() []offer {
	args := map[string]string{"document": r.document, "id": r.id}
	why := r.whyNot("document.review")
	if why == "" && !r.whole {
		why = "there is more of it below: space shows it, end goes to its end"
	}
	out := []offer{{key: "y", help: "reviewed: " + r.id, why: why, records: true, do: does("document.review", args)}}
	if c := r.change(); c != nil && !c.InForce && r.names.screen.Documents.Urgent && r.whyNot("document.review") == "" {
		out = append(out, offer{key: "o", help: "let it in for the rollback", records: true,
			do: asks("document.review", map[string]string{"document": r.document, "id": r.id, "override": "high"}, nil)})
	}
	return append(out, offer{key: "esc", help: "later", closes: true, do: nothing})
}

// Lines draws the box.
func (r *Review) Lines() []string {
	body, foot := r.body(), r.footOf(r.offers())
	r.drawn = true
	if !r.whole && min(r.top, max(len(body)-r.rows()+len(foot), 0))+max(r.rows()-len(foot), 1) >= len(body) {
		r.whole = true
		foot = r.footOf(r.offers())
	}
	return r.framed("Review", body, foot)
}

func (r *Review) body() []string {
	th, d, c := r.theme, r.doc(), r.change()
	if d == nil || c == nil {
		return r.wrap(th.Warn, r.id+" no longer waits for a review")
	}
	out := []string{th.WarnBadge.On(" "+th.Glyph.Warn+" CHANGED ") + "  " + th.Strong.On(d.Title) + "  " + c.ID}
	out = append(out, r.wrap(th.Dim, fmt.Sprintf("%.16s to %.16s, seen at %s, entry %d", d.Reviewed, c.After, c.At.UTC().Format("15:04:05 UTC"), c.Seq))...)
	for _, v := range c.Reviews {
		out = append(out, r.wrap(th.OK, "reviewed "+by(&v))...)
	}
	if len(c.Missing) > 0 {
		word := " or "
		if d.All {
			word = " and "
		}
		out = append(out, r.wrap(th.Warn, "still to review: "+strings.Join(c.Missing, word))...)
	}
	out = append(out, r.wrap(th.Text, r.follows(d, c))...)
	for _, not := range c.NotTaken {
		out = append(out, r.wrap(th.Warn, "Not taken up by the review: "+not)...)
	}
	gone, came := diff.Count(r.lines)
	out = append(append(out, ""), r.wrap(th.Heading, fmt.Sprintf("It changes exactly this: %s gone, %s new", count(gone, "line", "lines"), count(came, "line", "lines")))...)
	for _, l := range r.lines {
		out = append(out, r.line(l)...)
	}
	return out
}

// follows is what the review leads to.
func (r *Review) follows(d *screen.Document, c *screen.DocumentChange) string {
	switch {
	case c.InForce:
		return "It is in force already, for the rollback alone; reviewed, everything is done by it."
	case d.All && len(c.Missing) > 1:
		return "With your review it waits for the other: nothing of it is carried out yet."
	}
	out := "With your review it is in force at once: readings, flags, calls and people are those it names. An open rollback request lapses."
	if d.ID == launch.DocRunbook {
		return out + " No trigger is armed any more."
	}
	return out
}

// line is one line of the difference, to the letter; a long one goes on in the next row.
func (r *Review) line(l diff.Line) []string {
	style, mark := r.theme.Dim, " "
	switch l.Op {
	case diff.Hunk:
		return []string{r.theme.Accent.On(widgets.Fit(l.Text, r.inner()))}
	case diff.Gone:
		style, mark = r.theme.Crit, "-"
	case diff.New:
		style, mark = r.theme.OK, "+"
	}
	var out []string
	for i, piece := range widgets.Chop(l.Shown(), max(r.inner()-2, 8)) {
		if i > 0 {
			mark = " "
		}
		out = append(out, style.On(mark+" "+piece))
	}
	return out
}

// Bindings are the dialog's keys.
func (r *Review) Bindings() []panes.Binding { return bindingsOf(r.offers()) }

var _ Dialog = (*Review)(nil)
