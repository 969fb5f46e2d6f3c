package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ErrNewer says that an entry was written by a newer program: nothing is broken, but it can only be read from here on.
var ErrNewer = errors.New("written by a newer version of this program")

// Fault is an entry that is not what was once written, or is missing. Seq is its place.
type Fault struct {
	Seq    int64
	Reason string
}

func (f *Fault) Error() string { return fmt.Sprintf("entry %d: %s", f.Seq, f.Reason) }

// What a body begins with: prefixV1 seq prefixPrev hash prefixAt time. Every later version keeps this form but for the
// number after v, so that any program can follow any chain.
const (
	prefixOpen = `{"v":`
	prefixSeq  = `,"seq":`
	prefixV1   = `{"v":1,"seq":`
	prefixPrev = `,"prev":"`
	prefixAt   = `","at":"`
)

// Parse reads a row strictly: the hash is the body's, the body begins as it must, is within MaxBody, holds every key that
// is known and no other at the top, none twice at any depth, and names the row's own launch and seq. That it follows
// the entry before is checked by Entries and Verify. The error is a *Fault, or wraps ErrNewer.
func Parse(row Row) (Entry, error) {
	p, fault := parsePrefix(row)
	if fault != nil {
		return Entry{}, fault
	}
	e := Entry{Body: row.Body, Hash: row.Hash}
	if err := p.parse(row, &e, new([]text), whole); err != nil {
		return Entry{}, err
	}
	return e, nil
}

// prefix is what every body begins with, whatever its version.
type prefix struct {
	v    int
	seq  int64
	prev string
	at   time.Time
	end  int // where the rest begins: after the quote that closes at
}

// parse reads the body after its prefix into e; where nothing is kept it checks the same, and e's actor, data and context
// are left alone. The scanner's keys are kept for the next body.
func (p prefix) parse(row Row, e *Entry, keys *[]text, keep keeping) error {
	if p.v > Version {
		return fmt.Errorf("entry %d has version %d: %w", row.Seq, p.v, ErrNewer)
	}
	b := body{scanner: scanner{s: row.Body, i: p.end, keys: (*keys)[:0]}, into: e, keep: keep}
	err := b.rest()
	*keys = b.keys
	if err != nil {
		return &Fault{row.Seq, fmt.Sprintf("byte %d of the body: %v", b.i+1, err)}
	}
	if launch := b.launch.value(); launch != row.Launch {
		return &Fault{row.Seq, fmt.Sprintf("it belongs to the launch %s and stands in %s", quote(launch), quote(row.Launch))}
	}
	e.V, e.Seq, e.Prev, e.At = p.v, p.seq, p.prev, p.at
	e.Launch, e.Mode, e.Kind = row.Launch, b.mode.value(), b.kind.value()
	return nil
}

// parsePrefix checks the row's hash and reads its body's beginning.
func parsePrefix(row Row) (prefix, *Fault) {
	if len(row.Body) > MaxBody {
		return prefix{}, &Fault{row.Seq, fmt.Sprintf("the body has %d bytes; at most %d are allowed", len(row.Body), MaxBody)}
	}
	sum := sha256.Sum256([]byte(row.Body))
	var digits [2 * sha256.Size]byte
	hex.Encode(digits[:], sum[:])
	if string(digits[:]) != row.Hash {
		return prefix{}, &Fault{row.Seq, "the hash is not the body's: one of them was changed"}
	}
	p, ok := readPrefix(row.Body)
	switch {
	case !ok:
		return prefix{}, &Fault{row.Seq, `the body does not begin {"v":1,"seq":N,"prev":"H","at":"…"`}
	case p.v < 1:
		return prefix{}, &Fault{row.Seq, fmt.Sprintf("version %d does not exist", p.v)}
	case p.seq != row.Seq:
		return prefix{}, &Fault{row.Seq, fmt.Sprintf("its body says that it is entry %d", p.seq)}
	}
	return p, nil
}

func readPrefix(s string) (p prefix, ok bool) {
	rest, ok := strings.CutPrefix(s, prefixOpen)
	if !ok {
		return p, false
	}
	v, rest, ok := decimal(rest)
	if !ok {
		return p, false
	}
	p.v = int(v)
	if rest, ok = strings.CutPrefix(rest, prefixSeq); !ok {
		return p, false
	}
	if p.seq, rest, ok = decimal(rest); !ok {
		return p, false
	}
	if rest, ok = strings.CutPrefix(rest, prefixPrev); !ok || len(rest) < len(Genesis) {
		return p, false
	}
	p.prev, rest = rest[:len(Genesis)], rest[len(Genesis):]
	if rest, ok = strings.CutPrefix(rest, prefixAt); !ok || !isHex(p.prev) {
		return p, false
	}
	quoteAt := strings.IndexByte(rest[:min(len(rest), len(TimeLayout)+1)], '"')
	if quoteAt < 0 {
		return p, false
	}
	p.at, ok = parseAt(rest[:quoteAt])
	p.end = len(s) - len(rest) + quoteAt + 1
	return p, ok
}

// decimal cuts a positive whole number, without leading zeros, of at most 15 digits.
func decimal(s string) (n int64, rest string, ok bool) {
	i := 0
	for i < len(s) && i < 15 && s[i] >= '0' && s[i] <= '9' {
		n = n*10 + int64(s[i]-'0')
		i++
	}
	return n, s[i:], i > 0 && (s[0] != '0' || i == 1)
}

// parseAt reads RFC 3339 in UTC, written with Z, with no fraction or one of up to nine digits.
func parseAt(s string) (time.Time, bool) {
	const whole = "2006-01-02T15:04:05Z"
	if len(s) < len(whole) || len(s) > len(TimeLayout) || len(s) == len(whole)+1 || s[len(s)-1] != 'Z' {
		return time.Time{}, false
	}
	for i := 0; i < len(s)-1; i++ {
		switch i {
		case 4, 7, 10, 13, 16, 19:
			if s[i] != "    -  -  T  :  :  ."[i] {
				return time.Time{}, false
			}
		default:
			if s[i] < '0' || s[i] > '9' {
				return time.Time{}, false
			}
		}
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	return at, err == nil
}

// quote shows a text that may be anything: in ASCII, and not longer than a line.
func quote(s string) string {
	if len(s) > 64 {
		return strconv.QuoteToASCII(s[:64]) + "…"
	}
	return strconv.QuoteToASCII(s)
}
