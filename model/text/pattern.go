package text

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression that is compiled where it is first used: most are for one command alone, and all of them
// compiled at once would take longer than the rest of a start.
func Pattern(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
