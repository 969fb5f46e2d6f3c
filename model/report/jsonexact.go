package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"
	"unicode/utf8"

	"tminus/model/journal"
	"tminus/model/room"
)

// exact decodes a value that must be valid UTF-8 and, where it is an object, hold each key of into exactly once, written
// as it is there, and no other.
func exact(raw []byte, into any) error {
	if !utf8.Valid(raw) {
		return errors.New("it is not valid UTF-8")
	}
	t := reflect.TypeOf(into).Elem()
	if t.Kind() == reflect.Struct {
		if err := keysOf(raw, t); err != nil {
			return err
		}
	}
	if bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		return errors.New("it is null")
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("expected %s: %w", wanted(t), err)
	}
	return nil
}

func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Int:
		return "a whole number"
	}
	return "an object"
}

func keysOf(raw []byte, t reflect.Type) error {
	known := map[string]bool{}
	for i := range t.NumField() {
		known[t.Field(i).Tag.Get("json")] = true
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return errors.New("expected an object")
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string) // keys are strings, or Token fails
		wanted, ok := known[name]
		switch {
		case !ok:
			return fmt.Errorf("the key %.40q is not known", name)
		case !wanted:
			return fmt.Errorf("the key %q stands twice", name)
		}
		known[name] = false
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return err
		}
		if bytes.Equal(value, []byte("null")) {
			return fmt.Errorf("%q is null", name)
		}
	}
	for name, missing := range known {
		if missing {
			return fmt.Errorf("the key %q is missing", name)
		}
	}
	return nil
}

// instantOf reads a time as WriteJSON writes it, and no other way.
func instantOf(s string) (time.Time, error) {
	at, err := time.Parse(journal.TimeLayout, s)
	if err != nil || stamp(at) != s {
		return at, fmt.Errorf("%.40q is no time as an export has it", s)
	}
	return at, nil
}

// documentsNamed are the hashes of documents that an entry's body names.
func documentsNamed(body string) []string {
	var list []string
	for _, m := range named().FindAllStringSubmatch(body, -1) {
		list = append(list, m[1])
	}
	return list
}

func compareSamples(a, b room.Sample) int {
	return cmp.Or(cmp.Compare(a.Monitor, b.Monitor), a.At.Compare(b.At), cmp.Compare(a.Series, b.Series), a.ReadAt.Compare(b.ReadAt), cmp.Compare(a.Value, b.Value))
}

func compareReads(a, b room.Read) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Detail, b.Detail), cmp.Compare(a.Requested, b.Requested))
}
