package script

import (
	"bytes"
	"slices"
	"strings"
)

const (
	masked    = "•••"
	minSecret = 6 // shorter values would turn ordinary words into dots
)

// masker replaces secrets in a stream by dots, also where they come in pieces or overlap. Each run of bytes that belong to
// secrets becomes one mask.
type masker struct {
	secrets [][]byte
	held    []byte // not told yet, because it may be the start of a secret; shorter than the longest
	covered int    // so many of held's first bytes belong to a secret anyhow
	inRun   bool   // the last that was told was a mask, which what follows may continue
}

func newMasker(secrets []string) *masker {
	m := &masker{}
	for _, s := range known(secrets) {
		m.secrets = append(m.secrets, []byte(s))
	}
	return m
}

// known are the secrets that are looked for: trimmed, as a file's last line end is not part of one.
func known(secrets []string) []string {
	var list []string
	for _, s := range secrets {
		if s = strings.TrimSpace(s); len(s) >= minSecret {
			list = append(list, s)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// mask is a text without its secrets.
func mask(text string, secrets []string) string {
	m := newMasker(secrets)
	return string(append(bytes.Clone(m.write([]byte(text))), m.end()...))
}

// write takes the next bytes and returns what can be told of all so far.
func (m *masker) write(p []byte) []byte {
	if len(m.secrets) == 0 {
		return p
	}
	buf := append(m.held, p...)
	return m.tell(buf, m.settled(buf))
}

// end returns what was held back.
func (m *masker) end() []byte { return m.tell(m.held, len(m.held)) }

// settled is up to where nothing that comes can change what is a secret: before the longest end of buf that begins one.
func (m *masker) settled(buf []byte) int {
	hold := 0
	for _, s := range m.secrets {
		for n := min(len(s)-1, len(buf)); n > hold; n-- {
			if bytes.HasSuffix(buf, s[:n]) {
				hold = n
				break
			}
		}
	}
	return len(buf) - hold
}

// tell masks buf up to a place and holds the rest.
func (m *masker) tell(buf []byte, upTo int) []byte {
	var out []byte
	at := 0
	for _, run := range m.runs(buf) {
		if run.from >= upTo {
			break
		}
		if run.from > at {
			out = append(out, buf[at:run.from]...)
			m.inRun = false
		}
		if !m.inRun {
			out = append(out, masked...)
			m.inRun = true
		}
		at = run.to
	}
	if at < upTo {
		out = append(out, buf[at:upTo]...)
		m.inRun = false
	}
	m.covered = max(0, max(at, m.covered)-upTo) // of what was held before too, if nothing could be told
	m.held = bytes.Clone(buf[upTo:])
	return out
}

type span struct{ from, to int }

// runs are the stretches of buf that belong to secrets, in order and apart from each other.
func (m *masker) runs(buf []byte) []span {
	var found []span
	if m.covered > 0 {
		found = append(found, span{0, m.covered})
	}
	for _, s := range m.secrets {
		for from := 0; ; {
			i := bytes.Index(buf[from:], s)
			if i < 0 {
				break
			}
			found = append(found, span{from + i, from + i + len(s)})
			from += i + 1
		}
	}
	slices.SortFunc(found, func(a, b span) int { return a.from - b.from })
	var runs []span
	for _, f := range found {
		if last := len(runs) - 1; last >= 0 && f.from <= runs[last].to {
			runs[last].to = max(runs[last].to, f.to)
			continue
		}
		runs = append(runs, f)
	}
	return runs
}
