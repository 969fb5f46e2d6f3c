package dialogs

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/ui/intent"
)

// asksOnce reports whether the form asks once more before it sends: a page wakes somebody, and its text was there before
// anybody wrote one.
func (f *Form) asksOnce() bool { return f.info.Name == "page.send" }

// sureKey answers the question whether to send: y does, anything that is not scrolling goes back to the fields.
func (f *Form) sureKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	switch {
	case f.busy && keyIs(k, "esc"):
		return nil, true
	case f.busy:
	case keyIs(k, "y"):
		f.busy, f.problem = true, nil
		return intent.Do{Command: f.command()}, false
	default:
		f.sure, f.offset = false, 0
	}
	return nil, false
}

// sureContent is what is about to be sent: to whom, by which channel, and the text to the letter.
func (f *Form) sureContent() (d drawing) {
	args := f.command().Args
	for _, fact := range pageFacts(f.names, args) {
		d.body = append(d.body, f.wrap(f.style(fact.tone), fact.text)...)
	}
	d.body = append(d.body, "")
	if s := args["subject"]; s != "" {
		d.body = append(d.body, f.wrap(f.theme.Strong, s)...)
	}
	for _, line := range strings.Split(args["text"], "\n") {
		d.body = append(d.body, f.indented(f.theme.Text, 2, line)...)
	}
	return d
}
