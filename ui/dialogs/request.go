package dialogs

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
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
	foot := len(r.footOf(offers))
	body, _ := r.body()
	switch {
	case r.scroll(k.String(), len(body), foot), keyIs(k, "y") && !r.drawn:
		return nil, false
	case keyIs(k, "y") && len(r.unseen()) > 0 && offers[0].why == "" && !r.busy:
		r.readOn(len(body), foot)
		return nil, false
	}
	return r.answer(k, offers)
}

func (r *Request) offers() []offer {
	id := map[string]string{"id": r.id}
	approve := offer{key: "y", help: "approve " + r.id, why: r.whyNot("rollback.approve"), records: true, do: does("rollback.approve", id)}
	out := []offer{r.readFirst(approve)}
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
	body, calls := r.body()
	return r.read("Rollback request", body, calls, func() []string { return r.footOf(r.offers()) })
}

// body tells all of the request, its plan to the letter. Where that is more than the screen holds, its calls come first,
// in a line each.
func (r *Request) body() (out []string, calls []span) {
	is := r.request()
	if is == nil {
		return r.wrap(r.theme.Warn, r.id+" is no longer open"), nil
	}
	head, w := r.head(is), r.names.where(is.Identity)
	where := r.wrap(r.style(w.tone), w.text)
	approvals := append(append([]string{""}, r.approvals(is)...), "")
	plan, spans := r.plan(is.Steps)
	exactly := append(append(r.wrap(r.theme.Heading, "It would do exactly this"), where...), plan...)
	spans = moved(spans, len(exactly)-len(plan))
	var evidence []string
	if t := r.names.trigger(is.Trigger); t != nil {
		if e := r.evidence(t.Monitor, t.When, is.Points); len(e) > 0 {
			evidence = append([]string{""}, e...)
		}
	}
	spans = moved(spans, len(head)+len(approvals))
	if n := len(spans); n == 0 || spans[n-1].to <= r.rows()-usualFoot {
		return slices.Concat(head, approvals, exactly, evidence), spans
	}
	brief, calls := r.brief(is.Steps)
	out = append(append(head, r.wrap(r.theme.Heading, "It would do this; every call to the letter stands below")...), where...)
	calls = moved(calls, len(out))
	return slices.Concat(out, brief, approvals, r.wrap(r.theme.Heading, "To the letter"), plan, evidence), calls
}

// usualFoot is how many lines the keys take below a body, with the blank above them.
const usualFoot = 3

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
