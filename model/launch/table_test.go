package launch

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestTableIsOne(t *testing.T) {
	kinds := map[string]bool{}
	for _, k := range newTable().kinds {
		if kinds[k.Kind] || k.Title == "" || reflect.TypeOf(k.Data).Kind() != reflect.Struct {
			t.Errorf("kind %s: twice, or without title or data", k.Kind)
		}
		kinds[k.Kind] = true
	}
	actions := map[string]bool{}
	for _, a := range newTable().actions {
		if actions[a.Name] || a.Title == "" || a.decide == nil || a.Kind != "" && !kinds[a.Kind] {
			t.Errorf("action %s: twice, or without title, kind or decision", a.Name)
		}
		actions[a.Name] = true
		for name := range a.choices {
			if !slices.ContainsFunc(a.Args, func(i ArgInfo) bool { return i.Name == name }) {
				t.Errorf("%s has choices for %s, which it does not take", a.Name, name)
			}
		}
	}
	var schema map[string]any
	if err := json.Unmarshal(LogSchema(), &schema); err != nil || len(schema["oneOf"].([]any)) != len(kinds) {
		t.Fatalf("schema: %v", err)
	}
}

func BenchmarkFold10000(b *testing.B) {
	l := newLaunch(b, Live, t0.Add(-14*24*time.Hour))
	users := []string{"el", "sec", "po", "pm"}
	for i := 0; len(l.entries) < 10000; i++ {
		l.now = l.now.Add(time.Minute)
		switch i % 4 {
		case 0:
			l.do("el", "item.check", "id=infra/one")
		case 1:
			l.do("el", "item.uncheck", "id=infra/one", "reason=again")
		default:
			l.do(users[i%4], "note.add", "text=a note of some length, as people write them in a launch")
		}
	}
	b.ResetTimer()
	for range b.N {
		s, err := New(l.entries[0], testRunbook(), testFile())
		if err != nil {
			b.Fatal(err)
		}
		for _, e := range l.entries[1:] {
			if err := s.Apply(e); err != nil {
				b.Fatal(err)
			}
		}
	}
}
