package roomsock

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"tminus/model/journal"
	"tminus/model/room"
)

// server answers for one room. In a REHEARSAL a caller acts as a role; elsewhere naming one is refused.
type server struct {
	room      *room.Room
	rehearsal bool
	limits    limits

	mu      sync.Mutex
	streams map[int]int // streams under way by uid
}

func newServer(r *room.Room, rehearsal bool, limits limits) *server {
	return &server{room: r, rehearsal: rehearsal, limits: limits, streams: map[int]int{}}
}

// grace is how long requests under way are waited for when the server ends.
const grace = 2 * time.Second

type uidKey struct{}

// serve answers on a listener until ctx ends or the room is gone. Callers are who the kernel says. A socket whose file
// vanishes, as a runtime folder does when its user's last session ends, is made again as soon as that is possible.
func (s *server) serve(ctx context.Context, l *net.UnixListener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h := &http.Server{
		Handler:           versioned(http.MaxBytesHandler(s.routes(), s.limits.body)),
		ReadHeaderTimeout: s.limits.request, ReadTimeout: s.limits.request, IdleTimeout: s.limits.idle, MaxHeaderBytes: 8 << 10,
		ErrorLog:    log.New(io.Discard, "", 0), // the terminal is the cockpit's
		BaseContext: func(net.Listener) context.Context { return ctx },
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			uid := -1
			if known, ok := c.(*caller); ok {
				uid = known.uid
			}
			return context.WithValue(ctx, uidKey{}, uid)
		},
	}
	ended := make(chan error, 1)
	start := func(l *net.UnixListener) {
		go func() { ended <- h.Serve(newGate(l, s.limits)) }()
	}
	start(l)
	err := s.watchOver(ctx, l, ended, start)
	cancel() // ends the streams
	last, stop := context.WithTimeout(context.Background(), grace)
	defer stop()
	if h.Shutdown(last) != nil {
		_ = h.Close()
	}
	return err
}

// watchOver waits for the end of ctx, of the room or of the listener, and meanwhile sees to the socket's file.
func (s *server) watchOver(ctx context.Context, l *net.UnixListener, ended <-chan error, start func(*net.UnixListener)) error {
	path := l.Addr().String()
	was, err := os.Lstat(path)
	if err != nil {
		was = nil
	}
	check := time.NewTicker(s.limits.check)
	defer check.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.room.Done():
			return nil
		case err := <-ended:
			if errors.Is(err, net.ErrClosed) || errors.Is(err, http.ErrServerClosed) {
				return nil
			}
			return err
		case <-check.C:
		}
		if was == nil || stillThere(path, was) {
			continue
		}
		fresh, err := again(path, was)
		if err != nil {
			continue // tried again with the next look
		}
		l.SetUnlinkOnClose(false)
		_ = l.Close() // nobody can reach it any more
		<-ended
		l = fresh
		if was, err = os.Lstat(path); err != nil {
			was = nil
		}
		start(l)
	}
}

func stillThere(path string, was os.FileInfo) bool {
	now, err := os.Lstat(path)
	return err == nil && os.SameFile(now, was)
}

// again makes a socket like the one that was at path: own ones with their folder, shared ones where theirs is.
func again(path string, was os.FileInfo) (*net.UnixListener, error) {
	mode, gid := was.Mode().Perm(), -1
	if mode == 0o600 {
		if err := private(filepath.Dir(path)); err != nil {
			return nil, err
		}
	} else if st, ok := was.Sys().(*syscall.Stat_t); ok {
		gid = int(st.Gid)
	}
	return listen(path, mode, gid)
}

func versioned(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set(headerProtocol, protocol)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if v := q.Header.Get(headerProtocol); v != protocol {
			http.Error(w, "the room speaks "+protocol+"; use the same version of tminus on both sides", http.StatusUpgradeRequired)
			return
		}
		next.ServeHTTP(w, q)
	})
}

// door is the room as the caller of this request meets it.
func (s *server) door(q *http.Request) *room.Door {
	who := whoOf(uidOf(q))
	who.As = short(q.Header.Get(headerAs))
	if s.rehearsal {
		who.Auth = journal.AuthRehearsal
	}
	d := s.room.Door(who)
	if name := q.Header.Get(headerCockpit); name != "" {
		d = d.Cockpit(short(name))
	}
	if q.Header.Get(headerWatching) != "" {
		d = d.WatchOnly()
	}
	return d
}

// uidOf is the caller's uid as it was found when they connected.
func uidOf(q *http.Request) int {
	if uid, ok := q.Context().Value(uidKey{}).(int); ok {
		return uid
	}
	return -1
}

// stream takes a place for one more stream of a user, which leave gives back.
func (s *server) stream(uid int) (leave func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.streams[uid] >= s.limits.streams {
		return nil, false
	}
	s.streams[uid]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.streams[uid]--; s.streams[uid] == 0 {
			delete(s.streams, uid)
		}
	}, true
}

// short bounds a name that a caller chose.
func short(s string) string { return s[:min(len(s), 128)] }
