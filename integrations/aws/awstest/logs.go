package awstest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Event is a line of a log group. An ID "" is given one, a Stream "" is "stream".
type Event struct {
	At      time.Time
	Message string
	ID      string
	Stream  string
}

// logs is the state of CloudWatch Logs.
type logs struct {
	groups   map[string][]Event
	next     int
	pageSize int
	repeats  bool
}

func newLogs() logs { return logs{groups: make(map[string][]Event), pageSize: 10_000} }

// SetLogs gives a group exactly these lines, and makes the group where it is not there.
func (s *Server) SetLogs(group string, events ...Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logs.groups[group] = nil
	s.logs.add(group, events)
}

// AddLogs adds lines to a group.
func (s *Server) AddLogs(group string, events ...Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logs.add(group, events)
}

// SetLogsPage bounds a page of FilterLogEvents; with repeats each page begins with the last event of the one before.
func (s *Server) SetLogsPage(events int, repeats bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logs.pageSize, s.logs.repeats = events, repeats
}

func (l *logs) add(group string, events []Event) {
	for _, e := range events {
		if l.next++; e.ID == "" {
			e.ID = fmt.Sprintf("event-%06d", l.next)
		}
		if e.Stream == "" {
			e.Stream = "stream"
		}
		l.groups[group] = append(l.groups[group], e)
	}
	slices.SortStableFunc(l.groups[group], func(a, b Event) int { return a.At.Compare(b.At) })
}

func (s *Server) filterLogEvents(in input) (map[string]any, *Failure) {
	group := in.str("logGroupName")
	events, ok := s.logs.groups[group]
	if !ok {
		return nil, &Failure{Status: 400, Code: "ResourceNotFoundException", Message: "The specified log group does not exist."}
	}
	match, ok := pattern(in.str("filterPattern"))
	if !ok {
		return nil, &Failure{Status: 400, Code: "InvalidParameterException", Message: "Invalid filter pattern"}
	}
	var found []Event
	for _, e := range events {
		ms := float64(e.At.UnixMilli())
		if _, ends := in["endTime"]; ms >= in.num("startTime") && (!ends || ms <= in.num("endTime")) && match(e.Message) {
			found = append(found, e)
		}
	}
	skip := 0
	if token := in.str("nextToken"); token != "" {
		if n, err := fmt.Sscanf(token, "after-%d", &skip); n != 1 || err != nil || skip > len(found) {
			return nil, &Failure{Status: 400, Code: "InvalidParameterException", Message: "The specified nextToken is invalid."}
		}
	}
	size := s.logs.pageSize
	if n := int(in.num("limit")); n > 0 {
		size = min(n, size)
	}
	end := min(skip+size, len(found))
	if s.logs.repeats && skip > 0 {
		skip--
	}
	page := []any{}
	for _, e := range found[skip:end] {
		page = append(page, map[string]any{"eventId": e.ID, "logStreamName": e.Stream, "message": e.Message,
			"timestamp": e.At.UnixMilli(), "ingestionTime": e.At.UnixMilli()})
	}
	out := map[string]any{"events": page, "searchedLogStreams": []any{}}
	if end < len(found) {
		out["nextToken"] = fmt.Sprintf("after-%d", end)
	}
	return out, nil
}

// pattern understands terms: all of them, any of those with ?, none of those with -, and "quoted" ones. JSON and column
// patterns are not in awstest.
func pattern(text string) (func(message string) bool, bool) {
	var all, some, none []string
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimSpace(rest) {
		if strings.HasPrefix(rest, "{") || strings.HasPrefix(rest, "[") || strings.HasPrefix(rest, "%") {
			return nil, false
		}
		into := &all
		switch rest[0] {
		case '?':
			into, rest = &some, rest[1:]
		case '-':
			into, rest = &none, rest[1:]
		}
		term := ""
		if quoted, ok := strings.CutPrefix(rest, `"`); ok {
			if term, rest, ok = strings.Cut(quoted, `"`); !ok {
				return nil, false
			}
		} else {
			term, rest, _ = strings.Cut(rest, " ")
		}
		*into = append(*into, term)
	}
	return func(message string) bool {
		in := func(term string) bool { return strings.Contains(message, term) }
		return !slices.ContainsFunc(all, func(t string) bool { return !in(t) }) && !slices.ContainsFunc(none, in) &&
			(len(some) == 0 || slices.ContainsFunc(some, in))
	}, true
}

func (s *Server) describeLogGroups(in input) (map[string]any, *Failure) {
	groups := []any{}
	for _, name := range slices.Sorted(maps.Keys(s.logs.groups)) {
		if strings.HasPrefix(name, in.str("logGroupNamePrefix")) {
			groups = append(groups, map[string]any{"logGroupName": name, "arn": "arn:aws:logs:us-east-1:" + s.identity.Account + ":log-group:" + name + ":*"})
		}
	}
	return map[string]any{"logGroups": groups}, nil
}
