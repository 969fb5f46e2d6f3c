package room

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

func TestAParameterThatSomebodyElseWrites(t *testing.T) {
	for _, c := range []struct {
		name    string
		set     func(o *outside)
		outcome string
		after   time.Duration
	}{
		{"the right value", func(o *outside) { o.version, o.by = 9, "arn:them" }, launch.Verified, 2 * time.Second},
		{"the wrong value", func(o *outside) { o.value, o.version, o.by = "true", 9, "arn:them" }, launch.CheckFailed, 35 * time.Second},
		{"unreadable", func(o *outside) { o.flagErr = errors.New("denied") }, launch.CannotVerify, 3 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, launch.Live, nil)
				b.start(func(p *process, point string) {
					if point == "after call" {
						p.out.change(c.set)
					}
				})
				b.do(el(), "flag.off")
				d := data[launch.StepChecked](t, b.wait(launch.KindStepChecked, 1, c.after))
				if d.Outcome != c.outcome || c.name != "unreadable" && !strings.Contains(d.Evidence, "arn:them") {
					t.Errorf("checked %+v", d)
				}
			})
		})
	}
}

func TestWhetherARollbackHasHelped(t *testing.T) {
	for _, c := range []struct {
		name    string
		after   func(at time.Time) (float64, bool)
		verdict string
		within  time.Duration
	}{
		{"it is good again", func(time.Time) (float64, bool) { return 0.1, true }, "recovered", 7 * time.Minute},
		{"it stays bad", func(time.Time) (float64, bool) { return 3, true }, "not recovered", 17 * time.Minute},
		{"no traffic is left", func(time.Time) (float64, bool) { return 0, false }, "cannot verify", 10 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, launch.Live, func(_ *launchfile.File, rb *runbook.Runbook) {
					rb.Rollback.Steps[0].Verifications = rb.Rollback.Steps[0].Verifications[:1]
				})
				b.feed.value = bad(time.Now(), time.Now().Add(24*time.Hour))
				b.start(nil)
				b.wait(launch.KindTriggerFired, 1, 15*time.Minute)
				b.do(el(), "rollback.request", "reason", "errors", "steps", "feature-disable")
				b.wait(launch.KindRollbackCompleted, 1, time.Minute)
				off := time.Now()
				b.feed.change(func(f *feed) {
					f.value = func(id string, at time.Time) (float64, bool) {
						if id != "error-rate" || !at.After(off) {
							return 2, true
						}
						return c.after(at)
					}
				})
				d := data[launch.RollbackRecovered](t, b.wait(launch.KindRollbackRecovered, 1, c.within))
				time.Sleep(20 * time.Minute)
				if d.Verdict != c.verdict || !strings.Contains(d.Evidence, "error-rate") || len(entriesOf(t, b.disk, launch.KindRollbackRecovered)) != 1 {
					t.Errorf("verdict %+v", d)
				}
			})
		})
	}
}

func TestWithoutACausingMonitorNobodySaysThatItHasHelped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, launch.Live, func(_ *launchfile.File, rb *runbook.Runbook) {
			rb.Rollback.Steps[0].Verifications = rb.Rollback.Steps[0].Verifications[:1]
		})
		b.start(nil)
		b.request("feature-disable")
		if d := data[launch.RollbackRecovered](t, b.wait(launch.KindRollbackRecovered, 1, 10*time.Second)); d.Verdict != launch.CannotVerify {
			t.Errorf("verdict %+v", d)
		}
	})
}

func TestTheEffectOfAFlagIsSeenInItsMonitor(t *testing.T) {
	for _, c := range []struct {
		name    string
		after   func(at time.Time) (float64, bool)
		outcome string
		within  time.Duration
	}{
		{"it falls", func(time.Time) (float64, bool) { return 1, true }, launch.Verified, 6 * time.Minute},
		{"it does not", func(time.Time) (float64, bool) { return 100, true }, launch.CheckFailed, 14 * time.Minute},
		{"to none", func(time.Time) (float64, bool) { return 0, false }, launch.CannotVerify, 10 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, launch.Live, func(f *launchfile.File, _ *runbook.Runbook) {
					flag := f.Flags["main"]
					flag.Effect = &launchfile.Effect{Monitor: "visits", Expect: "falls"}
					f.Flags["main"] = flag
					f.Sources["visits"] = f.Sources["error-rate"]
				})
				off := time.Now().Add(20 * time.Minute)
				b.feed.value = func(id string, at time.Time) (float64, bool) {
					if id == "visits" && at.After(off) {
						return c.after(at)
					}
					return 100, true
				}
				b.start(nil)
				time.Sleep(time.Until(off))
				b.do(el(), "flag.off")
				for n := 1; ; n++ {
					d := data[launch.StepChecked](t, b.wait(launch.KindStepChecked, n, c.within))
					if d.What != launch.CheckEffect {
						continue
					}
					if d.Outcome != c.outcome || !strings.Contains(d.Evidence, "visits") {
						t.Errorf("checked %+v", d)
					}
					return
				}
			})
		})
	}
}

// prober answers the same at every time.
type prober struct {
	answer launch.Progress
	err    error
	digest string // of the program that it wants to be asked for
}

func (p prober) Probe(_ context.Context, _ launchfile.Probe, digest string) (launch.Progress, error) {
	if digest != p.digest {
		return launch.Progress{}, errors.New("asked for the program " + digest)
	}
	return p.answer, p.err
}

func TestAProbeAnswersAVerification(t *testing.T) {
	page := launchfile.Probe{HTTP: "https://shop.example/health", Expect: 200}
	for _, c := range []struct {
		name    string
		probe   Prober
		binds   launchfile.Probe
		outcome string
		within  time.Duration
	}{
		{"as expected", prober{answer: launch.Progress{State: "succeeded", Detail: "200 OK"}}, page, launch.Verified, time.Second},
		{"otherwise", prober{answer: launch.Progress{State: "failed", Detail: "503"}}, page, launch.CheckFailed, 2*time.Minute + 10*time.Second},
		{"not at all", prober{err: errors.New("no route to host")}, page, launch.CannotVerify, 2*time.Minute + 10*time.Second},
		{"nobody asks", nil, page, launch.CannotVerify, time.Second},
		{"by the program that was planned", prober{answer: launch.Progress{State: "succeeded"}, digest: strings.Repeat("d", 64)}, launchfile.Probe{Run: []string{programSH}}, launch.Verified, time.Second},
		{"by a program that could not be read", prober{answer: launch.Progress{State: "succeeded"}}, launchfile.Probe{Run: []string{"/opt/none"}}, launch.CannotVerify, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, launch.Live, func(f *launchfile.File, rb *runbook.Runbook) {
					f.Probes = map[string]launchfile.Probe{"confirm-parameter-update": c.binds}
					rb.Rollback.Steps[0].Verifications = rb.Rollback.Steps[0].Verifications[:1]
				})
				b.probe = c.probe
				b.start(nil)
				b.request("feature-disable")
				if d := data[launch.StepChecked](t, b.wait(launch.KindStepChecked, 1, c.within)); d.Outcome != c.outcome || d.Evidence == "" {
					t.Errorf("checked %+v", d)
				}
			})
		})
	}
}
