package webpost

import (
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tminus/model/room"
)

const secretPath = "/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"

const token = "xoxb-very-secret-token-0001"

// post sends a message to a server, and sees to it that no secret comes back.
func post(t *testing.T, url string, o Options) (*Answer, *Fault) {
	t.Helper()
	a, f := New(o).Do(t.Context(), Call{
		Method: http.MethodPost, URL: url, Body: map[string]string{"text": "hello"},
		Header: http.Header{"Authorization": {"Bearer " + token}}, Secrets: []string{token},
	})
	if f != nil {
		f = f.Because("you sent " + token + " to " + url)
		for _, secret := range []string{token, "XXXXXXXX", "services"} {
			if strings.Contains(f.Error(), secret) || strings.Contains(f.Delivery().Detail, secret) {
				t.Errorf("a fault repeats %s: %s", secret, f.Error())
			}
		}
	}
	return a, f
}

func TestAStatusSaysWhetherTheMessageWasTaken(t *testing.T) {
	for _, c := range []struct {
		status int
		header map[string]string
		want   room.DeliveryState
		after  time.Duration
	}{
		{200, nil, room.Delivered, 0},
		{201, nil, room.Delivered, 0},
		{202, nil, room.Delivered, 0},
		{301, map[string]string{"Location": "https://elsewhere.example/x"}, room.Undelivered, 0},
		{307, map[string]string{"Location": "/again"}, room.Undelivered, 0},
		{400, nil, room.Undelivered, 0},
		{401, nil, room.Undelivered, 0},
		{404, nil, room.Undelivered, 0},
		{408, nil, room.TryLater, 0},
		{420, map[string]string{"Retry-After": "3"}, room.TryLater, 3 * time.Second},
		{429, map[string]string{"Retry-After": "17"}, room.TryLater, 17 * time.Second},
		{429, nil, room.TryLater, 0},
		{429, map[string]string{"Retry-After": "soon"}, room.TryLater, 0},
		{500, nil, room.TryLater, 0},
		{501, nil, room.Undelivered, 0},
		{502, nil, room.Uncertain, 0},
		{503, map[string]string{"Retry-After": "5"}, room.TryLater, 5 * time.Second},
		{504, nil, room.Uncertain, 0},
		{599, nil, room.TryLater, 0},
	} {
		var calls atomic.Int32
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			calls.Add(1)
			for k, v := range c.header {
				w.Header().Set(k, v)
			}
			w.WriteHeader(c.status)
			io.WriteString(w, "{}")
		}))
		a, f := post(t, s.URL+secretPath, Options{})
		s.Close()
		got := room.Delivery{State: room.Delivered}
		if f != nil {
			got = f.Delivery()
		}
		if got.State != c.want || got.RetryAfter != c.after || (a == nil) == (f == nil) || calls.Load() != 1 {
			t.Errorf("%d: %+v, %d calls", c.status, got, calls.Load())
		}
	}
}

// serveRaw hands each connection to handle, below HTTP.
func serveRaw(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			handle(conn)
		}
	}()
	return "http://" + l.Addr().String()
}

// readRequest takes the whole request.
func readRequest(conn net.Conn) {
	buf, got := make([]byte, 4096), ""
	for !strings.HasSuffix(got, `{"text":"hello"}`) {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		got += string(buf[:n])
	}
}

func TestWhatWasTakenAndNotAnsweredIsUncertain(t *testing.T) {
	var taken atomic.Int32 // the server counts, the test reads
	for name, handle := range map[string]func(net.Conn){
		"closed": func(c net.Conn) { readRequest(c); taken.Add(1); c.Close() },
		"reset": func(c net.Conn) {
			readRequest(c)
			taken.Add(1)
			c.(*net.TCPConn).SetLinger(0)
			c.Close()
		},
		"cut in the headers": func(c net.Conn) {
			readRequest(c)
			taken.Add(1)
			io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-")
			c.Close()
		},
		"no HTTP": func(c net.Conn) {
			readRequest(c)
			taken.Add(1)
			io.WriteString(c, "220 mail.example ESMTP\r\n")
			c.Close()
		},
	} {
		taken.Store(0)
		_, f := post(t, serveRaw(t, handle)+secretPath, Options{})
		if f == nil || f.State != room.Uncertain || taken.Load() != 1 {
			t.Errorf("%s: %+v, taken %d times", name, f, taken.Load())
		}
	}
}

func TestAHangIsUncertainAndEnds(t *testing.T) {
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body); <-release }))
	defer s.Close()
	defer close(release)
	_, f := post(t, s.URL+secretPath, Options{Limit: 50 * time.Millisecond})
	if f == nil || f.State != room.Uncertain || !strings.Contains(f.Reason, "no answer within") {
		t.Errorf("got %+v", f)
	}
}

func TestWhatNeverLeftIsTriedAgain(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	secure := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was told to a server that nobody vouches for") }))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer secure.Close()
	silent := serveRaw(t, func(net.Conn) {}) // takes a connection and says nothing: no TLS ever stands
	for name, c := range map[string]struct {
		url, says string
	}{
		"refused":        {gone.URL, "connection refused"},
		"no such host":   {"https://nobody.invalid", "no such host"},
		"unknown issuer": {secure.URL, "certificate is not accepted"},
		"no TLS":         {strings.Replace(silent, "http:", "https:", 1), "no connection within"},
	} {
		_, f := post(t, c.url+secretPath, Options{Limit: 300 * time.Millisecond})
		if f == nil || f.State != room.TryLater || !strings.Contains(f.Reason, c.says) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestACertificateOfItsOwn(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok") }))
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	if a, f := post(t, s.URL+secretPath, Options{RootCAs: roots}); f != nil || string(a.Body) != "ok" {
		t.Errorf("%v", f)
	}
}

func TestAnAnswerIsBounded(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		chunk := make([]byte, 1<<20)
		for range 12 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	defer s.Close()
	a, f := post(t, s.URL, Options{})
	if f != nil || !a.Cut || len(a.Body) > maxAnswer+1 || a.Decode(new(any)) == nil {
		t.Errorf("%v, %d bytes", f, len(a.Body))
	}
}

func TestAnAddressIsCheckedWithoutBeingRepeated(t *testing.T) {
	for _, bad := range []string{
		"", "hooks.slack.com" + secretPath, "https://", "ftp://hooks.slack.com" + secretPath, "http://hooks.slack.com" + secretPath, "https://a:" + token + "@h/",
		"https://h/a b", "https://h/\nx", "://" + token, token, "https://h:99999999999x/" + token,
	} {
		_, err := Address(bad)
		if err == nil || strings.Contains(err.Error(), token) || strings.Contains(err.Error(), "XXXX") || !strings.Contains(err.Error(), "; expected") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, good := range []string{"https://hooks.slack.com" + secretPath, "http://127.0.0.1:80/x", "http://[::1]:80/x", "http://localhost/"} {
		if _, err := Address(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}

func TestWhatAServerSaysIsOneSafeLine(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(400)
		fmt.Fprintf(w, "bad\r\n\x1b[2J\u202e%s %s", r.Header.Get("Authorization"), strings.Repeat("long ", 1000))
	}))
	defer s.Close()
	_, f := New(Options{}).Do(t.Context(), Call{Method: "POST", URL: s.URL, Header: http.Header{"Authorization": {token}}, Secrets: []string{token}})
	f = f.Because(string(f.Answer.Body))
	if strings.ContainsAny(f.Reason, "\n\r\x1b\u202e") || strings.Contains(f.Reason, token) || len(f.Reason) > 500 {
		t.Errorf("%q", f.Reason)
	}
}
