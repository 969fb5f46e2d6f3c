package launch

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tminus/model/runbook"
)

// checkinRunbook asks the engineering lead daily from L-14d, then every 12 hours from L-7d; the product owner twice a week
// from L-14d; the program manager continuously, which is no check-in.
func checkinRunbook() *runbook.Runbook {
	rb := testRunbook()
	asks := func(role, text string, every time.Duration) runbook.DayRole {
		return runbook.DayRole{Role: role, Frequency: runbook.Frequency{Text: text, Every: runbook.Duration(every)}}
	}
	rb.Timeline = []runbook.Day{
		{At: runbook.Mark(-14 * day), Roles: []runbook.DayRole{asks("engineering-lead", "Daily check-ins", day), asks("product-owner", "Twice weekly review", 84*time.Hour),
			asks("program-manager", "Continuous", 0)}},
		{At: runbook.Mark(-7 * day), Roles: []runbook.DayRole{asks("engineering-lead", "Every 12 hours", 12*time.Hour)}},
	}
	return rb
}

func checkinLaunch(t *testing.T, planned time.Duration) *testLaunch {
	return newLaunchOf(t, Live, t0.Add(planned), checkinRunbook(), testFile())
}

// line is a role's check-ins in short: state, when the present interval ends, when the next opens, how many were missed and
// since when, all counted from T-0.
func (l *testLaunch) line(role string) string {
	off := func(at time.Time) string {
		if at.IsZero() {
			return "-"
		}
		return at.Sub(l.s.Clock.T0).String()
	}
	for _, c := range l.s.CheckinsAt(l.now) {
		if c.Role == role {
			return fmt.Sprint(c.State, " ", c.Day, " by ", off(c.By), " next ", off(c.Next), " missed ", c.Missed, " since ", off(c.Since))
		}
	}
	return "none"
}

func TestCheckinsAreDueByTheRunbooksFrequency(t *testing.T) {
	for _, c := range []struct {
		role    string
		planned time.Duration
		at      time.Duration
		want    string
	}{
		{"program-manager", -20 * day, -10 * day, "none"}, // continuous
		{"database-admin", -20 * day, -10 * day, "none"},  // not asked
		{"engineering-lead", -20 * day, -15 * day, "ahead L-14d by - next -336h0m0s missed 0 since -"},
		{"engineering-lead", -20 * day, -14 * day, "due L-14d by -312h0m0s next -312h0m0s missed 0 since -"},
		{"engineering-lead", -20 * day, -13*day - 1, "due L-14d by -312h0m0s next -312h0m0s missed 0 since -"},
		{"engineering-lead", -20 * day, -13 * day, "overdue L-14d by -288h0m0s next -288h0m0s missed 1 since -312h0m0s"},
		// Twelve times the same is one line.
		{"engineering-lead", -20 * day, -5*day - time.Hour, "overdue L-7d by -120h0m0s next -120h0m0s missed 10 since -312h0m0s"},
		// The last interval before the next day is not overrun, nor the last before T-0.
		{"product-owner", -20 * day, -time.Hour, "overdue L-14d by 0s next - missed 3 since -252h0m0s"},
		// Without a GO the clock holds itself before T-0, and the last interval goes on.
		{"engineering-lead", -2 * time.Hour, time.Hour, "due L-7d by 0s next - missed 0 since -"},
		{"engineering-lead", time.Hour, 2 * time.Hour, "over L-7d by - next - missed 0 since -"},
		// What began before the launch was planned was never missed.
		{"engineering-lead", -10*day + time.Hour, -10*day + 2*time.Hour, "due L-14d by -216h0m0s next -216h0m0s missed 0 since -"},
		{"engineering-lead", -10*day + time.Hour, -8*day + time.Hour, "overdue L-14d by -168h0m0s next -168h0m0s missed 1 since -192h0m0s"},
		{"engineering-lead", -time.Hour, -16 * time.Minute, "due L-7d by 0s next - missed 0 since -"},
	} {
		l := checkinLaunch(t, c.planned)
		l.now = t0.Add(c.at)
		if got := l.line(c.role); got != c.want {
			t.Errorf("%s at %v, planned at %v:\n got %s\nwant %s", c.role, c.at, c.planned, got, c.want)
		}
	}
}

func TestACheckinIsMadeOnceAnInterval(t *testing.T) {
	l := checkinLaunch(t, -20*day)
	l.refuse(false, "begin at 2026-11-10 10:00:00 UTC", "el", "checkin.done", "role=engineering-lead")
	l.refuse(true, "role that the runbook's timeline asks to check in", "pm", "checkin.done", "role=program-manager")
	l.refuse(true, "role that the runbook's timeline asks to check in", "el", "checkin.done", "role=emperor")
	l.now = t0.Add(-10 * day)
	l.refuse(false, "belongs to", "po", "checkin.done", "role=engineering-lead")
	l.do("el", "checkin.done", "role=engineering-lead", "note=Load test planned")
	if got := l.told(); got != "checked in for EL: Load test planned" {
		t.Error(got)
	}
	if got, want := l.line("engineering-lead"), "made L-14d by - next -216h0m0s missed 0 since -"; got != want {
		t.Error(got)
	}
	l.refuse(false, "has checked in already, by el", "el", "checkin.done", "role=engineering-lead")

	// Taken back, it is as late as it was; somebody else's word for it is attested.
	l.do("el", "undo")
	if got, want := l.line("engineering-lead"), "overdue L-14d by -216h0m0s next -216h0m0s missed 4 since -312h0m0s"; got != want {
		t.Error(got)
	}
	l.do("pm", "checkin.done", "role=engineering-lead", "for=el", "via=voice")
	if c := l.s.Checkins["engineering-lead"]; c.For != "el" || c.User != "pm" {
		t.Errorf("%+v", c)
	}
	l.now = l.now.Add(day)
	l.do("el", "checkin.done", "role=engineering-lead")
	l.do("el", "checkin.withdraw", "role=engineering-lead")
	if c := l.s.Checkins["engineering-lead"]; c == nil || c.User != "pm" {
		t.Errorf("the one before stands again: %+v", c)
	}

	// A clock that stands moves none of them; a scrubbed launch asks for none.
	l.do("el", "clock.hold", "reason=waiting")
	stood := l.line("engineering-lead")
	l.now = l.now.Add(6 * day)
	if got := l.line("engineering-lead"); got != stood {
		t.Errorf("held: %s, then %s", stood, got)
	}
	l.do("el", "clock.scrub", "reason=over", "confirm=checkout")
	l.refuse(false, "scrub", "el", "checkin.done", "role=engineering-lead")
	l.odd("the runbook has no role", KindCheckedIn, CheckinDone{Role: "emperor"})
	l.odd("no check-ins", KindCheckedIn, CheckinDone{Role: "database-admin"})
	l.odd("has not checked in", KindCheckinWithdrawn, CheckinDone{Role: "product-owner"})
	l.refold()
}

// TestDueCheckinsNeverGrow plays check-ins at random times in timelines of random frequencies: what is due is a function of
// state and time alone, is one line a role, and never tells of more than has passed.
func TestDueCheckinsNeverGrow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rb := checkinRunbook()
		for i := range rb.Timeline {
			for j := range rb.Timeline[i].Roles {
				rb.Timeline[i].Roles[j].Frequency.Every = runbook.Duration(rapid.SampledFrom([]time.Duration{0, time.Second, 7 * time.Minute, time.Hour, day, 84 * time.Hour, 400 * day}).Draw(rt, "every"))
			}
		}
		planned := time.Duration(rapid.IntRange(-20*24*60, 60).Draw(rt, "planned")) * time.Minute
		l := newLaunchOf(t, Live, t0.Add(planned), rb, testFile())
		for range rapid.IntRange(1, 12).Draw(rt, "moves") {
			l.now = l.now.Add(time.Duration(rapid.IntRange(0, 3*24*60).Draw(rt, "later")) * time.Minute)
			switch rapid.IntRange(0, 3).Draw(rt, "move") {
			case 0:
				_ = l.as(who("el"), "checkin.done", "role=engineering-lead")
			case 1:
				_ = l.as(who("po"), "checkin.done", "role=product-owner")
			case 2:
				_ = l.as(who("el"), "clock.set", fmt.Sprintf("t0=+%dm", rapid.IntRange(1, 9999).Draw(rt, "moved")), "reason=moved")
			}
			all, again := l.s.CheckinsAt(l.now), l.again().CheckinsAt(l.now)
			if fmt.Sprint(told(all)) != fmt.Sprint(told(again)) || len(all) > len(rb.Roles) {
				rt.Fatalf("%v\n%v", told(all), told(again))
			}
			for _, c := range all {
				proper(rt, l, c)
			}
		}
	})
}

// told leaves out what differs in memory alone.
func told(all []CheckinAt) []string {
	var out []string
	for _, c := range all {
		last := int64(0)
		if c.Last != nil {
			last = c.Last.Seq
		}
		c.Last = nil
		out = append(out, fmt.Sprint(c, last))
	}
	return out
}

func proper(rt *rapid.T, l *testLaunch, c CheckinAt) {
	stands := l.s.clockStands(l.now)
	switch {
	case c.State == CheckinOverdue != (c.Missed > 0), c.State == CheckinOverdue != !c.Since.IsZero():
		rt.Fatalf("overdue without being late: %+v", c)
	case c.State == CheckinOverdue && c.Since.After(stands), c.Open() && !c.By.After(stands), !c.Next.IsZero() && !c.Next.After(stands):
		rt.Fatalf("an instant on the wrong side of now: %+v", c)
	case c.Last != nil && !c.Since.IsZero() && !c.Since.After(c.Last.At):
		rt.Fatalf("missed before it was made: %+v", c)
	case !l.s.Clock.T0.After(stands) && (c.Open() || !c.Next.IsZero()):
		rt.Fatalf("a check-in after T-0: %+v", c)
	}
	// One that is made leaves nothing open until the next.
	if user := l.s.Holders(c.Role); c.Open() && len(user) > 0 {
		if err := l.as(who(user[0]), "checkin.done", "role="+c.Role); err != nil {
			rt.Fatalf("%+v: %v", c, err)
		}
		i := slices.IndexFunc(l.s.CheckinsAt(l.now), func(after CheckinAt) bool { return after.Role == c.Role })
		if after := l.s.CheckinsAt(l.now)[i]; after.State != CheckinMade || after.Next != c.Next {
			rt.Fatalf("made, and still %+v", after)
		}
		if err := l.as(who(user[0]), "checkin.withdraw", "role="+c.Role); err != nil {
			rt.Fatal(err)
		}
	}
}
