package launch

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tminus/model/journal"
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

// meetingLaunch is a launch whose runbook asks for a recorded meeting of five roles; security's backup is em.
func meetingLaunch(t testing.TB, mode Mode) *testLaunch {
	t.Helper()
	rb, f := testRunbook(), testFile()
	rb.GoNoGo.Recording, rb.GoNoGo.Duration = true, runbook.Duration(30*time.Minute)
	for _, role := range []string{"engineering-lead", "product-owner", "engineering-manager", "security-lead"} {
		rb.GoNoGo.Attendees = append(rb.GoNoGo.Attendees, runbook.Attendee{Role: role})
	}
	rb.GoNoGo.Agenda = []runbook.AgendaPoint{{ID: "roll-call", Title: "Roll Call", Minutes: 2}, {ID: "technical", Title: "Technical Review", Minutes: 8, Presenter: "engineering-lead"},
		{ID: "decision", Title: "Decision", Minutes: 2}}
	for i := range f.People {
		if f.People[i].User == "em" {
			f.People[i].BackupFor = append(f.People[i].BackupFor, "security-lead")
		}
	}
	f.Flags = map[string]launchfile.Flag{"main": {SSM: launchfile.SSMParameter{Name: "/f", On: "true", Off: "false"}}}
	return newLaunchOf(t, mode, t0.Add(-time.Hour), rb, f)
}

func (l *testLaunch) allVote() {
	for _, u := range []string{"el", "po", "em", "pm"} {
		l.do(u, "poll.vote", "vote=GO", "reason=ready")
	}
}

// A GO wants what the runbook requires of the meeting, or its absence by name and reason.
func TestGoNeedsTheMeetingsRecordingAndAttendees(t *testing.T) {
	l := meetingLaunch(t, Live)
	l.ready()
	l.do("pm", "poll.open")
	l.allVote()
	l.refuse(false, "the recording is not confirmed and SECL (sec) is not at the roll call", "pm", "poll.decide")
	l.refuse(false, "waive=recording,attendee/security-lead reason=", "pm", "poll.decide")
	l.refuse(true, "is no link", "pm", "poll.record", "link=zoom")
	l.refuse(true, "is no link", "pm", "poll.record", "link=javascript:alert(1)")
	l.refuse(false, "one of this launch's people", "bob", "poll.record", "link=https://meet.example/1")
	l.do("pm", "poll.record", "link=https://meet.example/1")
	l.refuse(false, "already", "el", "poll.record", "link=https://meet.example/1")
	l.refuse(false, "belongs to SECL", "po", "poll.attend", "role=security-lead")
	l.refuse(false, "the absence of SECL", "po", "poll.attend", "role=security-lead", "status=absent")
	l.do("pm", "poll.attend", "role=security-lead", "status=absent", "reason=on a plane")
	if l.told() != "SECL is absent, nobody stands in: on a plane" {
		t.Fatal(l.told())
	}
	l.refuse(false, "SECL (sec) is not at the roll call", "pm", "poll.decide")
	l.refuse(true, "needs reason", "pm", "poll.decide", "waive=attendee/security-lead")
	l.refuse(true, "is nothing that stands against GO now", "pm", "poll.decide", "waive=attendee/product-owner", "reason=x")
	l.do("em", "poll.attend", "role=security-lead") // the backup is there
	if a := l.s.CurrentMeeting().Attendance["security-lead"]; !a.Stands || a.Person != "em" {
		t.Fatalf("%+v", a)
	}
	l.do("el", "poll.risk", "kind=technical", "text=cache cold", "owner=engineering-lead", "mitigation=warm it")
	l.do("pm", "poll.decide")
	var d Decided
	l.data(&d)
	if d.Decision != Go || d.Recording != "https://meet.example/1" || len(d.Attended) != 5 || !slices.Equal(d.OpenRisks, []string{"risk-1"}) || d.Arming != "not answered" {
		t.Fatalf("%+v", d)
	}
	l.refold()
}

func TestWhatTheMeetingLacksIsWaivedByName(t *testing.T) {
	l := meetingLaunch(t, Live)
	l.ready()
	l.do("pm", "poll.open")
	l.allVote()
	l.do("pm", "poll.decide", "waive=recording,attendee/security-lead", "reason=the bridge cannot record")
	if !strings.Contains(l.told(), "without the recording and SECL: the bridge cannot record") {
		t.Fatal(l.told())
	}
	// A NO-GO waits for no recording.
	l.do("pm", "poll.open", "reason=again")
	l.allVote()
	l.do("el", "poll.vote", "vote=NO-GO", "reason=errors")
	l.do("pm", "poll.decide")
	if p := l.s.CurrentPoll(); p.Decision != NoGo || len(l.s.Polls) != 2 || l.s.Polls[0].Decision != Go {
		t.Fatal("a re-poll keeps the earlier one")
	}
	l.refold()
}

func TestTheRollCallIsAttestedWhereTheLaunchFileLetsIt(t *testing.T) {
	l := meetingLaunch(t, Live)
	l.do("pm", "poll.attend", "role=security-lead", "for=sec", "via=voice", "tools=ok", "backup=em")
	if e := l.entries[len(l.entries)-1]; e.Actor.Auth != journal.AuthAttested || l.s.CurrentMeeting().Attendance["security-lead"].Person != "sec" {
		t.Fatalf("%+v", e.Actor)
	}
	l.refuse(false, "the answer of SECL belongs to SECL", "pm", "poll.attend", "role=security-lead", "for=po", "via=voice")
	l.s.File.Attest = []string{"vote"}
	l.refuse(false, "nobody else's word", "pm", "poll.attend", "role=security-lead", "for=sec", "via=voice")
}

func TestTheAgendaIsTimed(t *testing.T) {
	l := meetingLaunch(t, Live)
	l.refuse(false, "no point of the agenda", "pm", "agenda.end")
	l.do("pm", "agenda.start")
	begun := l.now
	l.now = l.now.Add(3 * time.Minute)
	l.do("pm", "agenda.start")
	m := l.s.CurrentMeeting()
	if m.Runs[0].Ended.Sub(begun) < 3*time.Minute || m.Running().Point != "technical" {
		t.Fatalf("%+v", m.Runs)
	}
	l.refuse(false, "Technical Review is under discussion", "el", "agenda.start", "id=technical")
	l.do("el", "agenda.start", "id=roll-call") // taken up again
	l.do("el", "agenda.start")
	if l.s.CurrentMeeting().Running().Point != "decision" {
		t.Fatal("goes on after what was taken up")
	}
	l.refuse(false, "every point", "el", "agenda.start")
	l.ready()
	l.do("pm", "poll.open")
	l.allVote()
	l.do("pm", "poll.decide", "waive=recording,attendee/security-lead", "reason=x")
	if l.s.CurrentMeeting().Running() != nil {
		t.Fatal("the decision ends the meeting's point")
	}
	l.refold()
}

func TestAMeetingIsOfOneCountdown(t *testing.T) {
	l := meetingLaunch(t, Live)
	l.do("pm", "poll.record", "link=https://meet.example/1")
	l.do("el", "poll.risk", "kind=technical", "text=cache cold", "owner=engineering-lead")
	l.do("pm", "clock.hold", "reason=x")
	l.now = l.now.Add(10 * time.Minute)
	l.do("el", "clock.resume")
	if l.s.CurrentMeeting() == nil {
		t.Fatal("a short hold ends no meeting")
	}
	l.do("el", "clock.set", "t0=+4h")
	if l.s.CurrentMeeting() != nil || len(l.s.Risks) != 1 {
		t.Fatal("a T-0 hours later asks for a new meeting; risks stay")
	}
	l.do("pm", "poll.record", "link=https://meet.example/2")
	l.do("pm", "clock.hold", "reason=x")
	l.do("el", "clock.recycle", "to=T-15m")
	if l.s.CurrentMeeting() != nil {
		t.Fatal("a recycle asks for a new meeting")
	}
	l.refold()
}

func TestRisksAreCorrectedAndClosed(t *testing.T) {
	l := meetingLaunch(t, Live)
	l.refuse(true, "expected technical, business or operational", "el", "poll.risk", "kind=odd", "text=x", "owner=engineering-lead")
	l.refuse(true, "owner=bob is no role", "el", "poll.risk", "kind=technical", "text=x", "owner=bob")
	l.do("el", "poll.risk", "kind=technical", "text=cache cold", "owner=engineering-lead")
	l.refuse(false, "says that already", "el", "risk.correct", "id=risk-1", "kind=technical")
	l.do("po", "risk.correct", "id=risk-1", "mitigation=warm it", "kind=operational")
	if k := l.s.Risk("risk-1"); k.Mitigation != "warm it" || k.Kind != "operational" || k.Text != "cache cold" || k.Corrected == nil {
		t.Fatalf("%+v", k)
	}
	l.do("el", "risk.close", "id=risk-1", "reason=warmed")
	l.refuse(false, "was closed by el", "el", "risk.correct", "id=risk-1", "text=y")
	l.refold()
}

func TestArmingIsAskedAndRecorded(t *testing.T) {
	l := meetingLaunch(t, Live)
	l.refuse(true, "is no trigger over a metric", "pm", "poll.answer", "arming=incident")
	l.refuse(true, "none and a trigger", "pm", "poll.answer", "arming=none,errors-high")
	l.refuse(false, "belongs to", "sec", "poll.answer", "arming=none")
	l.do("pm", "poll.answer", "arming=none", "reason=traffic is low")
	if a := l.s.CurrentMeeting().Arming; a == nil || len(a.Triggers) != 0 {
		t.Fatalf("%+v", a)
	}
	l.do("pm", "poll.answer", "arming=errors-high")
	if len(l.s.Armed) != 0 {
		t.Fatal("an answer arms nothing; an authority does")
	}
	l.refold()
}

func TestOwnMarks(t *testing.T) {
	l := meetingLaunch(t, Live)
	l.ready()
	l.refuse(false, "has passed", "el", "mark.add", "at=T-2h", "title=x", "owner=all")
	l.refuse(true, "is no mark", "el", "mark.add", "at=soon", "title=x", "owner=all")
	l.refuse(true, "is no role of the runbook", "el", "mark.add", "at=T-20m", "title=x", "owner=nobody")
	l.refuse(false, "only before T-0", "el", "mark.add", "at=T+20m", "title=x", "owner=all", "hold=yes")
	l.do("el", "mark.add", "at=T-20m", "title=Freeze the catalogue", "owner=product-owner", "hold=yes")
	l.do("el", "mark.add", "at=T-40m", "title=Call the partner", "owner=all")
	l.refuse(false, "belongs to PO", "sec", "mark.done", "id=own-1")
	l.do("sec", "mark.done", "id=own-2", "reason=called")
	l.refuse(false, "is done, by sec", "el", "mark.remove", "id=own-2")

	// The clock runs over the hold point and stands there.
	l.now = t0.Add(-18 * time.Minute)
	if !l.s.Held(l.now) || l.s.Countdown(l.now) != -20*time.Minute {
		t.Fatalf("the clock shows %s", FormatClock(l.s.Countdown(l.now)))
	}
	l.due()
	if h := l.s.Clock.Hold; h == nil || h.Point != "own-1" || h.Reason != "hold point T-20m, Freeze the catalogue" {
		t.Fatalf("%+v", h)
	}
	l.do("el", "clock.resume") // it goes on, done or not: who steers the clock has seen it
	l.now = l.now.Add(time.Minute)
	if l.s.Held(l.now) {
		t.Fatal("it holds itself once")
	}
	l.do("po", "mark.done", "id=own-1")
	l.do("pm", "clock.hold", "reason=x")
	l.do("el", "clock.recycle", "to=T-1h")
	if m := l.s.OwnMark("own-1"); m.Done != nil || m.Held {
		t.Fatal("a countdown that runs over it again has it again")
	}
	l.do("el", "mark.remove", "id=own-1")
	l.now = l.s.Clock.T0.Add(-18 * time.Minute)
	if l.s.Held(l.now) {
		t.Fatal("what was removed holds nothing")
	}
	l.refold()
}

func TestDoctorIsOnRecord(t *testing.T) {
	l := meetingLaunch(t, Live)
	l.refuse(true, "no count", "el", "doctor.record", "passed=-1", "failed=0")
	l.refuse(true, "2 are named", "el", "doctor.record", "passed=1", "failed=1", "failing=a,b")
	l.do("el", "doctor.record", "passed=30", "failed=1", "untested=2", "failing=aws/account")
	if d := l.s.Doctor; d == nil || d.Failed != 1 || d.Failing[0] != "aws/account" {
		t.Fatalf("%+v", d)
	}
	l.refold()
}

// Votes of several people, replays and outsiders: a role has one vote, of somebody who holds it or whose word was recorded,
// and a decision always follows from the votes.
func TestVotesProperty(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := meetingLaunch(t, Live)
		l.ready()
		l.do("pm", "poll.record", "link=https://meet.example/1")
		l.do("sec", "poll.attend")
		users := []string{"el", "po", "em", "pm", "sec", "bob", "mallory"}
		roles := []string{"", "engineering-lead", "product-owner", "engineering-manager", "program-manager", "security-lead"}
		for range rapid.IntRange(1, 40).Draw(rt, "moves") {
			user := rapid.SampledFrom(users).Draw(rt, "user")
			c := Command{Action: rapid.SampledFrom([]string{"poll.vote", "poll.vote", "poll.vote", "poll.open", "poll.withdraw", "poll.decide", "role.take"}).Draw(rt, "action"), Args: map[string]string{}}
			switch c.Action {
			case "poll.vote", "poll.withdraw", "role.take":
				if c.Args["role"] = rapid.SampledFrom(roles).Draw(rt, "role"); c.Args["role"] == "" {
					delete(c.Args, "role")
				}
				if c.Action != "poll.withdraw" {
					c.Args["reason"] = "x"
				}
				if c.Action == "poll.vote" {
					c.Args["vote"] = rapid.SampledFrom([]string{"GO", "GO", "GO", "NO-GO"}).Draw(rt, "vote")
				}
				if c.Action != "role.take" && rapid.IntRange(0, 3).Draw(rt, "attest") == 0 {
					c.Args["for"], c.Args["via"] = rapid.SampledFrom(users).Draw(rt, "for"), "voice"
				}
			case "poll.open":
				c.Args["reason"] = "again"
			}
			w := who(user)
			if rapid.IntRange(0, 5).Draw(rt, "borrowed") == 0 {
				w.UID = 4000 // another login with a listed name
			}
			events, err := l.s.Decide(w, c, l.now)
			if err != nil {
				continue
			}
			if user == "bob" || user == "mallory" || w.UID == 4000 {
				rt.Fatalf("an outsider's %v was accepted", c)
			}
			for _, ev := range events {
				seat(rt, l, w, ev)
				l.put(l.s.ActorFor(w, ev), ev.Kind, ev.Data)
			}
			decisionsFollow(rt, l)
		}
		// Every vote again, word for word, as somebody with the database could chain it: none counts in a decided poll.
		p := l.s.CurrentPoll()
		if p == nil || p.Decision == "" {
			return
		}
		before := len(l.s.Oddities)
		votes := 0
		for _, e := range slices.Clone(l.entries) {
			if e.Kind == "poll.voted" {
				votes++
				l.put(e.Actor, e.Kind, e.Data)
			}
		}
		if len(l.s.Oddities) != before+votes {
			rt.Fatalf("%d of %d replayed votes counted", votes-(len(l.s.Oddities)-before), votes)
		}
	})
}

// seat checks that a vote is of one who holds the role: the caller, or whose word they recorded.
func seat(rt *rapid.T, l *testLaunch, w Who, ev Event) {
	d, ok := ev.Data.(Voted)
	if !ok {
		return
	}
	voter := w.User
	if d.For != "" {
		voter = d.For
		if ev.Auth != journal.AuthAttested {
			rt.Fatalf("the recorded vote of %s is not marked attested", voter)
		}
	}
	if !slices.Contains(l.s.Roles(voter), d.Role) {
		rt.Fatalf("%s votes for %s, and holds %v", voter, d.Role, l.s.Roles(voter))
	}
	if d.Reason == "" {
		rt.Fatal("a vote without a reason")
	}
}

func decisionsFollow(rt *rapid.T, l *testLaunch) {
	for _, p := range l.s.Polls {
		against := false
		for role, v := range p.Votes {
			if !slices.Contains(l.s.Runbook.GoNoGo.Approvals, role) {
				rt.Fatalf("%s has no vote", role)
			}
			against = against || v.Vote == NoGo
		}
		switch {
		case p.Decision == Go && (against || len(p.Votes) != len(l.s.Runbook.GoNoGo.Approvals)):
			rt.Fatalf("GO with the votes %v", p.Votes)
		case p.Decision == NoGo && !against:
			rt.Fatalf("NO-GO with the votes %v", p.Votes)
		}
	}
}

// Somebody who holds several roles answers the roll call once; each role's answer is an entry, and what another said of one
// stays.
func TestOneAnswerIsForAllRolesHeld(t *testing.T) {
	l := meetingLaunch(t, Live)
	l.file.People[1].Roles = []string{"engineering-lead", "engineering-manager", "security-lead"}
	l = newLaunchOf(t, Live, t0.Add(-time.Hour), l.runbook, l.file)
	l.refuse(true, "say with role=", "el", "poll.attend", "status=absent")
	before := len(l.entries)
	l.do("el", "poll.attend", "tools=ok")
	if n := len(l.entries) - before; n != 3 {
		t.Fatalf("%d entries for three roles", n)
	}
	for _, role := range []string{"engineering-lead", "engineering-manager", "security-lead"} {
		if a := l.s.CurrentMeeting().Attendance[role]; !a.Present || a.Person != "el" || a.Tools != "ok" || a.Stands {
			t.Errorf("%s: %+v", role, a)
		}
	}
	if _, there := l.s.Attends("product-owner"); there {
		t.Error("answered for a role that is somebody else's")
	}
	before = len(l.entries)
	l.do("el", "poll.attend", "role=security-lead", "backup=em")
	if n := len(l.entries) - before; n != 1 {
		t.Errorf("%d entries for a correction of one", n)
	}
	l.refold()
}
