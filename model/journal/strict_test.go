package journal

import (
	"strings"
	"testing"
	"time"
)

func TestParseRefuses(t *testing.T) {
	good := chainOf(t, "checkout-v2", 1)[0]
	if _, err := Parse(good); err != nil {
		t.Fatal(err)
	}
	many := make([]string, 0, 60000)
	for range cap(many) {
		many = append(many, `"k`+strings.Repeat("x", len(many)%9)+string(rune('a'+len(many)%26))+`":1`)
	}
	tests := map[string]struct{ old, new, want string }{
		"a line break":          {`"data":`, "\n\"data\":", "a raw control character"},
		"a tab in a string":     {"Holding", "\tHolding", "a raw control character"},
		"a raw DEL":             {"Holding", "\x7fHolding", "a raw control character"},
		"a raw C1 character":    {"Holding", "\u009bHolding", "a raw control character"},
		"invalid UTF-8":         {"Holding", "\xffHolding", "invalid UTF-8"},
		"an encoded surrogate":  {"Holding", "\xed\xa0\x80Holding", "invalid UTF-8"},
		"a lone low surrogate":  {"Holding", `\udc00`, "half a surrogate pair"},
		"a lone high surrogate": {"Holding", `\ud800\u0041`, "half a surrogate pair"},
		"an unknown escape":     {"Holding", `\x41`, "an invalid escape"},
		"a key twice":           {`"kind":`, `"kind":"a","kind":`, `the key "kind" stands twice`},
		"a key twice, cased":    {`"kind":`, `"KIND":"a","kind":`, `the key "KIND" is not known`},
		"a prefix key again":    {`"kind":`, `"seq":9,"kind":`, `the key "seq" stands twice`},
		"a prefix key, cased":   {`"kind":`, `"Seq":9,"kind":`, `the key "Seq" stands twice`},
		"an escaped key":        {`"kind":`, `"\u006bind":"x","kind":`, `the key "kind" is not known`},
		"nested key twice":      {`"data":{`, `"data":{"a":{"b":[{"c":1,"C":2}]},`, `the key "C" stands twice`},
		"nested, escaped":       {`"data":{`, `"data":{"q":1,"\u0051":2,`, `the key "Q" stands twice`},
		"nested, Kelvin":        {`"data":{`, `"data":{"k":1,"` + "\u212a" + `":2,`, `stands twice`},
		"twice among many":      {`"data":{`, `"data":{` + strings.Join(many, ",") + `,`, "stands twice"},
		"an unknown key":        {`"kind":`, `"extra":1,"kind":`, `the key "extra" is not known`},
		"a cased actor key":     {`"user":"eng-lead"`, `"User":"eng-lead"`, "written in another case"},
		"another launch":        {`"launch":"checkout-v2"`, `"launch":"checkout-v3"`, `belongs to the launch "checkout-v3"`},
		"no launch":             {`"launch":"checkout-v2",`, ``, "is missing"},
		"no mode":               {`"mode":"LIVE"`, `"mode":""`, "mode is empty"},
		"data is a list":        {`"data":{`, `"data":[{`, "data is not an object"},
		"data is null":          {`"data":{`, `"data":null,"x":{`, "data is not an object"},
		"actor is text":         {`"actor":{`, `"actor":"a","x":{`, "expected {"},
		"a trailing comma":      {`"list":[1,2]`, `"list":[1,2,]`, "malformed number"},
		"a leading zero":        {`[1,2]`, `[01,2]`, "malformed number"},
		"a bare fraction":       {`[1,2]`, `[1.,2]`, "malformed number"},
		"an empty exponent":     {`[1,2]`, `[1e,2]`, "malformed number"},
		"a wrong word":          {`[1,2]`, `[nil]`, "expected null"},
		"a metric too large":    {`"value":0.04`, `"value":1e999`, "malformed number"},
		"a metric's bad time":   {`"state":"NO DATA"`, `"state":"NO DATA","at":"x"`, "malformed time"},
		"nested too deeply":     {`[1,2]`, strings.Repeat("[", 200) + strings.Repeat("]", 200), "nested too deeply"},
		"trailing data":         {"", "x", "something follows"},
		"a trailing space":      {"", " ", "something follows"},
		"a second object":       {"", "{}", "something follows"},
		"an end in the middle":  {`}`, "", "the body ends in the middle"},
		"a NUL":                 {"Holding", "\x00", "a raw control character"},
		"a space in the prefix": {`{"v":1,"seq"`, `{"v":1, "seq"`, "does not begin"},
		"a leading space":       {`{"v":1,`, ` {"v":1,`, "does not begin"},
		"a byte order mark":     {`{"v":1,`, "\ufeff" + `{"v":1,`, "does not begin"},
		"a longer seq":          {`"seq":1,`, `"seq":01,`, "does not begin"},
		"a negative seq":        {`"seq":1,`, `"seq":-1,`, "does not begin"},
		"an upper-case prev":    {`"prev":"0`, `"prev":"A`, "does not begin"},
		"a time with an offset": {`123456789Z`, `123456789+00:00`, "does not begin"},
		"an empty fraction":     {`.123456789Z`, `.Z`, "does not begin"},
		"a comma fraction":      {`.123456789Z`, `,123456789Z`, "does not begin"},
		"a long fraction":       {`.123456789Z`, `.1234567890Z`, "does not begin"},
		"an impossible day":     {`2026-11-24T`, `2026-11-31T`, "does not begin"},
		"a lower-case t":        {`2026-11-24T`, `2026-11-24t`, "does not begin"},
		"a prefix in no order":  {`{"v":1,"seq":1,`, `{"seq":1,"v":1,`, "does not begin"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			body := strings.Replace(good.Body, tt.old, tt.new, 1)
			switch {
			case tt.old == "":
				body = good.Body + tt.new
			case tt.new == "" && tt.old == "}":
				body = good.Body[:len(good.Body)-1]
			}
			if body == good.Body {
				t.Fatal("the case changes nothing")
			}
			_, err := Parse(Row{"checkout-v2", 1, body, Hash(body)})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			if r := Verify("checkout-v2", seq([]Row{{"checkout-v2", 1, body, Hash(body)}}), nil); r.Fault == nil || r.Fault.Seq != 1 {
				t.Errorf("Verify: %+v", r)
			}
		})
	}
}

func TestParseAccepts(t *testing.T) {
	good := chainOf(t, "checkout-v2", 1)[0]
	tests := map[string]struct{ old, new string }{
		"no fraction":             {`.123456789Z`, `Z`},
		"one digit":               {`.123456789Z`, `.1Z`},
		"spaces after the prefix": {`,"kind":`, ` , "kind" : `},
		"no context":              {good.Body[strings.Index(good.Body, `,"context"`):], `}`},
		"line separator":          {"Holding", "\u2028\u2029"},
		"escaped NUL and pair":    {"Holding", `\u0000\ud83d\ude80`},
		"an unknown actor key":    {`"user":"eng-lead"`, `"user":"eng-lead","key":{"a":[null,true,-1.5e+3]}`},
		"the same key elsewhere":  {`"list":[1,2]`, `"list":[{"id":1},{"id":2,"x":{"id":3}}]`},
		"many keys":               {`"list":[1,2]`, manyObjects(5000)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			body := strings.Replace(good.Body, tt.old, tt.new, 1)
			if body == good.Body {
				t.Fatal("the case changes nothing")
			}
			if _, err := Parse(Row{"checkout-v2", 1, body, Hash(body)}); err != nil {
				t.Error(err)
			}
		})
	}
	body := strings.Replace(good.Body, "Holding", strings.Repeat("x", MaxBody), 1)
	if _, err := Parse(rowOf(body)); err == nil {
		t.Error("a body of more than 1 MiB was accepted")
	}
}

func manyObjects(n int) string {
	var b strings.Builder
	b.WriteString(`"list":[{`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + strings.Repeat("k", i/50+1) + string(rune('a'+i%10)) + strings.Repeat("z", i/10%5) + `":{"a":1}`)
	}
	b.WriteString("}]")
	return b.String()
}

func TestHostileKeysTakeLinearTime(t *testing.T) {
	var b strings.Builder
	for i := 0; b.Len() < MaxBody-2000; i++ {
		b.WriteString(`,"` + time.Duration(i).String() + `":0`)
	}
	good := chainOf(t, "checkout-v2", 1)[0]
	body := strings.Replace(good.Body, `"list":[1,2]`, `"list":[1,2]`+b.String(), 1)
	start := time.Now()
	if _, err := Parse(rowOf(body)); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("took %s", took)
	}
}

func FuzzParse(f *testing.F) {
	for _, r := range chainOf(f, "checkout-v2", 2) {
		f.Add(r.Body)
	}
	f.Add(`{"v":1,"seq":1,"prev":"`)
	f.Add(`{"v":2,"seq":1}`)
	f.Fuzz(func(t *testing.T, body string) {
		e, err := Parse(rowOf(body))
		if err != nil {
			return
		}
		checkAgainstJSON(t, body, e)
	})
}
