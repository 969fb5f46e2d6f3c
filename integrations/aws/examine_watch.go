package aws

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"tminus/model/launchfile"
	"tminus/model/preflight"
	"tminus/model/room"
	"tminus/model/runbook"
)

// listPages bounds the search for a metric: 500 of one name stand on a page.
const listPages = 10

// metrics looks for every bound metric by its name, and reads one of them, for the permission.
func (e *examiner) metrics(watched []runbook.Monitor) []preflight.Test {
	var tests []preflight.Test
	for _, m := range watched {
		cw := e.file.SourceOf(m.ID).CloudWatch
		if cw == nil {
			continue
		}
		if len(tests) == 0 {
			tests = append(tests, e.test("cloudwatch/read", "CloudWatch", "GetMetricData", func(ctx context.Context) preflight.Result {
				return e.readOne(ctx, m.ID)
			}))
		}
		for _, n := range named(m.ID, cw) {
			tests = append(tests, e.test("cloudwatch/"+n.title, "CloudWatch", n.title, func(ctx context.Context) preflight.Result {
				return e.find(ctx, n.metric)
			}))
		}
	}
	return tests
}

type namedMetric struct {
	title  string
	metric launchfile.CWMetric
}

// named are the metrics of a monitor: its own, or each of its expression's, and its count.
func named(monitor string, cw *launchfile.CloudWatch) []namedMetric {
	var all []namedMetric
	if cw.Expression == "" {
		all = append(all, namedMetric{monitor, cw.CWMetric})
	}
	for _, name := range slices.Sorted(maps.Keys(cw.Metrics)) {
		all = append(all, namedMetric{monitor + "/" + name, cw.Metrics[name]})
	}
	if cw.Count != nil {
		all = append(all, namedMetric{monitor + "/" + countName, *cw.Count})
	}
	return all
}

// readOne reads a monitor the way the room will.
func (e *examiner) readOne(ctx context.Context, monitor string) preflight.Result {
	to := e.now()
	source := e.file.SourceOf(monitor)
	period := cmp.Or(time.Duration(source.CloudWatch.Period), time.Minute)
	round, err := NewCloudWatch(e.session).Read(ctx, []room.Query{{Monitor: monitor, Source: source, Period: period, From: to.Add(-10 * period), To: to}})
	if err == nil && len(round.Answers) == 1 {
		err = round.Answers[0].Err
	}
	if err != nil {
		return preflight.FaultResult(err)
	}
	return preflight.Pass("allowed").Advise(round.Notice)
}

// find looks for a metric with exactly these dimensions: CloudWatch adds nothing up over those that are not named.
func (e *examiner) find(ctx context.Context, m launchfile.CWMetric) preflight.Result {
	client, err := e.session.CloudWatch(ctx)
	if err != nil {
		return e.failed(err)
	}
	input := &cloudwatch.ListMetricsInput{Namespace: &m.Namespace, MetricName: &m.Name}
	for _, name := range slices.Sorted(maps.Keys(m.Dimensions)) {
		input.Dimensions = append(input.Dimensions, types.DimensionFilter{Name: aws.String(name), Value: aws.String(m.Dimensions[name])})
	}
	var near []types.Dimension // of a metric with more dimensions than were asked for
	for range listPages {
		out, err := client.ListMetrics(ctx, input)
		if err != nil {
			return e.failed(err)
		}
		for _, found := range out.Metrics {
			if len(found.Dimensions) == len(m.Dimensions) {
				return preflight.Pass("%s", metricName(m))
			}
			near = found.Dimensions
		}
		if aws.ToString(out.NextToken) == "" {
			return missing(m, near)
		}
		input.NextToken = out.NextToken
	}
	return preflight.Untested(fmt.Sprintf("more than %d metrics are named %s, so it was not looked for among all", listPages*500, m.Name), "give its dimensions")
}

func missing(m launchfile.CWMetric, near []types.Dimension) preflight.Result {
	what := "no such metric in the last two weeks: " + metricName(m)
	switch {
	case near != nil:
		var dims []string
		for _, d := range near {
			dims = append(dims, aws.ToString(d.Name)+": "+aws.ToString(d.Value))
		}
		return preflight.Fail(what, "CloudWatch keeps a metric for each set of dimensions, such as {"+strings.Join(dims, ", ")+"}: name one set whole")
	case m.Missing == "zero":
		return preflight.Untested(what, "missing: zero allows for it, and a misspelt name would look the same: check it")
	}
	return preflight.Fail(what, "correct namespace, name and dimensions, or aws.region; CloudWatch lists a new metric after 15 minutes")
}

func metricName(m launchfile.CWMetric) string {
	name := m.Namespace + "/" + m.Name
	if len(m.Dimensions) == 0 {
		return name + ", no dimensions"
	}
	var dims []string
	for _, d := range slices.Sorted(maps.Keys(m.Dimensions)) {
		dims = append(dims, d+": "+m.Dimensions[d])
	}
	return name + " {" + strings.Join(dims, ", ") + "}"
}

// logGroups tries every pattern: a group may be there and a pattern be none.
func (e *examiner) logGroups() []preflight.Test {
	var tests []preflight.Test
	for _, g := range e.file.Logs {
		tests = append(tests, e.test("logs/"+g.Group, "CloudWatch Logs", g.Group, func(ctx context.Context) preflight.Result {
			client, err := e.session.Logs(ctx)
			if err != nil {
				return e.failed(err)
			}
			for _, pattern := range []string{g.Error, g.Warning, g.Critical} {
				if pattern == "" {
					continue
				}
				now := e.now()
				_, err := client.FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{
					LogGroupName: &g.Group, FilterPattern: &pattern, Limit: aws.Int32(1),
					StartTime: aws.Int64(now.Add(-5 * time.Minute).UnixMilli()), EndTime: aws.Int64(now.UnixMilli()),
				})
				if err != nil {
					return preflight.FaultResult(NewLogs(e.session).fault(err, g.Group))
				}
			}
			return preflight.Pass("found, and may be read")
		}))
	}
	return tests
}
