package script

import (
	"fmt"
	"strings"
	"time"
)

// describe says in one line how a run stands, or how it ended.
func describe(s Status) string {
	switch s.State {
	case stateStarting:
		return "is being started"
	case stateRunning:
		return "running since " + s.Started.Format(time.RFC3339)
	case stateRefused:
		return "not started: " + oneLine(s.Error)
	}
	how, after := fmt.Sprintf("exit status %d", s.Exit), ""
	if s.Signal != "" {
		how = "killed by " + s.Signal
	}
	if s.Ended.IsZero() {
		how = "its end was not seen"
	} else {
		after = " after " + took(s.Ended.Sub(s.Started))
	}
	var text string
	switch {
	case s.TimedOut:
		text = "timed out after " + s.Timeout + ": " + brought(s, how)
	case s.Stopped:
		text = "stopped" + after + ": " + brought(s, how)
	default:
		text = how + after
	}
	if s.LeftChildren == 1 {
		text += "; a process that it left behind was killed"
	} else if s.LeftChildren > 1 {
		text += fmt.Sprintf("; %d processes that it left behind were killed", s.LeftChildren)
	}
	if s.Error != "" {
		text += "; " + oneLine(s.Error)
	}
	return text
}

// brought says how a program ended that was made to.
func brought(s Status, how string) string {
	switch s.Signal {
	case "SIGKILL":
		return "killed"
	case "SIGTERM":
		return "ended by SIGTERM"
	}
	return how
}

// took is how long something took, for people.
func took(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	if d < 2*time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	return d.Round(time.Second).String()
}

// lost says what can be seen of a run whose supervisor ended without telling an end.
func lost(dir string, s Status) string {
	if s.BootID != bootID() {
		return "unclear: the machine was restarted while it ran"
	}
	if s.State == stateStarting {
		return fmt.Sprintf("unclear: its supervisor (pid %d) died as it started the program", s.Supervisor)
	}
	text := fmt.Sprintf("unclear: its supervisor (pid %d) died; the program (pid %d) ", s.Supervisor, s.PID)
	if alive(s.PID, s.PIDStarted) {
		text += "still runs"
	} else {
		text += "is gone"
	}
	var others []string
	for _, p := range inSession(s.PID) {
		if p.pid != s.PID {
			others = append(others, fmt.Sprint(p.pid))
		}
	}
	if len(others) > 0 {
		text += ", and of what it started these still run: " + strings.Join(others, " ")
	}
	if said := lastWords(dir); said != "" {
		text += "; the supervisor's last words: " + said
	}
	return text
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
