package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// waivedAll is what a GO goes without where nobody has signed anything off.
const waivedAll = "infrastructure,monitoring,security,feature-validation,support-preparation,analytics,team-preparation,communication,attendee/security-lead,attendee/key-stakeholders"

// A meeting of four real logins: each votes from their own, through the shared socket, and is in the journal as who the
// kernel says. Nobody votes for a role of somebody else, and who is not listed watches and notes, ten a minute, no more.
func TestAMeetingOfRealLogins(t *testing.T) {
	w, _, logins, program := sharedWith(t, "", "other-pm", "other-po", "other-em")
	pm, po, em, outsider := logins["other-pm"], logins["other-po"], logins["other-em"], logins["outsider"]
	does := func(want int, who login, args ...string) string {
		t.Helper()
		status, out := w.as(who, program, nil, args...)
		if status != want {
			t.Errorf("%s: %v ended with %d, want %d: %s", who.name, args, status, want, out)
		}
		return out
	}
	does(0, pm, "do", "poll.open")
	does(0, pm, "do", "agenda.start", "id=roll-call")
	does(0, pm, "do", "poll.record", "link=https://meet.example/rec/1")
	does(0, po, "do", "poll.attend", "role=product-owner") // and so for the support lead, whom the same person is

	// Nobody is somebody else: not by naming the role, not by the environment, not by any other way in.
	if out := does(1, po, "vote", "go", "--reason", "ready", "--role", "engineering-manager"); !strings.Contains(out, "Engineering Manager") {
		t.Errorf("voting for another's role: %s", out)
	}
	does(2, po, "vote", "go") // without a reason
	does(1, outsider, "vote", "go", "--reason", "ready")
	does(1, outsider, "vote", "go", "--reason", "ready", "--role", "product-owner", "--for", po.name, "--via", "voice")
	for _, who := range []login{pm, po, em} {
		if out := does(0, who, "vote", "go", "--reason", "ready, says "+who.name); strings.Contains(out, "attested") {
			t.Errorf("%s", out)
		}
	}
	does(1, pm, "do", "poll.decide", "waive="+waivedAll, "reason=a drill") // the engineering lead has not voted
	w.says(0, nil, "vote", "go", "--reason", "ready, says root")
	does(1, outsider, "do", "poll.decide", "reason=x")
	does(1, em, "do", "poll.decide", "reason=x")
	does(0, pm, "do", "poll.decide", "waive="+waivedAll, "reason=a drill")
	if out := w.run("status", "--json"); !strings.Contains(out, `"state":"GO"`) {
		t.Errorf("%s", out)
	}
	votes := w.run("log", "--json", "--kind", "poll.voted")
	for name, role := range map[string]string{"root": "engineering-lead", pm.name: "program-manager", po.name: "product-owner", em.name: "engineering-manager"} {
		n := 0
		for line := range strings.Lines(votes) {
			if strings.Contains(line, `"actor":{"user":"`+name+`"`) && strings.Contains(line, `"role":"`+role+`"`) && strings.Contains(line, `"auth":"os-user"`) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s has voted %d times for %s:\n%s", name, n, role, votes)
		}
	}
	outsiderMayWatchAndNote(t, w, outsider, program)
	if out := w.run("verify"); !strings.Contains(out, "intact") {
		t.Errorf("verify: %s", out)
	}
}

func outsiderMayWatchAndNote(t *testing.T, w *watchedLaunch, outsider login, program string) {
	t.Helper()
	if status, out := w.as(outsider, program, nil, "status"); status != 0 || !strings.Contains(out, "checkout") {
		t.Errorf("status for who is not listed: %d: %s", status, out)
	}
	for _, args := range [][]string{
		{"do", "clock.hold", "reason=x"}, {"do", "item.check", "id=monitoring/alerts-tested"}, {"do", "flag.off", "reason=x"},
		{"do", "rollback.request", "reason=x"}, {"do", "trigger.declare", "id=security-incident", "reason=x"}, {"do", "launch.close"},
		{"do", "role.take", "role=product-owner", "reason=x"}, {"do", "poll.open", "reason=x"}, {"do", "page.send", "person=root"},
	} {
		if status, out := w.as(outsider, program, nil, args...); status == 0 || status == 3 {
			t.Errorf("who is not listed may %v: %d: %s", args, status, out)
		}
	}
	noted := 0
	for i := range 12 {
		if status, _ := w.as(outsider, program, nil, "note", fmt.Sprintf("seen %d", i)); status == 0 {
			noted++
		}
	}
	if noted != 10 {
		t.Errorf("who is not listed wrote %d notes within a minute", noted)
	}
	if n := strings.Count(w.run("log", "--kind", "note.added"), outsider.name); n != 10 {
		t.Errorf("%d notes are in the journal", n)
	}
}

// Two people approve at the same instant, several times each: there is one authorisation, and one write.
func TestConcurrentApprovalsExecuteOnce(t *testing.T) {
	w, server, logins, program := sharedWith(t, "", "other-po", "other-em")
	w.says(3, nil, "do", "rollback.request", "reason=errors", "steps=feature-disable")
	id := w.rollback().Requests[0].ID
	var all sync.WaitGroup
	for _, who := range []string{"other-po", "other-em"} {
		for range 4 {
			all.Go(func() { w.as(logins[who], program, nil, "approve", id) })
		}
	}
	for range 4 {
		all.Go(func() { w.command("approve", id) })
	}
	all.Wait()
	w.waits("the flag is off", func() bool { s := w.rollback().step("feature-disable"); return s == "verifying" || s == "done" })
	for _, kind := range []string{"rollback.authorized", "call.intended", "call.returned"} {
		if n := len(w.entries(kind)); n != 1 {
			t.Errorf("%d entries %s\n%s", n, kind, w.run("log"))
		}
	}
	w.intact(server, 1)
}

// The way to the socket changes nobody: through a link, by a relative path, by su and by runuser one is who one is.
func TestTheWayToTheSocketChangesNobody(t *testing.T) {
	w, server, logins, program := sharedWith(t, "", "other-po")
	po, outsider := logins["other-po"], logins["outsider"]
	w.says(3, nil, "do", "rollback.request", "reason=errors", "steps=feature-disable")
	id := w.rollback().Requests[0].ID
	open := func(what, out string) {
		t.Helper()
		if w.rollback().Requests[0].State != "open" || puts(server) != 0 {
			t.Fatalf("%s: the request is %s: %s", what, w.rollback().Requests[0].State, out)
		}
	}
	direct, dir := w.socket, filepath.Dir(filepath.Dir(w.socket))
	if err := os.Symlink(direct, dir+"/link.sock"); err != nil {
		t.Fatal(err)
	}
	for _, way := range []struct {
		socket string
		before []string
	}{{dir + "/link.sock", nil}, {"room/checkout.sock", []string{"env", "-C", dir}}, {"link.sock", []string{"env", "-C", dir}}} {
		w.socket = way.socket
		_, out := w.as(outsider, program, way.before, "approve", id)
		open("an outsider through "+way.socket, out)
		if status, out := w.as(outsider, program, way.before, "note", "through "+way.socket); status != 0 {
			t.Errorf("through %s: %s", way.socket, out)
		}
	}
	for _, change := range [][]string{{"su", outsider.name, "-c"}, {"runuser", "-u", outsider.name, "--", "sh", "-c"}} {
		out, _ := exec.Command(change[0], append(change[1:], fmt.Sprintf("%s approve %s --room %s", program, id, direct))...).CombinedOutput()
		open("root as an outsider by "+change[0], string(out))
	}
	if exec.Command("sh", "-c", "echo 0 > /proc/self/loginuid").Run() == nil { // root logged in, and became the product owner
		for _, change := range []string{"su " + po.name + " -c '%s'", "runuser -u " + po.name + " -- %s", "setpriv --reuid=" + po.uid + " --regid=" + po.gid + " --clear-groups %s"} {
			line := fmt.Sprintf("echo 0 > /proc/self/loginuid && "+change, program+" approve "+id+" --room "+direct)
			out, _ := exec.Command("sh", "-c", line).CombinedOutput()
			open("root as the product owner by "+change, string(out))
		}
	}
	w.socket = dir + "/link.sock"
	if status, out := w.as(po, program, nil, "approve", id); status != 0 {
		t.Errorf("the product owner through a link: %d: %s", status, out)
	}
	w.waits("the flag is off", func() bool { return puts(server) == 1 })
	log := w.run("log", "--kind", "note.added")
	if strings.Count(log, outsider.name) != 3 {
		t.Errorf("%s", log)
	}
	w.intact(server, 1)
}

// A folder in which somebody could put another socket in the room's place is refused before anything is opened.
func TestASharedFolderThatOthersOwnIsRefused(t *testing.T) {
	w, _, logins, _ := sharedWith(t, "", "other-po")
	w.kill()
	dir := filepath.Dir(w.socket)
	other := logins["other-po"]
	for _, c := range []struct {
		change []string
		want   string
	}{
		{[]string{"chmod", "0777", dir}, "others could put another socket in the room's place; chmod +t " + dir},
		{[]string{"chown", other.uid, dir}, dir + " belongs to another user, who could put another socket in the room's place"},
	} {
		if out, err := exec.Command(c.change[0], c.change[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		w.says(1, []string{c.want}, "run", w.file, "--headless")
	}
}
