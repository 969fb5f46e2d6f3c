package launch

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tminus/model/journal"
)

// player makes the random moves. Rapid draws its seed and how many moves there are: its own draws lean towards small
// numbers, which would keep to the first few actions of the table.
type player struct {
	*rapid.T
	rng *rand.Rand
	l   *testLaunch
}

func pick[E any](p player, list []E) E { return list[p.rng.IntN(len(list))] }

func (p player) oneIn(n int) bool { return p.rng.IntN(n) == 0 }

var players = []string{"pm", "el", "el", "el", "po", "em", "em", "sec", "bob"}

// command is often a sensible one, from what Actions lists, with now and then a stray value.
func (p player) command(w Who) Command {
	infos := p.l.s.Actions(w, p.l.now)
	if open := slices.DeleteFunc(slices.Clone(infos), func(a ActionInfo) bool { return a.WhyNot != "" }); len(open) > 0 && !p.oneIn(10) {
		infos = open
	}
	// Weighted towards what leads a launch on: left alone, notes, roles and scrubs are most of what is open.
	var bag []ActionInfo
	for _, a := range infos {
		noun, _, _ := strings.Cut(a.Name, ".")
		weight := map[string]int{"step": 25, "poll": 8, "item": 4, "section": 6, "task": 2, "clock": 2, "trigger": 2, "baseline": 2, "value": 2}[noun]
		switch a.Name {
		case "clock.scrub", "clock.recycle", "step.abort", "step.unconfirm", "step.resolve", "item.uncheck", "section.withdraw", "poll.withdraw":
			weight = 0
		}
		if a.Name == "launch.close" && !p.oneIn(8) { // nothing comes after that
			continue
		}
		bag = append(bag, slices.Repeat([]ActionInfo{a}, 1+weight)...)
	}
	a := pick(p, bag)
	c := Command{Action: a.Name, Args: map[string]string{}}
	for _, arg := range a.Args {
		switch {
		case arg.Name == "for" || arg.Name == "via":
			continue
		case arg.Name == "confirm":
			c.Args[arg.Name] = p.l.s.Name
		case arg.Name == "t0":
			c.Args[arg.Name] = "+" + strconv.Itoa(1+p.rng.IntN(100)) + "m"
		case watchArgs[arg.Name] != nil:
			if arg.Required || p.oneIn(3) {
				c.Args[arg.Name] = pick(p, watchArgs[arg.Name])
			}
		case len(arg.Choices) > 0 && (arg.Required || !p.oneIn(3)):
			c.Args[arg.Name] = pick(p, arg.Choices)
			if arg.Name == "what" && !p.oneIn(4) {
				c.Args[arg.Name] = arg.Choices[0] // of the step that runs
			}
		case arg.Required, arg.Name == "reason":
			c.Args[arg.Name] = fmt.Sprintf("some %s %d", arg.Name, p.rng.IntN(10))
		}
	}
	if p.oneIn(10) {
		c.Args["for"], c.Args["via"] = pick(p, players), "voice"
	}
	return c
}

// hostile is an entry that somebody with the database's key could have chained: any kind, strange data.
func (p player) hostile() {
	k := pick(p, newTable().kinds)
	data := map[string]any{}
	b, _ := json.Marshal(k.Data)
	_ = json.Unmarshal(b, &data)
	ids := append(p.strange(), "infra/one", "infra", "flag", "database", "flag-check", "el", "product-owner", "", "GO", "T-15m", "done", 7, nil, map[string]any{"x": 1}, []any{1}, true)
	for _, key := range slices.Sorted(maps.Keys(data)) {
		if p.oneIn(2) {
			data[key] = pick(p, ids)
		}
	}
	p.l.put(journal.Actor{User: pick(p, []string{"el", "nobody"}), Auth: journal.AuthOSUser}, k.Kind, data)
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
	checkins := map[string]int64{}
	for role, c := range s.Checkins {
		checkins[role] = c.Seq
	}
	notes := map[int64]string{}
	for seq, n := range s.Notes {
		if n.Withdrawn == nil {
			notes[seq] = n.Text
		}
	}
	rollbacks := []string{}
	for _, b := range s.Rollbacks {
		rollbacks = append(rollbacks, fmt.Sprint(b.ID, b.State(s), b.Priority, len(b.Approvals), b.Aborted != nil, b.Verdict))
	}
	return fmt.Sprint(rollbacks, len(s.Calls), items, slices.Sorted(maps.Keys(s.Sections)), slices.Sorted(maps.Keys(s.Tasks)), votes, steps,
		slices.Sorted(maps.Keys(s.Confirmed)), watching(s), closing(s), s.Takings, checkins, s.Clock.T0, s.Clock.Hold != nil, s.Clock.Scrub != nil, "notes", notes)
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		mode := rapid.SampledFrom([]Mode{Live, Rehearsal}).Draw(r, "mode")
		p := player{T: r, rng: rand.New(rand.NewChaCha8([32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(r, "seed")))), l: newLaunch(t, mode, t0.Add(-70*time.Minute))}
		raw := rapid.Bool().Draw(r, "with hostile entries")
		p.start(rapid.IntRange(0, 3).Draw(r, "start"))
		for range 100 - rapid.IntRange(0, 99).Draw(r, "moves left out") {
			p.l.now = p.l.now.Add(time.Duration(pick(p, []int{0, 0, 0, 1, 5, 20, 60, 600})) * time.Second)
			switch {
			case raw && p.oneIn(6):
				p.hostile()
			case p.oneIn(8):
				p.fire()
			default:
				p.move(who(pick(p, players)))
			}
			p.watchHolds()
		}
		p.l.refold()
	})
}

// start brings the launch some way, so that the moves reach every part of it.
func (p player) start(how int) {
	l := p.l
	switch how {
	case 1:
		l.do("pm", "poll.open")
	case 2:
		l.ready()
		l.giveGo()
		l.now = t0.Add(-time.Minute)
	case 3:
		l.ready()
		l.giveGo()
		l.do("em", "role.take", "role=database-admin", "reason=nobody holds it")
		l.now = t0
		l.do("el", "step.start", "id=flag")
	}
}

func (p player) put(w Who, events []Event) {
	for _, ev := range events {
		p.l.put(p.l.s.ActorFor(w, ev), ev.Kind, ev.Data)
	}
}

func (p player) move(w Who) {
	l := p.l
	l.due()
	if len(l.s.Due(l.now)) > 0 {
		p.Fatal("due again after it was journaled")
	}
	c := p.command(w)
	before, oddities := snapshot(l.s), len(l.s.Oddities)
	hadGo, clock, held := l.s.GoInForce(), l.s.Countdown(l.now), l.s.Held(l.now)
	events, err := l.s.Decide(w, c, l.now)
	if needs := (*Needs)(nil); errors.As(err, &needs) {
		c.Measured = p.measure(needs)
		l.now = l.now.Add(time.Duration(p.rng.IntN(3)) * time.Second)
		l.due()
		events, err = l.s.Decide(w, c, l.now)
	}
	if err != nil {
		if _, ok := Refused(err); !ok {
			p.Fatalf("%+v: %v is no refusal", c, err)
		}
		return
	}
	p.put(w, events)
	for _, ev := range events {
		if begins := ev.Kind == "step.started" || ev.Kind == "step.skipped" || ev.Kind == "step.retried"; begins && (!hadGo || clock < 0 || held) {
			p.Fatalf("%s without a GO, before T-0 or from a hold", ev.Kind)
		}
	}
	if len(l.s.Oddities) > oddities {
		p.Fatalf("%+v led to an oddity: %+v", c, l.s.Oddities[oddities])
	}
	if Describe(l.s, l.entries[len(l.entries)-1]) == "" {
		p.Fatalf("%+v has no words", c)
	}
	if l.s.Countdown(l.now) >= 0 && !l.s.GoInForce() && !l.s.Held(l.now) && l.s.Clock.Scrub == nil && !l.s.sequenceBegun() {
		p.Fatalf("T-0 without a GO: %v", l.s.Countdown(l.now))
	}
	if !l.s.Listed(w) {
		was, _, _ := strings.Cut(before, "notes")
		if is, _, _ := strings.Cut(snapshot(l.s), "notes"); is != was {
			p.Fatalf("who is not listed changed more than notes, by %+v", c)
		}
	}
	p.undo(w, c, before)
}

// undo takes the entry that was just made back, where that is possible, and expects what was before.
func (p player) undo(w Who, c Command, before string) {
	l := p.l
	list := l.s.undo[l.s.Actor(w).User]
	if len(list) == 0 || list[len(list)-1].seq != l.s.Head.Seq || c.Action == "undo" || !p.oneIn(3) {
		return
	}
	events, err := l.s.Decide(w, Command{Action: "undo"}, l.now)
	if err != nil {
		return // what it led to may stand in the way
	}
	p.put(w, events)
	if after := snapshot(l.s); after != before {
		p.Fatalf("undo of %+v does not bring back\n%s\nbut leads to\n%s", c, before, after)
	}
}

// Nothing that stands in an intact chain may make the fold panic, whatever it says.
func TestApplyIsTotal(t *testing.T) {
	for _, k := range newTable().kinds {
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
