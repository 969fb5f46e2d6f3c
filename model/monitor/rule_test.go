package monitor

import (
	"strings"
	"testing"
	"time"
)

func TestParseRule(t *testing.T) {
	for _, tc := range []struct {
		text, unit string
		want       Rule
		out        string
	}{
		{"> 0.1%", "%", Rule{Op: ">", Number: 0.1, Factor: 1, Unit: "%"}, "> 0.1%"},
		{">0.5", "%", Rule{Op: ">", Number: 0.5, Factor: 1}, "> 0.5"},
		{"> 500ms for 10m", "ms", Rule{Op: ">", Number: 500, Factor: 1, Unit: "ms", For: 10 * time.Minute}, "> 500ms for 10m"},
		{"  >=  5 /min  for 1h30m ", "/min", Rule{Op: ">=", Number: 5, Factor: 1, Unit: "/min", For: 90 * time.Minute}, ">= 5 /min for 1h30m"},
		{"<= 3 for 90s", "", Rule{Op: "<=", Number: 3, Factor: 1, For: 90 * time.Second}, "<= 3 for 1m30s"},
		{"> baseline * 1.5", "B/s", Rule{Op: ">", Baseline: true, Factor: 1.5}, "> baseline * 1.5"},
		{"< baseline*0.9 + 2% for 1d", "%", Rule{Op: "<", Baseline: true, Factor: 0.9, Number: 2, Unit: "%", For: 24 * time.Hour}, "< baseline * 0.9 + 2% for 1d"},
		{"> baseline", "", Rule{Op: ">", Baseline: true, Factor: 1}, "> baseline"},
		{"> baseline+10", "ms", Rule{Op: ">", Baseline: true, Factor: 1, Number: 10}, "> baseline + 10"},
		{"> 2 tickets", "tickets", Rule{Op: ">", Number: 2, Factor: 1, Unit: "tickets"}, "> 2 tickets"},
		{"> 5 m for 5m", "m", Rule{Op: ">", Number: 5, Factor: 1, Unit: "m", For: 5 * time.Minute}, "> 5m for 5m"},
	} {
		got, err := ParseRule(tc.text, tc.unit)
		if err != nil || got != tc.want {
			t.Errorf("ParseRule(%q, %q) = %+v, %v; want %+v", tc.text, tc.unit, got, err, tc.want)
			continue
		}
		if got.String() != tc.out {
			t.Errorf("%q reads back as %q; want %q", tc.text, got, tc.out)
		}
		if again, err := ParseRule(got.String(), tc.unit); err != nil || again != got {
			t.Errorf("%q: String %q does not parse to the same rule: %+v, %v", tc.text, got, again, err)
		}
	}
}

func TestParseRuleRefuses(t *testing.T) {
	for _, tc := range []struct{ text, unit, says string }{
		{"", "%", "expected >"},
		{"0.1%", "%", "expected >"},
		{"== 5", "%", "expected >"},
		{">", "%", "expected a number"},
		{"> %", "%", "expected a number"},
		{"> -5", "", "expected a number"},
		{"> 5.", "", "expected a number"},
		{"> .5", "", "expected a number"},
		{"> 1.2.3", "", "unexpected"},
		{"> 1e9", "", "unexpected"},
		{"> 5ms", "%", `the monitor's unit "%"`},
		{"> 5 ms", "%", `the monitor's unit "%"`},
		{"> 5%", "", "has no unit"},
		{"> 5%%", "%", "unexpected"},
		{"> 5 for", "", "expected a duration"},
		{"> 5 for 0m", "", "expected a duration"},
		{"> 5 for 5", "", "expected a duration"},
		{"> 5 for 5w", "", "expected a duration"},
		{"> 5 for 8d", "", "longer than 7d"},
		{"> 5 for 99999999999999999999m", "", "longer than 7d"},
		{"> 5 for 5m 3m", "", "unexpected"},
		{"> 5 forever", "", "unexpected"},
		{"> baseline - 5", "", "unexpected"},
		{"> baseline * 1.5%", "%", "unexpected"},
		{"> baselines", "", "expected a number"},
		{"> baseline *", "", "expected a number"},
		{"> " + strings.Repeat("9", 400), "", "too large"},
	} {
		if r, err := ParseRule(tc.text, tc.unit); err == nil || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("ParseRule(%q, %q) = %+v, %v; want an error with %q", tc.text, tc.unit, r, err, tc.says)
		}
	}
}

func TestParseTrigger(t *testing.T) {
	id, rule, err := ParseTrigger("error-rate > 1% for 5m")
	if err != nil || id != "error-rate" || rule != "> 1% for 5m" {
		t.Errorf("got %q, %q, %v", id, rule, err)
	}
	if id, rule, err = ParseTrigger("latency-p95>=500ms"); err != nil || id != "latency-p95" || rule != ">=500ms" {
		t.Errorf("got %q, %q, %v", id, rule, err)
	}
	for _, bad := range []string{"", "> 1%", "error-rate", "Error rate > 1%", "error-rate is high"} {
		if _, _, err := ParseTrigger(bad); err == nil {
			t.Errorf("ParseTrigger(%q) accepted", bad)
		}
	}
}

func TestRuleBad(t *testing.T) {
	base := 10.0
	for _, tc := range []struct {
		rule  string
		value float64
		base  *float64
		want  bool
	}{
		{"> 5", 5, nil, false}, {"> 5", 5.01, nil, true}, {">= 5", 5, nil, true},
		{"< 5", 5, nil, false}, {"<= 5", 5, nil, true}, {"< 5", 4, nil, true},
		{"> baseline * 1.5", 15, &base, false}, {"> baseline * 1.5", 15.1, &base, true},
		{"> baseline * 1.5 + 5", 19, &base, false}, {"> baseline", 1e9, nil, false},
	} {
		r, err := ParseRule(tc.rule, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Bad(tc.value, tc.base); got != tc.want {
			t.Errorf("%q with %v: Bad = %v", tc.rule, tc.value, got)
		}
	}
}

func TestRuleCheckPeriod(t *testing.T) {
	r, _ := ParseRule("> 1 for 5m", "")
	if err := r.CheckPeriod(time.Minute); err != nil {
		t.Error(err)
	}
	if err := r.CheckPeriod(5 * time.Minute); err == nil || !strings.Contains(err.Error(), "for 15m") {
		t.Errorf("for 5m at 5m: %v", err)
	}
}

func FuzzParseRule(f *testing.F) {
	f.Add("> 1% for 5m", "%")
	f.Add("< baseline * 0.9 + 2 ms", "ms")
	f.Fuzz(func(t *testing.T, text, unit string) {
		r, err := ParseRule(text, unit)
		if err != nil {
			return
		}
		again, err := ParseRule(r.String(), unit)
		if err != nil || again != r {
			t.Fatalf("%q became %q: %+v, %v; want %+v", text, r.String(), again, err, r)
		}
	})
}
