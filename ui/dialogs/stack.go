package dialogs

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
)

// Quiet is how long the keyboard must rest before a dialog that opened by itself takes keys: somebody who was typing
// must not answer a question that they have not seen.
const Quiet = 500 * time.Millisecond

// Stack holds the open dialogs; keys go to the top one only.
type Stack struct {
	open          []layer
	width, height int
}

type layer struct {
	dialog  Dialog
	guarded bool
	quiet   time.Time // keys before this instant are swallowed and move it
}

// Push opens a dialog that somebody asked for. One about the same thing is replaced.
func (s *Stack) Push(d Dialog) { s.push(layer{dialog: d}) }

// PushUnasked opens a dialog that opens by itself; it ignores keys until the keyboard has been quiet.
func (s *Stack) PushUnasked(d Dialog, now time.Time) {
	s.push(layer{dialog: d, guarded: true, quiet: now.Add(Quiet)})
}

func (s *Stack) push(l layer) {
	s.Remove(l.dialog)
	l.dialog.SetSize(s.width, s.height)
	s.open = append(s.open, l)
}

// Top returns the dialog that gets the keys; nil: none is open.
func (s *Stack) Top() Dialog {
	if len(s.open) == 0 {
		return nil
	}
	return s.open[len(s.open)-1].dialog
}

// Pop closes the top dialog.
func (s *Stack) Pop() {
	if n := len(s.open); n > 0 {
		s.open = s.open[:n-1]
	}
}

// Remove closes a dialog, or the one about the same thing, wherever it lies.
func (s *Stack) Remove(d Dialog) {
	kept := s.open[:0]
	for _, l := range s.open {
		if l.dialog.ID() != d.ID() {
			kept = append(kept, l)
		}
	}
	s.open = kept
}

// SetSize gives the terminal's size to every dialog.
func (s *Stack) SetSize(width, height int) {
	s.width, s.height = width, height
	for _, l := range s.open {
		l.dialog.SetSize(width, height)
	}
}

// SetScreen gives a new picture to every dialog and closes those that were settled elsewhere. It returns what to tell.
func (s *Stack) SetScreen(p *screen.Screen) (told string) {
	kept := s.open[:0]
	for _, l := range s.open {
		if settled := l.dialog.SetScreen(p); settled != "" {
			told = settled
			continue
		}
		kept = append(kept, l)
	}
	s.open = kept
	return told
}

// SetActions gives the actions as they are open now to every dialog.
func (s *Stack) SetActions(infos []launch.ActionInfo) {
	for _, l := range s.open {
		l.dialog.SetActions(infos)
	}
}

// HandleKey gives a key, pressed at now, to the top dialog.
func (s *Stack) HandleKey(k tea.KeyPressMsg, now time.Time) intent.Intent {
	n := len(s.open)
	if n == 0 || s.swallowed(now) {
		return nil
	}
	d := s.open[n-1].dialog
	i, closing := d.HandleKey(k)
	if closing {
		s.Remove(d)
	}
	return i
}

// Paste gives pasted text to the top dialog, under the same guard as keys.
func (s *Stack) Paste(text string, now time.Time) {
	if n := len(s.open); n > 0 && !s.swallowed(now) {
		s.open[n-1].dialog.Paste(text)
	}
}

func (s *Stack) swallowed(now time.Time) bool {
	l := &s.open[len(s.open)-1]
	if l.guarded && now.Before(l.quiet) {
		l.quiet = now.Add(Quiet)
		return true
	}
	l.guarded = false
	return false
}

// Done tells a dialog what became of its command and closes it where it is finished. It reports whether the dialog is
// there to show an error.
func (s *Stack) Done(id string, err error) bool {
	for _, l := range s.open {
		if l.dialog.ID() == id {
			if l.dialog.Done(err) {
				s.Remove(l.dialog)
			}
			return true
		}
	}
	return false
}
