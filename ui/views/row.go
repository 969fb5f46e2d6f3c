// Package views holds the full views that are lists of everything a part of the launch says, from the timeline to the
// runbook line by line. A view is a function from plan and screen to rows; StepsView draws them all, with the selected row in
// full beside or below the list. The same rows are what `/` searches, so whatever can be read can be found.
package views

import (
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

// row is one line of a view.
type row struct {
	id    string // what `/` selects; empty: a heading or a blank
	depth int    // indent, in steps of two cells
	kind  kind
	mark  string // glyph or box before the text
	tone  tone   // of the mark
	text  string // raw
	right string // raw; at the right end, dim
	note  string // raw; more about the selected row, shown below the list
	acts  []act  // what can be done to it
}

type kind uint8

const (
	plain kind = iota
	heading
	title // a heading of the second order, which the cursor may rest on
)

type tone uint8

const (
	quiet tone = iota
	good
	late
	bad
	live
)

// act is a key on a row.
type act struct {
	key, help string
	ask       intent.Intent
}

// rows is a view's content.
type rows func(p *screen.Plan, s *screen.Screen, t *theme.Theme) []row

func head(text, right string) row { return row{kind: heading, text: text, right: right} }

// lines makes a plain row of each text under an id of its own.
func lines(prefix string, depth int, texts []string) []row {
	var out []row
	for _, text := range texts {
		out = append(out, row{id: prefix + "/" + text, depth: depth, text: text})
	}
	return out
}
