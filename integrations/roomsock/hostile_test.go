package roomsock

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tminus/model/launch"
)

// raw sends a text to a socket and returns the status line of the answer.
func raw(t *testing.T, path, request string) string {
	t.Helper()
	c, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(c, request) // a server that hangs up early may not read all
	line, _ := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSpace(line)
}

func post(path, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: room\r\n%s: %s\r\nContent-Length: %d\r\n\r\n%s", path, headerProtocol, protocol, len(body), body)
}

func TestGarbageIsRefused(t *testing.T) {
	path := served(t, newRoom(t, launch.Live), false, func(l *limits) { l.request = 300 * time.Millisecond })
	for name, c := range map[string]struct{ request, want string }{
		"no HTTP":          {"\x00\x01\xff hello\r\n\r\n", "400"},
		"no version":       {"GET /plan HTTP/1.1\r\nHost: room\r\n\r\n", "426"},
		"another version":  {"GET /plan HTTP/1.1\r\nHost: room\r\n" + headerProtocol + ": tminus-room/9\r\n\r\n", "426"},
		"no such page":     {"GET /etc/passwd HTTP/1.1\r\nHost: room\r\n" + headerProtocol + ": " + protocol + "\r\n\r\n", "404"},
		"wrong method":     {"GET /do HTTP/1.1\r\nHost: room\r\n" + headerProtocol + ": " + protocol + "\r\n\r\n", "405"},
		"no JSON":          {post("/do", "note.add"), "400"},
		"unknown field":    {post("/do", `{"action":"note.add","args":{"text":"x"},"who":{"uid":0}}`), "400"},
		"two values":       {post("/do", `{"action":"note.add","args":{"text":"x"}}{}`), "400"},
		"a text for args":  {post("/do", `{"action":"note.add","args":"x"}`), "400"},
		"too long":         {post("/do", `{"action":"note.add","args":{"text":"`+strings.Repeat("x", 70<<10)+`"}}`), "413"},
		"endless headers":  {"GET /plan HTTP/1.1\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n", "431"},
		"never finished":   {"POST /do HTTP/1.1\r\nHost: room\r\n", ""},
		"words for limits": {"GET /entries?after=x&limit=y HTTP/1.1\r\nHost: room\r\n" + headerProtocol + ": " + protocol + "\r\n\r\n", "400"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := raw(t, path, c.request); !strings.Contains(got, c.want) {
				t.Errorf("answered %q, want %s", got, c.want)
			}
		})
	}
	if entries, err := dialled(t, path).Entries(t.Context(), 0, 10); err != nil || len(entries) != 1 {
		t.Errorf("afterwards %d entries, %v", len(entries), err)
	}
}

func TestASlowReaderHoldsNobodyUp(t *testing.T) {
	path := served(t, newRoom(t, launch.Live), false, func(l *limits) { l.write = 500 * time.Millisecond })
	slow, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	if _, err := io.WriteString(slow, "GET /watch HTTP/1.1\r\nHost: room\r\n"+headerProtocol+": "+protocol+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	c := dialled(t, path)
	for i := range 30 {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		_, err := c.Do(ctx, command("note.add", "text", strings.Repeat("x", 8000)))
		cancel()
		if err != nil {
			t.Fatalf("note %d: %v", i, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestConnectionsAreCounted(t *testing.T) {
	path := served(t, newRoom(t, launch.Live), false, func(l *limits) { l.perUID = 3 })
	c := dialled(t, path)
	var held []net.Conn
	for range 2 {
		h, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, h)
	}
	time.Sleep(50 * time.Millisecond)
	if _, err := Dial(t.Context(), path); err == nil || !strings.Contains(err.Error(), "too many connections") {
		t.Errorf("a fourth connection: %v", err)
	}
	if _, err := c.Now(t.Context()); err != nil {
		t.Errorf("the first connection: %v", err)
	}
	for _, h := range held {
		_ = h.Close()
	}
	time.Sleep(50 * time.Millisecond)
	dialled(t, path)
}

func TestStreamsAreCounted(t *testing.T) {
	c := dialled(t, served(t, newRoom(t, launch.Live), false, func(l *limits) { l.streams = 2 }))
	ctx, cancel := context.WithCancel(t.Context())
	for range 2 {
		if _, err := c.Watch(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Watch(t.Context()); err == nil || !strings.Contains(err.Error(), "too many cockpits") {
		t.Errorf("a third stream: %v", err)
	}
	cancel()
	for limit := time.Now().Add(3 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, err := c.Watch(t.Context()); err == nil {
			break
		} else if time.Now().After(limit) {
			t.Fatal(err)
		}
	}
}

func ok(body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\n%s: %s\r\nContent-Length: %d\r\n\r\n%s", headerProtocol, protocol, len(body), body)
}

// serveRaw answers each connection's first request with a text, and hangs up.
func serveRaw(t *testing.T, reply func(request string) string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				q, err := http.ReadRequest(bufio.NewReader(c))
				if err == nil {
					_, _ = io.WriteString(c, reply(q.Method+" "+q.URL.Path))
				}
			}()
		}
	}()
	return path
}

func TestDialSaysWhyThereIsNobody(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dead := filepath.Join(dir, "dead")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: dead, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ path, want string }{
		"nothing there":    {filepath.Join(dir, "none"), "there is no room"},
		"a file":           {file, "not the socket of a room"},
		"a dead room's":    {dead, "has ended"},
		"a stranger":       {serveRaw(t, func(string) string { return "220 mail.example ESMTP\r\n" }), "not a room of tminus"},
		"another server":   {serveRaw(t, func(string) string { return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" }), "not a room of tminus"},
		"one who hangs up": {serveRaw(t, func(string) string { return "" }), "not a room of tminus"},
		"another version": {serveRaw(t, func(string) string {
			return "HTTP/1.1 426 No\r\n" + headerProtocol + ": tminus-room/7\r\nContent-Length: 0\r\n\r\n"
		}), "use the same version"},
		"too long a path": {strings.Repeat("x", 200), "at most 107"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Dial(t.Context(), c.path); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestASilentRoomIsGivenUp(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the silence of a room")
	}
	t.Parallel()
	hang := make(chan struct{})
	t.Cleanup(func() { close(hang) })
	path := serveRaw(t, func(request string) string {
		if strings.HasSuffix(request, "/watch") {
			<-hang
		}
		return ok(`{"launch":"x","mode":"LIVE"}`)
	})
	before := time.Now()
	_, err := dialled(t, path).Watch(t.Context())
	if err == nil || time.Since(before) > 2*silence {
		t.Errorf("given up after %s: %v", time.Since(before), err)
	}
}
