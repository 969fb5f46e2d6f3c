package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tminus/model/launchfile"
	"tminus/model/runbook"
)

// tree is what JSON holds: both the schemas and what they describe are checked in this form.
func tree(t *testing.T, v any) any {
	t.Helper()
	text, ok := v.([]byte)
	if !ok {
		var err error
		if text, err = json.Marshal(v); err != nil {
			t.Fatal(err)
		}
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func builtin(t *testing.T) (*runbook.Runbook, object) {
	t.Helper()
	src, err := os.ReadFile("../../data/builtin/feature-launch.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rb, errs := runbook.Load("feature-launch.yaml", src)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return rb, tree(t, rb).(object)
}

// launches are a launch file as init writes it, and one with every setting in use.
func launches(t *testing.T) []object {
	t.Helper()
	written := launchfile.Example(launchfile.ExampleInput{User: "ada", Runbook: "feature-launch", Now: time.Date(2026, 11, 9, 0, 0, 0, 0, time.UTC)})
	var out []object
	for _, src := range []string{written, regexp.MustCompile(`(?m)^#([^\s#]|  )`).ReplaceAllString(written, "$1")} {
		f, errs := launchfile.Load("launch.yaml", []byte(src))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		out = append(out, tree(t, f).(object))
	}
	return out
}

func TestFilesFitTheirSchemas(t *testing.T) {
	_, rb := builtin(t)
	v := &validator{root: tree(t, Runbook()).(object)}
	v.check(v.root, rb, "")
	w := &validator{root: tree(t, Launch()).(object)}
	for _, f := range launches(t) {
		w.check(w.root, f, "")
	}
	for _, bad := range append(v.bad, w.bad...) {
		t.Error(bad)
	}
}

// What a schema requires, the loaders require: a file without the key is a mistake there too. JSON is YAML, so the
// loaders read the changed trees.
func TestRequiredKeysAreMissed(t *testing.T) {
	_, rb := builtin(t)
	v := &validator{root: tree(t, Runbook()).(object)}
	v.check(v.root, rb, "")
	for key, owner := range v.needed {
		without(t, rb, owner, key, func(src []byte) int { _, errs := runbook.Load("f", src); return len(errs) })
	}
	full := launches(t)[1]
	rules, _ := builtin(t)
	w := &validator{root: tree(t, Launch()).(object)}
	w.check(w.root, full, "")
	for key, owner := range w.needed {
		without(t, full, owner, key, func(src []byte) int {
			f, errs := launchfile.Load("f", src)
			if f != nil {
				errs = errs.And(f.Check("f", src, rules))
			}
			return len(errs)
		})
	}
	if len(v.needed) < 80 || len(w.needed) < 25 {
		t.Errorf("only %d and %d required keys were met", len(v.needed), len(w.needed))
	}
}

func without(t *testing.T, root, owner object, key string, load func([]byte) int) {
	t.Helper()
	name := key[strings.LastIndexByte(key, '.')+1:]
	value := owner[name]
	delete(owner, name)
	src, err := json.Marshal(root)
	owner[name] = value
	if err != nil {
		t.Fatal(err)
	}
	if load(src) == 0 {
		t.Errorf("%s is required by the schema, and not by the loader", key)
	}
}

func TestMistakesDoNotFit(t *testing.T) {
	v := &validator{root: tree(t, Launch()).(object)}
	for _, change := range []func(object){
		func(f object) { f["launch"] = "Has Spaces" },
		func(f object) { f["t0"] = "tomorrow" },
		func(f object) { f["sauces"] = object{} },
		func(f object) { f["attest"] = []any{"approval"} },
		func(f object) { f["people"] = []any{object{"name": "nobody"}} },
		func(f object) { f["aws"] = object{"region": "r", "account": "12"} },
		func(f object) { f["sources"] = object{"a": object{}} },
		func(f object) { f["actions"] = object{"a": object{"run": "rm -rf"}} },
		func(f object) { f["title"] = object{} },
		func(f object) { delete(f, "title") },
	} {
		f := launches(t)[0]
		change(f)
		v.bad = nil
		if v.check(v.root, f, ""); len(v.bad) == 0 {
			t.Errorf("fits: %v", f)
		}
	}
}

func TestNotesNameKeysAndLaunchKeysHaveNotes(t *testing.T) {
	for name, c := range map[string]struct {
		schema []byte
		notes  []note
		all    bool
	}{"runbook": {Runbook(), runbookNotes(), false}, "launch": {Launch(), launchNotes(), true}} {
		root := tree(t, c.schema).(object)
		keys := make(map[string]bool)
		collect := func(owner string, o object) {
			for key, p := range o["properties"].(object) {
				keys[owner+"."+key] = true
				if _, described := p.(object)["description"]; c.all && !described {
					t.Errorf("%s: %s.%s has no description", name, owner, key)
				}
			}
		}
		collect(map[string]string{"runbook": "Runbook", "launch": "File"}[name], root)
		for owner, def := range root["$defs"].(object) {
			if def.(object)["properties"] != nil {
				collect(owner, def.(object))
			}
		}
		var seen []string
		for _, n := range c.notes {
			if !keys[n.key] && !strings.HasPrefix(n.key, "CWMetric.") {
				t.Errorf("%s: the note %s is about no key", name, n.key)
			}
			if slices.Contains(seen, n.key) {
				t.Errorf("%s: %s has two notes", name, n.key)
			}
			seen = append(seen, n.key)
		}
		if root["$schema"] != dialect || root["additionalProperties"] != false {
			t.Errorf("%s: %v", name, slices.Collect(maps.Keys(root)))
		}
	}
}

// validator knows as much of JSON Schema as the two schemas use.
type validator struct {
	root   object
	bad    []string
	needed map[string]object // Type.key, for every required key met, with a mapping that has it
}

func (v *validator) check(s object, value any, at string) {
	owner := at
	if ref, ok := s["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/$defs/")
		target, ok := v.root["$defs"].(object)[name].(object)
		if !ok {
			v.bad = append(v.bad, at+": no definition "+name)
			return
		}
		v.checkTyped(target, value, at, name)
	} else {
		v.checkTyped(s, value, at, owner)
	}
}

func (v *validator) checkTyped(s object, value any, at, typeName string) {
	fault := func(format string, args ...any) {
		v.bad = append(v.bad, at+": "+fmt.Sprintf(format, args...))
	}
	if types, ok := s["type"]; ok && !fits(types, value) {
		fault("%v is not %v", value, types)
		return
	}
	if enum, ok := s["enum"].([]any); ok && !slices.Contains(enum, value) {
		fault("%v is none of %v", value, enum)
	}
	if p, ok := s["pattern"].(string); ok {
		if text, isText := value.(string); isText && !regexp.MustCompile(p).MatchString(text) {
			fault("%q does not match %s", text, p)
		}
	}
	switch value := value.(type) {
	case []any:
		if items, ok := s["items"].(object); ok {
			for i, e := range value {
				v.check(items, e, fmt.Sprintf("%s/%d", at, i))
			}
		}
	case object:
		if n, ok := s["minProperties"].(float64); ok && (float64(len(value)) < n || float64(len(value)) > s["maxProperties"].(float64)) {
			fault("%d keys", len(value))
		}
		required, _ := s["required"].([]any)
		for _, key := range required {
			if _, has := value[key.(string)]; !has {
				fault("no %v", key)
			} else {
				if v.needed == nil {
					v.needed = make(map[string]object)
				}
				v.needed[typeName+"."+key.(string)] = value
			}
		}
		properties, _ := s["properties"].(object)
		for key, e := range value {
			if p, ok := properties[key].(object); ok {
				v.check(p, e, at+"/"+key)
			} else if more, ok := s["additionalProperties"].(object); ok {
				v.check(more, e, at+"/"+key)
			} else {
				fault("unknown key %s", key)
			}
		}
	}
}

func fits(types, value any) bool {
	if list, ok := types.([]any); ok {
		return slices.ContainsFunc(list, func(t any) bool { return fits(t, value) })
	}
	switch value := value.(type) {
	case string:
		return types == "string"
	case bool:
		return types == "boolean"
	case float64:
		return types == "number" || types == "integer" && value == float64(int64(value))
	case []any:
		return types == "array"
	case object:
		return types == "object"
	}
	return false
}
