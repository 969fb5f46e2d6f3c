package journal

import (
	"encoding/json"
	"errors"
	"io"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// checkAgainstJSON holds that what Parse accepts is JSON that encoding/json reads to the same entry.
func checkAgainstJSON(t *testing.T, body string, e Entry) {
	t.Helper()
	if !utf8.ValidString(body) || strings.ContainsFunc(body, control) {
		t.Errorf("accepted raw bytes: %q", body)
	}
	var want Entry
	if err := json.Unmarshal([]byte(body), &want); err != nil {
		t.Fatalf("accepted what is no JSON: %v: %q", err, body)
	}
	if e.Launch != want.Launch || e.Mode != want.Mode || e.Kind != want.Kind || e.Seq != want.Seq || !e.At.Equal(want.At) ||
		e.Actor.User != want.Actor.User || e.Actor.Auth != want.Actor.Auth || !slices.Equal(e.Actor.Roles, want.Actor.Roles) {
		t.Errorf("parsed %+v\nwant %+v", e, want)
	}
	if (e.Context == nil) != (want.Context == nil) || e.Context != nil && len(e.Context.Metrics) != len(want.Context.Metrics) {
		t.Errorf("context %+v\nwant %+v", e.Context, want.Context)
	}
}

// reseal links rows anew from index i on, as somebody would who rewrites the log.
func reseal(rows []Row, i int) {
	for ; i < len(rows); i++ {
		prev := Genesis
		if i > 0 {
			prev = rows[i-1].Hash
		}
		p, _ := readPrefix(rows[i].Body)
		rows[i].Body = strings.Replace(rows[i].Body, `"prev":"`+p.prev, `"prev":"`+prev, 1)
		rows[i].Hash = Hash(rows[i].Body)
	}
}

func TestVerifyIntact(t *testing.T) {
	rows := chainOf(t, "checkout-v2", 20)
	anchors := []Head{{}, {Seq: 20, Hash: rows[19].Hash}, {Seq: 7, Hash: rows[6].Hash[:16]}}
	for name, verify := range map[string]func(string, iter.Seq2[Row, error], []Head) Report{"strict": Verify, "chain": VerifyChain} {
		r := verify("checkout-v2", seq(rows), anchors)
		if r.Err() != nil || r.Entries != 20 || r.Head.Seq != 20 || r.Head.Hash != rows[19].Hash || !r.Head.At.Equal(t0.Add(19*time.Second)) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	n := 0
	for e, err := range Entries("checkout-v2", seq(rows), anchors) {
		n++
		if err != nil || e.Seq != int64(n) || e.Body != rows[n-1].Body || e.Actor.User != "eng-lead" {
			t.Fatalf("%+v %v", e, err)
		}
	}
	if r := Verify("none", seq(nil), nil); n != 20 || r.Err() != nil || r.Entries != 0 || r.Head != (Head{}) {
		t.Errorf("%d entries; an empty log: %+v", n, r)
	}
}

func TestVerifyNamesTheFirstBadEntry(t *testing.T) {
	const bad = 5
	tests := map[string]struct {
		attack  func(rows []Row) []Row
		anchors func(rows []Row) []Head
		want    string
		inside  bool // only the strict pass can see it
	}{
		"one byte": {attack: func(r []Row) []Row {
			r[4].Body = strings.Replace(r[4].Body, "Holding", "Folding", 1)
			return r
		}, want: "the hash is not the body's"},
		"one byte and its hash": {attack: func(r []Row) []Row {
			r[3].Body = strings.Replace(r[3].Body, "Holding", "Folding", 1)
			r[3].Hash = Hash(r[3].Body)
			return r
		}, want: "its prev is not the hash of entry 4"},
		"a changed hash":  {attack: func(r []Row) []Row { r[4].Hash = strings.Repeat("0", 64); return r }, want: "the hash is not"},
		"an upper hash":   {attack: func(r []Row) []Row { r[4].Hash = strings.ToUpper(r[4].Hash); return r }, want: "the hash is not"},
		"a removed entry": {attack: func(r []Row) []Row { return slices.Delete(r, 4, 5) }, want: "missing: the next one that is there is entry 6"},
		"a removed and renumbered entry": {attack: func(r []Row) []Row {
			r = slices.Delete(r, 4, 5)
			for i := 4; i < len(r); i++ {
				r[i].Seq--
			}
			return r
		}, want: "its body says that it is entry 6"},
		"two swapped": {attack: func(r []Row) []Row {
			r[4].Body, r[5].Body = r[5].Body, r[4].Body
			r[4].Hash, r[5].Hash = r[5].Hash, r[4].Hash
			return r
		}, want: "its body says that it is entry 6"},
		"twice":          {attack: func(r []Row) []Row { return slices.Insert(r, 4, r[3])[:5] }, want: "in its place stands entry 4 once more"},
		"another launch": {attack: func(r []Row) []Row { r[4].Launch = "other"; return r }, want: `stands in the launch "other"`},
		"a duplicate key": {attack: func(r []Row) []Row {
			r[4].Body = strings.Replace(r[4].Body, `"text":`, `"TEXT":"x","text":`, 1)
			reseal(r, 4)
			return r
		}, want: `the key "text" stands twice`, inside: true},
		"a moved launch": {attack: func(r []Row) []Row {
			r[4].Body = strings.Replace(r[4].Body, `"launch":"checkout-v2"`, `"launch":"search-v1"`, 1)
			reseal(r, 4)
			return r
		}, want: `it belongs to the launch "search-v1"`, inside: true},
		"another mode": {attack: func(r []Row) []Row {
			r[4].Body = strings.Replace(r[4].Body, `"mode":"LIVE"`, `"mode":"REHEARSAL"`, 1)
			reseal(r, 4)
			return r
		}, want: `its mode is "REHEARSAL"`, inside: true},
		"time goes back": {attack: func(r []Row) []Row {
			r[4].Body = strings.Replace(r[4].Body, `09:47:21`, `09:47:19`, 1)
			reseal(r, 4)
			return r
		}, want: "is before that of the entry before"},
		"a cut tail": {attack: func(r []Row) []Row { return r[:4] },
			anchors: func(r []Row) []Head { return []Head{{Seq: 6, Hash: r[5].Hash}} }, want: "its tail was cut"},
		"rewritten": {attack: func(r []Row) []Row {
			r[2].Body = strings.Replace(r[2].Body, "Holding", "Folding", 1)
			reseal(r, 2)
			return r
		}, anchors: func(r []Row) []Head { return []Head{{Seq: 8, Hash: r[7].Hash}, {Seq: 5, Hash: r[4].Hash[:16]}} },
			want: "the log was written anew from there or earlier"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			rows := chainOf(t, "checkout-v2", 10)
			var anchors []Head
			if tt.anchors != nil {
				anchors = tt.anchors(rows)
			}
			rows = tt.attack(rows)
			r := Verify("checkout-v2", seq(rows), anchors)
			if r.Fault == nil || r.Fault.Seq != bad || !strings.Contains(r.Err().Error(), tt.want) || r.Entries != bad-1 {
				t.Errorf("Verify: %+v: %v", r, r.Err())
			}
			if r := VerifyChain("checkout-v2", seq(rows), anchors); (r.Fault == nil) != tt.inside {
				t.Errorf("VerifyChain: %+v", r)
			}
			var last error
			for _, err := range Entries("checkout-v2", seq(rows), anchors) {
				last = err
			}
			if f, ok := errors.AsType[*Fault](last); !ok || f.Seq != bad {
				t.Errorf("Entries: %v", last)
			}
		})
	}
}

func TestVerifyOfUnreadableRows(t *testing.T) {
	rows := chainOf(t, "x", 2)
	broken := func(yield func(Row, error) bool) {
		_ = yield(rows[0], nil) && yield(Row{}, io.ErrUnexpectedEOF)
	}
	if r := Verify("x", broken, nil); r.Fault == nil || r.Fault.Seq != 2 || !strings.Contains(r.Fault.Reason, "cannot be read") {
		t.Errorf("%+v", r)
	}
}

// Any edit of any byte, and any removal or exchange of entries but the last ones, breaks verification.
func TestAnyEditBreaksVerification(t *testing.T) {
	intact := chainOf(t, "checkout-v2", 8)
	rapid.Check(t, func(t *rapid.T) {
		rows := slices.Clone(intact)
		i := rapid.IntRange(0, len(rows)-1).Draw(t, "entry")
		first := i
		switch rapid.SampledFrom([]string{"body", "hash", "remove", "swap", "insert", "delete"}).Draw(t, "attack") {
		case "body":
			rows[i].Body = edit(t, rows[i].Body)
		case "hash":
			rows[i].Hash = edit(t, rows[i].Hash)
		case "insert":
			at := rapid.IntRange(0, len(rows[i].Body)).Draw(t, "at")
			rows[i].Body = rows[i].Body[:at] + string([]byte{rapid.Byte().Draw(t, "byte")}) + rows[i].Body[at:]
		case "delete":
			at := rapid.IntRange(0, len(rows[i].Body)-1).Draw(t, "at")
			rows[i].Body = rows[i].Body[:at] + rows[i].Body[at+1:]
		case "remove":
			i = rapid.IntRange(0, len(rows)-2).Draw(t, "removed")
			first, rows = i, slices.Delete(rows, i, i+1)
		case "swap":
			j := rapid.IntRange(0, len(rows)-1).Filter(func(j int) bool { return j != i }).Draw(t, "other")
			rows[i], rows[j] = rows[j], rows[i]
			rows[i].Seq, rows[j].Seq = rows[j].Seq, rows[i].Seq
			first = min(i, j)
		}
		for name, r := range map[string]Report{"Verify": Verify("checkout-v2", seq(rows), nil), "VerifyChain": VerifyChain("checkout-v2", seq(rows), nil)} {
			if r.Fault == nil || r.Fault.Seq != int64(first+1) {
				t.Fatalf("%s: %+v, want entry %d", name, r, first+1)
			}
		}
	})
}

func edit(t *rapid.T, s string) string {
	b := []byte(s)
	at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
	b[at] ^= rapid.ByteRange(1, 255).Draw(t, "flip")
	return string(b)
}

// Whatever texts and values are sealed, the strict reader takes them and reads them back.
func TestSealedAlwaysParses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := string(rapid.SliceOf(rapid.Byte()).Draw(t, "raw"))
		d := Draft{
			Actor: Actor{User: raw, Roles: []string{rapid.String().Draw(t, "role")}, Auth: AuthOSUser, Host: raw},
			Kind:  "note.added",
			Data:  map[string]any{"text": raw, "deep": []string{raw}},
			Context: &Context{Clock: raw, Metrics: map[string]Metric{
				raw: {Value: new(rapid.Float64Range(-1e300, 1e300).Draw(t, "value")), State: raw, At: new(t0)}}},
		}
		e, err := Seal("x", "LIVE", Head{}, t0, d)
		if err != nil {
			t.Fatal(err)
		}
		valid := strings.ToValidUTF8(raw, "\uFFFD")
		var data struct{ Text string }
		if err := json.Unmarshal(e.Data, &data); err != nil || strings.Count(data.Text, "\uFFFD") < strings.Count(valid, "\uFFFD") {
			t.Fatalf("data %q of %q: %v", e.Data, raw, err)
		}
		var want Entry
		if err := json.Unmarshal([]byte(e.Body), &want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(e.Actor, want.Actor) || !reflect.DeepEqual(e.Context, want.Context) {
			t.Fatalf("sealed %+v\nread %+v", e, want)
		}
	})
}
