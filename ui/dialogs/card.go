package dialogs

import (
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/panes"
)

// card is what dialogs have in common that tell something at length and are answered with single keys: a body that
// scrolls, and offers below it of which each says why it is not open.
type card struct {
	box
	names   names
	now     time.Time // launch time
	infos   []launch.ActionInfo
	over    bool   // it covers a dialog in which something was typed
	armed   string // the key that is taken when it is pressed once more
	busy    bool
	problem problem
	top     int    // first line in sight
	calls   []span // of the body that was drawn last: what a key of it sends
	sights  sights // which of them have been on the screen
}

// offer is one of the dialog's keys.
type offer struct {
	key, help string
	why       string // why it is not open to the viewer
	records   bool   // it writes an entry or begins to
	closes    bool
	do        func() intent.Intent
}

// SetPlan gives who may authorise what, where the dialog opened before the cockpit knew it.
func (c *card) SetPlan(p *screen.Plan) { c.names.plan = p }

// Tick gives the launch time, for ages and what runs out.
func (c *card) Tick(now time.Time) { c.now = now }

// SetActions keeps which of the keys are open to the viewer.
func (c *card) SetActions(infos []launch.ActionInfo) { c.infos = infos }

// whyNot is why an action is not open; "": it is, or it is not known yet.
func (c *card) whyNot(action string) string {
	for _, i := range c.infos {
		if i.Name == action {
			return i.WhyNot
		}
	}
	return ""
}

// answer carries a key to the offer that it belongs to. What opens another dialog leaves this one open below it.
func (c *card) answer(k tea.KeyPressMsg, offers []offer) (intent.Intent, bool) {
	armed := c.armed
	c.armed = ""
	for _, o := range offers {
		if o.key != k.String() || o.do == nil {
			continue
		}
		switch {
		case c.busy && !o.closes, o.why != "":
			return nil, false
		case o.records && c.over && armed != o.key:
			c.armed = o.key
			return nil, false
		}
		c.problem = nil
		i := o.do()
		_, c.busy = i.(intent.Do)
		return i, o.closes
	}
	return nil, false
}

// scroll moves through a body of so many lines above a foot; false: the key is another.
func (c *card) scroll(key string, body, foot int) bool {
	page := max(c.rows()-foot-1, 1)
	switch key {
	case "up", "k":
		c.top--
	case "down", "j":
		c.top++
	case "pgup":
		c.top -= page
	case "pgdown", "space":
		c.top += page
	case "home":
		c.top = 0
	case "end":
		c.top = body
	default:
		return false
	}
	c.armed = ""
	c.top = min(max(c.top, 0), max(body-c.rows()+foot, 0))
	return true
}

// read draws a body that tells calls, and notes which of them are in sight. The foot is asked for twice: it may say less
// once all have been.
func (c *card) read(title string, body []string, calls []span, foot func() []string) []string {
	c.calls = calls
	room := max(c.rows()-len(foot()), 1)
	c.top = min(c.top, max(len(body)-room, 0))
	c.sights.look(calls, c.top, c.top+room)
	return c.framed(title, body, foot())
}

// unseen are the calls of the body that have not been on the screen.
func (c *card) unseen() []span { return c.sights.left(c.calls) }

// readOn brings the next of them into sight, in a body of so many lines above a foot.
func (c *card) readOn(body, foot int) {
	room := max(c.rows()-foot, 1)
	c.top = min(c.sights.next(c.unseen(), c.top, room), max(body-room, 0))
	c.armed = ""
}

// readFirst lets an offer's key show what has not been seen of what it sends. The key's help says so.
func (c *card) readFirst(o offer) offer {
	if left := c.unseen(); len(left) > 0 && o.why == "" {
		o.help = fmt.Sprintf("read on: %s; %s again at the end", more(left, c.top), o.key)
	}
	return o
}

// framed draws a body from its first line in sight, with a foot that always stays.
func (c *card) framed(title string, body, foot []string) []string {
	room := max(c.rows()-len(foot), 1)
	c.top = min(c.top, max(len(body)-room, 0))
	lines, _ := c.draw(title, body, foot, c.top+min(room, len(body))/2)
	return lines
}

// footOf is what went wrong, what is asked for twice, and the keys.
func (c *card) footOf(offers []offer) []string {
	th := c.theme
	foot := []string{""}
	foot = append(foot, c.wentWrong(c.problem)...)
	var pairs []string
	for _, o := range offers {
		if o.why != "" {
			foot = append(foot, c.wrap(th.Dim, o.help+" is not open to you: "+o.why)...)
			continue
		}
		pairs = append(pairs, o.key, o.help)
	}
	switch {
	case c.busy:
		return append(foot, c.keys("", "recording"+th.Glyph.Ellipsis, "esc", "close; it goes on")...)
	case c.armed != "":
		at := slices.IndexFunc(offers, func(o offer) bool { return o.key == c.armed })
		foot = append(foot, c.wrap(th.Warn, "press "+c.armed+" once more: "+offers[at].help)...)
	case c.over:
		foot = append(foot, c.wrap(th.Warn, "What you were typing is kept below this. A key that records is asked for twice.")...)
	}
	return append(foot, c.keys(pairs...)...)
}

// Done shows why a command was not carried out; carried out, the dialog is finished.
func (c *card) Done(err error) bool {
	c.busy = false
	if err == nil {
		return true
	}
	c.problem = problemOf(err)
	return false
}

// bindingsOf are the offers, for the footer and help.
func bindingsOf(offers []offer) []panes.Binding {
	var out []panes.Binding
	for _, o := range offers {
		out = append(out, panes.Binding{Key: o.key, Help: o.help, Why: o.why})
	}
	return out
}

// asks is an offer's deed that opens the dialog of an action.
func asks(action string, args, suggest map[string]string) func() intent.Intent {
	return func() intent.Intent {
		return intent.Ask{Command: launch.Command{Action: action, Args: args}, Suggest: suggest}
	}
}

// does is an offer's deed that sends a command.
func does(action string, args map[string]string) func() intent.Intent {
	return func() intent.Intent { return intent.Do{Command: launch.Command{Action: action, Args: args}} }
}

func nothing() intent.Intent { return nil }

// Paste does nothing: there is nothing to type.
func (c *card) Paste(string) {}

// Touched reports nothing: closing loses nothing.
func (c *card) Touched() bool { return false }

// Cursor is nowhere.
func (c *card) Cursor() (x, y int, ok bool) { return 0, 0, false }
