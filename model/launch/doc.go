// Package launch is one run of a runbook: its State is a fold over the journal, and commands become events.
//
//	Plan     a launch file and a runbook -> the first event, launch.planned
//	New      the first entry and both documents -> State
//	Apply    the next entry -> State, whatever the entry says
//	Due      what the clock does by itself at an instant -> events; journaled before any command of that instant
//	Decide   who, command, now -> events, or a *Refusal that says why not and what to do, or *Needs: what to read first
//	Actions  what is open to somebody now, with the arguments' valid ids, for palettes and `do --list`
//
// Each concern has a file with its kinds, its part of the table and both directions: checklist, task, role (people.go
// answers who holds what), poll, clock, step, trigger, alarm, baseline, value, watch (what is watched), note, undo. Where
// that is long, deciding and applying stand beside it in files of their own. One table (table.go) lists all actions and
// kinds; Decide, Apply, Describe, Actions and LogSchema read it, so a new action or kind is one line there and its
// functions. A kind comes into the table only with its Apply: until then, entries of it make the launch read-only.
//
// Decide enforces who and when; Apply enforces what cannot be, whoever says so: a step without a GO, a decision that the
// votes do not come to, a sign-off of a section with open items. Such entries stay in the journal, change nothing, and
// are kept in Oddities.
package launch
