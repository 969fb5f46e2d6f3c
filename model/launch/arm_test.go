package launch

import (
	"testing"
	"time"

	"tminus/model/journal"
	"tminus/model/launchfile"
	"tminus/model/monitor"
)

// armedState is a launch whose sequence has begun, with a flag.
func armedState(t *testing.T) *State {
	t.Helper()
	s := newLaunch(t, Live, t0.Add(-time.Hour)).s
	s.File.Flags = map[string]launchfile.Flag{"main": {SSM: launchfile.SSMParameter{Name: "/f", On: "true", Off: "false"}}}
	s.Steps["flag"] = &Step{State: StepRunning, Attempt: 1}
	return s
}

// An armed trigger turns the flag off sixty seconds after it has fired anew, unless somebody stops it.
func TestArmedTriggerTurnsTheFlagOff(t *testing.T) {
	for name, tc := range map[string]struct {
		armedLate, disarmed, cleared bool
		want                         bool
	}{
		"after sixty seconds":           {want: true},
		"firing before it was armed":    {armedLate: true},
		"disarmed during the countdown": {disarmed: true},
		"cleared during the countdown":  {cleared: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := armedState(t)
			at := Mark{Seq: 20, At: t0}
			firing := &Trigger{State: TriggerStateFired, Fired: at, ByData: &at, Began: true, Points: []monitor.Point{{At: t0, Value: 2}}}
			s.Triggers["errors-high"] = firing
			s.Armed["errors-high"] = Mark{Seq: 10}
			if tc.armedLate {
				s.Armed["errors-high"] = Mark{Seq: 30}
			}
			if due := s.autoOffDue(t0.Add(59 * time.Second)); len(due) != 0 {
				t.Errorf("due after 59 s: %v", due)
			}
			if tc.disarmed {
				delete(s.Armed, "errors-high")
			}
			if tc.cleared {
				firing.State = TriggerStateCleared
			}
			due := s.autoOffDue(t0.Add(60 * time.Second))
			if (len(due) == 1) != tc.want {
				t.Fatalf("due after 60 s: %v", due)
			}
			if !tc.want {
				return
			}
			d, ok := due[0].Data.(FlagSwitched)
			if due[0].Kind != KindFlagOff || !ok || d.Flag != "main" || d.Attempt != 1 {
				t.Errorf("due %+v", due[0])
			}
			e := journal.Entry{Seq: 40, At: t0.Add(61 * time.Second), Actor: journal.Actor{User: "tminus", Auth: journal.AuthSystem}}
			if odd := applySwitched(s, e, d, false); odd != "" {
				t.Errorf("it is an oddity: %s", odd)
			}
			if again := s.autoOffDue(t0.Add(5 * time.Minute)); len(again) != 0 {
				t.Errorf("due again: %v", again)
			}
		})
	}
}

// A system's word that nothing armed stands behind switches nothing.
func TestTheSystemSwitchesNothingUnarmed(t *testing.T) {
	s := armedState(t)
	e := journal.Entry{Seq: 40, At: t0, Actor: journal.Actor{User: "tminus", Auth: journal.AuthSystem}}
	for _, on := range []bool{true, false} {
		if odd := applySwitched(s, e, FlagSwitched{Flag: "main", Attempt: 1}, on); odd == "" {
			t.Errorf("on %v: the system switched the flag by itself", on)
		}
	}
}

// Only an authority arms, and says the launch's name for it in LIVE.
func TestWhoArms(t *testing.T) {
	s := armedState(t)
	e := journal.Entry{Seq: 50, At: t0, Actor: journal.Actor{User: "po", Roles: []string{"product-owner"}, Auth: journal.AuthOSUser}}
	if odd := applyArmed(s, e, TriggersArmed{Triggers: []string{"errors-high"}}, true); odd == "" || len(s.Armed) != 0 {
		t.Error("a product owner armed a trigger")
	}
	e.Actor = journal.Actor{User: "el", Roles: []string{"engineering-lead"}, Auth: journal.AuthAttested}
	if odd := applyArmed(s, e, TriggersArmed{Triggers: []string{"errors-high"}}, true); odd == "" {
		t.Error("an attested word armed a trigger")
	}
	e.Actor.Auth = journal.AuthOSUser
	if odd := applyArmed(s, e, TriggersArmed{Triggers: []string{"incident"}}, true); odd == "" {
		t.Error("a trigger that people declare was armed")
	}
	if odd := applyArmed(s, e, TriggersArmed{Triggers: []string{"errors-high"}}, true); odd != "" || len(s.Armed) != 1 {
		t.Errorf("an authority could not arm: %s", odd)
	}
}
