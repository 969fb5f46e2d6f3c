package launch

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tminus/model/launchfile"
	"tminus/model/runbook"
)

// What a part of a step is done or checked by.
const (
	ByHand  = "hand"  // its owner confirms it
	ByCall  = "call"  // a call of Op with Args
	ByCheck = "check" // looked at by the room: see Check
)

// What a verification that the room looks at itself is about.
const (
	CheckParameter  = "parameter"  // the flag's parameter holds the value, in our version
	CheckEffect     = "effect"     // the flag's monitor falls or rises as bound
	CheckDeployment = "deployment" // the step's deployment ends well
	CheckRecovery   = "recovery"   // the monitor that caused the rollback is good again
	CheckProbe      = "probe"      // the launch file's probe answers as expected
)

// PartSpec is an action or verification of a step, and what it is done by in this launch.
type PartSpec struct {
	ID           string
	Text         string
	By           string
	Op           string            // ByCall
	Args         map[string]string // ByCall; of a probe that runs a program: argv and digest
	Undo         []string          // ByCall: the program that takes it back; nil: none
	Check        string            // ByCheck
	Flag         string            // the flag it is about; empty: none
	Watch        bool              // a verification that nothing waits for
	Verification bool
}

// mainFlag is the flag that the sequence turns on and a rollback turns off: main, or the only one. False: none is bound.
func (s *State) mainFlag() (string, launchfile.Flag, bool) {
	if f, ok := s.File.Flags["main"]; ok {
		return "main", f, true
	}
	if ids := slices.Sorted(maps.Keys(s.File.Flags)); len(ids) == 1 {
		return ids[0], s.File.Flags[ids[0]], true
	}
	return "", launchfile.Flag{}, false
}

// actionsOf are a step's actions. A rollback step that has none of its own consists of its one effect, which bears the
// step's id.
func actionsOf(step *runbook.Step) []runbook.Action {
	if len(step.Actions) > 0 || step.Kind == "" {
		return step.Actions
	}
	return []runbook.Action{{ID: step.ID, Text: step.Title}}
}

// PartsOf lists a step's actions, then its verifications. What nothing is bound to is done by hand. digests are those of
// the programs, by their first argument; a program that has none has a call without one, which is refused.
func (s *State) PartsOf(step *runbook.Step, back bool, digests map[string]string) []PartSpec {
	var parts []PartSpec
	actions := actionsOf(step)
	for i, a := range actions {
		p := PartSpec{ID: a.ID, Text: a.Text, By: ByHand}
		program, bound := s.File.Actions[a.ID]
		switch {
		case bound:
			p.By, p.Op, p.Undo = ByCall, OpRun, program.Undo
			p.Args = runArgs(program.Run, program, digests)
		case i == 0 && step.Kind == "flag":
			s.switches(&p, !back)
		case i == 0 && step.Kind == "deploy":
			s.deploys(&p, back)
		case step.Kind == "flag":
			s.checks(&p, CheckParameter)
		}
		parts = append(parts, p)
	}
	deploys := slices.ContainsFunc(parts, func(p PartSpec) bool { return p.Op == OpDeploy })
	for _, v := range step.Verifications {
		p := PartSpec{ID: v.ID, Text: v.Text, By: ByHand, Watch: v.Mode == runbook.Watch, Verification: true}
		if _, bound := s.File.Probes[v.ID]; bound {
			p.By, p.Check, p.Args = ByCheck, CheckProbe, s.probeArgs(v.ID, digests)
		} else if check := checkOf(step, v, back); check != CheckDeployment || deploys {
			s.checks(&p, check)
		}
		parts = append(parts, p)
	}
	return parts
}

// checkOf is what a verification looks at where the launch file binds no probe to it; "": only a person can tell.
func checkOf(step *runbook.Step, v runbook.Verification, back bool) string {
	watch := v.Mode == runbook.Watch
	switch {
	case step.Kind == "flag" && !watch:
		return CheckParameter
	case step.Kind == "flag":
		return CheckEffect
	case step.Kind == "deploy" && strings.Contains(v.ID, "deploy"):
		return CheckDeployment
	case back && watch && strings.Contains(v.ID, "error"):
		return CheckRecovery
	}
	return ""
}

// checks lets the room look at a part, where it can.
func (s *State) checks(p *PartSpec, check string) {
	switch check {
	case CheckParameter, CheckEffect:
		id, f, ok := s.mainFlag()
		if !ok || check == CheckEffect && f.Effect == nil {
			return
		}
		p.Flag = id
	case CheckDeployment:
		if s.File.Deploy == nil || s.File.Deploy.CodeDeploy == nil {
			return
		}
	case "":
		return
	}
	p.By, p.Check = ByCheck, check
}

func (s *State) switches(p *PartSpec, on bool) {
	if id, f, ok := s.mainFlag(); ok {
		p.By, p.Op, p.Flag, p.Args = ByCall, OpPutParameter, id, putArgs(f, on)
	}
}

func putArgs(f launchfile.Flag, on bool) map[string]string {
	value := f.SSM.Off
	if on {
		value = f.SSM.On
	}
	return map[string]string{"name": f.SSM.Name, "value": value}
}

func (s *State) deploys(p *PartSpec, back bool) {
	if s.File.Deploy == nil || s.File.Deploy.CodeDeploy == nil {
		return
	}
	d := s.File.Deploy.CodeDeploy
	commit := d.GitHub.Release
	if back {
		commit = d.GitHub.LastKnownGood
	}
	if commit == "" {
		return
	}
	p.By, p.Op = ByCall, OpDeploy
	p.Args = map[string]string{"application": d.Application, "group": d.Group, "repository": d.GitHub.Repository, "commit": commit}
}

func runArgs(argv []string, p launchfile.Program, digests map[string]string) map[string]string {
	list, env := jsonList(argv), jsonList(p.Env)
	digest := ""
	if len(argv) > 0 {
		digest = digests[argv[0]]
	}
	return map[string]string{"argv": list, "env": env, "timeout": p.Timeout.String(), "digest": digest}
}

// jsonList writes a list of strings as JSON, which always succeeds.
func jsonList(list []string) string {
	if list == nil {
		list = []string{}
	}
	text, err := json.Marshal(list)
	if err != nil {
		return "[]"
	}
	return string(text)
}

// Programs are the programs that the actions and probes of this launch run, each once, undo included: their digests are
// part of a rollback's plan.
func (s *State) Programs() []string {
	var all []string
	for _, id := range slices.Sorted(maps.Keys(s.File.Actions)) {
		p := s.File.Actions[id]
		for _, argv := range [][]string{p.Run, p.Undo} {
			if len(argv) > 0 && !slices.Contains(all, argv[0]) {
				all = append(all, argv[0])
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.File.Probes)) {
		if argv := s.File.Probes[id].Run; len(argv) > 0 && !slices.Contains(all, argv[0]) {
			all = append(all, argv[0])
		}
	}
	return all
}

// probeArgs are what a verification's probe runs, and the digest that its program must have; nil where it runs none, or it
// is not known which. Such a program is not run.
func (s *State) probeArgs(id string, digests map[string]string) map[string]string {
	argv := s.File.Probes[id].Run
	if len(argv) == 0 || digests[argv[0]] == "" {
		return nil
	}
	return map[string]string{"argv": jsonList(argv), "digest": digests[argv[0]]}
}

// AWSLine is the command line that does what a call does, for people to read and to run by hand.
func (c Call) AWSLine() string {
	switch c.Op {
	case OpPutParameter:
		kind := c.Args["type"]
		if kind == "" {
			kind = "String"
		}
		return "aws ssm put-parameter --name " + quoted(c.Args["name"]) + " --value " + quoted(c.Args["value"]) + " --type " + kind + " --overwrite"
	case OpDeploy:
		revision := `{"revisionType":"GitHub","gitHubLocation":{"repository":` + strconv.Quote(c.Args["repository"]) + `,"commitId":` + strconv.Quote(c.Args["commit"]) + `}}`
		return "aws deploy create-deployment --application-name " + quoted(c.Args["application"]) + " --deployment-group-name " + quoted(c.Args["group"]) +
			" --revision " + quoted(revision) + " --ignore-application-stop-failures --file-exists-behavior OVERWRITE" +
			" --override-alarm-configuration enabled=false,ignorePollAlarmFailure=true --auto-rollback-configuration enabled=false --description " + quoted(c.ID)
	case OpStopDeploy:
		return "aws deploy stop-deployment --deployment-id " + quoted(c.Args["deployment"]) + " --no-auto-rollback-enabled"
	case OpRun:
		var argv []string
		if json.Unmarshal([]byte(c.Args["argv"]), &argv) != nil {
			return c.Args["argv"]
		}
		for i := range argv {
			argv[i] = quoted(argv[i])
		}
		return strings.Join(argv, " ")
	}
	return c.Op
}

// Brief is a call in one short line: what it does to what. Nothing in it is left out that decides where it goes.
func (c Call) Brief() string {
	switch c.Op {
	case OpPutParameter:
		return "put-parameter " + quoted(c.Args["name"]) + " = " + quoted(c.Args["value"])
	case OpDeploy:
		commit := c.Args["commit"]
		return "create-deployment " + quoted(c.Args["application"]+"/"+c.Args["group"]) + " " + quoted(c.Args["repository"]+"@"+commit[:min(len(commit), 12)])
	case OpStopDeploy:
		return "stop-deployment " + quoted(c.Args["deployment"])
	}
	return c.AWSLine()
}

// ProbeLine is what a probe asks, for people to read.
func ProbeLine(p launchfile.Probe) string {
	if len(p.Run) == 0 {
		return fmt.Sprintf("GET %s, expects %d", p.HTTP, cmp.Or(p.Expect, 200))
	}
	return RunLine(p.Run)
}

// RunLine is a program with its arguments as a shell would take it; "" where there is none.
func RunLine(argv []string) string {
	if len(argv) == 0 {
		return ""
	}
	return Call{Op: OpRun, Args: map[string]string{"argv": jsonList(argv)}}.AWSLine()
}

// quoted is a word as a shell takes it.
func quoted(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-=:@%+,", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
