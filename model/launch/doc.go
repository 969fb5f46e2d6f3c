// Package launch is one run of a runbook: its State is a fold over the journal, and commands become events.
//
//	Plan     a launch file and a runbook -> the first event, launch.planned
//	New      the first entry and both documents -> State
//	Apply    the next entry -> State, whatever the entry says
//	Due      what the clock does by itself at an instant -> events; journaled before any command of that instant
//	Decide   who, command, now -> events, or a *Refusal that says why not and what to do, or *Needs: what to read first
//	Actions  what is open to somebody now, with the arguments' valid ids, for palettes and `do --list`
//
// Each concern has a file with its kinds, its types, its part of the table and both directions:
//
//	before T-0    checklist, task, checkin, role (people answers who holds what), meeting, poll, doctor
//	the clock     clock, mark, phase
//	what is done  step, flag, call, rollback, arm (a trigger that turns the flag off by itself)
//	what is seen  watch (what is watched), baseline, value, trigger, alarm, samples
//	what is told  update, page, comms (what both have in common), delivery, promise, note, defect
//	the end       criterion, closure
//	throughout    document (files that change under an open launch), undo
//
// Where that is long, deciding and applying stand beside it in files of their own. One table (table.go) lists all actions
// and kinds; Decide, Apply, Describe, Actions and LogSchema read it, so a new action or kind is one line there and its
// functions. A kind comes into the table only with its Apply: until then, entries of it make the launch read-only.
//
// Decide enforces who and when; Apply enforces what cannot be, whoever says so: a step without a GO, a decision that the
// votes do not come to, a sign-off of a section with open items. Such entries stay in the journal, change nothing, and
// are kept in Oddities.
package launch
