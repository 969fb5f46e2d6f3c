package aws

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"tminus/model/launch"
	"tminus/model/room"
)

// rounding is how far AWS' clock may be off where it is known from its answers, which tell whole seconds.
const rounding = 3 * time.Second

// lookForParameter looks for the version that a write made: with its value, in the time in which it could come, by the very
// session in whose name it was intended. A role whose sessions are named at random has another one after a restart, so that
// who calls now says little; and another session of the same role may be a colleague, whose write is never taken for ours.
func (h *Hands) lookForParameter(ctx context.Context, c launch.Call, intended time.Time, caller string) (launch.Found, error) {
	name, value := c.Args["name"], c.Args["value"]
	client, err := h.session.SSM(ctx)
	if err != nil {
		return launch.Found{}, h.session.Fault(err)
	}
	asked := h.now()
	p, err := h.history(ctx, client, name, true)
	if err != nil {
		f := h.session.Fault(err)
		if f.Kind == room.FaultMissing {
			return launch.Found{Found: launch.FoundUnclear, Evidence: noParameter(name).Reason}, nil
		}
		return launch.Found{}, f
	}
	from := p.earliest(intended)
	var same []types.ParameterHistory
	for _, v := range p.versions {
		if aws.ToString(v.Value) == value && v.LastModifiedDate != nil && !v.LastModifiedDate.Before(from) {
			same = append(same, v)
		}
	}
	if len(same) == 0 {
		evidence := fmt.Sprintf("%s has not been given the value since %s", name, clock(from))
		if last, ok := p.newest(); ok {
			evidence += "; the newest is " + written(last)
		}
		return notFound(asked, intended, evidence), nil
	}
	return p.judge(same, caller, intended), nil
}

// earliest is the instant, by AWS' clock, before which a version cannot be of a write that was intended at an instant by
// ours. Where our clock is known to be fast, AWS' instant is the earlier one.
func (p past) earliest(intended time.Time) time.Time {
	if p.dated && p.ahead < 0 {
		intended = intended.Add(p.ahead)
	}
	return intended.Add(-tolerance)
}

// judge says what versions of the right value and time prove. One of ours from before the intent, allowing for the clocks,
// may be of an earlier write: it counts only where it still stands, because then what was wanted is so. One of after the
// write's time is of a later write.
func (p past) judge(same []types.ParameterHistory, caller string, intended time.Time) launch.Found {
	newest, _ := p.newest()
	for i := len(same) - 1; i >= 0; i-- {
		v := same[i]
		if caller == "" || aws.ToString(v.LastModifiedUser) != caller {
			continue
		}
		evidence := written(v)
		if v.Version != newest.Version {
			evidence += "; since then " + written(newest)
		}
		if v.LastModifiedDate.After(p.latest(intended)) {
			return launch.Found{Found: launch.FoundUnclear, Evidence: evidence + "; that is too late to be this write"}
		}
		if v.Version != newest.Version && v.LastModifiedDate.Before(p.surely(intended)) {
			return launch.Found{Found: launch.FoundUnclear, Evidence: evidence + "; it may be of an earlier write"}
		}
		result := map[string]string{resultVersion: strconv.FormatInt(v.Version, 10)}
		if v.Tier != "" {
			result[resultTier] = string(v.Tier)
		}
		return launch.Found{Found: launch.FoundYes, Result: result, Evidence: evidence + "; compared: value, time, and caller as it was intended"}
	}
	other := same[len(same)-1]
	evidence := "it has the value by another caller: " + written(other)
	if role := policySource(caller); role != caller && role == policySource(aws.ToString(other.LastModifiedUser)) {
		evidence += ", which is our role in another session: a colleague, or our credentials were renewed just then"
	}
	if caller != "" {
		evidence += "; the write was intended as " + told(caller)
	}
	return launch.Found{Found: launch.FoundUnclear, Evidence: evidence}
}

// latest is the instant, by AWS' clock, after which a version cannot be of a write that was intended at an instant by ours.
func (p past) latest(intended time.Time) time.Time {
	if p.dated && p.ahead > 0 {
		intended = intended.Add(p.ahead)
	}
	return intended.Add(writeTime + tolerance)
}

// surely is the instant, by AWS' clock, from which a version is of no earlier write.
func (p past) surely(intended time.Time) time.Time {
	if p.dated {
		return intended.Add(p.ahead - rounding)
	}
	return intended
}

// written tells of a version without its value, which may be a secret.
func written(v types.ParameterHistory) string {
	s := fmt.Sprintf("version %d", v.Version)
	if v.LastModifiedDate != nil {
		s += " written " + clock(*v.LastModifiedDate)
	}
	if by := aws.ToString(v.LastModifiedUser); by != "" {
		s += " by " + told(by)
	}
	return s
}
