package room

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tminus/model/launch"
	"tminus/model/monitor"
	"tminus/model/screen"
)

const (
	accountAgain = 10 * time.Minute // how often it is asked whether it is still the account that the launch file names
	wrongAgain   = 30 * time.Second // how often, while it is another
	unsureAgain  = time.Minute      // after STS could not be asked; twice as long each time, up to accountAgain
)

// awsAccount is whether what is read from AWS comes from the account that the launch file names. STS is asked beside the room:
// at the start, when credentials are others than before or were refused, and every ten minutes. Answers that came with
// credentials of which nothing is known wait for it, a few seconds at most; those of another account are never taken.
type awsAccount struct {
	of     *binding
	asking bool
	next   time.Time // by the wall: not before
	fails  int       // times in a row that STS could not be asked
	doubt  bool      // it was not asked yet with the credentials in use
	key    string    // of the credentials that were asked about last
	adopt  bool      // STS did not answer, so that the key is that of the next answer
	wrong  *Fault    // what is read comes from another account; nil: as far as is known it does not
	unsure string    // why STS could not be asked; empty: it answered
	held   []answered
}

// fromAWS reports whether a lane's values depend on the account that credentials are of.
func (l *lane) fromAWS() bool { return l.kind == "cloudwatch" || l.kind == "logs" }

// awsHands are those that know as whom AWS is asked; nil: there are none.
func (b *binding) awsHands() Hands {
	if h := b.Hands[launch.OpPutParameter]; h != nil {
		return h
	}
	return b.Hands[launch.OpDeploy]
}

// comparesAccount reports whether there is an account to compare, somebody to ask, and anything that is read from AWS.
func (r *Room) comparesAccount() bool {
	if r.cfg.Transient || r.state.Mode == launch.Rehearsal || r.account() == "" || r.bound.awsHands() == nil {
		return false
	}
	for _, l := range r.poll.lanes {
		if l.fromAWS() {
			return true
		}
	}
	return len(r.state.File.Flags) > 0
}

// watchAccount asks STS where that is due.
func (r *Room) watchAccount() {
	c, b := &r.aws, r.bound
	if c.of != b {
		*c = awsAccount{of: b, doubt: r.comparesAccount()}
	}
	if c.asking || r.exec.closing || r.state.Closed != nil || time.Now().Before(c.next) || !r.comparesAccount() {
		return
	}
	c.asking = true
	hands := b.awsHands()
	r.exec.wg.Go(func() {
		ctx, cancel := context.WithTimeout(r.exec.ctx, askLimit)
		defer cancel()
		id, err := hands.Identity(ctx)
		if err != nil && ctx.Err() != nil {
			err = &Fault{Kind: FaultUnreachable, Reason: fmt.Sprintf("STS did not answer within %s", askLimit), Err: err}
		}
		r.exec.on(func() {
			if r.aws.of == b && r.bound == b {
				r.accountTold(id, err)
			}
		})
	})
}

// accountTold takes what STS says, and then the answers that waited for it.
func (r *Room) accountTold(id launch.Identity, err error) {
	c, want := &r.aws, r.account()
	was, fresh := c.wrong, c.doubt
	c.asking, c.doubt, c.adopt = false, false, err != nil
	again := accountAgain
	switch {
	case err != nil:
		again = min(unsureAgain<<min(c.fails, 8), accountAgain)
		c.fails++
		c.unsure = "it is not known whether this is account " + want + ": " + faultOf(err).Error()
	case id.Account != want:
		again = wrongAgain
		c.wrong = &Fault{Reason: fmt.Sprintf("read in account %s, and launch.yaml names %s", orNone(id.Account), want),
			Hint: "use the profile of that account (aws.profile, AWS_PROFILE), or correct aws.account"}
		c.fails, c.unsure, c.key = 0, "", id.Key
	default:
		c.wrong, c.fails, c.unsure, c.key = nil, 0, "", id.Key
	}
	c.next = r.pause(again)
	r.poll.bar(c.wrong, was != nil, r.now(), again)
	if fresh || (was == nil) != (c.wrong == nil) {
		r.exec.flags.soon()
	}
	held := c.held
	c.held = nil
	for _, a := range held {
		r.polled(a)
	}
	r.judge(r.now())
}

// accountOf looks at an answer before it is taken: it reports whether it has to wait until it is known whose it is, and
// makes an error of one that is another account's.
func (r *Room) accountOf(a *answered) (wait bool) {
	c := &r.aws
	if !a.lane.fromAWS() || c.of != r.bound || !r.comparesAccount() {
		return false
	}
	if f := worst(a); f != nil && f.Kind == FaultExpired {
		c.doubt = true // what a person renews may be another account's
	}
	switch {
	case a.err != nil:
		return false
	case c.wrong != nil:
		a.err, a.round.Answers = c.wrong, nil
		return false
	case c.adopt:
		c.key, c.adopt = a.round.Key, false
	case a.round.Key != c.key && a.round.Key != "" && !c.doubt:
		c.doubt = true
	}
	if !c.doubt {
		return false
	}
	c.held = append(c.held, *a)
	c.next = time.Time{}
	r.watchAccount()
	return true
}

// bar keeps what is read from AWS from being asked for and shown while it is another account's, and has it all read anew
// once it no longer is. What was read before cannot be told apart, so that it is let go of.
func (p *poller) bar(wrong *Fault, was bool, now time.Time, again time.Duration) {
	if wrong == nil && !was {
		return
	}
	for _, l := range p.lanes {
		if !l.fromAWS() {
			continue
		}
		l.wrong, l.next = wrong, time.Time{}
		if wrong == nil {
			continue
		}
		l.next = now.Add(again)
		l.health.Error, l.health.Hint, l.health.NextTry = wrong.Reason, wrong.Hint, l.next
		p.keep.put(nil, Read{Source: l.name, At: p.keep.stamp(now), Outcome: "error", Detail: wrong.Error()})
	}
	for _, w := range p.watched {
		if w.lane == nil || !w.lane.fromAWS() {
			continue
		}
		w.next, w.to = time.Time{}, time.Time{}
		if wrong != nil {
			w.err, w.asked = wrong, true
			w.points, w.counts, w.series = nil, nil, map[string][]monitor.Point{}
		}
	}
	p.keep.next(&p.wg)
}

// unknownAccount is why what was told of the past cannot be taken; it is asked for again. Nil: it can.
func (r *Room) unknownAccount(a *answered) error {
	c := &r.aws
	switch {
	case !a.lane.fromAWS() || c.of != r.bound || !r.comparesAccount():
		return nil
	case c.wrong != nil:
		return c.wrong
	case c.doubt || a.round.Key != "" && a.round.Key != c.key && !c.adopt:
		return &Fault{Reason: "it is being asked of which account it is"}
	}
	return nil
}

// ofAccount is the error of a reading of AWS, which one of another account has.
func (r *Room) ofAccount(err error) error {
	if r.aws.wrong != nil && r.aws.of == r.bound {
		return r.aws.wrong
	}
	return err
}

// sayAccount says with the sources of AWS that their account is not known.
func (r *Room) sayAccount(sources []screen.SourceHealth) {
	if r.aws.unsure == "" || r.aws.of != r.bound {
		return
	}
	for i, l := range r.poll.lanes {
		if l.fromAWS() {
			sources[i].Notice = strings.TrimPrefix(sources[i].Notice+"; "+r.aws.unsure, "; ")
		}
	}
}
