package rehearsal

import (
	"fmt"
	"strings"
	"time"
)

// LaunchYAML is the launch.yaml of a rehearsal of the built-in runbook: a full cast, with the caller in their role.
func LaunchYAML(name string, t0 time.Time, caller Caller) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# The launch that the built-in rehearsal plays. Nothing in it points outside this machine.
launch: %s
title: New checkout
t0: %s
runbook: feature-launch
vars: {FEATURE_NAME: checkout-v2, APP_NAME: shop, DEPLOY_GROUP: prod, REPO: acme/shop,
       RELEASE_COMMIT: 7f3c2a9e51d84b06c1aa90e2f4b7d8135e60c9a4, LAST_KNOWN_GOOD_COMMIT: 1b9d04ce7a3258f6e0c47d91ab35f28e6c70d5f3}
people:
`, name, t0.UTC().Format(time.RFC3339))
	logins := map[string]string{}
	for _, c := range cast {
		role, user, name := c[0], c[1], c[2]
		slack := "@" + user
		if role == caller.Role {
			user, name = caller.User, "You"
		}
		logins[role] = user
		backup := ""
		if role == "engineering-manager" && caller.Role != role {
			backup = ", backup_for: [engineering-lead]"
		}
		fmt.Fprintf(&b, "  - {user: %q, name: %q, roles: [%s]%s, contact: {slack: %q}}\n", user, name, role, backup, slack)
	}
	b.WriteString("contacts:\n")
	for _, c := range [...][4]string{
		{"technical", "engineering-lead", "engineering-manager", "engineering-manager"},
		{"business", "product-owner", "program-manager", "key-stakeholders"},
		{"coordination", "program-manager", "engineering-manager", "key-stakeholders"},
	} {
		fmt.Fprintf(&b, "  %s: {primary: %q, backup: %q, escalation: %q}\n", c[0], logins[c[1]], logins[c[2]], logins[c[3]])
	}
	b.WriteString("resources: {war-room: \"https://meet.example/launch\", slack-channel: \"#launch-checkout\"}\n")
	b.WriteString(bindings)
	return b.String()
}

// bindings are what the rehearsal's calls would reach if it were real. The room of a rehearsal has the simulated world for
// its hands, so nothing of this is ever opened, run or asked.
const bindings = `monitors:
  - {id: traffic, name: Checkout requests, unit: "/min", group: system, owner: engineering-lead, every: 1m}
flags:
  main:
    ssm: {name: "/features/${FEATURE_NAME}/enabled", on: "true", off: "false"}
    effect: {monitor: traffic, expect: falls}
deploy:
  codedeploy:
    application: "${APP_NAME}"
    group: "${DEPLOY_GROUP}"
    github: {repository: "${REPO}", release: "${RELEASE_COMMIT}", last_known_good: "${LAST_KNOWN_GOOD_COMMIT}"}
actions:
  execute-migrations: {run: [/opt/shop/migrate.sh, up], timeout: 10m}
  halt-incoming-transactions: {run: [/opt/shop/halt.sh], undo: [/opt/shop/resume.sh], timeout: 2m}
  execute-rollback-scripts: {run: [/opt/shop/rollback.sh], timeout: 10m}
  resume-normal-operations: {run: [/opt/shop/resume.sh], timeout: 2m}
probes:
  health-status: {http: "https://shop.example/health", expect: 200}
  system-health: {http: "https://shop.example/health", expect: 200}
notify:
  slack: {token_env: SLACK_TOKEN, channel: "#launch-checkout"}
  statuspage: {page: checkout, token_env: STATUSPAGE_TOKEN}
  email: {smtp: "mail.example:587", from: launch@shop.example, to: [stakeholders@shop.example], password_env: SMTP_PASSWORD}
  pagerduty: {routing_key_env: PAGERDUTY_ROUTING_KEY}
`
