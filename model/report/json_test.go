package report_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/report"
	"tminus/model/room"
	"tminus/model/room/roomtest"
)

// into is a sink that keeps all.
type into struct {
	t     *testing.T
	store *roomtest.Memory
	items int
}

func (s *into) Entry(row journal.Row) error {
	s.items++
	e, err := journal.Parse(row)
	if err != nil {
		return err
	}
	return s.store.Append(s.t.Context(), []journal.Entry{e})
}

func (s *into) Document(hash, text string) error {
	s.items++
	got, err := s.store.PutDocument(s.t.Context(), text)
	if err == nil && got != hash {
		err = fmt.Errorf("document %s is %s", hash, got)
	}
	return err
}

func (s *into) Sample(name string, x room.Sample) error {
	s.items++
	return s.store.AppendSamples(s.t.Context(), name, []room.Sample{x})
}

func (s *into) Read(name string, r room.Read) error {
	s.items++
	return s.store.AppendRead(s.t.Context(), name, r)
}

func TestWhatIsReadBackIsTheSameFile(t *testing.T) {
	for _, title := range []string{"New checkout", hostile} {
		r := rolledBack(t, launch.Live, title, title)
		first := r.json()
		sink := &into{t: t, store: roomtest.NewMemory()}
		x, err := report.ReadJSON(strings.NewReader(first), []journal.Head{r.s.Head}, sink)
		if err != nil {
			t.Fatal(err)
		}
		if x.Launch != "checkout-v2" || x.ID != "id-1" || x.Mode != "LIVE" || x.Head.Seq != r.s.Head.Seq || x.Samples == 0 || x.Reads != 1 || x.Documents != 4 {
			t.Errorf("%+v", x)
		}
		again := &recorded{t: t, store: sink.store, s: r.s}
		if again.json() != first {
			t.Error("it is another file")
		}
		_, a := r.built()
		_, b := again.built()
		if written(t, report.HTML, a) != written(t, report.HTML, b) {
			t.Error("its report is another")
		}
	}
}

// edited decodes an export, lets it be changed and encodes it in the order that it must have.
func edited(t *testing.T, src string, change func(m map[string]any)) string {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(src), &m); err != nil {
		t.Fatal(err)
	}
	change(m)
	var b strings.Builder
	b.WriteByte('{')
	for i, key := range []string{"v", "launch", "entries", "documents", "samples", "reads"} {
		text, err := json.Marshal(m[key])
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:%s", key, text)
	}
	b.WriteByte('}')
	return b.String()
}

func TestWhatIsNotAsItWasWrittenIsRefused(t *testing.T) {
	r := rolledBack(t, launch.Live, "New checkout", "seen by all")
	good := r.json()
	entries := func(m map[string]any) []any { return m["entries"].([]any) }
	item := func(list any, i int) map[string]any { return list.([]any)[i].(map[string]any) }
	for name, c := range map[string]struct{ text, want string }{
		"empty":                 {"", "cut short"},
		"no JSON":               {"launch: x", "not JSON"},
		"a list":                {"[]", "expected {"},
		"cut":                   {good[:len(good)/2], "cut short"},
		"more":                  {good + "{}", "something follows"},
		"newer":                 {strings.Replace(good, `"v":1`, `"v":2`, 1), "newer"},
		"no version":            {strings.Replace(good, `"v":1,`, ``, 1), `expected the key "v"`},
		"version of text":       {strings.Replace(good, `"v":1`, `"v":"1"`, 1), "whole number"},
		"another launch":        {strings.Replace(good, `"launch":"checkout-v2"`, `"launch":"other"`, 1), "belongs to the launch"},
		"a name of escapes":     {strings.Replace(good, `"launch":"checkout-v2"`, `"launch":"a\u001b[2J"`, 1), "no launch's name"},
		"a key twice":           {strings.Replace(good, `"launch":"checkout-v2"`, `"launch":"x","launch":"checkout-v2"`, 1), `expected the key "entries"`},
		"a key twice within":    {strings.Replace(good, `{"body":`, `{"hash":"x","body":`, 1), "stands twice"},
		"a key of another case": {strings.Replace(good, `{"body":`, `{"Body":`, 1), "not known"},
		"an unknown key":        {strings.Replace(good, `{"monitor":`, `{"extra":1,"monitor":`, 1), "not known"},
		"null":                  {strings.Replace(good, `"documents":{`, `"documents":null,"x":{`, 1), "expected {"},
		"invalid UTF-8":         {strings.Replace(good, "seen by all", "seen \xff", 1), "UTF-8"},
		"too large":             {strings.Replace(good, `{"body":`, `{"body":"`+strings.Repeat("x", 33<<20)+`"`, 1), "longer than"},
		"too deep":              {strings.Replace(good, `{"body":`, strings.Repeat("[", 100_000), 1), "not JSON"},
		"a changed body":        {strings.Replace(good, "seen by all", "seen by few", 1), "the hash is not the body's"},
		"a changed hash":        {edited(t, good, func(m map[string]any) { item(m["entries"], 3)["hash"] = journal.Genesis }), "entry 4:"},
		"an entry less":         {edited(t, good, func(m map[string]any) { m["entries"] = append(entries(m)[:4:4], entries(m)[5:]...) }), "entry 5:"},
		"no entry":              {edited(t, good, func(m map[string]any) { m["entries"] = []any{} }), "no entry"},
		"a first entry that plans nothing": {edited(t, good, func(m map[string]any) {
			e, err := journal.Seal("checkout-v2", "LIVE", journal.Head{}, t0, journal.Draft{Kind: "note.added", Actor: journal.Actor{User: "x", Auth: "os-user"}})
			if err != nil {
				t.Fatal(err)
			}
			m["entries"] = []any{map[string]any{"body": e.Body, "hash": e.Hash}}
		}), "expected launch.planned"},
		"a changed document": {edited(t, good, func(m map[string]any) {
			for h := range m["documents"].(map[string]any) {
				m["documents"].(map[string]any)[h] = "another"
			}
		}), "was changed"},
		"a document less": {edited(t, good, func(m map[string]any) { m["documents"] = map[string]any{} }), "is missing"},
		"a document more": {edited(t, good, func(m map[string]any) { m["documents"].(map[string]any)[journal.Hash("x")] = "x" }), "no entry names"},
		"a sample less":   {edited(t, good, func(m map[string]any) { m["samples"] = m["samples"].([]any)[1:] }), "sealed"},
		"a changed value": {edited(t, good, func(m map[string]any) { item(m["samples"], 5)["value"] = 7.0 }), "sealed"},
		"samples out of order": {edited(t, good, func(m map[string]any) {
			l := m["samples"].([]any)
			l[0], l[1] = l[1], l[0]
		}), "out of order"},
		"a time of another form": {edited(t, good, func(m map[string]any) { item(m["samples"], 0)["at"] = "2026-11-24T10:00:00+01:00" }), "no time"},
		"a value of text":        {edited(t, good, func(m map[string]any) { item(m["samples"], 0)["value"] = "1" }), "expected an object"},
		"an infinite value":      {strings.Replace(good, `"value":`, `"value":1e999,"x":`, 1), "not known"},
		"a read twice": {edited(t, good, func(m map[string]any) {
			l := m["reads"].([]any)
			m["reads"] = append(l, l[0])
		}), "stands twice"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := report.ReadJSON(strings.NewReader(c.text), nil, &into{t: t, store: roomtest.NewMemory()})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("expected %q, got %v", c.want, err)
			}
			if err != nil && len(err.Error()) > 400 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
	}
	cut := journal.Head{Seq: r.s.Head.Seq + 3, Hash: journal.Genesis}
	if _, err := report.ReadJSON(strings.NewReader(good), []journal.Head{cut}, &into{t: t, store: roomtest.NewMemory()}); err == nil || !strings.Contains(err.Error(), "tail was cut") {
		t.Errorf("cut below a head that was seen: %v", err)
	}
}
