package journal

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"
)

// Report is what a verification found.
type Report struct {
	Entries int64  // entries that are intact, from the first on
	Head    Head   // the last of them
	Newer   int64  // the first entry of a newer version, whose inside could not be checked; 0: none
	Fault   *Fault // the first bad entry; nil: intact
}

// Err is nil for an intact chain, the *Fault of a broken one, and wraps ErrNewer where a newer program has to judge.
func (r Report) Err() error {
	switch {
	case r.Fault != nil:
		return r.Fault
	case r.Newer > 0:
		return fmt.Errorf("entry %d: %w", r.Newer, ErrNewer)
	}
	return nil
}

// Verify checks a launch's whole chain and every body strictly. Rows come in the order of seq, from the first. Anchors
// are heads that were seen elsewhere (witnesses, updates, --head), whose hashes may be shortened: they show what no
// chain can show of itself, that its tail was cut or that it was written anew.
func Verify(launch string, rows iter.Seq2[Row, error], anchors []Head) Report {
	c := newChain(launch, anchors)
	c.strict = true
	return c.verify(rows)
}

// VerifyChain is Verify without the strict pass over what stands inside the bodies: hashes, sequence, prev, times and
// anchors.
func VerifyChain(launch string, rows iter.Seq2[Row, error], anchors []Head) Report {
	return newChain(launch, anchors).verify(rows)
}

// Entries reads a launch's rows as Verify checks them and yields the entries. It ends with the first error: a *Fault, or
// one that wraps ErrNewer.
func Entries(launch string, rows iter.Seq2[Row, error], anchors []Head) iter.Seq2[Entry, error] {
	return entries(launch, rows, anchors, whole)
}

// Brief is Entries without the readings in the entries' contexts, which are checked and not kept: a fold needs none, and they
// are most of a long journal.
func Brief(launch string, rows iter.Seq2[Row, error], anchors []Head) iter.Seq2[Entry, error] {
	return entries(launch, rows, anchors, brief)
}

func entries(launch string, rows iter.Seq2[Row, error], anchors []Head, keep keeping) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		c := newChain(launch, anchors)
		c.strict, c.keep = true, keep
		for row, err := range rows {
			if err == nil {
				c.entry = Entry{Body: row.Body, Hash: row.Hash}
				err = c.next(row)
			} else {
				err = c.unreadable(err)
			}
			if !yield(c.entry, err) || err != nil {
				return
			}
		}
		if fault := c.end(); fault != nil {
			yield(Entry{}, fault)
		}
	}
}

// Each is Verify, and gives each intact entry to do, in order, up to the first of a newer version. An error of do ends it,
// and is returned.
func Each(launch string, rows iter.Seq2[Row, error], anchors []Head, do func(Entry) error) (Report, error) {
	c := newChain(launch, anchors)
	c.strict, c.keep, c.do = true, whole, do
	return c.verify(rows), c.failed
}

// keeping is how much of an entry is kept while it is checked.
type keeping int

const (
	nothing keeping = iota
	brief           // all but the readings of its context
	whole
)

// chain is a verification on its way.
type chain struct {
	launch  string
	anchors []Head // by seq; those not yet reached
	strict  bool
	keep    keeping // of entry

	do     func(Entry) error // is given each entry; nil: nobody is
	failed error             // what do said

	head  Head
	mode  string
	entry Entry
	keys  []text // reused by the scanner from one body to the next
}

func newChain(launch string, anchors []Head) *chain {
	anchors = slices.DeleteFunc(slices.Clone(anchors), func(h Head) bool { return h.Seq < 1 || h.Hash == "" })
	slices.SortStableFunc(anchors, func(a, b Head) int { return int(min(max(a.Seq-b.Seq, -1), 1)) })
	return &chain{launch: launch, anchors: anchors, head: Head{Hash: Genesis}}
}

func (c *chain) verify(rows iter.Seq2[Row, error]) Report {
	var r Report
	for row, err := range rows {
		if err == nil {
			c.entry = Entry{Body: row.Body, Hash: row.Hash}
			err = c.next(row)
		} else {
			err = c.unreadable(err)
		}
		if err == nil && c.do != nil && r.Newer == 0 {
			if c.failed = c.do(c.entry); c.failed != nil {
				break
			}
		}
		if errors.Is(err, ErrNewer) {
			if r.Newer == 0 {
				r.Newer = row.Seq
			}
			err = nil
		}
		if err != nil {
			if !errors.As(err, &r.Fault) {
				r.Fault = &Fault{c.head.Seq + 1, err.Error()}
			}
			break
		}
	}
	if r.Fault == nil {
		r.Fault = c.end()
	}
	r.Entries = c.head.Seq
	if r.Entries > 0 {
		r.Head = c.head
	}
	return r
}

// next checks the row that follows. Where it is of a newer version its place in the chain is checked still, and the
// error wraps ErrNewer.
func (c *chain) next(row Row) error {
	seq := c.head.Seq + 1
	switch {
	case row.Seq > seq:
		return &Fault{seq, fmt.Sprintf("it is missing: the next one that is there is entry %d", row.Seq)}
	case row.Seq < seq:
		return &Fault{seq, fmt.Sprintf("in its place stands entry %d once more", row.Seq)}
	case row.Launch != c.launch:
		return &Fault{seq, fmt.Sprintf("it stands in the launch %s", quote(row.Launch))}
	}
	p, fault := parsePrefix(row)
	switch {
	case fault != nil:
		return fault
	case p.prev != c.head.Hash:
		return &Fault{seq, c.brokenLink()}
	case p.at.Before(c.head.At):
		return &Fault{seq, fmt.Sprintf("its time %s is before that of the entry before, %s",
			p.at.Format(time.RFC3339Nano), c.head.At.Format(time.RFC3339Nano))}
	}
	if fault := c.anchored(seq, row.Hash); fault != nil {
		return fault
	}
	var newer error
	if c.strict {
		if newer = c.inside(p, row); newer != nil && !errors.Is(newer, ErrNewer) {
			return newer
		}
	}
	c.head = Head{Seq: seq, Hash: row.Hash, At: p.at}
	return newer
}

// inside is the strict pass.
func (c *chain) inside(p prefix, row Row) error {
	if err := p.parse(row, &c.entry, &c.keys, c.keep); err != nil {
		return err
	}
	if c.mode == "" {
		c.mode = c.entry.Mode
	}
	if c.entry.Mode != c.mode {
		return &Fault{row.Seq, fmt.Sprintf("its mode is %s and the launch's is %s", quote(c.entry.Mode), quote(c.mode))}
	}
	return nil
}

func (c *chain) brokenLink() string {
	if c.head.Seq == 0 {
		return "its prev is not 64 zeros: entries before it were removed, or it was changed"
	}
	return fmt.Sprintf("its prev is not the hash of entry %d: one of the two was changed, removed or put elsewhere", c.head.Seq)
}

// anchored compares the entry seq with the anchors for it.
func (c *chain) anchored(seq int64, hash string) *Fault {
	for len(c.anchors) > 0 && c.anchors[0].Seq == seq {
		if a := c.anchors[0]; len(a.Hash) > len(hash) || hash[:len(a.Hash)] != a.Hash {
			return &Fault{seq, fmt.Sprintf("it was seen as %s and is now %s: the log was written anew from there or earlier",
				a, Head{Seq: seq, Hash: hash})}
		}
		c.anchors = c.anchors[1:]
	}
	return nil
}

// end checks that no anchor lies beyond the last entry.
func (c *chain) end() *Fault {
	if len(c.anchors) == 0 {
		return nil
	}
	last := c.anchors[len(c.anchors)-1]
	return &Fault{c.head.Seq + 1, fmt.Sprintf("it is missing: the log was seen up to %s, so its tail was cut", last)}
}

func (c *chain) unreadable(err error) error {
	return &Fault{c.head.Seq + 1, fmt.Sprintf("it cannot be read: %v", err)}
}
