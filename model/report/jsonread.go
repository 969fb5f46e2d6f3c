package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"tminus/model/journal"
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
