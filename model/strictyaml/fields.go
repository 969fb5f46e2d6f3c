package strictyaml

import (
	"encoding"
	"reflect"
	"strings"
)

// Fields returns the fields of a struct type by their names in a file, and these names in the struct's order. A name is
// the json tag's, the rest of the tag does not matter; embedded structs are part of the struct around them.
func Fields(t reflect.Type) (map[string]reflect.StructField, []string) {
	fields := make(map[string]reflect.StructField)
	var names []string
	add := func(f reflect.StructField) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" {
			return
		}
		if name == "" {
			name = f.Name
		}
		if _, shadowed := fields[name]; !shadowed {
			names = append(names, name)
			fields[name] = f
		}
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if !inlined(f) {
			add(f)
			continue
		}
		inner, innerNames := Fields(f.Type)
		for _, name := range innerNames {
			g := inner[name]
			g.Index = append([]int{i}, g.Index...)
			add(g)
		}
	}
	return fields, names
}

func inlined(f reflect.StructField) bool {
	return f.Anonymous && f.Type.Kind() == reflect.Struct && f.Tag.Get("json") == ""
}

// readsText reports whether values of the type, or the values that it points to, are made from text.
func readsText(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}
