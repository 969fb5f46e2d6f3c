package widgets

import (
	"strings"

	"tminus/model/text"
	"tminus/ui/theme"
)

// Row builds one line of exactly the given width from cells put side by side. It sanitizes what it is given, at the point
// of drawing, and never grows past its width: what no longer fits ends in "…".
type Row struct {
	b    strings.Builder
	left int
}

// NewRow starts a line of w cells.
func NewRow(w int) *Row {
	r := &Row{left: max(w, 0)}
	r.b.Grow(r.left + 64)
	return r
}

// Left is how many cells are still free.
func (r *Row) Left() int { return r.left }

// Cell draws raw text in w cells: truncated or padded on the right.
func (r *Row) Cell(st theme.Style, raw string, w int) *Row {
	w = min(w, r.left)
	if w > 0 {
		st.Write(&r.b, Fit(text.Line(raw), w))
		r.left -= w
	}
	return r
}

// CellRight draws raw text at the right end of w cells.
func (r *Row) CellRight(st theme.Style, raw string, w int) *Row {
	w = min(w, r.left)
	if w > 0 {
		st.Write(&r.b, FitRight(text.Line(raw), w))
		r.left -= w
	}
	return r
}

// Text draws raw text as wide as it is.
func (r *Row) Text(st theme.Style, raw string) *Row {
	clean := text.Line(raw)
	w := min(Width(clean), r.left)
	if w > 0 {
		st.Write(&r.b, Fit(clean, w))
		r.left -= w
	}
	return r
}

// Gap leaves n cells empty.
func (r *Row) Gap(n int) *Row {
	n = min(n, r.left)
	r.b.WriteString(Blank(n))
	r.left -= max(n, 0)
	return r
}

// Rest draws raw text in all cells that are left.
func (r *Row) Rest(st theme.Style, raw string) *Row { return r.Cell(st, raw, r.left) }

// Drawn adds a line that is already drawn and is w cells wide.
func (r *Row) Drawn(line string, w int) *Row {
	if w > r.left {
		line, w = Fit(line, r.left), r.left
	}
	r.b.WriteString(line)
	r.left -= w
	return r
}

// String pads the rest and returns the line.
func (r *Row) String() string {
	r.b.WriteString(Blank(r.left))
	r.left = 0
	return r.b.String()
}
