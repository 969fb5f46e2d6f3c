package aws

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"tminus/model/room"
)

const (
	// maxPages bounds one call: every page is paid for in full again, and a plan leaves no call more points than fit a page
	// or two.
	maxPages = 20
	parallel = 3 // calls under way at once, of metrics and of logs
)

// CloudWatch reads monitors whose source is CloudWatch metrics. It implements room.Source.
type CloudWatch struct {
	session *Session
}

// NewCloudWatch makes a source on a session.
func NewCloudWatch(s *Session) *CloudWatch { return &CloudWatch{session: s} }

// Read asks for all the queries' metrics in as few calls of GetMetricData as hold them. Metrics that several queries name
// are asked for once. Only when every call failed in the same way is that the error of the round.
func (c *CloudWatch) Read(ctx context.Context, queries []room.Query) (room.Round, error) {
	p := newPlan(queries)
	calls := p.calls()
	outcomes := make([]outcome, len(calls))
	if len(calls) > 0 {
		client, err := c.session.CloudWatch(ctx)
		if err != nil {
			return room.Round{}, err
		}
		each(len(calls), func(i int) { outcomes[i] = c.call(ctx, client, calls[i]) })
	}
	var (
		round   room.Round
		notices notices
		faults  []*room.Fault
	)
	for i, o := range outcomes {
		round.Metrics += o.asked
		notices.add(o.notice)
		if o.fault != nil {
			faults = append(faults, o.fault)
		}
		for _, m := range calls[i].metrics {
			if o.fault != nil {
				m.fault = o.fault
			}
			notices.add(m.notice)
		}
	}
	for _, w := range p.wanted {
		answer, notice := w.answer()
		round.Answers = append(round.Answers, answer)
		notices.add(notice)
	}
	round.Notice, round.Key = notices.String(), c.session.key(ctx)
	if len(calls) > 0 && len(faults) == len(calls) && alike(faults) {
		return round, faults[0]
	}
	return round, nil
}

// outcome is what became of one call, all its pages.
type outcome struct {
	asked  int // metrics, those of every page
	notice string
	fault  *room.Fault
}

func (c *CloudWatch) call(ctx context.Context, client *cloudwatch.Client, call call) outcome {
	var o outcome
	input := call.input()
	byID := make(map[string]*metric, len(call.metrics))
	for i, m := range call.metrics {
		byID[metricID(i)] = m
	}
	for page := 1; ; page++ {
		out, err := client.GetMetricData(ctx, input)
		if err != nil {
			if o.fault = c.session.Fault(err); o.fault.Kind == room.FaultUnreachable {
				o.asked += len(call.metrics) // it may have arrived, and what arrived is paid for
			}
			return o
		}
		o.asked += len(call.metrics)
		for _, m := range out.Messages {
			o.notice = reason("CloudWatch says " + aws.ToString(m.Code) + ": " + aws.ToString(m.Value))
		}
		for _, r := range out.MetricDataResults {
			if m := byID[aws.ToString(r.Id)]; m != nil {
				m.take(r)
			}
		}
		next := aws.ToString(out.NextToken)
		if next == "" {
			return o
		}
		if page == maxPages || next == aws.ToString(input.NextToken) {
			for _, m := range call.metrics {
				m.cut = true
			}
			o.notice = fmt.Sprintf("CloudWatch's answer was cut after %d pages", page)
			return o
		}
		input.NextToken = &next
	}
}

func (c call) input() *cloudwatch.GetMetricDataInput {
	input := &cloudwatch.GetMetricDataInput{StartTime: &c.start, EndTime: &c.end, ScanBy: types.ScanByTimestampAscending}
	for i, m := range c.metrics {
		var dimensions []types.Dimension
		for _, name := range slices.Sorted(maps.Keys(m.of.Dimensions)) {
			dimensions = append(dimensions, types.Dimension{Name: aws.String(name), Value: aws.String(m.of.Dimensions[name])})
		}
		input.MetricDataQueries = append(input.MetricDataQueries, types.MetricDataQuery{
			Id: aws.String(metricID(i)),
			MetricStat: &types.MetricStat{
				Metric: &types.Metric{Namespace: aws.String(m.of.Namespace), MetricName: aws.String(m.of.Name), Dimensions: dimensions},
				Period: aws.Int32(int32(m.period / time.Second)),
				Stat:   aws.String(m.of.Stat),
			},
			ReturnData: aws.Bool(true),
		})
	}
	return input
}

func metricID(i int) string { return fmt.Sprintf("m%d", i) }

// each runs f for 0 to n-1, at most parallel of them at once, and returns when all are done.
func each(n int, f func(i int)) {
	var wg sync.WaitGroup
	free := make(chan struct{}, parallel)
	for i := range n {
		free <- struct{}{}
		wg.Go(func() {
			defer func() { <-free }()
			f(i)
		})
	}
	wg.Wait()
}

func alike(faults []*room.Fault) bool {
	return !slices.ContainsFunc(faults, func(f *room.Fault) bool { return f.Kind != faults[0].Kind || f.Reason != faults[0].Reason })
}

// notices are what the user should know of a round, each once and few of them.
type notices []string

const mostNotices = 3

func (n *notices) add(s string) {
	if s != "" && !slices.Contains(*n, s) {
		*n = append(*n, s)
	}
}

func (n notices) String() string {
	if more := len(n) - mostNotices; more > 0 {
		return fmt.Sprintf("%s; and %d more", strings.Join(n[:mostNotices], "; "), more)
	}
	return strings.Join(n, "; ")
}
