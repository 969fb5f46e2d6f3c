package rehearsal_test

import (
	"bytes"
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"tminus/model/report"
	"tminus/model/room"
	"tminus/model/text"
)

// exported is a whole rehearsal with its rollback, in every format.
func (w *world) exported() (r *report.Report, out map[string][]byte) {
	w.t.Helper()
	record, err := report.Read(w.t.Context(), w.store, "rehearsal-1", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	r = report.Build(record)
	out = map[string][]byte{}
	var b bytes.Buffer
	for format, write := range map[string]func() error{
		"md":   func() error { return report.Markdown(&b, r) },
		"html": func() error { return report.HTML(&b, r) },
		"csv":  func() error { return report.CSV(&b, r) },
		"json": func() error { return report.WriteJSON(w.t.Context(), &b, w.store, "rehearsal-1") },
	} {
		b.Reset()
		if err := write(); err != nil {
			w.t.Fatal(format, err)
		}
		out[format] = bytes.Clone(b.Bytes())
	}
	return r, out
}

func TestARehearsalIsExportedWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, "error-spike", "engineering-lead")
		defer w.room.Close()
		w.launching()
		w.fired("error-rate-high")
		w.do("trigger.acknowledge", "id=error-rate-high")
		w.do("rollback.request", "reason=errors beyond one per cent")
		w.rolledBack()
		r, out := w.exported()
		w.told(r, out)
		if dir := os.Getenv("TMINUS_EXPORTS"); dir != "" { // to look at them
			for format, text := range out {
				if err := os.WriteFile(filepath.Join(dir, "rehearsal."+format), text, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// told expects every entry in each format, and every reason and piece of evidence that an entry holds.
func (w *world) told(r *report.Report, out map[string][]byte) {
	w.t.Helper()
	md := regexp.MustCompile(`\\([[:punct:]])`).ReplaceAllString(string(out["md"]), "$1")
	page := html.UnescapeString(string(out["html"]))
	all, err := room.Entries(w.t.Context(), w.store, "rehearsal-1", 0, 1<<20)
	if err != nil {
		w.t.Fatal(err)
	}
	if !r.Sound() || len(r.Lines) != len(all) || len(all) < 100 {
		w.t.Fatalf("%d lines for %d entries; %q", len(r.Lines), len(all), r.Alarms)
	}
	for i, e := range all {
		words := []string{r.Lines[i].Text}
		var data any
		if err := json.Unmarshal(e.Data, &data); err != nil {
			w.t.Fatal(err)
		}
		evidence(data, &words)
		for _, is := range words {
			is = strings.TrimSpace(text.Line(is))
			for format, in := range map[string]string{"md": md, "html": page, "csv": string(out["csv"])} {
				if !strings.Contains(in, is) && (format != "csv" || is == r.Lines[i].Text && !strings.ContainsAny(is, `"'`)) {
					w.t.Errorf("%s does not tell %q of entry %d, %s", format, is, e.Seq, e.Kind)
				}
			}
		}
		if e.Context != nil && !strings.Contains(md, "| "+strconv.FormatInt(e.Seq, 10)+" | "+e.At.UTC().Format("2006-01-02 15:04:05")+" | "+e.Context.Clock+" |") {
			w.t.Errorf("no decision of entry %d", e.Seq)
		}
	}
}

// evidence gathers what people and the room gave as reasons.
func evidence(v any, into *[]string) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			evidence(x, into)
		}
	case map[string]any:
		for key, x := range v {
			if s, ok := x.(string); ok && s != "" && slices.Contains([]string{"reason", "evidence", "resolution", "answer"}, key) {
				*into = append(*into, s)
			}
			evidence(x, into)
		}
	}
}
