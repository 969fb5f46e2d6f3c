package launchfile

import (
	"strings"
	"testing"
)

func TestCheckMistakes(t *testing.T) {
	rb := builtin(t)
	for _, c := range []struct{ name, src, want string }{
		{"nothing", small, ""},
		{"nobody holds", with(6, "  - {user: a, roles: [engineering-lead, program-manager, product-owner], backup_for: [engineering-manager, support-lead, analytics-lead]}"),
			`f:5:1: nobody holds the role security-lead, which signs off Security; expected somebody with roles: [security-lead] or backup_for: [security-lead]`},
		{"nobody votes", strings.Replace(small, "product-owner, ", "", 1), `f:5:1: nobody holds the role product-owner, which votes in the go/no-go and signs off Feature Validation`},
		{"unknown roles", strings.Replace(small, "roles: [", "backup_for: [captain], roles: [qa-leed, ", 1), `f:6:28: no role "captain"; expected one of
f:6:46: no role "qa-leed"; expected "qa-lead", the nearest known`},
		{"ids", small + "resources: {war-rom: x}\ncontacts: {technicall: {}}\nsources: {error-rat: {manual: {}}}\nactions: {halt: {run: [/a]}}\nprobes: {system-healt: {run: [/a]}}\nflags: {main: {ssm: {name: a, on: b, off: c}, effect: {monitor: trafic, expect: falls}}}\nmonitors: [{id: traffic, name: T, group: system, every: 1m}]",
			`f:7:13: no resource "war-rom"; expected "war-room", the nearest known
f:8:12: no contact group "technicall"; expected "technical", the nearest known
f:9:11: no monitor "error-rat"; expected "error-rate", the nearest known
f:10:11: no action "halt"; expected one of
f:11:10: no verification "system-healt"; expected "system-health", the nearest known
f:12:65: no monitor "trafic"; expected "traffic", the nearest known`},
		{"monitors", small + "monitors:\n  - {id: error-rate, name: E, group: system, every: 1m}\n  - {id: a, name: A, unit: ms, group: system, owner: nobody, every: 1m, warning: \"> 5%\"}\n  - {id: a, name: A, group: system, every: 1m}",
			`f:8:10: monitor "error-rate" is in the runbook already
f:9:54: unknown role "nobody"; expected one of
f:9:82: rule "> 5%": unexpected "%"
f:10:10: monitor id "a" is used again`},
		{"period", small + "sources: {error-rate: {http: {url: \"http://a\", json: b, period: 5m}}}", `f:7:65: period 5m is too long for the rule "> 1% for 5m" of error-rate; expected at least three periods within its duration`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, errs := Load("f", []byte(c.src))
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			expectLines(t, f.Check("f", []byte(c.src), rb).Error(), c.want)
		})
	}
}

func TestCheckGoesOnAfterMistakesOfLoad(t *testing.T) {
	src := with(3, "t0: soon") + "resources: {war-rom: x}\n"
	f, errs := Load("f", []byte(src))
	expectLines(t, errs.And(f.Check("f", []byte(src), builtin(t))).Error(), "f:3:5: \"t0\" is \"soon\"\nf:7:13: no resource \"war-rom\"")
	if errs := f.Check("f", []byte("["), builtin(t)); len(errs) != 1 {
		t.Error(errs)
	}
}

func TestWarnings(t *testing.T) {
	rb := builtin(t)
	f, errs := Load("f", []byte(designed))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	got := strings.Join(f.Warnings(rb), "\n")
	for _, want := range []string{
		"nobody holds the role database-admin, which executes",
		"nobody holds the role key-stakeholders, which attends the go/no-go",
		"a rollback of normal priority needs 2 approvals, and the file names 1",
		"contacts: technical: backup: oncall is not among the people",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no warning %q in\n%s", want, got)
		}
	}
	f, errs = Load("f", []byte(small+`flags: {main: {ssm: {name: a, on: b, off: c}}}
sources: {error-rate: {cloudwatch: {expression: a, metrics: {a: {namespace: N, name: E, stat: Sum}, b: {namespace: N, name: E, stat: Sum}}}}}
deploy: {codedeploy: {application: a, group: g, github: {repository: a/b, release: 1111111111111111111111111111111111111111, last_known_good: 1111111111111111111111111111111111111111}}}
`))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	got = strings.Join(f.Warnings(rb), "\n")
	for _, want := range []string{"metric b is paid for", "aws.account is not given", "a code rollback would change nothing"} {
		if !strings.Contains(got, want) {
			t.Errorf("no warning %q in\n%s", want, got)
		}
	}
	f, _ = Load("f", []byte(small+"logs: [{group: /a, error: E}]\n"))
	if got := strings.Join(f.Warnings(rb), "\n"); !strings.Contains(got, "without aws.region") {
		t.Error(got)
	}
}
