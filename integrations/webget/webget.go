// Package webget fetches a document over HTTP for the sources that read one: a bounded body, a bearer token that no error
// repeats, few redirects and none to another host, and every failure told as a *room.Fault.
package webget

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"tminus/model/room"
)

// maxBody is far more than a metric needs, and little enough to hold several at once.
const maxBody = 10 << 20

// maxRedirects is enough for a slash at the end and for http to https.
const maxRedirects = 3

// Getter fetches pages. It may be used from several goroutines at once.
type Getter struct {
	client *http.Client
	secret func(envName, file string) (string, error)
}

// Page says what to fetch, and where its bearer token is; without TokenEnv and TokenFile none is sent.
type Page struct {
	URL       string
	TokenEnv  string
	TokenFile string
}

// Reply is what a server said.
type Reply struct {
	Status int
	Body   []byte
	HTML   bool // it is a page for people

	token string
}

// New returns a Getter on a client (nil: one of its own) and a reader of secrets, which is asked at each call, so that a
// renewed token counts at once.
func New(client *http.Client, secret func(envName, file string) (string, error)) *Getter {
	own := http.Client{Transport: NewTransport()}
	if client != nil {
		own = *client
	}
	own.CheckRedirect = stayHere
	return &Getter{client: &own, secret: secret}
}

// NewTransport is the default one, proxies of the environment included, with limits below a round's.
func NewTransport() *http.Transport {
	base, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		base = &http.Transport{Proxy: http.ProxyFromEnvironment} // somebody has put another one there
	}
	t := base.Clone()
	t.DialContext = (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	t.TLSHandshakeTimeout = 5 * time.Second
	t.MaxResponseHeaderBytes = 64 << 10
	return t
}

// stayHere follows a redirect within the host that was named, never from https to http: the token is meant for that
// host, and a redirect elsewhere is mostly a login page.
func stayHere(next *http.Request, before []*http.Request) error {
	from := before[0].URL
	upgrade := from.Scheme == "http" && next.URL.Scheme == "https" && from.Hostname() == next.URL.Hostname()
	same := from.Scheme == next.URL.Scheme && from.Host == next.URL.Host
	if !upgrade && !same || len(before) > maxRedirects {
		return http.ErrUseLastResponse
	}
	return nil
}

// Status is the HTTP status of a page that anybody may read; 0, with the reason, where there was no answer.
func Status(ctx context.Context, url string) (int, error) {
	reply, err := New(nil, nil).Get(ctx, Page{URL: url})
	return reply.Status, err
}

// Get fetches a page. Its error is always a *room.Fault; where the server answered at all, the Reply stands beside it, so
// that the caller can look for a better reason in the body.
func (g *Getter) Get(ctx context.Context, p Page) (Reply, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL, nil)
	if err != nil || req.URL.Host == "" {
		return Reply{}, &room.Fault{Reason: "the URL cannot be asked", Hint: "url takes an address such as https://metrics.example"}
	}
	token, err := g.token(p)
	if err != nil {
		return Reply{}, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "tminus")
	start := time.Now()
	res, err := g.client.Do(req)
	if err != nil {
		return Reply{}, unreachable(req.URL, time.Since(start), err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	r := Reply{Status: res.StatusCode, Body: body, HTML: looksLikeHTML(res.Header.Get("Content-Type"), body), token: token}
	switch {
	case res.StatusCode < 200 || res.StatusCode > 299:
		return r, refused(p, res)
	case err != nil:
		return Reply{}, unreachable(req.URL, time.Since(start), err)
	case len(body) > maxBody:
		return Reply{}, &room.Fault{Reason: fmt.Sprintf("%s answered more than %d MB", req.URL.Host, maxBody>>20), Hint: "is the URL right?"}
	}
	return r, nil
}

// token reads the page's token; "" where it has none.
func (g *Getter) token(p Page) (string, error) {
	if p.TokenEnv == "" && p.TokenFile == "" {
		return "", nil
	}
	where := tokenPlace(p)
	if g.secret == nil {
		return "", &room.Fault{Kind: room.FaultDenied, Reason: "no token: " + where + " cannot be read here"}
	}
	token, err := g.secret(p.TokenEnv, p.TokenFile)
	if err != nil {
		return "", &room.Fault{Kind: room.FaultDenied, Reason: "no token: " + err.Error(), Hint: "set " + where + " where the room is opened", Err: err}
	}
	token = strings.TrimSpace(token)
	if token == "" {
		return "", &room.Fault{Kind: room.FaultDenied, Reason: "no token: " + where + " is empty", Hint: "set it where the room is opened"}
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return "", &room.Fault{Kind: room.FaultDenied, Reason: "the token of " + where + " has characters that no HTTP header carries", Hint: "it should be one word, such as eyJhbGci…"}
	}
	return token, nil
}

func tokenPlace(p Page) string {
	if p.TokenFile != "" {
		return "token_file " + p.TokenFile
	}
	return "$" + p.TokenEnv
}

// Say cuts a text of the reply to a size for the screen, without the token, which some servers repeat.
func (r Reply) Say(s string) string {
	const most = 200
	if r.token != "" {
		s = strings.ReplaceAll(s, r.token, "[token]")
	}
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most-1]) + "…"
	}
	return s
}

func looksLikeHTML(contentType string, body []byte) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	if err == nil && (kind == "text/html" || kind == "application/xhtml+xml") {
		return true
	}
	return strings.HasPrefix(strings.TrimLeft(string(body[:min(len(body), 64)]), "\ufeff \t\r\n"), "<")
}

// unreachable tells why there is no whole answer. The URL in an error of net/http may carry a key in its query, so only
// the host is named.
func unreachable(u *url.URL, took time.Duration, err error) *room.Fault {
	f := &room.Fault{Kind: room.FaultUnreachable}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	f.Err = err
	var timeout net.Error
	var dns *net.DNSError
	switch {
	case errors.Is(err, context.Canceled):
		f.Reason = u.Host + ": the call was given up"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		f.Reason = fmt.Sprintf("%s: no answer within %s", u.Host, max(took, time.Millisecond).Round(time.Millisecond))
	case errors.As(err, &dns):
		f.Reason, f.Hint = u.Hostname()+": no such host", "is the URL right, and does this machine resolve it?"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		f.Reason = u.Host + ": the answer was cut off"
	default:
		f.Reason = u.Host + ": " + Innermost(err).Error()
	}
	return f
}

// Innermost is the system's word: "connection refused" out of "dial tcp 10.0.0.1:9090: connect: connection refused".
func Innermost(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}
