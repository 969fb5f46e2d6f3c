package webget

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tminus/model/room"
)

// longestPause bounds what a server may ask for: a launch does not wait a day for one.
const longestPause = time.Hour

// refused tells what an HTTP status other than success means for whoever watches.
func refused(p Page, res *http.Response) *room.Fault {
	host := res.Request.URL.Host
	f := &room.Fault{Reason: strings.TrimSpace(fmt.Sprintf("%s answered %d %s", host, res.StatusCode, http.StatusText(res.StatusCode)))}
	switch code := res.StatusCode; {
	case code == http.StatusUnauthorized || code == http.StatusProxyAuthRequired:
		f.Kind, f.Hint = room.FaultDenied, tokenHint(p, "is not accepted: renew it")
	case code == http.StatusForbidden:
		f.Kind, f.Hint = room.FaultDenied, tokenHint(p, "may not read this")
	case code == http.StatusNotFound || code == http.StatusGone:
		f.Kind, f.Hint = room.FaultMissing, "is the URL right?"
	case code == http.StatusTooManyRequests:
		f.Kind, f.Reason, f.RetryAfter = room.FaultThrottled, host+": throttled", RetryAfter(res.Header)
	case code == http.StatusRequestTimeout || code == http.StatusBadGateway || code == http.StatusServiceUnavailable || code == http.StatusGatewayTimeout:
		f.Kind, f.RetryAfter = room.FaultUnreachable, RetryAfter(res.Header)
	case code >= 300 && code <= 399:
		f.Kind, f.Reason, f.Hint = room.FaultDenied, host+" redirects to "+target(res)+" instead of answering", "is the URL right, and does it need a token?"
	}
	return f
}

func tokenHint(p Page, what string) string {
	if p.TokenEnv == "" && p.TokenFile == "" {
		return "it wants a token: give token_env or token_file in launch.yaml"
	}
	return "the token of " + tokenPlace(p) + " " + what
}

// target names where a redirect leads: its host, or its path on the same host; never its query.
func target(res *http.Response) string {
	to, err := url.Parse(res.Header.Get("Location"))
	switch {
	case err != nil || *to == (url.URL{}):
		return "nowhere"
	case to.Host != "" && to.Host != res.Request.URL.Host:
		return to.Host
	case to.Scheme != "" && to.Scheme != res.Request.URL.Scheme:
		return to.Scheme + "://" + to.Host
	}
	return to.Path
}

// RetryAfter reads the header as RFC 9110 has it, in seconds or as a date; 0: it says nothing that can be read.
func RetryAfter(h http.Header) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.Atoi(value); err == nil {
		return min(max(time.Duration(min(n, int(longestPause/time.Second)))*time.Second, 0), longestPause)
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now := time.Now()
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date // by the server's own clock, which may differ from ours
	}
	return min(max(at.Sub(now), 0), longestPause)
}
