package monitor

import (
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestFasterPointsThanThePeriodDoNotFireEarly(t *testing.T) {
	var points []Point
	for i := range 10 {
		points = append(points, Point{At: start.Add(time.Duration(i*10) * time.Second), Value: 2})
	}
	v := EvalTrigger(*rule(t, "> 1% for 5m"), time.Minute, nil, points, start.Add(time.Hour))
	if v.Firing || v.Pending != 3 {
		t.Errorf("90 s of points fire a rule of five minutes: %+v", v)
	}
}

func TestEvalTrigger(t *testing.T) {
	base := 1.0
	for _, tc := range []struct {
		name, rule, points string
		baseline           *float64
		firing             bool
		pending, of        int
		evidence           string // indexes of the series where the evidence starts and ends
		since              string
	}{
		{name: "quiet", rule: "> 1% for 5m", points: ".....", of: 5},
		{name: "pending", rule: "> 1% for 5m", points: "..xxx", pending: 3, of: 5},
		{name: "fires", rule: "> 1% for 5m", points: "..xxxxx", firing: true, pending: 5, of: 5, since: "..xxxxx"},
		{name: "fires with two missing", rule: "> 1% for 5m", points: "xx_xx_x", firing: true, pending: 5, of: 5, since: "xx_xx_x"},
		{name: "three missing in the window", rule: "> 1% for 5m", points: "xx_x_x_x", pending: 4, of: 5},
		{name: "goes on firing with no data", rule: "> 1% for 5m", points: "xxxxx______", firing: true, pending: 5, of: 5, since: "xxxxx"},
		{name: "does not fire by missing", rule: "> 1% for 5m", points: "xxxx___", pending: 4, of: 5},
		{name: "cleared", rule: "> 1% for 5m", points: "xxxxx...", of: 5, since: "xxxxx..."},
		{name: "fires again", rule: "> 1% for 3m", points: "xxx...xxx", firing: true, pending: 3, of: 3, since: "xxx...xxx"},
		{name: "without for", rule: "> 1%", points: ".x", firing: true, pending: 1, of: 1, since: ".x"},
		{name: "baseline missing", rule: "> baseline * 1.5 for 3m", points: "xxx", of: 3},
		{name: "baseline", rule: "> baseline * 1.5 for 3m", points: "xxx", baseline: &base, firing: true, pending: 3, of: 3, since: "xxx"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			points := series(tc.points)
			v := EvalTrigger(*rule(t, tc.rule), time.Minute, tc.baseline, points, after(tc.points))
			if v.Firing != tc.firing || v.Pending != tc.pending || v.Of != tc.of {
				t.Fatalf("%s: firing %v %d/%d; want %v %d/%d", tc.points, v.Firing, v.Pending, v.Of, tc.firing, tc.pending, tc.of)
			}
			if tc.since != "" && !v.Since.Equal(after(tc.since)) || tc.since == "" && !v.Since.IsZero() {
				t.Errorf("since %s", v.Since)
			}
			if len(v.Evidence) != tc.pending {
				t.Errorf("%d points of evidence; want %d", len(v.Evidence), tc.pending)
			}
			for _, p := range v.Evidence {
				if p.Value != 2 {
					t.Errorf("evidence holds a good point: %v", p)
				}
			}
		})
	}
}

// The evidence of a firing trigger is what made it fire, not what came after.
func TestEvidenceStays(t *testing.T) {
	r := *rule(t, "> 1% for 5m")
	at := EvalTrigger(r, time.Minute, nil, series("..xxxxx"), start.Add(time.Hour)).Evidence
	later := EvalTrigger(r, time.Minute, nil, series("..xxxxxxxx..x"), start.Add(time.Hour)).Evidence
	if len(at) != 5 || !reflect.DeepEqual(at, later) {
		t.Errorf("evidence when it fired %v, later %v", at, later)
	}
}

// A trigger that is in force goes on by the journal's evidence; what the series says since then, and now says of the
// evidence itself, clears it. The rule is broken by 'w' and 'x'.
func TestEvalTriggerFrom(t *testing.T) {
	gap := string(slices.Repeat([]byte("_"), 12*60))
	r := *rule(t, "> 0.1% for 5m")
	for _, tc := range []struct {
		name, fired, now string
		window           int // minutes at the beginning of now that are no longer in the window
		firing           bool
		cleared          string
		evidence         string // "": that of fired; else the series whose bad points it is
		pending          int
	}{
		{name: "the same points", fired: "..xxxxx", now: "..xxxxx", firing: true},
		{name: "more bad points", fired: "..xxxxx", now: "..xxxxxxxx", firing: true},
		{name: "nothing since", fired: "..xxxxx", now: "..xxxxx____", firing: true},
		{name: "nothing for twelve hours", fired: "..xxxxx", now: "..xxxxx" + gap, firing: true},
		{name: "nothing for twelve hours, and the window has moved on", fired: "..xxxxx", now: "..xxxxx" + gap, window: 12 * 60, firing: true},
		{name: "two good points after twelve hours", fired: "xxxxx", now: "xxxxx" + gap + "..", window: 12 * 60, firing: true},
		{name: "three good points after twelve hours", fired: "xxxxx", now: "xxxxx" + gap + "...", window: 12 * 60, cleared: Recovered},
		{name: "good points with gaps", fired: "xxxxx", now: "xxxxx._._.", cleared: Recovered},
		{name: "a bad point between good ones", fired: "xxxxx", now: "xxxxx..x..", firing: true},
		{name: "two good points and a late one to come", fired: "xxxxx", now: "xxxxx._.", firing: true},
		{name: "the late one came, good", fired: "xxxxx", now: "xxxxx...", cleared: Recovered},
		{name: "the late one came, bad", fired: "xxxxx", now: "xxxxx.x.", firing: true},
		{name: "the window cuts the evidence", fired: "xxxxx", now: "xxxxx", window: 2, firing: true},
		{name: "the window cuts the evidence, revised", fired: "xxxxx", now: "xxx.x", window: 2, firing: true},
		{name: "the window cuts the evidence, two good points", fired: "xxxxx", now: "xxxxx..", window: 2, firing: true},
		{name: "the window cuts the evidence, three good points", fired: "xxxxx", now: "xxxxx...", window: 2, cleared: Recovered},
		{name: "the window begins after the evidence", fired: "xxxxx", now: "xxxxxxx..", window: 6, firing: true},
		{name: "fires anew after it recovered unseen", fired: "xxxxx", now: "xxxxx...xxxxx", firing: true, evidence: "________xxxxx"},
		{name: "one of five revised to good", fired: "xxxxx", now: "xx.xx", cleared: Revised, evidence: "___xx", pending: 2},
		{name: "the newest revised to good", fired: "xxxxx", now: "xxxx.", cleared: Revised, evidence: "_____"},
		{name: "all revised to good", fired: ".xxxxx", now: "......", cleared: Revised, evidence: "_____"},
		{name: "one revised to good, three good since", fired: "xxxxx", now: "xx.xx...", cleared: Revised, evidence: "_____"},
		{name: "one revised to good, and five bad since", fired: "xxxxx", now: "xx.xxxxx", firing: true, evidence: "___xxxxx"},
		{name: "revised to still bad", fired: "xxxxx", now: "xxwxx", firing: true, evidence: "xxwxx"},
		{name: "revised to still bad, then good", fired: "xxxxx", now: "xxwxx...", cleared: Recovered},
		{name: "a late good point within", fired: ".xx_xxx", now: ".xx.xxx", cleared: Revised, evidence: "____xxx", pending: 3},
		{name: "a late bad point within", fired: ".xx_xxx", now: ".xxxxxx", firing: true, evidence: "_xxxxx"},
		{name: "a point of the evidence went missing", fired: ".xxxxx", now: ".xx_xx", firing: true},
		{name: "all of the evidence went missing", fired: ".....xxxxx", now: "....._____", firing: true},
		{name: "one went missing, one was revised to good", fired: ".xxxxx", now: ".x_x.x", cleared: Revised, evidence: "_____x", pending: 1},
		{name: "one went missing, one was revised to still bad", fired: ".xxxxx", now: ".x_xwx", firing: true, evidence: ".xxxwx"},
		{name: "an earlier breach is not this one", fired: "xxxxx...xxxxx", now: "xxxxx...xx.xx", cleared: Revised, evidence: "___________xx", pending: 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			fired := EvalTrigger(r, time.Minute, nil, series(tc.fired), after(tc.fired))
			if !fired.Firing {
				t.Fatal("the journaled series does not fire")
			}
			points := slices.DeleteFunc(series(tc.now), func(p Point) bool { return !p.At.After(start.Add(time.Duration(tc.window) * time.Minute)) })
			v := EvalTriggerFrom(r, time.Minute, nil, points, after(tc.now), fired.Evidence)
			if v.Firing != tc.firing || v.Cleared != tc.cleared {
				t.Fatalf("firing %v, cleared %q; want %v, %q", v.Firing, v.Cleared, tc.firing, tc.cleared)
			}
			evidence := fired.Evidence
			switch {
			case tc.evidence != "":
				evidence = slices.DeleteFunc(series(tc.evidence), func(p Point) bool { return p.Value < 0.1 })
			case !tc.firing:
				evidence = nil
			}
			if !slices.EqualFunc(v.Evidence, evidence, func(a, b Point) bool { return a.At.Equal(b.At) && a.Value == b.Value }) {
				t.Errorf("evidence %v; want %v", v.Evidence, evidence)
			}
			pending := tc.pending
			if tc.firing {
				pending = 5
			}
			if v.Pending != pending || v.Of != 5 {
				t.Errorf("%d/%d; want %d/5", v.Pending, v.Of, pending)
			}
		})
	}
}

// A new baseline does not rewrite what fired; three good points by the new one clear it.
func TestTriggerInForceAndBaselines(t *testing.T) {
	r := *rule(t, "> baseline * 1.5 for 5m")
	low, high := 1.0, 10.0
	fired := EvalTrigger(r, time.Minute, &low, series("xxxxx"), after("xxxxx")).Evidence
	for _, tc := range []struct {
		name, now string
		baseline  *float64
		firing    bool
	}{
		{"none now", "xxxxx...", nil, true},
		{"a higher one", "xxxxx", &high, true},
		{"a higher one, two points since", "xxxxxxx", &high, true},
		{"a higher one, three points since", "xxxxxxxx", &high, false},
	} {
		v := EvalTriggerFrom(r, time.Minute, tc.baseline, series(tc.now), after(tc.now), fired)
		if v.Firing != tc.firing || v.NoBaseline != (tc.baseline == nil) || !v.Firing && v.Cleared != Recovered {
			t.Errorf("%s: %+v", tc.name, v)
		}
	}
	if v := EvalTriggerFrom(r, time.Minute, &low, nil, after("xxxxx_"), fired); !v.Firing || len(v.Evidence) != 5 || !v.Since.Equal(after("xxxxx")) {
		t.Errorf("without any point: %+v", v)
	}
}

// draw makes a minute-by-minute series of good, warning, bad and missing points, in which breaches are likely.
func draw(t *rapid.T, name string) string {
	text := ""
	for _, part := range rapid.SliceOfN(rapid.SampledFrom([]string{"x", "xxx", "xxxxx", ".", "...", "_", "___", "w"}), 0, 16).Draw(t, name) {
		text += part
	}
	return text
}

// room carries a trigger through time as the room does: in force by the journal alone, judged on what is at hand.
type room struct {
	rule  Rule
	fired []Point
}

func (r *room) judge(points []Point, now time.Time) TriggerVerdict {
	v := EvalTriggerFrom(r.rule, time.Minute, nil, points, now, r.fired)
	switch {
	case v.Firing && len(r.fired) == 0:
		r.fired = v.Evidence
	case !v.Firing && v.Cleared != "":
		r.fired = nil
	}
	return v
}

// Judged minute by minute over a short window, with points that come up to two minutes late and a restart at any time (the
// room keeps nothing but what it journaled), a trigger is in force exactly where the whole series says so.
func TestTriggerMinuteByMinuteIsTheWholeSeries(t *testing.T) {
	r := *rule(t, "> 0.1% for 5m")
	rapid.Check(t, func(t *rapid.T) {
		text := draw(t, "series")
		window := time.Duration(rapid.IntRange(15, 200).Draw(t, "window")) * time.Minute
		late := rapid.IntRange(0, 2).Draw(t, "late")
		delays := rapid.SliceOfN(rapid.IntRange(0, late), len(text), len(text)).Draw(t, "delays")
		all := series(text)
		one := room{rule: r}
		for minute := 1; minute <= len(text)+3; minute++ {
			now := start.Add(time.Duration(minute) * time.Minute)
			var at []Point
			for _, p := range all {
				delay := time.Duration(delays[int(p.At.Sub(start)/time.Minute)-1]) * time.Minute
				if !p.At.Add(delay).After(now) && p.At.After(now.Add(-window)) {
					at = append(at, p)
				}
			}
			one.judge(at, now)
			if now := start.Add(time.Duration(minute) * time.Minute); late == 0 {
				if whole := EvalTrigger(r, time.Minute, nil, all, now); whole.Firing != (len(one.fired) > 0) {
					t.Fatalf("%s at minute %d: in force %v", text, minute, len(one.fired) > 0)
				}
			}
		}
		if whole := EvalTrigger(r, time.Minute, nil, all, start.Add(24*time.Hour)); whole.Firing != (len(one.fired) > 0) {
			t.Fatalf("%s: in force %v after all points have come", text, len(one.fired) > 0)
		}
	})
}

// Points that are missing, be they of the evidence, from before it, or of now, neither fire nor clear.
func TestMissingPointsNeitherFireNorClear(t *testing.T) {
	r := *rule(t, "> 0.1% for 5m")
	rapid.Check(t, func(t *rapid.T) {
		text := draw(t, "before") + "xxxxx" + draw(t, "since")
		points, now := series(text), after(text)
		v := EvalTrigger(r, time.Minute, nil, points, now)
		later := now.Add(time.Duration(rapid.IntRange(0, 24*60).Draw(t, "silence")) * time.Minute)
		if got := EvalTrigger(r, time.Minute, nil, points, later); !reflect.DeepEqual(got, v) {
			t.Fatalf("%s: %+v, and after a silence %+v", text, v, got)
		}
		if !v.Firing {
			return
		}
		last := v.Evidence[len(v.Evidence)-1].At
		var left []Point
		for _, p := range points {
			if p.At.After(last) || rapid.Bool().Draw(t, "there") {
				left = append(left, p)
			}
		}
		got := EvalTriggerFrom(r, time.Minute, nil, left, later, v.Evidence)
		if !got.Firing || !reflect.DeepEqual(got.Evidence, v.Evidence) {
			t.Fatalf("%s with %d of %d points: %+v", text, len(left), len(points), got)
		}
	})
}

// What is no number or not yet closed, and the order in which points arrive, change no verdict.
func TestVerdictsIgnoreNoiseAndOrder(t *testing.T) {
	s := Spec{Warning: rule(t, "> 0.1%"), Critical: rule(t, "> 1% for 5m"), Bound: true}
	r := *rule(t, "> 0.1% for 5m")
	rapid.Check(t, func(t *rapid.T) {
		text := draw(t, "series")
		points, now := series(text), after(text)
		noise := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Point {
			if rapid.Bool().Draw(t, "future") {
				return Point{At: now.Add(time.Duration(rapid.IntRange(1, 1000).Draw(t, "ahead")) * time.Second), Value: rapid.Float64().Draw(t, "value")}
			}
			return Point{At: start.Add(time.Duration(rapid.IntRange(0, len(text)).Draw(t, "minute")) * time.Minute),
				Value: rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1)}).Draw(t, "no number")}
		}), 0, 10).Draw(t, "noise")
		mixed := rapid.Permutation(append(slices.Clone(points), noise...)).Draw(t, "order")
		var fired []Point
		if rapid.Bool().Draw(t, "in force") {
			fired = EvalTrigger(r, time.Minute, nil, series("xxxxx"), after("xxxxx")).Evidence
		}
		if a, b := Eval(s, points, nil, now), Eval(s, mixed, nil, now); !reflect.DeepEqual(a, b) {
			t.Fatalf("%s\n%+v\n%+v", text, a, b)
		}
		a := EvalTriggerFrom(r, time.Minute, nil, points, now, fired)
		b := EvalTriggerFrom(r, time.Minute, nil, mixed, now, rapid.Permutation(fired).Draw(t, "order of the evidence"))
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("%s\n%+v\n%+v", text, a, b)
		}
	})
}
