package cli

import (
	"context"
	"fmt"
	"path"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/room"
	"tminus/model/screen"
)

// pageSize is how many entries are asked for at once; followEvery how often a followed journal is looked at.
const (
	pageSize    = 500
	followEvery = 500 * time.Millisecond
)

// follower prints a journal and, where asked, what comes after.
type follower struct {
	app    *app
	target *target
	kind   string
	json   bool
	since  time.Time
	last   int64
	teller *teller
}

func (f *follower) run(ctx context.Context, follow bool) error {
	read, done, err := f.source(ctx)
	if err != nil {
		return err
	}
	defer done()
	for {
		n, err := f.page(ctx, read)
		switch {
		case err != nil && ctx.Err() != nil:
			return nil // interrupted while following: that is how it ends
		case err != nil:
			return err
		case n > 0: // a page that is not full is the last one, or ends before an entry that cannot be read
			continue
		case !follow:
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(followEvery):
		}
	}
}

type reader func(ctx context.Context, after int64, limit int) ([]journal.Entry, error)

// source reads from the room where one runs, else from the database.
func (f *follower) source(ctx context.Context) (reader, func(), error) {
	if r := f.target.room; r != nil {
		plan, err := r.Plan(ctx)
		if err != nil {
			return nil, nil, err
		}
		f.teller = newTeller(plan)
		return r.Entries, func() {}, nil
	}
	db, err := f.app.Ports.OpenDB(ctx, f.target.summary.Path)
	if err != nil {
		return nil, nil, err
	}
	state, _, err := room.Replay(ctx, db, f.target.summary.Name)
	if err != nil {
		_ = db.Close()
		return nil, nil, err
	}
	f.teller = newTeller(screen.PlanOf(state))
	return func(ctx context.Context, after int64, limit int) ([]journal.Entry, error) {
		return room.Entries(ctx, db, f.target.summary.Name, after, limit)
	}, func() { _ = db.Close() }, nil
}

func (f *follower) page(ctx context.Context, read reader) (int, error) {
	entries, err := read(ctx, f.last, pageSize)
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		f.last = e.Seq
		if e.At.Before(f.since) {
			continue
		}
		if ok, _ := path.Match(f.kind, e.Kind); f.kind != "" && !ok {
			continue
		}
		if f.json {
			_, err = fmt.Fprintln(f.app.Out, e.Body)
		} else {
			line(f.app.Out, f.teller.line(e))
		}
		if err != nil {
			return 0, err
		}
	}
	return len(entries), nil
}

// teller puts entries into sentences with the launch's own titles.
type teller struct{ state *launch.State }

func newTeller(p *screen.Plan) *teller {
	return &teller{launch.Teller(p.Runbook, p.File, p.People)}
}

func (t *teller) line(e journal.Entry) screen.Line { return screen.LineOf(t.state, e) }
