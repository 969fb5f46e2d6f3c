package roomsock

import (
	"context"
	"errors"
	"net"

	"tminus/model/launch"
	"tminus/model/room"
)

// Sockets are a room's: its owner's and, where the launch is shared, the group's.
type Sockets struct{ listeners []*net.UnixListener }

// Open opens the sockets of a launch, which wait for Serve. The owner's stands in the runtime folder that getenv names.
func Open(getenv func(string) string, s *launch.State) (*Sockets, error) {
	own, err := listenOwn(runtimeDir(getenv), s.Name)
	if err != nil {
		return nil, err
	}
	all := &Sockets{[]*net.UnixListener{own}}
	if share := s.File.Share; share != nil {
		shared, err := listenShared(share.Dir, s.Name, share.Group)
		if err != nil {
			return nil, errors.Join(err, all.Close())
		}
		all.listeners = append(all.listeners, shared)
	}
	return all, nil
}

// Path is where the owner's socket stands.
func (s *Sockets) Path() string { return s.listeners[0].Addr().String() }

// Serve answers on each of them until ctx ends or the room is gone. It returns at once.
func (s *Sockets) Serve(ctx context.Context, r *room.Room, rehearsal bool) {
	for _, l := range s.listeners {
		go func() { _ = newServer(r, rehearsal, standard()).serve(ctx, l) }() // without a door for others the room goes on
	}
}

// Close closes what is still open of them.
func (s *Sockets) Close() error {
	var all error
	for _, l := range s.listeners {
		if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) { // Serve may have closed it
			all = errors.Join(all, err)
		}
	}
	return all
}
