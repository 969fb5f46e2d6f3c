package room

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
)

// maxAttached is how many times a minute one user's attaching is journaled: a cockpit that comes and goes must not
// flood the log.
const maxAttached = 10

// visitor is who watches through a mailbox, and since when.
type visitor struct {
	who      launch.Who
	since    time.Time
	cockpit  string // the same for all watches of one cockpit
	readOnly bool
}

// visitors remembers which cockpits are in the journal already.
type visitors struct {
	known map[string]bool        // by user and cockpit
	times map[string][]time.Time // by user: when they were journaled, in wall time
}

func newVisitors() visitors {
	return visitors{known: map[string]bool{}, times: map[string][]time.Time{}}
}

// isNew reports whether a cockpit's attaching is to be journaled.
func (v *visitors) isNew(n visitor, wall time.Time) bool {
	recent := slices.DeleteFunc(v.times[n.who.User], func(t time.Time) bool { return wall.Sub(t) >= time.Minute })
	v.times[n.who.User] = recent
	return !v.known[n.key()] && len(recent) < maxAttached
}

func (v *visitors) note(n visitor, wall time.Time) {
	v.known[n.key()] = true
	v.times[n.who.User] = append(v.times[n.who.User], wall)
}

func (n visitor) key() string { return fmt.Sprintf("%d %s %s", n.who.UID, n.who.User, n.cockpit) }

// attach takes a watcher in. That they came stands in the journal once for each cockpit; where it cannot be written
// they watch all the same, and the screen says why.
func (r *Room) attach(ctx context.Context, n visitor) *mailbox {
	wall := r.cfg.Wall()
	n.since = r.now()
	if r.writable() && !r.cfg.Transient && r.visitors.isNew(n, wall) {
		data := launch.Attached{User: r.state.Actor(n.who).User, UID: n.who.UID, ReadOnly: n.readOnly}
		if _, err := r.record(n.since, n.who, []launch.Event{{Kind: launch.KindAttached, Data: data}}); err == nil {
			r.visitors.note(n, wall)
		}
	}
	m := &mailbox{ch: make(chan *screen.Screen, 1), who: n, you: func() screen.You { return screen.YouOf(r.state, n.who) }}
	r.out.subs[m] = struct{}{}
	m.put(r.refresh())
	context.AfterFunc(ctx, func() {
		// A room that is gone has closed the box itself.
		_ = r.in(context.Background(), func() { r.detach(m) })
	})
	return m
}

func (r *Room) detach(m *mailbox) {
	delete(r.out.subs, m)
	close(m.ch)
	r.refresh()
}

// connected lists the cockpits, each once, the longest attached first.
func (r *Room) connected() []screen.Presence {
	var list []screen.Presence
	at := map[string]int{}
	for m := range r.out.subs {
		n := m.who
		p := screen.Presence{User: r.state.Actor(n.who).User, Roles: r.state.RolesOf(n.who), Since: n.since, ReadOnly: n.readOnly}
		i, twice := at[n.key()]
		switch {
		case !twice:
			at[n.key()] = len(list)
			list = append(list, p)
		case p.Since.After(list[i].Since): // a cockpit that has changed its role, and is leaving the old one
			list[i] = p
		}
	}
	slices.SortFunc(list, func(a, b screen.Presence) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.User, b.User))
	})
	return list
}
