package launchfile

import "strings"

// designed is the launch.yaml of the format's description, with real commits.
const designed = `launch: checkout-v2                 # [a-z0-9-]+; its name in the journal; a closed name is never used again
title: New checkout
t0: 2026-11-24T10:00:00Z
runbook: feature-launch             # a built-in name, or a path relative to this file
vars: {FEATURE_NAME: checkout-v2, APP_NAME: shop, DEPLOY_GROUP: prod, REPO: acme/shop,
       RELEASE_COMMIT: 1111111111111111111111111111111111111111, LAST_KNOWN_GOOD_COMMIT: 0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a}
people:
  - {user: eng-lead, name: Engineering Lead, roles: [engineering-lead], backup_for: [engineering-manager],
     contact: {slack: "@eng-lead", phone: "…"}, keys: ["ssh-ed25519 AAAA…"]}
share: {group: launch, dir: /srv/tminus}           # where the room's socket stands for other logins: dir/LAUNCH.sock, 0660
attest: [item, sign-off, roll-call, vote, step]    # what may be recorded for somebody who said it (default: all of these)
aws: {region: us-east-1, profile: launch, account: "123456789012"}   # account is compared with STS before each write in LIVE
resources: {war-room: "https://…", slack-channel: "#launch-checkout", launch-dashboard: "https://…"}
contacts: {technical: {primary: eng-lead, backup: oncall, escalation: eng-manager}}
sources:                                           # monitor id -> where its values come from
  error-rate:
    cloudwatch:
      period: 60s
      expression: 100 * errors / requests          # computed here, point by point
      metrics:
        errors:   {namespace: Shop, name: Errors, stat: Sum, dimensions: {Service: checkout}, missing: zero}
        requests: {namespace: Shop, name: Requests, stat: Sum, dimensions: {Service: checkout}}
  latency-p95: {cloudwatch: {period: 60s, namespace: Shop, name: Latency, stat: p95}}
  traffic: {cloudwatch: {period: 60s, namespace: Shop, name: Requests, stat: Sum}}
  conversion-rate: {prometheus: {url: "http://…", query: "…"}}
  ticket-volume: {http: {url: "https://…", json: "open.count"}}
  customer-satisfaction: {manual: {}}
monitors: [{id: traffic, name: Requests, unit: "/min", group: system, every: 1m}]        # beside the runbook's
logs: [{group: /shop/checkout, error: "ERROR", warning: "WARN", critical: "FATAL"}]
flags: {main: {ssm: {name: "/features/${FEATURE_NAME}/enabled", on: "true", off: "false"}, effect: {monitor: traffic, expect: falls}}}
deploy: {codedeploy: {application: "${APP_NAME}", group: "${DEPLOY_GROUP}", github: {repository: "${REPO}",
         release: "${RELEASE_COMMIT}", last_known_good: "${LAST_KNOWN_GOOD_COMMIT}"}}}
actions:                                           # action id of the runbook -> a program
  halt-incoming-transactions: {run: [/opt/shop/halt.sh], undo: [/opt/shop/resume.sh], timeout: 2m, env: [PGHOST]}
  execute-rollback-scripts: {run: [/opt/shop/rollback.sh], timeout: 10m}
probes: {system-health: {http: "https://shop.example/health", expect: 200}}
notify:
  slack: {webhook_env: SLACK_WEBHOOK_URL}          # or {token_env: …, channel: …}; every *_env also as *_file
  statuspage: {page: abc123, token_env: STATUSPAGE_TOKEN}
  email: {smtp: "mail.example:587", from: launch@example.com, to: [stakeholders@example.com], password_env: SMTP_PASSWORD}
  pagerduty: {routing_key_env: PAGERDUTY_ROUTING_KEY}
`

// everyRole holds what the built-in runbook needs for a GO.
const everyRole = "[engineering-lead, engineering-manager, product-owner, program-manager, security-lead, support-lead, analytics-lead]"

// small is the least that is valid, in six lines; more comes from line 7 on.
const small = `launch: x
title: X
t0: 2026-11-24T10:00:00Z
runbook: feature-launch
people:
  - {user: a, roles: ` + everyRole + `}
`

// with is small with one of its lines replaced; the lines count from 1.
func with(line int, text string) string {
	lines := strings.Split(small, "\n")
	lines[line-1] = text
	return strings.Join(lines, "\n")
}
