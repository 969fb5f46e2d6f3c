package room

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

// other is the commit that the changed launch file goes back to.
const other = "2222222222222222222222222222222222222222"

// signed are hands that tell which launch file bound them.
type signed struct {
	hands
	file string
	log  *signs
}

type signs struct {
	mu   sync.Mutex
	list []string
}

func (s *signs) add(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, what)
}

func (s *signs) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

func (h signed) Do(ctx context.Context, c launch.Call) launch.Outcome {
	h.log.add("do " + c.Op + " by " + h.file)
	return h.hands.Do(ctx, c)
}

func (h signed) Look(ctx context.Context, c launch.Call, intended time.Time, caller string) (launch.Found, error) {
	h.log.add("look " + c.Op + " by " + h.file)
	return h.hands.Look(ctx, c, intended, caller)
}

// signedBench is a bench whose launch file can be changed on the disk, and which tells by whose binding everything is done.
func signedBench(t *testing.T) (*bench, *papers, *signs) {
	t.Helper()
	var file *launchfile.File
	b := newBench(t, launch.Live, func(f *launchfile.File, _ *runbook.Runbook) { file = f })
	docs, log := &papers{}, &signs{}
	docs.files = Files{File: FileText{Text: "file", File: file, People: people(file)}, Runbook: FileText{Text: "book", Runbook: execRunbook()}}
	b.docs = docs
	b.bind = func(h hands, f *launchfile.File) Ports {
		s := signed{h, f.Title, log}
		return Ports{Sources: map[string]Source{"cloudwatch": b.feed}, Flags: h, Deployments: h, Programs: h,
			Hands: map[string]Hands{launch.OpPutParameter: s, launch.OpDeploy: s, launch.OpStopDeploy: s, launch.OpRun: s}}
	}
	return b, docs, log
}

func people(f *launchfile.File) (list []launch.Person) {
	for _, p := range f.People {
		list = append(list, launch.Person{User: p.User, UID: map[string]int{"el": 1001, "po": 1002, "em": 1004}[p.User], Roles: p.Roles})
	}
	return list
}

// second is the launch file as somebody has changed it.
func second(docs *papers) {
	docs.set(func(f *Files) {
		next := execFile(time.Now().UTC().Add(time.Hour))
		next.Title, next.Deploy.CodeDeploy.GitHub.LastKnownGood = "Second", other
		next.Flags = map[string]launchfile.Flag{"main": {SSM: launchfile.SSMParameter{Name: "/other/flag", On: "true", Off: "false"}}}
		f.File = FileText{Text: "second", File: next, People: people(next)}
	})
}

func change(b *bench) string {
	return ask(b, func(s *launch.State) string {
		if c := s.Pending[launch.DocFile]; c != nil {
			return c.ID
		}
		return ""
	})
}

// What became of a call is looked for where it was sent, by the launch file of that time, whatever came into force since and
// whatever room looks.
func TestALostCallIsLookedForWhereItWasSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, docs, log := signedBench(t)
		b.out.change(func(o *outside) { o.loses, o.unclear = true, true })
		b.start(nil)
		b.do(el(), "flag.off", "flag", "main", "reason", "x")
		second(docs)
		time.Sleep(time.Minute)
		b.do(el(), "document.review", "document", launch.DocFile, "id", change(b))
		before := len(log.all())
		_ = b.room.Close()
		b.start(nil)
		time.Sleep(time.Minute)
		after := log.all()[before:]
		if len(after) == 0 || slices.ContainsFunc(after, func(s string) bool { return s != "look "+launch.OpPutParameter+" by Checkout" }) {
			t.Errorf("after the second file came into force: %v", after)
		}
		if got := ask(b, func(s *launch.State) string { return s.File.Title }); got != "Second" {
			t.Errorf("in force is %s", got)
		}
	})
}

// A version that is let in for a rollback is the one that the rollback is carried out by, over a restart, and nothing else
// is before its review, which ends that.
func TestAnOverrideIsForTheRollbackAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, docs, log := signedBench(t)
		b.start(nil)
		second(docs)
		time.Sleep(time.Minute)
		review := []string{"document", launch.DocFile, "id", change(b)}
		override := append(slices.Clone(review), "override", "high", "reason", "the commit is wrong")
		if _, err := b.room.Door(el()).Do(t.Context(), command("document.review", override...)); err == nil {
			t.Fatal("let in without a rollback")
		}
		b.do(el(), "trigger.declare", "id", "security-incident", "reason", "keys leaked")
		b.do(el(), "document.review", override...)
		_ = b.room.Close()
		b.start(nil) // nothing of it is lost with the room
		now, err := b.room.Door(em()).Now(t.Context())
		d := now.Document(launch.DocFile)
		if err != nil || d.Unreviewed == nil || d.Pending == nil || !d.Pending.InForce || len(now.Documents.Overrides) != 1 ||
			!slices.ContainsFunc(now.Reasons, func(r string) bool { return strings.Contains(r, "before its review") }) {
			t.Fatalf("%+v %v", d, now.Reasons)
		}
		if _, err := b.room.Door(el()).Do(t.Context(), command("flag.on", "flag", "main", "confirm", "checkout", "reason", "x")); err == nil {
			t.Error("the flag goes on by a file that nobody has reviewed")
		}
		b.request("code-rollback")
		b.wait(launch.KindCallReturned, 1, time.Minute)
		if _, err := b.room.Door(em()).Do(t.Context(), command("document.review", review...)); err == nil {
			t.Error("reviewed while the rollback is under way")
		}
		b.out.change(func(o *outside) {
			for id := range o.state {
				o.state[id] = "succeeded"
			}
		})
		b.wait(launch.KindRollbackCompleted, 1, 5*time.Minute)
		var commits []string
		for _, e := range entriesOf(t, b.disk, launch.KindCallIntended) {
			var c launch.CallIntended
			if json.Unmarshal(e.Data, &c) == nil && c.Op == launch.OpDeploy {
				commits = append(commits, c.Args["commit"])
			}
		}
		if !slices.Equal(commits, []string{other}) || !slices.Contains(log.all(), "do "+launch.OpDeploy+" by Second") {
			t.Errorf("deployed %v, %v", commits, log.all())
		}
		b.do(em(), "document.review", review...)
		now, _ = b.room.Door(em()).Now(t.Context())
		if d := now.Document(launch.DocFile); d.Unreviewed != nil || d.Pending != nil || d.Reviewed != d.InForce || now.Documents.Overrides[0].Reviewed == nil {
			t.Errorf("%+v %+v", d, now.Documents.Overrides)
		}
		b.start(nil)
		if n := ask(b, func(s *launch.State) int { return len(s.Oddities) + len(s.Pending) }); n != 0 {
			t.Errorf("%d things are odd or wait after another start", n)
		}
	})
}
