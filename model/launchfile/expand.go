package launchfile

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"tminus/model/strictyaml"
	"tminus/model/text"
)

// A ${NAME}, or $${ for a ${ that stays as it is.
var reference = text.Pattern(`\$?\$\{[^}]*\}?`)

// vars checks the variables. They end up in programs' environments, as TMINUS_VAR_NAME, so they are one line each.
func (c *checker) vars() {
	for _, name := range slices.Sorted(maps.Keys(c.f.Vars)) {
		p := top("vars", name)
		if !variable().MatchString(name) {
			c.badKey("variable "+quote(name), "letters, digits and _, such as FEATURE_NAME", p)
		}
		value := c.f.Vars[name]
		switch {
		case strings.ContainsFunc(value, unicode.IsControl):
			c.bad("variable "+name+" holds a control character", "one line of text", p)
		case strings.Contains(value, "${"):
			c.bad("variable "+name+" refers to another", "its text itself", p)
		}
	}
}

// expand replaces ${NAME} in every text of the file but the variables themselves and the ids, which are keys. What
// comes in is data: it is never read as YAML, and never pasted into a command line.
func (c *checker) expand() {
	v := reflect.ValueOf(c.f).Elem()
	fields, names := strictyaml.Fields(v.Type())
	for _, name := range names {
		if name != "vars" {
			c.expandIn(v.FieldByIndex(fields[name].Index), top(name))
		}
	}
}

func (c *checker) expandIn(v reflect.Value, p []any) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(c.expanded(v.String(), p))
	case reflect.Pointer:
		if !v.IsNil() {
			c.expandIn(v.Elem(), p)
		}
	case reflect.Struct:
		fields, names := strictyaml.Fields(v.Type())
		for _, name := range names {
			c.expandIn(v.FieldByIndex(fields[name].Index), at(p, name))
		}
	case reflect.Slice:
		for i := range v.Len() {
			c.expandIn(v.Index(i), at(p, i))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() { // elements of a map cannot be changed in place
			e := reflect.New(v.Type().Elem()).Elem()
			e.Set(v.MapIndex(k))
			c.expandIn(e, at(p, k.String()))
			v.SetMapIndex(k, e)
		}
	}
}

func (c *checker) expanded(s string, p []any) string {
	if !strings.Contains(s, "${") {
		return s
	}
	return reference().ReplaceAllStringFunc(s, func(ref string) string {
		if strings.HasPrefix(ref, "$$") {
			return ref[1:]
		}
		name, closed := strings.CutSuffix(ref[2:], "}")
		value, known := c.f.Vars[name]
		switch {
		case known && closed:
			return value
		case !closed || !variable().MatchString(name):
			c.bad("malformed variable "+quote(ref), "${NAME}, or $${ for a ${ that stays", p)
		default:
			names := slices.Sorted(maps.Keys(c.f.Vars))
			c.bad("unknown variable ${"+name+"}", suggestion(name, names)+" under vars", p)
		}
		return ref
	})
}
