package strictyaml

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tminus/model/text"
)

// maxMistakes bounds what a hostile file can make the program print.
const maxMistakes = 200

// Error is one mistake in a file. Line and Column count from 1, columns in characters.
type Error struct {
	File         string
	Line, Column int
	What         string // what is wrong, lower-case
	Expected     string // what was expected instead; may be empty
}

// Error is one line, "file:line:column: what; expected …", safe to show whatever the file holds.
func (e Error) Error() string {
	s := fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.What)
	if e.Expected != "" {
		s += "; expected " + e.Expected
	}
	return text.Line(s)
}

// Errors are the mistakes of a file in the order of the file.
type Errors []Error

// Error lists the mistakes, one a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i := range e {
		lines[i] = e[i].Error()
	}
	return strings.Join(lines, "\n")
}

// Err is nil where there is no mistake, so that the result can be returned as an error.
func (e Errors) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// And joins the mistakes of decoding with those that a validator found in the values. A validator's mistake at a place
// where decoding failed already only follows from it and is left out, unless it is about a missing key.
func (e Errors) And(validator Errors) Errors {
	type place struct{ line, column int }
	failed := make(map[place]bool, len(e))
	for _, m := range e {
		failed[place{m.Line, m.Column}] = true
	}
	all := slices.Clone(e)
	for _, m := range validator {
		if !failed[place{m.Line, m.Column}] || strings.HasSuffix(m.What, isMissing) {
			all = append(all, m)
		}
	}
	return all.inOrder()
}

// inOrder sorts by place and cuts a list that nobody would read to its end.
func (e Errors) inOrder() Errors {
	slices.SortStableFunc(e, func(a, b Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if len(e) > maxMistakes {
		last := e[maxMistakes-1]
		last.What = fmt.Sprintf("%d more mistakes from here on", len(e)-maxMistakes+1)
		last.Expected = "a file with fewer; mend the ones above first"
		e = append(e[:maxMistakes-1:maxMistakes-1], last)
	}
	return e
}

// quote shows a piece of the file in a message, shortened.
func quote(s string) string {
	const longest = 60
	if r := []rune(s[:min(len(s), 8*longest)]); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return `"` + s + `"`
}
