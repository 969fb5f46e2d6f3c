package launchfile

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestExpression(t *testing.T) {
	values := map[string]float64{"errors": 3, "requests": 60, "zero": 0, "big": math.MaxFloat64, "nan": math.NaN()}
	for text, want := range map[string]float64{
		"100 * errors / requests":     5,
		"errors+requests*2":           123,
		"(errors + requests) * 2":     126,
		"requests - errors - 1":       56,
		"requests / errors / 2":       10,
		"-errors - -requests":         57,
		" ( ( errors ) ) ":            3,
		".5*errors":                   1.5,
		"errors * 1.25":               3.75,
		"zero / requests":             0,
		"2 * (errors - (1 + 1)) * 10": 20,
	} {
		e, err := ParseExpression(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got, ok := e.Eval(values); !ok || got != want {
			t.Errorf("%q = %v, %v; want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"errors / zero", "errors / (requests - 60)", "errors + absent", "big * 10", "nan + 1", "zero / zero", "(1 / zero) * errors"} {
		e, err := ParseExpression(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if got, ok := e.Eval(values); ok {
			t.Errorf("%q is a point: %v", text, got)
		}
	}
}

func TestExpressionNames(t *testing.T) {
	e, err := ParseExpression("b_2 + a / b_2 * _c")
	if err != nil || !slices.Equal(e.Names(), []string{"_c", "a", "b_2"}) {
		t.Errorf("%v, %v", e.Names(), err)
	}
}

func TestExpressionMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "ends too early",
		"1 + 2":                   "names no metric",
		"errors /":                "ends too early",
		"errors requests":         `unexpected "requests"`,
		"(errors":                 "a closing parenthesis",
		"errors)":                 `unexpected ")"`,
		"errors % 2":              `unexpected "% 2"`,
		"2errors":                 `unexpected "2errors"`,
		"1.2.3 * a":               `unexpected "1.2.3 * a"`,
		". + a":                   "a number such as",
		"äpfel":                   `unexpected "äpfel"`,
		"a ** b":                  `unexpected "* b"`,
		strings.Repeat("(", 2000): "at most 1000",
		strings.Repeat("-", 900):  "ends too early",
		strings.Repeat("(", 900):  "ends too early",
		strings.Repeat("a+", 400): "ends too early",
		strings.Repeat("1", 400):  "a number such as",
		"a + 1e5":                 `unexpected "1e5"`,
	} {
		if _, err := ParseExpression(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v; want %s", text, err, want)
		}
	}
}

func FuzzExpression(f *testing.F) {
	for _, seed := range []string{"100 * errors / requests", "-(a+.5)*b_1/c", "a--b", "((("} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ParseExpression(text)
		if err != nil {
			return
		}
		values := make(map[string]float64)
		for i, name := range e.Names() {
			values[name] = float64(i)
		}
		if v, ok := e.Eval(values); ok && (math.IsNaN(v) || math.IsInf(v, 0)) {
			t.Errorf("%q gave %v", text, v)
		}
		if _, ok := e.Eval(nil); ok {
			t.Errorf("%q is a point without any value", text)
		}
	})
}
