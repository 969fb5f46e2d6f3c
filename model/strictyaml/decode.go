package strictyaml

import (
	"encoding"
	"fmt"
	"reflect"

	"go.yaml.in/yaml/v4"
)

// Decode fills the struct or map that into points to from the document. Struct fields go by their json tags; embedded
// structs are part of the struct around them; a type that reads text (encoding.TextUnmarshaler, time.Time) takes the
// scalar as it is written, and so does a string: version: 5.0 is "5.0". A key without a value is an absent one where a
// mapping or list is expected. All mistakes are returned, those of form first at each place.
func (d *Document) Decode(into any) Errors {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return Errors{{File: d.file, Line: 1, Column: 1, What: fmt.Sprintf("the program cannot decode into %T", into)}}
	}
	dec := &decoder{Document{file: d.file, root: d.root}}
	if isNull(d.root) {
		dec.add(d.root, "the file is empty", "a mapping of keys to values")
	} else {
		dec.value(d.root, v.Elem(), "the file", 1)
	}
	return append(append(Errors{}, d.errs...), dec.errs...).inOrder()
}

// decoder collects the mistakes of one decoding in a Document of its own.
type decoder struct{ Document }

// value decodes n into v. label names the value in messages.
func (d *decoder) value(n *yaml.Node, v reflect.Value, label string, depth int) {
	if n.Kind == yaml.AliasNode || depth > maxDepth {
		return // refused already
	}
	if v.Kind() == reflect.Pointer {
		target := reflect.New(v.Type().Elem())
		d.value(n, target.Elem(), label, depth)
		v.Set(target)
		return
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		d.text(n, u, label)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.structure(n, v, label, depth)
	case reflect.Map:
		d.mapping(n, v, label, depth)
	case reflect.Slice:
		d.list(n, v, label, depth)
	default:
		d.scalar(n, v, label)
	}
}

func (d *decoder) structure(n *yaml.Node, v reflect.Value, label string, depth int) {
	if !d.is(n, yaml.MappingNode, label, "a mapping of keys to values") {
		return
	}
	fields, names := Fields(v.Type())
	seen := make(map[string]bool)
	for key, child := range pairs(n) {
		f, known := fields[key.Value]
		if !known {
			d.unknown(key, names)
			continue
		}
		if seen[key.Value] {
			continue
		}
		seen[key.Value] = true
		d.member(child, v.FieldByIndex(f.Index), key.Value, depth)
	}
}

// member decodes the value of a key of a struct. What holds nothing may be left open: people comment out all of it.
func (d *decoder) member(n *yaml.Node, v reflect.Value, key string, depth int) {
	if isNull(n) && !readsText(v.Type()) {
		switch v.Kind() {
		case reflect.Struct, reflect.Map, reflect.Slice, reflect.Pointer:
			return
		}
	}
	d.value(n, v, quote(key), depth+1)
}

func (d *decoder) mapping(n *yaml.Node, v reflect.Value, label string, depth int) {
	if v.Type().Key().Kind() != reflect.String {
		d.add(n, "the program cannot decode "+label, "")
		return
	}
	if !d.is(n, yaml.MappingNode, label, "a mapping of names to values") {
		return
	}
	m := reflect.MakeMap(v.Type())
	for key, child := range pairs(n) {
		k := reflect.ValueOf(key.Value).Convert(v.Type().Key())
		if m.MapIndex(k).IsValid() {
			continue
		}
		e := reflect.New(v.Type().Elem()).Elem()
		d.value(child, e, quote(key.Value), depth+1)
		m.SetMapIndex(k, e)
	}
	v.Set(m)
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, label string, depth int) {
	if !d.is(n, yaml.SequenceNode, label, "a list") {
		return
	}
	s := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, child := range n.Content {
		d.value(child, s.Index(i), "an entry of "+label, depth+1)
	}
	v.Set(s)
}

func (d *decoder) is(n *yaml.Node, want yaml.Kind, label, expected string) bool {
	if n.Kind == want {
		return true
	}
	d.add(n, label+" is "+kind(n), expected)
	return false
}

func (d *decoder) unknown(key *yaml.Node, names []string) {
	if len(d.errs) >= maxMistakes {
		d.add(key, "unknown key", "") // only counted
		return
	}
	if near := Nearest(key.Value, names); near != "" {
		d.add(key, "unknown key "+quote(key.Value), quote(near)+", the nearest known key")
		return
	}
	d.add(key, "unknown key "+quote(key.Value), oneOf(names))
}

// pairs yields the keys that can be names, with their values; the others are refused already.
func pairs(n *yaml.Node) func(yield func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if key := n.Content[i]; key.Kind == yaml.ScalarNode && key.Tag != "!!merge" && !yield(key, n.Content[i+1]) {
				return
			}
		}
	}
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Tag == "!!null" && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0
}

// kind names what a node is, for messages.
func kind(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "empty"
	}
	return quote(n.Value)
}
