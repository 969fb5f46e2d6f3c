package monitor

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
)

var spanUnits = [...]struct {
	name byte
	size time.Duration
}{{'d', 24 * time.Hour}, {'h', time.Hour}, {'m', time.Minute}, {'s', time.Second}}

// ruleParser reads one rule from left to right; rest is what is still to be read.
type ruleParser struct {
	rest string
	unit string
}

func (p *ruleParser) rule() (Rule, error) {
	r := Rule{Factor: 1}
	if r.Op = p.op(); r.Op == "" {
		return r, errors.New("expected >, >=, < or <= first")
	}
	if err := p.value(&r); err != nil {
		return r, err
	}
	p.space()
	if p.word("for") {
		d, err := p.duration()
		if err != nil {
			return r, err
		}
		r.For = d
	}
	if p.space(); p.rest != "" {
		return r, p.leftover()
	}
	return r, nil
}

func (p *ruleParser) op() string {
	p.space()
	for _, op := range []string{">=", "<=", ">", "<"} {
		if p.take(op) {
			return op
		}
	}
	return ""
}

func (p *ruleParser) value(r *Rule) (err error) {
	p.space()
	if !p.word("baseline") {
		r.Number, r.Unit, err = p.measure()
		return err
	}
	r.Baseline = true
	p.space()
	if p.take("*") {
		if r.Factor, err = p.number(); err != nil {
			return err
		}
		p.space()
	}
	if p.take("+") {
		r.Number, r.Unit, err = p.measure()
	}
	return err
}

// measure reads a number and, where it stands there, the monitor's unit.
func (p *ruleParser) measure() (float64, string, error) {
	n, err := p.number()
	if err != nil {
		return 0, "", err
	}
	glued := p.rest
	p.space()
	if p.unit != "" && strings.HasPrefix(p.rest, p.unit) && ends(p.rest[len(p.unit):]) {
		p.rest = p.rest[len(p.unit):]
		return n, p.unit, nil
	}
	if glued == p.rest && !ends(p.rest) && !strings.HasPrefix(p.rest, "for") {
		return 0, "", p.leftover()
	}
	return n, "", nil
}

func (p *ruleParser) number() (float64, error) {
	p.space()
	end, dot := 0, false
	for end < len(p.rest) && (isDigit(p.rest[end]) || p.rest[end] == '.' && !dot && end > 0) {
		dot = dot || p.rest[end] == '.'
		end++
	}
	if end == 0 || p.rest[end-1] == '.' {
		return 0, fmt.Errorf("expected a number at %q", brief(p.rest))
	}
	n, err := strconv.ParseFloat(p.rest[:end], 64)
	if err != nil || math.IsInf(n, 0) {
		return 0, fmt.Errorf("number %q is too large", brief(p.rest[:end]))
	}
	p.rest = p.rest[end:]
	return n, nil
}

// duration reads spans such as 5m, 90s or 1h30m: whole numbers with d, h, m or s.
func (p *ruleParser) duration() (time.Duration, error) {
	p.space()
	text := p.rest
	bad := fmt.Errorf("expected a duration such as 90s, 5m or 1h after for, at %q", brief(text))
	var sum time.Duration
	for p.rest != "" && isDigit(p.rest[0]) {
		n := 0
		for p.rest != "" && isDigit(p.rest[0]) {
			if n = n*10 + int(p.rest[0]-'0'); n > int(maxFor/time.Second) {
				return 0, fmt.Errorf("duration %q is longer than 7d", brief(text))
			}
			p.rest = p.rest[1:]
		}
		size := time.Duration(0)
		for _, u := range spanUnits {
			if p.rest != "" && p.rest[0] == u.name {
				size = u.size
			}
		}
		if size == 0 {
			return 0, bad
		}
		p.rest = p.rest[1:]
		if sum += time.Duration(n) * size; sum > maxFor {
			return 0, fmt.Errorf("duration %q is longer than 7d", brief(text))
		}
	}
	if sum == 0 {
		return 0, bad
	}
	return sum, nil
}

func (p *ruleParser) leftover() error {
	if p.unit == "" {
		return fmt.Errorf("unexpected %q; the monitor has no unit; expected nothing, or for and a duration", brief(p.rest))
	}
	return fmt.Errorf("unexpected %q; expected the monitor's unit %q, or for and a duration", brief(p.rest), p.unit)
}

func (p *ruleParser) space() { p.rest = strings.TrimLeft(p.rest, " \t") }

func (p *ruleParser) take(s string) bool {
	rest, ok := strings.CutPrefix(p.rest, s)
	if ok {
		p.rest = rest
	}
	return ok
}

// word takes a keyword that is not the beginning of a longer word.
func (p *ruleParser) word(s string) bool {
	rest, ok := strings.CutPrefix(p.rest, s)
	if !ok || rest != "" && unicode.IsLetter(rune(rest[0])) {
		return false
	}
	p.rest = rest
	return true
}

// ends reports whether a number or unit may end before rest.
func ends(rest string) bool { return rest == "" || rest[0] == ' ' || rest[0] == '\t' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// brief keeps messages about hostile input short.
func brief(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
