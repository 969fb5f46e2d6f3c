// Package builtin carries what works without any file of the user's: the built-in runbooks, and the
// scenarios of rehearsals.
package builtin

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed feature-launch.yaml
var runbooks embed.FS

// Runbook returns the text of a built-in runbook by the name that launch.yaml uses for it, such as "feature-launch".
func Runbook(name string) ([]byte, bool) {
	if strings.ContainsAny(name, `/\.`) {
		return nil, false
	}
	text, err := runbooks.ReadFile(name + ".yaml")
	return text, err == nil
}

// Names lists the built-in runbooks, sorted.
func Names() []string {
	found, err := fs.Glob(runbooks, "*.yaml")
	if err != nil {
		return nil // only a malformed pattern fails
	}
	for i, f := range found {
		found[i] = strings.TrimSuffix(f, ".yaml")
	}
	slices.Sort(found)
	return found
}
