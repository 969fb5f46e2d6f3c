package report

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"tminus/model/journal"
	"tminus/model/text"
)

// JSONVersion is the version of the export that WriteJSON writes.
const JSONVersion = 1

// sampleJSON and readJSON are rows of the database as the export has them.
type sampleJSON struct {
	Monitor string  `json:"monitor"`
	Series  string  `json:"series"`
	At      string  `json:"at"`
	ReadAt  string  `json:"read_at"`
	Value   float64 `json:"value"`
}

type readJSON struct {
	Source    string `json:"source"`
	At        string `json:"at"`
	Outcome   string `json:"outcome"`
	Detail    string `json:"detail"`
	Requested int    `json:"requested"`
}

type entryJSON struct {
	Body string `json:"body"`
	Hash string `json:"hash"`
}

// WriteJSON writes a launch whole, as it stands in the database and without holding it in memory:
//
//	{"v":1,"launch":NAME,"entries":[{"body":TEXT,"hash":HEX},…],"documents":{HEX:TEXT,…},"samples":[…],"reads":[…]}
//
// A body is the exact text that was hashed. Documents are those that an entry names by their hash. Each entry, document,
// sample and read has a line of its own.
func WriteJSON(ctx context.Context, w io.Writer, store Store, name string) error {
	j := &jsonWriter{w: bufio.NewWriterSize(w, 64<<10)}
	j.raw(`{"v":` + strconv.Itoa(JSONVersion) + `,"launch":`)
	j.value(name)
	j.raw(`,"entries":[`)
	hashes := map[string]bool{}
	for row, err := range store.Rows(ctx, name, 0) {
		if err != nil {
			return err
		}
		for _, h := range named().FindAllStringSubmatch(row.Body, -1) {
			hashes[h[1]] = true
		}
		j.item(entryJSON{row.Body, row.Hash})
	}
	j.raw("\n]," + `"documents":{`)
	if err := j.documents(ctx, store, hashes); err != nil {
		return err
	}
	j.raw("\n}," + `"samples":[`)
	for s, err := range store.EachSample(ctx, name) {
		if err != nil {
			return err
		}
		j.item(sampleJSON{s.Monitor, s.Series, stamp(s.At), stamp(s.ReadAt), s.Value})
	}
	j.raw("\n]," + `"reads":[`)
	for r, err := range store.EachRead(ctx, name) {
		if err != nil {
			return err
		}
		j.item(readJSON{r.Source, stamp(r.At), r.Outcome, r.Detail, r.Requested})
	}
	j.raw("\n]}\n")
	if j.err == nil {
		j.err = j.w.Flush()
	}
	return j.err
}

// named finds the hashes of documents that an entry names. Every other string of 64 digits names no document, or is one.
var named = text.Pattern(`"(?:runbook|file|runbook_json|file_json|before|after|document)":"([0-9a-f]{64})"`)

func stamp(at time.Time) string { return at.UTC().Format(journal.TimeLayout) }

// jsonWriter writes items of a list, one a line.
type jsonWriter struct {
	w     *bufio.Writer
	first bool
	err   error
}

// raw writes what opens or closes a list.
func (j *jsonWriter) raw(s string) {
	j.rawAfter(s)
	j.first = true
}

func (j *jsonWriter) rawAfter(s string) {
	if j.err == nil {
		_, j.err = j.w.WriteString(s)
	}
}

func (j *jsonWriter) value(v any) {
	if j.err != nil {
		return
	}
	text, err := json.Marshal(v)
	if err == nil {
		_, err = j.w.Write(text)
	}
	j.err = err
}

func (j *jsonWriter) next() {
	if j.err != nil {
		return
	}
	if !j.first {
		j.err = j.w.WriteByte(',')
	}
	j.first = false
	if j.err == nil {
		j.err = j.w.WriteByte('\n')
	}
}

func (j *jsonWriter) item(v any) {
	j.next()
	j.value(v)
}

// documents writes those that there are. One that was changed or lost is left out, and verification tells of it.
func (j *jsonWriter) documents(ctx context.Context, store Store, hashes map[string]bool) error {
	for _, h := range slices.Sorted(maps.Keys(hashes)) {
		text, err := store.Document(ctx, h)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil || journal.Hash(text) != h {
			continue
		}
		j.next()
		j.value(h)
		j.rawAfter(":")
		j.value(text)
	}
	return nil
}
