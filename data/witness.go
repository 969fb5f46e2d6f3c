package data

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"tminus/model/journal"
)

// witnessTail is how much of the witness's end is looked at for what was recorded last, in bytes.
const witnessTail = 8 << 10

// Witness is a text file in a user's own state folder with the heads that they saw, one a line: time, launch id, launch
// name, SEQ:64 hex. It shows later what no chain shows of itself: a tail that was cut, or a chain written anew.
type Witness struct{ path string }

// OpenWitness names the witness file of a state folder; the file is made by the first Record.
func OpenWitness(stateDir string) *Witness { return &Witness{filepath.Join(stateDir, "witness")} }

// Record appends a head that was seen at the given time, durably. A head that was the last one recorded of its launch is
// not recorded again.
func (w *Witness) Record(at time.Time, id, launch string, h journal.Head) (err error) {
	if len(strings.Fields(id)) != 1 || len(strings.Fields(launch)) != 1 || h.Seq < 1 {
		return fmt.Errorf("write the witness: %q of launch %q at %s names no entry", id, launch, h)
	}
	if err := os.MkdirAll(filepath.Dir(w.path), 0o700); err != nil {
		return fmt.Errorf("write the witness: %w", err)
	}
	f, err := os.OpenFile(w.path, os.O_RDWR|os.O_CREATE|os.O_APPEND|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return fmt.Errorf("write the witness: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	tail, err := readTail(f)
	if err != nil {
		return fmt.Errorf("write the witness: %w", err)
	}
	seen := strings.Join([]string{id, launch, h.Long()}, " ")
	if newest(tail, id) == seen {
		return nil
	}
	line := at.UTC().Format(time.RFC3339) + " " + seen + "\n"
	if len(tail) > 0 && tail[len(tail)-1] != '\n' {
		line = "\n" + line // the line before was torn by a crash
	}
	// One write of one line: O_APPEND keeps the lines of several cockpits whole.
	if _, err := f.WriteString(line); err != nil {
		return fmt.Errorf("write the witness: %w", explain(err, w.path))
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("write the witness: %w", explain(err, w.path))
	}
	return nil
}

func readTail(f *os.File) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	from := max(info.Size()-witnessTail, 0)
	return io.ReadAll(io.NewSectionReader(f, from, witnessTail))
}

// newest is the last line about a launch without its time.
func newest(tail []byte, id string) string {
	last := ""
	for line := range bytes.Lines(tail) {
		_, seen, _ := strings.Cut(strings.TrimSuffix(string(line), "\n"), " ")
		if strings.HasPrefix(seen, id+" ") {
			last = seen
		}
	}
	return last
}

// Heads returns the heads that were seen of a launch. Lines that cannot be read are passed over and told in the error,
// which then stands beside the heads.
func (w *Witness) Heads(id string) ([]journal.Head, error) {
	f, err := os.OpenFile(w.path, os.O_RDONLY|unix.O_NOFOLLOW, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the witness: %w", err)
	}
	defer f.Close()
	var heads []journal.Head
	first, broken, number := 0, 0, 0
	lines := bufio.NewReader(f)
	for err == nil {
		var line string
		line, err = lines.ReadString('\n')
		if strings.TrimSpace(line) == "" {
			continue
		}
		number++
		of, h, ok := parseWitness(line)
		switch {
		case !ok:
			if broken++; first == 0 {
				first = number
			}
		case of == id:
			heads = append(heads, h)
		}
	}
	if !errors.Is(err, io.EOF) {
		return heads, fmt.Errorf("read the witness: %w", err)
	}
	if broken > 0 {
		return heads, fmt.Errorf("read the witness %s: %d of its lines cannot be read, the first is line %d", w.path, broken, first)
	}
	return heads, nil
}

// parseWitness reads a line: time, launch id, launch name, SEQ:64 hex.
func parseWitness(line string) (id string, h journal.Head, ok bool) {
	f := strings.Fields(line)
	if len(f) != 4 {
		return "", h, false
	}
	at, timeErr := time.Parse(time.RFC3339, f[0])
	h, err := journal.ParseHead(f[3])
	h.At = at
	return f[1], h, timeErr == nil && err == nil && len(h.Hash) == len(journal.Genesis)
}

// OwnWitness is the witness in the caller's own state folder, which is looked for at each use.
type OwnWitness struct {
	Getenv func(string) string
	Now    func() time.Time
}

// Record appends a head that is seen now.
func (o OwnWitness) Record(id, launch string, h journal.Head) error {
	dir, err := StateDir(o.Getenv)
	if err != nil {
		return err
	}
	return OpenWitness(dir).Record(o.Now(), id, launch, h)
}

// Heads returns the heads that were seen of a launch, as Witness.Heads does.
func (o OwnWitness) Heads(id string) ([]journal.Head, error) {
	dir, err := StateDir(o.Getenv)
	if err != nil {
		return nil, err
	}
	return OpenWitness(dir).Heads(id)
}
