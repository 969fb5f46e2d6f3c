package layout

import (
	"slices"
	"strings"
)

// Part is drawn lines and where they stand. Each line must be exactly Rect.W cells wide; missing lines are blank.
type Part struct {
	Rect  Rect
	Lines []string
}

// Join puts parts that do not overlap on one screen of the plan's size, line by line. Gaps are blank.
func Join(p Plan, parts []Part) string {
	var b strings.Builder
	size := 0
	for _, part := range parts {
		for _, line := range part.Lines {
			size += len(line)
		}
	}
	b.Grow(size + p.Height + 64)
	byColumn := slices.Clone(parts)
	slices.SortStableFunc(byColumn, func(a, c Part) int { return a.Rect.X - c.Rect.X })
	for y := range p.Height {
		if y > 0 {
			b.WriteByte('\n')
		}
		x := 0
		for i := range byColumn {
			part := &byColumn[i]
			row := y - part.Rect.Y
			if row < 0 || row >= part.Rect.H || part.Rect.W <= 0 {
				continue
			}
			pad(&b, part.Rect.X-x)
			x = part.Rect.X + part.Rect.W
			if row < len(part.Lines) {
				b.WriteString(part.Lines[row])
			} else {
				pad(&b, part.Rect.W)
			}
		}
		pad(&b, p.Width-x)
	}
	return b.String()
}

func pad(b *strings.Builder, n int) {
	for range n {
		b.WriteByte(' ')
	}
}
