package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// MaxBody is the longest body, in bytes.
const MaxBody = 1 << 20

// Seal gives a draft its place after head and returns the entry with its exact body and hash. An `at` before the head's is
// raised to it. Invalid UTF-8 anywhere in the draft becomes U+FFFD; control characters are escaped. The entry is what
// Parse would read from the body, so it is the same whether it was just made or read back. It is an error if the body
// would not pass Parse: longer than MaxBody, data that is no JSON object, a key twice.
func Seal(launch, mode string, head Head, at time.Time, d Draft) (Entry, error) {
	if at.Before(head.At) {
		at = head.At
	}
	at = at.UTC()
	if y := at.Year(); y < 1 || y > 9999 {
		return Entry{}, fmt.Errorf("seal %s: the year %d cannot be written", d.Kind, y)
	}
	prev := Genesis
	if head.Seq > 0 {
		prev = head.Hash
	}
	if d.Actor.Roles == nil {
		d.Actor.Roles = []string{}
	}
	if d.Data == nil {
		d.Data = struct{}{}
	}
	rest, err := marshal(struct {
		Launch  string   `json:"launch"`
		Mode    string   `json:"mode"`
		Actor   Actor    `json:"actor"`
		Kind    string   `json:"kind"`
		Data    any      `json:"data"`
		Context *Context `json:"context,omitempty"`
	}{launch, mode, d.Actor, d.Kind, d.Data, d.Context})
	if err != nil {
		return Entry{}, fmt.Errorf("seal %s: %w", d.Kind, err)
	}
	seq := head.Seq + 1
	var b strings.Builder
	b.Grow(len(rest) + 160)
	b.WriteString(prefixV1)
	b.WriteString(strconv.FormatInt(seq, 10))
	b.WriteString(prefixPrev)
	b.WriteString(prev)
	b.WriteString(prefixAt)
	b.WriteString(at.Format(TimeLayout))
	b.WriteString(`",`)
	b.Write(rest[1:])
	body := b.String()
	e, err := Parse(Row{Launch: launch, Seq: seq, Body: body, Hash: Hash(body)})
	if err != nil {
		return Entry{}, fmt.Errorf("seal %s: %w", d.Kind, err)
	}
	return e, nil
}

// Hash is hex(sha256(text)).
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// marshal is JSON for people's eyes (no HTML escapes) that passes the strict reader: what encoding/json leaves raw of
// control characters (DEL and the C1 set) is escaped, and invalid bytes, which a json.RawMessage may carry, are replaced.
func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, plainer(err)
	}
	b := bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
	if clean(b) {
		return b, nil
	}
	out := make([]byte, 0, len(b)+32)
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			out = append(out, "\uFFFD"...)
		case control(r):
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = append(out, b[i:i+n]...)
		}
		i += n
	}
	return out, nil
}

// clean reports that b is printable ASCII, the common case.
func clean(b []byte) bool {
	for _, c := range b {
		if c < 0x20 || c > 0x7e {
			return false
		}
	}
	return true
}

// control reports whether r is one of Unicode's control characters (C0, DEL, C1).
func control(r rune) bool { return r < 0x20 || r >= 0x7f && r <= 0x9f }

// plainer names the value that JSON has no form for, without the Go types around it.
func plainer(err error) error {
	if u, ok := errors.AsType[*json.UnsupportedValueError](err); ok {
		return fmt.Errorf("the value %s has no form in JSON", u.Str)
	}
	return err
}
