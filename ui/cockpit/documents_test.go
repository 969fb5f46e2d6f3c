package cockpit

import (
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
)

// A changed file is told, seen with what it changes, and reviewed by keys; what comes into force has the plan read again.
func TestAChangedFileIsReviewedByKeys(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		w.mu.Lock()
		w.texts = map[string]string{"aaaa": "title: Old\n", "bbbb": "title: Young\n"}
		w.mu.Unlock()
		w.publish(func(s *screen.Screen) {
			s.Documents.List = []screen.Document{{ID: launch.DocFile, Title: "Launch file", InForce: "aaaa", Reviewed: "aaaa", Reviewers: []string{"Engineering Lead"},
				Pending: &screen.DocumentChange{ID: "9c41d07b", After: "bbbb", Missing: []string{"Engineering Lead"}, Yours: true}}}
			s.Alarms = []screen.Alarm{{Key: "document/launch-file#9c41d07b", Title: "Launch file changed", Action: "goes on as reviewed", Owner: "EL", Document: launch.DocFile, Since: s.At, Quiet: true}}
			s.Todo = screen.Todo{Text: "Review the changed launch file, 9c41d07b", Action: "document.review", Target: launch.DocFile, Yours: true}
		})
		h.wait(time.Second)
		h.shows("REVIEW", "Launch file changed", "press g x", "Review the changed launch file")
		if h.bells != 0 {
			t.Errorf("it rang %d times", h.bells)
		}
		h.press("g", "n") // what is next leads there, too
		h.shows("Documents", "- title: Old", "+ title: Young", "y review 9c41d07b")
		h.press("y")
		h.shows("CHANGED", "It changes exactly this", "y reviewed: 9c41d07b")
		plans := w.plans
		h.press("y")
		if did(t, w, 1); w.did[0].Action != "document.review" || w.did[0].Args["id"] != "9c41d07b" {
			t.Errorf("%+v", w.did[0])
		}
		w.publish(func(s *screen.Screen) {
			s.Documents.Adopted, s.Documents.List[0].Pending, s.Alarms = 12, nil, nil
		})
		h.wait(time.Second)
		h.shows("Nothing waits for a review")
		if w.plans != plans+1 {
			t.Errorf("the plan was read %d times more", w.plans-plans)
		}
	})
}

// A review that is refused stays open and says why; the palette leads to the documents and not to a form without them.
func TestARefusedReviewSaysWhy(t *testing.T) {
	withHand(t, nil, func(h *hand, w *world) {
		w.answer = func(launch.Command) (launch.Result, error) {
			return launch.Result{}, &launch.Refusal{Message: "the rollback R1-9c41d07b is under way", Hint: "let it end first"}
		}
		w.publish(func(s *screen.Screen) {
			s.Documents.List = []screen.Document{{ID: launch.DocFile, Title: "Launch file", InForce: "aaaa", Reviewed: "aaaa",
				Pending: &screen.DocumentChange{ID: "9c41d07b", After: "bbbb"}}}
		})
		h.wait(time.Second)
		h.press("g", "x")
		h.shows("cannot be read now")
		w.mu.Lock()
		w.texts = map[string]string{"aaaa": "a\n", "bbbb": "b\n"}
		w.mu.Unlock()
		w.publish(func(s *screen.Screen) { s.Entries++ })
		h.wait(time.Second)
		h.press("y", "y")
		h.shows("is under way", "let it end first")
		h.press("esc", "esc", ":")
		h.typed("document.review")
		h.press("enter")
		if h.app.view != "documents" {
			t.Errorf("the palette leads to %q", h.app.view)
		}
	})
}
