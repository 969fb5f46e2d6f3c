package room

import (
	"context"
	"encoding/json"
	"time"

	"tminus/model/diff"
	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

const (
	filesEvery = 30 * time.Second // between two looks at the launch's files, by the wall
	filesWait  = 2 * time.Second  // for the first of them, before the room opens without it
	// diffContext is how many lines around a change are told with it.
	diffContext = 3
)

// Documents reads the two files of a launch again.
type Documents interface {
	// Read reads both as they are now. inForce is the launch file in force, which names the runbook where the one that is
	// read cannot be understood. It is called beside the room, and never twice at once.
	Read(ctx context.Context, inForce *launchfile.File) Files
	// Path is where the launch file is.
	Path() string
}

// Files are the two files of a launch as they are now.
type Files struct {
	File, Runbook FileText
	// Misfit is what of the launch file does not fit the runbook, where both can be read.
	Misfit string
}

// FileText is one file as it is now, with what it says: Decoded where it can be understood, else Error.
type FileText struct {
	Text    string
	File    *launchfile.File // of a launch file
	People  []launch.Person  // of a launch file, with the uids of their logins now
	Runbook *runbook.Runbook // of a runbook
	Error   string           // every mistake with its place
	Trouble string           // why there is no text: nothing is known of the file then, and nothing follows from it
}

// filesRead is how reading the files again stands.
type filesRead struct {
	busy    bool
	next    time.Time // by the wall
	trouble string
}

// compareFirst reads the files as the room opens, so that the first picture tells what was changed. A disk that does not
// answer holds up nothing: what it says is taken up when it comes.
func (r *Room) compareFirst(ctx context.Context) {
	if r.cfg.Documents == nil {
		return
	}
	came := make(chan Files, 1)
	docs, inForce := r.cfg.Documents, r.state.File
	go func() { came <- docs.Read(r.exec.ctx, inForce) }()
	limit := time.NewTimer(filesWait)
	defer limit.Stop()
	select {
	case f := <-came:
		r.compared(f)
		return
	case <-limit.C:
	case <-ctx.Done():
	}
	r.files.busy = true
	go func() { // it ends when the disk answers, or with the process
		f := <-came
		r.exec.on(func() { r.compared(f) })
	}()
}

// compare reads the files again where that is due, beside the room.
func (r *Room) compare() {
	x := r.exec
	if r.cfg.Documents == nil || r.cfg.Transient || x.closing || r.files.busy || time.Now().Before(r.files.next) || !r.executes() {
		return
	}
	r.files.busy = true
	docs, inForce := r.cfg.Documents, r.state.File
	go func() {
		f := docs.Read(x.ctx, inForce)
		x.on(func() { r.compared(f) })
	}()
}

// compared journals what is another text than the newest that is known. It comes into force with its review and no sooner.
func (r *Room) compared(f Files) {
	r.files = filesRead{next: time.Now().Add(filesEvery)}
	if r.exec.closing || !r.executes() {
		r.files.next = time.Time{}
		return
	}
	file, book := &f.File, &f.Runbook
	for _, t := range []*FileText{file, book} {
		if t.Trouble != "" {
			r.files.trouble = t.Trouble
		}
	}
	if f.Misfit != "" {
		switch {
		case journal.Hash(file.Text) != r.state.Docs.File:
			file.Error = f.Misfit
		case journal.Hash(book.Text) != r.state.Docs.Runbook: // the launch file is as it was: it is the runbook that does not fit it
			book.Error = f.Misfit
		}
	}
	// The launch file first: where both were changed it is reviewed sooner, by one person.
	r.changed(launch.DocFile, file)
	r.changed(launch.DocRunbook, book)
}

// changed journals a text that is another than the newest that is known.
func (r *Room) changed(document string, t *FileText) {
	after := journal.Hash(t.Text)
	inForce := map[string]string{launch.DocFile: r.state.Docs.File, launch.DocRunbook: r.state.Docs.Runbook}[document]
	pending := r.state.Pending[document]
	switch {
	case t.Trouble != "", t.File == nil && t.Runbook == nil && t.Error == "":
		return
	case after == inForce:
		if t.File != nil || t.Runbook != nil {
			t.Error = "" // it was in order when it came into force
		}
		if pending == nil || pending.After == after {
			return
		}
	case pending != nil && pending.After == after && pending.Error == t.Error:
		return
	}
	d, err := r.keepChange(document, t)
	if err != nil {
		r.files.trouble = "it was changed, and cannot be kept: " + err.Error()
		return
	}
	if ev, ok := r.state.DocumentSeen(d); ok {
		_, _ = r.record(r.now(), r.system(), []launch.Event{ev}) // what cannot be journaled is seen again with the next look
	}
}

// keepChange keeps a changed document, as text and decoded, so that its review needs neither file nor YAML.
func (r *Room) keepChange(document string, t *FileText) (launch.DocumentChanged, error) {
	ctx, cancel := context.WithTimeout(context.Background(), writeLimit)
	defer cancel()
	d := launch.DocumentChanged{Document: document, Error: t.Error}
	var err error
	if d.After, err = r.cfg.Store.PutDocument(ctx, t.Text); err != nil {
		return d, err
	}
	reviewed := r.state.Reviewed()
	before := reviewed.File
	if document == launch.DocRunbook {
		before = reviewed.Runbook
	}
	if text, err := r.cfg.Store.Document(ctx, before); err == nil { // without it the change is told without its difference
		d.Diff = diff.Text(diff.Lines(text, t.Text, diffContext))
	}
	if d.Error != "" {
		return d, nil
	}
	switch document {
	case launch.DocFile:
		d.People = t.People
		d.FileJSON, err = r.keepJSON(ctx, t.File)
	case launch.DocRunbook:
		d.RunbookJSON, err = r.keepJSON(ctx, t.Runbook)
	}
	if err != nil {
		return d, err
	}
	return d, Provide(ctx, r.cfg.Store, r.state, d)
}

func (r *Room) keepJSON(ctx context.Context, v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return r.cfg.Store.PutDocument(ctx, string(text))
}

// Document returns the text of one of this launch's documents by its hash: as it is or was in force, or waits or
// waited for its review. It does not wait for the room to read it.
func (d *Door) Document(ctx context.Context, hash string) (string, error) {
	known := false
	if err := d.room.in(ctx, func() { known = d.room.state.HasDocument(hash) }); err != nil {
		return "", err
	}
	if !known {
		return "", noDocument()
	}
	return documentText(ctx, d.room.cfg.Store, hash)
}

func noDocument() error {
	return &launch.Refusal{Message: "this launch has no such document", Hint: "see which there are: g x, or tminus log --kind 'document.*'"}
}
