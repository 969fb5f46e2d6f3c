package roomsock

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"tminus/model/launch"
	"tminus/model/room"
	"tminus/model/screen"
)

// greeting answers who asks only whether a room is there.
type greeting struct {
	Launch string      `json:"launch"`
	Mode   launch.Mode `json:"mode"`
}

// pace is how fast a rehearsal's clock is to run.
type pace struct {
	Speed float64 `json:"speed"`
}

// wireEntry is an entry as it travels: the exact body and its hash; the rest is read from the body.
type wireEntry struct {
	Seq  int64  `json:"seq"`
	Body string `json:"body"`
	Hash string `json:"hash"`
}

func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello", s.hello)
	mux.HandleFunc("GET /plan", told(s, (*room.Door).Plan))
	mux.HandleFunc("GET /now", told(s, (*room.Door).Now))
	mux.HandleFunc("GET /at", s.at)
	mux.HandleFunc("GET /actions", told(s, (*room.Door).Actions))
	mux.HandleFunc("GET /entries", s.entries)
	mux.HandleFunc("GET /series", s.series)
	mux.HandleFunc("GET /lines", told(s, (*room.Door).LogLines))
	mux.HandleFunc("GET /document", s.document)
	mux.HandleFunc("GET /watch", s.watch)
	// A POST that changes nothing: a draft is too long for an address.
	mux.HandleFunc("POST /previews", sent(s, func(q *http.Request, d *room.Door, draft screen.Draft) ([]screen.Preview, error) {
		return d.Previews(q.Context(), draft)
	}))
	// What was sent is done even if the caller hangs up: an answer can be lost, but no action is cut in half.
	mux.HandleFunc("POST /do", sent(s, func(q *http.Request, d *room.Door, c launch.Command) (launch.Result, error) {
		return d.Do(context.WithoutCancel(q.Context()), c)
	}))
	mux.HandleFunc("POST /speed", sent(s, func(q *http.Request, d *room.Door, p pace) (struct{}, error) {
		return struct{}{}, d.SetSpeed(context.WithoutCancel(q.Context()), p.Speed)
	}))
	mux.HandleFunc("POST /skip", sent(s, func(q *http.Request, d *room.Door, _ struct{}) (struct{}, error) {
		return struct{}{}, d.SkipToNextMark(context.WithoutCancel(q.Context()))
	}))
	return mux
}

// told answers with what the caller's door says.
func told[T any](s *server, ask func(*room.Door, context.Context) (T, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) {
		v, err := ask(s.door(q), q.Context())
		s.answer(w, v, err)
	}
}

// sent reads what the caller sent, and answers with what came of it.
func sent[V, T any](s *server, do func(*http.Request, *room.Door, V) (T, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) {
		var v V
		if decode(w, q, &v) {
			result, err := do(q, s.door(q), v)
			s.answer(w, result, err)
		}
	}
}

func (s *server) hello(w http.ResponseWriter, q *http.Request) {
	var g greeting
	p, err := s.door(q).Plan(q.Context())
	if err == nil {
		g = greeting{Launch: p.Launch, Mode: p.Mode}
	}
	s.answer(w, g, err)
}

func (s *server) at(w http.ResponseWriter, q *http.Request) {
	at, err := time.Parse(time.RFC3339Nano, q.FormValue("t"))
	if err != nil {
		http.Error(w, "t is a time: "+err.Error(), http.StatusBadRequest)
		return
	}
	sc, err := s.door(q).At(q.Context(), at)
	s.answer(w, sc, err)
}

func (s *server) document(w http.ResponseWriter, q *http.Request) {
	text, err := s.door(q).Document(q.Context(), q.FormValue("hash"))
	s.answer(w, text, err)
}

func (s *server) entries(w http.ResponseWriter, q *http.Request) {
	after, err := strconv.ParseInt(q.FormValue("after"), 10, 64)
	limit, err2 := strconv.Atoi(q.FormValue("limit"))
	if err := errors.Join(err, err2); err != nil {
		http.Error(w, "after and limit are numbers: "+err.Error(), http.StatusBadRequest)
		return
	}
	list, err := s.door(q).Entries(q.Context(), after, min(max(limit, 0), s.limits.entries))
	wire := make([]wireEntry, len(list))
	for i, e := range list {
		wire[i] = wireEntry{e.Seq, e.Body, e.Hash}
	}
	s.answer(w, wire, err)
}

func (s *server) series(w http.ResponseWriter, q *http.Request) {
	from, err := time.Parse(time.RFC3339Nano, q.FormValue("from"))
	to, err2 := time.Parse(time.RFC3339Nano, q.FormValue("to"))
	if err := errors.Join(err, err2); err != nil {
		http.Error(w, "from and to are times: "+err.Error(), http.StatusBadRequest)
		return
	}
	points, err := s.door(q).Series(q.Context(), q.FormValue("monitor"), from, to)
	s.answer(w, points, err)
}

// decode reads exactly one JSON value without unknown fields.
func decode(w http.ResponseWriter, q *http.Request, into any) bool {
	d := json.NewDecoder(q.Body)
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("one JSON value was expected")
		}
	}
	if err == nil {
		return true
	}
	status := http.StatusBadRequest
	if tooLong := new(http.MaxBytesError); errors.As(err, &tooLong) {
		status = http.StatusRequestEntityTooLarge
	}
	http.Error(w, "the request cannot be read: "+err.Error(), status)
	return false
}

// answer writes a value, a refusal (409), or an error (503 when the room is gone, else 500).
func (s *server) answer(w http.ResponseWriter, v any, err error) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(s.limits.write))
	status := http.StatusOK
	switch refusal, refused := launch.Refused(err); {
	case refused:
		status, v = http.StatusConflict, refusal
	case room.IsClosed(err):
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	body, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a caller that hung up reads nothing
}

// watch streams screens, one JSON line each, and an empty line when there was none for a while. A slow reader gets the
// newest; one that reads nothing at all is given up.
func (s *server) watch(w http.ResponseWriter, q *http.Request) {
	leave, ok := s.stream(uidOf(q))
	if !ok {
		http.Error(w, "too many cockpits of yours watch this room; leave some", http.StatusTooManyRequests)
		return
	}
	defer leave()
	screens, err := s.door(q).Watch(q.Context())
	if err != nil {
		s.answer(w, nil, err)
		return
	}
	out := http.NewResponseController(w)
	_ = out.SetReadDeadline(time.Time{}) // the request is read; its limit must not end the stream
	pulse := time.NewTicker(s.limits.beat)
	defer pulse.Stop()
	for {
		var line []byte
		select {
		case sc, ok := <-screens:
			if !ok {
				return
			}
			if line, err = json.Marshal(sc); err != nil {
				return
			}
		case <-pulse.C:
		}
		_ = out.SetWriteDeadline(time.Now().Add(s.limits.write))
		if _, err := w.Write(append(line, '\n')); err != nil {
			return
		}
		if out.Flush() != nil {
			return
		}
	}
}
