package launch

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tminus/model/journal"
)

// Whatever people and forgers do, a version comes into force only by the people who review it, or by an override that the
// post-mortem lists; and what is carried out is what the version in force says.
func TestDocumentProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		seed := [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(r, "seed"))
		p := player{T: r, rng: rand.New(rand.NewChaCha8(seed)), l: backLaunch(t, Live)}
		l := p.l
		l.s.Runbook.Reviewers = []string{"engineering-lead", "product-owner"}
		versions := 0
		for range rapid.IntRange(1, 80).Draw(r, "moves") {
			l.after(time.Duration(p.rng.IntN(3)*p.rng.IntN(300)) * time.Second)
			docs, overrides := l.s.Docs, len(l.s.Overrides)
			before := l.s.before()
			switch n := p.rng.IntN(10); {
			case n == 0:
				versions++
				f := copyOf(t, l.s.File)
				f.Deploy.CodeDeploy.GitHub.LastKnownGood = fmt.Sprintf("%040x", versions)
				l.changes(fmt.Sprint("f", versions), f)
			case n == 1:
				versions++
				rb := copyOf(t, l.s.Runbook)
				rb.Version, rb.Reviewers = fmt.Sprint(versions), []string{pick(p, []string{"engineering-lead", "program-manager"}), "product-owner"}
				l.changesRunbook(fmt.Sprint("r", versions), rb)
			case n == 2:
				p.forgeReview()
			case n < 6:
				p.works()
			default:
				p.review()
			}
			if l.s.Docs != docs {
				reviewedWell(p, before, docs, overrides)
			}
		}
		l.s.Oddities = nil
		again := l.again()
		again.Oddities = nil
		if again.Docs != l.s.Docs || again.Reviewed() != l.s.Reviewed() || len(again.Overrides) != len(l.s.Overrides) {
			p.Fatal("the fold differs")
		}
	})
}

// reviewedWell looks at what brought a version into force, with nothing but the journal.
func reviewedWell(p player, before basis, docs Documents, overrides int) {
	l := p.l
	last := l.entries[len(l.entries)-1]
	if len(l.s.Overrides) > overrides {
		if !slices.ContainsFunc(last.Actor.Roles, func(role string) bool { return slices.Contains(before.authorities, role) }) {
			p.Fatalf("%s let a version in", last.Actor.User)
		}
		return
	}
	var d DocumentReviewed
	l.data(&d)
	people := map[string][]string{}
	for _, e := range l.entries {
		if e.Kind == KindDocumentReviewed && strings.Contains(string(e.Data), `"`+d.ID+`"`) && e.Actor.Auth == journal.AuthOSUser && !strings.Contains(string(e.Data), "override") {
			people[e.Actor.User] = l.s.rolesAmong(before.people, e.Actor.User)
		}
	}
	if docs.File != l.s.Docs.File {
		for _, roles := range people {
			if l.s.holdsAny(roles, before.authorities) {
				return
			}
		}
		p.Fatalf("a launch file was reviewed by %v", people)
	}
	for a, mine := range people {
		for b, theirs := range people {
			if a != b && slices.Contains(mine, before.reviewers[0]) && slices.Contains(theirs, before.reviewers[1]) {
				return
			}
		}
	}
	p.Fatalf("a runbook was reviewed by %v, of %v", people, before.reviewers)
}

func (p player) review() {
	l := p.l
	var c Command
	if document := pick(p, []string{DocRunbook, DocFile}); l.s.Pending[document] != nil {
		c = command("document.review", "document="+document, "id="+l.s.Pending[document].ID)
		if p.oneIn(4) {
			c.Args["override"], c.Args["reason"] = "high", "x"
		}
	}
	if c.Action == "" || p.oneIn(3) {
		c = pick(p, []Command{command("trigger.declare", "id=incident", "reason=x"), command("trigger.clear", "id=incident", "reason=x"),
			command("rollback.request", "reason=x", "steps=code"), command("rollback.approve", l.current()), command("rollback.withdraw", l.current(), "reason=x"),
			command("role.hand-over", "role=product-owner", "to="+pick(p, []string{"el", "po", "pm"})),
			command("role.hand-over", "role=engineering-lead", "to="+pick(p, []string{"el", "po"})),
			command("step.start", "id=turn-on", "confirm=checkout"), command("step.confirm", "id=turn-on"), command("clock.hold", "reason=x"), command("clock.recycle", "to=T-15m")})
	}
	w := who(pick(p, []string{"el", "po", "em", "pm", "sec", "bob"}))
	l.due()
	events, err := l.s.Decide(w, c, l.now)
	if needs := (*Needs)(nil); errors.As(err, &needs) {
		c.Measured = &Measured{World: &World{}}
		events, _ = l.s.Decide(w, c, l.now)
	}
	odd := len(l.s.Oddities)
	p.put(w, events)
	if len(l.s.Oddities) > odd {
		p.Fatalf("%+v led to an oddity: %+v", c, l.s.Oddities[odd])
	}
}

// works carries out what is asked for, and looks that it is what the version in force says.
func (p player) works() {
	l := p.l
	for _, w := range l.s.Work(l.now) {
		if w.Kind != WorkCall {
			continue
		}
		if w.Call.Op == OpDeploy && w.Step == "code" && w.Call.Args["commit"] != l.s.File.Deploy.CodeDeploy.GitHub.LastKnownGood {
			p.Fatalf("%+v is of another version", w.Call)
		}
		if len(l.s.Unreviewed) > 0 && (w.Step != "code" || l.s.CurrentRollback().Priority != "high") {
			p.Fatalf("%+v is made by a version that was not reviewed", w.Call)
		}
		l.system(KindCallIntended, CallIntended{Call: w.Call, Digest: w.Call.Digest(), Deadline: l.now.Add(10 * time.Second)})
		l.system(KindCallReturned, CallReturned{ID: w.Call.ID, Outcome: Outcome{Outcome: OutcomeOK}})
		return
	}
	for _, w := range l.s.Work(l.now) {
		if w.Kind == WorkCheck && w.Rollback == "" {
			l.system(KindStepChecked, StepChecked{ID: w.Step, What: w.Part.ID, Attempt: w.Attempt, Outcome: Verified, Flag: w.Part.Flag})
			return
		}
	}
}

func (p player) forgeReview() {
	document := pick(p, []string{DocRunbook, DocFile})
	id := "00000000"
	if c := p.l.s.Pending[document]; c != nil {
		id = c.ID
	}
	actor := journal.Actor{User: pick(p, []string{"el", "po", "sec", "nobody", "tminus"}), Roles: []string{pick(p, []string{"engineering-lead", "product-owner", "program-manager"})},
		Auth: pick(p, []string{journal.AuthAttested, journal.AuthSystem, journal.AuthRehearsal})}
	p.l.put(actor, KindDocumentReviewed, DocumentReviewed{Document: document, ID: id, Override: pick(p, []string{"", "high"}), Reason: "x"})
	p.l.s.Oddities = nil
}
