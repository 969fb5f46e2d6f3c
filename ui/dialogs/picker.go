package dialogs

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"tminus/model/text"
	"tminus/ui/intent"
	"tminus/ui/panes"
	"tminus/ui/widgets"
)

// row is one line of a picker.
type row struct {
	left, right string    // sanitized
	search      candidate // what the filter looks at
	why         string    // why it cannot be chosen; "": it can
	do          intent.Intent
}

// Picker is a list that typing filters: the palette, find, the role menu.
type Picker struct {
	passive
	box
	id, title, prompt string
	empty             string // shown where nothing matches
	query             *textField
	rows              []row
	matches           []int
	at                int // index into matches
	problem           string
}

const pickerWidth = 92

func newPicker(b box, id, title, prompt, empty string, rows []row) *Picker {
	b.want = pickerWidth
	p := &Picker{box: b, id: id, title: title, prompt: prompt, empty: empty, query: newTextField("query", "", false)}
	p.query.setFocus(true)
	p.setRows(rows)
	return p
}

// setRows gives new lines and keeps the cursor on the line that it is on.
func (p *Picker) setRows(rows []row) {
	p.rows = rows
	at := p.at
	p.search()
	p.at = min(at, max(len(p.matches)-1, 0))
}

func (p *Picker) search() {
	all := make([]candidate, len(p.rows))
	for i, r := range p.rows {
		all[i] = r.search
	}
	p.matches = rank(p.query.value(), all)
	p.at = 0
}

// Typing reports that letters filter the list.
func (p *Picker) Typing() bool { return true }

// ID names the list.
func (p *Picker) ID() string { return p.id }

// SetSize gives the size of the whole terminal.
func (p *Picker) SetSize(width, height int) {
	p.box.SetSize(width, height)
	p.query.setWidth(p.inner() - len(p.prompt) - 1)
}

// HandleKey answers a key.
func (p *Picker) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	last := max(len(p.matches)-1, 0)
	switch {
	case keyIs(k, "esc"):
		return nil, true
	case keyIs(k, "up", "ctrl+p"):
		p.at = max(p.at-1, 0)
	case keyIs(k, "down", "ctrl+n"):
		p.at = min(p.at+1, last)
	case keyIs(k, "pgup"):
		p.at = max(p.at-p.page(), 0)
	case keyIs(k, "pgdown"):
		p.at = min(p.at+p.page(), last)
	case keyIs(k, "enter"):
		return p.choose()
	case keyIs(k, "tab", "shift+tab"):
	default:
		before := p.query.value()
		p.query.key(k)
		if p.query.value() != before {
			p.search()
		}
	}
	p.problem = ""
	return nil, false
}

func (p *Picker) choose() (intent.Intent, bool) {
	if p.at >= len(p.matches) {
		return nil, false
	}
	r := p.rows[p.matches[p.at]]
	if r.why != "" {
		p.problem = r.why
		return nil, false
	}
	return r.do, true
}

// Paste puts text into the filter.
func (p *Picker) Paste(s string) {
	p.query.paste(s)
	p.search()
}

func (p *Picker) page() int { return max(p.size()-1, 1) }

// size is how many lines of the list are shown. It does not depend on what matches, so that nothing jumps while one types.
func (p *Picker) size() int {
	return max(min(p.box.rows()-5-aboutRows, 20, max(len(p.rows), 1)), min(p.box.rows()-4, 4, max(len(p.rows), 1)), 1)
}

// Lines draws the box.
func (p *Picker) Lines() []string {
	from, to := window(p.at, len(p.matches), p.size())
	body := []string{p.theme.Accent.On(p.prompt) + " " + p.query.lines(p.theme)[0], ""}
	for i := from; i < to; i++ {
		body = append(body, p.line(p.rows[p.matches[i]], i == p.at))
	}
	if len(p.matches) == 0 {
		body = append(body, p.theme.Dim.On(p.empty))
	}
	for len(body) < p.size()+2 {
		body = append(body, "")
	}
	return p.frame(body, from, to)
}

// frame adds what is said about the list and, in full, about the line that the cursor is on.
func (p *Picker) frame(body []string, from, to int) []string {
	told := p.theme.Dim.On(count(len(p.matches), "match", "matches"))
	if to-from < len(p.matches) {
		told = p.theme.Dim.On(strings.Join([]string{"showing", itoa(from + 1), "to", itoa(to), "of", itoa(len(p.matches))}, " "))
	}
	foot := []string{told}
	if p.box.rows() >= p.size()+8 {
		foot = append(foot, p.about()...)
	} else if p.problem != "" {
		foot = []string{p.theme.Warn.On("not now: " + text.Line(p.problem))}
	}
	lines, _ := p.draw(p.title, body, append(foot, p.keys("enter", "choose", "up/down", "move", "esc", "close")...), 0)
	return lines
}

// aboutRows is how many lines the full text of the selected line has.
const aboutRows = 3

// about is the selected line in full where the list had to cut it, always as high.
func (p *Picker) about() []string {
	var out []string
	if p.at < len(p.matches) {
		r := p.rows[p.matches[p.at]]
		switch {
		case r.why != "":
			style := p.theme.Dim
			if p.problem != "" {
				style = p.theme.Warn
			}
			out = p.wrap(style, "not now: "+r.why)
		case widgets.Width(r.left)+widgets.Width(r.right)+4 > p.inner():
			out = append(p.wrap(p.theme.Text, r.left), p.wrap(p.theme.Dim, r.right)...)
		}
	}
	for len(out) < aboutRows {
		out = append(out, "")
	}
	return out[:aboutRows]
}

func (p *Picker) line(r row, here bool) string {
	w := p.inner() - 2
	right := r.right
	if r.why != "" {
		right = "not now: " + r.why
	}
	if limit := w / 2; widgets.Width(right) > limit {
		right = strings.TrimRight(widgets.Fit(right, limit), " ")
	}
	line := fitRow(r.left, right, w)
	switch {
	case here && r.why != "":
		return p.theme.Accent.On(p.theme.Glyph.Cursor) + " " + p.theme.Dim.On(line)
	case here:
		return p.theme.Accent.On(p.theme.Glyph.Cursor) + " " + p.theme.Strong.On(line)
	case r.why != "":
		return "  " + p.theme.Dim.On(line)
	}
	return "  " + line
}

// fitRow puts a left and a right text on one line of w cells; the left one is shortened first.
func fitRow(left, right string, w int) string {
	r := widgets.Width(right)
	if r == 0 || r+4 > w {
		return widgets.Fit(left, w)
	}
	return widgets.Fit(left, w-r-1) + " " + right
}

// Cursor is in the filter.
func (p *Picker) Cursor() (x, y int, ok bool) {
	x, _, ok = p.query.cursor()
	return x + len(p.prompt) + 3, 1, ok && p.box.rows() > 3
}

// Bindings are the list's keys.
func (p *Picker) Bindings() []panes.Binding {
	return []panes.Binding{binding("letters", "filter"), binding("up, down", "move"), binding("enter", "choose"), binding("esc", "close")}
}
