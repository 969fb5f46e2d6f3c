package roomsock

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
)

// Client is a room reached through its socket. It has the methods of ui.Room but for As. It is safe for concurrent use.
type Client struct {
	path     string
	as       string
	cockpit  string
	readOnly bool
	http     *http.Client
}

// dialLimit bounds how long a room is given to say that it is there.
const dialLimit = 5 * time.Second

// maxAnswer is the longest answer that is read, in bytes: a thousand entries of the greatest size.
const maxAnswer = 1 << 30

// Dial reaches the room at a socket and makes sure that both sides speak the same. The error says why there is nobody.
func Dial(ctx context.Context, path string) (*Client, error) {
	if err := findable(path); err != nil {
		return nil, err
	}
	c := &Client{path: path, cockpit: rand.Text(), http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", path)
		},
		// Shorter than the room's own patience, so that it never hangs up on a request that is being sent.
		IdleConnTimeout: 30 * time.Second, MaxIdleConns: 2, DisableCompression: true, MaxResponseHeaderBytes: 8 << 10,
	}}}
	ctx, cancel := context.WithTimeout(ctx, dialLimit)
	defer cancel()
	if err := c.ask(ctx, http.MethodGet, "/hello", nil, &greeting{}); err != nil {
		return nil, errors.Join(explain(path, err), c.Close())
	}
	return c, nil
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

// WatchOnly is the same client for who only looks: the room refuses its commands.
func (c *Client) WatchOnly() *Client {
	other := *c
	other.readOnly = true
	return &other
}

// send makes one request. The caller closes the body of an answer, which is always a success.
func (c *Client) send(ctx context.Context, method, path string, body any) (*http.Response, error) {
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
	q.Header.Set(headerCockpit, c.cockpit)
	if c.as != "" {
		q.Header.Set(headerAs, c.as)
	}
	if c.readOnly {
		q.Header.Set(headerWatching, "1")
	}
	a, err := c.http.Do(q)
	if err != nil {
		return nil, err
	}
	if a.StatusCode == http.StatusOK && a.Header.Get(headerProtocol) == protocol {
		return a, nil
	}
	defer a.Body.Close()
	return nil, c.rejection(a)
}

// rejection is the error that an answer other than a success tells.
func (c *Client) rejection(a *http.Response) error {
	text, err := io.ReadAll(io.LimitReader(a.Body, 64<<10))
	switch spoken := a.Header.Get(headerProtocol); {
	case spoken == "":
		return errStranger
	case spoken != protocol:
		return fmt.Errorf("%s is the room of another version of tminus: it speaks %.40q and this program %q; use the same version on both sides", c.path, spoken, protocol)
	case err != nil:
		return fmt.Errorf("read the room's answer: %w", err)
	case a.StatusCode == http.StatusConflict:
		var r launch.Refusal
		if err := json.Unmarshal(text, &r); err != nil {
			return fmt.Errorf("read the room's refusal: %w", err)
		}
		return &r
	}
	return errors.New(strings.TrimSpace(string(text)))
}

// ask makes one request and decodes its answer.
func (c *Client) ask(ctx context.Context, method, path string, body, into any) error {
	a, err := c.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	if err := json.NewDecoder(io.LimitReader(a.Body, maxAnswer)).Decode(into); err != nil {
		return fmt.Errorf("read the room's answer: %w", err)
	}
	return nil
}

// tell is ask for what changes something. Where the answer is lost nobody here knows what became of it, and says so.
func (c *Client) tell(ctx context.Context, path string, body, into any) error {
	err := c.ask(ctx, http.MethodPost, path, body, into)
	if lost := new(net.OpError); errors.As(err, &lost) && lost.Op != "dial" || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || ctx.Err() != nil && err != nil {
		return fmt.Errorf("the room's answer was lost (%w): it may have been recorded; see the log before you try again", err)
	}
	return err
}

// Plan returns what does not change while the launch runs.
func (c *Client) Plan(ctx context.Context) (*screen.Plan, error) {
	return get[*screen.Plan](ctx, c, "/plan")
}

// Now returns the newest screen.
func (c *Client) Now(ctx context.Context) (*screen.Screen, error) {
	return get[*screen.Screen](ctx, c, "/now")
}

// Actions lists every action, and whether it is open to the caller now.
func (c *Client) Actions(ctx context.Context) ([]launch.ActionInfo, error) {
	return get[[]launch.ActionInfo](ctx, c, "/actions")
}

func get[T any](ctx context.Context, c *Client, path string) (T, error) {
	var v, none T
	if err := c.ask(ctx, http.MethodGet, path, nil, &v); err != nil {
		return none, err
	}
	return v, nil
}

// Do carries out a command. A *launch.Refusal says no.
func (c *Client) Do(ctx context.Context, cmd launch.Command) (launch.Result, error) {
	var r launch.Result
	if err := c.tell(ctx, "/do", cmd, &r); err != nil {
		return launch.Result{}, err
	}
	return r, nil
}

// Entries returns at most limit entries with seq > after, oldest first. Each body is read strictly, and its hash checked,
// on this side too.
func (c *Client) Entries(ctx context.Context, after int64, limit int) ([]journal.Entry, error) {
	var entries []journal.Entry
	for len(entries) < limit {
		path := "/entries?after=" + strconv.FormatInt(after, 10) + "&limit=" + strconv.Itoa(limit-len(entries))
		wire, err := get[[]wireEntry](ctx, c, path)
		if err != nil && len(entries) == 0 {
			return nil, err
		}
		if err != nil || len(wire) == 0 { // who asks for the next one is told why it cannot be read
			break
		}
		for _, w := range wire {
			var named struct {
				Launch string `json:"launch"`
			}
			if err := json.Unmarshal([]byte(w.Body), &named); err != nil {
				return nil, fmt.Errorf("read entry %d: %w", w.Seq, err)
			}
			e, err := journal.Parse(journal.Row{Launch: named.Launch, Seq: w.Seq, Body: w.Body, Hash: w.Hash})
			if err != nil {
				return nil, fmt.Errorf("read the room's journal: %w", err)
			}
			entries, after = append(entries, e), e.Seq
		}
	}
	return entries, nil
}

// Series returns a monitor's points with from < At <= to, oldest first.
func (c *Client) Series(ctx context.Context, id string, from, to time.Time) ([]monitor.Point, error) {
	q := url.Values{"monitor": {id}, "from": {from.UTC().Format(time.RFC3339Nano)}, "to": {to.UTC().Format(time.RFC3339Nano)}}
	return get[[]monitor.Point](ctx, c, "/series?"+q.Encode())
}

// At returns the screen as it stood at a past instant.
func (c *Client) At(ctx context.Context, at time.Time) (*screen.Screen, error) {
	return get[*screen.Screen](ctx, c, "/at?"+url.Values{"t": {at.UTC().Format(time.RFC3339Nano)}}.Encode())
}

// LogLines returns the newest lines that log patterns matched, oldest first.
func (c *Client) LogLines(ctx context.Context) ([]screen.LogLine, error) {
	return get[[]screen.LogLine](ctx, c, "/lines")
}

// Document returns the text of one of the launch's documents, which is compared with its hash on this side too.
func (c *Client) Document(ctx context.Context, hash string) (string, error) {
	text, err := get[string](ctx, c, "/document?"+url.Values{"hash": {hash}}.Encode())
	if err == nil && journal.Hash(text) != hash {
		return "", fmt.Errorf("the room's answer is not the document %.16s", hash)
	}
	return text, err
}

// Previews returns what each channel would make of a message. It sends nothing.
func (c *Client) Previews(ctx context.Context, d screen.Draft) ([]screen.Preview, error) {
	if n := len(d.Text); n > launch.MaxText { // more than the room would read
		return nil, &launch.Refusal{Message: fmt.Sprintf("the text is %d bytes long; expected at most %d", n, launch.MaxText), Hint: "shorten it", Usage: true}
	}
	var list []screen.Preview
	err := c.ask(ctx, http.MethodPost, "/previews", d, &list)
	return list, err
}

// SetSpeed makes a rehearsal's clock run faster or slower.
func (c *Client) SetSpeed(ctx context.Context, speed float64) error {
	return c.tell(ctx, "/speed", map[string]float64{"speed": speed}, &struct{}{})
}

// SkipToNextMark moves a rehearsal's clock to the next mark.
func (c *Client) SkipToNextMark(ctx context.Context) error {
	return c.tell(ctx, "/skip", struct{}{}, &struct{}{})
}
