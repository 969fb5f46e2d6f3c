package room

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/runbook"
	"tminus/model/screen"
)

// keptLines is how many of the newest entries are kept as told: what a Screen shows.
const keptLines = 60

// Replay folds a launch's journal into its state, without a room: for commands that only read. The lines are those of the
// newest entries, at most 60, oldest first. A broken chain is an error, and so is one that disagrees with an anchor, a head
// that was seen elsewhere; an entry that this version does not know makes the state read-only.
func Replay(ctx context.Context, store Store, name string, anchors ...journal.Head) (*launch.State, []screen.Line, error) {
	f := folding{ctx: ctx, store: store}
	newer := ""
	for e, err := range journal.Brief(name, store.Rows(ctx, name, 0), anchors) {
		if errors.Is(err, journal.ErrNewer) && f.state != nil {
			newer = err.Error()
			break
		}
		if err != nil {
			if f.state == nil && notThere(ctx, store, name) {
				break
			}
			return nil, nil, fmt.Errorf("read the journal of %s: %w", name, err)
		}
		if err := f.take(e); err != nil {
			return nil, nil, err
		}
	}
	if f.state == nil {
		return nil, nil, fmt.Errorf("there is no launch %q in the database", name)
	}
	lines := f.end()
	state := f.state
	if newer != "" && state.ReadOnly == "" {
		state.ReadOnly = newer
	}
	if i, keeps := store.(importer); keeps && state.ReadOnly == "" {
		_, is, err := i.Imported(ctx, name)
		if err != nil {
			return nil, nil, err
		}
		if is {
			state.ReadOnly = "the launch was imported, and what was imported is read-only for ever"
		}
	}
	return state, lines, nil
}

// folding folds entries as they are read. The newest wait until it is known that they are the newest, and are told then.
type folding struct {
	ctx     context.Context
	store   Store
	state   *launch.State   // nil: nothing was read
	waiting []journal.Entry // oldest first
}

// take takes the next entry.
func (f *folding) take(e journal.Entry) error {
	if f.state == nil {
		state, err := planned(f.ctx, f.store, e)
		if err != nil {
			return err
		}
		f.state = state
	} else if err := provide(f.ctx, f.store, f.state, e); err != nil {
		return err
	}
	if len(f.waiting) == keptLines {
		f.apply(f.waiting[0])
		f.waiting = append(f.waiting[:0], f.waiting[1:]...)
	}
	f.waiting = append(f.waiting, e)
	return nil
}

func (f *folding) apply(e journal.Entry) {
	if e.Seq == 1 {
		return // the state was made from it
	}
	if err := f.state.Apply(e); err != nil && f.state.ReadOnly == "" {
		f.state.ReadOnly = err.Error()
	}
}

// end applies what waits, and tells it.
func (f *folding) end() []screen.Line {
	var lines []screen.Line
	for _, e := range f.waiting {
		f.apply(e)
		lines = append(lines, screen.LineOf(f.state, e))
	}
	return lines
}

// importer is a store that knows which launches were imported.
type importer interface {
	Imported(ctx context.Context, launch string) (at time.Time, is bool, err error)
}

// notThere reports whether the journal has no row of the launch, whatever an anchor says of it.
func notThere(ctx context.Context, store Store, name string) bool {
	next, stop := iter.Pull2(store.Rows(ctx, name, 0))
	defer stop()
	_, _, ok := next()
	return !ok && ctx.Err() == nil
}

// planned makes the state from the first entry and the decoded documents that it names.
func planned(ctx context.Context, store Store, first journal.Entry) (*launch.State, error) {
	var docs launch.Planned
	if err := json.Unmarshal(first.Data, &docs); err != nil {
		return nil, fmt.Errorf("read the plan of %s: %w", first.Launch, err)
	}
	var rb runbook.Runbook
	if err := document(ctx, store, docs.RunbookJSON, &rb); err != nil {
		return nil, fmt.Errorf("read the runbook of %s as it was planned: %w", first.Launch, err)
	}
	var file launchfile.File
	if err := document(ctx, store, docs.FileJSON, &file); err != nil {
		return nil, fmt.Errorf("read the launch file of %s as it was planned: %w", first.Launch, err)
	}
	return launch.New(first, &rb, &file)
}

// provide gives the state the decoded documents that a change of it names, so that a review can bring them into force. One
// that is not at hand is no error here: the fold says so, where it is needed.
func provide(ctx context.Context, store Store, state *launch.State, e journal.Entry) error {
	var d launch.DocumentChanged
	if e.Kind != launch.KindDocumentChanged || json.Unmarshal(e.Data, &d) != nil {
		return nil
	}
	if err := Provide(ctx, store, state, d); err != nil && ctx.Err() != nil {
		return fmt.Errorf("read the changed %s of %s: %w", d.Document, e.Launch, err)
	}
	return nil
}

// Provide gives the state the decoded document of a change, which the store has kept.
func Provide(ctx context.Context, store Store, state *launch.State, d launch.DocumentChanged) error {
	if d.RunbookJSON != "" {
		var rb runbook.Runbook
		if err := document(ctx, store, d.RunbookJSON, &rb); err != nil {
			return err
		}
		state.ProvideRunbook(d.RunbookJSON, &rb)
	}
	if d.FileJSON != "" {
		var file launchfile.File
		if err := document(ctx, store, d.FileJSON, &file); err != nil {
			return err
		}
		state.ProvideFile(d.FileJSON, &file)
	}
	return nil
}

func document(ctx context.Context, store Store, hash string, into any) error {
	text, err := documentText(ctx, store, hash)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), into)
}

// documentText is a document whose text still is what its hash says.
func documentText(ctx context.Context, store Store, hash string) (string, error) {
	text, err := store.Document(ctx, hash)
	if err != nil {
		return "", err
	}
	if journal.Hash(text) != hash {
		return "", fmt.Errorf("document %.16s was changed after it was kept", hash)
	}
	return text, nil
}

// First is the first entry of a launch with its data read.
type First struct {
	journal.Entry
	Planned launch.Planned
}

// FirstEntry reads how a launch was planned, without the rest of its journal.
func FirstEntry(ctx context.Context, store Store, name string) (First, error) {
	list, err := Entries(ctx, store, name, 0, 1)
	if err != nil {
		return First{}, err
	}
	if len(list) == 0 {
		return First{}, fmt.Errorf("there is no launch %q in the database", name)
	}
	f := First{Entry: list[0]}
	if err := json.Unmarshal(f.Data, &f.Planned); err != nil {
		return f, fmt.Errorf("read the plan of %s: %w", name, err)
	}
	return f, nil
}

// Entries returns at most limit entries with seq > after, oldest first. Before one that cannot be read it ends, so that the
// others are not lost with it; who asks for that one is told why.
func Entries(ctx context.Context, store Store, name string, after int64, limit int) ([]journal.Entry, error) {
	var entries []journal.Entry
	if limit <= 0 {
		return entries, nil
	}
	for row, err := range store.Rows(ctx, name, after) {
		if err != nil {
			return nil, fmt.Errorf("read the journal of %s: %w", name, err)
		}
		e, err := journal.Parse(row)
		switch {
		case err != nil && len(entries) > 0:
			return entries, nil
		case err != nil:
			return nil, fmt.Errorf("read the journal of %s: %w", name, err)
		}
		if entries = append(entries, e); len(entries) == limit {
			break
		}
	}
	return entries, nil
}
