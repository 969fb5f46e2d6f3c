package builtin

import (
	"embed"
	"strings"
)

//go:embed scenarios/*.yaml
var scenarios embed.FS

// Scenario returns the YAML of a rehearsal scenario.
func Scenario(name string) ([]byte, bool) {
	src, err := scenarios.ReadFile("scenarios/" + name + ".yaml")
	return src, err == nil
}

// Scenarios lists the names, in alphabetical order.
func Scenarios() []string {
	entries, _ := scenarios.ReadDir("scenarios") // the folder is embedded: it cannot be missing
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return names
}
