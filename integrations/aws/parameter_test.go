package aws

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tminus/integrations/aws/awstest"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/room"
)

func flag(name string) launchfile.Flag {
	return launchfile.Flag{SSM: launchfile.SSMParameter{Name: name, On: "true", Off: "false"}}
}

func TestAFlagIsSwitchedAndReadBack(t *testing.T) {
	s := newStage(t)
	o := s.do(t, off(1))
	wantOutcome(t, o, launch.OutcomeOK)
	if o.Result["version"] != "2" || o.Result["tier"] != "Standard" {
		t.Errorf("%+v", o)
	}
	v, err := s.hands.Flag(t.Context(), flag(flagName))
	if want := (launch.FlagValue{Value: "false", Version: 2, Type: "String", Modified: "2026-11-24T12:10:00Z", By: me}); err != nil || v != want {
		t.Errorf("%+v, %v; want %+v", v, err, want)
	}
	in := s.Calls("ssm:PutParameter")[0].Input
	if in["Overwrite"] != true || in["Type"] != "String" || in["Tier"] != nil || in["KeyId"] != nil {
		t.Errorf("sent %v", in)
	}
	if p := s.follow(t, off(1), o.Result); p.State != "succeeded" || p.Detail != "written as version 2" {
		t.Errorf("%+v", p)
	}
}

func TestAFlagThatIsNotThereIsNeverMade(t *testing.T) {
	s := newStage(t)
	for _, kind := range []string{"String", ""} {
		c := launch.NewCall("id", launch.OpPutParameter, "flag", "main", 1, map[string]string{"name": "/features/mispelt", "value": "false", "type": kind})
		wantOutcome(t, s.do(t, c), launch.OutcomeFailed, "/features/mispelt does not exist; create it, or correct its name under flags")
		wantFound(t, s.look(t, c, s.now()), launch.FoundUnclear, "does not exist")
	}
	if n := len(s.Calls("ssm:PutParameter")); n != 0 {
		t.Errorf("%d writes", n)
	}
	if _, err := s.hands.Flag(t.Context(), flag("/features/mispelt")); faultIn(t, err).Kind != room.FaultMissing {
		t.Errorf("%v", err)
	}
}

// A write names no key and no tier, and AWS would take its own: others could no longer read the flag, or the write failed.
func TestAWriteChangesNothingButTheValue(t *testing.T) {
	for _, kind := range []string{"SecureString", ""} {
		s := newStage(t)
		s.SetParameter(flagName, "SecureString", "true", other)
		s.SetStorage(flagName, "alias/shop", "Advanced")
		c := off(1)
		c.Args["type"] = kind
		wantOutcome(t, s.do(t, c), launch.OutcomeOK)
		if p, _ := s.Parameter(flagName); p.Type != "SecureString" || p.Key != "alias/shop" || p.Tier != "Advanced" || p.Value != "false" || p.Version != 3 {
			t.Errorf("%+v", p)
		}
		wantFound(t, s.look(t, c, s.now()), launch.FoundYes, "version 3")
		if v, err := s.hands.Flag(t.Context(), flag(flagName)); err != nil || v.Value != "false" || v.Type != "SecureString" || v.By != me {
			t.Errorf("%+v, %v", v, err)
		}
	}
}

func TestTheTypeHasChangedSinceThePlan(t *testing.T) {
	s := newStage(t)
	s.SetParameter(flagName, "SecureString", "true", other)
	wantOutcome(t, s.do(t, off(1)), launch.OutcomeNotSent, "is a SecureString now, where the plan has String")
	if n := len(s.Calls("ssm:PutParameter")); n != 0 {
		t.Errorf("%d writes", n)
	}
}

func TestReadingBeforeTheWriteFails(t *testing.T) {
	s := newStage(t)
	s.Deny("ssm:GetParameter")
	wantOutcome(t, s.do(t, off(1)), launch.OutcomeNotSent, "could not be read before the write: access denied; allow ssm:GetParameter")
	s.Heal()
	// A history that cannot be read costs a SecureString its key, and other types nothing.
	s.Deny("ssm:GetParameterHistory")
	wantOutcome(t, s.do(t, off(1)), launch.OutcomeOK)
	s.SetParameter(flagName, "SecureString", "true", other)
	c := off(1)
	c.Args["type"] = ""
	wantOutcome(t, s.do(t, c), launch.OutcomeNotSent, "allow ssm:GetParameterHistory")
	if n := len(s.Calls("ssm:PutParameter")); n != 1 {
		t.Errorf("%d writes", n)
	}
	if v, err := s.hands.Flag(t.Context(), flag(flagName)); err != nil || v.Value != "true" || v.By != "" {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestASlowHistoryDoesNotHoldUpTheWrite(t *testing.T) {
	s := newStage(t)
	s.Hang("ssm:GetParameterHistory", 0)
	began := time.Now()
	wantOutcome(t, s.do(t, off(1)), launch.OutcomeOK)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestCredentialsExpireBetweenReadingAndWriting(t *testing.T) {
	s := newStage(t)
	s.Fail("ssm:PutParameter", 1, awstest.Failure{Status: 400, Code: "ExpiredTokenException", Message: "expired"})
	wantOutcome(t, s.do(t, off(1)), launch.OutcomeFailed, "credentials expired; ")
	wantOutcome(t, s.do(t, off(2)), launch.OutcomeOK)
}

func TestASecretIsNeverTold(t *testing.T) {
	for _, secret := range []string{"hunter2", "hunter2" + strings.Repeat("x", 300)} { // a long one would be cut, and not found
		s := newStage(t)
		s.SetParameter(flagName, "SecureString", "old-secret", other)
		c := launch.NewCall("id", launch.OpPutParameter, "flag", "main", 1, map[string]string{"name": flagName, "value": secret, "type": "SecureString"})
		s.Fail("ssm:PutParameter", 1, awstest.Failure{Status: 400, Code: "ValidationException", Message: "Value '" + secret + "' at 'value' failed to satisfy constraint"})
		intended := s.now()
		o := s.do(t, c)
		wantOutcome(t, o, launch.OutcomeFailed, "ValidationException: ")
		all := fmt.Sprintf("%+v", o)
		s.pass(time.Minute)
		all += fmt.Sprintf("%+v", s.look(t, c, intended))
		wantOutcome(t, s.do(t, c), launch.OutcomeOK)
		all += fmt.Sprintf("%+v", s.look(t, c, intended))
		if strings.Contains(all, "hunter2") || strings.Contains(all, "old-secret") {
			t.Error(all)
		}
	}
}

func TestLooking(t *testing.T) {
	sameRole := strings.Replace(me, "eng-lead", "aws-go-sdk-17", 1)
	type version struct {
		after     time.Duration // the one before
		value, by string
	}
	for name, tc := range map[string]struct {
		versions []version // after the intent
		wait     time.Duration
		want     string
		words    string
	}{
		"nothing yet":              {nil, 2 * time.Second, launch.FoundUnclear, "has not been given the value since 12:08:00 UTC; the newest is version 1 written 12:00:00 UTC by " + other + "; it may still arrive until 12:10:10"},
		"nothing":                  {nil, 11 * time.Second, launch.FoundNo, "has not been given the value"},
		"ours":                     {[]version{{time.Second, "false", me}}, 0, launch.FoundYes, "version 2 written 12:10:01 UTC by " + me},
		"ours by a slow clock":     {[]version{{-110 * time.Second, "false", me}}, time.Minute, launch.FoundYes, "version 2 written 12:08:10 UTC"},
		"ours, and gone since":     {[]version{{time.Second, "false", me}, {time.Second, "true", other}}, time.Minute, launch.FoundYes, "version 2 written 12:10:01 UTC by " + me + "; since then version 3 written 12:10:02 UTC by " + other},
		"ours of a write before":   {[]version{{-time.Minute, "false", me}, {30 * time.Second, "true", me}}, time.Minute, launch.FoundUnclear, "it may be of an earlier write"},
		"ours of long before":      {[]version{{-3 * time.Minute, "false", me}}, 4 * time.Minute, launch.FoundNo, ""},
		"ours, of another value":   {[]version{{time.Second, "true", me}}, time.Minute, launch.FoundNo, ""},
		"another caller":           {[]version{{time.Second, "false", other}}, time.Minute, launch.FoundUnclear, "by another caller: version 2 written 12:10:01 UTC by " + other},
		"ours, too late":           {[]version{{3 * time.Minute, "false", me}}, time.Minute, launch.FoundUnclear, "too late to be this write"},
		"our role, other session":  {[]version{{time.Second, "false", sameRole}}, time.Minute, launch.FoundUnclear, "our role in another session"},
		"another caller, and ours": {[]version{{time.Second, "false", other}, {time.Second, "false", me}}, 0, launch.FoundYes, "version 3"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			intended := s.now()
			for _, v := range tc.versions {
				s.pass(v.after)
				s.SetParameter(flagName, "String", v.value, v.by)
			}
			s.pass(tc.wait)
			wantFound(t, s.look(t, off(1), intended), tc.want, tc.words)
		})
	}
}

// The history comes oldest first, and what counts is on its last page.
func TestLookingReadsTheWholeHistory(t *testing.T) {
	s := newStage(t)
	for range 70 {
		s.SetParameter(flagName, "String", "true", other)
	}
	intended := s.now()
	wantOutcome(t, s.do(t, off(1)), launch.OutcomeOK)
	wantFound(t, s.look(t, off(1), intended), launch.FoundYes, "version 72")
	if v, err := s.hands.Flag(t.Context(), flag(flagName)); err != nil || v.By != me {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestLookingFails(t *testing.T) {
	s := newStage(t)
	intended := s.now()
	wantOutcome(t, s.do(t, off(1)), launch.OutcomeOK)
	s.Deny("ssm:GetParameterHistory")
	if _, err := s.hands.Look(t.Context(), off(1), intended, me); faultIn(t, err).Kind != room.FaultDenied {
		t.Errorf("%v", err)
	}
	s.Heal()
	s.Deny("sts:GetCallerIdentity") // who calls now says nothing of who wrote
	wantFound(t, s.look(t, off(1), intended), launch.FoundYes, "compared: value, time, and caller as it was intended")
}

// A role without a session name of its own has another session after a restart. The intent names the one that wrote.
func TestAWriteIsKnownByTheSessionThatIntendedIt(t *testing.T) {
	session := func(name string) string { return strings.Replace(me, "eng-lead", name, 1) }
	before, after, colleague := session("aws-go-sdk-1700000000000000001"), session("aws-go-sdk-1700000000000000002"), session("aws-go-sdk-1700000000000000003")
	s := newStage(t)
	s.SetIdentity(awstest.Identity{Account: "123456789012", ARN: after, UserID: "U"})
	intended := s.now()
	s.pass(time.Second)
	s.SetParameter(flagName, "String", "false", colleague)
	s.pass(time.Minute)
	wantFound(t, s.lookAs(t, off(1), intended, before), launch.FoundUnclear, "our role in another session", "intended as "+before)
	s = newStage(t)
	s.SetIdentity(awstest.Identity{Account: "123456789012", ARN: after, UserID: "U"})
	intended = s.now()
	s.pass(time.Second)
	s.SetParameter(flagName, "String", "false", before)
	s.SetParameter(flagName, "String", "true", colleague)
	s.SetParameter(flagName, "String", "false", after) // the next room's own write, of another call
	s.pass(time.Minute)
	wantFound(t, s.lookAs(t, off(1), intended, before), launch.FoundYes, "version 2", "by "+before)
	wantFound(t, s.lookAs(t, off(1), intended, ""), launch.FoundUnclear)
}

// Our clock is three minutes fast, so that AWS dates our write before its intent. AWS' answers tell.
func TestLookingAllowsForAFastClock(t *testing.T) {
	s := newStage(t)
	const fast = 3 * time.Minute
	s.instead["GetParameterHistory"] = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", s.now().Format(http.TimeFormat))
		s.Server.ServeHTTP(w, r)
	}
	s.hands.now = func() time.Time { return s.now().Add(fast) }
	intended := s.hands.now()
	s.LoseAnswer("ssm:PutParameter", 1)
	wantOutcome(t, s.do(t, off(1)), launch.OutcomeUnknown)
	s.pass(time.Minute)
	wantFound(t, s.look(t, off(1), intended), launch.FoundYes, "version 2")
}
