package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tminus/integrations/aws/awstest"
	"tminus/model/launch"
)

// watchedLaunch is the program as processes of its own: a LIVE launch whose monitors are read over the wire, through the
// real SDK.
type watchedLaunch struct {
	t    *testing.T
	dir  string
	env  []string
	file string
	room *exec.Cmd

	socket string // where the room is shared with other logins
}

// newWatched writes a launch file with these sources and points the SDK at the server.
func newWatched(t *testing.T, server *awstest.Server, sources string) *watchedLaunch {
	t.Helper()
	http := httptest.NewServer(server)
	t.Cleanup(http.Close)
	dir := t.TempDir()
	w := &watchedLaunch{t: t, dir: dir, file: filepath.Join(dir, "launch.yaml")}
	w.env = append(os.Environ(), "HOME="+dir, "XDG_STATE_HOME="+dir+"/state", "XDG_RUNTIME_DIR="+dir+"/run", "TERM=xterm-256color",
		"AWS_ENDPOINT_URL="+http.URL, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE="+dir+"/none", "AWS_SHARED_CREDENTIALS_FILE="+dir+"/none")
	text := fmt.Sprintf(`launch: checkout
title: Checkout
t0: %s
runbook: feature-launch
people:
  - {user: %q, roles: [engineering-lead]}
  - {user: other-pm, roles: [program-manager]}
  - {user: other-po, roles: [product-owner, support-lead, analytics-lead]}
  - {user: other-em, roles: [engineering-manager, security-lead]}
%s`, time.Now().UTC().Add(48*time.Hour).Format(time.RFC3339), selfName(t), sources)
	if err := errors.Join(os.WriteFile(w.file, []byte(text), 0o600), os.Mkdir(dir+"/run", 0o700)); err != nil {
		t.Fatal(err)
	}
	return w
}

// open starts the room; kill ends it as a power cut would.
func (w *watchedLaunch) open(more ...string) {
	w.t.Helper()
	w.room = exec.Command("tminus", append([]string{"run", w.file, "--headless"}, more...)...)
	w.room.Env = w.env
	if err := w.room.Start(); err != nil {
		w.t.Fatal(err)
	}
	room := w.room
	w.t.Cleanup(func() { _ = room.Process.Kill(); _ = room.Wait() })
}

func (w *watchedLaunch) kill() {
	w.t.Helper()
	if err := w.room.Process.Kill(); err != nil {
		w.t.Fatal(err)
	}
	_ = w.room.Wait() // killed, so it has an error
}

type watchedStatus struct {
	Status   string
	Reasons  []string
	Monitors []struct {
		ID, State string
		Value     *float64
		Error     *string
		Pending   *string
	}
	Triggers []struct{ ID, State string }
}

func (s watchedStatus) monitor(id string) string {
	for _, m := range s.Monitors {
		if m.ID == id {
			return m.State
		}
	}
	return "absent"
}

func (s watchedStatus) trigger(id string) string {
	for _, tr := range s.Triggers {
		if tr.ID == id {
			return tr.State
		}
	}
	return "absent"
}

func (w *watchedLaunch) run(args ...string) string {
	cmd := exec.Command("tminus", args...)
	cmd.Env = w.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Sprintf("%s\n(%v)", out, err)
	}
	return string(out)
}

// until asks for the status of a real process until it is as wanted.
func (w *watchedLaunch) until(what string, ok func(watchedStatus) bool) watchedStatus {
	w.t.Helper()
	deadline := time.Now().Add(40 * time.Second)
	for {
		var s watchedStatus
		out := w.run("status", "--json")
		if json.Unmarshal([]byte(out), &s) == nil && ok(s) {
			return s
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("waited 40 s until %s; the status is %s", what, out)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (w *watchedLaunch) entries(kind string) []json.RawMessage {
	w.t.Helper()
	var list []json.RawMessage
	for line := range strings.Lines(w.run("log", "--json", "--kind", kind)) {
		var e struct{ Data json.RawMessage }
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			w.t.Fatalf("%v in %s", err, line)
		}
		list = append(list, e.Data)
	}
	return list
}

const errorRateSource = `
sources:
  error-rate:
    cloudwatch:
      period: 60s
      expression: 100 * errors / requests
      metrics:
        errors:   {namespace: Shop, name: Errors, stat: Sum, missing: zero}
        requests: {namespace: Shop, name: Requests, stat: Sum}
`

// serve answers with a thousand requests a minute and so many errors.
func serve(server *awstest.Server, failed, requests func(at time.Time) (float64, bool)) {
	server.SetMetric(awstest.Metric{Namespace: "Shop", Name: "Errors", Stat: "Sum"}, failed)
	server.SetMetric(awstest.Metric{Namespace: "Shop", Name: "Requests", Stat: "Sum"}, requests)
}

func always(v float64) func(time.Time) (float64, bool) {
	return func(time.Time) (float64, bool) { return v, true }
}

func never(time.Time) (float64, bool) { return 0, false }

// A breach that CloudWatch holds is found, fires once with its points, survives kill -9, and is undone by a revision.
func TestMetricsOverTheWire(t *testing.T) {
	server := awstest.New(nil)
	serve(server, never, always(1000)) // no errors are published where there are none
	w := newWatched(t, server, errorRateSource)
	w.open()
	s := w.until("all is well", func(s watchedStatus) bool { return s.Status == "GREEN" })
	if got := s.monitor("error-rate"); got != "OK" {
		t.Errorf("the error rate is %s", got)
	}
	w.kill()

	now := time.Now().UTC().Truncate(time.Minute)
	from := now.Add(-8 * time.Minute)
	serve(server, func(at time.Time) (float64, bool) { return 20, at.After(from) }, always(1000))
	w.open()
	w.until("the trigger has fired", func(s watchedStatus) bool {
		return s.Status == "RED" && s.trigger("error-rate-high") == "fired" && s.monitor("error-rate") == "CRIT"
	})
	fired := w.entries("trigger.fired")
	if len(fired) != 1 {
		t.Fatalf("fired %d times", len(fired))
	}
	var d launch.TriggerFired
	if err := json.Unmarshal(fired[0], &d); err != nil || len(d.Points) != 5 || d.Points[0].Value != 2 {
		t.Errorf("fired with %s", fired[0])
	}
	w.kill()
	if out := w.run("status", "--line"); !strings.Contains(out, "NOT WATCHED") {
		t.Errorf("without a room the line says %s", out)
	}

	w.open()
	w.until("it is fired still", func(s watchedStatus) bool { return s.trigger("error-rate-high") == "fired" && s.Status == "RED" })
	if n := len(w.entries("trigger.fired")); n != 1 {
		t.Errorf("after a restart it has fired %d times", n)
	}
	w.kill()

	serve(server, never, always(1000)) // the errors were a mistake, and are taken back
	w.open()
	w.until("the revision has cleared it", func(s watchedStatus) bool { return s.Status == "GREEN" })
	if cleared := w.entries("trigger.cleared"); len(cleared) != 1 || !strings.Contains(string(cleared[0]), "revised") {
		t.Errorf("cleared %s", cleared)
	}
	if out := w.run("verify"); !strings.Contains(out, "intact") {
		t.Errorf("verify: %s", out)
	}
}

// What cannot be read is never green, and says why.
func TestMetricsFaults(t *testing.T) {
	server := awstest.New(nil)
	serve(server, never, never)
	w := newWatched(t, server, errorRateSource)
	w.open()
	w.until("there is no data", func(s watchedStatus) bool { return s.Status == "YELLOW" && s.monitor("error-rate") == "NO DATA" })
	w.kill()

	asked := len(server.Calls("cloudwatch:GetMetricData"))
	serve(server, always(0), always(0)) // 0/0 is no point
	w.open()
	w.until("a divide by zero is no point", func(s watchedStatus) bool {
		return s.monitor("error-rate") == "NO DATA" && len(server.Calls("cloudwatch:GetMetricData")) > asked
	})
	w.kill()

	serve(server, never, always(1000))
	server.Deny("cloudwatch:GetMetricData")
	w.open()
	s := w.until("a denial is an error", func(s watchedStatus) bool { return s.monitor("error-rate") == "ERROR" })
	if s.Status == "GREEN" || !strings.Contains(strings.Join(s.Reasons, " "), "ERROR") {
		t.Errorf("status %s %v", s.Status, s.Reasons)
	}
	server.Heal()
	w.until("it comes back by itself", func(s watchedStatus) bool { return s.Status == "GREEN" })
}

// Six hundred monitors of one metric each cost two calls a round.
func TestSixHundredMonitorsCostTwoCalls(t *testing.T) {
	server := awstest.New(nil)
	var monitors, sources strings.Builder
	for i := range 600 {
		fmt.Fprintf(&monitors, "  - {id: m%d, name: M%d, group: system, every: 1m, critical: \"> 5\"}\n", i, i)
		fmt.Fprintf(&sources, "  m%d: {cloudwatch: {period: 60s, namespace: N, name: M%d, stat: Average}}\n", i, i)
		server.SetMetric(awstest.Metric{Namespace: "N", Name: fmt.Sprintf("M%d", i), Stat: "Average"}, always(1))
	}
	w := newWatched(t, server, "monitors:\n"+monitors.String()+"sources:\n"+sources.String())
	w.open()
	w.until("all is well", func(s watchedStatus) bool { return s.Status == "GREEN" && s.monitor("m599") == "OK" })
	calls := server.Calls("cloudwatch:GetMetricData")
	asked := 0
	for _, c := range calls {
		asked += c.Queries
	}
	if rounds := asked / 600; rounds == 0 || asked%600 != 0 || len(calls) != 2*rounds { // a minute may pass meanwhile
		t.Errorf("%d calls for %d metrics", len(calls), asked)
	}
}
