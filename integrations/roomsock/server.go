package roomsock

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/room"
	"tminus/model/screen"
)

const (
	maxRequest = 64 << 10 // bytes of a request's body
	maxEntries = 1000     // entries of one answer
	beat       = 2 * time.Second
	idleLimit  = 2 * time.Minute
	askLimit   = 30 * time.Second
)

// server answers for one room. In a REHEARSAL a caller acts as a role; elsewhere the role they name counts for nothing.
type server struct {
	room      *room.Room
	rehearsal bool
}

type peerKey struct{}

// Serve answers on a listener until ctx ends. Callers are who the kernel says.
func Serve(ctx context.Context, l *net.UnixListener, r *room.Room, rehearsal bool) error {
	s := &server{r, rehearsal}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /plan", s.plan)
	mux.HandleFunc("GET /now", s.now)
	mux.HandleFunc("GET /watch", s.watch)
	mux.HandleFunc("GET /actions", s.actions)
	mux.HandleFunc("GET /entries", s.entries)
	mux.HandleFunc("POST /do", s.do)
	mux.HandleFunc("POST /speed", s.speed)
	mux.HandleFunc("POST /skip", s.skip)
	h := &http.Server{
		Handler:           http.MaxBytesHandler(versioned(mux), maxRequest),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: askLimit, IdleTimeout: idleLimit, MaxHeaderBytes: 8 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			p := peer{uid: -1}
			if u, ok := c.(*net.UnixConn); ok {
				if found, err := peerOf(u); err == nil {
					p = found
				}
			}
			return context.WithValue(ctx, peerKey{}, p)
		},
	}
	stop := context.AfterFunc(ctx, func() { _ = h.Close() })
	defer stop()
	if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func versioned(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set(headerProtocol, protocol)
		if v := q.Header.Get(headerProtocol); v != protocol {
			http.Error(w, "the room speaks "+protocol+"; use the same version of tminus on both sides", http.StatusUpgradeRequired)
			return
		}
		next.ServeHTTP(w, q)
	})
}

// door is the room as the caller of this request meets it.
func (s *server) door(q *http.Request) *room.Door {
	p, _ := q.Context().Value(peerKey{}).(peer)
	who := whoOf(p.uid)
	if s.rehearsal {
		who.Auth, who.As = journal.AuthRehearsal, q.Header.Get(headerAs)
	}
	return s.room.Door(who)
}

func (s *server) plan(w http.ResponseWriter, q *http.Request) {
	p, err := s.door(q).Plan(q.Context())
	answer(w, p, err)
}

func (s *server) now(w http.ResponseWriter, q *http.Request) {
	p, err := s.door(q).Now(q.Context())
	answer(w, p, err)
}

func (s *server) actions(w http.ResponseWriter, q *http.Request) {
	list, err := s.door(q).Actions(q.Context())
	answer(w, list, err)
}

// wireEntry is an entry as it travels: the exact body and its hash; the rest is read from the body.
type wireEntry struct {
	Seq  int64  `json:"seq"`
	Body string `json:"body"`
	Hash string `json:"hash"`
}

func (s *server) entries(w http.ResponseWriter, q *http.Request) {
	after, err := strconv.ParseInt(q.FormValue("after"), 10, 64)
	limit, err2 := strconv.Atoi(q.FormValue("limit"))
	if err := errors.Join(err, err2); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	list, err := s.door(q).Entries(q.Context(), after, min(max(limit, 1), maxEntries))
	wire := make([]wireEntry, len(list))
	for i, e := range list {
		wire[i] = wireEntry{e.Seq, e.Body, e.Hash}
	}
	answer(w, wire, err)
}

func (s *server) do(w http.ResponseWriter, q *http.Request) {
	var c launch.Command
	if !decode(w, q, &c) {
		return
	}
	// What was sent is done even if the caller hangs up: an answer is lost, never half an action.
	result, err := s.door(q).Do(context.WithoutCancel(q.Context()), c)
	answer(w, result, err)
}

func (s *server) speed(w http.ResponseWriter, q *http.Request) {
	var speed float64
	if decode(w, q, &speed) {
		answer(w, struct{}{}, s.door(q).SetSpeed(q.Context(), speed))
	}
}

func (s *server) skip(w http.ResponseWriter, q *http.Request) {
	answer(w, struct{}{}, s.door(q).SkipToNextMark(q.Context()))
}

func decode(w http.ResponseWriter, q *http.Request, into any) bool {
	d := json.NewDecoder(q.Body)
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil && d.More() {
		err = errors.New("one JSON value was expected")
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

// answer writes a value, a refusal (409), or an error (500).
func answer(w http.ResponseWriter, v any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if refusal, ok := launch.Refused(err); ok {
		w.WriteHeader(http.StatusConflict)
		v = refusal
	} else if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(w).Encode(v) // a caller that hung up reads nothing
}

// watch streams screens, one JSON line each, and an empty line as a heartbeat. Only the newest is kept for a slow reader.
func (s *server) watch(w http.ResponseWriter, q *http.Request) {
	ctx, cancel := context.WithCancel(q.Context())
	defer cancel()
	screens, err := s.door(q).Watch(ctx)
	if err != nil {
		answer(w, nil, err)
		return
	}
	out := http.NewResponseController(w)
	pulse := time.NewTicker(beat)
	defer pulse.Stop()
	for {
		var line []byte
		select {
		case sc, ok := <-screens:
			if !ok {
				return
			}
			if line, err = encode(sc); err != nil {
				return
			}
		case <-pulse.C:
			line = []byte("\n")
		}
		_ = out.SetWriteDeadline(time.Now().Add(askLimit))
		if _, err := w.Write(line); err != nil {
			return
		}
		if err := out.Flush(); err != nil {
			return
		}
	}
}

func encode(s *screen.Screen) ([]byte, error) {
	b, err := json.Marshal(s)
	return append(b, '\n'), err
}
