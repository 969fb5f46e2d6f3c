package report

import (
	"errors"
	"fmt"
	"iter"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/room"
	"tminus/model/text"
)

func (x *reader) version() error {
	var v int
	if err := x.item(&v); err != nil {
		return err
	}
	if v > JSONVersion {
		return fmt.Errorf("its version is %d: %w; import it with that one", v, journal.ErrNewer)
	}
	if v != JSONVersion {
		return fmt.Errorf("its version is %d; expected %d", v, JSONVersion)
	}
	return nil
}

var launchName = text.Pattern(`^[a-z0-9][a-z0-9-]*$`)

func (x *reader) launch() error {
	if err := x.item(&x.out.Launch); err != nil {
		return err
	}
	if !launchName().MatchString(x.out.Launch) || len(x.out.Launch) > launch.MaxName {
		return fmt.Errorf("%.80q is no launch's name", x.out.Launch)
	}
	return nil
}

// rows yields the entries as they stand in the file.
func (x *reader) rows() iter.Seq2[journal.Row, error] {
	return func(yield func(journal.Row, error) bool) {
		for seq := int64(1); x.dec.More(); seq++ {
			var e entryJSON
			err := x.item(&e)
			x.unread = err // the chain's own word on it would hide the cause
			if !yield(journal.Row{Launch: x.out.Launch, Seq: seq, Body: e.Body, Hash: e.Hash}, err) || err != nil {
				return
			}
		}
	}
}

func (x *reader) entries() error {
	if err := x.delim('['); err != nil {
		return err
	}
	for e, err := range journal.Entries(x.out.Launch, x.rows(), x.anchors) {
		switch {
		case x.unread != nil:
			err = x.unread
		case err == nil:
			err = x.entry(e)
		}
		if err != nil {
			return err
		}
	}
	if x.out.Head.Seq == 0 {
		return errors.New("it has no entry")
	}
	return x.delim(']')
}

func (x *reader) entry(e journal.Entry) error {
	if e.Seq == 1 {
		d, err := launch.PlannedDocuments(e)
		if err != nil {
			return err
		}
		x.out.ID, x.out.Mode = d.ID, e.Mode
		x.needed = []string{d.Runbook, d.File, d.RunbookJSON, d.FileJSON}
	}
	for _, h := range documentsNamed(e.Body) {
		x.named[h] = true
	}
	if e.Kind == launch.KindSamplesSealed {
		if err := x.seals.add(e); err != nil {
			return err
		}
	}
	x.out.Head = e.Head()
	return x.sink.Entry(journal.Row{Launch: e.Launch, Seq: e.Seq, Body: e.Body, Hash: e.Hash})
}

func (x *reader) documents() error {
	if err := x.delim('{'); err != nil {
		return err
	}
	x.had = map[string]bool{}
	last := ""
	for x.dec.More() {
		hash, err := x.key()
		if err != nil {
			return err
		}
		var text string
		if err := x.item(&text); err != nil {
			return err
		}
		switch {
		case hash <= last:
			return fmt.Errorf("the document %.64q stands twice or out of order", hash)
		case journal.Hash(text) != hash:
			return fmt.Errorf("the document %.64q was changed: its hash is another", hash)
		case !x.named[hash]:
			return fmt.Errorf("no entry names the document %.64q", hash)
		}
		last, x.had[hash] = hash, true
		x.out.Documents++
		if err := x.sink.Document(hash, text); err != nil {
			return err
		}
	}
	for _, h := range x.needed {
		if h != "" && !x.had[h] {
			return fmt.Errorf("the document %.64q is missing, which the launch was planned with", h)
		}
	}
	return x.delim('}')
}

func (x *reader) samples() error {
	if err := x.delim('['); err != nil {
		return err
	}
	var last *room.Sample
	for x.dec.More() {
		var j sampleJSON
		if err := x.item(&j); err != nil {
			return err
		}
		s := room.Sample{Monitor: j.Monitor, Series: j.Series, Value: j.Value}
		var err error
		if s.At, err = instantOf(j.At); err == nil {
			s.ReadAt, err = instantOf(j.ReadAt)
		}
		if err != nil {
			return err
		}
		if last != nil && compareSamples(*last, s) >= 0 {
			return fmt.Errorf("sample %d stands twice or out of order", x.out.Samples+1)
		}
		last = &s
		x.out.Samples++
		x.seals.take(s)
		if err := x.sink.Sample(x.out.Launch, s); err != nil {
			return err
		}
	}
	if err := x.seals.check(); err != nil {
		return err
	}
	return x.delim(']')
}

func (x *reader) reads() error {
	if err := x.delim('['); err != nil {
		return err
	}
	var last *room.Read
	for x.dec.More() {
		var j readJSON
		if err := x.item(&j); err != nil {
			return err
		}
		r := room.Read{Source: j.Source, Outcome: j.Outcome, Detail: j.Detail, Requested: j.Requested}
		var err error
		if r.At, err = instantOf(j.At); err != nil {
			return err
		}
		if last != nil && compareReads(*last, r) >= 0 || r.Requested < 0 {
			return fmt.Errorf("read %d stands twice, out of order, or cannot be", x.out.Reads+1)
		}
		last = &r
		x.out.Reads++
		if err := x.sink.Read(x.out.Launch, r); err != nil {
			return err
		}
	}
	return x.delim(']')
}
