package views

import (
	"fmt"
	"slices"
	"strings"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
)

// rollEntries is the roll call, with backups.
func rollEntries(s *screen.Screen, t *theme.Theme) []entry {
	there := 0
	var rows []entry
	for i := range s.Meeting.Attendees {
		a := &s.Meeting.Attendees[i]
		if a.There() {
			there++
		}
		rows = append(rows, attendeeEntry(a, s, t))
	}
	return append([]entry{{row: head("Roll call", fmt.Sprintf("%d of %d there", there, len(rows)))}}, rows...)
}

func attendeeEntry(a *screen.Attendee, s *screen.Screen, t *theme.Theme) entry {
	r := row{id: "attendee/" + a.Role, depth: 1, mark: t.Glyph.Open, text: a.Title + "  " + named(a.Holder), right: "not called yet"}
	if a.Facilitator {
		r.text += ", facilitator"
	}
	switch a.State {
	case screen.AttendPresent:
		r.mark, r.tone, r.right = t.Glyph.OK, good, presentSince(a, s)
	case screen.AttendBackup:
		r.mark, r.tone, r.right = t.Glyph.OK, good, a.Person+" stands in  "+since(a.By, s)
	case screen.AttendVoted:
		r.mark, r.tone, r.right = t.Glyph.OK, good, "voted  "+since(a.By, s)
	case screen.AttendAbsent:
		r.mark, r.tone, r.right = t.Glyph.Warn, late, "absent, nobody stands in  "+since(a.By, s)
	default:
		if a.Online {
			r.right = "not called yet, cockpit open"
		}
	}
	switch {
	case a.Confirmed != "" && a.State == screen.AttendPresent:
		r.note = "Backup contact confirmed: " + a.Confirmed
	case a.Listed != "":
		r.note = "Backup by the launch file, not confirmed: " + a.Listed
	default:
		r.note = "No backup is listed"
	}
	if a.Tools != "" {
		r.note += ". Tool access: " + a.Tools
	}
	args := map[string]string{"role": a.Role}
	here := act{"space", "present", intent.Do{Command: launch.Command{Action: "poll.attend", Args: args}}}
	if !slices.Contains(s.You.Roles, a.Role) {
		here.ask = ask("poll.attend", args, attestedFor(a.Holder, s))
	}
	suggest := map[string]string{}
	if a.Listed != "" {
		suggest["backup"] = a.Listed
	}
	r.acts = []act{here, {"w", "absent", ask("poll.attend", map[string]string{"role": a.Role, "status": "absent"}, suggest)},
		{"b", "with backup and tools", ask("poll.attend", args, withBackup(a, s))}}
	if a.By != nil && a.By.Text != "" && a.State != screen.AttendVoted {
		r.note += ". " + a.By.Text
	}
	return entry{row: r}
}

// since is who did it and when, or who said it and who recorded it: the date only where it was another day.
func since(b *screen.By, s *screen.Screen) string {
	at := b.At.UTC().Format("15:04:05")
	if b.At.UTC().Format("2006-01-02") != s.At.UTC().Format("2006-01-02") {
		at = b.At.UTC().Format("2 Jan 15:04")
	}
	if b.For != "" && b.For != b.User {
		return fmt.Sprintf("said by %s, recorded by %s  %s", b.For, b.User, at)
	}
	return b.User + "  " + at
}

// presentSince names who answered only where it was not the role's holder in their own session.
func presentSince(a *screen.Attendee, s *screen.Screen) string {
	told := since(a.By, s)
	if a.By.For == "" && a.By.User == a.Holder {
		told = strings.TrimPrefix(told, a.By.User+"  ")
	}
	return "present  " + told
}

func withBackup(a *screen.Attendee, s *screen.Screen) map[string]string {
	out := map[string]string{"backup": a.Listed, "tools": "ok", "status": "present"}
	if !slices.Contains(s.You.Roles, a.Role) {
		for k, v := range attestedFor(a.Holder, s) {
			out[k] = v
		}
	}
	return out
}

// attestedFor suggests that somebody else's word is recorded; nil: there is nobody to say it.
func attestedFor(holder string, s *screen.Screen) map[string]string {
	if holder == "" || holder == s.You.User {
		return nil
	}
	return map[string]string{"for": holder, "via": "voice"}
}
