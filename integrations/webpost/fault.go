package webpost

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"tminus/integrations/webget"
	"tminus/model/preflight"
	"tminus/model/room"
	"tminus/model/text"
)

// Fault is why a call was not taken, or why nobody knows. Its Reason holds no secret.
type Fault struct {
	State      room.DeliveryState // never room.Delivered
	Reason     string
	RetryAfter time.Duration
	Answer     *Answer // nil: there was none
}

func (f *Fault) Error() string { return f.Reason }

// Delivery is the fault as an attempt's outcome.
func (f *Fault) Delivery() room.Delivery {
	return room.Delivery{State: f.State, Detail: f.Reason, RetryAfter: f.RetryAfter}
}

// Because adds what the service says about it.
func (f *Fault) Because(why string) *Fault {
	if why == "" || f.Answer == nil {
		return f
	}
	g := *f
	g.Reason += ": " + f.Answer.Say(why)
	return &g
}

// Hint adds what to do about it.
func (f *Fault) Hint(what string) *Fault {
	g := *f
	g.Reason += "; " + what
	return &g
}

// Result is the fault as a test of doctor's: no failure stands without something to try.
func (f *Fault) Result() preflight.Result {
	r := preflight.FailWith(f)
	switch {
	case r.Remedy != "":
	case f.Answer == nil:
		r.Remedy = "does this host get through to it (proxy, firewall), and is its address right?"
	default:
		r.Remedy = "try again in a minute; if it stays, correct its entry in launch.yaml"
	}
	return r
}

// BeforeSending is the fault of a call that only asked for something: of the message itself nothing has left.
func (f *Fault) BeforeSending() *Fault {
	g := *f
	if g.State == room.Uncertain {
		g.State = room.TryLater
	}
	return &g
}

// refused tells what a status means. A gateway that gave up on who stands behind it (502, 504) may have passed the message
// on before; whoever answers 500 or 503 says of itself that it did not take it.
func refused(res *http.Response) *Fault {
	host, code := res.Request.URL.Host, res.StatusCode
	f := &Fault{State: room.Undelivered, Reason: strings.TrimSpace(fmt.Sprintf("%s answered %d %s", host, code, http.StatusText(code)))}
	switch {
	case code == http.StatusTooManyRequests || code == 420: // 420: the same, of older services
		f.State, f.RetryAfter = room.TryLater, webget.RetryAfter(res.Header)
		f.Reason = fmt.Sprintf("%s answered %d: too many messages", host, code)
	case code == http.StatusRequestTimeout || code == http.StatusTooEarly:
		f.State, f.RetryAfter = room.TryLater, webget.RetryAfter(res.Header)
	case code == http.StatusBadGateway || code == http.StatusGatewayTimeout:
		f.State = room.Uncertain
		f.Reason += ": it may have been passed on before"
	case code == http.StatusNotImplemented || code == http.StatusHTTPVersionNotSupported:
	case code >= 500:
		f.State, f.RetryAfter = room.TryLater, webget.RetryAfter(res.Header)
	case code >= 300 && code <= 399:
		f.Reason += redirect(res) + "; is the address right?"
	}
	return f
}

// redirect names where one leads, by its host alone.
func redirect(res *http.Response) string {
	to, err := url.Parse(res.Header.Get("Location"))
	if err != nil || to.Host == "" {
		return ", which is not followed"
	}
	return ", to " + text.Line(to.Host) + ", which is not followed"
}

// longest is how much of a service's own words is kept.
const longest = 300

func say(s string, secrets []string) string {
	for _, secret := range secrets {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, "[secret]")
		}
	}
	return strings.TrimSpace(Cut(text.Line(s[:min(len(s), 4*longest)]), longest))
}

// Cut shortens a text to so many characters; the last one says so.
func Cut(s string, most int) string {
	if len(s) <= most || utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}
