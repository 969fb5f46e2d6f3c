package screen

import (
	"cmp"
	"slices"
	"time"

	"tminus/model/approval"
	"tminus/model/launch"
	"tminus/model/runbook"
)

// maxRequests bounds how many requests a screen carries.
const maxRequests = 8

// requests tells the rollback requests, newest last.
func (p *presenter) requests() {
	all := p.s.Rollbacks[max(0, len(p.s.Rollbacks)-maxRequests):]
	for _, b := range all {
		p.out.Requests = append(p.out.Requests, p.request(b))
	}
	if b := p.s.CurrentRollback(); b != nil && b.Completed != nil {
		p.afterwards()
	}
}

func (p *presenter) request(b *launch.Rollback) Request {
	policy := p.s.Policy(b.Priority)
	out := Request{
		ID: b.ID, Priority: b.Priority, Reason: b.Reason, Trigger: b.Trigger, Also: slices.Clone(b.Also), Trouble: slices.Clone(b.Trouble), Points: slices.Clone(b.Points), State: b.State(p.s),
		Current: b == p.s.CurrentRollback(), Needs: policy.Approvals, Requested: by(b.Requested), Expires: b.Expires,
		Fires: b.Trigger != "" && p.s.Triggers[b.Trigger].InForce(), Identity: b.Plan.Identity, Verdict: b.Verdict,
		Recovered: byOf(b.Judged), Said: b.SaidBy() != "", ApproveLine: "tminus approve " + b.ID + " --launch " + p.s.Name, Times: p.times(b),
		Ended: byOf(cmp.Or(b.Vetoed, b.Withdrawn, b.Lapsed, b.Completed)),
	}
	if by := p.s.RecoveryKnownBy(b); !by.IsZero() {
		out.KnownBy = &by
	}
	if !out.Current && out.Ended == nil {
		out.State = RequestLapsed // a recycle has left it behind
	}
	if out.Current { // of earlier ones nobody reads a plan to act on it, and it costs a hash a call
		out.PlanHash = b.Plan.Hash()
	}
	p.approved(&out, b, policy, p.s.Judge(b, p.now))
	for i := range b.Plan.Steps {
		if st := p.backStep(&b.Plan.Steps[i], i, out.Current, b.Authorized != nil); st != nil {
			out.Steps = append(out.Steps, *st)
		}
	}
	return out
}

// approved tells who has approved, and while the request is open who still may.
func (p *presenter) approved(out *Request, b *launch.Rollback, policy approval.Policy, v approval.Verdict) {
	counted := v.Counted
	for _, a := range b.Approvals {
		counts := slices.ContainsFunc(counted, func(c approval.Approval) bool { return c.Seq == a.Seq })
		out.Approvals = append(out.Approvals, Approval{User: a.User, Short: p.shorts(among(a.Roles, policy.Roles)), At: a.At, Counts: counts})
		if counts {
			out.given = append(out.given, a.User)
		}
	}
	if out.State != RequestOpen {
		return
	}
	out.Missing, out.roles = v.Missing, policy.Roles
	out.Eligible = p.eligible(policy.Roles, out.given)
}

// among are those roles that are eligible; all of them where none is.
func among(roles, eligible []string) []string {
	out := slices.DeleteFunc(slices.Clone(roles), func(r string) bool { return !slices.Contains(eligible, r) })
	if len(out) == 0 {
		return roles
	}
	return out
}

// eligible lists who holds one of the roles, each once, but for those who have approved already: "EM bob".
func (p *presenter) eligible(roles, given []string) []string {
	var out, seen []string
	for _, role := range roles {
		for _, user := range p.s.Holders(role) {
			if slices.Contains(seen, user) || slices.Contains(given, user) {
				continue
			}
			seen = append(seen, user)
			out = append(out, p.rb.RoleShort(role)+" "+user)
		}
	}
	return out
}

// times is the incident's clock: when it was detected, decided, executed and over.
func (p *presenter) times(b *launch.Rollback) Times {
	t := b.Times(p.s)
	came := func(at time.Time) *time.Time {
		if at.IsZero() {
			return nil
		}
		return instant(at)
	}
	return Times{Detected: came(t.Detected), Decided: came(t.Decided), Executed: came(t.Executed), Recovered: came(t.Recovered)}
}

// backStep tells a step of a rollback's plan; begun says that its state is that of this request.
func (p *presenter) backStep(planned *launch.PlannedStep, i int, current, begun bool) *Step {
	at := slices.IndexFunc(p.rb.Rollback.Steps, func(st runbook.Step) bool { return st.ID == planned.ID })
	if at < 0 {
		return nil
	}
	st := &p.rb.Rollback.Steps[at]
	d := deed{step: st, back: true, planned: planned}
	switch is := p.s.Steps[st.ID]; {
	case !current:
		return &Step{
			ID: st.ID, Number: i + 1, Title: st.Title, Owner: p.rb.RoleTitle(st.Owner), Short: p.rb.RoleShort(st.Owner), Person: p.holder(st.Owner),
			Kind: st.Kind, Back: true,
		}
	case begun:
		d.is, d.works = is, p.s.CurrentRollback().Running() && working(is)
	case is != nil:
		d.is = &launch.Step{Attempt: is.Attempt}
	}
	out := p.step(d, i+1)
	return &out
}

// working reports whether a step's parts can be done now.
func working(is *launch.Step) bool {
	return is != nil && (is.State == launch.StepRunning || is.State == launch.StepVerifying || is.State == launch.StepUnknown)
}

// procedure tells what a rollback would do if it were requested now. While one is open or under way, its own plan says it.
func (p *presenter) procedure() {
	out := &p.out.Procedure
	out.Priority = runbook.Normal
	for i := range p.rb.Rollback.Steps {
		st := &p.rb.Rollback.Steps[i]
		if st.Kind == "flag" && out.Flag == "" {
			out.Flag = st.ID
		}
		d := deed{step: st, back: true}
		if is := p.s.Steps[st.ID]; is != nil {
			d.is = &launch.Step{Attempt: is.Attempt}
		}
		out.Steps = append(out.Steps, p.step(d, i+1))
	}
	if len(out.Steps) > 0 {
		out.Default = p.s.DefaultSteps()
	}
	if t := p.cause(); t != nil {
		out.Trigger, out.Priority = t.ID, cmp.Or(t.Priority, runbook.Normal)
	}
	for name := range p.rb.Rollback.Authorization {
		policy := p.s.Policy(name)
		if out.Policies == nil {
			out.Policies = map[string]Policy{}
		}
		listed := p.eligible(policy.Roles, nil)
		for _, role := range policy.Roles {
			if len(p.s.Holders(role)) == 0 {
				listed = append(listed, p.rb.RoleShort(role)+" nobody")
			}
		}
		out.Policies[name] = Policy{Approvals: policy.Approvals, Within: policy.Within, Eligible: listed}
	}
}

// cause is the trigger in force that a rollback would answer: a high one first, as launch decides it.
func (p *presenter) cause() *Trigger {
	for _, high := range []bool{true, false} {
		for i := range p.out.Triggers {
			if t := &p.out.Triggers[i]; (t.Priority == runbook.High) == high && p.s.Triggers[t.ID].InForce() {
				return t
			}
		}
	}
	return nil
}

// afterwards tells what each role does once a rollback has ended.
func (p *presenter) afterwards() {
	for _, r := range p.rb.Rollback.Afterwards {
		out := Afterward{Role: p.rb.RoleTitle(r.Role), Short: p.rb.RoleShort(r.Role), Person: p.holder(r.Role)}
		for _, a := range r.Actions {
			out.Actions = append(out.Actions, p.afterward(a))
		}
		p.out.Afterwards = append(p.out.Afterwards, out)
	}
}

func (p *presenter) afterward(a runbook.Action) Action {
	out := p.action(a)
	if done := p.s.Tasks[a.ID]; done != nil && out.Done == nil {
		out.Done = by(done.Mark)
	}
	return out
}
