package httpjson

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tminus/model/room"
)

// number finds the number at a dotted path such as open.count or items.0.n. A number in quotes is a text: whoever writes
// the document should say what it is.
func number(doc any, path string) (float64, error) {
	at := "the document"
	here := doc
	var walked []string
	for _, key := range strings.Split(path, ".") {
		next, ok := child(here, key)
		if !ok {
			return 0, fault("%s; expected a number at %s", absent(at, here, key), path)
		}
		here, walked = next, append(walked, key)
		at = strings.Join(walked, ".")
	}
	written, ok := here.(json.Number)
	if !ok {
		return 0, fault("%s is %s; expected a number at %s", at, kind(here), path)
	}
	value, err := written.Float64()
	if err != nil {
		return 0, fault("%s is out of range; expected a number at %s", at, path)
	}
	return value, nil
}

// child is the member of an object, or the element of an array by its index.
func child(v any, key string) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		next, ok := v[key]
		return next, ok
	case []any:
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || i >= len(v) {
			return nil, false
		}
		return v[i], true
	}
	return nil, false
}

// absent says why a step of the path leads nowhere.
func absent(at string, v any, key string) string {
	switch v := v.(type) {
	case map[string]any:
		return fmt.Sprintf("%s has no %q, only %s", at, key, names(v))
	case []any:
		return fmt.Sprintf("%s is an array of %d, without %q", at, len(v), key)
	}
	return at + " is " + kind(v)
}

// names lists the first members of an object, which mostly shows the slip in the path.
func names(v map[string]any) string {
	const most = 5
	all := slices.Sorted(maps.Keys(v))
	switch {
	case len(all) == 0:
		return "nothing at all"
	case len(all) > most:
		return strings.Join(all[:most], ", ") + ", …"
	}
	return strings.Join(all, ", ")
}

func kind(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case string:
		return "a text in quotes"
	case json.Number:
		return "a number"
	case []any:
		return "an array"
	}
	return "an object"
}

// fault cuts the reason to a size for the screen: the names in it are somebody else's.
func fault(format string, args ...any) error {
	const most = 240
	reason := []rune(fmt.Sprintf(format, args...))
	if len(reason) > most {
		reason = append(reason[:most-1], '…')
	}
	return &room.Fault{Kind: room.FaultMissing, Reason: string(reason), Hint: "is json: right?"}
}
