package rehearsal_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"tminus/model/report"
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
		_, out := w.exported()
		if dir := os.Getenv("TMINUS_EXPORTS"); dir != "" { // to look at them
			for format, text := range out {
				if err := os.WriteFile(filepath.Join(dir, "rehearsal."+format), text, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
