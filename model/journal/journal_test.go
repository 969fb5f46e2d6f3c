package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

var t0 = time.Date(2026, 11, 24, 9, 47, 17, 123456789, time.UTC)

func sample(i int) Draft {
	return Draft{
		Actor: Actor{User: "eng-lead", Roles: []string{"engineering-lead"}, Auth: AuthOSUser, Host: "jump-1"},
		Kind:  "note.added",
		Data:  map[string]any{"id": fmt.Sprintf("n-%d", i), "text": "Holding at T-15m until the baseline is in", "list": []int{1, 2}},
		Context: &Context{Clock: "T-00:52:11", Phase: "go-no-go", Status: "GREEN", Metrics: map[string]Metric{
			"error-rate": {Value: new(0.04), Unit: "%", State: "OK", At: new(t0)},
			"latency":    {Unit: "ms", State: "NO DATA"},
		}},
	}
}

// chainOf seals n sample entries.
func chainOf(t testing.TB, launch string, n int) []Row {
	t.Helper()
	var head Head
	rows := make([]Row, 0, n)
	for i := range n {
		e, err := Seal(launch, "LIVE", head, t0.Add(time.Duration(i)*time.Second), sample(i))
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, Row{Launch: launch, Seq: e.Seq, Body: e.Body, Hash: e.Hash})
		head = e.Head()
	}
	return rows
}

func seq(rows []Row) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func rowOf(body string) Row {
	p, _ := readPrefix(body)
	return Row{Launch: "checkout-v2", Seq: p.seq, Body: body, Hash: Hash(body)}
}

func TestSealWritesTheExactForm(t *testing.T) {
	e, err := Seal("checkout-v2", "DRY RUN", Head{}, t0, Draft{Actor: Actor{User: "a", Auth: AuthSystem, Host: "h"}, Kind: "note.added",
		Data: map[string]string{"text": "<b> & \x1b[31m \x7f \u0085 \u2028 \u202e"}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"v":1,"seq":1,"prev":"` + Genesis + `","at":"2026-11-24T09:47:17.123456789Z","launch":"checkout-v2","mode":"DRY RUN",` +
		`"actor":{"user":"a","roles":[],"auth":"system","host":"h"},"kind":"note.added",` +
		`"data":{"text":"<b> & \u001b[31m \u007f \u0085 \u2028 ` + "\u202e" + `"}}`
	if e.Body != want {
		t.Errorf("body\n%s\nwant\n%s", e.Body, want)
	}
	if e.Hash != Hash(want) || e.Seq != 1 || e.Prev != Genesis || e.Kind != "note.added" || !e.At.Equal(t0) {
		t.Errorf("entry %+v", e)
	}
}

func TestSealThenParseIsTheSameEntry(t *testing.T) {
	var head Head
	for i := range 3 {
		e, err := Seal("checkout-v2", "LIVE", head, t0, sample(i))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Parse(Row{"checkout-v2", e.Seq, e.Body, e.Hash})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, e) {
			t.Errorf("parsed %+v\nsealed %+v", got, e)
		}
		var decoded Entry
		if err := json.Unmarshal([]byte(e.Body), &decoded); err != nil {
			t.Fatal(err)
		}
		decoded.Body, decoded.Hash = e.Body, e.Hash
		if !reflect.DeepEqual(got, decoded) {
			t.Errorf("Parse    %+v\nencoding/json %+v", got, decoded)
		}
		head = e.Head()
	}
}

func TestSealRaisesAnEarlierTime(t *testing.T) {
	first, err := Seal("x", "LIVE", Head{}, t0, sample(0))
	if err != nil {
		t.Fatal(err)
	}
	zone := time.FixedZone("", 3600)
	second, err := Seal("x", "LIVE", first.Head(), t0.Add(-time.Hour).In(zone), sample(1))
	if err != nil {
		t.Fatal(err)
	}
	if !second.At.Equal(t0) || !strings.Contains(second.Body, `"at":"2026-11-24T09:47:17.123456789Z"`) {
		t.Errorf("at %s", second.At)
	}
	if second.Prev != first.Hash || second.Seq != 2 {
		t.Errorf("seq %d prev %s", second.Seq, second.Prev)
	}
}

func TestSealReplacesInvalidUTF8Everywhere(t *testing.T) {
	d := Draft{Actor: Actor{User: "a\xff", Roles: []string{"r\xfe"}}, Kind: "note.added", Data: map[string]any{
		"text": "bad \xc3\x28", "deep": []any{map[string]string{"k\xff": "v\xed\xa0\x80"}}, "raw": json.RawMessage("\"x\xffy\x9b\""),
	}}
	e, err := Seal("x", "LIVE", Head{}, t0, d)
	if err != nil {
		t.Fatal(err)
	}
	if e.Actor.User != "a\uFFFD" || e.Actor.Roles[0] != "r\uFFFD" {
		t.Errorf("actor %q", e.Actor)
	}
	var data struct{ Raw, Text string }
	if err := json.Unmarshal(e.Data, &data); err != nil || data.Raw != "x\uFFFDy\uFFFD" || data.Text != "bad \uFFFD(" {
		t.Errorf("data %q, %v", data, err)
	}
}

func TestSealRefuses(t *testing.T) {
	tests := map[string]struct {
		d    Draft
		want string
	}{
		"no object":      {Draft{Kind: "k", Data: []int{1}}, "data is not an object"},
		"no kind":        {Draft{}, "kind is empty"},
		"not a number":   {Draft{Kind: "k", Data: map[string]float64{"v": math.NaN()}}, "the value NaN has no form in JSON"},
		"key twice":      {Draft{Kind: "k", Data: map[string]int{"Id": 1, "id": 2}}, `the key "id" stands twice`},
		"half surrogate": {Draft{Kind: "k", Data: json.RawMessage(`{"a":"\ud800"}`)}, "half a surrogate pair"},
		"too long":       {Draft{Kind: "k", Data: map[string]string{"a": strings.Repeat("x", MaxBody)}}, "at most 1048576"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := Seal("x", "LIVE", Head{}, t0, tt.d); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
	if _, err := Seal("x", "LIVE", Head{}, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), sample(0)); err == nil {
		t.Error("a year of five digits was written")
	}
	if _, err := Seal("x", "LIVE", Head{Seq: 4, Hash: "ab"}, t0, sample(0)); err == nil {
		t.Error("a head without a hash was followed")
	}
}

func TestHeads(t *testing.T) {
	h := Head{Seq: 142, Hash: strings.Repeat("9c", 32)}
	if h.String() != "142:9c9c9c9c9c9c9c9c" || h.Long() != "142:"+h.Hash || (Head{}).String() != "0:0000000000000000" {
		t.Errorf("%s %s %s", h, h.Long(), Head{})
	}
	for _, s := range []string{h.String(), h.Long(), " 142:9C9C9C9C9C9C9C9C9C\n"} {
		got, err := ParseHead(s)
		if err != nil || got.Seq != 142 || !strings.HasPrefix(h.Hash, got.Hash) {
			t.Errorf("ParseHead(%q) = %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "142", "142:", "142:9c", "0:9c9c9c9c9c9c9c9c", "-1:9c9c9c9c9c9c9c9c", "x:9c9c9c9c9c9c9c9c",
		"142:9c9c9c9c9c9c9c9g", "142:" + h.Hash + "0"} {
		if got, err := ParseHead(s); err == nil {
			t.Errorf("ParseHead(%q) = %v", s, got)
		}
	}
}

func TestNewerVersion(t *testing.T) {
	rows := chainOf(t, "checkout-v2", 3)
	body := strings.Replace(rows[2].Body, `{"v":1,`, `{"v":2,`, 1)
	rows[2] = rowOf(strings.Replace(body, `"kind":`, `"unheard":1,"kind":`, 1))
	if _, err := Parse(rows[2]); !errors.Is(err, ErrNewer) {
		t.Errorf("Parse: %v", err)
	}
	r := Verify("checkout-v2", seq(rows), nil)
	if r.Fault != nil || r.Newer != 3 || r.Entries != 3 || !errors.Is(r.Err(), ErrNewer) {
		t.Errorf("Verify: %+v", r)
	}
	rows[2].Body += " "
	if r := Verify("checkout-v2", seq(rows), nil); r.Fault == nil || r.Fault.Seq != 3 {
		t.Errorf("a changed entry of a newer version: %+v", r)
	}
	if r := Verify("checkout-v2", seq([]Row{rowOf(strings.Replace(rows[0].Body, `{"v":1,`, `{"v":0,`, 1))}), nil); r.Fault == nil {
		t.Error("version 0 was accepted")
	}
}
