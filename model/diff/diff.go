// Package diff tells two texts apart, line by line, as people read it: what went, what came, and a little of what stayed
// around it.
package diff

import (
	"fmt"
	"strings"
)

// Op is what became of a line.
type Op byte

// The ops. A Hunk line has no text of the documents: it says where the lines after it stand.
const (
	Same Op = ' '
	Gone Op = '-'
	New  Op = '+'
	Hunk Op = '@'
)

// Line is one line of a difference. Old and Now are its numbers, from 1; 0 where it is not there. Text is raw.
type Line struct {
	Op       Op
	Old, Now int
	Text     string
}

// maxEdits bounds the search for the shortest difference: beyond it everything between the first and the last line that
// differ is told as gone and come anew, which is as true and longer.
const maxEdits = 1000

// noEnd marks a last line without a line break, which another one may be the only difference.
const noEnd = " (no line break at its end)"

// Lines is the difference from before to after, with so many lines of context around each change; nothing where they are
// equal.
func Lines(before, after string, context int) []Line {
	if before == after {
		return nil
	}
	a, b := split(before), split(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	all := make([]Line, 0, len(b)+16)
	for i := range head {
		all = append(all, Line{Same, i + 1, i + 1, a[i]})
	}
	for _, l := range middle(a[head:len(a)-tail], b[head:len(b)-tail]) {
		if l.Old > 0 {
			l.Old += head
		}
		if l.Now > 0 {
			l.Now += head
		}
		all = append(all, l)
	}
	for i := tail; i > 0; i-- {
		all = append(all, Line{Same, len(a) - i + 1, len(b) - i + 1, a[len(a)-i]})
	}
	return hunks(all, max(context, 0))
}

// split cuts a text into its lines, without their breaks.
func split(s string) []string {
	if s == "" {
		return nil
	}
	lines := strings.Split(s, "\n")
	last := len(lines) - 1
	if lines[last] == "" {
		return lines[:last]
	}
	lines[last] += noEnd
	return lines
}

// middle is Myers' shortest difference of two lists of lines that begin and end differently.
func middle(a, b []string) []Line {
	n, m := len(a), len(b)
	limit := min(n+m, maxEdits)
	v := make([]int, 2*limit+3)
	at := func(k int) int { return k + limit + 1 }
	var trace [][]int
	for d := 0; d <= limit; d++ {
		trace = append(trace, append([]int(nil), v[at(-d)-1:at(d)+2]...))
		for k := -d; k <= d; k += 2 {
			x := v[at(k-1)] + 1
			if k == -d || k != d && v[at(k-1)] < v[at(k+1)] {
				x = v[at(k+1)]
			}
			y := x - k
			for x < n && y < m && a[x] == b[y] {
				x, y = x+1, y+1
			}
			v[at(k)] = x
			if x >= n && y >= m {
				return walk(a, b, trace, d)
			}
		}
	}
	return replaced(a, b)
}

// walk goes the way back through the trace of a search that took d edits.
func walk(a, b []string, trace [][]int, d int) []Line {
	x, y := len(a), len(b)
	var back []Line
	for ; d >= 0; d-- {
		v := trace[d] // of k from -d-1 to d+1
		at := func(k int) int { return v[k+d+1] }
		k := x - y
		prev := k - 1
		if k == -d || k != d && at(k-1) < at(k+1) {
			prev = k + 1
		}
		px := at(prev)
		py := px - prev
		if d == 0 {
			px, py = 0, 0
		}
		for x > px && y > py {
			x, y = x-1, y-1
			back = append(back, Line{Same, x + 1, y + 1, a[x]})
		}
		switch {
		case d == 0:
		case x == px:
			y--
			back = append(back, Line{New, 0, y + 1, b[y]})
		default:
			x--
			back = append(back, Line{Gone, x + 1, 0, a[x]})
		}
	}
	for i, j := 0, len(back)-1; i < j; i, j = i+1, j-1 {
		back[i], back[j] = back[j], back[i]
	}
	return back
}

func replaced(a, b []string) []Line {
	out := make([]Line, 0, len(a)+len(b))
	for i, s := range a {
		out = append(out, Line{Gone, i + 1, 0, s})
	}
	for i, s := range b {
		out = append(out, Line{New, 0, i + 1, s})
	}
	return out
}

// hunks keeps the changes with their context, and says before each group where it stands.
func hunks(all []Line, context int) []Line {
	keep := make([]bool, len(all))
	for i, l := range all {
		if l.Op != Same {
			for j := max(i-context, 0); j <= min(i+context, len(all)-1); j++ {
				keep[j] = true
			}
		}
	}
	var out []Line
	old, now := 0, 0 // lines passed so far
	for i := 0; i < len(all); {
		if !keep[i] {
			old, now = all[i].Old, all[i].Now
			i++
			continue
		}
		end := i
		for end < len(all) && keep[end] {
			end++
		}
		h := Line{Op: Hunk, Old: old + 1, Now: now + 1}
		for _, l := range all[i:end] {
			if l.Old > 0 {
				old = l.Old
			}
			if l.Now > 0 {
				now = l.Now
			}
		}
		h.Text = fmt.Sprintf("@@ -%d,%d +%d,%d @@", h.Old, old-h.Old+1, h.Now, now-h.Now+1)
		out = append(append(out, h), all[i:end]...)
		i = end
	}
	return out
}

// Text is a difference as one text, each line after its op.
func Text(lines []Line) string {
	var b strings.Builder
	for _, l := range lines {
		if l.Op != Hunk {
			b.WriteByte(byte(l.Op))
		}
		b.WriteString(l.Text)
		b.WriteByte('\n')
	}
	return b.String()
}

// Count is how many lines went and how many came.
func Count(lines []Line) (gone, came int) {
	for _, l := range lines {
		switch l.Op {
		case Gone:
			gone++
		case New:
			came++
		}
	}
	return gone, came
}

// Shown is the line's text with everything visible that breaks lines somewhere, or hides as a space: a file that says more
// to its parser than to its reader is not reviewed.
func (l Line) Shown() string {
	return strings.NewReplacer("\r", `\u{d}`, "\t", `\u{9}`, "\v", `\u{b}`, "\f", `\u{c}`, "\u0085", `\u{85}`, "\u2028", `\u{2028}`, "\u2029", `\u{2029}`).Replace(l.Text)
}
