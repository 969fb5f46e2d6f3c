package dialogs

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui/intent"
	"tminus/ui/panes"
	"tminus/ui/theme"
)

// Composer is where an update is read, edited, previewed for each channel with its audience, and sent. It opens on a draft;
// only the preview has the key that sends.
type Composer struct {
	box
	names    names
	infos    []launch.ActionInfo
	draft    screen.Draft // as it was proposed
	subject  *textField
	body     *textField
	onBody   bool
	preview  bool
	previews []screen.Preview
	asked    int  // how many previews were asked for: only the answer to the last one counts
	loading  bool //
	at       int  // the channel whose preview is shown
	top      int  // first line of it in sight
	off      map[string]bool
	armed    string // the key that is taken when it is pressed once more
	busy     bool
	problem  problem
}

// composerWidth is how wide the composer likes to be: the width of a mail, and its frame.
const composerWidth = 104

// NewComposer opens the composer on a draft of an update.
func NewComposer(t *theme.Theme, plan *screen.Plan, s *screen.Screen, infos []launch.ActionInfo, milestone string) *Composer {
	c := &Composer{box: box{theme: t, want: composerWidth}, names: names{plan: plan, screen: s}, infos: infos, onBody: true, off: map[string]bool{}}
	c.take(screen.DraftUpdate(plan, s, milestone))
	return c
}

// take puts a draft into the fields.
func (c *Composer) take(d screen.Draft) {
	c.draft = d
	c.subject = newTextField("subject", d.Subject, false)
	c.body = newTextField("text", d.Text, true)
	c.body.area.KeyMap.InsertNewline.SetKeys("enter", "alt+enter", "shift+enter", "ctrl+j")
	c.body.area.MoveToBegin()
	c.SetSize(c.width, c.height)
	c.focus()
}

func (c *Composer) focus() {
	c.subject.setFocus(!c.onBody && !c.preview)
	c.body.setFocus(c.onBody && !c.preview)
}

// ID is the same for every update: there is one composer.
func (c *Composer) ID() string { return "composer" }

// SetSize gives the size of the terminal.
func (c *Composer) SetSize(width, height int) {
	c.box.SetSize(width, height)
	if c.body == nil {
		return
	}
	c.subject.setWidth(c.inner() - 2)
	c.body.setWidth(c.inner() - 2)
	c.body.area.MaxHeight = max(c.rows()-composerRows, 2)
	c.body.area.SetHeight(c.body.area.MaxHeight)
}

// composerRows is what stands around the text.
const composerRows = 9

// SetScreen keeps the draft that is being edited; an untouched one stays as it was proposed, until it is asked for anew.
func (c *Composer) SetScreen(s *screen.Screen) string {
	c.names.screen = s
	return ""
}

// SetPlan gives the runbook's template, where the composer opened before it was known.
func (c *Composer) SetPlan(p *screen.Plan) { c.names.plan = p }

// SetActions keeps whether the viewer may send.
func (c *Composer) SetActions(infos []launch.ActionInfo) { c.infos = infos }

// Touched reports whether anything was typed.
func (c *Composer) Touched() bool { return c.body.touched() || c.subject.touched() }

// Typing reports whether letters mean something here.
func (c *Composer) Typing() bool { return !c.preview }

// now is the draft as it stands in the fields.
func (c *Composer) now() screen.Draft {
	d := c.draft
	d.Subject, d.Text = c.subject.value(), c.body.value()
	return d
}

// HandleKey answers a key.
func (c *Composer) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	armed := c.armed
	c.armed = ""
	switch key := k.String(); {
	case key == "esc" && c.preview && !c.busy:
		c.back()
	case key == "esc" && c.Touched() && !c.busy && armed != "esc":
		c.armed = "esc"
	case key == "esc":
		return nil, true
	case c.busy:
	case c.preview:
		return c.previewKey(k)
	case key == "ctrl+p":
		return c.look(), false
	case key == "ctrl+e":
		return intent.Edit{Text: c.body.area.Value()}, false
	case key == "ctrl+r", key == "ctrl+g":
		if c.Touched() && armed != key {
			c.armed = key
			return nil, false
		}
		c.redraft(key == "ctrl+g")
	case key == "tab":
		if c.onBody {
			return c.look(), false
		}
		c.onBody = true
		c.focus()
	case key == "shift+tab":
		c.onBody = !c.onBody
		c.focus()
	case key == "enter" && !c.onBody:
		c.onBody = true
		c.focus()
	default:
		c.problem = nil
		if c.onBody {
			c.body.key(k)
		} else {
			c.subject.key(k)
		}
	}
	return nil, false
}

// redraft makes the draft anew from the newest screen; about the next milestone that is proposed, or about none.
func (c *Composer) redraft(next bool) {
	milestone := c.draft.Milestone
	if all := c.names.screen.Updates.Milestones; next {
		at := slices.IndexFunc(all, func(a screen.Achieved) bool { return a.Title == milestone })
		milestone = ""
		if at+1 < len(all) {
			milestone = all[at+1].Title
		}
	}
	c.problem = nil
	c.take(screen.DraftUpdate(c.names.plan, c.names.screen, milestone))
}

// SetEdited gives the text as an editor left it.
func (c *Composer) SetEdited(s string, err error) {
	switch s = strings.TrimRight(s, "\n"); {
	case err != nil:
		c.problem = []string{"the editor did not end well: " + err.Error(), "the text is as it was"}
	case len(s) > launch.MaxText:
		c.problem = []string{fmt.Sprintf("the editor left %d bytes; at most %d can be sent", len(s), launch.MaxText), "the text is as it was"}
	default:
		c.body.area.SetValue(text.Block(s))
		c.body.area.MoveToBegin()
		c.problem = nil
	}
}

// Paste puts text at the cursor. More than can be sent is refused whole, instead of being cut in silence.
func (c *Composer) Paste(s string) {
	if c.preview || c.busy {
		return
	}
	f := c.subject
	if c.onBody {
		f = c.body
	}
	if n := len(f.area.Value()) + len(s); n > launch.MaxText {
		c.problem = []string{fmt.Sprintf("with what was pasted the text would be %d bytes long; at most %d can be sent", n, launch.MaxText), "nothing was pasted"}
		return
	}
	f.paste(s)
}

// Done shows why it was not sent; sent, the composer is finished.
func (c *Composer) Done(err error) bool {
	c.busy = false
	if err == nil {
		return true
	}
	c.problem = problemOf(err)
	return false
}

// Bindings are its keys.
func (c *Composer) Bindings() []panes.Binding {
	if c.preview {
		return []panes.Binding{{Key: "S", Help: "send", Why: c.whyNot()}, binding("space", "tick a channel"), binding("j/k", "channel"), binding("tab", "back to the text")}
	}
	return []panes.Binding{binding("tab", "preview"), binding("ctrl+e", "in your editor"), binding("ctrl+r", "draft anew"),
		binding("ctrl+g", "about a milestone"), binding("shift+tab", "subject"), binding("esc", "close")}
}

var _ Dialog = (*Composer)(nil)
