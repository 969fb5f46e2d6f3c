package cockpit

import (
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/ui"
)

// What comes back from the commands. link is the number of the watch that it belongs to.
type (
	tickMsg time.Time
	planMsg struct {
		plan *screen.Plan
		err  error
	}
	watchMsg struct {
		link    int
		screens <-chan *screen.Screen
		err     error
	}
	screenMsg struct {
		link    int
		screens <-chan *screen.Screen
		screen  *screen.Screen // the newest; nil: none came
		closed  bool
	}
	actionsMsg struct {
		link  int
		infos []launch.ActionInfo
		err   error
	}
	doneMsg struct {
		dialog  string // that asked for it; "" for none
		command launch.Command
		result  launch.Result
		err     error
	}
	steeredMsg struct {
		what string
		err  error
	}
	entriesMsg struct {
		after   int64
		entries []journal.Entry
		err     error
	}
	seriesMsg struct {
		monitor  string
		from, to time.Time
		points   []monitor.Point
		err      error
	}
	linesMsg struct {
		lines []screen.LogLine
		err   error
	}
	documentMsg struct {
		hash, text string
		err        error
	}
	previewsMsg struct {
		number   int
		previews []screen.Preview
		err      error
	}
	editorMsg struct { // the file is there: the editor can open it
		path string
		err  error
	}
	editedMsg struct {
		text string
		err  error
	}
	retryMsg struct{ link int }
	backMsg  struct {
		link int
		room ui.Room
		err  error
	}
)
