package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// MaxSize is the longest file that is read, in bytes.
const MaxSize = 1 << 20

const isMissing = " is missing"

// Document is a parsed file. It knows where each of its values stands.
type Document struct {
	file string
	root *yaml.Node // the top value
	errs Errors     // what is YAML, but refused here; reported by Decode
}

// Parse reads a file's text; file is its name for messages. It fails on what is no YAML at all: everything else that
// is wrong comes with Decode, so that it is told together.
func Parse(file string, src []byte) (*Document, Errors) {
	if bad, ok := unreadable(src); ok {
		bad.File = file
		return nil, Errors{bad}
	}
	loader, err := yaml.NewLoader(bytes.NewReader(src))
	if err != nil {
		return nil, Errors{syntax(file, err)}
	}
	var top, second yaml.Node
	if err := loader.Load(&top); errors.Is(err, io.EOF) || err == nil && len(top.Content) == 0 {
		return nil, Errors{{File: file, Line: 1, Column: 1, What: "the file is empty", Expected: "a mapping of keys to values"}}
	} else if err != nil {
		return nil, Errors{syntax(file, err)}
	}
	d := &Document{file: file, root: top.Content[0]}
	d.refuse(d.root, 1)
	if err := loader.Load(&second); err == nil {
		d.add(&second, "a second document begins here", "one document in a file")
	} else if !errors.Is(err, io.EOF) {
		return nil, Errors{syntax(file, err)}
	}
	return d, nil
}

// Decode parses src and decodes it into the struct or map that into points to. Every mistake is in the result; into is
// filled as far as the file allows.
func Decode(file string, src []byte, into any) Errors {
	d, errs := Parse(file, src)
	if len(errs) > 0 {
		return errs
	}
	return d.Decode(into)
}

// TopLevel returns the keys of the file's top mapping; nil where the file is no YAML mapping.
func TopLevel(src []byte) map[string]bool {
	d, errs := Parse("", src)
	if len(errs) > 0 || d.root.Kind != yaml.MappingNode {
		return nil
	}
	keys := make(map[string]bool)
	for i := 0; i+1 < len(d.root.Content); i += 2 {
		keys[d.root.Content[i].Value] = true
	}
	return keys
}

// At is the place of the value at a path of keys (string) and indexes (int) from the top: d.At("people", 0, "user").
// Where the file does not say it, it is the place of the nearest value around it.
func (d *Document) At(path ...any) (line, column int) {
	n, _, _ := d.find(path)
	return n.Line, n.Column
}

// KeyAt is At for the last key of the path instead of its value.
func (d *Document) KeyAt(path ...any) (line, column int) {
	n, key, whole := d.find(path)
	if whole && key != nil {
		n = key
	}
	return n.Line, n.Column
}

// Has reports whether the file gives the path a value other than null.
func (d *Document) Has(path ...any) bool {
	n, _, whole := d.find(path)
	return whole && !isNull(n)
}

// Mistake is a validator's mistake about the value at the path. Expected may be empty.
func (d *Document) Mistake(what, expected string, path ...any) Error {
	line, column := d.At(path...)
	return Error{File: d.file, Line: line, Column: column, What: what, Expected: expected}
}

// KeyMistake is Mistake about the last key of the path.
func (d *Document) KeyMistake(what, expected string, path ...any) Error {
	line, column := d.KeyAt(path...)
	return Error{File: d.file, Line: line, Column: column, What: what, Expected: expected}
}

// Missing is the mistake that the mapping at the path does not have the key; nil, when it has.
func (d *Document) Missing(key, expected string, path ...any) Errors {
	if d.Has(append(slices.Clone(path), key)...) {
		return nil
	}
	return Errors{d.Mistake(quote(key)+isMissing, expected, path...)}
}

// find follows the path; whole is false when it ends early, key is the key that led to n, if one did.
func (d *Document) find(path []any) (n, key *yaml.Node, whole bool) {
	n = d.root
	for _, p := range path {
		var next, nextKey *yaml.Node
		switch p := p.(type) {
		case string:
			for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
				if k := n.Content[i]; k.Kind == yaml.ScalarNode && k.Value == p {
					nextKey, next = k, n.Content[i+1]
					break
				}
			}
		case int:
			if n.Kind == yaml.SequenceNode && p >= 0 && p < len(n.Content) {
				next = n.Content[p]
			}
		}
		if next == nil {
			return n, key, false
		}
		n, key = next, nextKey
	}
	return n, key, true
}

func (d *Document) add(n *yaml.Node, what, expected string) {
	d.errs = append(d.errs, Error{File: d.file, Line: max(n.Line, 1), Column: max(n.Column, 1), What: what, Expected: expected})
}

// unreadable finds what the parser would refuse without saying where: a file too large, bytes that are no UTF-8, and
// control characters.
func unreadable(src []byte) (Error, bool) {
	if len(src) > MaxSize {
		return Error{Line: 1, Column: 1, What: fmt.Sprintf("the file has %d bytes", len(src)), Expected: "at most 1 MiB"}, true
	}
	line, column := 1, 1
	for i := 0; i < len(src); {
		r, n := utf8.DecodeRune(src[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			return Error{Line: line, Column: column, What: fmt.Sprintf("byte 0x%02x is no UTF-8", src[i]), Expected: "a text file in UTF-8"}, true
		case r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r <= 0x9f && r != 0x85 || r == 0xfffe || r == 0xffff:
			return Error{Line: line, Column: column, What: fmt.Sprintf("control character U+%04X", r), Expected: `text; write it as an escape in double quotes, such as "\x1b"`}, true
		case r == '\n':
			line, column = line+1, 0
		}
		column++
		i += n
	}
	return Error{}, false
}
