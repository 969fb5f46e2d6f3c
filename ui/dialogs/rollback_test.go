package dialogs

import (
	"strings"
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
)

// rollbackGallery is every dialog about flags and rollbacks, for the golden views.
func rollbackGallery(t *testing.T) map[string]func() Dialog {
	id := map[string]string{"id": "R1-9c41d07b"}
	step := map[string]string{"id": "database-rollback"}
	return map[string]func() Dialog{
		"flag":       func() Dialog { return flagDialog(rolling(), infos(), false) },
		"flag-other": func() Dialog { return flagDialog(rolling(), closed("flag.off", "flag.on"), false) },
		"flag-over": func() Dialog {
			f := flagDialog(rolling(), infos(), true)
			press(t, f, "y")
			return f
		},
		"flag-error": func() Dialog {
			s := rolling()
			s.Flags[0].Word, s.Flags[0].Error = screen.FlagUnknown, "ParameterNotFound: /features/checkout-v2/enabled"
			return flagDialog(s, infos(), false)
		},
		"flag-neither": func() Dialog {
			s := rolling()
			s.Flags[0].Word, s.Flags[0].Value = screen.FlagNeither, "maybe\x1b[2J"
			return flagDialog(s, infos(), false)
		},
		"flag-none": func() Dialog {
			s := rolling()
			s.Flags = nil
			return flagDialog(s, infos(), false)
		},
		"flag-switched": func() Dialog {
			s := rolling()
			s.Flags[0].Switching = &screen.Switching{Ordered: &screen.By{User: "eng-lead", At: at("09:43:01")}, Attempt: 1, State: screen.PartDone, Evidence: "version 13", Checks: []screen.Part{
				{Text: "The parameter holds it", State: screen.PartDone, Evidence: "version 13, by eng-lead"},
				{Text: "Traffic falls", State: screen.PartCannotVerify, Evidence: "no traffic is left"}}}
			return flagDialog(s, infos(), false)
		},
		"flag-on":      func() Dialog { return formOn(rolling(), "flag.on", map[string]string{"flag": "main"}, nil) },
		"rollback-new": func() Dialog { return formOn(rolling(), "rollback.request", nil, prefilled()) },
		"rollback-new-end": func() Dialog {
			f := formOn(rolling(), "rollback.request", nil, prefilled())
			f.Lines()
			press(t, f, "pgdown", "pgdown")
			return f
		},
		"request": func() Dialog { return requestDialog(requested(), infos()) },
		"request-other": func() Dialog {
			return requestDialog(requested(), closed("rollback.approve", "rollback.veto", "rollback.raise", "rollback.withdraw"))
		},
		"page": func() Dialog { return pageDialog() },
		"page-sure": func() Dialog {
			f := pageDialog()
			press(t, f, "enter")
			return f
		},
		"veto":           func() Dialog { return formOn(requested(), "rollback.veto", id, nil) },
		"raise":          func() Dialog { return formOn(requested(), "rollback.raise", id, nil) },
		"rollback-retry": func() Dialog { return formOn(stuck(), "step.retry", step, nil) },
		"rollback-skip":  func() Dialog { return formOn(stuck(), "step.skip", step, nil) },
		"rollback-hand":  func() Dialog { return formOn(stuck(), "step.resolve", step, nil) },
		"take-back":      func() Dialog { return formOn(stuck(), "step.undo", map[string]string{"what": "halt"}, nil) },
		"take-back-first": func() Dialog {
			return NewUndoFirst(plainTheme(), withAWS(), stuck(), infos(), intent.Ask{Command: launch.Command{Action: "step.skip", Args: step}})
		},
	}
}

func TestFlagGoesOffWithOneKey(t *testing.T) {
	f := flagDialog(rolling(), infos(), false)
	for _, want := range []string{"ON", `holds "true", version 12`, "eng-lead", "put-parameter", "--value false", "account 123456789012", "us-east-1"} {
		if !strings.Contains(seen(f), want) {
			t.Errorf("%q is not shown:\n%s", want, seen(f))
		}
	}
	i, closing := press(t, f, "y")
	if do, ok := i.(intent.Do); !ok || closing || do.Command.Action != "flag.off" || do.Command.Args["flag"] != "main" {
		t.Fatalf("y: %#v", i)
	}
	if i, _ = press(t, f, "y"); i != nil {
		t.Errorf("sent twice: %#v", i)
	}
	if f.Done(nil) {
		t.Error("closes before it is seen what became of it")
	}
	s := rolling()
	s.Flags[0].Switching = &screen.Switching{Ordered: &screen.By{User: "eng-lead", At: s.At}, State: screen.PartRunning}
	f.SetScreen(s)
	if i, _ = press(t, f, "y"); i != nil {
		t.Errorf("sent again while it is being turned off: %#v", i)
	}
}

func TestWhoMayNotTurnItOffRequestsIt(t *testing.T) {
	f := flagDialog(rolling(), closed("flag.off"), false)
	if i, _ := press(t, f, "y"); i != nil {
		t.Errorf("y: %#v", i)
	}
	if i, _ := press(t, f, "r"); i == nil || i.(intent.Rollback).Suggest["steps"] != "feature-disable" {
		t.Errorf("r: %#v", i)
	}
}

func TestFlagOverTypedTextAsksTwice(t *testing.T) {
	f := flagDialog(rolling(), infos(), true)
	if i, _ := press(t, f, "y"); i != nil {
		t.Fatalf("the first y: %#v", i)
	}
	if i, _ := press(t, f, "y"); i == nil {
		t.Error("the second y does nothing")
	}
}

// Only the request that is on the screen is approved, and only after its plan has been.
func TestApproveIsOfTheRequestThatIsShown(t *testing.T) {
	r := requestDialog(requested(), infos())
	if i, _ := press(t, r, "y"); i != nil {
		t.Fatalf("approved unseen: %#v", i)
	}
	for _, want := range []string{"R1-9c41d07b", "tminus approve R1-9c41d07b --launch checkout-v2", "EL eng-lead, EM eng-mgr", "PO product at 09:42:05", "no longer counts", "normal priority"} {
		if r.SetSize(200, 60); !strings.Contains(seen(r), want) {
			t.Errorf("%q is not shown:\n%s", want, seen(r))
		}
	}
	if strings.Contains(strings.Join(r.Lines(), ""), "fail\x1b[31m") {
		t.Error("an escape sequence of the reason reaches the terminal")
	}
	other := requested()
	other.Requests[0].State, other.Requests[0].Ended = screen.RequestWithdrawn, &screen.By{User: "product", At: at("09:44:00"), Text: "a mistake"}
	next := requested().Requests[0]
	next.ID = "R2-00000000"
	other.Requests[0].Current = false
	other.Requests = append(other.Requests, next)
	if told := r.SetScreen(other); told != "the rollback R1-9c41d07b is withdrawn, by product at 09:44: a mistake" {
		t.Errorf("told %q", told)
	}
	i, _ := press(t, r, "y")
	if do, ok := i.(intent.Do); ok && do.Command.Args["id"] != "R1-9c41d07b" {
		t.Errorf("approved another than was shown: %v", do.Command)
	}
}

func TestRequestCountsDownAndDoesNotLapseWhileItFires(t *testing.T) {
	s := requested()
	r := requestDialog(s, infos())
	r.Tick(at("09:56:00"))
	if !strings.Contains(seen(r), "lapses in 01:05") && !strings.Contains(seen(r), "lapses in 1m") {
		t.Errorf("no countdown:\n%s", seen(r))
	}
	s.Requests[0].Fires = true
	if !strings.Contains(seen(r), "does not lapse while its trigger fires") {
		t.Error("counts down although its trigger fires")
	}
}

func TestDecidedElsewhereClosesWhatAskedForIt(t *testing.T) {
	over := func(state string) *screen.Screen {
		s := requested()
		s.Requests[0].State = state
		s.Requests[0].Ended = &screen.By{User: "eng-mgr", At: at("09:44:00"), Text: "not yet"}
		return s
	}
	veto := formOn(requested(), "rollback.veto", map[string]string{"id": "R1-9c41d07b"}, nil)
	if told := veto.SetScreen(over(screen.RequestVetoed)); !strings.Contains(told, "R1-9c41d07b is vetoed, by eng-mgr") {
		t.Errorf("veto: %q", told)
	}
	withdraw := formOn(requested(), "rollback.withdraw", map[string]string{"id": "R1-9c41d07b"}, nil)
	if told := withdraw.SetScreen(over(screen.RequestAuthorized)); told != "" {
		t.Errorf("what is authorized can be withdrawn until its first step starts: %q", told)
	}
	ask := formOn(rolling(), "rollback.request", nil, prefilled())
	if told := ask.SetScreen(requested()); !strings.Contains(told, "the rollback R1-9c41d07b is open, requested by product") {
		t.Errorf("request: %q", told)
	}
	r := requestDialog(requested(), infos())
	seen(r)
	press(t, r, "y")
	if told := r.SetScreen(requested()); told != "" {
		t.Errorf("its own approval is told as somebody else's: %q", told)
	}
	if told := r.SetScreen(over(screen.RequestExecuting)); !strings.Contains(told, "is authorized, by product") {
		t.Errorf("waits for the whole rollback: %q", told)
	}
	retry := formOn(stuck(), "step.retry", map[string]string{"id": "database-rollback"}, nil)
	again := stuck()
	again.Requests[0].Steps[1].State = launch.StepRunning
	if told := retry.SetScreen(again); !strings.Contains(told, "step Database Rollback is running") {
		t.Errorf("retry: %q", told)
	}
}

// What came since the request, and what its plan lacks, is told before anybody approves.
func TestRequestTellsFurtherEvidenceAndWhatItLacks(t *testing.T) {
	s := requested()
	s.Triggers = append(s.Triggers, screen.Trigger{ID: "data-integrity", Title: "Data integrity\x1b[31m", State: "fired"})
	s.Requests[0].Also, s.Requests[0].Trouble = []string{"data-integrity"}, []string{"/opt/shop/halt.sh: others can write to it"}
	r := requestDialog(s, infos())
	r.SetSize(120, 60)
	for _, want := range []string{"since then also: Data integrity", "now fired, declared by a person", "the plan is not whole: /opt/shop/halt.sh: others can write to it"} {
		if !strings.Contains(seen(r), want) {
			t.Errorf("%q is not shown:\n%s", want, seen(r))
		}
	}
	if strings.Contains(strings.Join(r.Lines(), ""), "\x1b[31mD") {
		t.Error("a title is drawn as it came")
	}
	if f := seen(formOn(s, "rollback.veto", map[string]string{"id": "R1-9c41d07b"}, nil)); !strings.Contains(f, "since then also") || !strings.Contains(f, "not whole") {
		t.Errorf("the veto says nothing of it:\n%s", f)
	}
}

func TestFlagDialogDisarms(t *testing.T) {
	s := rolling()
	if i, _ := press(t, flagDialog(s, infos(), false), "d"); i != nil {
		t.Errorf("nothing is armed, and d means %#v", i)
	}
	s.Armed = &screen.Armed{By: &screen.By{User: "eng-mgr", At: at("09:00:00")}, Triggers: []string{"error-rate-high"}}
	f := flagDialog(s, infos(), false)
	f.SetSize(110, 40)
	if !strings.Contains(seen(f), "ARMED: it goes off by itself a minute after") || !strings.Contains(seen(f), "eng-mgr at 09:00") {
		t.Errorf("%s", seen(f))
	}
	if i, _ := press(t, f, "d"); i == nil || i.(intent.Ask).Command.Action != "trigger.disarm" || i.(intent.Ask).Command.Args["id"] != "all" {
		t.Errorf("d: %#v", i)
	}
	off := at("09:44:30")
	s.Armed.AutoOffAt, s.Armed.Trigger = &off, "error-rate-high"
	if f.SetScreen(s); !strings.Contains(seen(f), "it goes off by itself at 09:44:30 UTC") {
		t.Errorf("%s", seen(f))
	}
}

func TestJudgingAsksForTheVerdictAndWhatShowsIt(t *testing.T) {
	s := requested()
	r := &s.Requests[0]
	r.State, r.Verdict, r.Recovered = screen.RequestDone, launch.CannotVerify, &screen.By{User: "tminus", At: at("09:50:00"), Text: "no traffic is left"}
	f := formOn(s, "rollback.judge", nil, nil)
	for _, want := range []string{"R1-9c41d07b", "verdict so far: cannot verify", "no traffic is left", "Outcome", "Evidence"} {
		if !strings.Contains(seen(f), want) {
			t.Errorf("%q is not shown:\n%s", want, seen(f))
		}
	}
}

func TestRequestFormSendsWhatIsTicked(t *testing.T) {
	f := formOn(rolling(), "rollback.request", nil, prefilled())
	f.SetSize(200, 80)
	if !strings.Contains(seen(f), "aws deploy create-deployment") || !strings.Contains(seen(f), putOff) || strings.Contains(seen(f), "/opt/shop/halt.sh") {
		t.Errorf("the plan is not that of the ticked steps:\n%s", seen(f))
	}
	for i, l := range f.fields {
		if l.arg() == "steps" {
			f.setFocus(i)
		}
	}
	press(t, f, "down", "space")
	if !strings.Contains(seen(f), "/opt/shop/halt.sh") {
		t.Error("the plan does not follow what is ticked")
	}
	i, _ := press(t, f, "ctrl+d")
	do, ok := i.(intent.Do)
	if !ok || do.Command.Args["steps"] != "feature-disable,database-rollback,code-rollback" || do.Command.Args["reason"] == "" || do.Command.Args["priority"] != "high" {
		t.Errorf("sent %#v", i)
	}
}

func TestUndoIsOfferedBeforeAStepIsLeft(t *testing.T) {
	ask := intent.Ask{Command: launch.Command{Action: "step.abort", Args: map[string]string{"id": "database-rollback"}}}
	u := NewUndoFirst(plainTheme(), plan(), stuck(), infos(), ask)
	u.SetSize(80, 24)
	i, _ := press(t, u, "c")
	if again, ok := i.(intent.Ask); !ok || !again.Sure || NewUndoFirst(plainTheme(), plan(), stuck(), infos(), again) != nil {
		t.Errorf("c: %#v", i)
	}
	i, _ = press(t, u, "u")
	if do, ok := i.(intent.Do); !ok || do.Command.Action != "step.undo" || do.Command.Args["what"] != "halt" {
		t.Errorf("u: %#v", i)
	}
	if NewUndoFirst(plainTheme(), plan(), requested(), infos(), ask) != nil {
		t.Error("asks although nothing is outstanding")
	}
	if NewUndoFirst(plainTheme(), plan(), stuck(), infos(), intent.Ask{Command: launch.Command{Action: "step.retry"}}) != nil {
		t.Error("asks before a retry")
	}
}

func TestFiredLeadsToTheRollback(t *testing.T) {
	s := rolling()
	f := NewFired(plainTheme(), plan(), s, infos(), s.Alarms[0], false)
	i, closing := press(t, f, "r")
	if r, ok := i.(intent.Rollback); !ok || closing || r.Suggest["reason"] != "Error rate > 1% for 5 minutes fired" {
		t.Errorf("r: %#v", i)
	}
	f.SetScreen(requested())
	f.SetSize(100, 40)
	if !strings.Contains(seen(f), "r the request R1-9c41d07b") {
		t.Errorf("does not say that it is requested:\n%s", seen(f))
	}
	f.Tick(at("09:44:00").Add(time.Second))
}
