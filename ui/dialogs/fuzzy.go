package dialogs

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// rank orders candidates by how well they answer a query: every word of it must stand in the text, as a word's
// beginning, somewhere inside, or as letters in this order (the last only for words of three letters and more, so that
// one letter does not match everything). It returns the indexes of those that match, best first, equals in their order.
func rank(query string, texts []string) []int {
	words := strings.Fields(strings.ToLower(query))
	type hit struct{ index, score int }
	hits := make([]hit, 0, len(texts))
	for i, t := range texts {
		score, ok := 0, true
		low := strings.ToLower(t)
		for _, w := range words {
			var s int
			if s, ok = match(w, low); !ok {
				break
			}
			score += s
		}
		if ok {
			hits = append(hits, hit{i, score})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.score, b.score) })
	out := make([]int, len(hits))
	for i, h := range hits {
		out[i] = h.index
	}
	return out
}

// match scores one lower-case word against a lower-case text; the lower the better.
func match(word, text string) (score int, ok bool) {
	if at := strings.Index(text, word); at >= 0 {
		switch {
		case at == 0:
			return 0, true
		case beginsWord(text, word):
			return 1, true
		}
		return 3, true
	}
	letters := []rune(word)
	if len(letters) < 3 {
		return 0, false
	}
	next, gaps := 0, 0
	for _, r := range text {
		switch {
		case next == len(letters):
		case r == letters[next]:
			next++
		case next > 0:
			gaps++
		}
	}
	return 10 + gaps, next == len(letters)
}

// beginsWord reports whether a word of text begins with w.
func beginsWord(text, w string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], w)
		if i < 0 {
			return false
		}
		at += i
		before := []rune(text[:at])
		if len(before) == 0 || !unicode.IsLetter(before[len(before)-1]) && !unicode.IsDigit(before[len(before)-1]) {
			return true
		}
		at += len(w)
	}
}
