package dialogs

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// box is the frame of a dialog in a terminal: how wide and high it may be, and how a body that is too long is scrolled.
type box struct {
	theme         *theme.Theme
	width, height int // of the terminal
	want          int // width that the dialog would like, frame included
}

func (b *box) SetSize(width, height int) { b.width, b.height = width, height }

// outer is the frame's width, inner the width of the body between frame and padding.
func (b *box) outer() int { return max(min(b.want, b.width-2), min(b.width, 8)) }
func (b *box) inner() int { return max(b.outer()-widgets.FrameWidth, 1) }

// rows is how many lines of body there is room for, beside the frame.
func (b *box) rows() int { return max(b.height-widgets.FrameHeight-1, 1) }

// draw frames a body and, under it, a foot that always stays. Where the body is too long it is scrolled so that line at
// is seen, and the frame says which lines these are. It returns the box and the first line of the body that it shows.
func (b *box) draw(title string, body, foot []string, at int) (lines []string, first int) {
	if room := b.rows() - len(foot); room < 1 {
		foot = foot[:max(len(foot)+room-1, 0)]
	}
	right := ""
	from, to := b.sight(len(body), len(foot), at)
	if to-from < len(body) {
		right = fmt.Sprintf("%d-%d of %d", from+1, to, len(body))
	}
	shown := make([]string, 0, to-from+len(foot))
	shown = append(append(shown, body[from:to]...), foot...)
	return widgets.Frame(b.theme, title, right, shown, b.outer(), len(shown)+widgets.FrameHeight, true), from
}

// sight is which of so many lines of body are seen above a foot, so that line at is among them.
func (b *box) sight(body, foot, at int) (from, to int) {
	return window(at, body, max(b.rows()-foot, 1))
}

// wrap breaks a plain, sanitized text at the inner width and styles every line.
func (b *box) wrap(style theme.Style, s string) []string {
	lines := widgets.Wrap(s, b.inner())
	for i := range lines {
		lines[i] = style.On(lines[i])
	}
	return lines
}

// keys writes bindings in one line or more: "enter submit · esc cancel".
func (b *box) keys(pairs ...string) []string {
	var out []string
	line, cells := "", 0
	for i := 0; i+1 < len(pairs); i += 2 {
		w := widgets.Width(pairs[i]) + 1 + widgets.Width(pairs[i+1])
		if cells > 0 && cells+3+w > b.inner() {
			out = append(out, line)
			line, cells = "", 0
		}
		if cells > 0 {
			line += "   "
			cells += 3
		}
		line += b.theme.Key.On(pairs[i]) + " " + b.theme.Dim.On(pairs[i+1])
		cells += w
	}
	return append(out, line)
}

// Overlay puts a box into the middle of a frame. Both are lines of equal widths; the frame is width cells wide. A wide
// rune that the box cuts in two becomes a space.
func Overlay(frame []string, width int, box []string) (out []string, x, y int) {
	if len(box) == 0 {
		return frame, 0, 0
	}
	w := ansi.StringWidth(box[0])
	x, y = Place(width, len(frame), w, len(box))
	out = make([]string, len(frame))
	copy(out, frame)
	for i, line := range box {
		if y+i >= len(out) {
			break
		}
		left := ansi.Truncate(out[y+i], x, "")
		right := ansi.TruncateLeft(out[y+i], x+w, "")
		var b strings.Builder
		b.WriteString(left)
		b.WriteString(strings.Repeat(" ", x-ansi.StringWidth(left)))
		b.WriteString(line)
		b.WriteString(strings.Repeat(" ", max(width-x-w-ansi.StringWidth(right), 0)))
		b.WriteString(right)
		out[y+i] = b.String()
	}
	return out, x, y
}

// Place centres a box of w by h cells, a little above the middle, where the eye is.
func Place(width, height, w, h int) (x, y int) {
	return max((width-w)/2, 0), max((height-h)*2/5, 0)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
