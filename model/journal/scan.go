package journal

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDepth bounds the nesting, and so the recursion, of a body.
const maxDepth = 64

// manyKeys is from how many keys on an object's keys are looked up in a map, so that a hostile object of a hundred
// thousand keys takes no quadratic time.
const manyKeys = 32

// scanner reads one body strictly, in a single pass and without allocating for what our own writer produces. It is
// stricter than JSON: no control character stands raw (so no line break or tab either), text is valid UTF-8, surrogates
// come in pairs, and no object has a key twice, upper and lower case being the same.
type scanner struct {
	s    string
	i    int
	keys []text // keys of all objects that are open, innermost last
}

// text is a string as it stands between its quotes.
type text struct {
	raw   string
	plain bool // ASCII without escapes: raw is its value
}

var (
	errEnd       = errors.New("the body ends in the middle")
	errControl   = errors.New("a raw control character")
	errUTF8      = errors.New("invalid UTF-8")
	errEscape    = errors.New("an invalid escape in a string")
	errSurrogate = errors.New("half a surrogate pair")
	errNumber    = errors.New("a malformed number")
	errDepth     = errors.New("nested too deeply")
)

// value returns what t stands for.
func (t text) value() string {
	if t.plain || !strings.Contains(t.raw, `\`) {
		return t.raw
	}
	var s string
	if json.Unmarshal([]byte(`"`+t.raw+`"`), &s) != nil {
		return t.raw
	}
	return s
}

// is reports whether t stands for want, an ASCII name.
func (t text) is(want string) bool { return t.raw == want || !t.plain && t.value() == want }

// folded is t's value with every letter replaced by one that stands for all its cases.
func (t text) folded() string { return strings.Map(foldRune, t.value()) }

// foldRune returns the smallest rune of r's case orbit, so that K, k and the Kelvin sign are one.
func foldRune(r rune) rune {
	for {
		next := unicode.SimpleFold(r)
		if next <= r {
			return next
		}
		r = next
	}
}

func sameKey(a, b text) bool {
	if !a.plain || !b.plain {
		return a.folded() == b.folded()
	}
	if len(a.raw) != len(b.raw) {
		return false
	}
	for i := 0; i < len(a.raw); i++ {
		x, y := a.raw[i], b.raw[i]
		if x != y && (x|0x20 != y|0x20 || x|0x20 < 'a' || x|0x20 > 'z') {
			return false
		}
	}
	return true
}

// peek returns the next byte that is no space, or 0 at the end.
func (c *scanner) peek() byte {
	for c.i < len(c.s) && c.s[c.i] == ' ' {
		c.i++
	}
	if c.i == len(c.s) {
		return 0
	}
	return c.s[c.i]
}

// expect takes the byte b.
func (c *scanner) expect(b byte) error {
	switch got := c.peek(); {
	case got == b:
		c.i++
		return nil
	case c.i == len(c.s):
		return errEnd
	case control(rune(got)):
		return errControl
	default:
		return errors.New("expected " + string(b) + " and not " + string(c.s[c.i:min(c.i+1, len(c.s))]))
	}
}

// str takes a string.
func (c *scanner) str() (text, error) {
	if err := c.expect('"'); err != nil {
		return text{}, err
	}
	start, plain := c.i, true
	for c.i < len(c.s) {
		b := c.s[c.i]
		switch {
		case b == '"':
			c.i++
			return text{c.s[start : c.i-1], plain}, nil
		case b == '\\':
			plain = false
			if err := c.escape(); err != nil {
				return text{}, err
			}
		case b < 0x20 || b == 0x7f:
			return text{}, errControl
		case b < utf8.RuneSelf:
			c.i++
		default:
			plain = false
			r, n := utf8.DecodeRuneInString(c.s[c.i:])
			if r == utf8.RuneError && n == 1 {
				return text{}, errUTF8
			}
			if control(r) {
				return text{}, errControl
			}
			c.i += n
		}
	}
	return text{}, errEnd
}

// escape takes a backslash and what belongs to it.
func (c *scanner) escape() error {
	if c.i+1 >= len(c.s) {
		return errEnd
	}
	switch c.s[c.i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		c.i += 2
		return nil
	case 'u':
	default:
		return errEscape
	}
	r, ok := c.unit()
	if !ok {
		return errEscape
	}
	switch {
	case r >= 0xdc00 && r <= 0xdfff:
		return errSurrogate
	case r >= 0xd800 && r <= 0xdbff:
		if low, ok := c.unit(); !ok || low < 0xdc00 || low > 0xdfff {
			return errSurrogate
		}
	}
	return nil
}

// unit takes \uXXXX.
func (c *scanner) unit() (rune, bool) {
	if c.i+6 > len(c.s) || c.s[c.i] != '\\' || c.s[c.i+1] != 'u' {
		return 0, false
	}
	var r rune
	for _, b := range []byte(c.s[c.i+2 : c.i+6]) {
		switch {
		case b >= '0' && b <= '9':
			r = r<<4 | rune(b-'0')
		case b|0x20 >= 'a' && b|0x20 <= 'f':
			r = r<<4 | rune(b|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	c.i += 6
	return r, true
}

// any takes a value of any type.
func (c *scanner) any(depth int) error {
	switch b := c.peek(); {
	case b == '"':
		_, err := c.str()
		return err
	case b == '{':
		return c.object(depth, func(text) error { return c.any(depth + 1) })
	case b == '[':
		return c.array(depth, func() error { return c.any(depth + 1) })
	case b == 't':
		return c.word("true")
	case b == 'f':
		return c.word("false")
	case b == 'n':
		return c.word("null")
	default:
		return c.number()
	}
}

func (c *scanner) word(w string) error {
	if !strings.HasPrefix(c.s[c.i:], w) {
		return errors.New("expected " + w)
	}
	c.i += len(w)
	return nil
}

// number takes a number of JSON's grammar.
func (c *scanner) number() error {
	if c.peek() == 0 {
		if c.i == len(c.s) {
			return errEnd
		}
		return errControl
	}
	if c.s[c.i] == '-' {
		c.i++
	}
	first := c.i
	if n := c.digits(); n == 0 || n > 1 && c.s[first] == '0' {
		return errNumber
	}
	if c.i < len(c.s) && c.s[c.i] == '.' {
		c.i++
		if c.digits() == 0 {
			return errNumber
		}
	}
	if c.i < len(c.s) && c.s[c.i]|0x20 == 'e' {
		c.i++
		if c.i < len(c.s) && (c.s[c.i] == '+' || c.s[c.i] == '-') {
			c.i++
		}
		if c.digits() == 0 {
			return errNumber
		}
	}
	return nil
}

// digits takes decimal digits and counts them.
func (c *scanner) digits() int {
	start := c.i
	for c.i < len(c.s) && c.s[c.i] >= '0' && c.s[c.i] <= '9' {
		c.i++
	}
	return c.i - start
}
