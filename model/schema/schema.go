// Package schema describes the files that users write as JSON Schemas, made from the very types that the loaders fill,
// so that an editor's completion and the loader cannot disagree on the keys.
package schema

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"tminus/model/launchfile"
	"tminus/model/runbook"
)

const dialect = "https://json-schema.org/draft/2020-12/schema"

// Runbook is the JSON Schema (draft 2020-12) of a runbook file.
func Runbook() []byte {
	return document("A runbook for tminus", reflect.TypeFor[runbook.Runbook](), runbookNotes())
}

// Launch is the JSON Schema (draft 2020-12) of launch.yaml.
func Launch() []byte {
	return document("A launch file for tminus: launch.yaml", reflect.TypeFor[launchfile.File](), launchNotes())
}

type object = map[string]any

// note says of one key what its type does not.
type note struct {
	key     string // Type.key, such as Person.user
	doc     string
	needed  bool
	enum    []string
	pattern string
}

// maker collects the definitions of the types that it meets.
type maker struct {
	notes map[string]note
	defs  object
}

func document(title string, t reflect.Type, notes []note) []byte {
	m := &maker{notes: make(map[string]note, len(notes)), defs: object{
		"text": object{"type": []string{"string", "number", "boolean"}, "description": "text; what reads as a number or as true and false is taken as it is written"},
	}}
	for _, n := range notes {
		m.notes[n.key] = n
	}
	root := m.object(t)
	root["$schema"], root["title"], root["$defs"] = dialect, title, m.defs
	text, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return []byte("{}") // maps of texts and lists always marshal
	}
	return text
}

func (m *maker) of(t reflect.Type) object {
	switch t {
	case reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time", "pattern": `^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$`}
	case reflect.TypeFor[runbook.Duration]():
		return m.shared("duration", object{"type": "string", "pattern": `^(\d{1,6}[dhms])+$`, "description": "a span such as 90s, 15m, 24h or 14d"})
	case reflect.TypeFor[runbook.Mark]():
		return m.shared("mark", object{"type": "string", "pattern": `^(L-\d{1,6}d|T[-+](0|(\d{1,6}[dhms])+))$`, "description": "a moment around T-0: L-14d, T-15m, T-0, T+24h"})
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return m.of(t.Elem())
	case reflect.Slice:
		return object{"type": "array", "items": m.of(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": m.of(t.Elem())}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.Struct:
		if _, known := m.defs[t.Name()]; !known {
			m.defs[t.Name()] = nil // it is being made; a type may hold itself
			m.defs[t.Name()] = m.object(t)
		}
		return object{"$ref": "#/$defs/" + t.Name()}
	}
	return object{"$ref": "#/$defs/text"}
}

func (m *maker) shared(name string, def object) object {
	m.defs[name] = def
	return object{"$ref": "#/$defs/" + name}
}

func (m *maker) object(t reflect.Type) object {
	properties, needed := object{}, []string{}
	m.fields(t, properties, &needed)
	o := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(needed) > 0 {
		o["required"] = needed
	}
	if t == reflect.TypeFor[launchfile.Source]() {
		o["minProperties"], o["maxProperties"] = 1, 1
	}
	return o
}

// fields adds a struct's keys; an embedded struct's stand among those of its owner.
func (m *maker) fields(t reflect.Type, into object, needed *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			var none []string // what the embedded struct needs on its own, it may not need here
			m.fields(f.Type, into, &none)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		n := m.notes[t.Name()+"."+name]
		into[name] = m.noted(m.of(f.Type), n)
		if n.needed {
			*needed = append(*needed, name)
		}
	}
}

// noted adds a note to what the type says. An enum or a pattern of a list or a mapping is about what is in it.
func (m *maker) noted(o object, n note) object {
	inner := o
	for inner["items"] != nil || inner["type"] == "object" && inner["additionalProperties"] != nil {
		next, ok := inner["items"].(object)
		if !ok {
			next, ok = inner["additionalProperties"].(object)
		}
		if !ok {
			break
		}
		inner = next
	}
	if (len(n.enum) > 0 || n.pattern != "") && inner["$ref"] == "#/$defs/text" {
		delete(inner, "$ref")
		inner["type"] = "string"
	}
	if len(n.enum) > 0 {
		inner["enum"] = n.enum
	}
	if n.pattern != "" {
		inner["pattern"] = n.pattern
	}
	if n.doc != "" {
		o["description"] = n.doc
	}
	return o
}
