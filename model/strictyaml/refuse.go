package strictyaml

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxDepth is far deeper than any format here, and shallow enough to recurse into.
const maxDepth = 64

// refuse notes what is YAML, but not taken here, in n and below.
func (d *Document) refuse(n *yaml.Node, depth int) {
	if depth > maxDepth {
		d.add(n, fmt.Sprintf("nested deeper than %d levels", maxDepth), "less")
		return
	}
	if n.Anchor != "" {
		d.add(n, "anchor &"+n.Anchor, "no anchors: write the value where it is used")
	}
	if n.Kind == yaml.AliasNode {
		d.add(n, "alias *"+n.Value, "no aliases: write the value itself")
		return // what it stands for is somewhere else, and may hold this very place
	}
	if n.Style&yaml.TaggedStyle != 0 {
		d.add(n, "tag "+n.Tag, "no tags: the format knows the type of each value")
	}
	if n.Kind != yaml.MappingNode {
		for _, c := range n.Content {
			d.refuse(c, depth+1)
		}
		return
	}
	first := make(map[string]int)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		line, again := first[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode && key.Kind != yaml.AliasNode:
			d.add(key, "a key that is "+kind(key), "text")
		case key.Tag == "!!merge":
			d.add(key, "merge key <<", "no merge keys: write the keys themselves")
		case again:
			d.add(key, "key "+quote(key.Value)+" is given again", fmt.Sprintf("it once; the first is in line %d", line))
		default:
			first[key.Value] = key.Line
		}
		if key.Kind == yaml.ScalarNode || key.Kind == yaml.AliasNode {
			d.refuse(key, depth+1)
		}
		d.refuse(n.Content[i+1], depth+1)
	}
}

// syntax turns the parser's error into ours. The parser tells where the construct that it could not finish began as
// well as where it gave up.
func syntax(file string, err error) Error {
	bad := Error{File: file, Line: 1, Column: 1, What: err.Error(), Expected: "YAML"}
	var at *yaml.LoadError
	if !errors.As(err, &at) {
		return bad
	}
	bad.What = "no YAML: " + at.Message
	mark := at.Mark
	if mark.Line == 0 {
		mark = at.ContextMark
	}
	if mark.Line > 0 {
		bad.Line, bad.Column = mark.Line, max(mark.Column, 1)
	}
	if at.ContextMsg != "" {
		bad.What += " " + at.ContextMsg
		if begun := at.ContextMark; begun.Line > 0 && begun != mark {
			bad.What += fmt.Sprintf(" that begins at %d:%d", begun.Line, begun.Column)
		}
	}
	switch m := at.Message; {
	case strings.Contains(m, "unknown anchor"):
		bad.Expected = "no aliases; put a text that begins with * in quotes"
	case strings.Contains(m, "mapping values are not allowed"):
		bad.Expected = "one key on a line, keys of one mapping in one column, and quotes around a text that holds a colon and a space"
	case strings.Contains(m, "cannot start any token"):
		bad.Expected = "spaces, not tabs, to indent; and quotes around a text that begins with @, ` or %"
	case strings.Contains(m, "exceeded max depth"):
		bad.Expected = fmt.Sprintf("at most %d levels", maxDepth)
	case strings.Contains(m, "did not find expected"):
		bad.Expected = "an end to it before this place, and entries of one block in one column"
	}
	return bad
}
