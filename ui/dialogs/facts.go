package dialogs

import (
	"fmt"
	"strings"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui/theme"
)

// tone is how a fact is drawn.
type tone uint8

const (
	plain tone = iota
	quiet
	strong
	warning
	good
)

// fact is something to know before answering. Text is raw; whoever draws it sanitizes it.
type fact struct {
	tone tone
	text string
}

func (b *box) style(t tone) theme.Style {
	switch t {
	case quiet:
		return b.theme.Dim
	case strong:
		return b.theme.Strong
	case warning:
		return b.theme.Warn
	case good:
		return b.theme.OK
	}
	return b.theme.Text
}

// facts tells what stands behind an action now.
func facts(n names, action string, args map[string]string) []fact {
	switch action {
	case "item.check", "item.uncheck", "item.waive":
		return itemFacts(n, args["id"])
	case "section.sign-off", "section.withdraw":
		return sectionFacts(n, args["id"])
	case "poll.open", "poll.vote", "poll.decide":
		return pollFacts(n, action == "poll.decide")
	case "clock.resume":
		return resumeFacts(n.screen, n.now)
	case "clock.hold", "clock.recycle", "clock.set", "clock.scrub":
		return clockFacts(n.screen)
	case "step.start", "step.confirm", "step.retry", "step.skip", "step.abort", "step.resolve":
		return stepFacts(n, action, args["id"])
	case "step.undo":
		return undoFacts(n, args["what"])
	case "rollback.request", "rollback.approve", "rollback.veto", "rollback.withdraw", "rollback.raise", "rollback.judge":
		return rollbackFacts(n, action, args["id"])
	case "flag.on", "flag.off":
		return flagFacts(n, action, args["flag"])
	case "launch.close", "closure.withdraw":
		return closeFacts(n)
	case "criterion.judge":
		return criterionFacts(n, args["id"])
	case "baseline.capture", "value.enter", "alarm.silence":
		return monitorFacts(n, action, args["monitor"])
	case "page.send":
		return pageFacts(n, args)
	case "delivery.resolve", "delivery.retry":
		return deliveryFacts(n, args)
	case "page.acknowledge":
		return answerFacts(n, args["id"])
	case "update.cadence":
		return []fact{{strong, "Now: " + n.screen.Updates.Why}}
	case "trigger.declare", "trigger.acknowledge", "trigger.clear":
		return triggerFacts(n, action, args["id"])
	}
	return nil
}

// told reports whether an action's facts tell an argument already.
func told(action, arg string) bool {
	noun, _, _ := strings.Cut(action, ".")
	if noun == "delivery" && arg == "channel" {
		return true
	}
	return arg == "id" && (noun == "page" || noun == "delivery" || noun == "item" || noun == "section" || noun == "step" || noun == "trigger" || noun == "rollback" || noun == "criterion") ||
		arg == "monitor" || arg == "flag" || action == "step.undo" && arg == "what"
}

func itemFacts(n names, id string) []fact {
	sec, it := n.item(id)
	if it == nil {
		return nil
	}
	out := []fact{{strong, it.Text}, {quiet, sec.Title + ", owner " + owner(sec.Owner, sec.Person)}}
	if it.State != launch.ItemOpen && it.By != nil {
		out = append(out, fact{plain, string(it.State) + " " + by(it.By)})
	}
	return out
}

func sectionFacts(n names, id string) []fact {
	sec := n.section(id)
	if sec == nil {
		return nil
	}
	out := []fact{
		{strong, fmt.Sprintf("%s: %d of %d done", sec.Title, sec.Done, len(sec.Items))},
		{quiet, "owner " + owner(sec.Owner, sec.Person) + "; to be verified by: " + sec.Verification},
	}
	for _, it := range sec.Items {
		switch it.State {
		case launch.ItemOpen:
			out = append(out, fact{warning, "open: " + it.Text})
		case launch.ItemWaived:
			out = append(out, fact{warning, "waived: " + it.Text})
		}
	}
	if sec.Signed != nil {
		out = append(out, fact{good, "signed off " + by(sec.Signed)})
	}
	return out
}

func pollFacts(n names, deciding bool) []fact {
	p := n.screen.Poll
	out := []fact{{strong, fmt.Sprintf("Go/no-go: %s, GO %d of %d", p.State, p.Go, p.Of)}}
	for _, v := range p.Votes {
		switch {
		case v.Vote == "":
			out = append(out, fact{quiet, "no vote from " + owner(v.Title, v.Person)})
		case v.Vote == launch.Go:
			out = append(out, fact{good, voteLine(v)})
		default:
			out = append(out, fact{warning, voteLine(v)})
		}
	}
	if deciding {
		for _, b := range p.Blocks {
			out = append(out, fact{warning, "against GO: " + b})
		}
	}
	if p.Lapsed != "" {
		out = append(out, fact{warning, "the GO lapsed: " + p.Lapsed})
	}
	return out
}

func voteLine(v screen.Vote) string {
	s := string(v.Vote) + " from " + owner(v.Title, v.Person)
	if v.By != nil && v.By.For != "" {
		s += ", said by " + v.By.For + ", recorded by " + v.By.User
	}
	if v.By != nil && v.By.Text != "" {
		s += ": " + v.By.Text
	}
	return s
}

func clockFacts(s *screen.Screen) []fact {
	out := []fact{{plain, "T-0 is " + s.Clock.T0.UTC().Format("Mon 2006-01-02 15:04:05 UTC")}}
	if s.Clock.HeldAt != nil {
		text := "held at " + launch.FormatClock(s.Clock.HeldAt.Sub(s.Clock.T0))
		if s.Clock.HoldAuto {
			text += ", by the clock itself"
		}
		if s.Clock.HoldReason != "" {
			text += ": " + s.Clock.HoldReason
		}
		out = append(out, fact{warning, text})
	}
	if s.Clock.Scrubbed {
		out = append(out, fact{warning, "scrubbed"})
	}
	return out
}

func owner(title, person string) string {
	if person == "" {
		return title + " (nobody)"
	}
	return title + " (" + person + ")"
}

// by says who did something and when: "by eng-lead at 09:47: reason".
func by(b *screen.By) string {
	s := "by " + b.User
	if b.For != "" {
		s = "for " + b.For + " " + s
	}
	s += " at " + b.At.UTC().Format("15:04")
	if b.Text != "" {
		s += ": " + b.Text
	}
	return text.Line(s)
}
