package report

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"tminus/model/launch"
)

// promiseGrace is how much later than promised an update still counts as on time: promises are made in whole minutes.
const promiseGrace = time.Minute

// promise is what an update promised of the next one, and what became of it.
type promise struct {
	of   *launch.Message
	kept bool
	open bool // its time had not come when the record ends, or the launch was closed before it
	word string
}

// promises judges each update by the one that followed.
func (r *Record) promises() []promise {
	var updates []*launch.Message
	for _, m := range r.State.Messages {
		if m.Update() {
			updates = append(updates, m)
		}
	}
	var list []promise
	for i, m := range updates {
		p := promise{of: m}
		switch {
		case m.Next.IsZero():
			p.open, p.word = true, "promised nothing"
		case i+1 < len(updates):
			late := updates[i+1].At.Sub(m.Next)
			p.kept = late <= promiseGrace
			p.word = "kept"
			if !p.kept {
				p.word = span(late) + " late"
			}
		case !r.State.Head.At.After(m.Next.Add(promiseGrace)):
			p.open, p.word = true, "not yet due when this record ends"
		case r.State.Closed != nil && !r.State.Closed.At.After(m.Next):
			p.open, p.word = true, "closed before it"
		default:
			p.word = "no update followed"
		}
		list = append(list, p)
	}
	return list
}

func (r *Record) updates(b *builder) {
	b.section("Updates and promises")
	promises := r.promises()
	t := Table{Caption: "Updates that were sent, and whether the next one came as promised", Head: []string{"Entry", "Sent", "By", "Subject", "Status", "Milestone", "Next promised", "Promise"}}
	for _, p := range promises {
		m := p.of
		t.Rows = append(t.Rows, []Cell{entry(m.Seq), {Text: instant(m.At)}, {Text: byWhom(m.Mark)}, {Text: m.Subject}, {Text: m.Status}, {Text: m.Milestone}, {Text: instant(m.Next)}, {Text: p.word}})
	}
	b.table(t, "No update was sent.")
	r.deliveries(b, "What became of each update with each channel", func(m *launch.Message) bool { return m.Update() })
	for _, p := range promises {
		b.text("The update of %s, as it was sent:", instant(p.of.At))
		b.add(Block{Code: p.of.Text})
	}
}

func (r *Record) deliveries(b *builder, caption string, of func(*launch.Message) bool) {
	t := Table{Caption: caption, Head: []string{"Message", "Channel", "Outcome", "At", "Attempts", "Detail", "Said by", "Entry"}, Named: true}
	for _, m := range r.State.Messages {
		if !of(m) {
			continue
		}
		for _, c := range m.Channels {
			d := m.Deliveries[c]
			by := "-"
			if d.Resolved != nil {
				by = byWhom(*d.Resolved)
			}
			state := cmp.Or(string(d.State), "waiting")
			if d.State == launch.DeliveryUnknown {
				state = "UNKNOWN: it may have arrived"
			}
			t.Rows = append(t.Rows, []Cell{{Text: m.ID}, {Text: c}, {Text: state}, {Text: instant(d.At)}, {Text: fmt.Sprint(d.Attempt)}, {Text: strings.TrimSpace(d.Detail + " " + d.Remote)}, {Text: by}, entry(cmp.Or(d.Seq, m.Seq))})
		}
	}
	if len(t.Rows) > 0 {
		b.table(t, "")
	}
}

func (r *Record) pages(b *builder) {
	b.section("Pages")
	t := Table{Caption: "Who was paged, and how soon they answered", Head: []string{"Entry", "Sent", "By", "To", "Line of contacts", "Why", "Asked within", "Answered", "Took"}}
	for _, m := range r.State.Messages {
		p := m.Page
		if p == nil || m.Purpose != launch.PurposePage {
			continue
		}
		answered, took := "nobody has answered", "-"
		if p.Acknowledged != nil {
			answered = instant(p.Acknowledged.At) + " by " + cmp.Or(p.AnsweredBy, byWhom(*p.Acknowledged))
			took = span(p.Acknowledged.At.Sub(m.At))
			if p.Acknowledged.At.Sub(m.At) > p.Within && p.Within > 0 {
				took += ", late"
			}
		}
		t.Rows = append(t.Rows, []Cell{entry(m.Seq), {Text: instant(m.At)}, {Text: byWhom(m.Mark)}, {Text: cmp.Or(p.Person, p.To)}, {Text: p.Group + ", " + p.Level},
			{Text: m.Subject + ": " + m.Text}, {Text: span(p.Within)}, {Text: answered}, {Text: took}})
	}
	b.table(t, "Nobody was paged.")
	r.deliveries(b, "What became of each page", func(m *launch.Message) bool { return !m.Update() })
}

func (r *Record) updatesOnTime() (value, how string) {
	kept, of := 0, 0
	for _, p := range r.promises() {
		if p.open {
			continue
		}
		of++
		if p.kept {
			kept++
		}
	}
	if of == 0 {
		return notInRecord, "no update promised a next one whose time has come"
	}
	return share(kept, of), "updates that came at the time that the one before had promised, or within a minute"
}

// escalations is how long pages waited for an answer.
func (r *Record) escalations() (value, how string) {
	var sum time.Duration
	n, all := 0, 0
	for _, m := range r.State.Messages {
		if m.Purpose != launch.PurposePage || m.Page == nil {
			continue
		}
		all++
		if m.Page.Acknowledged != nil {
			sum += m.Page.Acknowledged.At.Sub(m.At)
			n++
		}
	}
	if n == 0 {
		return r.acknowledged()
	}
	return span(sum / time.Duration(n)), fmt.Sprintf("mean time from a page to its answer, of the %d of %d that were answered", n, all)
}
