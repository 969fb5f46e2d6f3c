package aws

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"tminus/model/launchfile"
	"tminus/model/monitor"
	"tminus/model/room"
	"tminus/model/screen"
)

const (
	maxLogPages = 20      // of one query and round: up to 200,000 events or 20 MB
	maxLines    = 200     // that an answer carries
	maxLineSize = 4 << 10 // bytes of each
)

// Logs counts the lines of CloudWatch Logs groups that match a pattern, a minute at a time. It implements room.Source.
type Logs struct {
	session *Session
}

// NewLogs makes a source on a session.
func NewLogs(s *Session) *Logs { return &Logs{session: s} }

// Read counts every query's lines in each closed minute of its window, and carries the newest lines, those of the minute
// that is still filling among them. Reading log groups is not paid for by metric. Only when every query failed in the
// same way is that the error of the round.
func (l *Logs) Read(ctx context.Context, queries []room.Query) (room.Round, error) {
	client, err := l.session.Logs(ctx)
	if err != nil {
		return room.Round{}, err
	}
	round := room.Round{Answers: make([]room.Answer, len(queries))}
	found := make([]notices, len(queries))
	each(len(queries), func(i int) {
		var notice string
		round.Answers[i], notice = l.read(ctx, client, queries[i])
		found[i].add(notice)
	})
	var all notices
	var faults []*room.Fault
	for i, a := range round.Answers {
		for _, notice := range found[i] {
			all.add(notice)
		}
		if f := (*room.Fault)(nil); errors.As(a.Err, &f) {
			faults = append(faults, f)
		}
	}
	round.Notice, round.Key = all.String(), l.session.key(ctx)
	if len(queries) > 0 && len(faults) == len(queries) && alike(faults) {
		return round, faults[0]
	}
	return round, nil
}

func (l *Logs) read(ctx context.Context, client *cloudwatchlogs.Client, q room.Query) (room.Answer, string) {
	a := room.Answer{Monitor: q.Monitor}
	of := q.Source.Logs
	if of == nil {
		a.Err = fmt.Errorf("monitor %s is not read from a log group", q.Monitor)
		return a, ""
	}
	if !q.From.Before(q.To) {
		return a, ""
	}
	input := &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: &of.Group,
		StartTime:    aws.Int64(alignDown(q.From, launchfile.LogPeriod).UnixMilli()),
		EndTime:      aws.Int64(q.To.UnixMilli()),
	}
	if of.Pattern != "" {
		input.FilterPattern = &of.Pattern
	}
	t := tally{of: of, counts: make(map[int64]int), seen: make(map[string]bool)}
	for page := 1; !a.Partial; page++ {
		out, err := client.FilterLogEvents(ctx, input)
		if err != nil {
			// What was read before the time was up is worth having.
			if a.Partial = page > 1 && errors.Is(ctx.Err(), context.DeadlineExceeded); a.Partial {
				break
			}
			a.Err = l.fault(err, of.Group)
			return a, ""
		}
		t.add(out.Events)
		next := aws.ToString(out.NextToken)
		if next == "" {
			break
		}
		a.Partial = page == maxLogPages || next == aws.ToString(input.NextToken)
		input.NextToken = &next
	}
	a.Points, a.Lines = t.points(q, a.Partial), t.newest()
	if !a.Partial {
		return a, ""
	}
	return a, reason(fmt.Sprintf("log group %s has more %s lines than can be read at once", of.Group, of.Level))
}

func (l *Logs) fault(err error, group string) *room.Fault {
	f := *l.session.Fault(err)
	if f.Kind == room.FaultMissing {
		f.Reason, f.Hint = reason("no log group "+group), "check its name under logs, and the region under aws, in launch.yaml"
	}
	return &f
}

// tally counts events a minute and keeps the newest lines.
type tally struct {
	of     *launchfile.LogCount
	counts map[int64]int // by the minute's start, Unix seconds
	seen   map[string]bool
	lines  []screen.LogLine
	last   time.Time // the newest event
}

// add counts a page's events. Pages may overlap, so an event counts once.
func (t *tally) add(events []types.FilteredLogEvent) {
	for _, e := range events {
		id := aws.ToString(e.EventId)
		if e.Timestamp == nil || id != "" && t.seen[id] {
			continue
		}
		t.seen[id] = true
		at := time.UnixMilli(*e.Timestamp).UTC()
		t.counts[alignDown(at, launchfile.LogPeriod).Unix()]++
		if at.After(t.last) {
			t.last = at
		}
		t.lines = append(t.lines, screen.LogLine{At: at, Group: t.of.Group, Level: t.of.Level, Text: cut(aws.ToString(e.Message)), ID: id})
		if len(t.lines) >= 4*maxLines {
			t.lines = t.newest()
		}
	}
}

// newest are the newest lines, oldest first, in memory of their own.
func (t *tally) newest() []screen.LogLine {
	slices.SortStableFunc(t.lines, func(a, b screen.LogLine) int { return a.At.Compare(b.At) })
	return slices.Clone(t.lines[max(0, len(t.lines)-maxLines):])
}

// points has one point for each closed minute of the window, 0 where nothing matched. Events come oldest first, so of a
// partial answer only the minutes before that of the last event are known to be whole.
func (t *tally) points(q room.Query, partial bool) []monitor.Point {
	end := q.To
	if partial && t.last.Before(end) {
		end = t.last
	}
	var all []monitor.Point
	for minute := alignDown(q.From, launchfile.LogPeriod); ; {
		closes := minute.Add(launchfile.LogPeriod)
		if closes.After(end) {
			return all
		}
		all = append(all, monitor.Point{At: closes, Value: float64(t.counts[minute.Unix()])})
		minute = closes
	}
}

// cut keeps the beginning of a line, whole runes of it, and lets go of the rest.
func cut(s string) string {
	if len(s) <= maxLineSize {
		return s
	}
	end := maxLineSize
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return string([]byte(s[:end]))
}
