package roomsock

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/screen"
)

// Client is a room reached through its socket. It has the methods of ui.Room but for As. It is safe for concurrent use.
type Client struct {
	path string
	as   string
	http *http.Client
}

// Dial reaches the room at a socket and checks that both sides speak the same.
func Dial(ctx context.Context, path string) (*Client, error) {
	c := &Client{path: path, http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", path)
		},
		MaxIdleConns: 2, IdleConnTimeout: time.Minute, DisableCompression: true,
	}}}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := c.Now(ctx); err != nil {
		return nil, errors.Join(explain(path, err), c.Close())
	}
	return c, nil
}

func explain(path string, err error) error {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("there is no room at %s: %w", path, err)
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("you may not enter the room at %s (are you a member of the socket's group? see: ls -l %s): %w", path, path, err)
	case strings.Contains(err.Error(), "connection refused"):
		return fmt.Errorf("the room at %s is gone: %w", path, err)
	}
	return fmt.Errorf("reach the room at %s: %w", path, err)
}

// Close gives the connections back.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// Acting is the same client with another role of a rehearsal.
func (c *Client) Acting(role string) *Client {
	other := *c
	other.as = role
	return &other
}

func (c *Client) request(ctx context.Context, method, path string, body any) (*http.Response, error) {
	var reader io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		reader = bytes.NewReader(b)
	}
	q, err := http.NewRequestWithContext(ctx, method, "http://room"+path, reader)
	if err != nil {
		return nil, err
	}
	q.Header.Set(headerProtocol, protocol)
	q.Header.Set(headerAs, c.as)
	a, err := c.http.Do(q)
	if err != nil {
		return nil, err
	}
	if a.StatusCode == http.StatusOK && a.Header.Get(headerProtocol) == protocol {
		return a, nil
	}
	defer a.Body.Close()
	text, err := io.ReadAll(io.LimitReader(a.Body, maxRequest))
	if err != nil {
		return nil, err
	}
	if a.Header.Get(headerProtocol) != protocol {
		return nil, fmt.Errorf("%s is not a room of this version of tminus (%s)", c.path, protocol)
	}
	if a.StatusCode == http.StatusConflict {
		var r launch.Refusal
		if err := json.Unmarshal(text, &r); err != nil {
			return nil, fmt.Errorf("read the room's refusal: %w", err)
		}
		return nil, &r
	}
	return nil, errors.New(strings.TrimSpace(string(text)))
}

// ask makes one request and decodes its answer.
func (c *Client) ask(ctx context.Context, method, path string, body, into any) error {
	a, err := c.request(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	if err := json.NewDecoder(a.Body).Decode(into); err != nil {
		return fmt.Errorf("read the room's answer: %w", err)
	}
	return nil
}

// Plan returns what does not change while the launch runs.
func (c *Client) Plan(ctx context.Context) (*screen.Plan, error) {
	p := new(screen.Plan)
	err := c.ask(ctx, http.MethodGet, "/plan", nil, p)
	return p, err
}

// Now returns the newest screen.
func (c *Client) Now(ctx context.Context) (*screen.Screen, error) {
	s := new(screen.Screen)
	err := c.ask(ctx, http.MethodGet, "/now", nil, s)
	return s, err
}

// Do carries out a command.
func (c *Client) Do(ctx context.Context, cmd launch.Command) (launch.Result, error) {
	var r launch.Result
	err := c.ask(ctx, http.MethodPost, "/do", cmd, &r)
	return r, err
}

// Actions lists every action, and whether it is open to the caller now.
func (c *Client) Actions(ctx context.Context) ([]launch.ActionInfo, error) {
	var list []launch.ActionInfo
	err := c.ask(ctx, http.MethodGet, "/actions", nil, &list)
	return list, err
}

// Entries returns entries with seq > after; each body is read strictly, and its hash checked, on this side too.
func (c *Client) Entries(ctx context.Context, after int64, limit int) ([]journal.Entry, error) {
	var wire []wireEntry
	path := "/entries?after=" + strconv.FormatInt(after, 10) + "&limit=" + strconv.Itoa(limit)
	if err := c.ask(ctx, http.MethodGet, path, nil, &wire); err != nil {
		return nil, err
	}
	entries := make([]journal.Entry, len(wire))
	for i, w := range wire {
		var named struct {
			Launch string `json:"launch"`
		}
		if err := json.Unmarshal([]byte(w.Body), &named); err != nil {
			return nil, fmt.Errorf("read entry %d: %w", w.Seq, err)
		}
		e, err := journal.Parse(journal.Row{Launch: named.Launch, Seq: w.Seq, Body: w.Body, Hash: w.Hash})
		if err != nil {
			return nil, err
		}
		entries[i] = e
	}
	return entries, nil
}

// SetSpeed steers a rehearsal's clock.
func (c *Client) SetSpeed(ctx context.Context, speed float64) error {
	return c.ask(ctx, http.MethodPost, "/speed", speed, &struct{}{})
}

// SkipToNextMark moves a rehearsal's clock to the next mark.
func (c *Client) SkipToNextMark(ctx context.Context) error {
	return c.ask(ctx, http.MethodPost, "/skip", struct{}{}, &struct{}{})
}

// silence is how long a living room lets pass without a heartbeat, at most.
const silence = 3 * beat

// Watch delivers screens until ctx ends, or the room is gone or silent.
func (c *Client) Watch(ctx context.Context) (<-chan *screen.Screen, error) {
	ctx, cancel := context.WithCancel(ctx)
	a, err := c.request(ctx, http.MethodGet, "/watch", nil)
	if err != nil {
		cancel()
		return nil, err
	}
	out := make(chan *screen.Screen, 1)
	alive := time.AfterFunc(silence, cancel)
	go func() {
		defer cancel()
		defer close(out)
		defer a.Body.Close()
		defer alive.Stop()
		lines := bufio.NewReaderSize(a.Body, 64<<10)
		for {
			line, err := lines.ReadBytes('\n')
			if err != nil {
				return
			}
			alive.Reset(silence)
			if len(line) <= 1 {
				continue
			}
			s := new(screen.Screen)
			if json.Unmarshal(line, s) != nil {
				return
			}
			select { // latest wins
			case <-out:
			default:
			}
			out <- s
		}
	}()
	return out, nil
}
