package widgets

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Meter is a bar of w cells, filled to done of of. Something done never looks like nothing, something missing never like
// all.
func Meter(done, of, w int) string {
	if w <= 0 {
		return ""
	}
	n := 0
	if of > 0 {
		n = min(max(done*w/of, 0), w)
		if done > 0 && n == 0 {
			n = 1
		}
		if done < of && n == w {
			n = w - 1
		}
	}
	return strings.Repeat("█", n) + strings.Repeat("░", w-n)
}

// Age tells how old something is: "now" below ten seconds, then by tens of seconds, then by minutes, then by days.
func Age(d time.Duration) string {
	s := ShortAge(d)
	if s == "now" {
		return s
	}
	return s + " ago"
}

// ShortAge is Age without "ago", for columns: at most six cells below ten days.
func ShortAge(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return "now"
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)/10*10) + "s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh%02dm", int(d/time.Hour), int(d%time.Hour/time.Minute))
	}
	return strconv.Itoa(int(d/(24*time.Hour))) + "d"
}

// Until tells the time to go: "02:43" below an hour, "1h 04m" below two days, else "13d 04h". What has passed is "now".
func Until(d time.Duration) string {
	switch {
	case d <= 0:
		return "now"
	case d < time.Hour:
		s := int(d / time.Second)
		return fmt.Sprintf("%02d:%02d", s/60, s%60)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh %02dm", int(d/time.Hour), int(d%time.Hour/time.Minute))
	}
	return fmt.Sprintf("%dd %02dh", int(d/(24*time.Hour)), int(d%(24*time.Hour)/time.Hour))
}

// Number writes a value in at most about six digits, millions as M and thousands of millions as G.
func Number(v float64) string {
	a := math.Abs(v)
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return strconv.FormatFloat(v, 'g', -1, 64)
	case a >= 1e12 || (a != 0 && a < 1e-4):
		return strconv.FormatFloat(v, 'g', 3, 64)
	case a >= 1e9:
		return trimZeros(strconv.FormatFloat(v/1e9, 'f', 2, 64)) + "G"
	case a >= 1e6:
		return trimZeros(strconv.FormatFloat(v/1e6, 'f', 2, 64)) + "M"
	case a >= 100 || v == math.Trunc(v):
		return strconv.FormatFloat(v, 'f', 0, 64)
	case a >= 10:
		return trimZeros(strconv.FormatFloat(v, 'f', 1, 64))
	case a >= 0.01:
		return trimZeros(strconv.FormatFloat(v, 'f', 2, 64))
	}
	return trimZeros(strconv.FormatFloat(v, 'f', 4, 64))
}

// Quantity is a number with its unit.
func Quantity(v *float64, unit string) string {
	switch {
	case v == nil:
		return "-"
	case unit == "":
		return Number(*v)
	}
	return Number(*v) + " " + unit
}

func trimZeros(s string) string {
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}
