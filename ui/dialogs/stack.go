package dialogs

import (
	"slices"
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
	unasked bool
	quiet   time.Time // unasked: keys before this instant are swallowed and move it
	seen    bool      // it has taken a key
}

// Push opens a dialog that somebody asked for. One about the same thing is replaced.
func (s *Stack) Push(d Dialog) { s.push(layer{dialog: d}) }

// PushUnasked opens a dialog that opens by itself; it ignores keys until the keyboard has been quiet.
func (s *Stack) PushUnasked(d Dialog, now time.Time) {
	s.push(layer{dialog: d, unasked: true, quiet: now.Add(Quiet)})
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

// Find returns the open dialog of an id; nil: it is not open.
func (s *Stack) Find(id string) Dialog {
	for _, l := range s.open {
		if l.dialog.ID() == id {
			return l.dialog
		}
	}
	return nil
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

// Touched reports whether something was typed in any dialog that closing would lose.
func (s *Stack) Touched() bool {
	return slices.ContainsFunc(s.open, func(l layer) bool { return l.dialog.Touched() })
}

// SetScreen gives a new picture, come at now, to every dialog and closes those that were settled elsewhere. It returns
// what to tell. A dialog that comes to light by it is guarded like one that has just opened by itself.
func (s *Stack) SetScreen(p *screen.Screen, now time.Time) (told string) {
	top := s.Top()
	kept := s.open[:0]
	for _, l := range s.open {
		if settled := l.dialog.SetScreen(p); settled != "" {
			told = settled
			continue
		}
		kept = append(kept, l)
	}
	s.open = kept
	if s.Top() != top {
		s.guard(now)
	}
	return told
}

// Tick gives the launch time to the dialogs that tell ages.
func (s *Stack) Tick(now time.Time) {
	for _, l := range s.open {
		if d, ok := l.dialog.(interface{ Tick(now time.Time) }); ok {
			d.Tick(now)
		}
	}
}

// guard makes the dialogs that opened by themselves and lay below others so far wait for the keyboard once more.
func (s *Stack) guard(now time.Time) {
	for i := range s.open {
		if !s.open[i].seen {
			s.open[i].quiet = now.Add(Quiet)
		}
	}
}

// SetPlan gives what does not change to the dialogs that opened before it was known.
func (s *Stack) SetPlan(p *screen.Plan) {
	for _, l := range s.open {
		if d, ok := l.dialog.(interface{ SetPlan(p *screen.Plan) }); ok {
			d.SetPlan(p)
		}
	}
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
	s.open[n-1].seen = true
	s.guard(now) // the key may close the dialog above the others, at once or when its command is answered
	i, closing := d.HandleKey(k)
	if closing {
		s.Remove(d)
	}
	return i
}

// Typing reports whether letters mean something to the top dialog: it has a text to type or a list that they filter.
func (s *Stack) Typing() bool {
	d, ok := s.Top().(interface{ Typing() bool })
	return ok && d.Typing()
}

// Held reports whether a key pressed at now is swallowed, because the top dialog has just opened by itself. The key makes
// it wait anew.
func (s *Stack) Held(now time.Time) bool { return len(s.open) > 0 && s.swallowed(now) }

// Paste gives pasted text to the top dialog, under the same guard as keys.
func (s *Stack) Paste(text string, now time.Time) {
	if n := len(s.open); n > 0 && !s.swallowed(now) {
		s.open[n-1].dialog.Paste(text)
	}
}

func (s *Stack) swallowed(now time.Time) bool {
	l := &s.open[len(s.open)-1]
	if l.unasked && now.Before(l.quiet) {
		l.quiet = now.Add(Quiet)
		return true
	}
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
