package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/room"
	"tminus/model/screen"
	"tminus/ui"
)

// target is what a command is about: a launch, and either a running room or the database alone.
type target struct {
	summary Summary
	room    ui.Room // nil: no room runs
	close   func() error
}

// dbPaths are the databases to look into: the one that was named, else the usual two.
func (a *app) dbPaths() ([]string, error) {
	if p := a.namedDB(); p != "" {
		return []string{p}, nil
	}
	var paths []string
	for _, rehearsal := range []bool{false, true} {
		p, _, err := a.Ports.DefaultDB(rehearsal)
		if err != nil {
			return nil, err
		}
		paths = append(paths, p)
	}
	return paths, nil
}

func (a *app) namedDB() string {
	if a.opt.db != "" {
		return a.opt.db
	}
	return a.Getenv("TMINUS_DB")
}

// launches lists every launch of the databases in question. A usual database that does not exist yet holds none.
func (a *app) launches(ctx context.Context) ([]Summary, error) {
	paths, err := a.dbPaths()
	if err != nil {
		return nil, err
	}
	var all []Summary
	for _, p := range paths {
		list, err := a.launchesIn(ctx, p)
		if errors.Is(err, fs.ErrNotExist) && a.namedDB() == "" {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// launchesIn lists the launches of one database, with the room that runs. fs.ErrNotExist: there is no such file.
func (a *app) launchesIn(ctx context.Context, path string) ([]Summary, error) {
	db, err := a.Ports.OpenDB(ctx, path)
	if err != nil {
		return nil, err
	}
	list, err := db.Launches(ctx)
	if err = errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	holder, err := a.Ports.Holder(path)
	if err != nil {
		return nil, err
	}
	all := make([]Summary, len(list))
	for i, l := range list {
		all[i] = Summary{LaunchInfo: l, Path: path}
		if holder != nil && holder.Launch == l.Name {
			all[i].Holder = holder
		}
	}
	return all, nil
}

// choose finds the launch that a command is about: the named one; else the only open LIVE one, else the only open one;
// with ended true also, when none is open, the only one there is.
func choose(all []Summary, name string, ended bool) (Summary, error) {
	if name != "" {
		for _, s := range all {
			if s.Name == name {
				return s, nil
			}
		}
		return Summary{}, hint(fmt.Errorf("there is no launch %q%s", name, listed(all)), "tminus launches lists what is in the database")
	}
	var live, open []Summary
	for _, s := range all {
		if s.Open {
			open = append(open, s)
			if s.Mode == string(launch.Live) {
				live = append(live, s)
			}
		}
	}
	switch {
	case len(live) == 1:
		return live[0], nil
	case len(live) == 0 && len(open) == 1:
		return open[0], nil
	case len(live) > 1:
		return Summary{}, hint(fmt.Errorf("several LIVE launches are open%s", listed(live)), "name one with --launch NAME")
	case len(open) > 1:
		return Summary{}, hint(fmt.Errorf("several launches are open%s", listed(open)), "name one with --launch NAME")
	case ended && len(all) == 1:
		return all[0], nil
	case len(all) == 0:
		return Summary{}, hint(errors.New("there is no launch in the database"), "tminus rehearses; tminus init, then tminus run launch.yaml starts a real one")
	}
	return Summary{}, hint(fmt.Errorf("no launch is open%s", listed(all)), "name one with --launch NAME")
}

func listed(all []Summary) string {
	if len(all) == 0 {
		return ""
	}
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.Name
	}
	return ": " + strings.Join(names, ", ")
}

// find chooses the launch and reaches its room where one runs.
func (a *app) find(ctx context.Context, ended bool) (*target, error) {
	if a.opt.room != "" {
		r, closeRoom, err := a.Ports.Dial(ctx, a.opt.room)
		if err != nil {
			return nil, err
		}
		return &target{room: r, close: closeRoom}, nil
	}
	all, err := a.launches(ctx)
	if err != nil {
		return nil, hint(err, "where the launch belongs to somebody else, its room is reached with --room SOCKET")
	}
	s, err := choose(all, a.opt.launch, ended)
	if err != nil {
		return nil, err
	}
	t := &target{summary: s, close: func() error { return nil }}
	if s.Holder != nil && s.Holder.Socket != "" {
		r, closeRoom, err := a.Ports.Dial(ctx, s.Holder.Socket)
		if err != nil {
			return nil, hint(fmt.Errorf("the room of %s (process %d of %s) does not answer: %w", s.Name, s.Holder.PID, s.Holder.User, err),
				"the database can still be read: tminus log --db %s while the room is stopped", s.Path)
		}
		t.room, t.close = r, closeRoom
	}
	return t, nil
}

// current is the launch's newest picture: the room's, or the database's with nothing watched.
func (a *app) current(ctx context.Context, t *target) (*screen.Screen, error) {
	if t.room == nil {
		return a.replayed(ctx, t.summary)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return t.room.Now(ctx)
}

func (a *app) replayed(ctx context.Context, s Summary) (*screen.Screen, error) {
	db, err := a.Ports.OpenDB(ctx, s.Path)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	state, lines, err := room.Replay(ctx, db, s.Name)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	if state.Mode == launch.Rehearsal {
		now = state.Head.At // its clock runs only while its room does
	}
	who := a.Ports.Self()
	p := screen.Present(state, screen.Facts{ReadOnly: db.ReadOnlyReason()}, lines, now)
	return p.For(screen.YouOf(state, who)), nil
}
