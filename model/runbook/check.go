package runbook

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tminus/model/strictyaml"
	"tminus/model/text"
)

// longestID keeps ids fit for a command line, a column and a file name.
const longestID = 120

var (
	word  = text.Pattern(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	words = text.Pattern(`^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*$`)
)

// checker collects the mistakes of one file's values, each with its place. Paths are keys and indexes from the top.
type checker struct {
	doc   *strictyaml.Document
	errs  strictyaml.Errors
	roles []string
	ids   map[string]map[string]int // kind of thing -> id -> line of its first use
}

func newChecker(doc *strictyaml.Document, roles []Role) *checker {
	c := &checker{doc: doc, ids: make(map[string]map[string]int)}
	for _, r := range roles {
		if r.ID != "" {
			c.roles = append(c.roles, r.ID)
		}
	}
	return c
}

func (c *checker) runbook(rb *Runbook) {
	c.head(rb)
	c.contacts(rb.Contacts)
	c.resources(rb.Resources)
	c.team(rb.Roles)
	c.raci(rb.RACI)
	c.timeline(rb.Timeline)
	c.checklists(rb.Checklists)
	c.goNoGo(rb.GoNoGo)
	c.sequence(rb.Sequence, rb.GoNoGo)
	c.communication(rb.Communication)
	c.monitors(rb.Monitors, path("monitors"))
	c.logs(rb.Logs)
	c.triggers(rb.Triggers, rb.Monitors)
	c.rollback(rb)
	c.success(rb.Success, rb.Monitors)
	c.closure(rb.Closure)
	c.defects(rb.Defects)
	c.guidance(rb.Guidance)
}

func path(p ...any) []any { return p }

// below is the path of something inside the value at p; it never shares p's memory.
func below(p []any, more ...any) []any { return append(slices.Clip(p), more...) }

func (c *checker) bad(what, expected string, p []any) {
	c.errs = append(c.errs, c.doc.Mistake(what, expected, p...))
}

// missing wants the mapping at p to have the key. A key without a value is a mistake at the place of the value, where
// decoding may have found it already.
func (c *checker) missing(key, expected string, p []any) bool {
	m := c.doc.Missing(key, expected, p...)
	if len(m) == 0 {
		return false
	}
	if line, column := c.doc.At(below(p, key)...); line != m[0].Line || column != m[0].Column {
		c.bad(quote(key)+" is empty", expected, below(p, key))
		return true
	}
	c.errs = append(c.errs, m...)
	return true
}

// text wants the mapping at p to have words under key.
func (c *checker) text(value, key string, p []any) {
	if strings.TrimSpace(value) != "" || c.missing(key, "text", p) {
		return
	}
	c.bad(quote(key)+" is empty", "text", below(p, key))
}

// texts wants every line of a list to say something.
func (c *checker) texts(lines []string, p []any) {
	for i, l := range lines {
		if strings.TrimSpace(l) == "" {
			c.bad("an empty line", "text", below(p, i))
		}
	}
}

// some wants the list under key in the mapping at p to have an entry.
func (c *checker) some(n int, key, expected string, p []any) {
	if n > 0 || c.missing(key, expected, p) {
		return
	}
	c.bad(quote(key)+" is empty", expected, below(p, key))
}

// id wants a well-formed id that no other thing of its kind has; nested ids have slashes between their levels.
func (c *checker) id(kind, id string, nested bool, p []any) {
	form, expected := word, "lower-case words joined by hyphens"
	if nested {
		form, expected = words, "lower-case words joined by hyphens, with slashes between levels"
	}
	if id == "" && c.missing("id", expected, p) {
		return
	}
	at := below(p, "id")
	switch {
	case !form().MatchString(id):
		c.bad("id "+quote(id)+" is malformed", expected, at)
		return
	case len(id) > longestID:
		c.bad(fmt.Sprintf("id %s has %d characters", quote(id), len(id)), fmt.Sprintf("at most %d", longestID), at)
		return
	}
	if c.ids[kind] == nil {
		c.ids[kind] = make(map[string]int)
	}
	if first, again := c.ids[kind][id]; again {
		c.bad(kind+" id "+quote(id)+" is used again", fmt.Sprintf("an id of its own; the first is in line %d", first), at)
		return
	}
	c.ids[kind][id], _ = c.doc.At(at...)
}

// role wants a known role under key in the mapping at p.
func (c *checker) role(id, key string, p []any) {
	if id == "" && c.missing(key, "the id of a role", p) {
		return
	}
	c.known("role", id, c.roles, below(p, key))
}

// roleList wants known roles, each once.
func (c *checker) roleList(ids []string, p []any) {
	for i, id := range ids {
		c.known("role", id, c.roles, below(p, i))
		if slices.Index(ids, id) < i {
			c.bad("role "+quote(id)+" is listed again", "each role once", below(p, i))
		}
	}
}

// known wants id to be one of list, and suggests the nearest where it is not.
func (c *checker) known(what, id string, list []string, p []any) {
	if slices.Contains(list, id) {
		return
	}
	c.bad("unknown "+what+" "+quote(id), suggestion(what, id, list), p)
}

// knownKey is known for a key of a mapping.
func (c *checker) knownKey(what, id string, list []string, p []any) {
	if slices.Contains(list, id) {
		return
	}
	c.errs = append(c.errs, c.doc.KeyMistake("unknown "+what+" "+quote(id), suggestion(what, id, list), p...))
}

func suggestion(what, id string, list []string) string {
	const most = 12
	if near := strictyaml.Nearest(id, list); near != "" {
		return quote(near) + ", the nearest known " + what
	}
	switch {
	case len(list) == 0:
		return "none: the runbook has no " + what
	case len(list) > most:
		return "one of " + strings.Join(list[:most], ", ") + ", …"
	}
	return "one of " + strings.Join(list, ", ")
}

// span wants a duration of more than nothing under key in the mapping at p.
func (c *checker) span(d Duration, key string, p []any) {
	if d > 0 || c.missing(key, "a duration such as 15m", p) {
		return
	}
	c.bad(quote(key)+" is no time at all", "a duration such as 15m", below(p, key))
}

// frequency wants words where there is a frequency; it may be left out.
func (c *checker) frequency(f Frequency, p []any) {
	if c.doc.Has(p...) {
		c.text(f.Text, "text", p)
	}
}

// line checks something that can be acted on: an id and its words. Lines of one kind share a name space.
func (c *checker) line(kind, id, text string, p []any) {
	c.id(kind, id, true, p)
	c.text(text, "text", p)
}

func (c *checker) actions(kind string, actions []Action, p []any) {
	for i, a := range actions {
		c.line(kind, a.ID, a.Text, below(p, i))
	}
}

// quote shows a piece of the file in a message, shortened.
func quote(s string) string {
	const longest = 60
	if utf8.RuneCountInString(s) > longest {
		s = string([]rune(s)[:longest]) + "…"
	}
	return `"` + s + `"`
}
