package views

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/layout"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

const (
	oldText = "launch: checkout-v2\ntitle: New checkout\nt0: 2026-11-24T10:00:00Z\nrunbook: feature-launch\n"
	// newText tries to repaint the screen, to turn lines around and to pass for another line of the difference.
	newText = "launch: checkout-v2\ntitle: \x1b[2J\x1b[32mNew\u202echeckout\nt0: 2026-11-24T10:00:00Z\nrunbook: feature-launch\n  flags:\r+ title: harmless\n"
)

func changedScreen(change func(d *screen.Documents)) *screen.Screen {
	at := time.Date(2026, 11, 24, 9, 47, 17, 0, time.UTC)
	s := &screen.Screen{Launch: "checkout-v2", At: at, Documents: screen.Documents{
		List: []screen.Document{
			{ID: launch.DocFile, Title: "Launch file", InForce: strings.Repeat("a", 64), Reviewed: strings.Repeat("a", 64), Reviewers: []string{"Engineering Lead", "Engineering Manager"},
				Pending: &screen.DocumentChange{ID: "9c41d07b", After: strings.Repeat("b", 64), At: at, Seq: 17, Missing: []string{"Engineering Lead", "Engineering Manager"}, Yours: true}},
			{ID: launch.DocRunbook, Title: "Runbook", InForce: strings.Repeat("c", 64), Reviewed: strings.Repeat("c", 64), Reviewers: []string{"Engineering Lead", "Product Owner"}, All: true,
				Pending: &screen.DocumentChange{ID: "0f8f2083", After: strings.Repeat("d", 64), At: at, Seq: 18, Missing: []string{"Product Owner"},
					Reviews: []screen.By{{User: "eng-lead", At: at, Seq: 19}}}},
		},
		Files: screen.FilesRead{Path: "/srv/launch/launch.yaml"},
	}}
	if change != nil {
		change(&s.Documents)
	}
	return s
}

func documentsOn(s *screen.Screen, ascii bool) *Documents {
	v := NewDocuments(theme.New(theme.Options{NoColor: true, ASCII: ascii}))
	v.SetFocus(true)
	v.SetPlan(&screen.Plan{})
	v.SetScreen(s)
	return v
}

// fill answers what the view asks for until it asks no more.
func fill(t *testing.T, v *Documents, texts map[string]string) (asked int) {
	t.Helper()
	for i := v.Wants(); i != nil; i = v.Wants() {
		hash := i.(intent.LoadDocument).Hash
		if v.Wants() != nil {
			t.Fatal("a second question while the first is under way")
		}
		text, ok := texts[hash]
		v.SetDocument(hash, text, ok)
		if asked++; asked > 10 {
			t.Fatal("it asks for ever")
		}
	}
	return asked
}

func texts() map[string]string {
	return map[string]string{strings.Repeat("a", 64): oldText, strings.Repeat("b", 64): newText, strings.Repeat("c", 64): "id: x\n", strings.Repeat("d", 64): "id: y\n"}
}

func TestGoldenDocuments(t *testing.T) {
	override := func(d *screen.Documents) {
		d.Urgent = true
		d.List[0].InForce = strings.Repeat("b", 64)
		by := screen.By{User: "eng-lead", At: time.Date(2026, 11, 24, 10, 3, 0, 0, time.UTC), Text: "the commit is wrong", Seq: 44}
		d.List[0].Unreviewed, d.List[0].Pending.InForce = &by, true
		d.Overrides = []screen.Override{{Document: launch.DocFile, ID: "9c41d07b", After: strings.Repeat("b", 64), By: by}}
	}
	broken := func(d *screen.Documents) {
		d.List[0].Pending.Error = "launch.yaml:2:8: \x1b[2Ja list that does not end\nlaunch.yaml:9:1: no such key"
		d.List[1].Pending = nil
		d.Files.Trouble = "launch.yaml: permission denied"
	}
	for _, c := range []struct {
		name   string
		change func(d *screen.Documents)
		w, h   int
		ascii  bool
	}{
		{name: "changed", w: 120, h: 35}, {name: "changed", w: 80, h: 24}, {name: "changed", w: 200, h: 50, ascii: true},
		{name: "override", change: override, w: 120, h: 35}, {name: "broken", change: broken, w: 120, h: 35},
		{name: "none", change: func(d *screen.Documents) {
			d.List[0].Pending, d.List[1].Pending, d.Files.Path = nil, nil, ""
		}, w: 120, h: 35},
	} {
		t.Run(fmt.Sprintf("%s-%dx%d", c.name, c.w, c.h), func(t *testing.T) {
			v := documentsOn(changedScreen(c.change), c.ascii)
			fill(t, v, texts())
			r := layout.Arrange(c.w, c.h).View
			v.SetSize(r.Inner())
			var b strings.Builder
			for _, l := range widgets.Frame(v.t, v.Title(), v.Right(), v.Lines(), r.W, r.H, true) {
				if plain := ansi.Strip(l); strings.Contains(plain, "\x1b") || strings.Contains(l, "\x1b[2J") || strings.ContainsRune(l, '\u202e') || widgets.Width(plain) != r.W {
					t.Errorf("a text of the file acts on the terminal: %q", l)
				}
				b.WriteString(strings.TrimRight(l, " ") + "\n")
			}
			golden.RequireEqual(t, b.String())
		})
	}
}

// y is of the document under the cursor, and goes with what is seen of it. Where its texts are not here there is nothing to
// review, and what cannot be read is asked for again with the next screen.
func TestDocumentsLeadToTheReview(t *testing.T) {
	v := documentsOn(changedScreen(nil), false)
	v.SetSize(100, 30)
	if i, ok := v.HandleKey(press("y")); ok || i != nil {
		t.Errorf("what was not read is reviewed: %v", i)
	}
	if n := fill(t, v, nil); n != 4 {
		t.Errorf("%d questions", n)
	}
	if v.Wants() != nil || !strings.Contains(ansi.Strip(strings.Join(v.Lines(), "\n")), "cannot be read now") {
		t.Error("what cannot be read is not told, or asked for at once")
	}
	v.SetScreen(changedScreen(nil))
	fill(t, v, texts())
	i, _ := v.HandleKey(press("y"))
	review, ok := i.(intent.Review)
	if !ok || review.Document != launch.DocFile || review.ID != "9c41d07b" || len(review.Diff) == 0 {
		t.Errorf("%+v", i)
	}
	v.Select("document/runbook")
	i, _ = v.HandleKey(press("y"))
	if review, ok = i.(intent.Review); !ok || review.ID != "0f8f2083" {
		t.Errorf("%+v", i)
	}
	if _, ok := v.HandleKey(press("o")); ok {
		t.Error("let in without a rollback of high priority")
	}
	v.SetScreen(changedScreen(func(d *screen.Documents) { d.Urgent = true }))
	i, _ = v.HandleKey(press("o"))
	if ask, ok := i.(intent.Ask); !ok || ask.Command.Args["override"] != "high" || ask.Command.Args["id"] != "0f8f2083" {
		t.Errorf("%+v", i)
	}
}
