package panes

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/layout"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

func fullViews(t *theme.Theme) map[string]Pane {
	return map[string]Pane{
		"checklist": NewChecklistView(t), "metrics": NewMetricsView(t), "decisions": NewDecisionsView(t),
	}
}

// fullView draws a view in its frame, at the size that a terminal of w by h has for it.
func fullView(t *theme.Theme, p Pane, s *screen.Screen, w, h int) []string {
	r := layout.Arrange(w, h).View
	p.SetSize(r.Inner())
	p.SetFocus(true)
	p.SetScreen(s)
	p.Tick(s.At)
	if d, ok := p.(*DecisionsView); ok {
		for want := d.Wants(); want != nil; want = d.Wants() {
			d.SetEntries(sampleEntries(want.(intent.LoadEntries).After, s.Entries))
		}
	}
	return widgets.Frame(t, p.Title(), p.Right(), p.Lines(), r.W, r.H, true)
}

// sampleEntries is at most a page of entries after a seq, as a room returns them.
func sampleEntries(after, last int64) []journal.Entry {
	var all []journal.Entry
	value := 0.24
	for seq := after + 1; seq <= last && seq <= after+EntriesPage; seq++ {
		e := journal.Entry{V: 1, Seq: seq, Prev: strings.Repeat("ab", 32), At: nowAt().Add(time.Duration(seq-last) * 47 * time.Second),
			Launch: "checkout-v2", Mode: "LIVE", Kind: "note.added", Hash: fmt.Sprintf("%064x", seq),
			Actor: journal.Actor{User: "eng-lead", Roles: []string{"engineering-lead"}, Auth: journal.AuthOSUser, Host: "jump-1"},
			Data:  json.RawMessage(fmt.Sprintf(`{"text":"note %d","for":"product","tags":[]}`, seq)),
			Context: &journal.Context{Clock: "T-00:12:43", Phase: "countdown", Status: "YELLOW",
				Metrics: map[string]journal.Metric{"error-rate": {Value: &value, Unit: "%", State: "WARN"}}}}
		e.Body = fmt.Sprintf(`{"v":1,"seq":%d,"prev":"%s","at":"…","data":%s}`, seq, e.Prev, e.Data)
		all = append(all, e)
	}
	return all
}

// TestViewsAreExact checks that every full view has its size to the cell, at all sizes and with hostile text, also where
// the cursor has moved and an entry is open.
func TestViewsAreExact(t *testing.T) {
	for name, s := range map[string]*screen.Screen{"sample": sample(), "hostile": hostile(), "empty": {At: nowAt()}} {
		for _, size := range append(sizes(), [2]int{60, 15}, [2]int{237, 61}, [2]int{100, 26}) {
			for view := range fullViews(theme.New(theme.Options{})) {
				th := theme.New(theme.Options{})
				p := fullViews(th)[view]
				r := layout.Arrange(size[0], size[1]).View
				checkExact(t, fmt.Sprint(name, view, size), fullView(th, p, s, size[0], size[1]), r.W, r.H)
				for _, key := range []string{"end", "enter", "end", "k", "pgup"} {
					p.HandleKey(press(key))
					w, h := r.Inner()
					checkExact(t, fmt.Sprint(name, view, size, key), p.Lines(), w, h)
				}
			}
		}
	}
}
