package panes

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/journal"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// EntriesPage is how many entries the view asks for at a time, newest first.
const EntriesPage = 500

// DecisionsView is the whole journal, newest at the bottom, and of the selected entry all that was hashed: actor, data,
// what was known, body and hash. Entries are loaded in pages: after opening it, after each SetEntries and after each key
// the cockpit carries out what Wants returns.
type DecisionsView struct {
	base
	entries []journal.Entry // ascending by seq, without gaps
	told    map[int64]screen.Line
	list    widgets.List
	cut     split
	read    reader
	only    filter
	whole   wholeEntry
	page    int   // entries that one question brings
	stalled bool  // the newest page brought nothing: no question until something changes
	asked   int64 // After of the newest question; -1: none
	sought  int64 // selected before it was loaded; 0: none
}

// NewDecisionsView makes the view.
func NewDecisionsView(t *theme.Theme) *DecisionsView {
	return &DecisionsView{base: base{t: t}, told: map[int64]screen.Line{}, page: EntriesPage, asked: -1}
}

// Title is the frame's title.
func (v *DecisionsView) Title() string { return "Decisions" }

// Right is the place in the journal, and its head.
func (v *DecisionsView) Right() string {
	if v.s == nil {
		return ""
	}
	place := fmt.Sprintf("%d entries", v.s.Entries)
	if e := v.selected(); e != nil {
		place = fmt.Sprintf("%d of %d", e.Seq, v.s.Entries)
	}
	return joined(v.t, place, v.s.Head)
}

// SetSize gives the size inside the frame.
func (v *DecisionsView) SetSize(w, h int) {
	v.base.SetSize(w, h)
	v.arrange()
}

// arrange shares the size between the filter, the list and the selected entry.
func (v *DecisionsView) arrange() {
	h := v.h
	if v.only.typing || v.only.on() {
		h--
	}
	v.cut = splitAt(v.w, h, 90)
	v.list.SetHeight(v.cut.listH)
}

// SetScreen gives a new picture. The sentences of its newest entries are kept, so that they are told as the pane told them.
func (v *DecisionsView) SetScreen(s *screen.Screen) {
	v.take(s)
	v.stalled = false
	for _, l := range s.Recent {
		v.told[l.Seq] = l
	}
	if n := len(v.entries); n > 0 && v.high() > s.Entries { // a replay went back
		v.entries = v.entries[:max(n-int(v.high()-s.Entries), 0)]
		v.refilter(s.Entries)
	}
}

// Tick changes nothing.
func (v *DecisionsView) Tick(now time.Time) bool {
	v.now = now
	return false
}

// Select moves the cursor to an entry by its seq, as soon as it is loaded; false: there is no such entry.
func (v *DecisionsView) Select(id string) bool {
	seq, err := strconv.ParseInt(id, 10, 64)
	if err != nil || v.s == nil || seq < 1 || seq > v.s.Entries {
		return false
	}
	if !v.find(seq) {
		v.sought = seq
	}
	return true
}

func (v *DecisionsView) find(seq int64) bool {
	if len(v.entries) == 0 || seq < v.low() || seq > v.high() {
		return false
	}
	row := int(seq - v.low())
	if v.only.rows != nil {
		var fits bool
		if row, fits = slices.BinarySearch(v.only.rows, row); !fits {
			return false
		}
	}
	v.list.Set(row)
	v.drawn = nil
	return true
}

func (v *DecisionsView) selected() *journal.Entry {
	return v.entry(v.list.Cursor())
}

// HandleKey moves; enter or l opens the selected entry, esc or h closes it, f filters, t replays, m shows the chart.
func (v *DecisionsView) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	var at int64
	if e := v.selected(); e != nil {
		at = e.Seq
	}
	if !v.read.open && v.only.key(k) {
		v.arrange()
		v.refilter(at)
		v.stalled = false
		return v.Wants(), true
	}
	if i := v.leads(k.String()); i != nil {
		return i, true
	}
	if k.String() == "enter" && !v.read.open && v.selected() != nil {
		k = tea.KeyPressMsg{Code: tea.KeyRight}
	}
	switch {
	case v.selected() != nil && v.read.key(k, &v.base):
		return nil, true
	case !v.read.open && v.list.Key(k):
		v.drawn, v.stalled = nil, false
		return v.Wants(), true
	}
	return nil, false
}

// Bindings are the view's keys.
func (v *DecisionsView) Bindings() []Binding {
	if v.read.open {
		return v.read.bindings()
	}
	keys := []Binding{{Key: "enter", Help: "whole entry"}, {Key: "f", Help: "filter"}, {Key: "t", Help: "replay from here"}}
	if e := v.selected(); e != nil && monitorOf(e) != "" {
		keys = append(keys, Binding{Key: "m", Help: "its chart"})
	}
	return append(keys, moving())
}

// leads is where a key goes from the selected entry: the launch as it stood then, or the chart of the monitor that it is
// about, at its time. Nil: nowhere.
func (v *DecisionsView) leads(key string) intent.Intent {
	e := v.selected()
	switch {
	case e == nil:
		return nil
	case key == "t":
		return intent.Replay{At: e.At}
	case key == "m":
		if id := monitorOf(e); id != "" {
			return intent.OpenView{View: "metrics", Target: id + "@" + e.At.UTC().Format(time.RFC3339)}
		}
	}
	return nil
}

// Lines draws the view.
func (v *DecisionsView) Lines() []string {
	return v.lines(func() []string {
		e := v.selected()
		top := v.filterLine(v.w)
		switch {
		case e == nil && top != "":
			return []string{top}
		case e == nil:
			return []string{v.row().Rest(v.t.Dim, "Reading the journal.").String()}
		case v.read.open:
			if v.whole.seq != e.Seq || v.whole.w != v.w {
				v.whole = wholeEntry{e.Seq, v.w, entryDetail(v.t, e, v.line(e), v.w, true)}
			}
			return v.read.draw(&v.base, v.whole.lines)
		}
		list := v.list.Lines(v.t, v.cut.listW, func(i int, here bool) string {
			l := v.line(v.entry(i))
			return entryRow(&v.base, v.cut.listW, &l, stampWidth(v.entries[0].At, v.now), here)
		})
		f := facts{t: v.t, w: v.cut.sideW, lines: entryDetail(v.t, e, v.line(e), v.cut.sideW, false)}
		lines := v.cut.join(v.t, list, f.cut(v.cut.sideH))
		if top != "" {
			lines = append([]string{top}, lines...)
		}
		return lines
	})
}
