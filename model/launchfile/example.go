package launchfile

import (
	_ "embed"
	"strings"
	"time"

	"tminus/model/text"
)

// ExampleInput is who and where the caller of `tminus init` is.
type ExampleInput struct {
	User    string // login name
	Name    string // full name; may be empty
	Host    string
	Runbook string // what stands under `runbook`
	Region  string // AWS region; may be empty
	Now     time.Time
}

//go:embed example.yaml
var exampleText string

var plainWord = text.Pattern(`^[A-Za-z][A-Za-z0-9_-]*$`)

// Example is a commented launch.yaml that is valid as it stands with the built-in runbook: the caller leads, the other
// roles have logins to replace, and what binds to the outside world is there, commented out.
func Example(in ExampleInput) string {
	user, name, place := in.User, strings.TrimSpace(in.Name), in.Region
	if !login().MatchString(user) {
		user = "CHANGE-me"
	}
	if name == "" {
		name = user
	}
	if !region().MatchString(place) {
		place = "us-east-1"
	}
	return strings.NewReplacer(
		"@USER@", quoted(user),
		"@NAME@", quoted(name),
		"@HANDLE@", quoted("@"+user),
		"@HOST@", text.Line(in.Host),
		"@T0@", in.Now.UTC().Add(15*24*time.Hour).Truncate(time.Hour).Format(time.RFC3339),
		"@RUNBOOK@", quoted(in.Runbook),
		"@REGION@", place,
	).Replace(exampleText)
}

// quoted writes a text as a YAML scalar: bare where that reads as text, else in double quotes.
func quoted(s string) string {
	if plainWord().MatchString(s) && !strings.Contains(" true false null yes no on off y n ", " "+strings.ToLower(s)+" ") {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(strings.ReplaceAll(text.Line(s), "\ufeff", "")) + `"`
}
