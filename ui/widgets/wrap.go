package widgets

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"tminus/model/text"
	"tminus/ui/theme"
)

// Wrap breaks raw text, sanitized here, into lines of at most w cells: at line breaks and spaces, and inside a word only
// where it is longer than a line. Lines are not padded. A w of 0 or less gives nothing.
func Wrap(raw string, w int) []string {
	if w <= 0 {
		return nil
	}
	var lines []string
	for para := range strings.SplitSeq(text.Block(raw), "\n") {
		lines = append(lines, wrapParagraph(para, w)...)
	}
	return lines
}

// Labelled is a label and its text beside it, wrapped in lines of w cells of which the label has the first few; text that
// has less than least cells beside the label stands below it. Both are raw. Nothing where the text is empty.
func Labelled(t *theme.Theme, st theme.Style, label, raw string, labelWidth, least, w int) []string {
	if raw == "" {
		return nil
	}
	wide := w - labelWidth
	if wide < least {
		return Paragraph(st, label+": "+raw, w)
	}
	lines := Paragraph(st, raw, wide)
	for i := range lines {
		head := Blank(labelWidth)
		if i == 0 {
			head = t.Dim.On(Fit(label, labelWidth))
		}
		lines[i] = head + lines[i]
	}
	return lines
}

// Paragraph is raw text, wrapped, in a style; nothing where it is empty.
func Paragraph(st theme.Style, raw string, w int) []string {
	if raw == "" {
		return nil
	}
	lines := Wrap(raw, w)
	for i, line := range lines {
		lines[i] = st.On(line)
	}
	return lines
}

func wrapParagraph(para string, w int) []string {
	if fitsIn(para, w) {
		return []string{strings.TrimRight(para, " ")}
	}
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(para) {
		n := w + 1
		if fitsIn(word, w) {
			n = Width(word)
		}
		if used > 0 && used+1+n <= w {
			line, used = line+" "+word, used+1+n
			continue
		}
		if used > 0 {
			lines = append(lines, line)
		}
		for !fitsIn(word, w) {
			head := firstCells(word, w)
			if head == "" { // a wide rune in a column of one cell
				return append(lines, "…")
			}
			lines = append(lines, head)
			word = word[len(head):]
		}
		n = Width(word)
		line, used = word, n
	}
	if used > 0 {
		lines = append(lines, line)
	}
	return lines
}

// fitsIn reports whether s takes at most w cells. It looks at no more of s than it must: a journal's body is a line of up
// to a mebibyte.
func fitsIn(s string, w int) bool { return len(s) <= w || len(s) <= reach(w) && Width(s) <= w }

// reach is how many bytes are looked at to fill w cells; clusters longer than that are broken.
func reach(w int) int { return 8*w + 64 }

// firstCells is the beginning of s that fills at most w cells.
func firstCells(s string, w int) string {
	plain := 0
	for plain <= w && plain < len(s) && s[plain] >= 0x20 && s[plain] < 0x7f {
		plain++
	}
	if plain > w { // one more than is taken: what follows is no combining mark
		return s[:w]
	}
	if n := reach(w); len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	return ansi.Truncate(s, w, "")
}

// Chop breaks one raw line, sanitized here, into pieces of at most w cells and keeps every space of it: what stands there is
// to be seen to the letter.
func Chop(raw string, w int) []string {
	if w <= 0 {
		return nil
	}
	rest := text.Line(raw)
	var out []string
	for !fitsIn(rest, w) {
		head := firstCells(rest, w)
		if head == "" { // a wide rune in a column of one cell
			return append(out, "…")
		}
		out, rest = append(out, head), rest[len(head):]
	}
	return append(out, rest)
}
