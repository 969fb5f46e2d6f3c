package dialogs

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/runbook"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/panes"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// Request shows an open rollback request: its plan to the letter, its evidence, who has approved and who may. Approving
// with y is of the request that is shown, by its id, and of no other.
type Request struct {
	card
	id    string
	drawn bool // the plan has been on the screen: before that nothing is approved
}

// NewRequest opens the dialog of the current request, which must be open. over says that it covers a dialog with
// something typed in it.
func NewRequest(t *theme.Theme, plan *screen.Plan, s *screen.Screen, infos []launch.ActionInfo, over bool) *Request {
	c := card{box: box{theme: loud(t), want: wideCard}, names: names{plan: plan, screen: s}, now: s.At, infos: infos, over: over}
	return &Request{card: c, id: s.CurrentRequest().ID}
}

// ID names the request: another plan is another dialog.
func (r *Request) ID() string { return "request:" + r.id }

// SetScreen closes the dialog once the request is no longer open.
func (r *Request) SetScreen(s *screen.Screen) string {
	r.names.screen = s
	if r.busy && !r.request().Running() { // its own answer comes; but carrying the rollback out is not waited for
		return ""
	}
	return requestSettled(s, r.id)
}

func (r *Request) request() *screen.Request { return r.names.request(r.id) }

// HandleKey answers a key.
func (r *Request) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	offers := r.offers()
	if r.scroll(k.String(), len(r.body()), len(r.footOf(offers))) {
		return nil, false
	}
	if keyIs(k, "y") && !r.drawn {
		return nil, false
	}
	return r.answer(k, offers)
}

func (r *Request) offers() []offer {
	id := map[string]string{"id": r.id}
	out := []offer{{key: "y", help: "approve " + r.id, why: r.whyNot("rollback.approve"), records: true, do: does("rollback.approve", id)}}
	for _, o := range []struct{ key, help, action string }{
		{"v", "veto", "rollback.veto"}, {"w", "withdraw", "rollback.withdraw"}, {"+", "raise to high priority", "rollback.raise"},
	} {
		if r.whyNot(o.action) == "" && (o.key != "+" || !r.high()) { // who may not needs no reason why: it is not for them to do
			out = append(out, offer{key: o.key, help: o.help, records: true, do: asks(o.action, id, nil)})
		}
	}
	return append(out, offer{key: "n", help: "note", records: true, do: asks("note.add", nil, nil)},
		offer{key: "esc", help: "later", closes: true, do: nothing})
}

func (r *Request) high() bool {
	is := r.request()
	return is != nil && is.Priority == runbook.High
}

// Lines draws the box.
func (r *Request) Lines() []string {
	r.drawn = true
	return r.framed("Rollback request", r.body(), r.footOf(r.offers()))
}

func (r *Request) body() []string {
	is := r.request()
	if is == nil {
		return r.wrap(r.theme.Warn, r.id+" is no longer open")
	}
	out := r.head(is)
	out = append(append(out, ""), r.approvals(is)...)
	out = append(append(out, ""), r.wrap(r.theme.Heading, "It would do exactly this")...)
	w := r.names.where(is.Identity)
	out = append(out, r.wrap(r.style(w.tone), w.text)...)
	out = append(out, r.plan(is.Steps)...)
	if t := r.names.trigger(is.Trigger); t != nil {
		if e := r.evidence(t.Monitor, t.When, is.Points); len(e) > 0 {
			out = append(append(out, ""), e...)
		}
	}
	return out
}

// head is what is asked, by whom and why.
func (r *Request) head(is *screen.Request) []string {
	th := r.theme
	out := []string{th.CritBadge.On(" "+th.Glyph.Crit+" ROLLBACK REQUESTED ") + "  " + th.Strong.On(is.ID) + "  " + is.Priority + " priority"}
	out = append(out, r.wrap(th.Text, "requested "+by(is.Requested))...)
	if t := r.names.trigger(is.Trigger); t != nil {
		out = append(out, r.wrap(th.Text, "because of the trigger "+t.Title+", now "+t.State)...)
	}
	for _, id := range is.Also {
		if t := r.names.trigger(id); t != nil {
			out = append(out, r.wrap(th.Text, "since then also: "+alsoLine(r.names, t))...)
		}
	}
	for _, why := range is.Trouble {
		out = append(out, r.wrap(th.Warn, "the plan is not whole: "+why)...)
	}
	return out
}

// alsoLine is a trigger that fired, or was declared, while the request was open: further evidence.
func alsoLine(n names, t *screen.Trigger) string {
	return t.Title + ", now " + t.State + ", " + pointsLine(n, t)
}

// approvals is who has given theirs, who may still, until when, and the command that does it from a shell.
func (r *Request) approvals(is *screen.Request) []string {
	th := r.theme
	out := r.wrap(th.Strong, fmt.Sprintf("Approvals: %d of %d", is.Needs-is.Missing, is.Needs))
	for _, a := range is.Approvals {
		line := fmt.Sprintf("%s %s at %s", a.Short, a.User, a.At.UTC().Format("15:04:05"))
		if a.Counts {
			out = append(out, r.indented(th.OK, 2, line)...)
		} else {
			out = append(out, r.indented(th.Dim, 2, line+" no longer counts")...)
		}
	}
	who := "nobody else who may holds a role; take one over with role.take"
	if len(is.Eligible) > 0 {
		who = strings.Join(is.Eligible, ", ")
	}
	out = append(out, r.indented(th.Warn, 2, fmt.Sprintf("%d more of: %s", is.Missing, who))...)
	out = append(out, r.indented(th.Text, 2, r.lapses(is))...)
	return append(out, r.indented(th.Accent, 2, is.ApproveLine)...)
}

// lapses counts down to when nobody has approved in time.
func (r *Request) lapses(is *screen.Request) string {
	switch left := is.Expires.Sub(r.now); {
	case is.Fires:
		return "does not lapse while its trigger fires"
	case left <= 0:
		return "lapses now"
	default:
		return fmt.Sprintf("lapses in %s, at %s", widgets.Until(left.Round(time.Second)), is.Expires.UTC().Format("15:04:05 UTC"))
	}
}

// Bindings are the dialog's keys.
func (r *Request) Bindings() []panes.Binding { return bindingsOf(r.offers()) }

var _ Dialog = (*Request)(nil)

// request is a rollback request by its id; nil: the screen does not tell it.
func (n names) request(id string) *screen.Request {
	for i := range n.screen.Requests {
		if n.screen.Requests[i].ID == id {
			return &n.screen.Requests[i]
		}
	}
	return nil
}

// requestSettled says what became of a request that is no longer open; "": it is.
func requestSettled(s *screen.Screen, id string) string {
	r := names{screen: s}.request(id)
	switch {
	case r == nil || !r.Current && r.Open():
		return "the rollback request " + id + " is over"
	case r.Open():
		return ""
	case r.Running():
		return "the rollback " + id + " is authorized" + authorizers(r)
	case r.Ended != nil:
		return "the rollback " + id + " is " + r.State + ", " + by(r.Ended)
	}
	return "the rollback " + id + " is " + r.State
}

func authorizers(r *screen.Request) string {
	var users []string
	for _, a := range r.Approvals {
		users = append(users, a.User)
	}
	if len(users) == 0 {
		return ""
	}
	return ", by " + strings.Join(users, " and ")
}

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
