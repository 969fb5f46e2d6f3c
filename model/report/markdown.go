package report

import (
	"bufio"
	"io"
	"strings"

	"tminus/model/text"
)

// Markdown writes the report as Markdown (GitHub's flavour, for its tables). Whatever the record says stays text: nothing
// of it becomes a heading, a link, a mention of a page or HTML. The lines of tables cannot be broken, so the linter's rule
// about long lines is switched off in the file itself.
func Markdown(w io.Writer, r *Report) error {
	m := &marker{w: bufio.NewWriter(w)}
	m.line("# Post-mortem of " + escape(r.Launch))
	if r.Title != r.Launch {
		m.line("Title: " + escape(r.Title))
	}
	m.alarms(r)
	for _, p := range r.Parts {
		m.line("## " + p.Title)
		if r.Banner != "" {
			m.line("**" + escape(r.Banner) + "**")
		}
		for _, s := range p.Sections {
			m.line("### " + p.Title + ": " + s.Title)
			for i := range s.Blocks {
				m.block(&s.Blocks[i])
			}
		}
	}
	m.line("<!-- markdownlint-disable-file MD013 -->")
	return m.w.Flush()
}

// marker writes blocks with one empty line between two.
type marker struct {
	w     *bufio.Writer
	begun bool
}

// line writes a block. What is written is buffered, and Flush tells what went wrong.
func (m *marker) line(s string) {
	if m.begun {
		m.w.WriteByte('\n')
	}
	m.begun = true
	m.w.WriteString(s)
	m.w.WriteByte('\n')
}

func (m *marker) alarms(r *Report) {
	for _, a := range r.Alarms {
		m.line("> **WARNING: " + escape(a) + "**")
	}
	if r.Banner != "" {
		m.line("**" + escape(r.Banner) + "**")
	}
	if r.SoFar {
		m.line("**The launch is open: this tells it so far.**")
	}
	m.line("Head of the journal: `" + r.Head + "`")
}

func (m *marker) block(b *Block) {
	switch {
	case b.Text != "" && b.Loud:
		m.line("> **WARNING: " + escape(b.Text) + "**")
	case b.Text != "":
		m.line(escape(b.Text))
	case len(b.List) > 0:
		var list strings.Builder
		for i, l := range b.List {
			if i > 0 {
				list.WriteByte('\n')
			}
			list.WriteString("- " + escape(l))
		}
		m.line(list.String())
	case b.Code != "":
		m.line(fenced(b.Code))
	case b.Table != nil:
		m.table(b.Table)
	case len(b.Charts) > 0:
		var list []string
		for i := range b.Charts {
			c := &b.Charts[i]
			list = append(list, c.Series.Monitor.Name+": "+c.describe())
		}
		m.block(&Block{List: list})
	}
}

func (m *marker) table(t *Table) {
	m.line(escape(t.Caption) + ":")
	m.line(strings.TrimSuffix(rowOf(t.Head), "\n"))
	m.w.WriteString("|" + strings.Repeat(" --- |", len(t.Head)) + "\n")
	texts := make([]string, len(t.Head))
	for _, row := range t.Rows {
		for i := range texts {
			texts[i] = ""
			if i < len(row) {
				texts[i] = row[i].Text
			}
		}
		m.w.WriteString(rowOf(texts))
	}
}

func rowOf(texts []string) string {
	var b strings.Builder
	b.WriteByte('|')
	for _, t := range texts {
		if t = inline(t); t == "" {
			t = "-"
		}
		b.WriteString(" " + t + " |")
	}
	b.WriteByte('\n')
	return b.String()
}

// fenced is a code block whose fence is longer than any in it.
func fenced(code string) string {
	code = text.Block(code)
	fence := "```"
	for strings.Contains(code, fence) {
		fence += "`"
	}
	return fence + "text\n" + code + "\n" + fence
}

// escape makes a text safe at the beginning of a line of Markdown, where even a dash or a number begins something.
func escape(s string) string {
	s = inline(s)
	if s == "" {
		return s
	}
	number := strings.TrimLeft(s, "0123456789")
	switch {
	case strings.IndexByte("#+-=>", s[0]) >= 0:
		return `\` + s
	case len(number) < len(s) && number != "" && (number[0] == '.' || number[0] == ')'):
		return s[:len(s)-len(number)] + `\` + number
	}
	return s
}

// inline makes a text safe inside a line of Markdown: sanitized to one line, with every character that could begin markup,
// a link, an entity or a cell behind a backslash.
func inline(s string) string {
	s = strings.TrimSpace(text.Line(s))
	var b strings.Builder
	b.Grow(len(s) + 16)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case strings.IndexByte("\\`*_[]<>|~@&$", c) >= 0,
			c == ':' && strings.HasPrefix(s[i:], "://"),
			c == '.' && i >= 3 && strings.EqualFold(s[i-3:i], "www"):
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}
