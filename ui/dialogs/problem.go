package dialogs

import "tminus/model/launch"

// problem is why the last try failed: what, then what to do; nil: it did not.
type problem []string

func problemOf(err error) problem {
	what, hint := Explain(err)
	if hint == "" {
		return problem{what}
	}
	return problem{what, hint}
}

// wentWrong draws a problem: loudly what it is, then what to do.
func (b *box) wentWrong(p problem) []string {
	var lines []string
	for i, text := range p {
		style := b.theme.Crit
		if i > 0 {
			style = b.theme.Text
		}
		lines = append(lines, b.wrap(style, text)...)
	}
	return lines
}

// Explain says what failed and what to do next, for a person.
func Explain(err error) (what, hint string) {
	if r, ok := launch.Refused(err); ok {
		return r.Message, r.Hint
	}
	return err.Error(), "look at Decisions before you repeat it: it may have been recorded"
}
