package launchfile

import "testing"

func TestRatio(t *testing.T) {
	sum := func(names ...string) map[string]CWMetric {
		all := map[string]CWMetric{}
		for _, n := range names {
			all[n] = CWMetric{Stat: "Sum"}
		}
		return all
	}
	zero := sum("errors", "requests")
	zero["errors"] = CWMetric{Stat: "Sum", Missing: "zero"}
	average := sum("errors", "requests")
	average["errors"] = CWMetric{Stat: "Average"}
	for _, tt := range []struct {
		text    string
		metrics map[string]CWMetric
		want    bool
	}{
		{"100 * errors / requests", zero, true},
		{"100 * (e4 + e5) / (ok + e4 + e5)", sum("e4", "e5", "ok"), true},
		{"100 - 100 * ok / requests", sum("ok", "requests"), true},
		{"-errors / -requests", zero, true},
		{"errors", sum("errors"), false},              // a sum over a day is no rate a minute
		{"errors / 60", sum("errors"), false},         // nor is this
		{"errors / requests", average, false},         // averages do not add up
		{"errors + 1 / requests", zero, false},        // neither fish nor fowl
		{"errors * errors / requests", zero, false},   // grows with the length of the window
		{"errors / (requests + 1)", zero, false},      // the one would weigh once instead of every minute
		{"errors / requests / requests", zero, false}, // shrinks with it
	} {
		r := Source{CloudWatch: &CloudWatch{Expression: tt.text, Metrics: tt.metrics}}.Ratio()
		if (r != nil) != tt.want {
			t.Errorf("%s: %v", tt.text, r)
		}
	}
	r := Source{CloudWatch: &CloudWatch{Expression: "100 * errors / requests", Metrics: zero}}.Ratio()
	if !r.Zero["errors"] || r.Zero["requests"] {
		t.Errorf("%+v", r)
	}
	if v, ok := r.Eval(map[string]float64{"errors": 3, "requests": 600}); !ok || v != 0.5 {
		t.Errorf("%g %v", v, ok)
	}
	if (Source{}).Ratio() != nil || (Source{Prometheus: &Prometheus{}}).Ratio() != nil {
		t.Error("a ratio of nothing")
	}
}
