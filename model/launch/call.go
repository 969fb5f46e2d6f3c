package launch

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// The operations that a call may be of.
const (
	OpPutParameter = "ssm.put-parameter"            // args: name, value, type
	OpDeploy       = "codedeploy.create-deployment" // args: application, group, repository, commit, description
	OpStopDeploy   = "codedeploy.stop-deployment"   // args: deployment, application, group
	OpRun          = "program.run"                  // args: argv (a JSON list), timeout, env (a JSON list of names), digest (hex sha256 of the program)
)

// Call is one effect on the outside, exactly: what call.intended tells and what an executor is given. Nothing that is not
// in it has a part in the effect.
type Call struct {
	ID      string            `json:"call"`           // identifies the effect outside, too: it stands in a deployment's description
	Op      string            `json:"op"`             //
	Step    string            `json:"step"`           // the step, or @flag for one switched by itself
	Part    string            `json:"part,omitempty"` // the action of the step, or the flag's id
	Attempt int               `json:"attempt"`
	Args    map[string]string `json:"args"`
}

// NewCall makes the call of an attempt. Its ID is the same whenever it is made again of the same things, and another for
// any other launch, step, attempt or argument.
func NewCall(launchID, op, step, part string, attempt int, args map[string]string) Call {
	c := Call{Op: op, Step: step, Part: part, Attempt: attempt, Args: args}
	text, err := json.Marshal(c)
	if err != nil { // strings and numbers always marshal
		return c
	}
	sum := sha256.Sum256(append([]byte(launchID+"\x00"), text...))
	c.ID = "tm-" + hex.EncodeToString(sum[:8])
	return c
}

// Digest is hex(sha256) of the call's operation and arguments.
func (c Call) Digest() string {
	text, err := json.Marshal(struct {
		Op   string            `json:"op"`
		Args map[string]string `json:"args"`
	}{c.Op, c.Args})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Identity is as whom, and where, calls are made.
type Identity struct {
	Account  string `json:"account,omitempty"`
	Region   string `json:"region,omitempty"`
	Endpoint string `json:"endpoint,omitempty"` // empty: AWS's own
	Caller   string `json:"caller,omitempty"`   // ARN, or the login that runs a program
	Key      string `json:"-"`                  // of the credentials, to tell others apart; never recorded
}

// What became of sending a call.
const (
	OutcomeOK      = "ok"       // the effect is known to have happened, as far as the answer tells
	OutcomeFailed  = "failed"   // the other side refused it: it has not happened
	OutcomeNotSent = "not sent" // it never left
	OutcomeUnknown = "unknown"  // it may have happened: look before anything else
)

// Outcome is what became of sending a call.
type Outcome struct {
	Outcome string            `json:"outcome"`
	Result  map[string]string `json:"result,omitempty"` // version; deployment; pid, boot, status file
	Error   string            `json:"error,omitempty"`
}

// What looking for the effect of a call found.
const (
	FoundYes     = "happened"
	FoundNo      = "did not happen"
	FoundUnclear = "unclear"
)

// Found is what looking for the effect of a call found.
type Found struct {
	Found    string            `json:"found"`
	Result   map[string]string `json:"result,omitempty"`
	Evidence string            `json:"evidence"` // one line for people
}

// Progress is how something goes on that a call has begun: a deployment, a program.
type Progress struct {
	State  string   `json:"state"`            // running, succeeded, failed, stopped
	Detail string   `json:"detail"`           // one line: AWS's reason, the exit status
	Lines  []string `json:"lines,omitempty"`  // instances with their states, or the newest output, raw
	Total  int64    `json:"total,omitempty"`  // bytes of output so far
	Result string   `json:"result,omitempty"` // digest of what was kept of the output
}

// FlagValue is what a flag holds now.
type FlagValue struct {
	Value    string `json:"value"`
	Version  int64  `json:"version"`
	Type     string `json:"type"`               // String, SecureString
	Modified string `json:"modified,omitempty"` // RFC 3339
	By       string `json:"by,omitempty"`       // ARN of who wrote it last
}
