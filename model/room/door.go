package room

import (
	"context"
	"errors"
	"strconv"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
)

// Door is the room as one caller meets it. It has the methods of ui.Room but for As, whose result type is the caller's.
type Door struct {
	room     *Room
	who      launch.Who
	cockpit  string
	readOnly bool
}

// Door opens a door for a caller, whose identity the maker of the door answers for.
func (r *Room) Door(who launch.Who) *Door {
	return &Door{room: r, who: who, cockpit: "door " + strconv.FormatInt(r.doors.Add(1), 10)}
}

// Acting is the same door with another role of a rehearsal.
func (d *Door) Acting(role string) *Door {
	other := *d
	other.who.As = role
	return &other
}

// Cockpit is the same door for a cockpit with a name of its own: all its watches count as one visitor.
func (d *Door) Cockpit(name string) *Door {
	other := *d
	other.cockpit = "cockpit " + name
	return &other
}

// WatchOnly is the same door for who only looks: Do refuses.
func (d *Door) WatchOnly() *Door {
	other := *d
	other.readOnly = true
	return &other
}

// Plan returns what does not change while the launch runs.
func (d *Door) Plan(ctx context.Context) (*screen.Plan, error) {
	var p *screen.Plan
	err := d.room.in(ctx, func() { p = screen.PlanOf(d.room.state) })
	return p, err
}

// Now returns the newest screen, for this caller. Nobody is recorded as attached.
func (d *Door) Now(ctx context.Context) (*screen.Screen, error) {
	var s *screen.Screen
	err := d.room.in(ctx, func() { s = d.room.refresh().For(screen.YouOf(d.room.state, d.who)) })
	return s, err
}

// At returns the screen as it stood at a past instant, for this caller; it does not wait for the room.
func (d *Door) At(ctx context.Context, at time.Time) (*screen.Screen, error) {
	p, err := d.room.played.of(ctx, d.room.cfg)
	if err != nil {
		return nil, err
	}
	return p.At(ctx, at, d.who)
}

// Watch delivers screens until ctx ends or the room is gone, and records that somebody attached.
func (d *Door) Watch(ctx context.Context) (<-chan *screen.Screen, error) {
	var m *mailbox
	err := d.room.in(ctx, func() {
		m = d.room.attach(ctx, visitor{who: d.who, cockpit: d.cockpit, readOnly: d.readOnly})
	})
	if err != nil {
		return nil, err
	}
	return m.ch, nil
}

// Do carries out a command; what it leads to is durable when it returns, and every watcher sees it within a tenth of a
// second. The outside calls that it leads to are waited for, up to 15 s; Result tells of them. A *launch.Refusal says no;
// any other error says that nothing was recorded.
func (d *Door) Do(ctx context.Context, c launch.Command) (launch.Result, error) {
	if d.readOnly {
		return launch.Result{}, &launch.Refusal{Message: "this cockpit only watches", Hint: "attach without --read-only to act"}
	}
	var result launch.Result
	var begun []*job
	var err error
	if e := d.room.in(ctx, func() { result, begun, err = d.carry(c) }); e != nil {
		return launch.Result{}, e
	}
	if needs := new(launch.Needs); errors.As(err, &needs) {
		return d.measured(ctx, c, needs)
	}
	d.await(ctx, begun, &result)
	if err == nil {
		d.awaitPosted(ctx, c, &result)
	}
	return result, err
}

// disguised refuses who names a role to act as where people act as who they are.
func (r *Room) disguised(who launch.Who) error {
	if who.As == "" || r.state.Mode == launch.Rehearsal {
		return nil
	}
	return &launch.Refusal{Message: "acting as another role is for rehearsals", Hint: "here you act in the roles that you hold", Usage: true}
}

// Actions lists every action, and whether it is open to the caller now.
func (d *Door) Actions(ctx context.Context) ([]launch.ActionInfo, error) {
	var list []launch.ActionInfo
	err := d.room.in(ctx, func() { list = d.room.state.Actions(d.who, d.room.now()) })
	if d.readOnly {
		for i := range list {
			list[i].WhyNot = "this cockpit only watches"
		}
	}
	return list, err
}

// Series returns a monitor's points with from < At <= to as they stand now, oldest first; it does not wait for the room.
func (d *Door) Series(ctx context.Context, id string, from, to time.Time) ([]monitor.Point, error) {
	return Series(ctx, d.room.cfg.Store, d.room.cfg.Launch, id, from, to)
}

// LogLines returns the newest lines that log patterns matched, oldest first.
func (d *Door) LogLines(ctx context.Context) ([]screen.LogLine, error) {
	var lines []screen.LogLine
	err := d.room.in(ctx, func() { lines = d.room.poll.logLines() })
	return lines, err
}

// Entries reads the journal; it does not wait for the room.
func (d *Door) Entries(ctx context.Context, after int64, limit int) ([]journal.Entry, error) {
	return Entries(ctx, d.room.cfg.Store, d.room.cfg.Launch, after, limit)
}
