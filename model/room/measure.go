package room

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
)

// measureLimit bounds what a command waits for its readings, in wall time.
const measureLimit = 60 * time.Second

// reads is a batch of readings that a command needs: which lane is asked for what.
type reads struct {
	store  Store
	launch string
	lanes  []*lane // their sources only: the rest belongs to the room
	asks   map[*lane][]Query
	stored []launch.Window // of what has no history outside: the store tells
	failed map[string]string

	windows []launch.Window
}

// reads sorts the windows by lane. It runs on the room's goroutine, what it returns does not need to.
func (p *poller) reads(needs *launch.Needs) *reads {
	m := &reads{store: p.keep.store, launch: p.launch, asks: map[*lane][]Query{}, failed: map[string]string{}, windows: needs.Windows}
	for _, win := range needs.Windows {
		w := p.monitor(win.Monitor)
		switch {
		case w == nil || w.lane == nil:
			m.failed[win.Monitor] = "it has no source"
		case w.lane.source == nil:
			m.failed[win.Monitor] = noReader(w.lane.kind).Error()
		case w.lane.wrong != nil:
			m.failed[win.Monitor] = w.lane.wrong.Error()
		case w.lane.kind == "http":
			m.stored = append(m.stored, win)
		default:
			if m.asks[w.lane] == nil {
				m.lanes = append(m.lanes, w.lane)
			}
			m.asks[w.lane] = append(m.asks[w.lane], Query{Monitor: win.Monitor, Source: w.source, Period: w.spec.Period, From: win.From, To: win.To})
		}
	}
	return m
}

// run reads everything, one call for the queries of one window, and returns what was found and what each lane was asked.
func (m *reads) run(ctx context.Context) (*launch.Measured, []Read) {
	ctx, cancel := context.WithTimeout(ctx, measureLimit)
	defer cancel()
	out := &launch.Measured{Windows: m.windows, Points: map[string][]monitor.Point{}, Errors: m.failed}
	var told []Read
	for _, l := range m.lanes {
		for _, queries := range byWindow(m.asks[l]) {
			read := Read{Source: l.name, Outcome: "ok", Detail: fmt.Sprintf("history from %s", queries[0].From.UTC().Format(time.RFC3339))}
			round, err := l.read(ctx, queries)
			read.Requested = round.Metrics
			for i, q := range queries {
				failure := err
				if failure == nil {
					failure = round.Answers[i].Err
				}
				if failure == nil && round.Answers[i].Partial {
					failure = errors.New("the answer was not whole; try again")
				}
				if failure != nil {
					out.Errors[q.Monitor] = failure.Error()
					read.Outcome, read.Detail = "partial", failure.Error()
					continue
				}
				out.Points[q.Monitor] = append(out.Points[q.Monitor], round.Answers[i].Points...)
			}
			told = append(told, read)
		}
	}
	for _, win := range m.stored {
		points, err := Series(ctx, m.store, m.launch, win.Monitor, win.From, win.To)
		if err != nil {
			out.Errors[win.Monitor] = err.Error()
		}
		out.Points[win.Monitor] = append(out.Points[win.Monitor], points...)
	}
	return out, told
}

// byWindow groups queries of the same instants, in the order in which the windows first come.
func byWindow(queries []Query) [][]Query {
	var groups [][]Query
next:
	for _, q := range queries {
		for i, g := range groups {
			if g[0].From.Equal(q.From) && g[0].To.Equal(q.To) {
				groups[i] = append(g, q)
				continue next
			}
		}
		groups = append(groups, []Query{q})
	}
	return groups
}

// measured carries out a command that needs readings first: they are taken beside the room, which goes on meanwhile, and
// then the command is decided on them as it stands then.
func (d *Door) measured(ctx context.Context, c launch.Command, needs *launch.Needs) (launch.Result, error) {
	var m *reads
	var w *world
	var b *binding
	if err := d.room.in(ctx, func() { m, w, b = d.room.poll.reads(needs), d.room.world(needs), d.room.bound }); err != nil {
		return launch.Result{}, err
	}
	found, told := m.run(ctx)
	found.World = w.ask(ctx)
	c.Measured = found
	var result launch.Result
	var begun []*job
	var err error
	if e := d.room.in(ctx, func() {
		d.room.told(told)
		if d.room.bound != b {
			err = &launch.Refusal{Message: "other documents came into force meanwhile, so that what was read is of no use", Hint: "try again"}
			return
		}
		result, begun, err = d.carry(c)
	}); e != nil {
		return launch.Result{}, e
	}
	d.await(ctx, begun, &result)
	return result, err
}

// world is what a command needs to know of where its calls would go. Nil: nothing.
type world struct {
	hands    Hands // of AWS; nil: nobody is asked
	account  string
	trouble  []string
	programs []string
	digests  Programs
}

// world runs on the room's goroutine, ask does not need to.
func (r *Room) world(needs *launch.Needs) *world {
	if !needs.World && len(needs.Programs) == 0 {
		return nil
	}
	w := &world{programs: needs.Programs, digests: r.bound.Programs}
	if !needs.World {
		return w
	}
	w.account = r.account()
	w.hands = r.bound.awsHands()
	if f := r.state.File; w.hands == nil && (len(f.Flags) > 0 || f.Deploy != nil && f.Deploy.CodeDeploy != nil) {
		w.trouble = append(w.trouble, "nothing here can ask AWS as whom calls would be made")
	}
	return w
}

// ask asks. What cannot be known is missing, and Trouble says why: a rollback can be requested all the same.
func (w *world) ask(ctx context.Context) *launch.World {
	if w == nil {
		return nil
	}
	out := &launch.World{Digests: map[string]string{}, Trouble: w.trouble}
	if w.hands != nil {
		short, cancel := context.WithTimeout(ctx, askLimit)
		defer cancel()
		id, err := w.hands.Identity(short)
		if err != nil {
			id = launch.Identity{}
			out.Trouble = append(out.Trouble, "it is not known as whom calls would be made: "+faultOf(err).Error())
		}
		out.Identity = id
	}
	if out.Identity.Account == "" {
		out.Identity.Account = w.account
	}
	for _, path := range w.programs {
		if w.digests == nil {
			out.Trouble = append(out.Trouble, "nothing here can run "+path)
			continue
		}
		digest, err := w.digests.Digest(path)
		if err != nil {
			out.Trouble = append(out.Trouble, path+": "+faultOf(err).Error())
			continue
		}
		out.Digests[path] = digest
	}
	return out
}

// told keeps what was asked for a command, which is paid for like any other reading.
func (r *Room) told(list []Read) {
	k := &r.poll.keep
	for _, read := range list {
		read.At = k.stamp(r.now())
		if r.poll.kindOf(read.Source) == "cloudwatch" {
			r.poll.spent += int64(read.Requested)
		}
		k.put(nil, read)
	}
	k.next(&r.poll.wg)
}

func (p *poller) kindOf(name string) string {
	for _, l := range p.lanes {
		if l.name == name {
			return l.kind
		}
	}
	return ""
}
