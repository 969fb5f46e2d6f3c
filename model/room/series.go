package room

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"tminus/model/journal"
	"tminus/model/monitor"
)

// Series returns a monitor's points with from < At <= to as they stand now, oldest first: of each instant the value that
// was read last. It reads the store and does not wait for the room.
func Series(ctx context.Context, store Store, launch, id string, from, to time.Time) ([]monitor.Point, error) {
	samples, err := store.Samples(ctx, launch, id, from, to)
	if err != nil {
		return nil, err
	}
	return newestReads(samples, ""), nil
}

// newestReads are one series' points of samples in the order of At and ReadAt: of each instant the value read last.
func newestReads(samples []Sample, series string) []monitor.Point {
	var points []monitor.Point
	for _, s := range samples {
		if s.Series != series {
			continue
		}
		p := monitor.Point{At: s.At, Value: s.Value}
		if n := len(points); n > 0 && points[n-1].At.Equal(s.At) {
			points[n-1] = p
			continue
		}
		points = append(points, p)
	}
	return points
}

// Digest is hex(sha256) over samples in the order of monitor, At, series, ReadAt and value, one line each: monitor, series,
// at, read_at and value, separated by tabs and ended by a newline. Times are written as in the journal, values in the
// shortest decimal form that reads back as the same number.
func Digest(samples []Sample) string {
	h := sha256.New()
	var line []byte
	for _, s := range samples {
		line = AppendDigest(line[:0], s)
		_, _ = h.Write(line) // a hash never fails
	}
	return hex.EncodeToString(h.Sum(nil))
}

// AppendDigest appends the line of a sample that Digest is over.
func AppendDigest(line []byte, s Sample) []byte {
	line = append(line, s.Monitor...)
	line = append(append(line, '\t'), s.Series...)
	line = s.At.UTC().AppendFormat(append(line, '\t'), journal.TimeLayout)
	line = s.ReadAt.UTC().AppendFormat(append(line, '\t'), journal.TimeLayout)
	line = strconv.AppendFloat(append(line, '\t'), s.Value, 'g', -1, 64)
	return append(line, '\n')
}
