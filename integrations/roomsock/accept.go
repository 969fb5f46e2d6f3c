package roomsock

import (
	"fmt"
	"net"
	"sync"
	"time"
)

// gate is a listener that identifies every caller at once, and lets no user have too many connections.
type gate struct {
	*net.UnixListener
	limits limits

	mu       sync.Mutex
	open     map[int]int // connections by uid
	all      int
	refusing chan struct{} // a place for each refusal under way
}

// refusals is how many callers are told at a time why they are turned away; more than that are only turned away.
const refusals = 32

func newGate(l *net.UnixListener, limits limits) *gate {
	return &gate{UnixListener: l, limits: limits, open: map[int]int{}, refusing: make(chan struct{}, refusals)}
}

// caller is a connection and who is at its other end.
type caller struct {
	net.Conn
	uid  int
	once sync.Once
	left func()
}

func (c *caller) Close() error {
	c.once.Do(c.left)
	return c.Conn.Close()
}

// Accept waits for the next caller who can be identified and served. The others are turned away here.
func (g *gate) Accept() (net.Conn, error) {
	for {
		c, err := g.AcceptUnix()
		if err != nil {
			return nil, err
		}
		uid, err := peerUID(c)
		switch {
		case err != nil:
			g.refuse(c, "the room could not find out who calls: "+err.Error())
		case !g.enter(uid):
			g.refuse(c, "too many connections to this room; close some")
		default:
			return &caller{Conn: c, uid: uid, left: func() { g.leave(uid) }}, nil
		}
	}
}

func (g *gate) enter(uid int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open[uid] >= g.limits.perUID || g.all >= g.limits.total {
		return false
	}
	g.open[uid]++
	g.all++
	return true
}

func (g *gate) leave(uid int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open[uid]--; g.open[uid] == 0 {
		delete(g.open, uid)
	}
	g.all--
}

// refuse answers whatever is asked and hangs up, without making others wait.
func (g *gate) refuse(c *net.UnixConn, why string) {
	select {
	case g.refusing <- struct{}{}:
	default:
		_ = c.Close()
		return
	}
	go func() {
		defer func() { <-g.refusing }()
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(500 * time.Millisecond))
		_, _ = c.Read(make([]byte, 8<<10)) // one who is cut off while asking would not hear the answer
		_, _ = fmt.Fprintf(c, "HTTP/1.1 503 Service Unavailable\r\n%s: %s\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s",
			headerProtocol, protocol, len(why), why)
	}()
}
