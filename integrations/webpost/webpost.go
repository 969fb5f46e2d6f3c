// Package webpost sends over HTTP what must not arrive twice, and says of each attempt whether it was taken, was certainly
// not, or may have been. It tries nothing again, follows no redirect, and repeats no secret in what it says.
package webpost

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"tminus/integrations/webget"
	"tminus/model/room"
)

// Limit bounds a call, answer included.
const Limit = 10 * time.Second

// maxAnswer is far more than any of these services says, and little enough to hold.
const maxAnswer = 4 << 20

// Options are what differs between the world and a test.
type Options struct {
	RootCAs *x509.CertPool // nil: the system's
	Limit   time.Duration  // 0: Limit
}

// Client may be used from several goroutines at once.
type Client struct {
	http  *http.Client
	limit time.Duration
}

// New returns a Client. Each call has a connection of its own: one that was kept could be closed by the server just as the
// next message leaves, and then nobody knew whether it was taken.
func New(o Options) *Client {
	t := webget.NewTransport()
	t.DisableKeepAlives = true
	t.ForceAttemptHTTP2 = false
	t.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{} // HTTP/2 repeats some requests by itself
	t.TLSClientConfig = &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12}
	c := &Client{limit: o.Limit, http: &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // it would carry the secret along
	}}
	if c.limit <= 0 {
		c.limit = Limit
	}
	return c
}

// Call is one request.
type Call struct {
	Method  string
	URL     string
	Header  http.Header
	Body    any      // sent as JSON; nil: nothing
	Secrets []string // never repeated, beside the URL's path and query
}

// Answer is what the server said to a call that it took: a status of 2xx.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	Cut    bool // the body did not come whole

	secrets []string
}

// Do makes the call. Without an Answer there is a Fault, and the other way round.
func (c *Client) Do(ctx context.Context, call Call) (*Answer, *Fault) {
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	req, fault := call.request(ctx)
	if fault != nil {
		return nil, fault
	}
	secrets := slices.Concat(call.Secrets, secretsOf(req.URL))
	start := time.Now()
	res, err := c.http.Do(req)
	if err != nil {
		f := lost(req.URL, connected.Load(), time.Since(start), err)
		f.Reason = say(f.Reason, secrets)
		return nil, f
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	a := &Answer{Status: res.StatusCode, Header: res.Header, Body: body, Cut: err != nil || len(body) > maxAnswer, secrets: secrets}
	if res.StatusCode >= 200 && res.StatusCode <= 299 {
		return a, nil
	}
	f := refused(res)
	f.Answer = a
	return nil, f
}

func (call Call) request(ctx context.Context) (*http.Request, *Fault) {
	var body io.Reader
	if call.Body != nil {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false) // nobody shows it as HTML, and a person who looks at the wire reads it
		if err := e.Encode(call.Body); err != nil {
			return nil, &Fault{State: room.Undelivered, Reason: "the message cannot be written as JSON"}
		}
		body = bytes.NewReader(bytes.TrimSpace(b.Bytes()))
	}
	req, err := http.NewRequestWithContext(ctx, call.Method, call.URL, body)
	if err != nil {
		return nil, &Fault{State: room.Undelivered, Reason: "the address cannot be called"} // err repeats it
	}
	for k, v := range call.Header {
		req.Header[k] = v
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "tminus")
	return req, nil
}

// lost tells why there is no answer. Until a connection stands, encrypted where it is to be, nothing of the request has left;
// from then on nobody knows.
func lost(u *url.URL, connected bool, took time.Duration, err error) *Fault {
	f := &Fault{State: room.TryLater}
	if connected {
		f.State = room.Uncertain
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // the whole one repeats the URL
	}
	var timeout net.Error
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.Canceled):
		f.Reason = u.Host + ": the call was given up"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		what := "no connection within "
		if connected {
			what = "no answer within "
		}
		f.Reason = u.Host + ": " + what + max(took, time.Millisecond).Round(time.Millisecond).String()
	case errors.As(err, &dns):
		f.Reason = u.Hostname() + ": no such host, as far as this machine can resolve it"
	case errors.As(err, &cert):
		f.Reason = u.Host + ": its certificate is not accepted: " + webget.Innermost(err).Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		f.Reason = u.Host + ": the connection ended without an answer"
	default:
		f.Reason = u.Host + ": " + webget.Innermost(err).Error()
	}
	return f
}

// secretsOf are the parts of an address that may be one: a Slack webhook is nothing but its path.
func secretsOf(u *url.URL) []string {
	all := []string{u.String()}
	if len(u.RequestURI()) > 8 {
		all = append(all, u.RequestURI())
	}
	for _, part := range strings.FieldsFunc(u.RequestURI(), func(r rune) bool { return strings.ContainsRune("/?&=", r) }) {
		if len(part) >= 16 { // shorter ones are words such as services
			all = append(all, part)
		}
	}
	return all
}

// Decode reads the answer's JSON, if it came whole.
func (a *Answer) Decode(into any) error {
	if a.Cut {
		return fmt.Errorf("the answer did not come whole")
	}
	if err := json.Unmarshal(a.Body, into); err != nil {
		return fmt.Errorf("the answer is no JSON")
	}
	return nil
}

// Say makes a text of the answer fit for a line that is kept, without secrets.
func (a *Answer) Say(s string) string { return say(s, a.secrets) }

// HTML reports that a page for people came, such as a hotel's, and not a service's answer.
func (a *Answer) HTML() bool {
	return strings.HasPrefix(strings.TrimSpace(string(a.Body[:min(len(a.Body), 64)])), "<")
}
