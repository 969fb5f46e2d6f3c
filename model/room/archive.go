package room

import (
	"context"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
)

// Archive is a launch of a store as one caller meets it where no room runs: everything can be read, nothing done. It has
// the methods of ui.Room but for As, whose result type is the caller's.
type Archive struct {
	*Playback
	who launch.Who
	now func() time.Time
}

// NewArchive is the archive for a caller; now is the wall clock.
func NewArchive(p *Playback, who launch.Who, now func() time.Time) *Archive {
	return &Archive{p, who, now}
}

// At is the launch as it stood at an instant.
func (a *Archive) At(ctx context.Context, at time.Time) (*screen.Screen, error) {
	return a.Playback.At(ctx, at, a.who)
}

// Now is the launch as it stands: a rehearsal's clock where its room left it.
func (a *Archive) Now(ctx context.Context) (*screen.Screen, error) {
	at := a.now()
	if _, last := a.Span(); a.mode == launch.Rehearsal || at.Before(last) {
		at = last
	}
	return a.At(ctx, at)
}

// Watch delivers the one picture there is.
func (a *Archive) Watch(ctx context.Context) (<-chan *screen.Screen, error) {
	s, err := a.Now(ctx)
	if err != nil {
		return nil, err
	}
	out := make(chan *screen.Screen, 1)
	out <- s
	context.AfterFunc(ctx, func() { close(out) })
	return out, nil
}

// Do refuses.
func (a *Archive) Do(context.Context, launch.Command) (launch.Result, error) {
	return launch.Result{}, shut()
}

func shut() error {
	return &launch.Refusal{Message: "no room of this launch runs, so nothing can be done in it", Hint: "tminus attach NAME opens it"}
}

// Actions are none.
func (a *Archive) Actions(context.Context) ([]launch.ActionInfo, error) { return nil, nil }

// Entries reads the journal.
func (a *Archive) Entries(ctx context.Context, after int64, limit int) ([]journal.Entry, error) {
	return Entries(ctx, a.store, a.launch, after, limit)
}

// Series returns a monitor's points with from < At <= to as they stand, oldest first.
func (a *Archive) Series(ctx context.Context, id string, from, to time.Time) ([]monitor.Point, error) {
	return Series(ctx, a.store, a.launch, id, from, to)
}

// Document returns the text of one of the launch's documents by its hash.
func (a *Archive) Document(ctx context.Context, hash string) (string, error) {
	s, _, err := Replay(ctx, a.store, a.launch)
	if err != nil {
		return "", err
	}
	if !s.HasDocument(hash) {
		return "", noDocument()
	}
	return documentText(ctx, a.store, hash)
}

// Previews are none: nothing is sent from here.
func (a *Archive) Previews(context.Context, screen.Draft) ([]screen.Preview, error) {
	return nil, shut()
}

// LogLines are none: they are kept nowhere.
func (a *Archive) LogLines(context.Context) ([]screen.LogLine, error) { return nil, nil }

// SetSpeed refuses.
func (a *Archive) SetSpeed(context.Context, float64) error { return shut() }

// SkipToNextMark refuses.
func (a *Archive) SkipToNextMark(context.Context) error { return shut() }
