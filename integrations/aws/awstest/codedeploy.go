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
	Code        string // of the error that it failed with
	Message     string
	Targets     []Target
	Input       map[string]any // of CreateDeployment

	course Course
	stops  time.Time // when a stop will be done; zero: none was asked for
	held   bool      // a test moves it, and the clock does not
}

// Course is how deployments go on by themselves, by the server's clock. Instances are deployed to one after the other.
type Course struct {
	Each    time.Duration // that an instance takes; 0: deployments move only as they are told
	Fails   string        // the lifecycle event at which the first instance fails, and the deployment with it; "": none
	Code    string        // of that failure; "": HEALTH_CONSTRAINTS
	Message string
	Stop    time.Duration // that a stop takes
}

// deploy is the state of CodeDeploy.
type deploy struct {
	groups      map[string][]string // application -> its groups
	platforms   map[string]string   // application -> platform, where it is not Server
	instances   map[string][]string // application/group -> its instances
	course      Course
	pageSize    int
	deployments []*Deployment
}

const deploymentsPage = 100

func newDeploy() deploy {
	return deploy{groups: make(map[string][]string), platforms: make(map[string]string), instances: make(map[string][]string), pageSize: deploymentsPage}
}

// SetApplication makes an application with its deployment groups.
func (s *Server) SetApplication(name string, groups ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deploy.groups[name] = groups
}

// SetPlatform makes an application one of Lambda or ECS.
func (s *Server) SetPlatform(application, platform string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deploy.platforms[application] = platform
}

// SetInstances says which instances deployments of a group are to from now on.
func (s *Server) SetInstances(application, group string, ids ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deploy.instances[application+"/"+group] = ids
}

// SetCourse says how deployments made from now on go on by themselves.
func (s *Server) SetCourse(c Course) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deploy.course = c
}

// SetDeploymentsPage bounds a page of the lists of deployments and of their targets.
func (s *Server) SetDeploymentsPage(size int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deploy.pageSize = size
}

// Deployments are all that were created, oldest first.
func (s *Server) Deployments() []Deployment {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Deployment
	for _, d := range s.deploy.deployments {
		s.advance(d)
		one := *d
		one.Targets = slices.Clone(d.Targets)
		all = append(all, one)
	}
	return all
}

// SetDeploymentStatus moves a deployment on; the clock no longer does.
func (s *Server) SetDeploymentStatus(id, status string) {
	s.changeDeployment(id, func(d *Deployment) { d.Status = status })
}

// FailDeployment ends a deployment with an error.
func (s *Server) FailDeployment(id, code, message string) {
	s.changeDeployment(id, func(d *Deployment) { d.Status, d.Code, d.Message = "Failed", code, message })
}

// SetTargets says how a deployment's instances stand.
func (s *Server) SetTargets(id string, targets ...Target) {
	s.changeDeployment(id, func(d *Deployment) { d.Targets = slices.Clone(targets) })
}

func (s *Server) changeDeployment(id string, change func(*Deployment)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.find(id); d != nil {
		d.held = true
		change(d)
	}
}

// find gives a deployment as it stands now.
func (s *Server) find(id string) *Deployment {
	for _, d := range s.deploy.deployments {
		if d.ID == id {
			s.advance(d)
			return d
		}
	}
	return nil
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

func (s *Server) platform(application string) string {
	if p := s.deploy.platforms[application]; p != "" {
		return p
	}
	return "Server"
}

func (s *Server) getApplication(in input) (map[string]any, *Failure) {
	if f := s.place(in, ""); f != nil {
		return nil, f
	}
	name := in.str("applicationName")
	return map[string]any{"application": map[string]any{"applicationId": "app-1", "applicationName": name, "computePlatform": s.platform(name)}}, nil
}

func (s *Server) getDeploymentGroup(in input) (map[string]any, *Failure) {
	if f := s.place(in, in.str("deploymentGroupName")); f != nil {
		return nil, f
	}
	name := in.str("applicationName")
	return map[string]any{"deploymentGroupInfo": map[string]any{"applicationName": name,
		"deploymentGroupName": in.str("deploymentGroupName"), "deploymentGroupId": "group-1", "computePlatform": s.platform(name)}}, nil
}

// createDeployment takes one deployment a group at a time, only whole commits, and commits for servers only, as
// CodeDeploy does.
func (s *Server) createDeployment(in input) (map[string]any, *Failure) {
	if f := s.place(in, in.str("deploymentGroupName")); f != nil {
		return nil, f
	}
	name, group, source := in.str("applicationName"), in.str("deploymentGroupName"), in.sub("revision").sub("gitHubLocation")
	if p := s.platform(name); p != "Server" {
		return nil, &Failure{Status: 400, Code: "InvalidRevisionException", Message: "The revision type GitHub is not supported by the compute platform " + p}
	}
	if !regexp.MustCompile(`^[0-9a-f]{40}$`).MatchString(source.str("commitId")) {
		return nil, &Failure{Status: 400, Code: "InvalidRevisionException", Message: "GitHub commit IDs must be the full 40 hexadecimal digits"}
	}
	for _, d := range s.deploy.deployments {
		if s.advance(d); d.Application == name && d.Group == group && !d.ended() {
			return nil, &Failure{Status: 400, Code: "DeploymentLimitExceededException", Message: fmt.Sprintf(
				"The Deployment Group '%s' already has an active Deployment '%s'", d.Group, d.ID)}
		}
	}
	d := &Deployment{ID: fmt.Sprintf("d-%09d", len(s.deploy.deployments)+1), Application: name, Group: group,
		Description: in.str("description"), Repository: source.str("repository"), Commit: source.str("commitId"),
		Status: "Created", Created: s.now(), Input: in, course: s.deploy.course}
	for _, id := range s.deploy.instances[name+"/"+group] {
		d.Targets = append(d.Targets, Target{ID: id, Status: "Pending"})
	}
	s.deploy.deployments = append(s.deploy.deployments, d)
	return map[string]any{"deploymentId": d.ID}, nil
}

func (s *Server) stopDeployment(in input) (map[string]any, *Failure) {
	d := s.find(in.str("deploymentId"))
	switch {
	case d == nil:
		return nil, noDeployment(in)
	case d.ended():
		return nil, &Failure{Status: 400, Code: "DeploymentAlreadyCompletedException", Message: "The deployment " + d.ID + " has already completed"}
	}
	d.Code, d.Message = "MANUAL_STOP", "The deployment was stopped manually."
	d.stops = s.now().Add(d.course.Stop)
	s.advance(d)
	if d.ended() {
		return map[string]any{"status": "Succeeded", "statusMessage": "No more commands will be scheduled for execution in the deployment instances"}, nil
	}
	return map[string]any{"status": "Pending", "statusMessage": "Stopping the deployment. Some instances still have commands in progress"}, nil
}

func noDeployment(in input) *Failure {
	return &Failure{Status: 400, Code: "DeploymentDoesNotExistException", Message: "No deployment found for id: " + in.str("deploymentId")}
}

func (d *Deployment) ended() bool {
	return d.Status == "Succeeded" || d.Status == "Failed" || d.Status == "Stopped"
}
