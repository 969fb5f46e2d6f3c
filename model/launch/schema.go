package launch

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// LogSchema returns the JSON Schema (2020-12) of a journal entry: the fields that all have, and the data of each kind.
func LogSchema() []byte {
	entry := schemaOf(reflect.TypeFor[journal.Entry]())
	properties := entry["properties"].(map[string]any)
	properties["v"] = map[string]any{"const": journal.Version}
	properties["mode"] = map[string]any{"enum": []Mode{Live, Rehearsal, DryRun}}
	properties["actor"].(map[string]any)["properties"].(map[string]any)["auth"] = map[string]any{
		"enum": []string{journal.AuthOSUser, journal.AuthAttested, journal.AuthSystem, journal.AuthRehearsal}}
	var names []string
	var kinds []any
	for _, k := range newTable().kinds {
		names = append(names, k.Kind)
		kinds = append(kinds, map[string]any{
			"title": k.Title, "description": "entered by " + k.By,
			"properties": map[string]any{"kind": map[string]any{"const": k.Kind}, "data": schemaOf(reflect.TypeOf(k.Data))},
		})
	}
	properties["kind"] = map[string]any{"enum": names}
	entry["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	entry["title"] = "An entry of the tminus journal"
	entry["oneOf"] = kinds
	text, err := json.MarshalIndent(entry, "", "  ")
	if err != nil {
		return nil // a map of strings, lists and maps always has a form in JSON
	}
	return text
}

// schemaOf describes a type as encoding/json writes it.
func schemaOf(t reflect.Type) map[string]any {
	switch t {
	case reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	case reflect.TypeFor[runbook.Duration](), reflect.TypeFor[runbook.Mark]():
		return map[string]any{"type": "string"}
	case reflect.TypeFor[json.RawMessage]():
		return map[string]any{"type": "object"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		s := schemaOf(t.Elem())
		if s["type"] != "object" {
			s["type"] = []any{s["type"], "null"}
		}
		return s
	case reflect.Struct:
		return structSchema(t)
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	}
	return map[string]any{"type": "integer"}
}

func structSchema(t reflect.Type) map[string]any {
	properties := map[string]any{}
	required := []string{}
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || name == "" || name == "-" {
			continue
		}
		properties[name] = schemaOf(f.Type)
		if !strings.Contains(options, "omit") {
			required = append(required, name)
		}
	}
	return map[string]any{"type": "object", "properties": properties, "required": required}
}
