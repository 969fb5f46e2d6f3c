package strictyaml

import (
	"encoding"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"tminus/model/text"
)

var (
	wholeNumber = text.Pattern(`^[-+]?(0|[1-9][0-9]{0,18})$`)
	number      = text.Pattern(`^[-+]?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,40})([eE][-+]?[0-9]{1,3})?$`)
)

// text decodes a scalar by the type's own reader. Its message is split where it says what it expected.
func (d *decoder) text(n *yaml.Node, u encoding.TextUnmarshaler, label string) {
	_, isTime := u.(*time.Time)
	expected := "text"
	if isTime {
		expected = "a date and time with its zone, such as 2026-11-24T10:00:00Z or 2026-11-24T10:00:00+01:00"
	}
	if n.Kind != yaml.ScalarNode || isNull(n) {
		d.add(n, label+" is "+kind(n), expected)
		return
	}
	err := u.UnmarshalText([]byte(n.Value))
	switch {
	case err == nil:
	case isTime:
		d.add(n, label+" is "+quote(n.Value), expected)
	default:
		what, want, _ := strings.Cut(err.Error(), "; expected ")
		d.add(n, label+": "+what, want)
	}
}

// scalar decodes into a string, a bool or a number. Only a string takes quoted text.
func (d *decoder) scalar(n *yaml.Node, v reflect.Value, label string) {
	expected := ""
	ok := n.Kind == yaml.ScalarNode && !isNull(n)
	plain := ok && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
	switch v.Kind() {
	case reflect.String:
		expected = "text"
		if ok {
			v.SetString(n.Value)
		}
	case reflect.Bool:
		expected = "true or false"
		value := strings.ToLower(n.Value)
		if ok = plain && (value == "true" || value == "false"); ok {
			v.SetBool(value == "true")
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		expected = "a whole number"
		i, err := strconv.ParseInt(n.Value, 10, 64)
		if ok = plain && err == nil && wholeNumber().MatchString(n.Value) && !v.OverflowInt(i); ok {
			v.SetInt(i)
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		expected = "a whole number, not below 0"
		u, err := strconv.ParseUint(n.Value, 10, 64)
		if ok = plain && err == nil && wholeNumber().MatchString(n.Value) && !v.OverflowUint(u); ok {
			v.SetUint(u)
		}
	case reflect.Float32, reflect.Float64:
		expected = "a number"
		f, err := strconv.ParseFloat(n.Value, 64)
		if ok = plain && err == nil && number().MatchString(n.Value) && !math.IsInf(f, 0) && !v.OverflowFloat(f); ok {
			v.SetFloat(f)
		}
	default:
		d.add(n, "the program cannot decode "+label, "")
		return
	}
	if !ok {
		d.add(n, label+" is "+kind(n), expected)
	}
}
