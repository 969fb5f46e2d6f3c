package aws

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tminus/integrations/aws/awstest"
	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/room"
	"tminus/model/runbook"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// world is a server and a session that talks to it with keys from the environment.
func world(t *testing.T) (*awstest.Server, *Session) {
	t.Helper()
	server := awstest.New(func() time.Time { return noon })
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	dir := t.TempDir()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": web.URL, "AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "",
		"AWS_REGION": "us-east-1", "AWS_PROFILE": "", "AWS_DEFAULT_PROFILE": "", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": filepath.Join(dir, "config"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(dir, "credentials"),
	} {
		t.Setenv(name, value)
	}
	return server, NewSession(Options{})
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func shop(name, stat string) awstest.Metric {
	return awstest.Metric{Namespace: "Shop", Name: name, Stat: stat}
}

func cw(name, stat string) launchfile.CWMetric {
	return launchfile.CWMetric{Namespace: "Shop", Name: name, Stat: stat}
}

// ask is a query of the last five minutes.
func ask(id string, c launchfile.CloudWatch) room.Query {
	c.Period = runbook.Duration(time.Minute)
	return room.Query{Monitor: id, Source: launchfile.Source{CloudWatch: &c}, Period: time.Minute, From: noon.Add(-5 * time.Minute), To: noon}
}

func single(id string) room.Query { return ask(id, launchfile.CloudWatch{CWMetric: cw(id, "Sum")}) }

func errorRate() room.Query {
	errs := cw("Errors", "Sum")
	errs.Missing = "zero"
	return ask("error-rate", launchfile.CloudWatch{Expression: "100 * errors / requests",
		Metrics: map[string]launchfile.CWMetric{"errors": errs, "requests": cw("Requests", "Sum")}})
}

// minutes gives the periods that begin so many minutes before noon their values.
func minutes(values map[int]float64) map[time.Time]float64 {
	points := make(map[time.Time]float64)
	for before, v := range values {
		points[noon.Add(-time.Duration(before)*time.Minute)] = v
	}
	return points
}

func always(v float64) func(time.Time) (float64, bool) {
	return func(time.Time) (float64, bool) { return v, true }
}

// show writes points as minutes before noon and values: "-4m0s=5 0s=7".
func show(points []monitor.Point) string {
	s := ""
	for _, p := range points {
		if s != "" {
			s += " "
		}
		s += fmt.Sprintf("%s=%g", p.At.Sub(noon), p.Value)
	}
	return s
}

func read(t *testing.T, source room.Source, queries ...room.Query) room.Round {
	t.Helper()
	round, err := source.Read(t.Context(), queries)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	if len(round.Answers) != len(queries) {
		t.Fatalf("%d answers to %d queries", len(round.Answers), len(queries))
	}
	for i, a := range round.Answers {
		if a.Monitor != queries[i].Monitor {
			t.Fatalf("answer %d is of %s; want %s", i, a.Monitor, queries[i].Monitor)
		}
	}
	return round
}

// failing reads and wants the whole round to fail with a fault.
func failing(t *testing.T, source room.Source, queries ...room.Query) *room.Fault {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	_, err := source.Read(ctx, queries)
	return faultIn(t, err)
}

func faultIn(t *testing.T, err error) *room.Fault {
	t.Helper()
	var f *room.Fault
	if !errors.As(err, &f) {
		t.Fatalf("error is %v; want a *room.Fault", err)
	}
	return f
}
