package panes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tminus/model/journal"
	"tminus/model/monitor"
	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// readData tells an entry's data in one line, "id=alerts-tested reason=…", and who said it where it was attested. Long
// values are kept: whoever draws the line cuts it.
func readData(data json.RawMessage) (said, line string) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return "", string(data)
	}
	var parts []string
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return said, string(data)
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return said, string(data)
		}
		name, _ := key.(string)
		text := plainValue(value)
		if name == "for" {
			said = text
			continue
		}
		if text != "" {
			parts = append(parts, name+"="+text)
		}
	}
	return said, strings.Join(parts, " ")
}

// plainValue is a JSON value without the quotes of a string; empty values are nothing.
func plainValue(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return s
	}
	switch text := string(value); text {
	case "null", "[]", "{}":
		return ""
	default:
		return text
	}
}

// entryDetail is the lines of one entry, w cells wide: who, when, what was known; whole adds the body and both hashes as
// they were hashed.
func entryDetail(t *theme.Theme, e *journal.Entry, l screen.Line, w int, whole bool) []string {
	f := facts{t: t, w: w}
	f.title(strconv.FormatInt(e.Seq, 10) + "  " + e.Kind)
	f.say(t.Text, l.Text)
	f.blank()
	f.fact("At", e.At.UTC().Format(time.RFC3339Nano), t.Text)
	from := []string{e.Actor.User, strings.Join(e.Actor.Roles, ", "), e.Actor.Auth, e.Actor.Host}
	f.fact("Actor", joined(t, slices.Compact(from)...), t.Text)
	if l.Said != "" && l.Said != e.Actor.User {
		f.fact("Said by", l.Said+", recorded by "+e.Actor.User, t.Accent)
	}
	if c := e.Context; c != nil {
		f.fact("Known then", joined(t, c.Clock, c.Phase, c.Status), t.Strong)
		f.known(c.Metrics)
	}
	f.evidence(e)
	if !whole {
		f.fact("Hash", e.Hash, t.Dim)
		return f.lines
	}
	f.fact("Previous", e.Prev, t.Dim)
	f.fact("Hash", e.Hash, t.Strong)
	f.blank()
	f.say(t.Dim, "Body, exactly as it was hashed:")
	f.say(t.Text, e.Body)
	return f.lines
}

// known is the metrics as they stood, the worst first, in columns.
func (f *facts) known(metrics map[string]journal.Metric) {
	ids := slices.Sorted(maps.Keys(metrics))
	slices.SortStableFunc(ids, func(a, b string) int { return stateRank(metrics[b].State) - stateRank(metrics[a].State) })
	word, name := 0, 0
	for _, id := range ids {
		word, name = max(word, len(metrics[id].State)), max(name, widgets.Width(text.Line(id)))
	}
	for _, id := range ids {
		m, st := metrics[id], f.t.Text
		switch m.State {
		case monitor.Crit.String():
			st = f.t.Crit
		case monitor.Warn.String():
			st = f.t.Warn
		}
		f.fact("", fmt.Sprintf("%-*s  %s  %s", word, m.State, widgets.Fit(text.Line(id), name), widgets.Quantity(m.Value, m.Unit)), st)
	}
}

// stateRank ranks a state's word: what is broken, what is not known, what is well.
func stateRank(state string) int {
	switch state {
	case monitor.Crit.String():
		return 3
	case monitor.Warn.String():
		return 2
	case monitor.OK.String():
		return 0
	}
	return 1
}

// evidence is the points that an entry rests on, oldest first.
func (f *facts) evidence(e *journal.Entry) {
	var d struct {
		Unit   string          `json:"unit"`
		Points []monitor.Point `json:"points"`
	}
	if json.Unmarshal(e.Data, &d) != nil {
		return
	}
	for i, p := range d.Points {
		label := ""
		if i == 0 {
			label = "Evidence"
		}
		f.fact(label, p.At.UTC().Format("15:04:05")+"  "+widgets.Quantity(&p.Value, d.Unit), f.t.Text)
	}
}

// monitorOf is the monitor that an entry is about; else, of what was known when it was decided, the one that was worst.
func monitorOf(e *journal.Entry) string {
	var d struct {
		Monitor string `json:"monitor"`
	}
	if json.Unmarshal(e.Data, &d) == nil && d.Monitor != "" {
		return d.Monitor
	}
	if e.Context == nil {
		return ""
	}
	worst, rank := "", 0
	for _, id := range slices.Sorted(maps.Keys(e.Context.Metrics)) {
		if r := slices.Index([]string{"OK", "WARN", "CRIT"}, e.Context.Metrics[id].State) + 1; worst == "" || r > rank {
			worst, rank = id, r
		}
	}
	return worst
}
