package awstest

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Deployment is one of CodeDeploy. Status is Created, Queued, InProgress, Baking, Succeeded, Failed, Stopped or Ready.
type Deployment struct {
	ID          string
	Application string
	Group       string
	Description string
	Repository  string
	Commit      string
	Status      string
	Created     time.Time
	Input       map[string]any // of CreateDeployment
}

// deploy is the state of CodeDeploy.
type deploy struct {
	groups      map[string][]string // application -> its groups
	deployments []*Deployment
}

func newDeploy() deploy { return deploy{groups: make(map[string][]string)} }

// SetApplication makes an application with its deployment groups.
func (s *Server) SetApplication(name string, groups ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deploy.groups[name] = groups
}

// Deployments are all that were created, oldest first.
func (s *Server) Deployments() []Deployment {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Deployment
	for _, d := range s.deploy.deployments {
		all = append(all, *d)
	}
	return all
}

// SetDeploymentStatus moves a deployment on.
func (s *Server) SetDeploymentStatus(id, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.deploy.deployments {
		if d.ID == id {
			d.Status = status
		}
	}
}

// place checks that a request's application and, where it is asked for, group are there.
func (s *Server) place(in input, group string) *Failure {
	groups, ok := s.deploy.groups[in.str("applicationName")]
	switch {
	case !ok:
		return &Failure{Status: 400, Code: "ApplicationDoesNotExistException", Message: "No application found for name: " + in.str("applicationName")}
	case group != "" && !slices.Contains(groups, group):
		return &Failure{Status: 400, Code: "DeploymentGroupDoesNotExistException", Message: "No Deployment Group found for name: " + group}
	}
	return nil
}

func (s *Server) getApplication(in input) (map[string]any, *Failure) {
	if f := s.place(in, ""); f != nil {
		return nil, f
	}
	return map[string]any{"application": map[string]any{"applicationId": "app-1", "applicationName": in.str("applicationName"), "computePlatform": "Server"}}, nil
}

func (s *Server) getDeploymentGroup(in input) (map[string]any, *Failure) {
	if f := s.place(in, in.str("deploymentGroupName")); f != nil {
		return nil, f
	}
	return map[string]any{"deploymentGroupInfo": map[string]any{"applicationName": in.str("applicationName"),
		"deploymentGroupName": in.str("deploymentGroupName"), "deploymentGroupId": "group-1", "computePlatform": "Server"}}, nil
}

func (s *Server) listDeployments(in input) (map[string]any, *Failure) {
	if in.str("applicationName") != "" {
		if f := s.place(in, in.str("deploymentGroupName")); f != nil {
			return nil, f
		}
	}
	statuses := in.list("includeOnlyStatuses")
	ids := []any{}
	for _, d := range slices.Backward(s.deploy.deployments) {
		if (in.str("applicationName") == "" || d.Application == in.str("applicationName") && d.Group == in.str("deploymentGroupName")) &&
			(len(statuses) == 0 || slices.Contains(statuses, any(d.Status))) {
			ids = append(ids, d.ID)
		}
	}
	return map[string]any{"deployments": ids}, nil
}

func (s *Server) getDeployment(in input) (map[string]any, *Failure) {
	for _, d := range s.deploy.deployments {
		if d.ID == in.str("deploymentId") {
			return map[string]any{"deploymentInfo": map[string]any{"deploymentId": d.ID, "applicationName": d.Application,
				"deploymentGroupName": d.Group, "description": d.Description, "status": d.Status, "createTime": d.Created, "creator": "user",
				"revision": map[string]any{"revisionType": "GitHub", "gitHubLocation": map[string]any{"repository": d.Repository, "commitId": d.Commit}}}}, nil
		}
	}
	return nil, &Failure{Status: 400, Code: "DeploymentDoesNotExistException", Message: "No deployment found for id: " + in.str("deploymentId")}
}

// createDeployment takes one deployment a group at a time, and only whole commits, as CodeDeploy does.
func (s *Server) createDeployment(in input) (map[string]any, *Failure) {
	if f := s.place(in, in.str("deploymentGroupName")); f != nil {
		return nil, f
	}
	source := in.sub("revision").sub("gitHubLocation")
	if !regexp.MustCompile(`^[0-9a-f]{40}$`).MatchString(source.str("commitId")) {
		return nil, &Failure{Status: 400, Code: "InvalidRevisionException", Message: "GitHub commit IDs must be the full 40 hexadecimal digits"}
	}
	for _, d := range s.deploy.deployments {
		if d.Application == in.str("applicationName") && d.Group == in.str("deploymentGroupName") && !d.ended() {
			return nil, &Failure{Status: 400, Code: "DeploymentLimitExceededException", Message: fmt.Sprintf(
				"The Deployment Group '%s' already has an active Deployment '%s'", d.Group, d.ID)}
		}
	}
	d := &Deployment{ID: fmt.Sprintf("d-%09d", len(s.deploy.deployments)+1), Application: in.str("applicationName"), Group: in.str("deploymentGroupName"),
		Description: in.str("description"), Repository: source.str("repository"), Commit: source.str("commitId"), Status: "Created", Created: s.now(), Input: in}
	s.deploy.deployments = append(s.deploy.deployments, d)
	return map[string]any{"deploymentId": d.ID}, nil
}

func (d *Deployment) ended() bool {
	return d.Status == "Succeeded" || d.Status == "Failed" || d.Status == "Stopped"
}
