package rehearsal

import (
	"fmt"
	"strings"
	"time"
)

// cast is who takes part in the rehearsal of the built-in runbook: role, login, name.
var cast = [...][3]string{
	{"program-manager", "prog-mgr", "Priya Nair"},
	{"engineering-lead", "eng-lead", "Elena Okafor"},
	{"product-owner", "product", "Paulo Reyes"},
	{"engineering-manager", "eng-mgr", "Mika Tanaka"},
	{"security-lead", "security", "Sam Whitfield"},
	{"support-lead", "support", "Sofia Lund"},
	{"analytics-lead", "analytics", "Anand Rao"},
	{"database-admin", "dba", "Dana Kim"},
	{"qa-lead", "qa", "Quentin Moreau"},
	{"key-stakeholders", "stakeholder", "Kaya Stern"},
}

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
	return b.String()
}
