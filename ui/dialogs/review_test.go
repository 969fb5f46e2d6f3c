package dialogs

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"tminus/model/diff"
	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
)

// changed is a launch whose runbook was changed by somebody who would like it to pass unread.
func changed(change func(s *screen.Screen)) *screen.Screen {
	s := picture()
	s.Documents.List = []screen.Document{{ID: launch.DocRunbook, Title: "Runbook", InForce: strings.Repeat("a", 64), Reviewed: strings.Repeat("a", 64), All: true,
		Reviewers: []string{"Engineering Lead", "Product Owner"}, Pending: &screen.DocumentChange{ID: "9c41d07b", After: strings.Repeat("b", 64), At: at("09:47:17"), Seq: 17,
			Missing: []string{"Product Owner"}, Reviews: []screen.By{{User: "eng-lead", At: at("09:50:00"), Seq: 18}}}}}
	if change != nil {
		change(s)
	}
	return s
}

func hostile() []diff.Line {
	return diff.Lines("a: 1\nb: 2\n", "a: 1\n\x1b[2J\x1b[Hb: 3\u202e\r- b: 2\n"+strings.Repeat("    indented ", 30)+"\n", 3)
}

func review(s *screen.Screen, why string) *Review {
	r := NewReview(plainTheme(), plan(), s, []launch.ActionInfo{{Name: "document.review", WhyNot: why}}, intent.Review{Document: launch.DocRunbook, ID: "9c41d07b", Diff: hostile()}, false)
	r.SetSize(120, 35)
	return r
}

func reviewGallery() map[string]func() Dialog {
	return map[string]func() Dialog{
		"review": func() Dialog { return review(changed(nil), "") },
		"review-override": func() Dialog {
			return review(changed(func(s *screen.Screen) { s.Documents.Urgent = true }), "")
		},
		"review-not": func() Dialog { return review(changed(nil), "the rollback R1-9c41d07b is under way") },
	}
}

// A review is of the change that has been seen, by its id, and closes when that is no longer the newest.
func TestAReviewIsOfWhatWasSeen(t *testing.T) {
	r := review(changed(nil), "")
	if i, _ := r.HandleKey(keyOf("y")); i != nil {
		t.Error("reviewed before it was drawn")
	}
	all := strings.Join(r.Lines(), "\n")
	if strings.Contains(all, "\x1b[2J") || strings.ContainsRune(all, '\u202e') {
		t.Error("a text of the file acts on the terminal")
	}
	if !strings.Contains(ansi.Strip(all), "    indented") || !strings.Contains(ansi.Strip(all), "still to review: Product Owner") {
		t.Error(ansi.Strip(all))
	}
	i, _ := r.HandleKey(keyOf("y"))
	if do, ok := i.(intent.Do); !ok || do.Command.Action != "document.review" || do.Command.Args["id"] != "9c41d07b" || do.Command.Args["document"] != launch.DocRunbook || do.Command.Args["override"] != "" {
		t.Errorf("%+v", i)
	}
	if i, _ := r.HandleKey(keyOf("y")); i != nil {
		t.Error("sent twice")
	}
	r.Done(&launch.Refusal{Message: "you have reviewed 9c41d07b already", Hint: "it needs another person"})
	if !strings.Contains(ansi.Strip(strings.Join(r.Lines(), "\n")), "already") {
		t.Error("the refusal is not told")
	}
	if s := r.SetScreen(changed(func(s *screen.Screen) { s.Documents.List[0].Pending.ID = "11111111" })); !strings.Contains(s, "11111111") {
		t.Errorf("another version: %q", s)
	}
	if s := r.SetScreen(changed(func(s *screen.Screen) { s.Documents.List[0].Pending = nil })); s == "" {
		t.Error("it stays open once it is reviewed")
	}
	r = review(changed(nil), "")
	r.SetSize(80, 16) // its end is not in sight
	if r.Lines(); !strings.Contains(ansi.Strip(strings.Join(r.Lines(), "\n")), "more of it below") {
		t.Error("it is not told that there is more")
	}
	if i, _ := r.HandleKey(keyOf("y")); i != nil {
		t.Error("reviewed without its end having been on the screen")
	}
	press(t, r, "end")
	r.Lines()
	if i, _ := r.HandleKey(keyOf("y")); i == nil {
		t.Error("seen to its end, it cannot be reviewed")
	}
	r = review(changed(func(s *screen.Screen) { s.Documents.Urgent = true }), "")
	i, _ = r.HandleKey(keyOf("o"))
	if ask, ok := i.(intent.Ask); !ok || ask.Command.Args["override"] != "high" {
		t.Errorf("%+v", i)
	}
}
