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

// Runbook is the schema of a runbook file.
func Runbook() []byte {
	return document("tminus runbook", reflect.TypeFor[runbook.Runbook](), "id", "title", "version", "roles", "raci", "checklists", "go_no_go", "sequence", "monitors", "rollback")
}

// Launch is the schema of launch.yaml.
func Launch() []byte {
	return document("tminus launch", reflect.TypeFor[launchfile.File](), "launch", "title", "t0", "runbook", "people")
}

type object = map[string]any

func document(title string, t reflect.Type, required ...string) []byte {
	m := &maker{defs: object{}}
	root := m.object(t)
	root["$schema"], root["title"], root["required"], root["$defs"] = dialect, title, required, m.defs
	b, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		panic(err) // maps of strings always marshal
	}
	return b
}

type maker struct{ defs object }

func (m *maker) of(t reflect.Type) object {
	switch t {
	case reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time", "description": "an instant such as 2026-11-24T10:00:00Z"}
	case reflect.TypeFor[runbook.Duration]():
		return object{"type": "string", "pattern": `^(\d{1,6}[dhms])+$`, "description": "90s, 15m, 24h, 14d"}
	case reflect.TypeFor[runbook.Mark]():
		return object{"type": "string", "pattern": `^(L-|T-|T\+)`, "description": "L-14d, T-15m, T-0, T+24h"}
	}
	if t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
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
			m.defs[t.Name()] = object{} // a type may hold itself
			m.defs[t.Name()] = m.object(t)
		}
		return object{"$ref": "#/$defs/" + t.Name()}
	}
	return object{"type": "string"}
}

func (m *maker) object(t reflect.Type) object {
	properties := object{}
	m.fields(t, properties)
	return object{"type": "object", "properties": properties, "additionalProperties": false}
}

// fields adds a struct's keys; an embedded struct's stand among its owner's.
func (m *maker) fields(t reflect.Type, into object) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			m.fields(f.Type, into)
			continue
		}
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			into[name] = m.of(f.Type)
		}
	}
}
