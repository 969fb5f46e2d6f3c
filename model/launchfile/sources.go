package launchfile

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tminus/model/runbook"
	"tminus/model/text"
)

var (
	metricKey  = text.Pattern(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)
	percentile = text.Pattern(`^p[0-9]{1,3}(\.[0-9]{1,10})?$`)
	jsonPath   = text.Pattern(`^[^.\s]+(\.[^.\s]+)*$`)
	logGroup   = text.Pattern(`^[A-Za-z0-9_./#-]{1,512}$`)
)

func statistics() []string { return []string{"Sum", "Average", "Minimum", "Maximum", "SampleCount"} }

// sorted yields a map in the order of its keys, so that mistakes come out the same each time.
func sorted[K cmp.Ordered, V any](m map[K]V) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}

func (c *checker) sources() {
	for id, s := range sorted(c.f.Sources) {
		here := top("sources", id)
		var kinds []string
		for name, set := range sorted(map[string]bool{"cloudwatch": s.CloudWatch != nil, "prometheus": s.Prometheus != nil, "http": s.HTTP != nil, "manual": s.Manual != nil}) {
			if set {
				kinds = append(kinds, name)
			}
		}
		if len(kinds) != 1 {
			c.bad(fmt.Sprintf("source %s has %d kinds", quote(id), len(kinds)), "exactly one of cloudwatch, prometheus, http, and manual: {} for values typed by hand", here)
			continue
		}
		here = at(here, kinds[0])
		switch {
		case s.CloudWatch != nil:
			c.cloudWatch(s.CloudWatch, here)
		case s.Prometheus != nil:
			c.web(s.Prometheus.URL, "url", here)
			c.given(s.Prometheus.Query, "query", "a PromQL query with one value", here)
			c.secret(s.Prometheus.TokenEnv, s.Prometheus.TokenFile, "token", here)
		case s.HTTP != nil:
			c.web(s.HTTP.URL, "url", here)
			c.matches(jsonPath(), s.HTTP.JSON, "json", "the dotted path of a number, such as open.count", here)
			c.secret(s.HTTP.TokenEnv, s.HTTP.TokenFile, "token", here)
		}
	}
}

func (c *checker) cloudWatch(cw *CloudWatch, p []any) {
	if d := time.Duration(cw.Period); !storable(d) && c.doc.Has(at(p, "period")...) {
		c.bad("period "+cw.Period.String(), "1s, 5s, 10s, 20s, 30s or whole minutes up to 24h, as CloudWatch keeps them", at(p, "period"))
	}
	if cw.Count != nil {
		count := *cw.Count
		count.Stat = cmp.Or(count.Stat, "SampleCount")
		c.metric(count, at(p, "count"))
	}
	if cw.Expression == "" {
		if len(cw.Metrics) > 0 || c.doc.Has(at(p, "expression")...) {
			c.given(cw.Expression, "expression", "what is computed from the metrics, such as 100 * errors / requests", p)
			c.metrics(cw, nil, p)
			return
		}
		c.metric(cw.CWMetric, p)
		if cw.Missing == "zero" {
			c.bad("missing: zero in a single metric", "an expression: a metric is zero only where another one of it has a point", at(p, "missing"))
		}
		return
	}
	for _, key := range []string{"namespace", "name", "stat", "dimensions", "missing"} {
		if c.doc.Has(at(p, key)...) {
			c.badKey(quote(key)+" beside an expression", "it under each of the metrics", at(p, key))
		}
	}
	e, err := ParseExpression(cw.Expression)
	if err != nil {
		what, expected, _ := strings.Cut(err.Error(), "; expected ")
		c.bad(what, expected, at(p, "expression"))
	}
	c.metrics(cw, e, p)
}

// storable reports whether CloudWatch keeps points of this period.
func storable(d time.Duration) bool {
	short := []time.Duration{0, time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second}
	return slices.Contains(short, d) || d > 0 && d <= 24*time.Hour && d%time.Minute == 0
}

// metrics checks the named metrics of an expression; e is nil where it cannot be read.
func (c *checker) metrics(cw *CloudWatch, e *Expression, p []any) {
	if e != nil {
		names := slices.Sorted(maps.Keys(cw.Metrics))
		for _, name := range e.Names() {
			if !slices.Contains(names, name) {
				c.bad("the expression names "+quote(name)+", which is no metric here", suggestion(name, names)+" under metrics", at(p, "expression"))
			}
		}
	}
	zeros := 0
	for name, m := range sorted(cw.Metrics) {
		here := at(p, "metrics", name)
		if !metricKey().MatchString(name) {
			c.badKey("metric "+quote(name), "letters, digits and _, so that an expression can name it", here)
		}
		c.metric(m, here)
		if m.Missing == "zero" {
			zeros++
		}
	}
	if zeros > 0 && zeros == len(cw.Metrics) {
		c.bad("every metric says missing: zero", "one without it: the others are zero only where it has a point", at(p, "metrics"))
	}
}

func (c *checker) metric(m CWMetric, p []any) {
	c.given(m.Namespace, "namespace", "a CloudWatch namespace such as AWS/ApplicationELB", p)
	c.given(m.Name, "name", "the name of a metric in the namespace", p)
	if m.Stat == "" || !isStat(m.Stat) {
		if c.given(m.Stat, "stat", "one of "+strings.Join(statistics(), ", ")+", p0 to p100", p) {
			c.bad("statistic "+quote(m.Stat), suggestion(m.Stat, append(statistics(), "p50", "p95", "p99"))+"; percentiles go from p0 to p100", at(p, "stat"))
		}
	}
	for name, value := range sorted(m.Dimensions) {
		if strings.TrimSpace(name) == "" || strings.TrimSpace(value) == "" {
			c.bad("dimension "+quote(name)+" is empty", "a name and a value", at(p, "dimensions", name))
		}
	}
	if m.Missing != "" && m.Missing != "zero" {
		c.bad("\"missing\" is "+quote(m.Missing), "zero, or nothing: then a missing point is no point", at(p, "missing"))
	}
}

func isStat(s string) bool {
	if slices.Contains(statistics(), s) {
		return true
	}
	n, err := strconv.ParseFloat(strings.TrimPrefix(s, "p"), 64)
	return percentile().MatchString(s) && err == nil && n <= 100
}

func (c *checker) logs() {
	first := make(map[string]bool)
	for i, l := range c.f.Logs {
		here := top("logs", i)
		if c.matches(logGroup(), l.Group, "group", "the name of a CloudWatch Logs group, such as /shop/checkout", here) {
			if first[l.Group] {
				c.bad("log group "+quote(l.Group)+" is listed again", "each group once, with all its patterns", at(here, "group"))
			}
			first[l.Group] = true
		}
		if l.Error == "" && l.Warning == "" && l.Critical == "" {
			c.bad("no pattern to count", "at least one of error, warning, critical", here)
		}
	}
}

// periods wants every rule of a monitor to span at least three periods of what feeds it.
func (c *checker) periods() {
	for id, s := range sorted(c.f.Sources) {
		every := time.Minute
		for _, m := range c.f.Watched(c.rb) {
			if m.ID == id && m.Every > 0 {
				every = time.Duration(m.Every)
			}
		}
		period, where := s.Period(every), s.periodAt(id)
		if period == every {
			continue // the rules were checked against it when they were read
		}
		for _, r := range c.rulesOf(id) {
			if err := r.CheckPeriod(period); err != nil {
				c.bad(fmt.Sprintf("period %s is too long for the rule %s of %s", runbook.Duration(period), quote(r.String()), id), "at least three periods within its duration", where)
			}
		}
	}
}

// Settle is how late the source's points may be, where the launch file says it; 0: it does not.
func (s Source) Settle() time.Duration {
	switch {
	case s.CloudWatch != nil:
		return time.Duration(s.CloudWatch.Settle)
	case s.Prometheus != nil:
		return time.Duration(s.Prometheus.Settle)
	}
	return 0
}

// Period is how far apart the source's points are, for a monitor that is read so often.
func (s Source) Period(every time.Duration) time.Duration {
	var own runbook.Duration
	switch {
	case s.CloudWatch != nil:
		own = s.CloudWatch.Period
		if own == 0 && every%time.Minute != 0 {
			return time.Minute // CloudWatch keeps whole minutes
		}
	case s.Prometheus != nil:
		own = s.Prometheus.Period
	case s.HTTP != nil:
		own = s.HTTP.Period
	case s.Manual != nil:
		own = s.Manual.Every
	case s.Logs != nil:
		return LogPeriod
	}
	if own > 0 {
		return time.Duration(own)
	}
	return every
}

// periodAt is where the file gives that period, or else the source.
func (s Source) periodAt(id string) []any {
	switch {
	case s.CloudWatch != nil && s.CloudWatch.Period > 0:
		return top("sources", id, "cloudwatch", "period")
	case s.Prometheus != nil && s.Prometheus.Period > 0:
		return top("sources", id, "prometheus", "period")
	case s.HTTP != nil && s.HTTP.Period > 0:
		return top("sources", id, "http", "period")
	case s.Manual != nil && s.Manual.Every > 0:
		return top("sources", id, "manual", "every")
	}
	return top("sources", id)
}
