package runbook

import (
	_ "embed"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

//go:embed testdata/small.yaml
var small string

func loadSmall(t testing.TB) *Runbook {
	t.Helper()
	rb, errs := Load("small.yaml", []byte(small))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return rb
}

func TestLoadFillsWhatCanOnlyMeanOneThing(t *testing.T) {
	rb := loadSmall(t)
	if _, v := rb.Verification("reads-on"); v.Mode != Gate {
		t.Errorf("mode %q, want a gate", v.Mode)
	}
	if _, v := rb.Verification("reads-off"); v.Mode != Watch {
		t.Errorf("mode %q, want a watch", v.Mode)
	}
	if got := rb.Trigger("incident").Title; got != "incident" {
		t.Errorf("title %q", got)
	}
	untitled := strings.Replace(small, "errors-high, title: Errors,", "errors-high,", 1)
	rb, errs := Load("small.yaml", []byte(untitled))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if got := rb.Trigger("errors-high").Title; got != "errors > 1% for 5m" {
		t.Errorf("title %q", got)
	}
}

func TestJSONRoundTrip(t *testing.T) {
	rb := loadSmall(t)
	text, err := json.Marshal(rb)
	if err != nil {
		t.Fatal(err)
	}
	var again Runbook
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(rb, &again) {
		t.Error("the runbook read back from JSON differs")
	}
}

// Each case edits the small runbook in one place. at is a piece of the edited text that begins at the mistake's place.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ name, old, new, at, want string }{
		{"unknown key", "title: Small", "titel: Small", "titel:", `unknown key "titel"; expected "title", the nearest known key`},
		{"runbook id", "id: small", "id: Small one", "Small one", `id "Small one" is malformed; expected lower-case words joined by hyphens`},
		{"empty title", "title: Small launch", `title: " "`, `" "`, `"title" is empty; expected text`},
		{"date", `updated: "2026-01-02"`, `updated: "2026-13-02"`, `"2026-13-02"`, `"updated" is "2026-13-02"; expected a date such as 2026-11-24`},
		{"unlogged version", `version: "2.0"` + "\nupdated", `version: "2.1"` + "\nupdated", `"2.1"`, `version "2.1" is not in the change log; expected an entry of it in changelog`},
		{"no reviewers", "reviewers: [lead]", "reviewers: []", "[]", `"reviewers" is empty; expected the roles that must review every change`},
		{"unknown reviewer", "reviewers: [lead]", "reviewers: [leed]", "leed", `unknown role "leed"; expected "lead", the nearest known role`},
		{"reviewer twice", "reviewers: [lead]", "reviewers: [lead, lead]", "lead]\nchangelog", `role "lead" is listed again; expected each role once`},
		{"no escalation", "    escalation: {title: Owner, role: owner}\n", "", "id: technical\n    title: Technical\n    primary", `"escalation" is missing; expected whom to call`},
		{"contact's role", "{title: Lead, role: lead}", "{title: Lead, role: boss}", "boss", `unknown role "boss"; expected one of lead, owner`},
		{"resource", "value: \"[LINK]\"}", "value: }", "}\nroles", `"value" is empty; expected text`},
		{"role all", "{id: owner, title: Product Owner", "{id: all, title: Product Owner", "all, title: Product", `role id "all" is taken; expected another; all stands for all teams`},
		{"role twice", "{id: owner, title: Product Owner", "{id: lead, title: Product Owner", "lead, title: Product", `role id "lead" is used again; expected an id of its own; the first is in line 17`},
		{"long short", "short: TL", "short: TeamLd", "TeamLd", `short form "TeamLd" has 6 characters; expected at most 5`},
		{"same short", "short: PO", "short: TL", "TL}", `short form "TL" is that of lead too; expected one of its own`},
		{"no lines", "lines: [Do it]", "lines: []", "[]", `"lines" is empty; expected what the role does`},
		{"cell", "owner: I}}", "owner: X}}", "X}}", `"X" is no RACI cell; expected R, A, R/A, C or I`},
		{"cell's role", "owner: I}}", "ownr: I}}", "ownr: I", `unknown role "ownr"; expected "owner", the nearest known role`},
		{"nobody accountable", "cells: {lead: R/A", "cells: {lead: R", "{lead: R", `nobody is accountable for "deployment"; expected exactly one role with A or R/A`},
		{"two accountable", "owner: I}}", "owner: A}}", "{lead: R/A", `lead and owner are accountable for "deployment"; expected exactly one role with A or R/A`},
		{"bad mark", "at: L-7d", "at: L-7x", "L-7x", `"at": "L-7x" is not a mark; expected L-14d, T-15m, T-0 or T+24h`},
		{"day after", "at: L-7d", "at: T+1h", "T+1h", "T+1h is after T-0; expected a day before it, such as L-14d"},
		{"bad duration", "every: 24h}", "every: 24}", "24}", `"every": "24" is not a duration; expected a number and s, m, h or d, such as 90s, 15m, 24h or 14d`},
		{"task id", "l-7d/lead/plan", "l-7d//plan", "l-7d//plan", `id "l-7d//plan" is malformed; expected lower-case words joined by hyphens, with slashes between levels`},
		{"task twice", "l-7d/lead/draft", "l-7d/lead/plan", "l-7d/lead/plan, text: Draft", `task id "l-7d/lead/plan" is used again; expected an id of its own; the first is in line 27`},
		{"no text", "l-7d/lead/plan, text: Plan}", "l-7d/lead/plan}", "{id: l-7d/lead/plan}", `"text" is missing; expected text`},
		{"section's owner", "owner: lead\n        sign_off", "owner: qa\n        sign_off", "qa\n        sign_off", `unknown role "qa"; expected one of lead, owner`},
		{"no verification", "        verification: A look\n", "", "id: systems\n", `"verification" is missing; expected text`},
		{"sign-off", "sign_off: true", "sign_off: Required", "Required", `"sign_off" is "Required"; expected true or false`},
		{"foreign item", "systems/limits", "limits/systems", "limits/systems", `item id "limits/systems" is not the section's; expected "systems/…"`},
		{"poll after T-0", "at: T-1h", "at: T+1h", "T+1h", "T+1h is not before T-0; expected a mark such as T-1h"},
		{"poll too late", "at: T-1h", "at: T-2m", "T-5m", "the go/no-go at T-2m leaves no mark after it; expected the last mark after the go/no-go"},
		{"no minutes", "minutes: 4", "minutes: 0", "0, presenter", "0 minutes; expected 1 to 1440"},
		{"long agenda", "minutes: 4", "minutes: 5", "- {id: roll-call", "the agenda takes 11m of the meeting's 10m; expected an agenda that fits"},
		{"attendee twice", "- {role: owner}\n", "- {role: lead}\n", "lead}\n  agenda", `attendee "lead" is listed again; expected each role once`},
		{"two facilitators", "- {role: owner}\n", "- {role: owner, facilitator: true}\n", "true}\n  agenda", "a second facilitator; expected one"},
		{"approval", "approvals: [lead, owner]", "approvals: [lead, nobody]", "nobody", `unknown role "nobody"; expected one of lead, owner`},
		{"no approvals", "approvals: [lead, owner]", "approvals:", "\nsequence", `"approvals" is empty; expected the roles whose GO is required`},
		{"approvals left out", "  approvals: [lead, owner]\n", "", "at: T-1h", `"approvals" is missing; expected the roles whose GO is required`},
		{"marks' order", "at: T-5m", "at: T-20m", "T-20m", "T-20m stands after T-15m; expected marks in the order of time"},
		{"mark at T-0", "at: T-5m", "at: T-0", "T-0,", "T-0 is not before T-0; expected a mark such as T-15m"},
		{"step twice", "id: switch-off", "id: switch-on", "switch-on\n      title: Switch off", `step id "switch-on" is used again; expected an id of its own; the first is in line 59`},
		{"action twice", "id: turn-back", "id: turn", "turn, text: Turn it back", `action id "turn" is used again; expected an id of its own; the first is in line 63`},
		{"all owns no step", "owner: lead\n      kind: flag", "owner: all\n      kind: flag", "all\n      kind", `unknown role "all"; expected one of lead, owner`},
		{"kind", "kind: flag", "kind: flags", "flags", `unknown kind "flags"; expected "flag", the nearest known kind`},
		{"mode", "mode: watch", "mode: look", "look}]", `unknown mode "look"; expected one of gate, watch`},
		{"no step verification", "verifications: [{id: reads-on, text: It reads on}]", "verifications: []", "[]", `"verifications" is empty; expected how the step is known to have worked`},
		{"no cadence", "every: 15m\n  cadence", "every: 0s\n  cadence", "0s", `"every" is no time at all; expected a duration such as 15m`},
		{"cadence backwards", "until: T+24h", "until: T+1h", "T+1h", "T+1h is not after T+2h; expected a later mark"},
		{"cadences overlap", "from: T+2h", "from: T+1h", "T+1h", "T+1h is before the end of the cadence above; expected T+2h or later"},
		{"monitor's group", "group: system", "group: sytem", "sytem", `unknown group "sytem"; expected "system", the nearest known group`},
		{"monitor's owner", `group: system, owner: lead`, `group: system, owner: led`, "led,", `unknown role "led"; expected "lead", the nearest known role`},
		{"for too short", `warning: "> 0.1%"`, `warning: "> 0.1% for 2m"`, `"> 0.1% for`, "for 2m is shorter than three periods of the monitor; expected at least for 3m"},
		{"critical first", `critical: "> 0.5%"`, `critical: "> 0.05%"`, `"> 0.05%"`, `critical "> 0.05%" comes before warning "> 0.1%"; expected a critical threshold at or beyond the warning's`},
		{"trigger's monitor", "when: \"errors > 1%", "when: \"error > 1%", `"error >`, `unknown monitor "error"; expected "errors", the nearest known monitor`},
		{"trigger's for", "> 1% for 5m", "> 1% for 1m", `"errors > 1% for 1m"`, "for 1m is shorter than three periods of the monitor; expected at least for 3m"},
		{"no condition", "when: \"errors > 1% for 5m\"", "when: errors are high", "errors are", `condition "errors are high" cannot be read; expected a monitor's id and a rule, such as error-rate > 1% for 5m`},
		{"when and declared", "{id: errors-high,", "{id: errors-high, declared: true,", "true, title", "both when and declared; expected when, or declared: true"},
		{"neither", "{id: incident, declared: true,", "{id: incident,", "{id: incident", `neither when nor declared; expected when, such as "error-rate > 1% for 5m", or declared: true`},
		{"priority", "priority: normal", "priority: low", "low}", `unknown priority "low"; expected one of high, normal`},
		{"authorization's priority", "    normal: {", "    norml: {", "norml", `unknown priority "norml"; expected "normal", the nearest known priority`},
		{"too many approvals", "approvals: 2", "approvals: 3", "3,", "3 approvals of 2 roles; expected at most as many as roles"},
		{"no approval", "approvals: 1", "approvals: 0", "0,", "0 approvals; expected at least 1"},
		{"no limit", "roles: [lead], within: 0s}", "roles: [lead]}", "{approvals: 1", `"within" is missing; expected a duration such as 15m, or 0s`},
		{"criterion's monitor", "monitors: [errors]", "monitors: [erors]", "erors]", `unknown monitor "erors"; expected "errors", the nearest known monitor`},
		{"rule without monitors", "monitors: [errors], ", "", `"< 0.1% for`, "a rule without monitors; expected monitors that it is about"},
		{"closure's owner", "closure:\n  owner: owner", "closure:\n  owner: ovner", "ovner", `unknown role "ovner"; expected "owner", the nearest known role`},
		{"severity", "respond: 5m", "respond: 0m", "0m}", `"respond" is no time at all; expected a duration such as 15m`},
		{"note", "{id: before/hurry, text: Hurry}", "{id: before/hurry, text: ''}", "''}", `"text" is empty; expected text`},
		{"empty line", "tone: [Facts]", `tone: [""]`, `""]`, "an empty line; expected text"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if n := strings.Count(small, c.old); n < 1 {
				t.Fatalf("%q is not in the runbook", c.old)
			}
			src := strings.Replace(small, c.old, c.new, 1)
			line, column := place(t, src, c.at)
			rb, errs := Load("small.yaml", []byte(src))
			if rb != nil {
				t.Error("a mistaken file gives a runbook")
			}
			for i, e := range errs {
				if i > 0 && e.Line == errs[i-1].Line && e.Column == errs[i-1].Column && e.Expected == errs[i-1].Expected {
					t.Errorf("told twice:\n%v", errs)
				}
				if e.Line == line && e.Column == column && e.What != "" && strings.HasSuffix(e.Error(), ": "+c.want) {
					return
				}
			}
			t.Errorf("at %d:%d want %q, got\n%v", line, column, c.want, errs)
		})
	}
}

// All the mistakes of a file are told in one run, in the file's order.
func TestAllMistakesAtOnce(t *testing.T) {
	src := strings.NewReplacer(
		"id: small", "id: Small", "role: lead}", "role: leed}", "at: L-7d", "at: L-7",
		"systems/limits", "other/limits", `"> 0.1%"`, `"> 0.1 ms"`, "respond: 5m", "respond: soon").Replace(small)
	_, errs := Load("small.yaml", []byte(src))
	if len(errs) < 6 {
		t.Fatalf("%d mistakes:\n%v", len(errs), errs)
	}
	for i := 1; i < len(errs); i++ {
		if errs[i].Line < errs[i-1].Line {
			t.Errorf("out of order:\n%v", errs)
		}
	}
}

func TestMissingSections(t *testing.T) {
	_, errs := Load("bare.yaml", []byte("id: bare\n"))
	for _, key := range []string{"title", "version", "updated", "reviewers", "roles", "go_no_go", "sequence", "communication"} {
		if !strings.Contains(errs.Error(), `"`+key+`" is missing`) {
			t.Errorf("%s is not missed:\n%v", key, errs)
		}
	}
}

// A file that is something else altogether gets one message, not one for each absent key.
func TestSomethingElse(t *testing.T) {
	for _, src := range []string{"", "text", "[1, 2]", "\x00", "a: [", "launch"} {
		if rb, errs := Load("x.yaml", []byte(src)); rb != nil || len(errs) != 1 {
			t.Errorf("%q: %v, %d mistakes:\n%v", src, rb, len(errs), errs)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("id: a\nmonitors: [{every: 1m, warning: '> 1 for 5m', critical: '<'}]\ntriggers: [{when: 'a > 1'}]"))
	f.Add([]byte("roles: [~, {id: all}]\nraci: [{cells: {x: A, y: R/A}}]\nrollback: {authorization: {low: ~}}"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, src []byte) {
		rb, errs := Load("fuzz.yaml", src)
		if (rb == nil) != (len(errs) > 0) {
			t.Fatalf("runbook %v with %d mistakes", rb != nil, len(errs))
		}
		for _, e := range errs {
			if e.Line < 1 || e.Column < 1 || e.What == "" {
				t.Fatalf("mistake without a place: %+v", e)
			}
		}
		if rb == nil {
			return
		}
		for _, task := range rb.Tasks() {
			if _, ok := rb.Task(task.ID); !ok {
				t.Fatalf("task %q is not found", task.ID)
			}
		}
	})
}

func place(t *testing.T, src, at string) (line, column int) {
	t.Helper()
	before, _, ok := strings.Cut(src, at)
	if !ok {
		t.Fatalf("%q is not in the edited runbook", at)
	}
	line = strings.Count(before, "\n") + 1
	return line, len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
}
