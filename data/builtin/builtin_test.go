package builtin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"text/template"
	"time"

	"tminus/model/monitor"
	"tminus/model/runbook"
)

func load(t testing.TB) *runbook.Runbook {
	t.Helper()
	src, ok := Runbook("feature-launch")
	if !ok {
		t.Fatal("no built-in runbook feature-launch")
	}
	rb, errs := runbook.Load("feature-launch.yaml", src)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return rb
}

func TestNames(t *testing.T) {
	if got := Names(); !slices.Equal(got, []string{"feature-launch"}) {
		t.Errorf("Names() = %q", got)
	}
	for _, name := range []string{"", "feature", "feature-launch.yaml", "../builtin", "scenarios/calm"} {
		if _, ok := Runbook(name); ok {
			t.Errorf("Runbook(%q) exists", name)
		}
	}
}

// The runbook, written out again in the seed's own form, is the seed: testdata/seed-lines.txt holds the seed's headings
// and the content of its blocks, without blank lines.
func TestRunbookIsTheSeed(t *testing.T) {
	rb := load(t)
	want := lines(t, readFile(t, "testdata/seed-lines.txt"))
	got := lines(t, writeAsSeed(t, rb))
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(got):
			t.Fatalf("line %d of the seed is not in the runbook: %q", i+1, want[i])
		case i >= len(want):
			t.Fatalf("the runbook goes on after the seed: %q", got[i])
		case want[i] != got[i]:
			t.Fatalf("line %d\nseed:    %q\nrunbook: %q", i+1, want[i], got[i])
		}
	}
}

// Every line of the seed that says something stands in the file, wherever it is; the template above would not notice
// words that it writes itself.
func TestEveryLineOfTheSeedIsAValue(t *testing.T) {
	// Values that the format types, and the words it does not keep, since the place of a value says them.
	typed := map[string]string{
		"T-1 hour before launch": "T-1h", "30 minutes": "30m", "24 hours": "24h", "Required": "true", "Every 5 minutes": "5m",
		"Every minute": "1m", "Every 15 minutes": "15m", "0.1%": "> 0.1%", "0.5%": "> 0.5%", "P95 > 200ms": "> 200 ms",
		"P95 > 500ms": "> 500 ms", "50% increase": "> baseline * 1.5", "100% increase": "> baseline * 2",
		"-10% from baseline": "< baseline * 0.9", "Program Manager (facilitator)": "program-manager",
		"CPU Usage (warn: 70%, crit: 85%)": "CPU Usage", "Memory Usage (warn: 75%, crit: 90%)": "Memory Usage",
		"Disk Usage (warn: 75%, crit: 85%)": "Disk Usage", "Network I/O (baseline + 50%)": "Network I/O",
	}
	values := make(map[string]bool)
	var blocks strings.Builder
	collect(t, load(t), func(v string) {
		values[v] = true
		if strings.Contains(v, "\n") {
			blocks.WriteString(v)
		}
	})
	for _, line := range lines(t, readFile(t, "testdata/seed-lines.txt")) {
		line = strings.TrimPrefix(strings.TrimPrefix(line, "- "), "[ ] ")
		if strings.HasPrefix(line, "#") || strings.HasSuffix(line, ":") || values[line] || strings.Contains(blocks.String(), line) {
			continue
		}
		_, value, _ := strings.Cut(line, ": ")
		if strings.Contains(value, " | ") {
			for _, part := range strings.Split(value, " | ") {
				if !values[part] {
					t.Errorf("%q of %q is no value of the runbook", part, line)
				}
			}
			continue
		}
		if value == "|" || values[value] || values[typed[line]] || values[typed[value]] {
			continue
		}
		t.Errorf("%q is no value of the runbook", line)
	}
}

func TestCounts(t *testing.T) {
	rb := load(t)
	cells, tasks, deliverables, items, minutes := 0, 0, 0, 0, 0
	for _, a := range rb.RACI {
		cells += len(rb.Cells(a.ID))
	}
	for _, ref := range rb.Tasks() {
		if tasks++; ref.Deliverable {
			tasks, deliverables = tasks-1, deliverables+1
		}
	}
	for _, s := range rb.Sections() {
		items += len(s.Items)
	}
	for _, a := range rb.GoNoGo.Agenda {
		minutes += a.Minutes
	}
	criteria := 0
	for _, g := range rb.Success {
		criteria += len(g.Criteria)
	}
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"activities", len(rb.RACI), 9}, {"RACI cells", cells, 36}, {"tasks", tasks, 24}, {"deliverables", deliverables, 12},
		{"sections", len(rb.Sections()), 8}, {"items", items, 32}, {"attendees", len(rb.GoNoGo.Attendees), 7},
		{"agenda points", len(rb.GoNoGo.Agenda), 6}, {"agenda minutes", minutes, 30}, {"approvals", len(rb.GoNoGo.Approvals), 4},
		{"marks", len(rb.Sequence.Marks), 3}, {"steps", len(rb.Sequence.Steps), 4}, {"monitors", len(rb.Monitors), 18},
		{"triggers", len(rb.Triggers), 8}, {"rollback steps", len(rb.Rollback.Steps), 3}, {"criteria", criteria, 12},
		{"severities", len(rb.Defects.Severities), 4}, {"contacts", len(rb.Contacts), 3}, {"resources", len(rb.Resources), 9},
		{"roles", len(rb.Roles), 11},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
}

// A state that is kept as JSON is the runbook that was loaded.
func TestJSONRoundTrip(t *testing.T) {
	rb := load(t)
	text, err := json.Marshal(rb)
	if err != nil {
		t.Fatal(err)
	}
	var again runbook.Runbook
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(rb, &again) {
		t.Error("the runbook read back from JSON differs")
	}
}

// A rise of what is good news must not alarm, nor its fall go unnoticed.
func TestDirections(t *testing.T) {
	rb := load(t)
	baseline := 100.0
	for _, c := range []struct {
		id        string
		good, bad float64
	}{
		{"error-rate", 0, 0.2}, {"latency-p95", 100, 201}, {"cpu", 70, 71}, {"memory", 75, 76}, {"disk", 75, 76}, {"network-io", 150, 151},
		{"usage-rate", 200, 89}, {"user-engagement", 200, 89}, {"feature-completion", 200, 89}, {"error-encounters", 10, 111},
		{"ticket-volume", 10, 151}, {"response-time", 10, 151}, {"resolution-rate", 200, 66}, {"customer-feedback", 10, 151},
	} {
		m := rb.Monitor(c.id)
		if m == nil {
			t.Fatalf("no monitor %s", c.id)
		}
		rule, err := monitor.ParseRule(m.Warning, m.Unit)
		if err != nil {
			t.Fatal(err)
		}
		if rule.Bad(c.good, &baseline) || !rule.Bad(c.bad, &baseline) {
			t.Errorf("%s: warning %q takes %v for bad or %v for good", c.id, m.Warning, c.good, c.bad)
		}
		if m.Seed == "" {
			t.Errorf("%s does not keep the seed's words", c.id)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	src, _ := Runbook("feature-launch")
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if _, errs := runbook.Load("feature-launch.yaml", src); len(errs) > 0 {
			b.Fatal(errs)
		}
	}
}

func writeAsSeed(t *testing.T, rb *runbook.Runbook) string {
	t.Helper()
	minutes := func(d runbook.Duration) string {
		if n := time.Duration(d) / time.Minute; n != 1 {
			return fmt.Sprintf("%d minutes", n)
		}
		return "minute"
	}
	find := func(id string) *runbook.Monitor {
		if m := rb.Monitor(id); m != nil {
			return m
		}
		t.Fatalf("no monitor %s", id)
		return nil
	}
	seed := template.Must(template.New("seed.tmpl").Funcs(template.FuncMap{
		"title": rb.RoleTitle, "minutes": minutes, "monitor": find,
		"cells": rb.Cells,
		"inc":   func(i int) int { return i + 1 },
		"monitors": func(ids ...string) (list []*runbook.Monitor) {
			for _, id := range ids {
				list = append(list, find(id))
			}
			return list
		},
		"number": func(rule string) string { return strings.ReplaceAll(strings.TrimPrefix(rule, "> "), " ", "") },
		"required": func(yes bool) string {
			if yes {
				return "Required"
			}
			return "Optional"
		},
	}).ParseFiles("testdata/seed.tmpl"))
	var b bytes.Buffer
	if err := seed.Execute(&b, rb); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func collect(t *testing.T, rb *runbook.Runbook, visit func(string)) {
	t.Helper()
	text, err := json.Marshal(rb)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, child := range v {
				walk(child)
			}
		case []any:
			for _, child := range v {
				walk(child)
			}
		default:
			visit(fmt.Sprint(v))
		}
	}
	walk(tree)
}

func lines(t *testing.T, text string) []string {
	t.Helper()
	var list []string
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" {
			list = append(list, l)
		}
	}
	return list
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
