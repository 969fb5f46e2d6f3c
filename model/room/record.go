package room

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/screen"
)

// writeLimit bounds one write of the journal, so that a blocked disk does not stop the room for good; rereadLimit one
// reading of it.
const (
	writeLimit  = 15 * time.Second
	rereadLimit = 15 * time.Second
)

// seal makes the entries of events at the end of the chain, without writing or applying them.
func (r *Room) seal(now time.Time, who launch.Who, events []launch.Event) ([]journal.Entry, error) {
	if len(events) == 0 {
		return nil, nil
	}
	head := r.state.Head
	now = later(now, head.At)
	var known *journal.Context
	entries := make([]journal.Entry, 0, len(events))
	for _, ev := range events {
		d := journal.Draft{Actor: r.state.ActorFor(who, ev), Kind: ev.Kind, Data: ev.Data}
		if withContext(ev.Kind) {
			if known == nil {
				known = screen.ContextOf(r.present(now))
			}
			d.Context = known
		}
		e, err := journal.Seal(r.state.Name, string(r.state.Mode), head, now, d)
		if err != nil {
			return nil, fmt.Errorf("record %s: %w", ev.Kind, err)
		}
		head = e.Head()
		entries = append(entries, e)
	}
	return entries, nil
}

// record journals events, then applies them: nobody sees what is not durable. On an error nothing has happened.
func (r *Room) record(now time.Time, who launch.Who, events []launch.Event) ([]journal.Entry, error) {
	entries, err := r.seal(now, who, events)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	if err := r.append(entries); err != nil {
		return nil, err
	}
	for _, e := range entries {
		r.apply(e)
	}
	return entries, nil
}

// append writes entries durably, and keeps in mind whether the journal can be written.
func (r *Room) append(entries []journal.Entry) error {
	ctx, cancel := context.WithTimeout(context.Background(), writeLimit)
	defer cancel()
	err := r.cfg.Store.Append(ctx, entries)
	if err != nil {
		err = r.doubt(entries, err)
	}
	if err != nil {
		r.blocked = cause(err)
		r.probed = r.cfg.Wall()
		return fmt.Errorf("nothing was recorded and nothing was done: the journal cannot be written: %w; "+
			"see what stands in its way (a full disk, another program that holds the database) and try again", err)
	}
	r.blocked = ""
	return nil
}

// cause is why something failed, without what was tried: on the screen there is often no room for more than the first words.
func cause(err error) string {
	if inner := errors.Unwrap(err); inner != nil && strings.HasSuffix(err.Error(), ": "+inner.Error()) {
		return inner.Error()
	}
	return err.Error()
}

// doubt settles a write that failed by what the journal has. A failure after the effect is a success; entries of
// somebody else mean that this room no longer owns the launch.
func (r *Room) doubt(entries []journal.Entry, cause error) error {
	ctx, cancel := context.WithTimeout(context.Background(), probeLimit)
	defer cancel()
	found := 0
	for row, err := range r.cfg.Store.Rows(ctx, r.state.Name, entries[0].Seq-1) {
		if err != nil {
			return cause
		}
		if found == len(entries) || row.Hash != entries[found].Hash {
			r.state.ReadOnly = "another process has written to this launch's journal; close this room and open it again"
			return cause
		}
		found++
	}
	if found == len(entries) {
		return nil
	}
	return cause
}

// apply folds an entry into the state. An entry that makes the state read-only is said on the screen by State.ReadOnly.
func (r *Room) apply(e journal.Entry) {
	if err := r.state.Apply(e); err != nil && r.state.ReadOnly == "" {
		r.state.ReadOnly = err.Error()
	}
	r.rebind()
	r.lines = append(r.lines, screen.LineOf(r.state, e))
	if len(r.lines) > 2*keptLines {
		r.lines = append([]screen.Line(nil), r.lines[len(r.lines)-keptLines:]...)
	}
}

// batch is entries that are applied already and not yet durable. Between stage and commit nothing is published.
type batch struct{ entries []journal.Entry }

func (r *Room) stage(b *batch, now time.Time, who launch.Who, events []launch.Event) {
	entries, err := r.seal(now, who, events)
	if err != nil {
		return // more than an entry can hold: a deed that cannot be told is not done
	}
	for _, e := range entries {
		r.apply(e)
	}
	b.entries = append(b.entries, entries...)
}

// commit makes a batch durable. On an error the state is taken from the journal again.
func (r *Room) commit(b batch) error {
	if len(b.entries) == 0 {
		return nil
	}
	err := r.append(b.entries)
	if err != nil {
		r.reread()
	}
	return err
}

func (r *Room) reread() {
	ctx, cancel := context.WithTimeout(context.Background(), rereadLimit)
	defer cancel()
	before := r.state.ReadOnly
	state, lines, err := Replay(ctx, r.cfg.Store, r.cfg.Launch)
	if err != nil {
		r.state.ReadOnly = "the journal cannot be read: " + err.Error()
		return
	}
	if state.ReadOnly == "" {
		state.ReadOnly = before
	}
	state.Opened = r.state.Opened
	r.state, r.lines = state, lines
	r.rebind()
}

// do decides a command, journals what follows and answers with it. What the clock does by itself by now comes first.
func (r *Room) do(who launch.Who, c launch.Command) (launch.Result, error) {
	now := r.now()
	if r.writable() {
		if due := r.state.Due(now); len(due) > 0 {
			if _, err := r.record(now, r.system(), due); err != nil {
				return launch.Result{}, err
			}
		}
	}
	events, err := r.state.Decide(who, c, now)
	if err == nil {
		err = r.needsRoom(events)
	}
	if err != nil {
		r.refused(now, who, c, err)
		return launch.Result{}, err
	}
	entries, err := r.record(now, who, events)
	if err != nil {
		return launch.Result{}, err
	}
	var result launch.Result
	for i, e := range entries {
		result.Entries = append(result.Entries, launch.Ref{Seq: e.Seq, Kind: e.Kind, At: e.At})
		if i == 0 {
			result.Message = screen.LineOf(r.state, e).Text
		}
	}
	return result, nil
}

// refused journals that somebody tried what only others may authorise. That it could not be written stands on the screen;
// the command is refused in any case.
func (r *Room) refused(now time.Time, who launch.Who, c launch.Command, err error) {
	why, is := launch.Refused(err)
	if !is || !r.writable() {
		return
	}
	if ev, ok := r.state.Refused(who, c, why, now); ok {
		_, _ = r.record(now, who, []launch.Event{ev})
	}
}
