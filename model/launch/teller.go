package launch

import (
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

// Teller returns a state that is good for Describe alone: it knows what ids are called, and nothing that happened. It is
// for readers of a journal that reach it entry by entry, through a room.
func Teller(rb *runbook.Runbook, f *launchfile.File, people []Person) *State {
	if rb == nil {
		rb = &runbook.Runbook{}
	}
	if f == nil {
		f = &launchfile.File{}
	}
	s := &State{Runbook: rb, File: f, People: people, table: newTable()}
	s.watch()
	return s
}
