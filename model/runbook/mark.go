package runbook

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tminus/model/text"
)

// Duration is a span as users write it: "5m", "24h", "14d", "90s", "1h30m"; "0s" is none.
type Duration time.Duration

// Mark is an instant relative to T-0, as users write it: "L-14d" (days before), "T-15m", "T-0", "T+24h". Its value is
// the signed offset from T-0.
type Mark time.Duration

var durationPart = text.Pattern(`^(\d{1,6})([dhms])`)

// ParseDuration reads one or more number-unit pairs with the units d, h, m and s. Negative spans and spans beyond ten
// years are errors.
func ParseDuration(s string) (Duration, error) {
	const limit = 10 * 366 * 24 * time.Hour
	bad := fmt.Errorf("%q is not a duration; expected a number and s, m, h or d, such as 90s, 15m, 24h or 14d", s)
	if s == "" {
		return 0, bad
	}
	units := map[string]time.Duration{"d": 24 * time.Hour, "h": time.Hour, "m": time.Minute, "s": time.Second}
	var sum time.Duration
	for rest := s; rest != ""; {
		m := durationPart().FindStringSubmatch(rest)
		if m == nil {
			return 0, bad
		}
		n, _ := strconv.Atoi(m[1]) // at most six digits
		sum += time.Duration(n) * units[m[2]]
		if sum > limit {
			return 0, bad
		}
		rest = rest[len(m[0]):]
	}
	return Duration(sum), nil
}

// ParseMark reads L-14d, T-15m, T-0, T+2h. L counts days only.
func ParseMark(s string) (Mark, error) {
	bad := fmt.Errorf("%q is not a mark; expected L-14d, T-15m, T-0 or T+24h", s)
	if s == "T-0" || s == "T+0" || s == "L-0d" {
		return 0, nil
	}
	if len(s) < 4 {
		return 0, bad
	}
	d, err := ParseDuration(s[2:])
	if err != nil {
		return 0, bad
	}
	switch {
	case strings.HasPrefix(s, "L-") && time.Duration(d)%(24*time.Hour) == 0, strings.HasPrefix(s, "T-"):
		return Mark(-d), nil
	case strings.HasPrefix(s, "T+"):
		return Mark(d), nil
	}
	return 0, bad
}

// String writes the shortest form that ParseDuration reads back.
func (d Duration) String() string {
	v := time.Duration(d)
	if v <= 0 {
		return "0s"
	}
	var b strings.Builder
	for _, u := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		// 24h stays 24h, as the seed says it; from two days on, days.
		if u.name == "d" && (v < 48*time.Hour || v%u.size != 0) {
			continue
		}
		if n := v / u.size; n > 0 {
			fmt.Fprintf(&b, "%d%s", n, u.name)
			v -= n * u.size
		}
	}
	return b.String()
}

// String writes days before T-0 as L-14d, everything else as T-15m, T-0 or T+24h.
func (m Mark) String() string {
	v := time.Duration(m)
	switch {
	case v == 0:
		return "T-0"
	case v > 0:
		return "T+" + Duration(v).String()
	case v%(24*time.Hour) == 0 && v <= -48*time.Hour:
		return "L" + "-" + Duration(-v).String()
	}
	return "T-" + Duration(-v).String()
}

// Time is the instant of the mark for a launch at t0.
func (m Mark) Time(t0 time.Time) time.Time { return t0.Add(time.Duration(m)) }

// MarshalText and UnmarshalText make both types strings in JSON and YAML.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDuration reads.
func (d *Duration) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDuration(string(b))
	return err
}

// MarshalText writes what ParseMark reads.
func (m Mark) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what ParseMark reads.
func (m *Mark) UnmarshalText(b []byte) (err error) { *m, err = ParseMark(string(b)); return err }
