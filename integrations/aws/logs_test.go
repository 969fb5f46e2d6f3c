package aws

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"tminus/integrations/aws/awstest"
	"tminus/model/launchfile"
	"tminus/model/room"
)

const checkout = "/shop/checkout"

// errorLines asks for the lines with ERROR of the last five minutes and a bit of the one that is filling.
func errorLines() room.Query {
	return room.Query{
		Monitor: "log-shop-checkout-error", Source: launchfile.Source{Logs: &launchfile.LogCount{Group: checkout, Level: "error", Pattern: "ERROR"}},
		Period: launchfile.LogPeriod, From: noon.Add(-5 * time.Minute), To: noon.Add(20 * time.Second),
	}
}

func line(at time.Duration, text string) awstest.Event {
	return awstest.Event{At: noon.Add(at), Message: text}
}

func TestLinesAreCountedAMinute(t *testing.T) {
	server, session := world(t)
	server.SetLogs(checkout, line(-6*time.Minute, "ERROR too old"), line(-5*time.Minute, "ERROR a"), line(-5*time.Minute+time.Millisecond, "ERROR b"),
		line(-4*time.Minute-time.Millisecond, "ERROR c"), line(-3*time.Minute, "all well"), line(-90*time.Second, "ERROR d"),
		line(10*time.Second, "ERROR e"), line(30*time.Second, "ERROR of the future"))
	round := read(t, NewLogs(session), errorLines())
	a := round.Answers[0]
	if got := show(a.Points); got != "-4m0s=3 -3m0s=0 -2m0s=0 -1m0s=1 0s=0" || a.Err != nil || a.Partial || round.Metrics != 0 {
		t.Errorf("points %s, %+v", got, a)
	}
	if len(a.Lines) != 5 || a.Lines[0].Text != "ERROR a" || a.Lines[4].Text != "ERROR e" {
		t.Fatalf("lines %+v", a.Lines)
	}
	if l := a.Lines[3]; l.Group != checkout || l.Level != "error" || l.ID == "" || !l.At.Equal(noon.Add(-90*time.Second)) {
		t.Errorf("line %+v", l)
	}
	in := server.Calls("logs:FilterLogEvents")[0].Input
	if in["startTime"] != float64(noon.Add(-5*time.Minute).UnixMilli()) || in["filterPattern"] != "ERROR" {
		t.Errorf("asked %v", in)
	}
}

// A window that begins within a minute has that whole minute, because its point ends in the window.
func TestAWindowThatBeginsWithinAMinute(t *testing.T) {
	server, session := world(t)
	server.SetLogs(checkout, line(-2*time.Minute, "ERROR a"), line(-70*time.Second, "ERROR b"))
	q := errorLines()
	q.From, q.To = noon.Add(-90*time.Second), noon.Add(-time.Second)
	if got := show(read(t, NewLogs(session), q).Answers[0].Points); got != "-1m0s=2" {
		t.Errorf("points %s", got)
	}
}

func TestPagesOfLinesOverlap(t *testing.T) {
	server, session := world(t)
	server.SetLogsPage(3, true)
	for i := range 20 {
		server.AddLogs(checkout, line(-5*time.Minute+time.Duration(i)*15*time.Second, fmt.Sprintf("ERROR %d", i)))
	}
	a := read(t, NewLogs(session), errorLines()).Answers[0]
	if got := show(a.Points); got != "-4m0s=4 -3m0s=4 -2m0s=4 -1m0s=4 0s=4" || a.Partial || len(a.Lines) != 20 {
		t.Errorf("points %s, partial %v, %d lines", got, a.Partial, len(a.Lines))
	}
}

// With more pages than are read, the minutes after the last event are unknown, not zero.
func TestMoreLinesThanAreRead(t *testing.T) {
	server, session := world(t)
	server.SetLogsPage(1, false)
	for i := range 40 {
		server.AddLogs(checkout, line(-5*time.Minute+time.Duration(i)*7500*time.Millisecond, "ERROR"))
	}
	round := read(t, NewLogs(session), errorLines())
	a := round.Answers[0]
	if got := show(a.Points); got != "-4m0s=8 -3m0s=8" || !a.Partial || len(server.Calls("")) != maxLogPages {
		t.Errorf("points %s, partial %v, %d calls", got, a.Partial, len(server.Calls("")))
	}
	if !strings.Contains(round.Notice, "more error lines than can be read at once") {
		t.Errorf("notice %q", round.Notice)
	}
}

func TestHostileLines(t *testing.T) {
	server, session := world(t)
	server.SetLogs(checkout, line(-time.Minute, "ERROR "+strings.Repeat("\x1b[31mé", 150_000)))
	for i := range 1000 {
		server.AddLogs(checkout, line(-30*time.Second+time.Duration(i)*time.Millisecond, fmt.Sprintf("ERROR %d", i)))
	}
	server.AddLogs(checkout, line(-time.Second, "ERROR "+strings.Repeat("€", 2000)))
	a := read(t, NewLogs(session), errorLines()).Answers[0]
	if len(a.Lines) != maxLines || a.Lines[0].Text != "ERROR 801" || a.Points[4].Value != 1002 {
		t.Fatalf("%d lines, first %q, %s", len(a.Lines), a.Lines[0].Text, show(a.Points))
	}
	last := a.Lines[maxLines-1].Text
	if len(last) > maxLineSize || len(last) < maxLineSize-3 || !utf8.ValidString(last) {
		t.Errorf("the last line has %d bytes", len(last))
	}
	server.SetLogs(checkout, line(-time.Minute, "ERROR "+strings.Repeat("\x1b[31mé", 150_000)))
	a = read(t, NewLogs(session), errorLines()).Answers[0]
	if got := a.Lines[0].Text; len(got) > maxLineSize || !utf8.ValidString(got) || !strings.HasPrefix(got, "ERROR \x1b[31m") {
		t.Errorf("a line of a megabyte has %d bytes", len(got))
	}
}

func TestOneMissingGroup(t *testing.T) {
	server, session := world(t)
	server.SetLogs(checkout, line(-30*time.Second, "ERROR"))
	gone := errorLines()
	gone.Source.Logs = &launchfile.LogCount{Group: "/shop/gone", Level: "error", Pattern: "ERROR"}
	round := read(t, NewLogs(session), gone, errorLines())
	if f := faultIn(t, round.Answers[0].Err); f.Kind != room.FaultMissing || f.Reason != "no log group /shop/gone" || f.Hint == "" {
		t.Errorf("%+v", f)
	}
	if len(round.Answers[1].Points) != 5 {
		t.Errorf("%+v", round.Answers[1])
	}
	server.Deny("logs:FilterLogEvents")
	if f := failing(t, NewLogs(session), gone, errorLines()); f.Kind != room.FaultDenied || f.Hint != "allow logs:FilterLogEvents" {
		t.Errorf("%+v", f)
	}
}

// What was read before the time was up is worth having.
func TestTimeIsUpBetweenPages(t *testing.T) {
	server, session := world(t)
	var requests atomic.Int32
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) > 2 {
			server.Hang("", 0)
		}
		server.ServeHTTP(w, r)
	}))
	t.Cleanup(slow.Close)
	t.Setenv("AWS_ENDPOINT_URL", slow.URL)
	server.SetLogsPage(10, false)
	for i := range 40 {
		server.AddLogs(checkout, line(-5*time.Minute+time.Duration(i)*7500*time.Millisecond, "ERROR"))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	round, err := NewLogs(session).Read(ctx, []room.Query{errorLines()})
	if err != nil || !round.Answers[0].Partial || show(round.Answers[0].Points) != "-4m0s=8 -3m0s=8" {
		t.Errorf("%+v, %v", round, err)
	}
}
