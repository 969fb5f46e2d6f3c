package room

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
)

const elsewhere = "999999999999"

func (m *memory) stored() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.samples)
}

func (o *outside) moves(account, key string) {
	o.change(func(o *outside) { o.id.Account, o.id.Key = account, key })
}

// asks is how often it was asked who calls.
func (b *bench) asks() (n int) {
	b.out.change(func(o *outside) { n = o.asked })
	return n
}

func wrongAccount(t *testing.T, r *Room) {
	t.Helper()
	sc, m := screenOf(t, r), reading(t, r, "error-rate")
	if m.State != monitor.Error || m.Value != nil || !strings.Contains(m.Error, elsewhere) || !strings.Contains(m.Error, account) || !strings.Contains(m.Error, "aws.account") {
		t.Errorf("error-rate is %s: %q", m.State, m.Error)
	}
	told := slices.ContainsFunc(sc.Reasons, func(s string) bool { return strings.Contains(s, elsewhere) && strings.Contains(s, account) })
	if sc.Status == screen.Green || !told {
		t.Errorf("%s: %q", sc.Status, sc.Reasons)
	}
	if len(sc.Sources) == 0 || !strings.Contains(sc.Sources[0].Error, elsewhere) || sc.Sources[0].Hint == "" {
		t.Errorf("sources: %+v", sc.Sources)
	}
}

func TestValuesOfAnotherAccountAreNeverShownAsTheLaunchs(t *testing.T) {
	for _, mode := range []launch.Mode{launch.Live, launch.DryRun} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, mode, nil)
			b.out.moves(elsewhere, "")
			r := b.start(nil)
			time.Sleep(5 * time.Minute)
			wrongAccount(t, r)
			if n := b.disk.stored(); n != 0 {
				t.Errorf("%d samples of another account were kept", n)
			}
			if read := screenOf(t, r).Flags; len(read) == 0 || read[0].Value != "" || !strings.Contains(read[0].Error, elsewhere) {
				t.Errorf("the flag of another account: %+v", read)
			}
			sc := screenOf(t, r)
			old := playAt(t, b.disk, sc.At)
			if old.Status != sc.Status || !slices.Equal(old.Reasons, sc.Reasons) {
				t.Errorf("played back: %s %q, it was %s %q", old.Status, old.Reasons, sc.Status, sc.Reasons)
			}

			b.out.moves(account, "")
			time.Sleep(2 * time.Minute)
			if m := reading(t, r, "error-rate"); m.State != monitor.OK {
				t.Errorf("in the right account it is %s (%s)", m.State, m.Error)
			}
			if sc := screenOf(t, r); sc.Status != screen.Green || sc.Sources[0].Error != "" {
				t.Errorf("%s %q, %+v", sc.Status, sc.Reasons, sc.Sources)
			}
		})
	}
}

func TestOtherCredentialsAreNoticedWithTheirFirstAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.out.moves(account, "one")
		b.feed.change(func(f *feed) { f.key = "one" })
		r := b.start(nil)
		time.Sleep(5*time.Minute + time.Second)
		if m := reading(t, r, "error-rate"); m.State != monitor.OK || b.asks() != 1 {
			t.Fatalf("%s, asked %d times", m.State, b.asks())
		}
		kept := b.disk.stored()
		b.out.moves(elsewhere, "two")
		b.feed.change(func(f *feed) {
			f.key = "two"
			f.value = func(string, time.Time) (float64, bool) { return 0.03, true }
		})
		time.Sleep(2 * time.Minute)
		wrongAccount(t, r)
		if n := b.disk.stored(); n != kept {
			t.Errorf("%d samples of another account were kept", n-kept)
		}
	})
}

func TestRenewedCredentialsAreAskedForTheirAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		r := b.start(nil)
		time.Sleep(3 * time.Minute)
		b.feed.change(func(f *feed) { f.err = &Fault{Kind: FaultExpired, Reason: "credentials expired"} })
		time.Sleep(3 * time.Minute)
		asked := b.asks()
		b.out.moves(elsewhere, "")
		b.feed.change(func(f *feed) { f.err = nil })
		time.Sleep(2 * time.Minute)
		wrongAccount(t, r)
		if asked > 1 {
			t.Errorf("asked %d times while credentials were expired", asked)
		}
	})
}

func TestAnAccountThatCannotBeAskedIsSaidAndValuesStand(t *testing.T) {
	for name, trouble := range map[string]func(o *outside){
		"refused": func(o *outside) { o.idErr = errors.New("no route to STS") },
		"hangs":   func(o *outside) { o.idHangs = true },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, launch.Live, nil)
				b.out.change(trouble)
				b.feed.change(func(f *feed) { f.key = "one" })
				r := b.start(nil)
				time.Sleep(10 * time.Second)
				if m := reading(t, r, "error-rate"); m.State != monitor.OK {
					t.Errorf("after ten seconds: %s (%s)", m.State, m.Error)
				}
				if n := screenOf(t, r).Sources[0].Notice; !strings.Contains(n, "not known") || !strings.Contains(n, account) {
					t.Errorf("the source says %q", n)
				}
				time.Sleep(time.Hour)
				if m := reading(t, r, "error-rate"); m.State != monitor.OK || b.asks() > 15 {
					t.Errorf("after an hour: %s (%s), asked %d times", m.State, m.Error, b.asks())
				}
			})
		})
	}
}

func TestTheRightAccountIsAskedForSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.start(nil)
		time.Sleep(time.Hour)
		if n := b.asks(); n < 2 || n > 8 {
			t.Errorf("asked %d times in an hour", n)
		}
	})
}

func TestABreachBeforeTheAccountWasAnotherStaysRed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, nil)
		b.out.moves(account, "one")
		b.feed.change(func(f *feed) { f.key = "one"; f.value = bad(time.Now(), time.Now().Add(time.Hour)) })
		r := b.start(nil)
		b.wait(launch.KindTriggerFired, 1, 15*time.Minute)
		b.out.moves(elsewhere, "two")
		b.feed.change(func(f *feed) {
			f.key = "two"
			f.value = func(string, time.Time) (float64, bool) { return 0, true }
		})
		time.Sleep(20 * time.Minute)
		if sc := screenOf(t, r); sc.Status != screen.Red {
			t.Errorf("%s %q", sc.Status, sc.Reasons)
		}
		if n := len(entriesOf(t, b.disk, launch.KindTriggerCleared)); n != 0 {
			t.Error("another account's values have cleared the trigger")
		}
		wrongAccount(t, r)
	})
}

func playAt(t *testing.T, s *memory, at time.Time) *screen.Screen {
	t.Helper()
	p, err := NewPlayback(t.Context(), s, "checkout")
	if err != nil {
		t.Fatal(err)
	}
	sc, err := p.At(t.Context(), at, el())
	if err != nil {
		t.Fatal(err)
	}
	return sc
}
