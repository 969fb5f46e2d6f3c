package launchfile

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"tminus/model/text"
)

var (
	flagName   = text.Pattern(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	parameter  = text.Pattern(`^[A-Za-z0-9_./-]+$`)
	commit     = text.Pattern(`^[0-9a-f]{40}$`)
	repository = text.Pattern(`^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$`)
	statusPage = text.Pattern(`^[A-Za-z0-9_-]{1,64}$`)
	smtpHost   = text.Pattern(`^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)$`)
)

// longestRun is more than any program should take during a launch.
const longestRun = 24 * time.Hour

func (c *checker) flags() {
	for id, f := range sorted(c.f.Flags) {
		here := top("flags", id)
		if !flagName().MatchString(id) {
			c.badKey("flag "+quote(id), "lower-case words joined by hyphens; main is the launch's own", here)
		}
		if !c.doc.Has(at(here, "ssm")...) {
			c.errs = append(c.errs, c.doc.Missing("ssm", "the parameter that holds the flag", here...)...)
			continue
		}
		ssm := at(here, "ssm")
		c.matches(parameter(), f.SSM.Name, "name", "the name of a parameter, such as /features/checkout-v2/enabled", ssm)
		on := c.given(f.SSM.On, "on", `the parameter's value while the feature is on, such as "true"`, ssm)
		off := c.given(f.SSM.Off, "off", `the parameter's value while the feature is off, such as "false"`, ssm)
		if on && off && f.SSM.On == f.SSM.Off {
			c.bad("on and off are both "+quote(f.SSM.On), "two values", at(ssm, "off"))
		}
		if e := f.Effect; e != nil {
			c.given(e.Monitor, "monitor", "the id of the monitor that shows the effect", at(here, "effect"))
			if c.given(e.Expect, "expect", "falls or rises", at(here, "effect")) {
				c.oneOf(e.Expect, []string{"falls", "rises"}, at(here, "effect", "expect"))
			}
		}
	}
}

func (c *checker) deploy() {
	d := c.f.Deploy
	if d == nil {
		return
	}
	if d.CodeDeploy == nil {
		c.errs = append(c.errs, c.doc.Missing("codedeploy", "the deployment's application, group and commits", "deploy")...)
		return
	}
	here := top("deploy", "codedeploy")
	c.given(d.CodeDeploy.Application, "application", "the name of a CodeDeploy application", here)
	c.given(d.CodeDeploy.Group, "group", "the name of a deployment group", here)
	if !c.doc.Has(at(here, "github")...) {
		c.errs = append(c.errs, c.doc.Missing("github", "the repository and its commits", here...)...)
		return
	}
	g := at(here, "github")
	const full = "the full 40 hex digits of a commit, in lower case; git rev-parse COMMIT prints them"
	c.matches(repository(), d.CodeDeploy.GitHub.Repository, "repository", "owner/name", g)
	if c.doc.Has(at(g, "release")...) {
		c.matches(commit(), d.CodeDeploy.GitHub.Release, "release", full, g)
	}
	c.matches(commit(), d.CodeDeploy.GitHub.LastKnownGood, "last_known_good", full, g)
}

func (c *checker) programs() {
	for id, p := range sorted(c.f.Actions) {
		here := top("actions", id)
		c.command(p.Run, at(here, "run"))
		if c.doc.Has(at(here, "undo")...) {
			c.command(p.Undo, at(here, "undo"))
		}
		c.timeout(time.Duration(p.Timeout), here)
		for i, name := range p.Env {
			c.environment(name, at(here, "env", i))
			if strings.HasPrefix(name, "TMINUS_VAR_") {
				c.bad(quote(name)+" is set from vars already", "names of the room's own environment", at(here, "env", i))
			}
		}
	}
}

func (c *checker) timeout(d time.Duration, p []any) {
	if c.doc.Has(at(p, "timeout")...) && (d <= 0 || d > longestRun) {
		c.bad("no timeout to work with", "a duration up to 24h, such as 2m", at(p, "timeout"))
	}
}

func (c *checker) probes() {
	for id, p := range sorted(c.f.Probes) {
		here := top("probes", id)
		hasHTTP, hasRun := c.doc.Has(at(here, "http")...), c.doc.Has(at(here, "run")...)
		switch {
		case hasHTTP == hasRun:
			c.bad("probe "+quote(id)+" needs one kind", "http with an address, or run with a program, and not both", here)
		case hasHTTP:
			c.web(p.HTTP, "http", here)
		default:
			c.command(p.Run, at(here, "run"))
		}
		if c.doc.Has(at(here, "expect")...) {
			if hasRun {
				c.badKey("\"expect\" beside run", "nothing: a program has to exit with 0", at(here, "expect"))
			} else if p.Expect < 100 || p.Expect > 599 {
				c.bad("status "+strconv.Itoa(p.Expect), "an HTTP status from 100 to 599, such as 200", at(here, "expect"))
			}
		}
		c.timeout(time.Duration(p.Timeout), here)
	}
}

func (c *checker) notify() {
	if s := c.f.Notify.Slack; s != nil {
		c.slack(s, top("notify", "slack"))
	}
	if s := c.f.Notify.Statuspage; s != nil {
		here := top("notify", "statuspage")
		c.matches(statusPage(), s.Page, "page", "the id of a page, such as abc123, as its API settings show it", here)
		if !c.secret(s.TokenEnv, s.TokenFile, "token", here) {
			c.bad("no token", "token_env or token_file", here)
		}
	}
	if e := c.f.Notify.Email; e != nil {
		c.email(e, top("notify", "email"))
	}
	if p := c.f.Notify.PagerDuty; p != nil {
		here := top("notify", "pagerduty")
		if !c.secret(p.RoutingKeyEnv, p.RoutingKeyFile, "routing_key", here) {
			c.bad("no routing key", "routing_key_env or routing_key_file", here)
		}
	}
}

func (c *checker) slack(s *Slack, p []any) {
	webhook := c.secret(s.WebhookEnv, s.WebhookFile, "webhook", p)
	token := c.secret(s.TokenEnv, s.TokenFile, "token", p)
	switch {
	case webhook == token:
		c.bad("slack needs one way to post", "webhook_env, or token_env and channel; each may be a _file instead", p)
	case token:
		const expected = "the channel to post to, such as \"#launch-checkout\" in quotes, or its id"
		if c.given(s.Channel, "channel", expected, p) && (strings.ContainsFunc(s.Channel, noChannel) || len(s.Channel) > 100 || s.Channel == "#") {
			c.bad("\"channel\" is "+quote(s.Channel), expected, at(p, "channel"))
		}
	case s.Channel != "":
		c.bad("\"channel\" beside a webhook", "nothing: a webhook posts to its own channel", at(p, "channel"))
	}
}

// noChannel tells what no Slack channel's name or id has.
func noChannel(r rune) bool { return blankOrControl(r) || strings.ContainsRune("<>&@,", r) }

func (c *checker) email(e *Email, p []any) {
	const server = "host:port, such as mail.example:587"
	if c.given(e.SMTP, "smtp", server, p) {
		i := strings.LastIndexByte(e.SMTP, ':')
		port, err := strconv.Atoi(e.SMTP[i+1:])
		if i < 1 || err != nil || port < 1 || port > 65535 || !smtpHost().MatchString(e.SMTP[:max(i, 0)]) {
			c.bad("\"smtp\" is "+quote(e.SMTP), server, at(p, "smtp"))
		}
	}
	if c.given(e.From, "from", "an address such as launch@example.com", p) {
		c.address(e.From, at(p, "from"))
	}
	if len(e.To) == 0 {
		c.bad("nobody to write to", "at least one address under to", at(p, "to"))
	}
	first := map[string]bool{}
	for i, to := range e.To {
		c.address(to, at(p, "to", i))
		if first[to] {
			c.bad("the address "+quote(to)+" is listed again", "each reader once", at(p, "to", i))
		}
		first[to] = true
	}
	password := c.secret(e.PasswordEnv, e.PasswordFile, "password", p)
	switch {
	case e.User != "" && strings.ContainsFunc(e.User, unicode.IsControl):
		c.bad("\"user\" holds a control character", "the name to log in with, in one line", at(p, "user"))
	case e.User != "" && !password:
		c.bad("\"user\" without a password", "password_env or password_file beside it, or no user: then no login", at(p, "user"))
	}
}
