package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/room"
	"tminus/model/runbook"
)

// Store is a database that a launch is read from.
type Store interface {
	room.Store
	// EachSample yields a launch's samples in the order of monitor, At, series, ReadAt and value; EachRead its reads in the
	// order of At, source, outcome, detail and requested.
	EachSample(ctx context.Context, launch string) iter.Seq2[room.Sample, error]
	EachRead(ctx context.Context, launch string) iter.Seq2[room.Read, error]
}

// Read folds a launch's journal and gathers what was read of its monitors. Anchors are heads that were seen elsewhere. A
// chain that is broken, or cut, is no error: it is told as far as it is intact, and Record says so. The error is of
// reading, or says that there is no such launch.
func Read(ctx context.Context, store Store, name string, anchors []journal.Head) (*Record, error) {
	r := &Record{Name: name, Confirms: map[string]launch.Mark{}, Warned: map[string]int{}}
	f := folder{ctx: ctx, store: store, r: r}
	if err := f.fold(anchors); err != nil {
		return nil, err
	}
	if r.Chain.Fault != nil {
		r.alarm("BROKEN RECORD: entry %d: %s. What follows tells the %s before it; nothing after it proves anything.",
			r.Chain.Fault.Seq, r.Chain.Fault.Reason, count(int(r.Chain.Entries), "entry that is intact", "entries that are intact"))
	}
	var err error
	if r.Sealed, err = room.CheckSeals(ctx, store, name); errors.Is(err, room.ErrSamples) {
		r.alarm("BROKEN SAMPLES: %v.", err)
	} else if err != nil && ctx.Err() != nil {
		return nil, err
	} else if err != nil && r.Chain.Fault == nil {
		r.alarm("The seals of the samples cannot be checked: %v.", err)
	}
	return r, r.measure(ctx, store)
}

// folder reads entry by entry.
type folder struct {
	ctx   context.Context
	store Store
	r     *Record
}

// fold verifies the chain, and folds what is intact of it in the same pass.
func (f *folder) fold(anchors []journal.Head) error {
	r := f.r
	found := false
	rows := func(yield func(journal.Row, error) bool) {
		for row, err := range f.store.Rows(f.ctx, r.Name, 0) {
			found = found || err == nil
			if !yield(row, err) {
				return
			}
		}
	}
	var err error
	if r.Chain, err = journal.Each(r.Name, rows, anchors, f.entry); err != nil {
		return err
	}
	if err := f.ctx.Err(); err != nil {
		return err
	}
	if r.Chain.Newer > 0 {
		r.alarm("Entries from %d on were written by a newer version of tminus and are not told here; export with that one.", r.Chain.Newer)
	}
	if !found {
		return fmt.Errorf("there is no launch %q in the database", r.Name)
	}
	return nil
}

func (f *folder) entry(e journal.Entry) error {
	r := f.r
	if r.State == nil {
		if err := f.begin(e); err != nil {
			r.alarm("%v", err)
			r.told(e)
			return f.ctx.Err()
		}
		r.observe(e)
		return nil
	}
	var d launch.DocumentChanged
	if e.Kind == launch.KindDocumentChanged && json.Unmarshal(e.Data, &d) == nil {
		f.provide(e.Seq, d)
	}
	before := r.State.Docs
	if err := r.State.Apply(e); errors.Is(err, launch.ErrUnknownKind) {
		r.Unknown = append(r.Unknown, e.Kind)
	} else if err != nil {
		r.alarm("%v", err)
	}
	if r.State.Docs != before {
		r.Versions = append(r.Versions, Version{e.Seq, e.At, r.State.Docs})
	}
	r.observe(e)
	return f.ctx.Err()
}

// begin makes the state from the plan. Documents that are lost are said to be, and the journal is told without them.
func (f *folder) begin(e journal.Entry) error {
	docs, err := launch.PlannedDocuments(e)
	if err != nil {
		return err
	}
	var rb runbook.Runbook
	var file launchfile.File
	f.document("runbook as it was planned", docs.RunbookJSON, &rb)
	f.document("launch file as it was planned", docs.FileJSON, &file)
	f.text("runbook", docs.Runbook)
	f.text("launch file", docs.File)
	f.r.plan = launch.Documents{Runbook: docs.Runbook, File: docs.File}
	f.r.State, err = launch.New(e, &rb, &file)
	return err
}

func (f *folder) provide(seq int64, d launch.DocumentChanged) {
	if d.RunbookJSON != "" {
		var rb runbook.Runbook
		if f.document(fmt.Sprintf("runbook of entry %d", seq), d.RunbookJSON, &rb) {
			f.r.State.ProvideRunbook(d.RunbookJSON, &rb)
		}
	}
	if d.FileJSON != "" {
		var file launchfile.File
		if f.document(fmt.Sprintf("launch file of entry %d", seq), d.FileJSON, &file) {
			f.r.State.ProvideFile(d.FileJSON, &file)
		}
	}
}

func (f *folder) document(what, hash string, into any) bool {
	text, err := f.store.Document(f.ctx, hash)
	if err == nil && journal.Hash(text) != hash {
		err = fmt.Errorf("it was changed after it was kept")
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), into)
	}
	if err != nil {
		f.r.alarm("MISSING DOCUMENT: the %s cannot be read (%v), so what it says is not told here.", what, err)
	}
	return err == nil
}

// text checks that a document's text is what it was when it was planned.
func (f *folder) text(what, hash string) {
	text, err := f.store.Document(f.ctx, hash)
	if err == nil && journal.Hash(text) != hash {
		err = fmt.Errorf("it was changed after it was kept")
	}
	if err != nil {
		f.r.alarm("MISSING DOCUMENT: the text of the %s cannot be read (%v).", what, err)
	}
}
