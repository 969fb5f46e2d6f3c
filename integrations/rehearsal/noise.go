package rehearsal

import (
	"hash/fnv"
	"math"
	"time"
)

// wobble is noise in [-1, 1] that depends on nothing but the monitor and the minute, so that a point read twice, or after
// a restart, has the same value.
func wobble(id string, at time.Time) float64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // a hash never fails
	var b [8]byte
	for i, v := 0, uint64(at.Unix()/60); i < len(b); i, v = i+1, v>>8 {
		b[i] = byte(v)
	}
	_, _ = h.Write(b[:])
	return float64(h.Sum64()>>11)/float64(1<<52) - 1
}

// dayCurve is the traffic of a day in [-1, 1], highest at 15:00 UTC.
func dayCurve(at time.Time) float64 {
	hours := float64(at.Unix()%86400)/3600 - 15
	return math.Cos(hours / 24 * 2 * math.Pi)
}
