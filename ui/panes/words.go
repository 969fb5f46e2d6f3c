package panes

import (
	"fmt"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// stamp writes an instant in UTC: the time alone on the day of now, else with the date.
func stamp(at, now time.Time) string {
	at, now = at.UTC(), now.UTC()
	if at.YearDay() == now.YearDay() && at.Year() == now.Year() {
		return at.Format("15:04:05")
	}
	return at.Format("02 Jan 15:04")
}

// stampWidth is the column that the stamps of a list need whose oldest entry is at first.
func stampWidth(first, now time.Time) int { return len(stamp(first, now)) }

// byWhom tells who did something: "eng-lead 09:12:44", or who said it and who recorded it.
func byWhom(by *screen.By, now time.Time) string {
	if by == nil {
		return ""
	}
	return saidBy(by.User, by.For, by.Via) + " " + stamp(by.At, now)
}

func saidBy(user, said, via string) string {
	if said == "" || said == user {
		return user
	}
	if via != "" {
		via = " (" + via + ")"
	}
	return "said by " + said + via + ", recorded by " + user
}

// pollWord is a poll's state in capitals and its count, "4/4".
func pollWord(p *screen.Poll) (word, count string) {
	count = fmt.Sprintf("%d/%d", p.Go, p.Of)
	switch p.State {
	case string(launch.Go), string(launch.NoGo):
		return p.State, count
	case "open":
		return "VOTING", count
	case "GO lapsed":
		return "GO LAPSED", count
	}
	return "NO POLL", count
}

// verdict is the word beside the clock and the badge it stands on: HOLD before GO, since it is what stops the clock.
func verdict(t *theme.Theme, s *screen.Screen) (glyph, word, count string, badge theme.Style) {
	word, count = pollWord(&s.Poll)
	glyph, _ = t.Poll(s.Poll.State)
	switch {
	case s.Clock.Scrubbed:
		return t.Glyph.Crit, "SCRUBBED", "", t.CritBadge
	case s.Clock.HeldAt != nil:
		return t.Glyph.Hold, "HOLD", word + " " + count, t.WarnBadge
	}
	switch s.Phase {
	case launch.Planning, launch.GoNoGo, launch.Countdown:
		return glyph, word, count, t.PollBadge(s.Poll.State)
	}
	// From T-0 on the GO is history: a badge in the colour of health beside a launch that breaks would be read first.
	return glyph, word, count, t.Dim
}

// reason is why the clock stands or the GO does not hold; empty: neither.
func reason(s *screen.Screen, now time.Time) string {
	switch {
	case s.Clock.HeldAt != nil:
		why := s.Clock.HoldReason
		if why == "" && s.Clock.HoldAuto {
			why = "no GO at the last mark before T-0"
		}
		if age := widgets.ShortAge(now.Sub(*s.Clock.HeldAt)); age != "now" {
			return "Held for " + age + ": " + why
		}
		return "Held: " + why
	case s.Poll.Lapsed != "":
		return "GO lapsed: " + s.Poll.Lapsed
	}
	return ""
}

// clockNow is the instant that time to go is counted from: the launch time, or where the clock was held.
func clockNow(s *screen.Screen, now time.Time) time.Time {
	if s.Clock.HeldAt != nil {
		return *s.Clock.HeldAt
	}
	return now
}

// ownerOf is "Engineering Lead (eng-lead)", or what is known of it.
func ownerOf(title, person string) string {
	switch {
	case person == "":
		return title
	case title == "":
		return person
	}
	return title + " (" + person + ")"
}

// joined joins the facts that are not empty.
func joined(t *theme.Theme, facts ...string) string {
	var set []string
	for _, f := range facts {
		if f != "" {
			set = append(set, f)
		}
	}
	return strings.Join(set, " "+t.Glyph.Dot+" ")
}

// more says how many rows are out of sight below.
func more(t *theme.Theme, n int) string { return fmt.Sprintf("  %s %d more", t.Glyph.Down, n) }

// moreAbove says how many rows are out of sight above.
func moreAbove(t *theme.Theme, n int) string { return fmt.Sprintf("  %s %d more", t.Glyph.Up, n) }
