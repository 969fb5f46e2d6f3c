package screen

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
)

// The states of a Check. What is not known is never ok.
const (
	CheckOK      = "ok"
	CheckBad     = "not ok"
	CheckUnknown = "not known"
)

// Check is something that the cockpit looks at by itself, with what it saw.
type Check struct {
	ID       string `json:"id"`
	Text     string `json:"text"`
	State    string `json:"state"`
	Evidence string `json:"evidence"`
}

// doctorFresh is how long an examination says something about the launch.
const doctorFresh = 24 * time.Hour

func (p *presenter) checkSignOffs() Check {
	c := Check{ID: "sign-offs", Text: "Sign-offs", State: CheckOK}
	signed, of := 0, 0
	var missing []string
	for _, a := range p.out.Checklist.Areas {
		for _, s := range a.Sections {
			switch {
			case !s.Required:
				continue
			case s.Signed != nil:
				signed++
			default:
				missing = append(missing, s.Title+" ("+s.Short+")")
			}
			of++
		}
	}
	c.Evidence = fmt.Sprintf("%d of %d signed", signed, of)
	if len(missing) > 0 {
		c.State = CheckBad
		c.Evidence += "; missing " + strings.Join(missing, ", ")
	}
	return c
}

func (p *presenter) checkBaselines() Check {
	c := Check{ID: "baselines", Text: "Baselines", State: CheckOK}
	captured, of := 0, 0
	var missing []string
	for i := range p.out.Monitors {
		switch m := &p.out.Monitors[i]; {
		case !m.Needs:
			continue
		case m.Baseline != nil:
			captured++
		default:
			missing = append(missing, m.Name)
		}
		of++
	}
	switch {
	case of == 0:
		c.Evidence = "no rule is relative to a baseline"
	case len(missing) > 0:
		c.State, c.Evidence = CheckBad, fmt.Sprintf("%d of %d captured; missing %s", captured, of, strings.Join(missing, ", "))
	default:
		c.Evidence = fmt.Sprintf("%d of %d captured", captured, of)
	}
	return c
}

func (p *presenter) checkDoctor() Check {
	c := Check{ID: "doctor", Text: "Doctor", State: CheckUnknown}
	d := p.s.Doctor
	if d == nil {
		c.Evidence = "no run on record; tminus doctor LAUNCH.yaml records one"
		return c
	}
	c.Evidence = fmt.Sprintf("%d passed, %d failed, %d not testable; by %s at %s", d.Passed, d.Failed, d.NotTestable, cmp.Or(d.For, d.User), d.At.UTC().Format("2 Jan 15:04 UTC"))
	switch {
	case d.Failed > 0:
		c.State = CheckBad
		if len(d.Failing) > 0 {
			c.Evidence += "; failed: " + strings.Join(d.Failing, ", ")
		}
	case d.File != "" && d.File != p.s.Docs.File:
		c.Evidence += "; it examined another version of the launch file"
	case p.now.Sub(d.At) > doctorFresh:
		c.Evidence += "; older than a day, run it again"
	case d.Passed == 0:
		c.Evidence += "; nothing was tried"
	default:
		c.State = CheckOK
	}
	return c
}

func (p *presenter) checkDefects() Check {
	c := Check{ID: "defects", Text: "Blocking defects", State: CheckOK}
	open := 0
	var blocking []string
	for i := range p.out.Defects {
		d := &p.out.Defects[i]
		if !d.Open() {
			continue
		}
		if open++; d.Blocking {
			blocking = append(blocking, d.ID+" "+d.Title)
		}
	}
	c.Evidence = fmt.Sprintf("none of %d open defects blocks", open)
	switch {
	case len(blocking) > 0:
		c.State, c.Evidence = CheckBad, strings.Join(blocking, ", ")
	case open == 0:
		c.Evidence = "no defect is open"
	}
	return c
}

func (p *presenter) checkMonitoring() Check {
	c := Check{ID: "monitoring", Text: "Monitoring live", State: CheckUnknown}
	if !p.f.Watched {
		c.Evidence = "no room polls the monitors"
		return c
	}
	live, bound, unbound := 0, 0, 0
	var bad []string
	for i := range p.out.Monitors {
		m := &p.out.Monitors[i]
		if m.Source == "" {
			unbound++
			continue
		}
		bound++
		switch m.State {
		case monitor.NoData, monitor.Stale, monitor.Error, monitor.Unbound:
			bad = append(bad, m.Name+" "+m.State.String())
		default:
			live++
		}
	}
	c.Evidence = fmt.Sprintf("%d of %d bound monitors are read", live, bound)
	switch {
	case bound == 0:
		c.Evidence = "no monitor is bound to a source"
	case len(bad) > 0:
		c.State = CheckBad
		c.Evidence += "; " + strings.Join(bad, ", ")
	default:
		c.State = CheckOK
	}
	if unbound > 0 && bound > 0 {
		c.Evidence += fmt.Sprintf("; %d not bound", unbound)
	}
	return c
}

func (p *presenter) checkAttendees() Check {
	c := Check{ID: "attendees", Text: "Attendees present", State: CheckOK}
	there := 0
	var missing []string
	for i := range p.out.Meeting.Attendees {
		a := &p.out.Meeting.Attendees[i]
		switch {
		case a.There():
			there++
		case a.State == AttendAbsent:
			missing = append(missing, a.Short+" absent")
		default:
			missing = append(missing, a.Short+" not called")
		}
	}
	of := len(p.out.Meeting.Attendees)
	if c.Evidence = fmt.Sprintf("%d of %d at the roll call", there, of); of == 0 {
		c.State, c.Evidence = CheckUnknown, "the runbook requires nobody"
	}
	if len(missing) > 0 {
		c.State = CheckBad
		c.Evidence += "; " + strings.Join(missing, ", ")
	}
	return c
}

func (p *presenter) checkGo() Check {
	c := Check{ID: "go", Text: "GO given", State: CheckBad, Evidence: "the poll is " + p.out.Poll.State}
	if p.out.Poll.State == PollGo {
		c.State, c.Evidence = CheckOK, "the poll decided GO"
		if by := p.out.Poll.Decided; by != nil {
			c.Evidence = "declared by " + by.name() + " at " + by.At.UTC().Format("15:04:05 UTC")
		}
	}
	return c
}

func (p *presenter) checkHealth() Check {
	c := Check{ID: "health", Text: "Health", State: CheckBad, Evidence: string(p.out.Status)}
	if len(p.out.Reasons) > 0 {
		c.Evidence += ": " + strings.Join(p.out.Reasons, "; ")
	}
	switch p.out.Status {
	case Green:
		c.State, c.Evidence = CheckOK, "GREEN: every bound monitor that has a rule keeps it"
		if len(p.out.Reasons) > 0 {
			c.Evidence += "; " + strings.Join(p.out.Reasons, "; ")
		}
	case NotWatched:
		c.State = CheckUnknown
	}
	return c
}

func (p *presenter) checkUpdates(since time.Time) Check {
	c := Check{ID: "updates", Text: "Status updates", State: CheckBad, Evidence: "none was sent since " + since.UTC().Format("15:04 UTC")}
	if n := len(p.out.Updates.Sent); n > 0 && !p.out.Updates.Sent[n-1].By.At.Before(since) {
		m := &p.out.Updates.Sent[n-1]
		c.State, c.Evidence = CheckOK, m.ID+" sent at "+m.By.At.UTC().Format("15:04:05 UTC")+" by "+m.By.User
		for i := range m.Deliveries { // what nobody got did not go out
			d := &m.Deliveries[i]
			switch state := launch.DeliveryState(d.State); {
			case state == launch.Delivered, state == launch.DeliveryNotSent: // a rehearsal and a dry run send nothing
				continue
			case state == launch.DeliveryFailed:
				c.State = CheckBad
			case c.State == CheckOK:
				c.State = CheckUnknown
			}
			c.Evidence += "; " + d.Title + " " + d.State
		}
	}
	return c
}

// checkOf is the check that an action of a mark is about, by its words: a runbook has no other way to say so. Nil: only a
// person can tell.
func (p *presenter) checkOf(text string, at time.Time) *Check {
	words := strings.ToLower(text)
	var c Check
	switch {
	case strings.Contains(words, "attendee"):
		c = p.checkAttendees()
	case strings.Contains(words, "status update"):
		c = p.checkUpdates(at)
	case strings.Contains(words, "health"):
		c = p.checkHealth()
	case strings.Contains(words, "monitoring"):
		c = p.checkMonitoring()
	case strings.Contains(words, "access"):
		c = p.checkDoctor()
	default:
		return nil
	}
	return &c
}
