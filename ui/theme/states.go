package theme

import (
	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
)

// State gives a monitor state's glyph, word and style. Only OK has the style of health.
func (t *Theme) State(s monitor.State) (glyph, word string, style Style) {
	switch s {
	case monitor.OK:
		return t.Glyph.OK, s.String(), t.OK
	case monitor.Warn:
		return t.Glyph.Warn, s.String(), t.Warn
	case monitor.Crit:
		return t.Glyph.Crit, s.String(), t.Crit
	case monitor.Unbound, monitor.NoRule, monitor.NoBaseline:
		return t.Glyph.None, s.String(), t.Dim
	}
	return t.Glyph.NoData, s.String(), t.NoData
}

// Status gives a launch status' glyph, word and style; what is not known is never green.
func (t *Theme) Status(s screen.Status) (glyph, word string, style Style) {
	switch s {
	case screen.Green:
		return t.Glyph.OK, string(s), t.OK
	case screen.Yellow:
		return t.Glyph.Warn, string(s), t.Warn
	case screen.Red:
		return t.Glyph.Crit, string(s), t.Crit
	}
	return t.Glyph.NoData, string(screen.NotWatched), t.NoData
}

// StatusBadge is the reversed style of a status, for the header.
func (t *Theme) StatusBadge(s screen.Status) Style {
	switch s {
	case screen.Green:
		return t.OKBadge
	case screen.Yellow:
		return t.WarnBadge
	case screen.Red:
		return t.CritBadge
	}
	return t.NoDataBadge
}

// ModeBadge is the style of a mode's word: LIVE is the loudest.
func (t *Theme) ModeBadge(m launch.Mode) Style {
	if m == launch.Live {
		return t.AccentBadge
	}
	return t.Strong
}

// Poll gives the style of a poll's state word: "GO", "NO-GO", "GO lapsed", "open", "not open".
func (t *Theme) Poll(state string) (glyph string, style Style) {
	switch state {
	case string(launch.Go):
		return t.Glyph.OK, t.OK
	case string(launch.NoGo):
		return t.Glyph.Crit, t.Crit
	case "GO lapsed":
		return t.Glyph.Warn, t.Warn
	case "open":
		return t.Glyph.Run, t.Accent
	}
	return t.Glyph.Open, t.Dim
}

// PollBadge is the reversed style of a poll's state; a poll that is not open has none.
func (t *Theme) PollBadge(state string) Style {
	switch state {
	case string(launch.Go):
		return t.OKBadge
	case string(launch.NoGo):
		return t.CritBadge
	case "GO lapsed":
		return t.WarnBadge
	case "open":
		return t.AccentBadge
	}
	return t.Dim
}

// Item gives a checklist item's box, word and style.
func (t *Theme) Item(s launch.ItemState) (box, word string, style Style) {
	switch s {
	case launch.ItemChecked:
		return "[x]", "checked", t.OK
	case launch.ItemWaived:
		return "[~]", "waived", t.Warn
	}
	return "[ ]", "open", t.Text
}

// Step gives a step state's glyph, word and style.
func (t *Theme) Step(s launch.StepState) (glyph, word string, style Style) {
	switch s {
	case launch.StepDone:
		return t.Glyph.OK, string(s), t.OK
	case launch.StepRunning, launch.StepVerifying:
		return t.Glyph.Run, string(s), t.Accent
	case launch.StepFailed:
		return t.Glyph.Crit, string(s), t.Crit
	case launch.StepUnknown:
		return t.Glyph.NoData, string(s), t.NoData
	case launch.StepSkipped:
		return t.Glyph.Waived, string(s), t.Warn
	}
	return t.Glyph.Open, "waiting", t.Dim
}
