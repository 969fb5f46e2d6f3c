// Package intent holds what a key, a palette line or a mouse click asks for, before anything acts: panes, views and
// dialogs return intents, and the cockpit alone carries them out.
package intent

import (
	"time"

	"tminus/model/diff"
	"tminus/model/launch"
	"tminus/model/screen"
)

// Intent is one of the types below; nil is nothing.
type Intent interface{ intent() }

type (
	// Do sends a command to the room as it stands.
	Do struct{ Command launch.Command }
	// Ask opens the dialog of an action for the arguments that are still missing (reason, evidence, choice, typed name).
	// Suggest is what its fields hold at first: shown and editable, where the command's own arguments are settled.
	Ask struct {
		Command launch.Command
		Suggest map[string]string
		Sure    bool // what stands in the way of it has been shown
		Open    bool // its dialog is opened even where nothing is left to ask
	}
	// OpenView shows a full view: checklist, timeline, decisions, sequence, reference, poll, metrics, countdown. Target is an id to select.
	OpenView struct{ View, Target string }
	// CloseView goes back to the panes.
	CloseView struct{}
	// Focus focuses a pane, 1 to 5.
	Focus struct{ Pane int }
	// Palette opens the list of all actions; Find the search over the whole launch; Help the keys; Roles the rehearsal's role menu.
	Palette struct{}
	Find    struct{}
	Help    struct{}
	Roles   struct{}
	// ActAs switches the role acted as in a rehearsal.
	ActAs struct{ Role string }
	// Faster, Slower and SkipMark steer a rehearsal's clock.
	Faster   struct{}
	Slower   struct{}
	SkipMark struct{}
	// LoadEntries asks for journal entries with seq > After, for the decisions view.
	LoadEntries struct{ After int64 }
	// LoadSeries asks for a monitor's points with From < At <= To; LoadLines for the newest log lines.
	LoadSeries struct {
		Monitor  string
		From, To time.Time
	}
	LoadLines struct{}
	// LoadDocument asks for the text of one of the launch's documents.
	LoadDocument struct{ Hash string }
	// Review opens the review of a changed document, with what it changes.
	Review struct {
		Document, ID string
		Diff         []diff.Line
	}
	// Alarm opens the triggers in force, the newest on top; where there is none, the dialog that declares one.
	Alarm struct{}
	// Flag opens a feature flag with the calls that switch it; "" is the main one.
	Flag struct{ ID string }
	// Rollback opens what there is to decide about a rollback: the open request, the view of one under way, else a new
	// request with these fields filled in.
	Rollback struct{ Suggest map[string]string }
	// Replay shows the launch as it stood at an instant, and lets one go on from there; zero: its beginning.
	Replay struct{ At time.Time }
	// Compose opens the composer of an update; Page the dialog that pages somebody, with what is wrong filled in.
	Compose struct{ Milestone string }
	Page    struct{}
	// Preview asks what the channels would make of a draft; the answer bears the same number.
	Preview struct {
		Draft  screen.Draft
		Number int
	}
	// Edit opens the person's own editor on a text.
	Edit struct{ Text string }
	// Close closes the top dialog.
	Close struct{}
	// Quit leaves the cockpit.
	Quit struct{}
)

func (Do) intent()           {}
func (Ask) intent()          {}
func (OpenView) intent()     {}
func (CloseView) intent()    {}
func (Focus) intent()        {}
func (Palette) intent()      {}
func (Find) intent()         {}
func (Help) intent()         {}
func (Roles) intent()        {}
func (ActAs) intent()        {}
func (Faster) intent()       {}
func (Slower) intent()       {}
func (SkipMark) intent()     {}
func (LoadEntries) intent()  {}
func (LoadSeries) intent()   {}
func (LoadLines) intent()    {}
func (LoadDocument) intent() {}
func (Review) intent()       {}
func (Alarm) intent()        {}
func (Flag) intent()         {}
func (Rollback) intent()     {}
func (Replay) intent()       {}
func (Close) intent()        {}
func (Quit) intent()         {}
func (Compose) intent()      {}
func (Page) intent()         {}
func (Preview) intent()      {}
func (Edit) intent()         {}
