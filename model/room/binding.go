package room

import (
	"reflect"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
)

// Ports is what reads and acts outside, as a launch file binds it.
type Ports struct {
	// Sources are the readers by the kind of the source that a monitor is bound to; a kind without one cannot be read. They
	// are called from several goroutines. One of the kind Simulated answers for every monitor, whatever is bound.
	Sources map[string]Source

	// What acts outside. What is nil cannot be done here: its calls are journaled as not sent, with what to do by hand.
	Hands       map[string]Hands // by operation: launch.OpPutParameter
	Flags       Flags
	Deployments Deployments
	Programs    Programs
	Prober      Prober
	// Channels carry updates and pages, by the runbook's channel ids (slack, statuspage, email) and launch.Pager. What has no
	// channel here is posted by hand. They are called from several goroutines, each channel with one message at a time.
	Channels map[string]Channel
}

// binding is the ports of one launch file. It never changes, so that a goroutine keeps to the one that it began with.
type binding struct {
	Ports
	file *launchfile.File
}

// bind takes the ports of the launch file in force.
func (r *Room) bind() {
	r.adopted = r.state.Adopted
	r.bound = r.bindingOf(r.state.Docs.File, r.state.File)
	r.cfg.Ports = r.bound.Ports
}

// bindingOf is the ports of a launch file, by the hash of its text.
func (r *Room) bindingOf(hash string, f *launchfile.File) *binding {
	if r.bindings == nil {
		r.bindings = map[string]*binding{}
	}
	b := r.bindings[hash]
	if b == nil {
		ports := r.cfg.Ports
		if r.cfg.Bind != nil {
			ports = r.cfg.Bind(f)
		}
		b = &binding{ports, f}
		r.bindings[hash] = b
	}
	return b
}

// boundAt is the ports of the launch file that was in force when a call was intended: what became of it is to be found
// there and nowhere else. A call that was not made yet is of the one in force.
func (r *Room) boundAt(call string) *binding {
	if c := r.state.Calls[call]; c != nil {
		return r.bindingOf(r.state.FileAt(c.Intended.Seq))
	}
	return r.bound
}

// rebind follows the documents in force: from here on nothing is read, measured or begun as those before had it. What was
// sent already goes on, and is looked for where it was sent.
func (r *Room) rebind() {
	if r.state.Adopted == r.adopted {
		return
	}
	if a, ok := r.cfg.Company.(Adopter); ok {
		a.Adopt(r.state)
	}
	r.bind()
	r.poll.rebind(r.state, r.bound.Sources)
	r.exec.rebind()
}

// rebind forgets what was seen of the flags and checks of the documents before.
func (x *executor) rebind() {
	x.flags = newFlagReader()
	for key, j := range x.jobs {
		if !j.busy && j.work.Kind != launch.WorkCall {
			delete(x.jobs, key)
			delete(x.checking, checkKey(j.work))
		}
	}
}

// rebind watches what the documents in force say, through their sources. The points of a monitor stay where it is read from
// the same place as before; a reading that is under way is dropped, and asked for again.
func (p *poller) rebind(s *launch.State, sources map[string]Source) {
	p.cancel()
	before := p.watched
	p.verdict = map[string]verdict{}
	p.watch(s, sources)
	p.follow.from, p.follow.of = time.Time{}, nil // begun anew, with what is watched now
	for _, w := range p.watched {
		for _, old := range before {
			if old.spec.ID == w.spec.ID && old.spec.Period == w.spec.Period && reflect.DeepEqual(old.source, w.source) {
				w.points, w.counts, w.series = old.points, old.counts, old.series
				w.asked, w.readAt, w.reading = old.asked, old.readAt, old.reading
			}
		}
	}
}
