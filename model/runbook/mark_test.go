package runbook

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0s": 0, "90s": 90 * time.Second, "15m": 15 * time.Minute, "24h": 24 * time.Hour, "14d": 14 * 24 * time.Hour, "1h30m": 90 * time.Minute,
	} {
		if d, err := ParseDuration(text); err != nil || time.Duration(d) != want {
			t.Errorf("%s: %v, %v", text, time.Duration(d), err)
		}
	}
	for _, text := range []string{"", "5", "m", "-5m", "5 m", "1w", "1.5h", "9999999s", "4000d", "5mx"} {
		if d, err := ParseDuration(text); err == nil {
			t.Errorf("%q is taken for %v", text, d)
		}
	}
}

func TestMarks(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"T-0": 0, "L-14d": -14 * 24 * time.Hour, "L-7d": -7 * 24 * time.Hour, "T-15m": -15 * time.Minute, "T+24h": 24 * time.Hour, "T-1h": -time.Hour,
	} {
		m, err := ParseMark(text)
		if err != nil || time.Duration(m) != want || m.String() != text {
			t.Errorf("%s: %v, %v", text, m, err)
		}
	}
	for _, text := range []string{"", "T", "T-", "L-5m", "L+5d", "T5m", "t-5m", "T--5m"} {
		if m, err := ParseMark(text); err == nil {
			t.Errorf("%q is taken for %v", text, m)
		}
	}
}

// What is written is read back: at seconds, the grain of the format.
func TestTextsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seconds := rapid.Int64Range(0, 300*24*3600).Draw(t, "seconds")
		d := Duration(time.Duration(seconds) * time.Second)
		if back, err := ParseDuration(d.String()); err != nil || back != d {
			t.Fatalf("%v is read back as %v, %v", d, back, err)
		}
		m := Mark(d)
		if rapid.Bool().Draw(t, "before") {
			m = -m
		}
		if back, err := ParseMark(m.String()); err != nil || back != m {
			t.Fatalf("%v is read back as %v, %v", m, back, err)
		}
	})
}

func FuzzParseDuration(f *testing.F) {
	for _, s := range []string{"5m", "1h30m", "", "d", strings.Repeat("9d", 100)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDuration(s); err == nil && d < 0 {
			t.Fatalf("%q is %v", s, d)
		}
	})
}
