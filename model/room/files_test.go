package room

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

// papers are the two files of a launch as a test leaves them. A text that begins with "!" cannot be understood.
type papers struct {
	mu    sync.Mutex
	files Files
	reads int
	hang  chan struct{} // nil: they are read at once
}

func (p *papers) Path() string { return "/l/launch.yaml" }

func (p *papers) Read(context.Context, *launchfile.File) Files {
	if p.hang != nil {
		<-p.hang
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reads++
	return p.files
}

func (p *papers) set(change func(f *Files)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.files)
}

func paper(text string, f *launchfile.File) FileText {
	var people []launch.Person
	for _, q := range f.People {
		people = append(people, launch.Person{User: q.User, UID: uids(q.User), Roles: q.Roles})
	}
	return FileText{Text: text, File: f, People: people}
}

// desk is a launch with its files, and a source for every version of the launch file.
type desk struct {
	t     *testing.T
	disk  *memory
	files *papers
	polls *sync.Map // by title of the launch file: the source that it binds
	book  func() *runbook.Runbook
	room  *Room
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, disk: newMemory(), files: &papers{}, polls: &sync.Map{}}
	d.book = func() *runbook.Runbook {
		b := testRunbook()
		b.Reviewers = []string{"engineering-lead", "product-owner"}
		return b
	}
	now := time.Now().UTC()
	file := testFile(now.Add(24 * time.Hour))
	err := Plan(t.Context(), d.disk, &PlanRequest{ID: "0123", Mode: launch.Live, File: file, FileText: "file", Runbook: d.book(), RunbookText: "book",
		Path: "/l/launch.yaml", UID: uids, Now: now, By: el()})
	if err != nil {
		t.Fatal(err)
	}
	d.files.files = Files{File: paper("file", file), Runbook: FileText{Text: "book", Runbook: d.book()}}
	return d
}

func (d *desk) open() *Room {
	d.t.Helper()
	d.room = openRoom(d.t, Config{Store: d.disk, Documents: d.files, Bind: func(f *launchfile.File) Ports {
		src, _ := d.polls.LoadOrStore(f.Title, &source{value: 0.01})
		return Ports{Sources: map[string]Source{"cloudwatch": src.(Source)}}
	}})
	return d.room
}

// changeFile puts another launch file on the disk: its title is its text.
func (d *desk) changeFile(text string) {
	d.files.set(func(f *Files) {
		next := testFile(time.Now().UTC().Add(24 * time.Hour))
		next.Title = text
		next.Sources["error-rate"] = launchfile.Source{CloudWatch: &launchfile.CloudWatch{Period: runbook.Duration(time.Minute), Expression: text}}
		f.File = paper(text, next)
	})
}

func (d *desk) asked(title string) int {
	src, ok := d.polls.Load(title)
	if !ok {
		return 0
	}
	return src.(*source).reads()
}

func (d *desk) pending(document string) (id string) {
	d.t.Helper()
	if err := d.room.in(d.t.Context(), func() {
		if c := d.room.state.Pending[document]; c != nil {
			id = c.ID
		}
	}); err != nil {
		d.t.Fatal(err)
	}
	return id
}

func changesOf(t *testing.T, s *memory) []launch.DocumentChanged {
	var list []launch.DocumentChanged
	for _, e := range entriesOf(t, s, launch.KindDocumentChanged) {
		var d launch.DocumentChanged
		if err := json.Unmarshal(e.Data, &d); err != nil || e.Actor.Auth != journal.AuthSystem {
			t.Fatalf("%v, by %s", err, e.Actor.Auth)
		}
		list = append(list, d)
	}
	return list
}

// A changed launch file is journaled with its difference, is not followed before its review, in whatever room, and is then.
func TestAChangedLaunchFileIsFollowedFromItsReviewOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.open()
		time.Sleep(2 * time.Minute)
		if len(changesOf(t, d.disk)) != 0 || d.asked("Checkout") == 0 {
			t.Fatal("files that are as planned are told as changed, or nothing is polled")
		}
		d.changeFile("second")
		time.Sleep(time.Minute) // a running room looks too
		if id := d.pending(launch.DocFile); id == "" {
			t.Fatal("a running room does not see the change")
		}
		_ = d.room.Close()
		d.open() // a restart while it waits
		time.Sleep(time.Minute)
		list := changesOf(t, d.disk)
		if len(list) != 1 || !strings.Contains(list[0].Diff, "-file") || !strings.Contains(list[0].Diff, "+second") || list[0].People[0].UID != 1001 {
			t.Fatalf("%+v", list)
		}
		if d.asked("second") != 0 {
			t.Error("the new file is polled before its review")
		}
		now, err := d.room.Door(el()).Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c := now.Document(launch.DocFile).Pending
		if c == nil || !c.Yours || now.Todo.Action != "document.review" || !now.Todo.Yours || now.Documents.Adopted != 0 {
			t.Errorf("the screen does not ask for the review: %+v %+v", c, now.Todo)
		}
		if text, err := d.room.Door(stranger()).Document(t.Context(), c.After); err != nil || text != "second" {
			t.Errorf("%q, %v", text, err)
		}
		if _, err := d.room.Door(el()).Document(t.Context(), journal.Hash("other")); err == nil {
			t.Error("a document of no launch is told")
		}

		do(t, d.room.Door(el()), "document.review", "document", launch.DocFile, "id", d.pending(launch.DocFile))
		synctest.Wait() // a reading that had begun
		before := d.asked("Checkout")
		time.Sleep(2 * time.Minute)
		if d.asked("Checkout") != before || d.asked("second") == 0 {
			t.Errorf("the old file was polled %d times more, the new one %d times", d.asked("Checkout")-before, d.asked("second"))
		}
		plan, err := d.room.Door(el()).Plan(t.Context())
		if err != nil || plan.Title != "second" {
			t.Errorf("%v, %v", plan.Title, err)
		}
		_ = d.room.Close()
		d.open() // a restart once it is in force
		time.Sleep(time.Minute)
		if d.asked("Checkout") != before || len(changesOf(t, d.disk)) != 1 {
			t.Error("a restart went back to the old file, or told the change again")
		}
	})
}

// A runbook waits for two people, and a restart between their reviews loses nothing.
func TestAChangedRunbookNeedsTwo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		next := d.book()
		next.Monitors = next.Monitors[:1]
		d.files.files.Runbook = FileText{Text: "next", Runbook: next}
		d.open()
		review := []string{"document", launch.DocRunbook, "id", d.pending(launch.DocRunbook)}
		do(t, d.room.Door(el()), "document.review", review...)
		_ = d.room.Close()
		d.open()
		if _, err := d.room.Door(el()).Do(t.Context(), command("document.review", review...)); err == nil {
			t.Error("one person reviewed twice")
		}
		now, _ := d.room.Door(po()).Now(t.Context())
		c := now.Document(launch.DocRunbook).Pending
		if len(now.Monitors) != 3 || c == nil || len(c.Missing) != 1 || c.Missing[0] != "Product Owner" || !c.Yours || len(c.Reviews) != 1 {
			t.Fatalf("%d monitors, %+v", len(now.Monitors), c)
		}
		do(t, d.room.Door(po()), "document.review", review...)
		now, _ = d.room.Door(po()).Now(t.Context())
		if len(now.Monitors) != 1 || now.Document(launch.DocRunbook).Pending != nil || now.Documents.Adopted == 0 {
			t.Errorf("not in force: %d monitors", len(now.Monitors))
		}
	})
}

// A file that cannot be understood changes nothing and is told with its mistakes; put right it can be reviewed; put back it
// is forgotten. One that cannot be read says nothing.
func TestAFileThatCannotBeReadChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		good := d.files.files.File
		d.files.set(func(f *Files) {
			f.File = FileText{Text: "title: [", Error: "launch.yaml:1:8: a list that does not end"}
		})
		d.open()
		now, _ := d.room.Door(el()).Now(t.Context())
		c := now.Document(launch.DocFile).Pending
		if c == nil || !strings.Contains(c.Error, "launch.yaml:1:8") || c.Yours || now.Todo.Action == "document.review" {
			t.Fatalf("%+v %+v", c, now.Todo)
		}
		if _, err := d.room.Door(el()).Do(t.Context(), command("document.review", "document", launch.DocFile, "id", c.ID)); err == nil {
			t.Error("a file that cannot be read was reviewed")
		}
		d.files.set(func(f *Files) { f.File = FileText{Trouble: "launch.yaml: permission denied"} })
		time.Sleep(time.Minute)
		now, _ = d.room.Door(el()).Now(t.Context())
		if now.Documents.Files.Trouble == "" || now.Document(launch.DocFile).Pending == nil {
			t.Errorf("%+v", now.Documents)
		}
		d.changeFile("mended")
		time.Sleep(time.Minute)
		if id := d.pending(launch.DocFile); id == "" || id == c.ID {
			t.Errorf("mended, it is still %q", id)
		}
		d.files.set(func(f *Files) { f.File = good })
		time.Sleep(time.Minute)
		if id := d.pending(launch.DocFile); id != "" {
			t.Errorf("as it was again, %s still waits", id)
		}
		d.files.set(func(f *Files) {
			f.Runbook = FileText{Text: "other", Runbook: d.book()}
			f.Misfit = "launch.yaml:3:1: no role x"
		})
		time.Sleep(time.Minute)
		now, _ = d.room.Door(el()).Now(t.Context())
		if c := now.Document(launch.DocRunbook).Pending; c == nil || c.Error == "" || now.Document(launch.DocFile).Pending != nil {
			t.Errorf("a runbook that the launch file does not fit: %+v", c)
		}
		d.changeFile("fits")
		d.files.set(func(f *Files) { f.Misfit = "" })
		time.Sleep(time.Minute)
		if d.pending(launch.DocRunbook) == "" || d.pending(launch.DocFile) == "" || len(d.room.state.Oddities) != 0 {
			t.Errorf("both wait: %q %q, %v", d.pending(launch.DocRunbook), d.pending(launch.DocFile), d.room.state.Oddities)
		}
		if now, _ := d.room.Door(el()).Now(t.Context()); now.Document(launch.DocRunbook).Pending.Error != "" {
			t.Error("the runbook still cannot be reviewed")
		}
	})
}

// A disk that does not answer holds up neither the opening nor the closing of a room.
func TestADiskThatHangsHoldsUpNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.files.hang = make(chan struct{})
		d.changeFile("late")
		began := time.Now()
		d.open()
		if took := time.Since(began); took > filesWait {
			t.Errorf("opening took %s", took)
		}
		if d.pending(launch.DocFile) != "" {
			t.Fatal("it was read")
		}
		close(d.files.hang)
		time.Sleep(time.Second)
		if d.pending(launch.DocFile) == "" {
			t.Error("what came late was dropped")
		}
	})
}

func (s *source) reads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rounds
}
