package launchfile

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// maxExpr bounds the length of an expression and with it the depth of its parentheses.
const maxExpr = 1000

// Expression is arithmetic over named values: expr = term {("+" | "-") term}, term = factor {("*" | "/") factor},
// factor = number | name | "(" expr ")" | "-" factor. Names are letters, digits and _, and begin with no digit.
type Expression struct {
	root  node
	names []string
}

type node struct {
	op          byte // '+', '-', '*', '/', 'n' for a number, 'v' for a name
	number      float64
	name        string
	left, right *node
}

// ParseExpression reads an expression such as "100 * errors / requests".
func ParseExpression(text string) (*Expression, error) {
	if len(text) > maxExpr {
		return nil, fmt.Errorf("the expression has %d characters; expected at most %d", len(text), maxExpr)
	}
	p := &exprParser{rest: text}
	root, err := p.sum()
	if err == nil && p.peek() != 0 {
		err = p.unexpected("an operator or the end")
	}
	if err != nil {
		return nil, err
	}
	e := &Expression{root: *root, names: p.names}
	slices.Sort(e.names)
	e.names = slices.Compact(e.names)
	if len(e.names) == 0 {
		return nil, errors.New("the expression names no metric; expected one such as 100 * errors / requests")
	}
	return e, nil
}

// Names lists the names in the expression, sorted, each once.
func (e *Expression) Names() []string { return slices.Clone(e.names) }

// Eval computes the expression. False means that there is no point: a value is missing or no number, or a division is
// by zero, or the result is beyond what a number holds.
func (e *Expression) Eval(values map[string]float64) (float64, bool) {
	v, ok := e.root.eval(values)
	return v, ok && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// Divides reports whether the expression divides by a value: what is divided by is a count, and a count is not negative.
func (e *Expression) Divides(name string) bool { return e.root.divides(name) }

func (n *node) divides(name string) bool {
	if n == nil {
		return false
	}
	return n.op == '/' && n.right.has(name) || n.left.divides(name) || n.right.divides(name)
}

func (n *node) has(name string) bool {
	return n != nil && (n.op == 'v' && n.name == name || n.left.has(name) || n.right.has(name))
}

func (n *node) eval(values map[string]float64) (float64, bool) {
	switch n.op {
	case 'n':
		return n.number, true
	case 'v':
		v, ok := values[n.name]
		return v, ok
	}
	a, okA := n.left.eval(values)
	b, okB := n.right.eval(values)
	if !okA || !okB {
		return 0, false
	}
	switch n.op {
	case '+':
		return a + b, true
	case '-':
		return a - b, true
	case '*':
		return a * b, true
	}
	return a / b, b != 0
}

type exprParser struct {
	rest  string
	names []string
}

// peek is the next character that is not a space; 0 at the end.
func (p *exprParser) peek() byte {
	p.rest = strings.TrimLeft(p.rest, " \t\n")
	if p.rest == "" {
		return 0
	}
	return p.rest[0]
}

func (p *exprParser) unexpected(expected string) error {
	if p.peek() == 0 {
		return fmt.Errorf("the expression ends too early; expected %s", expected)
	}
	return fmt.Errorf("unexpected %s in the expression; expected %s", quote(p.rest), expected)
}

func (p *exprParser) sum() (*node, error)     { return p.chain("+-", (*exprParser).product) }
func (p *exprParser) product() (*node, error) { return p.chain("*/", (*exprParser).factor) }

// chain reads operands joined by operators of one rank, which bind to the left.
func (p *exprParser) chain(ops string, operand func(*exprParser) (*node, error)) (*node, error) {
	left, err := operand(p)
	for err == nil {
		op := p.peek()
		if op == 0 || strings.IndexByte(ops, op) < 0 {
			break
		}
		p.rest = p.rest[1:]
		var right *node
		if right, err = operand(p); err == nil {
			left = &node{op: op, left: left, right: right}
		}
	}
	return left, err
}

func (p *exprParser) factor() (*node, error) {
	switch b := p.peek(); {
	case b == '(':
		p.rest = p.rest[1:]
		inner, err := p.sum()
		if err != nil {
			return nil, err
		}
		if p.peek() != ')' {
			return nil, p.unexpected("a closing parenthesis")
		}
		p.rest = p.rest[1:]
		return inner, nil
	case b == '-':
		p.rest = p.rest[1:]
		inner, err := p.factor()
		return &node{op: '-', left: &node{op: 'n'}, right: inner}, err
	case b >= '0' && b <= '9' || b == '.':
		return p.numeral()
	case letter(b):
		name := p.take(func(b byte) bool { return letter(b) || digit(b) })
		p.names = append(p.names, name)
		return &node{op: 'v', name: name}, nil
	}
	return nil, p.unexpected("a number, a metric's name or a parenthesis")
}

func (p *exprParser) numeral() (*node, error) {
	start := p.rest
	text := p.take(func(b byte) bool { return digit(b) || b == '.' })
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || p.rest != "" && letter(p.rest[0]) {
		p.rest = start
		return nil, p.unexpected("a number such as 100 or 0.5")
	}
	return &node{op: 'n', number: v}, nil
}

func (p *exprParser) take(in func(byte) bool) string {
	n := 0
	for n < len(p.rest) && in(p.rest[n]) {
		n++
	}
	taken := p.rest[:n]
	p.rest = p.rest[n:]
	return taken
}

func letter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' }
func digit(b byte) bool  { return b >= '0' && b <= '9' }
