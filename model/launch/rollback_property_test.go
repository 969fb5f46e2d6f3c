package launch

import (
	"encoding/json"
	"errors"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tminus/model/journal"
)

// backPlayer plays people, the room with its outside, and who could write into the journal's file.
type backPlayer struct {
	player
	started  time.Time       // when the room began
	intended map[string]bool // calls that the room has intended
	judged   map[string]bool // rollbacks whose authorization was looked at
}

// What is authorised, and what is carried out, keeps to the rules whatever people, the outside and forgers do.
func TestRollbackProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		mode := rapid.SampledFrom([]Mode{Live, Live, DryRun}).Draw(r, "mode")
		seed := [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(r, "seed"))
		p := &backPlayer{player: player{T: r, rng: rand.New(rand.NewChaCha8(seed)), l: backLaunch(t, mode)}, intended: map[string]bool{}, judged: map[string]bool{}}
		p.started = p.l.now
		if rapid.Bool().Draw(r, "a trigger fires") { // so that requests do not lapse
			p.l.fires("orders-fall")
		}
		raw := rapid.Bool().Draw(r, "with hostile entries")
		for range 120 - rapid.IntRange(0, 119).Draw(r, "moves left out") {
			p.l.now = p.l.now.Add(time.Duration(pick(p.player, []int{0, 0, 0, 0, 0, 0, 1, 1, 1, 12, 60, 300, 960})) * time.Second)
			p.l.due()
			switch n := p.rng.IntN(12); {
			case raw && n == 0:
				p.forge()
			case n == 1:
				p.l.now = p.l.now.Add(time.Second)
				p.started = p.l.now
			case n < 6:
				p.say()
			default:
				p.work()
			}
			p.l.due()
			p.holds()
		}
		p.l.refold()
		if again := p.l.again(); !reflect.DeepEqual(again.Work(p.started), p.l.s.Work(p.started)) {
			p.Fatal("the next room would find other work")
		}
	})
}

// say is a command of somebody; what it leads to is never passed over by the fold.
func (p *backPlayer) say() {
	l := p.l
	id := "R1-00000000"
	if n := len(l.s.Rollbacks); n > 0 && !p.oneIn(8) {
		id = l.s.Rollbacks[n-1-p.rng.IntN(min(n, 2))].ID
	}
	step := pick(p.player, []string{"off", "off", "db", "db", "code", "turn-on", "migrate"})
	if b := l.s.CurrentRollback(); b.Running() && !p.oneIn(3) && l.s.nextOf(b) != nil {
		step = l.s.nextOf(b).ID
	}
	choices := map[string][]string{
		"rollback.request": {"reason=x", pick(p.player, []string{"steps=off", "steps=off,db,code", "steps=db", "steps=code", "reason=y"}), pick(p.player, []string{"priority=high", "priority=normal", "reason=z"})},
		"rollback.approve": {"id=" + id}, "rollback.veto": {"id=" + id, "reason=x"}, "rollback.withdraw": {"id=" + id, "reason=x"}, "rollback.raise": {"id=" + id, "reason=x"},
		"role.hand-over": {"role=" + pick(p.player, []string{"product-owner", "engineering-lead"}), "to=" + pick(p.player, []string{"po", "el", "pm"})},
		"role.take":      {"role=" + pick(p.player, []string{"product-owner", "database-admin"}), "reason=x"},
		"step.start":     {"id=" + step}, "step.retry": {"id=" + step}, "step.confirm": {"id=" + step}, "step.abort": {"id=" + step, "reason=x"},
		"step.skip":    {"id=" + step, "reason=x", "confirm=checkout"},
		"step.resolve": {"id=" + step, "outcome=" + pick(p.player, []string{"done", "not-done"}), "evidence=x"},
		"step.undo":    {"what=restore"}, "flag.on": {"confirm=checkout"}, "flag.off": {}, "clock.hold": {"reason=x"}, "clock.resume": {}, "clock.recycle": {"to=T-15m"},
	}
	names := slices.Sorted(maps.Keys(choices))
	names = append(names, slices.Repeat([]string{"rollback.request", "rollback.approve", "rollback.approve", "step.retry", "step.retry", "step.resolve", "step.confirm"}, 3)...)
	name := pick(p.player, names)
	if p.oneIn(2) { // what a person under pressure does next
		name = map[StepState]string{StepUnknown: "step.resolve", StepFailed: "step.retry"}[l.s.StepStateOf(step)]
		name = orName(name, pick(p.player, names))
	}
	c, w := command(name, choices[name]...), who(pick(p.player, []string{"el", "el", "po", "po", "em", "em", "pm", "dba", "bob"}))
	if p.oneIn(10) {
		w = Who{User: "el", UID: 4002, Host: "h", Auth: journal.AuthOSUser}
	}
	events, err := l.s.Decide(w, c, l.now)
	if needs := (*Needs)(nil); errors.As(err, &needs) {
		c.Measured = &Measured{World: &World{Digests: map[string]string{restore: pick(p.player, []string{"a", "b"})}}}
		events, err = l.s.Decide(w, c, l.now)
	}
	if _, refused := Refused(err); err != nil && !refused {
		p.Fatalf("%+v: %v", c, err)
	}
	odd := len(l.s.Oddities)
	p.put(w, events)
	if len(l.s.Oddities) > odd {
		p.Fatalf("%+v led to an oddity: %+v", c, l.s.Oddities[odd])
	}
}

// work does one piece of what the state asks for, and lets the outside answer as it likes.
func (p *backPlayer) work() {
	l := p.l
	works := l.s.Work(p.started)
	if len(works) == 0 {
		return
	}
	w := pick(p.player, works)
	system, odd := func(kind string, data any) {
		l.put(journal.Actor{User: "tminus", Auth: journal.AuthSystem}, kind, data)
	}, len(l.s.Oddities)
	switch w.Kind {
	case WorkCall:
		p.calls(w)
		system(KindCallIntended, CallIntended{Call: w.Call, Digest: w.Call.Digest(), Deadline: l.now.Add(10 * time.Second), DryRun: l.s.Mode == DryRun})
		if !p.oneIn(4) {
			system(KindCallReturned, CallReturned{ID: w.Call.ID, Outcome: Outcome{Outcome: pick(p.player, []string{OutcomeOK, OutcomeOK, OutcomeFailed, OutcomeNotSent, OutcomeUnknown})}})
		} else {
			l.now = l.now.Add(time.Second)
			p.started = l.now // killed
		}
	case WorkLook:
		if l.now = l.now.Add(11 * time.Second); l.now.After(w.Deadline) {
			system(KindCallFound, CallFound{ID: w.Call.ID, Found: Found{Found: pick(p.player, []string{FoundYes, FoundNo, FoundUnclear})}})
		}
	case WorkFollow:
		system(KindCallEnded, CallEnded{ID: w.Call.ID, State: pick(p.player, []string{"succeeded", "failed"})})
	case WorkCheck:
		outcome := pick(p.player, []string{Verified, Verified, CheckFailed, CannotVerify})
		if w.Rollback != "" {
			system(KindRollbackRecovered, RollbackRecovered{ID: w.Rollback, Verdict: "recovered"})
			break
		}
		system(KindStepChecked, StepChecked{ID: w.Step, What: w.Part.ID, Attempt: w.Attempt, Outcome: outcome, Flag: w.Part.Flag})
	}
	if len(l.s.Oddities) > odd {
		p.Fatalf("%+v led to an oddity: %+v", w, l.s.Oddities[odd])
	}
}

// calls is what has to be so when a call is made.
func (p *backPlayer) calls(w Work) {
	s := p.l.s
	if p.intended[w.Call.ID] || s.Calls[w.Call.ID] != nil {
		p.Fatalf("%s is made twice", w.Call.ID)
	}
	p.intended[w.Call.ID] = true
	for id := range p.intended {
		if c := s.Calls[id]; c != nil && c.Step == w.Call.Step && c.Part == w.Call.Part && c.Unknown() && !c.DryRun && c.Step != FlagStep {
			p.Fatalf("%+v is made while it is not known what became of %+v", w.Call, c)
		}
	}
	if s.rollbackStep(w.Step) == nil || strings.HasSuffix(w.Call.Part, undoSuffix) {
		if b := s.CurrentRollback(); b.Running() && s.sequenceStep(w.Step) != nil {
			p.Fatalf("the deployment sequence goes on beside a rollback: %+v", w.Call)
		}
		return
	}
	b := s.CurrentRollback()
	if b == nil || !p.judged[b.ID] {
		p.Fatalf("a rollback's call without an authorization: %+v", w.Call)
	}
	for _, step := range b.Plan.Steps {
		for _, part := range step.Parts {
			if step.ID == w.Step && part.ID == w.Call.Part && part.Op == w.Call.Op && maps.Equal(part.Args, w.Call.Args) {
				return
			}
		}
	}
	p.Fatalf("%+v does not stand in the plan %+v", w.Call, b.Plan)
}

// holds looks at a new authorization with the seed's own matrix and nothing but the journal.
func (p *backPlayer) holds() {
	s := p.l.s
	b := s.CurrentRollback()
	if b == nil || b.Authorized == nil || p.judged[b.ID] {
		return
	}
	need, eligible := 2, []string{"engineering-lead", "engineering-manager", "product-owner"}
	if b.Priority == "high" {
		need, eligible = 1, eligible[:2]
	}
	people := map[string]bool{}
	for _, e := range p.l.entries {
		var d RollbackWord
		if e.Kind != KindRollbackApproved || e.Seq > b.Authorized.Seq || json.Unmarshal(e.Data, &d) != nil || d.ID != b.ID || d.For != "" || e.Actor.Auth != journal.AuthOSUser {
			continue
		}
		if age := b.Authorized.At.Sub(e.At); age >= 0 && age <= 15*time.Minute && s.Person(e.Actor.User) != nil &&
			s.holdsAny(e.Actor.Roles, eligible) && s.holdsAny(s.Roles(e.Actor.User), eligible) {
			people[e.Actor.User] = true
		}
	}
	if len(people) < need || !strings.HasSuffix(b.ID, "-"+b.Plan.Hash()[:8]) {
		p.Fatalf("%s, of %s priority, is authorized by %v", b.ID, b.Priority, slices.Sorted(maps.Keys(people)))
	}
	p.judged[b.ID] = true
}

// forge chains an entry of the rollback's kinds, or any other, that no room would have written.
func (p *backPlayer) forge() {
	l := p.l
	if p.oneIn(3) {
		p.hostile()
		return
	}
	id := "R1-00000000"
	if b := l.s.CurrentRollback(); b != nil {
		id = b.ID
	}
	role := pick(p.player, []string{"product-owner", "engineering-lead", "program-manager"})
	actor := journal.Actor{User: pick(p.player, []string{"po", "el", "nobody", "el (uid 4002)", "tminus"}), Roles: []string{role},
		Auth: pick(p.player, []string{journal.AuthOSUser, journal.AuthAttested, journal.AuthSystem, journal.AuthRehearsal})}
	step := StepChanged{ID: pick(p.player, []string{"off", "db", "code", "turn-on"}), Attempt: p.rng.IntN(4)}
	kind := pick(p.player, []string{KindRollbackApproved, KindRollbackAuthorized, KindRollbackRaised, KindRollbackCompleted, KindRollbackLapsed, "step.started", "step.retried", "step.skipped", KindStepVerified, KindStepFailed})
	switch {
	case kind == KindRollbackCompleted:
		l.put(actor, kind, RollbackCompleted{ID: id, Outcome: pick(p.player, []string{"done", "failed"})})
	case strings.HasPrefix(kind, "step."):
		l.put(actor, kind, step)
	default:
		l.put(actor, kind, RollbackWord{ID: id, Priority: pick(p.player, []string{"high", "normal", "none"})})
	}
}
