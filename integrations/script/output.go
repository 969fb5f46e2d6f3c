package script

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// half is how many bytes are kept of the output's beginning, and of its end.
const half = 512 << 10

// output keeps a program's output: the beginning in a file as it comes, the end in memory and, now and then, in a second
// file for those who follow. Trouble with the files never keeps the program waiting; it is told at the end.
type output struct {
	mu     sync.Mutex
	dir    string
	mask   *masker
	head   *os.File
	inHead int
	tail   ring
	read   int64 // bytes as the program wrote them
	told   int64 // read, as of the last flush
	err    error // the first trouble
}

func newOutput(dir string, secrets []string) (*output, error) {
	head, err := os.OpenFile(filepath.Join(dir, outputFile), os.O_CREATE|os.O_EXCL|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make the output file: %w", err)
	}
	return &output{dir: dir, mask: newMasker(secrets), head: head}, nil
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.read += int64(len(p))
	o.keep(o.mask.write(p))
	return len(p), nil
}

func (o *output) keep(p []byte) {
	n := min(half-o.inHead, len(p))
	o.inHead += n
	o.append(p[:n])
	o.tail.write(p[n:])
}

func (o *output) append(p []byte) {
	if len(p) == 0 {
		return
	}
	if _, err := o.head.Write(p); err != nil && o.err == nil {
		o.err = fmt.Errorf("the kept output is incomplete: %w", err)
	}
}

// flush shows the newest to who follows.
func (o *output) flush() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.read == o.told {
		return
	}
	o.told = o.read
	text := binary.BigEndian.AppendUint64(nil, uint64(o.read))
	text = binary.BigEndian.AppendUint64(text, uint64(o.tail.dropped()))
	_ = replace(filepath.Join(o.dir, tailFile), append(text, o.tail.bytes()...), false) // for the eye only, and soon tried again
}

// finish completes the file, and returns its digest and how many bytes the program wrote.
func (o *output) finish() (digest string, total int64, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.keep(o.mask.end())
	if n := o.tail.dropped(); n > 0 {
		o.append(gap(n))
	}
	o.append(o.tail.bytes())
	sum := sha256.New()
	_, err = io.Copy(sum, io.NewSectionReader(o.head, 0, 4*half))
	err = errors.Join(o.err, err, o.head.Sync(), o.head.Close())
	return hex.EncodeToString(sum.Sum(nil)), o.read, err
}

// gap stands for what is not kept.
func gap(n int64) []byte { return fmt.Appendf(nil, "\n[… %d bytes are not kept …]\n", n) }

// ring holds the last half of what is written to it.
type ring struct {
	buf   []byte
	total int64
}

func (r *ring) write(p []byte) {
	r.total += int64(len(p))
	if len(p) >= half {
		r.buf = append(r.buf[:0], p[len(p)-half:]...)
		return
	}
	// Moving the rest down only once it has doubled makes each byte move once.
	if r.buf = append(r.buf, p...); len(r.buf) >= 2*half {
		r.buf = append(r.buf[:0], r.buf[len(r.buf)-half:]...)
	}
}

func (r *ring) bytes() []byte  { return r.buf[max(0, len(r.buf)-half):] }
func (r *ring) dropped() int64 { return r.total - int64(len(r.bytes())) }

// readOutput returns what is kept of a run's output so far, and how many bytes there were.
func readOutput(dir string, s Status) (text []byte, total int64, err error) {
	var tail []byte
	if s.State == stateRunning {
		// The tail first: once there is one, the beginning is complete and its file changes no more up to there.
		if tail, err = readFile(dir, tailFile); err != nil {
			return nil, 0, err
		}
	}
	if text, err = readFile(dir, outputFile); err != nil {
		return nil, 0, err
	}
	if s.State != stateRunning {
		return text, s.Bytes, nil
	}
	if len(tail) < 16 {
		return text, int64(len(text)), nil
	}
	total, dropped := int64(binary.BigEndian.Uint64(tail)), int64(binary.BigEndian.Uint64(tail[8:]))
	if tail = tail[16:]; len(tail) > 0 {
		text = bytes.Clone(text[:min(half, len(text))])
		if dropped > 0 {
			text = append(text, gap(dropped)...)
		}
		text = append(text, tail...)
	}
	return text, total, nil
}

// readFile is a file's content; nothing where there is none yet.
func readFile(dir, name string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("read the output: %w", err)
	}
	return text, nil
}
