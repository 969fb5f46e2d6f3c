package aws

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"tminus/model/launch"
	"tminus/model/room"
)

const (
	mostInBatch = 25 // ids that CodeDeploy takes at once
	// oldest is how much before its intent, by our clock, a deployment of ours may have been created, by AWS': no request
	// of a clock that is further off is taken. It costs nothing to be generous, since the id is in the description.
	oldest = worstSkew + tolerance
)

// lookForDeployment looks for a deployment with the call's id in its description.
func (h *Hands) lookForDeployment(ctx context.Context, c launch.Call, intended time.Time) (launch.Found, error) {
	client, err := h.session.CodeDeploy(ctx)
	if err != nil {
		return launch.Found{}, h.session.Fault(err)
	}
	if c.ID == "" {
		return launch.Found{}, &room.Fault{Reason: "the call has no id to look for"}
	}
	asked, from := h.now(), intended.Add(-oldest)
	ids, err := h.deployments(ctx, client, &codedeploy.ListDeploymentsInput{ApplicationName: aws.String(c.Args["application"]),
		DeploymentGroupName: aws.String(c.Args["group"]), CreateTimeRange: &types.TimeRange{Start: &from}})
	if err != nil {
		return launch.Found{}, err
	}
	infos, err := h.infos(ctx, client, ids)
	if err != nil {
		return launch.Found{}, err
	}
	var ours []types.DeploymentInfo
	for _, d := range infos {
		if slices.Contains(strings.Fields(aws.ToString(d.Description)), c.ID) {
			ours = append(ours, d)
		}
	}
	switch {
	case len(ours) > 1:
		var names []string
		for _, d := range ours {
			names = append(names, aws.ToString(d.DeploymentId))
		}
		return launch.Found{Found: launch.FoundUnclear, Evidence: told(fmt.Sprintf("%d deployments bear the id %s: %s", len(ours), c.ID, strings.Join(names, ", ")))}, nil
	case len(ours) == 1:
		id := aws.ToString(ours[0].DeploymentId)
		return launch.Found{Found: launch.FoundYes, Result: map[string]string{resultDeployment: id},
			Evidence: told(fmt.Sprintf("%s bears the id %s, created %s, %s", id, c.ID, clock(aws.ToTime(ours[0].CreateTime)), ours[0].Status))}, nil
	case len(infos) < len(ids):
		return launch.Found{Found: launch.FoundUnclear, Evidence: fmt.Sprintf("CodeDeploy told of %d of %d deployments only", len(infos), len(ids))}, nil
	}
	return notFound(asked, intended, fmt.Sprintf("none of the %d deployments since %s bears the id %s", len(ids), clock(from), c.ID)), nil
}

// infos describes deployments; those that CodeDeploy does not know are left out.
func (h *Hands) infos(ctx context.Context, client *codedeploy.Client, ids []string) ([]types.DeploymentInfo, error) {
	var all []types.DeploymentInfo
	for batch := range slices.Chunk(ids, mostInBatch) {
		out, err := client.BatchGetDeployments(ctx, &codedeploy.BatchGetDeploymentsInput{DeploymentIds: batch})
		if err != nil {
			return nil, h.session.Fault(err)
		}
		all = append(all, out.DeploymentsInfo...)
	}
	return all, nil
}

// lookForStop looks whether a deployment was stopped, or has ended otherwise. That it was not found stopped does no harm
// where it was: to stop twice is to stop once.
func (h *Hands) lookForStop(ctx context.Context, c launch.Call, intended time.Time) (launch.Found, error) {
	asked := h.now()
	d, err := h.deployment(ctx, c.Args["deployment"])
	if err != nil {
		return launch.Found{}, err
	}
	id := aws.ToString(d.DeploymentId)
	result := map[string]string{resultDeployment: id, resultStatus: string(d.Status)}
	switch {
	case ended(d.Status):
		return launch.Found{Found: launch.FoundYes, Result: result, Evidence: told(fmt.Sprintf("%s has ended: %s", id, status(d)))}, nil
	case d.ErrorInformation != nil && d.ErrorInformation.Code == types.ErrorCodeManualStop:
		return launch.Found{Found: launch.FoundYes, Result: result, Evidence: told(fmt.Sprintf("%s is being stopped: %s", id, status(d)))}, nil
	}
	return notFound(asked, intended, fmt.Sprintf("%s is not stopped: %s", id, status(d))), nil
}

// deployment reads one deployment.
func (h *Hands) deployment(ctx context.Context, id string) (*types.DeploymentInfo, error) {
	if id == "" {
		return nil, &room.Fault{Reason: "the deployment's id is not known"}
	}
	client, err := h.session.CodeDeploy(ctx)
	if err != nil {
		return nil, h.session.Fault(err)
	}
	out, err := client.GetDeployment(ctx, &codedeploy.GetDeploymentInput{DeploymentId: &id})
	if err != nil {
		return nil, h.session.Fault(err)
	}
	if out.DeploymentInfo == nil || out.DeploymentInfo.Status == "" {
		return nil, &room.Fault{Reason: reason("CodeDeploy answered without the deployment " + id), Hint: "is there a proxy between here and AWS? (HTTPS_PROXY, AWS_ENDPOINT_URL)"}
	}
	out.DeploymentInfo.DeploymentId = &id
	return out.DeploymentInfo, nil
}

func ended(s types.DeploymentStatus) bool {
	return s == types.DeploymentStatusSucceeded || s == types.DeploymentStatusFailed || s == types.DeploymentStatusStopped
}
