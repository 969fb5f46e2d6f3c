package rehearsal_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/room"
	"tminus/model/runbook"
	"tminus/model/screen"
)

// papers are the files of a rehearsal as they are edited while it runs.
type papers struct {
	mu    sync.Mutex
	files room.Files
}

func (p *papers) Path() string { return "/l/launch.yaml" }

func (p *papers) Read(context.Context, *launchfile.File) room.Files {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.files
}

// file puts a launch file on the disk.
func (p *papers) file(t *testing.T, text string, book *runbook.Runbook) {
	t.Helper()
	f, mistakes := launchfile.Load("launch.yaml", []byte(text))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	people, err := launch.PeopleOf(f, book, nil)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.files.File = room.FileText{Text: text, File: f, People: people}
}

func (p *papers) runbook(text string, book *runbook.Runbook) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.files.Runbook = room.FileText{Text: text, Runbook: book}
}

func seenOf(s *screen.Screen, id string) *screen.Monitor {
	for i := range s.Monitors {
		if s.Monitors[i].ID == id {
			return &s.Monitors[i]
		}
	}
	return nil
}

// Files that are edited while a rehearsal runs wait for their review as in a LIVE launch: nothing of them is watched before.
// The caller gives theirs, the colleagues what is their part; then the simulated world follows.
func TestARehearsalFollowsItsFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &papers{}
		w := startWith(t, "calm", "engineering-lead", docs)
		defer w.room.Close()
		text, book := w.text, w.book
		docs.file(t, text, book)
		docs.runbook("runbook", book)
		time.Sleep(40 * time.Second)
		if s := w.now(); s.Document(launch.DocFile).Pending != nil || s.Document(launch.DocRunbook).Pending != nil {
			t.Fatalf("nothing was changed: %+v", s.Documents)
		}
		edited := strings.Replace(text, "monitors:\n", "monitors:\n  - {id: orders, name: Orders, unit: \"/min\", group: business, owner: product-owner, every: 1m, warning: \"< 10 /min\"}\n", 1)
		docs.file(t, edited, book)
		s := w.until("the change is seen", func(s *screen.Screen) bool { return s.Document(launch.DocFile).Pending != nil })
		c := s.Document(launch.DocFile).Pending
		if !c.Yours || seenOf(s, "orders") != nil {
			t.Errorf("%+v; watched before its review: %v", c, seenOf(s, "orders"))
		}
		time.Sleep(2 * time.Minute) // of the wall: no colleague reviews what is the caller's to review
		if w.now().Document(launch.DocFile).Pending == nil {
			t.Fatal("a colleague has reviewed it in the caller's place")
		}
		w.do("document.review", "document=launch-file", "id="+c.ID)
		w.until("the new monitor is read", func(s *screen.Screen) bool { m := seenOf(s, "orders"); return m != nil && m.Value != nil })

		again := *book
		again.Title = "A runbook that was edited"
		docs.runbook("runbook 2", &again)
		s = w.until("the change is seen", func(s *screen.Screen) bool { return s.Document(launch.DocRunbook).Pending != nil })
		w.do("document.review", "document=runbook", "id="+s.Document(launch.DocRunbook).Pending.ID)
		s = w.until("the product owner has reviewed it", func(s *screen.Screen) bool { return s.Document(launch.DocRunbook).Pending == nil })
		if d := s.Document(launch.DocRunbook); d.InForce != d.Reviewed || d.Unreviewed != nil {
			t.Errorf("%+v", d)
		}
		reviews := w.entries(launch.KindDocumentReviewed)
		if n := len(reviews); n != 3 || reviews[2].Actor.User != "product" {
			t.Errorf("%d reviews, the last by %s", n, reviews[n-1].Actor.User)
		}
		w.intact()
	})
}

// Who is no reviewer has nothing to do: the colleagues review both.
func TestColleaguesReviewChangedFiles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		docs := &papers{}
		w := startWith(t, "calm", "support-lead", docs)
		defer w.room.Close()
		again := *w.book
		again.Title = "A runbook that was edited"
		docs.file(t, strings.Replace(w.text, "title: New checkout", "title: Newer checkout", 1), w.book)
		docs.runbook("runbook 2", &again)
		s := w.until("both are in force", func(s *screen.Screen) bool {
			return s.Documents.Adopted > 0 && s.Document(launch.DocFile).Pending == nil && s.Document(launch.DocRunbook).Pending == nil
		})
		if s.Title != "Newer checkout" || len(w.entries(launch.KindDocumentReviewed)) != 3 {
			t.Errorf("%q, %d reviews", s.Title, len(w.entries(launch.KindDocumentReviewed)))
		}
	})
}
