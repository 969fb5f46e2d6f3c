package main

import (
	"regexp"
	"strings"
	"testing"
)

// A go/no-go meeting and a countdown driven by keys from two cockpits on one room, as two roles of a rehearsal, and read
// back from the journal.
func TestTmuxMeetingByKeysFromTwoCockpits(t *testing.T) {
	x := newTerminal(t)
	x.start(200, 50, "rehearse", "--scenario", "calm", "--as", "program-manager", "--speed", "1")
	x.expect(`Checklist`)
	x.keys("g", "p")
	x.expect(`Roll Call(?s).*Roll call(?s).*In front of the voters`)

	// The facilitator leads: the agenda, the recording, the roll call, a risk, the answer about arming.
	x.keys("m")
	x.expect(`under way, \d+:\d\d of 30 min`)
	x.keys("m")
	x.expect(`2\. Technical Review .*\d:\d\d of 8 min`)
	x.keys("c")
	x.expect(`Confirm that the meeting is recorded`)
	x.text("not a link")
	x.keys("Enter")
	x.expect(`is no link`)
	x.keys("C-u")
	x.text("https://meet.example/rec/7")
	x.keys("Enter")
	x.expect(`Recording: https://meet.example/rec/7`)
	x.keys("x")
	x.expect(`Record a risk`)
	x.text("t")
	x.keys("Tab")
	x.text("the cache is cold")
	x.keys("Tab")
	x.text("Engineering Lead")
	x.keys("Tab")
	x.text("warm it")
	x.keys("C-d")
	x.expect(`technical +the cache is cold`)
	x.keys("t")
	x.expect(`Answer the roll call`)
	x.keys("C-d")
	x.expect(`Program Manager.*present`)
	x.keys("o")
	x.expect(`Open the go/no-go poll`)
	x.keys("C-d")
	x.expect(`Votes +open`)

	// The second cockpit is another role: it votes NO-GO first, then changes its mind.
	x.tmux("new-window", x.bin+" attach; cat")
	x.expect(`(GREEN|YELLOW|NOT WATCHED)`)
	x.keys("a")
	x.expect(`Act as`)
	x.text("Engineering Lead")
	x.keys("Enter")
	x.expect(`acting as Engineering Lead`)
	x.keys("v")
	x.expect(`Vote GO or NO-GO`)
	x.text("g")
	x.keys("Tab")
	x.text("deployable")
	x.keys("C-d")
	x.expect(`poll.voted`)
	x.keys("g", "c")
	x.expect(`Countdown(?s).*T-10m(?s).*Hold point`)
	x.keys("m")
	x.expect(`Add a mark of your own`)
	x.text("T-8m")
	x.keys("Tab")
	x.text("Freeze the catalogue")
	x.keys("Tab")
	x.text("Product Owner")
	x.keys("C-d")
	x.expect(`T-8m +Freeze the catalogue`)

	// Back in the first: it sees the vote and the mark, votes, and declares what the votes come to.
	x.tmux("select-window", "-t", ":0")
	x.expect(`GO +Engineering Lead: deployable`)
	x.keys("v")
	x.expect(`Vote GO or NO-GO`)
	x.text("g")
	x.keys("Tab")
	x.text("all here")
	x.keys("C-d")
	x.expect(`GO +Program Manager: all here`)
	for _, speed := range []string{"x2 ", "x5 ", "x10 "} { // colleagues vote in launch time
		x.keys(">")
		x.expect(speed)
	}
	x.until("everybody has voted", func(string) bool { return len(x.status().Poll.Votes) == 4 })
	x.until("everybody has answered the roll call", func(s string) bool { return !strings.Contains(s, "is not at the roll call") })
	x.keys("d")
	x.expect(`Declare what the poll decided`)
	x.keys("Space", "Tab")
	x.text("the status page follows at T-10m")
	x.keys("C-d")
	x.expect(`Decided GO`)
	if s := x.status(); s.Poll.State != "GO" || s.Phase != "countdown" {
		t.Errorf("the poll is %s in the phase %s", s.Poll.State, s.Phase)
	}

	log, err := x.run("log", "--json")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"kind":"agenda.started","data":{"point":"roll-call"}`, `"kind":"agenda.started","data":{"point":"technical-review"}`,
		`"kind":"poll.recorded","data":{"link":"https://meet.example/rec/7"}`, `"text":"the cache is cold"`, `"mitigation":"warm it"`,
		`"kind":"poll.attended","data":{"role":"program-manager","present":true`,
		`"vote":"GO","reason":"deployable"`, `"vote":"GO","reason":"all here"`, `"title":"Freeze the catalogue"`,
		`"decision":"GO"`, `"waived":["communication"],"reason":"the status page follows at T-10m","recording":"https://meet.example/rec/7"`,
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the journal has no %s", want)
		}
	}
	if !regexp.MustCompile(`"roles":\["engineering-lead"\][^\n]*"kind":"poll.voted"`).MatchString(log) {
		t.Error("the vote of the second cockpit is not its role's")
	}
	if out, err := x.run("verify"); err != nil {
		t.Fatalf("verify: %v\n%s", err, out)
	}
}
