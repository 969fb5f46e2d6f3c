package aws

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"

	"tminus/integrations/aws/awstest"
	"tminus/model/launchfile"
	"tminus/model/room"
	"tminus/model/runbook"
)

func TestSixHundredMonitorsAreTwoCalls(t *testing.T) {
	server, session := world(t)
	var queries []room.Query
	for i := range 600 {
		q := single(fmt.Sprintf("m-%d", i))
		q.From = noon.Add(-2 * time.Hour)
		queries = append(queries, q)
		server.SetMetric(shop(q.Monitor, "Sum"), always(float64(i)))
	}
	round := read(t, NewCloudWatch(session), queries...)
	calls := server.Calls("cloudwatch:GetMetricData")
	if len(calls) != 2 || calls[0].Queries+calls[1].Queries != 600 {
		t.Fatalf("%d calls", len(calls))
	}
	if round.Metrics != 600 || round.Notice != "" {
		t.Errorf("%d metrics, notice %q", round.Metrics, round.Notice)
	}
	for i, a := range round.Answers {
		if a.Err != nil || a.Partial || len(a.Points) != 120 || a.Points[0].Value != float64(i) || !a.Points[119].At.Equal(noon) {
			t.Fatalf("answer %d: %v, partial %v, %d points", i, a.Err, a.Partial, len(a.Points))
		}
	}
}

func TestSameMetricsAreAskedForOnce(t *testing.T) {
	server, session := world(t)
	server.SetMetric(shop("Requests", "Sum"), always(200))
	server.SetMetric(shop("Errors", "Sum"), always(1))
	traffic := ask("traffic", launchfile.CloudWatch{CWMetric: cw("Requests", "Sum")})
	traffic.From = noon.Add(-2 * time.Minute)
	round := read(t, NewCloudWatch(session), errorRate(), traffic)
	if round.Metrics != 2 || server.Calls("")[0].Queries != 2 {
		t.Errorf("%d metrics were asked for; want 2", round.Metrics)
	}
	if got := show(round.Answers[1].Points); got != "-1m0s=200 0s=200" {
		t.Errorf("each query keeps its window: %s", got)
	}
	if got := show(round.Answers[0].Points); got != "-4m0s=0.5 -3m0s=0.5 -2m0s=0.5 -1m0s=0.5 0s=0.5" {
		t.Errorf("error rate: %s", got)
	}
}

// One call has one window. It is on a boundary of each period, and covers every query.
func TestACallsWindow(t *testing.T) {
	server, session := world(t)
	slow := ask("slow", launchfile.CloudWatch{CWMetric: cw("Slow", "Sum")})
	slow.Source.CloudWatch.Period = runbook.Duration(5 * time.Minute)
	slow.From, slow.To = noon.Add(-19*time.Minute-13*time.Second), noon.Add(-3*time.Second)
	fast := ask("fast", launchfile.CloudWatch{CWMetric: cw("Fast", "Sum")})
	fast.To = noon.Add(-500 * time.Millisecond)
	server.SetMetric(shop("Slow", "Sum"), always(5))
	server.SetMetric(shop("Fast", "Sum"), always(1))
	round := read(t, NewCloudWatch(session), fast, slow)
	in := server.Calls("")[0].Input
	if start, end := in["StartTime"].(time.Time), in["EndTime"].(time.Time); !start.Equal(noon.Add(-20*time.Minute)) || !end.Equal(noon) {
		t.Errorf("window is %s to %s", start.Sub(noon), end.Sub(noon))
	}
	if got := show(round.Answers[1].Points); got != "-15m0s=5 -10m0s=5 -5m0s=5" {
		t.Errorf("slow: %s", got)
	}
	if got := show(round.Answers[0].Points); got != "-4m0s=1 -3m0s=1 -2m0s=1 -1m0s=1" {
		t.Errorf("fast: %s; the minute that ends after To is not closed", got)
	}
}

// A day of one monitor must not make a day of all the others, which would be paid for page by page.
func TestLongAndShortWindowsGoApart(t *testing.T) {
	server, session := world(t)
	var queries []room.Query
	for i := range 100 {
		q := single(fmt.Sprintf("m-%d", i))
		if i < 50 {
			q.From = noon.Add(-24 * time.Hour)
		}
		queries = append(queries, q)
		server.SetMetric(shop(q.Monitor, "Sum"), always(1))
	}
	if round := read(t, NewCloudWatch(session), queries...); round.Metrics != 100 || len(server.Calls("")) != 2 {
		t.Errorf("%d metrics in %d calls; want 100 in 2", round.Metrics, len(server.Calls("")))
	}
}

func TestPages(t *testing.T) {
	server, session := world(t)
	server.SetMetricsPage(7)
	server.ShuffleMetrics()
	var queries []room.Query
	for i := range 4 {
		queries = append(queries, single(fmt.Sprintf("m-%d", i)))
		server.SetMetric(shop(queries[i].Monitor, "Sum"), func(at time.Time) (float64, bool) { return float64(at.Minute()), true })
	}
	round := read(t, NewCloudWatch(session), queries...)
	if round.Metrics != 12 {
		t.Errorf("%d metrics; every one of 3 pages is paid for with 4", round.Metrics)
	}
	for _, a := range round.Answers {
		if got := show(a.Points); a.Partial || got != "-4m0s=55 -3m0s=56 -2m0s=57 -1m0s=58 0s=59" {
			t.Errorf("%s: partial %v, %s", a.Monitor, a.Partial, got)
		}
	}
}

func TestPagesAreBounded(t *testing.T) {
	server, session := world(t)
	server.SetMetricsPage(1)
	q := single("m")
	q.From = noon.Add(-time.Hour)
	server.SetMetric(shop("m", "Sum"), always(1))
	round := read(t, NewCloudWatch(session), q)
	if a := round.Answers[0]; !a.Partial || len(a.Points) != maxPages || len(server.Calls("")) != maxPages {
		t.Errorf("partial %v, %d points of %d calls", a.Partial, len(a.Points), len(server.Calls("")))
	}
	if !strings.Contains(round.Notice, "cut after 20 pages") || round.Metrics != maxPages {
		t.Errorf("notice %q, %d metrics", round.Notice, round.Metrics)
	}
}

// What one result says of itself leaves the others as they are.
func TestStatusOfEachResult(t *testing.T) {
	server, session := world(t)
	for _, id := range []string{"good", "PartialData", "InternalError", "Forbidden"} {
		server.SetMetric(shop(id, "Sum"), always(3))
		server.SetStatus(shop(id, "Sum"), strings.TrimPrefix(id, "good"))
	}
	server.SetMetricsMessage("MaxMetricsExceeded", "too many\nto read")
	round := read(t, NewCloudWatch(session), single("good"), single("PartialData"), single("InternalError"), single("Forbidden"), single("unknown"))
	if a := round.Answers[0]; a.Err != nil || a.Partial || len(a.Points) != 5 {
		t.Errorf("good: %+v", a)
	}
	if a := round.Answers[1]; a.Err != nil || !a.Partial || len(a.Points) != 5 {
		t.Errorf("PartialData: %+v", a)
	}
	if a := round.Answers[2]; len(a.Points) != 0 || faultIn(t, a.Err).Kind != room.FaultOther || !strings.Contains(a.Err.Error(), "internal error") {
		t.Errorf("InternalError: %+v", a)
	}
	if f := faultIn(t, round.Answers[3].Err); f.Kind != room.FaultDenied || f.Hint != "allow cloudwatch:GetMetricData" {
		t.Errorf("Forbidden: %+v", f)
	}
	if a := round.Answers[4]; a.Err != nil || a.Partial || len(a.Points) != 0 {
		t.Errorf("a metric that nobody publishes has no points and no error: %+v", a)
	}
	if round.Notice != "CloudWatch says MaxMetricsExceeded: too many" {
		t.Errorf("notice %q", round.Notice)
	}
}

// Errors are published only when there are some, so they are zero where there are requests, and only there.
func TestExpression(t *testing.T) {
	server, session := world(t)
	server.SetPoints(shop("Requests", "Sum"), minutes(map[int]float64{5: 200, 4: 100, 3: 0, 2: 50}))
	server.SetPoints(shop("Errors", "Sum"), minutes(map[int]float64{5: 4, 3: 0, 2: math.NaN(), 1: 7}))
	a := read(t, NewCloudWatch(session), errorRate()).Answers[0]
	// At -2m a divide by zero, at -1m errors that are no number, at 0s errors without requests: no points.
	if got := show(a.Points); got != "-4m0s=2 -3m0s=0" || a.Err != nil || a.Partial {
		t.Errorf("points %s, %+v", got, a)
	}
	if got := show(a.Series["errors"]); got != "-4m0s=4 -2m0s=0 0s=7" {
		t.Errorf("what was read of errors: %s", got)
	}
	if got := show(a.Series["requests"]); got != "-4m0s=200 -3m0s=100 -2m0s=0 -1m0s=50" {
		t.Errorf("what was read of requests: %s", got)
	}
}

// Errors that were not read are not zero.
func TestExpressionOfAPartialAnswer(t *testing.T) {
	server, session := world(t)
	server.SetMetric(shop("Requests", "Sum"), always(100))
	server.SetPoints(shop("Errors", "Sum"), minutes(map[int]float64{5: 4}))
	server.SetStatus(shop("Errors", "Sum"), "PartialData")
	a := read(t, NewCloudWatch(session), errorRate()).Answers[0]
	if got := show(a.Points); got != "-4m0s=4" || !a.Partial {
		t.Errorf("points %s, partial %v", got, a.Partial)
	}
	server.SetStatus(shop("Errors", "Sum"), "Forbidden")
	a = read(t, NewCloudWatch(session), errorRate()).Answers[0]
	if faultIn(t, a.Err).Kind != room.FaultDenied || len(a.Points) != 0 {
		t.Errorf("%+v", a)
	}
}

func TestPercentileWithItsCount(t *testing.T) {
	server, session := world(t)
	latency := func() room.Query {
		count := cw("Latency", "")
		return ask("latency-p95", launchfile.CloudWatch{CWMetric: cw("Latency", "p95"), Count: &count})
	}
	server.SetMetric(shop("Latency", "p95"), always(412.5))
	server.SetPoints(shop("Latency", "SampleCount"), minutes(map[int]float64{3: 150, 2: -1, 1: 900}))
	round := read(t, NewCloudWatch(session), latency())
	a := round.Answers[0]
	if len(a.Points) != 5 || a.Points[0].Value != 412.5 {
		t.Errorf("points %s", show(a.Points))
	}
	if got := show(a.Counts); got != "-2m0s=150 0s=900" || show(a.Series["count"]) != got {
		t.Errorf("counts %s, series %v", got, a.Series)
	}
	if !strings.Contains(round.Notice, "negative count of Shop Latency") {
		t.Errorf("notice %q", round.Notice)
	}
	server.SetStatus(shop("Latency", "SampleCount"), "InternalError")
	round = read(t, NewCloudWatch(session), latency())
	if a := round.Answers[0]; a.Err != nil || len(a.Points) != 5 || len(a.Counts) != 0 || !strings.Contains(round.Notice, "not counted") {
		t.Errorf("a percentile is worth reading without its count: %+v, notice %q", a, round.Notice)
	}
}

func TestNoNumbersAreNoPoints(t *testing.T) {
	server, session := world(t)
	server.SetPoints(shop("m", "Sum"), minutes(map[int]float64{5: math.NaN(), 4: math.Inf(1), 3: -2, 2: math.Inf(-1), 0: 5, -3: 6}))
	a := read(t, NewCloudWatch(session), single("m")).Answers[0]
	if got := show(a.Points); got != "-2m0s=-2" || a.Err != nil {
		t.Errorf("points %s, %v", got, a.Err)
	}
}

// One query that cannot be asked does not make AWS refuse the call of all.
func TestAWrongQueryStandsAlone(t *testing.T) {
	server, session := world(t)
	server.SetMetric(shop("good", "Sum"), always(3))
	odd := single("odd")
	odd.Source.CloudWatch.Period, odd.Period = 0, 15*time.Second
	manual := room.Query{Monitor: "manual", From: noon.Add(-time.Hour), To: noon}
	broken := ask("broken", launchfile.CloudWatch{Expression: "1 +", Metrics: map[string]launchfile.CWMetric{"a": cw("a", "Sum")}})
	empty := single("empty")
	empty.From = empty.To
	round := read(t, NewCloudWatch(session), odd, manual, broken, empty, single("good"))
	if f := faultIn(t, round.Answers[0].Err); !strings.Contains(f.Reason, "no points of 15s") {
		t.Errorf("odd: %v", f)
	}
	if round.Answers[1].Err == nil || round.Answers[2].Err == nil || round.Answers[3].Err != nil || len(round.Answers[4].Points) != 5 {
		t.Errorf("%+v", round.Answers)
	}
	if round.Metrics != 1 {
		t.Errorf("%d metrics", round.Metrics)
	}
}

// The failure of one of two calls is that of its own monitors.
func TestOneOfSeveralCallsFails(t *testing.T) {
	server, session := world(t)
	var queries []room.Query
	for i := range 501 {
		queries = append(queries, single(fmt.Sprintf("m-%d", i)))
	}
	server.SetMetric(shop("m-0", "Sum"), always(1))
	server.Throttle("cloudwatch:GetMetricData", 1, 0)
	round := read(t, NewCloudWatch(session), queries...)
	failed := 0
	for _, a := range round.Answers {
		if a.Err != nil {
			failed++
		}
	}
	if failed != 1 && failed != 500 {
		t.Errorf("%d of 501 failed; want those of one call", failed)
	}
	if round.Metrics != 501-failed {
		t.Errorf("%d metrics are paid for, with %d refused", round.Metrics, failed)
	}
}

func TestListMetricsNamesWhatIsThere(t *testing.T) {
	server, session := world(t)
	m := shop("Errors", "Sum")
	m.Dimensions = map[string]string{"Service": "checkout"}
	server.SetMetric(m, always(1))
	server.SetMetric(awstest.Metric{Namespace: "Other", Name: "x"}, always(1))
	client, err := session.CloudWatch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	namespace := "Shop"
	out, err := client.ListMetrics(t.Context(), &cloudwatch.ListMetricsInput{Namespace: &namespace})
	if err != nil || len(out.Metrics) != 1 || *out.Metrics[0].MetricName != "Errors" || *out.Metrics[0].Dimensions[0].Value != "checkout" {
		t.Errorf("%v, %v", out, err)
	}
}
