package launch

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tminus/model/journal"
)

// drawCommand makes a command that is often a sensible one: from what Actions lists, with now and then a stray value.
func drawCommand(r *rapid.T, l *testLaunch, w Who) Command {
	infos := l.s.Actions(w, l.now)
	if rapid.IntRange(0, 9).Draw(r, "any action") > 0 {
		infos = slices.DeleteFunc(infos, func(a ActionInfo) bool { return a.WhyNot != "" })
	}
	a := infos[rapid.IntRange(0, len(infos)-1).Draw(r, "action")]
	c := Command{Action: a.Name, Args: map[string]string{}}
	for _, arg := range a.Args {
		switch {
		case arg.Name == "for" || arg.Name == "via":
			continue
		case arg.Name == "confirm":
			c.Args[arg.Name] = l.s.Name
		case arg.Name == "t0":
			c.Args[arg.Name] = "+" + strconv.Itoa(rapid.IntRange(1, 100).Draw(r, "minutes")) + "m"
		case len(arg.Choices) > 0 && (arg.Required || rapid.Bool().Draw(r, "given")):
			c.Args[arg.Name] = rapid.SampledFrom(arg.Choices).Draw(r, arg.Name)
		case arg.Required:
			c.Args[arg.Name] = "some " + arg.Name
		}
	}
	if rapid.IntRange(0, 9).Draw(r, "attested") == 0 {
		c.Args["for"], c.Args["via"] = rapid.SampledFrom([]string{"pm", "el", "po", "em", "sec", "bob"}).Draw(r, "for"), "voice"
	}
	return c
}

// hostile is an entry that somebody with the database's key could have chained: any kind, strange data.
func hostile(r *rapid.T, l *testLaunch) {
	kinds := Kinds()
	k := kinds[rapid.IntRange(0, len(kinds)-1).Draw(r, "kind")]
	var data map[string]any
	b, _ := json.Marshal(k.Data)
	_ = json.Unmarshal(b, &data)
	ids := []any{"infra/one", "infra", "flag", "database", "flag-check", "el", "product-owner", "", "GO", "T-15m", "done", 7, nil, map[string]any{"x": 1}, []any{1}, true}
	if data == nil {
		data = map[string]any{}
	}
	for _, key := range slices.Sorted(maps.Keys(data)) {
		if rapid.Bool().Draw(r, "changed") {
			data[key] = rapid.SampledFrom(ids).Draw(r, key)
		}
	}
	l.put(journal.Actor{User: rapid.SampledFrom([]string{"el", "nobody"}).Draw(r, "user"), Auth: journal.AuthOSUser}, k.Kind, data)
}

// snapshot is what who is not listed must not change, and what an undo brings back.
func snapshot(s *State) string {
	items := map[string]ItemState{}
	for id, it := range s.Items {
		items[id] = it.State
	}
	votes := []map[string]Vote{}
	for _, p := range s.Polls {
		v := map[string]Vote{"": p.Decision, "lapsed": Vote(p.Lapsed)}
		for role, vote := range p.Votes {
			v[role] = vote.Vote
		}
		votes = append(votes, v)
	}
	steps := map[string]string{}
	for id, st := range s.Steps {
		steps[id] = fmt.Sprint(st.State, st.Attempt, len(st.Verified))
	}
	notes := map[int64]string{}
	for seq, n := range s.Notes {
		if n.Withdrawn == nil {
			notes[seq] = n.Text
		}
	}
	return fmt.Sprint(items, slices.Sorted(maps.Keys(s.Sections)), slices.Sorted(maps.Keys(s.Tasks)), votes, steps,
		slices.Sorted(maps.Keys(s.Confirmed)), s.Takings, s.Clock.T0, s.Clock.Hold != nil, s.Clock.Scrub != nil, "notes", notes)
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		withHostile := rapid.Bool().Draw(r, "with hostile entries")
		mode := rapid.SampledFrom([]Mode{Live, Rehearsal}).Draw(r, "mode")
		l := newLaunch(t, mode, t0.Add(-70*time.Minute))
		switch rapid.IntRange(0, 4).Draw(r, "start") {
		case 1:
			l.ready()
		case 2:
			l.do("pm", "poll.open")
		case 3:
			l.ready()
			l.giveGo()
			l.now = t0.Add(-time.Minute)
		case 4:
			l.ready()
			l.giveGo()
			l.do("em", "role.take", "role=database-admin", "reason=nobody holds it")
			l.now = t0
			l.do("el", "step.start", "id=flag")
		}
		for range rapid.IntRange(1, 80).Draw(r, "commands") {
			l.now = l.now.Add(time.Duration(rapid.SampledFrom([]int{0, 0, 1, 5, 20, 60, 600, 3600}).Draw(r, "seconds")) * time.Second)
			if withHostile && rapid.IntRange(0, 5).Draw(r, "raw") == 0 {
				hostile(r, l)
				continue
			}
			user := rapid.SampledFrom([]string{"pm", "el", "po", "em", "sec", "bob"}).Draw(r, "user")
			step(r, l, who(user))
		}
		l.refold()
	})
}

func step(r *rapid.T, l *testLaunch, w Who) {
	for _, ev := range l.s.Due(l.now) {
		l.put(journal.Actor{User: "tminus", Auth: journal.AuthSystem}, ev.Kind, ev.Data)
	}
	if len(l.s.Due(l.now)) > 0 {
		r.Fatal("due again after it was journaled")
	}
	c := drawCommand(r, l, w)
	before, oddities := snapshot(l.s), len(l.s.Oddities)
	hadGo, clock, held := l.s.GoInForce(), l.s.Countdown(l.now), l.s.Held(l.now)
	events, err := l.s.Decide(w, c, l.now)
	if err != nil {
		if _, ok := Refused(err); !ok {
			r.Fatalf("%+v: %v is no refusal", c, err)
		}
		return
	}
	for _, ev := range events {
		l.put(l.s.ActorFor(w, ev), ev.Kind, ev.Data)
		if begins := ev.Kind == "step.started" || ev.Kind == "step.skipped" || ev.Kind == "step.retried"; begins && (!hadGo || clock < 0 || held) {
			r.Fatalf("%s without a GO, before T-0 or from a hold", ev.Kind)
		}
		if Describe(l.s, l.entries[len(l.entries)-1]) == "" {
			r.Fatalf("%s has no words", ev.Kind)
		}
	}
	if len(l.s.Oddities) > oddities {
		r.Fatalf("%+v led to an oddity: %+v", c, l.s.Oddities[oddities])
	}
	if l.s.Countdown(l.now) >= 0 && !l.s.GoInForce() && !l.s.Held(l.now) && l.s.Clock.Scrub == nil && !l.s.sequenceBegun() && !l.s.Clock.Late {
		r.Fatalf("T-0 without a GO: %v", l.s.Countdown(l.now))
	}
	checkCaller(r, l, w, c, before)
}

func checkCaller(r *rapid.T, l *testLaunch, w Who, c Command, before string) {
	if !l.s.Listed(w) {
		was, _, _ := strings.Cut(before, "notes")
		if is, _, _ := strings.Cut(snapshot(l.s), "notes"); is != was {
			r.Fatalf("who is not listed changed more than notes, by %+v", c)
		}
	}
	list := l.s.undo[l.s.Actor(w).User]
	if len(list) == 0 || list[len(list)-1].seq != l.s.Head.Seq || c.Action == "undo" {
		return
	}
	events, err := l.s.Decide(w, Command{Action: "undo"}, l.now)
	if err != nil {
		return // what came after it may stand in the way
	}
	for _, ev := range events {
		l.put(l.s.ActorFor(w, ev), ev.Kind, ev.Data)
	}
	if after := snapshot(l.s); after != before {
		r.Fatalf("undo of %+v does not bring back\n%s\nbut leads to\n%s", c, before, after)
	}
}

// Nothing that stands in an intact chain may make the fold panic, whatever it says.
func TestApplyIsTotal(t *testing.T) {
	for _, k := range Kinds() {
		for _, data := range []string{`{}`, `{"id":7}`, `{"id":null,"what":"x"}`, `{"at":"0001-01-01T00:00:00Z","t0":"9999-12-31T23:59:59Z","seq":-1}`, `{"role":"no","to":"T-15m"}`} {
			l := newLaunch(t, Rehearsal, t0.Add(-time.Hour))
			l.put(journal.Actor{User: "x"}, k.Kind, json.RawMessage(data))
			last := l.entries[1]
			if Describe(l.s, last) == "" && k.Kind != "note.added" {
				t.Errorf("%s %s has no words", k.Kind, data)
			}
			l.s.Actions(who("el"), l.now)
			l.refold()
		}
	}
	l := newLaunch(t, Live, t0.Add(-time.Hour))
	l.put(journal.Actor{User: "x"}, "flag.off", map[string]any{})
	l.put(journal.Actor{User: "x"}, "note.added", NoteAdded{Text: "later"})
	if l.s.Entries != 3 || l.s.ReadOnly == "" || len(l.s.Notes) != 1 {
		t.Fatalf("%+v", l.s)
	}
	l.refuse(false, `kind "flag.off"`, "el", "note.add", "text=x")
	if err := l.s.Apply(l.entries[1]); err == nil {
		t.Fatal("an entry out of turn was applied")
	}
}

func TestTableIsOne(t *testing.T) {
	kinds := map[string]bool{}
	for _, k := range Kinds() {
		if kinds[k.Kind] || k.Title == "" || reflect.TypeOf(k.Data).Kind() != reflect.Struct {
			t.Errorf("kind %s: twice, or without title or data", k.Kind)
		}
		kinds[k.Kind] = true
	}
	actions := map[string]bool{}
	for _, a := range Table() {
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
