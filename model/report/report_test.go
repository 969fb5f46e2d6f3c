package report_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/report"
	"tminus/model/room"
	"tminus/model/room/roomtest"
	"tminus/model/text"
)

type writer func(io.Writer, *report.Report) error

func formats() map[string]writer {
	return map[string]writer{"md": report.Markdown, "html": report.HTML, "csv": report.CSV}
}

func written(t testing.TB, write writer, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func (r *recorded) json() string {
	r.t.Helper()
	var b bytes.Buffer
	if err := report.WriteJSON(r.t.Context(), &b, r.store, r.s.Name); err != nil {
		r.t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	_, pm := rolledBack(t, launch.Live, "New checkout", "seen by all").built()
	for format, write := range formats() {
		t.Run(format, func(t *testing.T) { golden.RequireEqual(t, []byte(nameless(written(t, write, pm)))) })
	}
}

// nameless puts words in the place of hashes, which change with every field that a document or an entry gets.
func nameless(s string) string {
	for _, x := range [][2]string{{`[0-9a-f]{64}`, "HASH"}, {`R1-[0-9a-f]{8}`, "R1-PLAN"}, {`tm-[0-9a-f]{16}`, "tm-CALL"}, {`u(\d+)-[0-9a-f]{8}`, "u$1-TEXT"}} {
		s = regexp.MustCompile(x[0]).ReplaceAllString(s, x[1])
	}
	return s
}

func TestTwoExportsAreTheSameBytes(t *testing.T) {
	r := rolledBack(t, launch.Live, "New checkout", "seen by all")
	_, a := r.built()
	_, b := r.built(r.s.Head) // a head that agrees changes nothing
	for format, write := range formats() {
		if written(t, write, a) != written(t, write, b) {
			t.Errorf("two %s exports differ", format)
		}
	}
	if once, again := r.json(), r.json(); once != again {
		t.Error("two JSON exports differ")
	}
}

// Every entry stands in each format with its sentence, and every sentence that is told of an entry is one of the journal's.
func TestNamesEveryEntryAndNothingElse(t *testing.T) {
	r := rolledBack(t, launch.Live, "New checkout", "seen by all")
	rec, pm := r.built()
	md, page := written(t, report.Markdown, pm), html.UnescapeString(written(t, report.HTML, pm))
	unescaped := regexp.MustCompile(`\\([[:punct:]])`).ReplaceAllString(md, "$1")
	for _, l := range rec.Lines {
		for format, out := range map[string]string{"md": unescaped, "html": page} {
			if !strings.Contains(out, text.Line(l.Text)) || !strings.Contains(out, l.Kind) {
				t.Errorf("%s does not tell entry %d: %s", format, l.Seq, l.Text)
			}
		}
	}
	for _, back := range r.s.Rollbacks {
		for _, a := range back.Approvals {
			if row := fmt.Sprintf("| %s | Team Lead | %s |", a.User, a.At.Format("2006-01-02 15:04:05")); !strings.Contains(md, row) {
				t.Errorf("no approval %q", row)
			}
		}
		for _, p := range back.Points {
			if !strings.Contains(md, "| "+p.At.Format("2006-01-02 15:04:05")+" | 2.5 % |") {
				t.Errorf("no point at %s", p.At)
			}
		}
	}
	// The timeline and the decisions have as many rows as the journal has entries.
	rows := regexp.MustCompile(`(?m)^\| \d+ \| \d{4}-\d\d-\d\d [0-9:]{8} \| [^|]* \| [^|]* \| [a-z.-]+ \|`).FindAllString(md[strings.Index(md, "\n## Timeline"):], -1)
	if len(rows) != len(rec.Lines) || int64(len(rows)) != r.s.Entries {
		t.Errorf("%d rows of the timeline for %d entries", len(rows), r.s.Entries)
	}
	if got := strings.Count(page, `id="e`); got != len(rec.Lines) {
		t.Errorf("%d anchors for %d entries", got, len(rec.Lines))
	}
}

// hostile is text as an attacker would write it.
const hostile = "</td></table><script>alert(1)</script> | [x](javascript:alert(1)) `# <img src=x onerror=alert(1)> \x1b]0;title\a\u202eevil\u2066 " +
	"http://evil.example www.evil.example a@evil.example ![i](http://evil.example/i.png) &lt; $x$ \n# heading\n- item\r=cmd()"

func TestHostileTextStaysText(t *testing.T) {
	for _, title := range []string{hostile, hostile + "\n```\n````\n# heading", "=cmd|' /C calc'!A0", "# heading", "1. list", "- item", "> quote"} {
		r := rolledBack(t, launch.Live, title, title)
		_, pm := r.built()
		md, page, table := outsideFences(written(t, report.Markdown, pm)), written(t, report.HTML, pm), written(t, report.CSV, pm)
		for _, bad := range []string{"<script>alert", "<img src", "\x1b", "\u202e", "\u2066", "href=\"javascript", "href=\"http"} {
			if strings.Contains(page, bad) {
				t.Errorf("the page has %q", bad)
			}
		}
		for _, bad := range []string{`(?:^|[^\\])<script`, `[^\\]<img`, "\x1b", "\u202e", `[^\\]\]\(`, `\n# heading`, `\n- item`, `\n1\. list`, `\n> quote`, `http://`, `www\.`} {
			if at := regexp.MustCompile(bad).FindStringIndex(md); at != nil {
				t.Errorf("the Markdown has %q: %s", bad, md[max(0, at[0]-60):min(len(md), at[1]+60)])
			}
		}
		cells, err := csv.NewReader(strings.NewReader(table)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range cells {
			for _, c := range row {
				if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) || strings.ContainsAny(c, "\x1b\u202e\r\n") {
					t.Errorf("a cell is %q", c)
				}
			}
		}
		if !json.Valid([]byte(r.json())) {
			t.Error("the JSON is none")
		}
	}
}

// outsideFences is Markdown without its code blocks, in which everything stays as it is.
func outsideFences(md string) string {
	var b strings.Builder
	fence := ""
	for line := range strings.Lines(md) {
		bare := strings.TrimSuffix(line, "\n")
		switch {
		case fence == "" && strings.HasPrefix(bare, "```"):
			fence = strings.TrimSuffix(bare, "text")
		case fence == "":
			b.WriteString(line)
		case bare == fence:
			fence = ""
		}
	}
	return b.String()
}

func TestTheMarkdownPassesALinter(t *testing.T) {
	linter, err := exec.LookPath("markdownlint-cli2")
	if err != nil {
		t.Skip("no markdownlint-cli2 is installed; npm install -g markdownlint-cli2")
	}
	dir := t.TempDir()
	for name, r := range map[string]*recorded{"plain": rolledBack(t, launch.Live, "New checkout", "seen by all"), "hostile": rolledBack(t, launch.Rehearsal, hostile, hostile+"\n```\n# x")} {
		_, pm := r.built()
		if err := os.WriteFile(filepath.Join(dir, name+".md"), []byte(written(t, report.Markdown, pm)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command(linter, "*.md")
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func around(s, what string) string {
	i := max(0, strings.Index(s, what))
	return s[max(0, i-60):min(len(s), i+400)]
}

func TestWhatIsWrongWithTheRecordIsSaidFirst(t *testing.T) {
	r := rolledBack(t, launch.Live, "New checkout", "seen by all")
	head := r.s.Head
	for name, c := range map[string]struct {
		change func(m *tampered)
		seen   journal.Head
		want   string
	}{
		"changed":  {func(m *tampered) { m.body = 9 }, journal.Head{}, "BROKEN RECORD: entry 9:"},
		"removed":  {func(m *tampered) { m.without = 5 }, journal.Head{}, "BROKEN RECORD: entry 5:"},
		"cut":      {func(m *tampered) { m.cut = 3 }, head, fmt.Sprintf("BROKEN RECORD: entry %d: it is missing", head.Seq-2)},
		"anew":     {func(*tampered) {}, journal.Head{Seq: 7, Hash: journal.Genesis}, "BROKEN RECORD: entry 7: it was seen as"},
		"first":    {func(m *tampered) { m.body = 1 }, journal.Head{}, "BROKEN RECORD: entry 1:"},
		"samples":  {func(m *tampered) { m.samples = true }, journal.Head{}, "BROKEN SAMPLES"},
		"document": {func(m *tampered) { m.documents = true }, journal.Head{}, "MISSING DOCUMENT"},
	} {
		t.Run(name, func(t *testing.T) {
			m := &tampered{Memory: r.store}
			c.change(m)
			rec, err := report.Read(t.Context(), m, r.s.Name, []journal.Head{c.seen})
			if err != nil {
				t.Fatal(err)
			}
			pm := report.Build(rec)
			if pm.Sound() {
				t.Fatal("nothing is wrong with it")
			}
			for format, write := range formats() {
				out := html.UnescapeString(written(t, write, pm))
				if i := strings.Index(out, "WARNING"); format != "html" && (i < 0 || i > 600) || !strings.Contains(out, c.want) {
					t.Errorf("%s does not say %q at its beginning: %.600s", format, c.want, out)
				}
				if format == "html" && strings.Index(out, "WARNING:") > strings.Index(out, "<nav") {
					t.Error("the page says it too late")
				}
			}
		})
	}
}

func TestEveryModeSaysWhatItIs(t *testing.T) {
	for mode, word := range map[launch.Mode]string{launch.Rehearsal: "REHEARSAL: ", launch.DryRun: "DRY RUN: ", launch.Live: ""} {
		r := launched(t, mode, "New checkout", "seen by all")
		_, pm := r.built()
		for format, write := range formats() {
			out := written(t, write, pm)
			switch n := strings.Count(out, word); {
			case word == "" && (strings.Contains(out, "REHEARSAL: ") || strings.Contains(out, "DRY RUN: ")):
				t.Errorf("%s of a LIVE launch says it was none", format)
			case word != "" && (n == 0 || format != "csv" && n < len(pm.Parts)):
				t.Errorf("%s says %q %d times", format, word, n)
			}
		}
	}
}

func TestARehearsalIsScored(t *testing.T) {
	_, pm := rolledBack(t, launch.Rehearsal, "New checkout", "seen").built()
	md := written(t, report.Markdown, pm)
	for _, want := range []string{"Score: 4 of 4 targets met.", "| detect | 5 min 30 s | 7 min | yes |", "| decide | 27 s | 2 min | yes |"} {
		if !strings.Contains(md, want) {
			t.Errorf("no %q in %s", want, around(md, "Score"))
		}
	}
}

// tampered is a store that somebody has been at.
type tampered struct {
	*roomtest.Memory
	body, without      int64 // entries that were changed, and removed
	cut                int64 // how many are missing at the end
	samples, documents bool
}

func (m *tampered) Rows(ctx context.Context, name string, after int64) iter.Seq2[journal.Row, error] {
	return func(yield func(journal.Row, error) bool) {
		var rows []journal.Row
		for row := range m.Memory.Rows(ctx, name, 0) {
			rows = append(rows, row)
		}
		for _, row := range rows[:int64(len(rows))-m.cut] {
			if row.Seq == m.body {
				row.Body = strings.Replace(row.Body, "ann", "eve", 1)
			}
			if row.Seq > after && row.Seq != m.without && !yield(row, nil) {
				return
			}
		}
	}
}

func (m *tampered) Unsealed(ctx context.Context, name string, after, to time.Time) ([]room.Sample, error) {
	list, err := m.Memory.Unsealed(ctx, name, after, to)
	if m.samples && len(list) > 0 {
		list[0].Value++
	}
	return list, err
}

func (m *tampered) EachSample(ctx context.Context, name string) iter.Seq2[room.Sample, error] {
	return func(yield func(room.Sample, error) bool) {
		changed := !m.samples
		for s, err := range m.Memory.EachSample(ctx, name) {
			if !changed {
				changed = true
				s.Value++
			}
			if !yield(s, err) {
				return
			}
		}
	}
}

func (m *tampered) Document(ctx context.Context, hash string) (string, error) {
	text, err := m.Memory.Document(ctx, hash)
	if m.documents && strings.HasPrefix(text, `{"id":"small"`) {
		text += " "
	}
	return text, err
}
