package dialogs

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
)

// look goes to the previews, and asks for them.
func (c *Composer) look() intent.Intent {
	switch d := c.now(); {
	case d.Text == "":
		c.problem = []string{"the update has no text"}
		return nil
	case len(d.Text) > launch.MaxText:
		c.problem = []string{fmt.Sprintf("the text is %d bytes long; at most %d can be sent", len(d.Text), launch.MaxText), "shorten it"}
		return nil
	}
	c.preview, c.loading, c.top, c.problem = true, true, 0, nil
	c.focus()
	c.asked++
	return intent.Preview{Draft: c.now(), Number: c.asked}
}

func (c *Composer) back() {
	c.preview, c.problem = false, nil
	c.focus()
}

// previewKey answers a key among the previews.
func (c *Composer) previewKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	page := max(c.rows()/2, 1)
	switch k.String() {
	case "tab", "shift+tab":
		c.back()
	case "up", "k":
		c.at, c.top = max(c.at-1, 0), 0
	case "down", "j":
		c.at, c.top = min(c.at+1, max(len(c.previews)-1, 0)), 0
	case "pgdown":
		c.top += page
	case "pgup":
		c.top = max(c.top-page, 0)
	case "space", "x":
		if c.at < len(c.previews) {
			id := c.previews[c.at].Channel
			c.off[id] = !c.off[id]
		}
	case "S":
		return c.send(), false
	}
	return nil, false
}

// send releases the update to the channels that are ticked.
func (c *Composer) send() intent.Intent {
	if c.loading || c.whyNot() != "" {
		return nil
	}
	d := c.now()
	var channels []string
	for _, p := range c.previews {
		switch {
		case c.off[p.Channel]:
			continue
		case p.Problem != "":
			c.problem = []string{p.Title + " would not take it: " + p.Problem, "untick the channel with space, or mend the text"}
			return nil
		}
		channels = append(channels, p.Channel)
	}
	if len(channels) == 0 {
		c.problem = []string{"no channel is ticked"}
		return nil
	}
	args := map[string]string{"text": d.Text, "subject": d.Subject, "channels": strings.Join(channels, ","), "from": fmt.Sprint(d.From)}
	if d.Milestone != "" {
		args["milestone"] = d.Milestone
	}
	c.busy, c.problem = true, nil
	return intent.Do{Command: launch.Command{Action: "update.send", Args: args}}
}

// whyNot is why the viewer may not send; "": they may, or it is not known yet.
func (c *Composer) whyNot() string {
	for _, i := range c.infos {
		if i.Name == "update.send" {
			return i.WhyNot
		}
	}
	return ""
}

// SetPreviews gives what the channels would make of the draft.
func (c *Composer) SetPreviews(number int, list []screen.Preview, err error) {
	if number != c.asked {
		return
	}
	c.loading, c.previews = false, list
	c.at = min(c.at, max(len(list)-1, 0))
	if err != nil {
		what, hint := Explain(err)
		c.problem = []string{"the previews cannot be shown: " + what, hint}
	}
}
