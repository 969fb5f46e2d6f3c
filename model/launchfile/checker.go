package launchfile

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tminus/model/runbook"
	"tminus/model/strictyaml"
	"tminus/model/text"
)

// checker collects the mistakes of one file, each with its place. Paths are keys and indexes from the top.
type checker struct {
	doc  *strictyaml.Document
	f    *File
	rb   *runbook.Runbook // in Check only
	errs strictyaml.Errors
}

// at builds a path that shares no memory with the one it extends.
func at(p []any, more ...any) []any { return append(slices.Clip(p), more...) }

func top(p ...any) []any { return p }

func (c *checker) bad(what, expected string, p []any) {
	c.errs = append(c.errs, c.doc.Mistake(what, expected, p...))
}

// badKey is bad about the last key of the path instead of its value.
func (c *checker) badKey(what, expected string, p []any) {
	c.errs = append(c.errs, c.doc.KeyMistake(what, expected, p...))
}

// given wants the mapping at p to say something under key, and reports whether it does.
func (c *checker) given(value, key, expected string, p []any) bool {
	if strings.TrimSpace(value) != "" {
		return true
	}
	if m := c.doc.Missing(key, expected, p...); len(m) > 0 {
		c.errs = append(c.errs, m...)
	} else {
		c.bad(quote(key)+" is empty", expected, at(p, key))
	}
	return false
}

// matches is given, and the value has to match.
func (c *checker) matches(form *regexp.Regexp, value, key, expected string, p []any) bool {
	if !c.given(value, key, expected, p) {
		return false
	}
	if !form.MatchString(value) {
		c.bad(quote(key)+" is "+quote(value), expected, at(p, key))
		return false
	}
	return true
}

// oneOf wants one of the words; the nearest is suggested.
func (c *checker) oneOf(value string, words []string, p []any) {
	if slices.Contains(words, value) {
		return
	}
	c.bad(quote(value)+" is unknown", suggestion(value, words), p)
}

// knownKey wants the last key of the path, an id, to be one of those that the runbook or this file has.
func (c *checker) knownKey(kind, id string, ids []string, p []any) {
	if !slices.Contains(ids, id) {
		c.badKey("no "+kind+" "+quote(id), suggestion(id, ids), p)
	}
}

// known is knownKey for a value.
func (c *checker) known(kind, id string, ids []string, p []any) {
	if !slices.Contains(ids, id) {
		c.bad("no "+kind+" "+quote(id), suggestion(id, ids), p)
	}
}

func suggestion(word string, words []string) string {
	const most = 12
	switch near := strictyaml.Nearest(word, words); {
	case near != "":
		return quote(near) + ", the nearest known"
	case len(words) == 0:
		return "nothing here: there is none to name"
	case len(words) > most:
		return "one of " + strings.Join(words[:most], ", ") + ", …"
	}
	return "one of " + strings.Join(words, ", ")
}

// web wants an http or https address.
func (c *checker) web(value, key string, p []any) {
	const expected = "an address such as https://shop.example/health"
	if !c.given(value, key, expected, p) {
		return
	}
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsFunc(value, blankOrControl) {
		c.bad(quote(key)+" is "+quote(value), expected, at(p, key))
		return
	}
	if u.User != nil {
		c.bad(quote(key)+" holds a user or a password", "an address without them: secrets come from token_env or token_file", at(p, key))
	}
}

// secret checks a place that a secret comes from: key_env names an environment variable, key_file a file. It reports
// whether one of both is given.
func (c *checker) secret(env, file, key string, p []any) bool {
	switch {
	case env != "" && file != "":
		c.bad(key+"_env and "+key+"_file are both given", "one of them", at(p, key+"_file"))
	case env != "":
		c.environment(env, at(p, key+"_env"))
	case file != "" && !path.IsAbs(file):
		c.bad(quote(key+"_file")+" is "+quote(file), "an absolute path", at(p, key+"_file"))
	}
	return env != "" || file != ""
}

func (c *checker) environment(name string, p []any) {
	if !variable().MatchString(name) {
		c.bad("no environment variable's name: "+quote(name), "letters, digits and _, such as SLACK_WEBHOOK_URL; never the secret itself", p)
	}
}

// command wants a program: an absolute path, and arguments that can be passed to one.
func (c *checker) command(argv []string, p []any) {
	if len(argv) == 0 {
		c.bad("no program to run", "a list: the program's absolute path, then its arguments", p)
		return
	}
	if !path.IsAbs(argv[0]) || path.Clean(argv[0]) == "/" {
		c.bad("program "+quote(argv[0]), "an absolute path such as /opt/shop/halt.sh; it runs without a shell", at(p, 0))
	}
	for i, a := range argv {
		if strings.ContainsRune(a, 0) {
			c.bad("an argument with a zero byte", "text", at(p, i))
		}
	}
}

var variable = text.Pattern(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)

func blankOrControl(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// quote shows a piece of the file in a message, shortened.
func quote(s string) string {
	const longest = 60
	if r := []rune(s[:min(len(s), 8*longest)]); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return `"` + s + `"`
}
