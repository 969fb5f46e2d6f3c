package report

import (
	"fmt"
	"strings"
	"time"
)

// Report is a post-mortem before it has a format. Its texts are raw: who writes them escapes them.
type Report struct {
	Launch string
	Title  string
	Mode   string
	Banner string   // what a launch that was not LIVE says of itself throughout; empty: it was LIVE
	Alarms []string // what is wrong with the record itself: it stands on the first page
	SoFar  bool     // the launch is open
	Head   string   // SEQ:64 hex
	Parts  []Part

	Lines []Line // the timeline as CSV writes it
}

// Sound reports whether nothing is wrong with the record.
func (r *Report) Sound() bool { return len(r.Alarms) == 0 }

// Part is a chapter.
type Part struct {
	ID       string
	Title    string
	Sections []Section
}

// Section is a titled run of blocks.
type Section struct {
	Title  string
	Blocks []Block
}

// Block is one of its fields.
type Block struct {
	Text   string // a paragraph
	Loud   bool   // Text is a warning
	List   []string
	Table  *Table
	Code   string // to be read to the letter
	Charts []Chart
}

// Table is a table; with Named the first cell of a row names it.
type Table struct {
	Caption string
	Head    []string
	Rows    [][]Cell
	Named   bool
}

// Cell is a cell. Seq links it to that entry of the timeline; Anchor makes it the place that is linked to.
type Cell struct {
	Text   string
	Seq    int64
	Anchor bool
}

// builder collects sections.
type builder struct{ sections []Section }

func (b *builder) section(title string) { b.sections = append(b.sections, Section{Title: title}) }

func (b *builder) add(block Block) {
	last := &b.sections[len(b.sections)-1]
	last.Blocks = append(last.Blocks, block)
}

func (b *builder) text(format string, args ...any) { b.add(Block{Text: fmt.Sprintf(format, args...)}) }

func (b *builder) warn(format string, args ...any) {
	b.add(Block{Text: fmt.Sprintf(format, args...), Loud: true})
}

func (b *builder) list(lines []string) {
	if len(lines) > 0 {
		b.add(Block{List: lines})
	}
}

// table adds a table, or says in a sentence that there is nothing to put into it.
func (b *builder) table(t Table, none string) {
	if len(t.Rows) == 0 {
		b.text("%s", none)
		return
	}
	b.add(Block{Table: &t})
}

// facts is a table of names and values.
func (b *builder) facts(caption string, rows [][]Cell) {
	b.add(Block{Table: &Table{Caption: caption, Head: []string{"What", "Value"}, Rows: rows, Named: true}})
}

func cells(texts ...string) []Cell {
	row := make([]Cell, len(texts))
	for i, t := range texts {
		row[i].Text = t
	}
	return row
}

// entry is a cell that leads to an entry.
func entry(seq int64) Cell {
	if seq <= 0 {
		return Cell{}
	}
	return Cell{Text: fmt.Sprint(seq), Seq: seq}
}

// notInRecord is said of whatever the database cannot answer.
const notInRecord = "not in the record"

// instant writes a time for people.
func instant(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.UTC().Format("2006-01-02 15:04:05")
}

// span writes a length of time for people, in whole seconds.
func span(d time.Duration) string {
	if d < 0 {
		return "-" + span(-d)
	}
	d = d.Round(time.Second)
	var parts []string
	for _, u := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if n := d / u.size; n > 0 && len(parts) < 2 {
			parts = append(parts, fmt.Sprintf("%d %s", n, u.name))
			d -= n * u.size
		}
	}
	if len(parts) == 0 {
		return "0 s"
	}
	return strings.Join(parts, " ")
}

// count is "1 entry" or "3 entries".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
