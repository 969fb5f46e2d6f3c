package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/room"
)

// maxItem bounds one entry, document, sample or read of an export that is read, in bytes.
const maxItem = 16 << 20

// Sink takes what an export holds, in its order. Nothing of it may be kept when ReadJSON returns an error.
type Sink interface {
	Entry(row journal.Row) error
	Document(hash, text string) error
	Sample(launch string, s room.Sample) error
	Read(launch string, r room.Read) error
}

// Export is what an export that was read is of.
type Export struct {
	Launch    string
	ID        string
	Mode      string
	Head      journal.Head
	Documents int
	Samples   int
	Reads     int
}

// ReadJSON reads what WriteJSON wrote, and trusts nothing of it: every body strictly, the chain, each document by its hash,
// the order of the samples and every seal over them; no key twice and none that is not known. Anchors are heads that were
// seen elsewhere. It holds no more than one item in memory.
func ReadJSON(r io.Reader, anchors []journal.Head, sink Sink) (Export, error) {
	in := &bounded{r: r}
	x := &reader{in: in, dec: json.NewDecoder(in), sink: sink, named: map[string]bool{}, anchors: anchors}
	if err := x.all(); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("it ends too soon: it was cut short")
		}
		return x.out, fmt.Errorf("this is no export that can be taken: %w", err)
	}
	return x.out, nil
}

// bounded ends a read that one item would fill the memory with.
type bounded struct {
	r    io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("one of its items is longer than %d MiB", maxItem>>20)
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

type reader struct {
	in      *bounded
	dec     *json.Decoder
	sink    Sink
	anchors []journal.Head
	out     Export
	named   map[string]bool // documents that an entry names
	needed  []string        // those without which the launch cannot be told
	had     map[string]bool
	seals   seals
	unread  error // why the file cannot be read on
}

func (x *reader) all() error {
	x.in.left = maxItem
	if err := x.delim('{'); err != nil {
		return err
	}
	for _, part := range []struct {
		key  string
		read func() error
	}{{"v", x.version}, {"launch", x.launch}, {"entries", x.entries}, {"documents", x.documents}, {"samples", x.samples}, {"reads", x.reads}} {
		key, err := x.key()
		if err != nil {
			return err
		}
		if key != part.key {
			return fmt.Errorf("expected the key %q, found %.40q", part.key, key)
		}
		if err := part.read(); err != nil {
			return err
		}
	}
	if err := x.delim('}'); err != nil {
		return err
	}
	if _, err := x.dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows its end")
	}
	return nil
}

// token reads the next token; an item may begin with it.
func (x *reader) token() (json.Token, error) {
	x.in.left = maxItem
	t, err := x.dec.Token()
	return t, plain(err)
}

// plain puts what the decoder says into words for people.
func plain(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("byte %d: it is not JSON: %s", syntax.Offset, syntax)
	}
	return err
}

func (x *reader) delim(want json.Delim) error {
	t, err := x.token()
	if err != nil {
		return err
	}
	if t != want {
		return fmt.Errorf("byte %d: expected %v", x.dec.InputOffset(), want)
	}
	return nil
}

func (x *reader) key() (string, error) {
	t, err := x.token()
	if err != nil {
		return "", err
	}
	key, ok := t.(string)
	if !ok {
		return "", fmt.Errorf("byte %d: a part of it is missing", x.dec.InputOffset())
	}
	return key, nil
}

// item reads one value.
func (x *reader) item(into any) error {
	x.in.left = maxItem
	var raw json.RawMessage
	if err := x.dec.Decode(&raw); err != nil {
		return plain(err)
	}
	if err := exact(raw, into); err != nil {
		return fmt.Errorf("byte %d: %w", x.dec.InputOffset(), err)
	}
	return nil
}

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

var launchName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

func (x *reader) launch() error {
	if err := x.item(&x.out.Launch); err != nil {
		return err
	}
	if !launchName.MatchString(x.out.Launch) || len(x.out.Launch) > launch.MaxName {
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
