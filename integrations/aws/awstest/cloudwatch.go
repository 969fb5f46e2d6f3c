package awstest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Metric names a metric and its statistic. Stat "" stands for every statistic.
type Metric struct {
	Namespace  string
	Name       string
	Stat       string
	Dimensions map[string]string
}

// metrics is the state of CloudWatch.
type metrics struct {
	values   map[string]func(at time.Time) (float64, bool)
	listed   []Metric
	status   map[string]string
	message  [2]string // code and value
	pageSize int
	shuffled bool
}

const defaultPage = 100_800 // data points, as CloudWatch has it

func newMetrics() metrics {
	return metrics{values: make(map[string]func(time.Time) (float64, bool)), status: make(map[string]string), pageSize: defaultPage}
}

func (m Metric) key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q %q", m.Namespace, m.Name, m.Stat)
	for _, name := range slices.Sorted(maps.Keys(m.Dimensions)) {
		fmt.Fprintf(&b, " %q=%q", name, m.Dimensions[name])
	}
	return b.String()
}

// SetMetric gives a metric its values: f is asked for the start of each period up to now; false is no point.
func (s *Server) SetMetric(m Metric, f func(at time.Time) (float64, bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.metrics.values[m.key()] == nil {
		s.metrics.listed = append(s.metrics.listed, m)
	}
	s.metrics.values[m.key()] = f
}

// SetPoints gives a metric exactly these points, by the start of their periods.
func (s *Server) SetPoints(m Metric, points map[time.Time]float64) {
	byStart := make(map[int64]float64, len(points))
	for at, v := range points {
		byStart[at.Unix()] = v
	}
	s.SetMetric(m, func(at time.Time) (float64, bool) { v, ok := byStart[at.Unix()]; return v, ok })
}

// SetStatus makes a metric's results end with a status that is not Complete: PartialData, InternalError or Forbidden.
// The latter two bring no points. "" is Complete again.
func (s *Server) SetStatus(m Metric, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.metrics.status[m.key()] = status
}

// SetMetricsMessage puts a message into every answer of GetMetricData.
func (s *Server) SetMetricsMessage(code, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.metrics.message = [2]string{code, value}
}

// SetMetricsPage bounds a page of GetMetricData to so many data points.
func (s *Server) SetMetricsPage(points int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.metrics.pageSize = points
}

// ShuffleMetrics answers results and points in another order than they were asked for.
func (s *Server) ShuffleMetrics() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.metrics.shuffled = true
}

// query is one MetricDataQuery with its points.
type query struct {
	id     string
	metric Metric
	period time.Duration
	times  []any
	values []any
}

func (s *Server) getMetricData(in input) (map[string]any, *Failure) {
	start, end := in.at("StartTime"), in.at("EndTime")
	queries, failure := metricQueries(in.list("MetricDataQueries"))
	if failure == nil && !start.Before(end) {
		failure = invalid("The parameter StartTime must be less than the parameter EndTime.")
	}
	if failure != nil {
		return nil, failure
	}
	for _, q := range queries {
		s.read(q, start, end, in.str("ScanBy") == "TimestampAscending")
	}
	first, skip := 0, 0
	if token := in.str("NextToken"); token != "" {
		if n, err := fmt.Sscanf(token, "page-%d-%d", &first, &skip); n != 2 || err != nil || first >= len(queries) {
			return nil, invalid("The parameter NextToken is not valid.")
		}
	}
	size := s.metrics.pageSize
	if n := int(in.num("MaxDatapoints")); n > 0 {
		size = min(n, size)
	}
	results, next := s.page(queries, first, skip, size)
	out := map[string]any{"MetricDataResults": results, "Messages": []any{}}
	if next != "" {
		out["NextToken"] = next
	}
	if m := s.metrics.message; m[0] != "" {
		out["Messages"] = []any{map[string]any{"Code": m[0], "Value": m[1]}}
	}
	return out, nil
}

// page takes size points from the queries in their order, beginning with the point skip of the query first.
func (s *Server) page(queries []*query, first, skip, size int) ([]any, string) {
	var results []any
	next := ""
	for i := first; i < len(queries) && next == ""; i++ {
		q := queries[i]
		n := min(size, len(q.times)-skip)
		status := "Complete"
		switch {
		case skip+n < len(q.times):
			status, next = "PartialData", fmt.Sprintf("page-%d-%d", i, skip+n)
		case s.metrics.status[q.metric.key()] != "":
			status = s.metrics.status[q.metric.key()]
		}
		result := map[string]any{"Id": q.id, "Label": q.metric.Name, "StatusCode": status,
			"Timestamps": q.times[skip : skip+n], "Values": q.values[skip : skip+n]}
		results = append(results, result)
		if size -= n; size == 0 && next == "" && i+1 < len(queries) {
			next = fmt.Sprintf("page-%d-0", i+1)
		}
		skip = 0
	}
	if s.metrics.shuffled {
		slices.Reverse(results)
	}
	return results, next
}

// read finds a query's points: periods that begin from start up to, and without, end.
func (s *Server) read(q *query, start, end time.Time, ascending bool) {
	f := s.metrics.values[q.metric.key()]
	if f == nil {
		every := q.metric
		every.Stat = ""
		f = s.metrics.values[every.key()]
	}
	status := s.metrics.status[q.metric.key()]
	if f == nil || status == "InternalError" || status == "Forbidden" {
		return
	}
	step := int64(q.period / time.Second)
	for sec := start.Unix() - start.Unix()%step; sec < end.Unix() && sec <= s.now().Unix(); sec += step {
		at := time.Unix(sec, 0).UTC()
		if v, ok := f(at); ok {
			q.times, q.values = append(q.times, at), append(q.values, v)
		}
	}
	if !ascending {
		slices.Reverse(q.times)
		slices.Reverse(q.values)
	}
	if n := len(q.times); s.metrics.shuffled && n > 2 {
		q.times[0], q.times[n-1] = q.times[n-1], q.times[0]
		q.values[0], q.values[n-1] = q.values[n-1], q.values[0]
	}
}

func metricQueries(list []any) ([]*query, *Failure) {
	if len(list) == 0 || len(list) > 500 {
		return nil, invalid("The collection MetricDataQueries must have from 1 to 500 members.")
	}
	valid := regexp.MustCompile(`^[a-z][a-zA-Z0-9_]*$`)
	seen := make(map[string]bool)
	var all []*query
	for _, v := range list {
		in := asInput(v)
		stat := in.sub("MetricStat")
		q := &query{id: in.str("Id"), period: time.Duration(stat.num("Period")) * time.Second}
		q.metric = Metric{Namespace: stat.sub("Metric").str("Namespace"), Name: stat.sub("Metric").str("MetricName"),
			Stat: stat.str("Stat"), Dimensions: dimensions(stat.sub("Metric").list("Dimensions"))}
		switch short := []time.Duration{1, 5, 10, 20, 30}; {
		case !valid.MatchString(q.id) || seen[q.id]:
			return nil, invalid("The value " + q.id + " for parameter MetricDataQueries.member.Id is not valid.")
		case q.metric.Name == "" || q.metric.Stat == "":
			return nil, invalid("MetricDataQueries.member.MetricStat is missing: Metric Math is not in awstest.")
		case !slices.Contains(short, q.period/time.Second) && (q.period < time.Minute || q.period%time.Minute != 0):
			return nil, invalid("The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.")
		}
		seen[q.id] = true
		all = append(all, q)
	}
	return all, nil
}

func dimensions(list []any) map[string]string {
	var all map[string]string
	for _, v := range list {
		if all == nil {
			all = make(map[string]string)
		}
		all[asInput(v).str("Name")] = asInput(v).str("Value")
	}
	return all
}

func invalid(message string) *Failure {
	return &Failure{Status: 400, Code: "ValidationError", Message: message}
}

// listMetrics names the metrics that have values; a dimension without a value asks for any.
func (s *Server) listMetrics(in input) (map[string]any, *Failure) {
	found := []any{}
	seen := make(map[string]bool)
	for _, m := range s.metrics.listed {
		ok := (in.str("Namespace") == "" || m.Namespace == in.str("Namespace")) && (in.str("MetricName") == "" || m.Name == in.str("MetricName"))
		for name, want := range dimensions(in.list("Dimensions")) {
			v, has := m.Dimensions[name]
			ok = ok && has && (want == "" || want == v)
		}
		m.Stat = ""
		if !ok || seen[m.key()] {
			continue
		}
		seen[m.key()] = true
		dims := []any{}
		for _, name := range slices.Sorted(maps.Keys(m.Dimensions)) {
			dims = append(dims, map[string]any{"Name": name, "Value": m.Dimensions[name]})
		}
		found = append(found, map[string]any{"Namespace": m.Namespace, "MetricName": m.Name, "Dimensions": dims})
	}
	return map[string]any{"Metrics": found}, nil
}
