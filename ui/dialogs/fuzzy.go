package dialogs

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// candidate is what a query is compared with: the words that it is known by, and where it stands.
type candidate struct{ text, more string }

// rank orders candidates by how well they answer a query: every word of it must stand in a candidate, at a word's
// beginning or somewhere inside, in its text rather than in more. Only where nothing has them all do letters in the same
// order count too. It returns the indexes of those that match, best first, equals in their order.
func rank(query string, all []candidate) []int {
	words := strings.Fields(strings.ToLower(query))
	hits := hitsOf(words, all, match)
	if len(hits) == 0 {
		hits = hitsOf(words, all, letters)
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.score, b.score) })
	out := make([]int, len(hits))
	for i, h := range hits {
		out[i] = h.index
	}
	return out
}

type hit struct{ index, score int }

func hitsOf(words []string, all []candidate, match func(word, text string) (int, bool)) []hit {
	hits := make([]hit, 0, len(all))
	for i, c := range all {
		sum, found := 0, true
		text, more := strings.ToLower(c.text), strings.ToLower(c.more)
		for _, w := range words {
			score, ok := match(w, text)
			if !ok {
				const elsewhere = 5
				score, ok = match(w, more)
				score += elsewhere
			}
			sum += score
			found = found && ok
		}
		if found {
			hits = append(hits, hit{i, sum})
		}
	}
	return hits
}

// match scores one lower-case word in a lower-case text; the lower the better.
func match(word, text string) (score int, ok bool) {
	switch at := strings.Index(text, word); {
	case at < 0:
		return 0, false
	case at == 0:
		return 0, true
	case beginsWord(text, word):
		return 1, true
	}
	return 3, true
}

// letters scores a word whose letters stand in the text in their order. Fewer than three match anything, so they do not.
func letters(word, text string) (score int, ok bool) {
	want := []rune(word)
	if len(want) < 3 {
		return match(word, text)
	}
	next, gaps := 0, 0
	for _, r := range text {
		switch {
		case next == len(want):
		case r == want[next]:
			next++
		case next > 0:
			gaps++
		}
	}
	return 10 + gaps, next == len(want)
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
