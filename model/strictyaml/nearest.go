package strictyaml

import "strings"

// Nearest returns the one of known that somebody who wrote word most likely meant, or "" where none is near.
func Nearest(word string, known []string) string {
	const longest = 64 // nothing known is longer; it bounds the work on hostile input
	best, bestDistance := "", 0
	folded := fold(word)
	if word == "" || len(word) > longest {
		return ""
	}
	for _, k := range known {
		d := distance(folded, fold(k))
		shorter := min(len(k), len(word))
		if d > max(shorter/3, min(shorter-1, 1)) { // one in three characters; of one character none
			continue
		}
		if best == "" || d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}

// fold makes spellings equal that people take for one: error_rate, error-rate, errorRate.
func fold(s string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(s))
}

// distance counts the insertions, deletions, replacements and swaps of neighbours that turn a into b.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// oneOf lists what could have been written.
func oneOf(names []string) string {
	const most = 12
	switch {
	case len(names) == 0:
		return "no keys here"
	case len(names) == 1:
		return names[0]
	case len(names) > most:
		return "one of " + strings.Join(names[:most], ", ") + ", …"
	}
	return "one of " + strings.Join(names, ", ")
}
