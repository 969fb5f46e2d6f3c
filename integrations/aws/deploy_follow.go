package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"tminus/model/launch"
)

// mostInstances bounds the lines of one deployment.
const mostInstances = 50

// followDeployment reads a deployment and its instances. The instances are there to look at: where they cannot be read,
// a line says so.
func (h *Hands) followDeployment(ctx context.Context, id string) (launch.Progress, error) {
	d, err := h.deployment(ctx, id)
	if err != nil {
		return launch.Progress{}, err
	}
	p := launch.Progress{State: stateRunning, Detail: told(status(d))}
	switch d.Status {
	case types.DeploymentStatusSucceeded:
		p.State = stateSucceeded
	case types.DeploymentStatusFailed:
		p.State = stateFailed
	case types.DeploymentStatusStopped:
		p.State = stateStopped
	}
	p.Lines = h.instances(ctx, d)
	return p, nil
}

// followStop reads a deployment until it has ended.
func (h *Hands) followStop(ctx context.Context, id string) (launch.Progress, error) {
	d, err := h.deployment(ctx, id)
	if err != nil {
		return launch.Progress{}, err
	}
	if !ended(d.Status) {
		return launch.Progress{State: stateRunning, Detail: told(id + " has not ended: " + status(d))}, nil
	}
	return launch.Progress{State: stateSucceeded, Detail: told(id + " has ended: " + status(d))}, nil
}

// status is a deployment's state in a line, with AWS' reason.
func status(d *types.DeploymentInfo) string {
	s := string(d.Status)
	if e := d.ErrorInformation; e != nil && (e.Code != "" || aws.ToString(e.Message) != "") {
		s += ": " + strings.TrimPrefix(strings.TrimSuffix(string(e.Code)+": "+aws.ToString(e.Message), ": "), ": ")
	} else if d.Status == types.DeploymentStatusReady {
		s += ": waits for somebody to reroute traffic"
	}
	if o := d.DeploymentOverview; o != nil {
		s += counts(o)
	}
	return s
}

func counts(o *types.DeploymentOverview) string {
	var parts []string
	for _, c := range []struct {
		n    int64
		name string
	}{{o.Failed, "failed"}, {o.InProgress, "in progress"}, {o.Pending, "pending"}, {o.Ready, "ready"}, {o.Skipped, "skipped"}, {o.Succeeded, "succeeded"}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.name))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func total(o *types.DeploymentOverview) int64 {
	if o == nil {
		return 0
	}
	return o.Failed + o.InProgress + o.Pending + o.Ready + o.Skipped + o.Succeeded
}

// instances are the lines of a deployment's instances, the worst first.
func (h *Hands) instances(ctx context.Context, d *types.DeploymentInfo) []string {
	client, err := h.session.CodeDeploy(ctx)
	if err != nil {
		return []string{"the instances cannot be read: " + h.session.Fault(err).Reason}
	}
	ids, more, err := h.targetIDs(ctx, client, d)
	var targets []types.DeploymentTarget
	for batch := range slices.Chunk(ids, mostInBatch) {
		if err != nil {
			break
		}
		var out *codedeploy.BatchGetDeploymentTargetsOutput
		if out, err = client.BatchGetDeploymentTargets(ctx, &codedeploy.BatchGetDeploymentTargetsInput{DeploymentId: d.DeploymentId, TargetIds: batch}); err == nil {
			targets = append(targets, out.DeploymentTargets...)
		}
	}
	slices.SortStableFunc(targets, func(a, b types.DeploymentTarget) int { return cmp.Compare(urgency(a), urgency(b)) })
	var lines []string
	for _, t := range targets {
		if t.InstanceTarget != nil {
			lines = append(lines, instanceLine(t.InstanceTarget))
		}
	}
	var early *types.DeploymentNotStartedException
	switch {
	case errors.As(err, &early):
		return nil
	case err != nil:
		lines = append(lines, "the instances cannot be read: "+h.session.Fault(err).Reason)
	case more:
		lines = append(lines, fmt.Sprintf("… and more than these %d instances", len(lines)))
	}
	return lines
}

// targetIDs lists the instances to show, and whether there are more. Where not all can be shown, those are that need to
// be looked at.
func (h *Hands) targetIDs(ctx context.Context, client *codedeploy.Client, d *types.DeploymentInfo) ([]string, bool, error) {
	input := &codedeploy.ListDeploymentTargetsInput{DeploymentId: d.DeploymentId}
	large := total(d.DeploymentOverview) > mostInstances
	if large {
		input.TargetFilters = map[string][]string{string(types.TargetFilterNameTargetStatus): {
			string(types.TargetStatusFailed), string(types.TargetStatusInProgress), string(types.TargetStatusUnknown)}}
	}
	var ids []string
	for page := 1; ; page++ {
		out, err := client.ListDeploymentTargets(ctx, input)
		if err != nil {
			return nil, false, err
		}
		ids = append(ids, out.TargetIds...)
		next := aws.ToString(out.NextToken)
		if len(ids) > mostInstances {
			return ids[:mostInstances], true, nil
		}
		if next == "" || page == maxPages || next == aws.ToString(input.NextToken) {
			return ids, large || next != "", nil
		}
		input.NextToken = &next
	}
}

func urgency(t types.DeploymentTarget) int {
	if t.InstanceTarget == nil {
		return 0
	}
	order := []types.TargetStatus{types.TargetStatusFailed, types.TargetStatusUnknown, types.TargetStatusInProgress, types.TargetStatusPending,
		types.TargetStatusReady, types.TargetStatusSkipped, types.TargetStatusSucceeded}
	return slices.Index(order, t.InstanceTarget.Status)
}

// instanceLine is an instance, its state and the lifecycle event that it is at, with what the event said where it failed.
func instanceLine(t *types.InstanceTarget) string {
	line := aws.ToString(t.TargetId)
	if line == "" {
		line = "an instance"
	}
	line += "  " + string(t.Status)
	e := telling(t.LifecycleEvents)
	if e == nil {
		return reason(line)
	}
	line += "  " + aws.ToString(e.LifecycleEventName)
	if d := e.Diagnostics; d != nil && e.Status == types.LifecycleEventStatusFailed {
		line += "  " + string(d.ErrorCode)
		if script := aws.ToString(d.ScriptName); script != "" {
			line += " " + script
		}
		if m := aws.ToString(d.Message); m != "" {
			line += ": " + m
		}
	}
	return reason(line)
}

// telling is the event that failed, else the one in progress, else the last that is over.
func telling(events []types.LifecycleEvent) *types.LifecycleEvent {
	for _, s := range []types.LifecycleEventStatus{types.LifecycleEventStatusFailed, types.LifecycleEventStatusInProgress, types.LifecycleEventStatusSucceeded} {
		for i := len(events) - 1; i >= 0; i-- {
			if events[i].Status == s {
				return &events[i]
			}
		}
	}
	return nil
}
