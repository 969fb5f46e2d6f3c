// Package notify is the channels that a launch file binds, put together: what updates and pages go through, and what doctor
// tries of them.
package notify

import (
	"os"

	"tminus/integrations/email"
	"tminus/integrations/host"
	"tminus/integrations/pagerduty"
	"tminus/integrations/slack"
	"tminus/integrations/statuspage"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/preflight"
	"tminus/model/room"
)

// The services' addresses can be others, such as a proxy's or a test's.
const (
	slackURL      = "TMINUS_SLACK_URL"
	statuspageURL = "TMINUS_STATUSPAGE_URL"
	pagerDutyURL  = "TMINUS_PAGERDUTY_URL"
)

func slackOptions() slack.Options {
	return slack.Options{Secret: host.Secret, API: os.Getenv(slackURL)}
}

func statuspageOptions() statuspage.Options {
	return statuspage.Options{Secret: host.Secret, API: os.Getenv(statuspageURL)}
}

func emailOptions() email.Options { return email.Options{Secret: host.Secret} }

func pagerDutyOptions() pagerduty.Options {
	return pagerduty.Options{Secret: host.Secret, API: os.Getenv(pagerDutyURL)}
}

// Channels is what updates and pages go through, as a launch file binds it. Only a LIVE launch sends: others show what they
// would.
func Channels(n launchfile.Notify, mode launch.Mode) map[string]room.Channel {
	bound := map[string]room.Channel{}
	if n.Slack != nil {
		bound["slack"] = slack.New(*n.Slack, slackOptions())
	}
	if n.Statuspage != nil {
		bound["statuspage"] = statuspage.New(*n.Statuspage, statuspageOptions())
	}
	if n.Email != nil {
		bound["email"] = email.New(*n.Email, emailOptions())
	}
	if n.PagerDuty != nil {
		bound[launch.Pager] = pagerduty.New(*n.PagerDuty, pagerDutyOptions())
	}
	if mode != launch.Live {
		for id, c := range bound {
			bound[id] = room.PreviewOnly(c, "a "+string(mode)+" sends nothing")
		}
	}
	return bound
}

// Examine makes doctor's tests of them. They send nothing.
func Examine(n launchfile.Notify) []preflight.Test {
	var tests []preflight.Test
	if n.Slack != nil {
		tests = append(tests, slack.Examine(*n.Slack, slackOptions())...)
	}
	if n.Statuspage != nil {
		tests = append(tests, statuspage.Examine(*n.Statuspage, statuspageOptions())...)
	}
	if n.Email != nil {
		tests = append(tests, email.Examine(*n.Email, emailOptions())...)
	}
	if n.PagerDuty != nil {
		tests = append(tests, pagerduty.Examine(*n.PagerDuty, pagerDutyOptions())...)
	}
	return tests
}
