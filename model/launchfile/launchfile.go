// Package launchfile is launch.yaml: one launch, its people, and the bindings of a runbook to real resources. Its loader
// tells every mistake of a file in one run, with its line and column; Check holds the file against the runbook that it names.
// It knows nothing of what it binds to: integrations read the bindings that are theirs.
package launchfile

import (
	"time"

	"tminus/model/runbook"
)

// File is one launch.yaml: it binds a runbook to a feature, a T-0, people and real resources. Pointers are nil and
// maps empty where the file says nothing: what is not bound is worked by hand.
type File struct {
	Launch    string                    `json:"launch"`  // [a-z0-9-]+; its name in the journal
	Title     string                    `json:"title"`   //
	T0        time.Time                 `json:"t0"`      // UTC
	Runbook   string                    `json:"runbook"` // a built-in name, or a path relative to this file
	Vars      map[string]string         `json:"vars,omitempty"`
	People    []Person                  `json:"people"`
	Share     *Share                    `json:"share,omitempty"`
	Attest    []string                  `json:"attest,omitzero"` // what may be recorded for somebody; nil: all, empty: nothing
	AWS       *AWS                      `json:"aws,omitempty"`
	Resources map[string]string         `json:"resources,omitempty"` // runbook resource id -> link
	Contacts  map[string]ContactBinding `json:"contacts,omitempty"`  // contact group id -> users
	Sources   map[string]Source         `json:"sources,omitempty"`   // monitor id -> where its values come from
	Monitors  []runbook.Monitor         `json:"monitors,omitempty"`  // beside the runbook's
	Logs      []LogGroup                `json:"logs,omitempty"`
	Flags     map[string]Flag           `json:"flags,omitempty"`
	Deploy    *Deploy                   `json:"deploy,omitempty"`
	Actions   map[string]Program        `json:"actions,omitempty"` // runbook action id -> a program
	Probes    map[string]Probe          `json:"probes,omitempty"`  // runbook verification id -> a check
	Notify    Notify                    `json:"notify,omitzero"`
}

// Person is somebody who may act in this launch. User is the operating system's login name.
type Person struct {
	User      string   `json:"user"`
	Name      string   `json:"name,omitempty"`
	Roles     []string `json:"roles,omitempty"`
	BackupFor []string `json:"backup_for,omitempty"`
	Contact   Reach    `json:"contact,omitzero"`
	Keys      []string `json:"keys,omitempty"`
}

// Reach is how a person is reached.
type Reach struct {
	Slack string `json:"slack,omitempty"`
	Phone string `json:"phone,omitempty"`
	Email string `json:"email,omitempty"`
}

// Share says where the room's socket stands for other logins.
type Share struct {
	Group string `json:"group"`
	Dir   string `json:"dir"` // absolute; the socket is DIR/LAUNCH.sock, 0660
}

// AWS names the account. Account (12 digits) is compared with STS before each write.
type AWS struct {
	Region  string `json:"region"`
	Profile string `json:"profile,omitempty"`
	Account string `json:"account,omitempty"`
}

// ContactBinding names users for the places of a contact group.
type ContactBinding struct {
	Primary    string `json:"primary,omitempty"`
	Backup     string `json:"backup,omitempty"`
	Escalation string `json:"escalation,omitempty"`
}

// Source says where a monitor's values come from; exactly one field is set.
type Source struct {
	CloudWatch *CloudWatch `json:"cloudwatch,omitempty"`
	Prometheus *Prometheus `json:"prometheus,omitempty"`
	HTTP       *HTTPJSON   `json:"http,omitempty"`
	Manual     *Manual     `json:"manual,omitempty"`

	Logs *LogCount `json:"-"` // of the monitors that LogMonitors makes; no key of the file
}

// Kind names what is set: cloudwatch, prometheus, http, manual, logs, or "" for nothing.
func (s Source) Kind() string {
	switch {
	case s.CloudWatch != nil:
		return "cloudwatch"
	case s.Prometheus != nil:
		return "prometheus"
	case s.HTTP != nil:
		return "http"
	case s.Manual != nil:
		return "manual"
	case s.Logs != nil:
		return "logs"
	}
	return ""
}

// CloudWatch is one metric, or an expression over several of the same period.
type CloudWatch struct {
	Period     runbook.Duration    `json:"period,omitempty"`
	Settle     runbook.Duration    `json:"settle,omitempty"` // how long points may be late; default 180s
	Expression string              `json:"expression,omitempty"`
	Metrics    map[string]CWMetric `json:"metrics,omitempty"`
	CWMetric                       // the single metric, where there is no expression
	Count      *CWMetric           `json:"count,omitempty"` // sample count, for low-confidence percentiles
}

// CWMetric names one CloudWatch metric and its statistic. Missing is "" or "zero".
type CWMetric struct {
	Namespace  string            `json:"namespace,omitempty"`
	Name       string            `json:"name,omitempty"`
	Stat       string            `json:"stat,omitempty"` // Sum, Average, Minimum, Maximum, SampleCount, p0 to p100
	Dimensions map[string]string `json:"dimensions,omitempty"`
	Missing    string            `json:"missing,omitempty"`
}

// Prometheus is an instant query over the HTTP API.
type Prometheus struct {
	URL       string           `json:"url"`
	Query     string           `json:"query"`
	Period    runbook.Duration `json:"period,omitempty"`
	Settle    runbook.Duration `json:"settle,omitempty"`
	TokenEnv  string           `json:"token_env,omitempty"`
	TokenFile string           `json:"token_file,omitempty"`
}

// HTTPJSON is a JSON document and the dotted path of a number in it.
type HTTPJSON struct {
	URL       string           `json:"url"`
	JSON      string           `json:"json"`
	Period    runbook.Duration `json:"period,omitempty"`
	TokenEnv  string           `json:"token_env,omitempty"`
	TokenFile string           `json:"token_file,omitempty"`
}

// Manual values are typed by the monitor's owner.
type Manual struct {
	Every runbook.Duration `json:"every,omitempty"`
}

// LogGroup is a CloudWatch Logs group and the patterns counted in it.
type LogGroup struct {
	Group    string `json:"group"`
	Error    string `json:"error,omitempty"`
	Warning  string `json:"warning,omitempty"`
	Critical string `json:"critical,omitempty"`
}

// Flag is a feature flag kept in SSM Parameter Store.
type Flag struct {
	SSM    SSMParameter `json:"ssm"`
	Effect *Effect      `json:"effect,omitempty"`
}

// SSMParameter is a parameter with its two values.
type SSMParameter struct {
	Name string `json:"name"`
	On   string `json:"on"`
	Off  string `json:"off"`
}

// Effect is what a flag's write should do to a monitor: "falls" or "rises".
type Effect struct {
	Monitor string `json:"monitor"`
	Expect  string `json:"expect"`
}

// Deploy binds the code deployment and its rollback.
type Deploy struct {
	CodeDeploy *CodeDeploy `json:"codedeploy,omitempty"`
}

// CodeDeploy names an application, a deployment group and the two revisions.
type CodeDeploy struct {
	Application string `json:"application"`
	Group       string `json:"group"`
	GitHub      GitHub `json:"github"`
}

// GitHub names a repository and the commits (40 hex digits) to release and to go back to.
type GitHub struct {
	Repository    string `json:"repository"`
	Release       string `json:"release,omitempty"`
	LastKnownGood string `json:"last_known_good"`
}

// Program is run without a shell: an absolute path and its arguments.
type Program struct {
	Run     []string         `json:"run"`
	Undo    []string         `json:"undo,omitempty"`
	Timeout runbook.Duration `json:"timeout,omitempty"`
	Env     []string         `json:"env,omitempty"`
}

// Probe is a check that answers a verification: an HTTP status expected, or a program that must exit 0.
type Probe struct {
	HTTP    string           `json:"http,omitempty"`
	Expect  int              `json:"expect,omitempty"`
	Run     []string         `json:"run,omitempty"`
	Timeout runbook.Duration `json:"timeout,omitempty"`
}

// Notify binds the channels.
type Notify struct {
	Slack      *Slack      `json:"slack,omitempty"`
	Statuspage *Statuspage `json:"statuspage,omitempty"`
	Email      *Email      `json:"email,omitempty"`
	PagerDuty  *PagerDuty  `json:"pagerduty,omitempty"`
}

// Slack posts by incoming webhook, or by chat.postMessage with a token and a channel.
type Slack struct {
	WebhookEnv  string `json:"webhook_env,omitempty"`
	WebhookFile string `json:"webhook_file,omitempty"`
	TokenEnv    string `json:"token_env,omitempty"`
	TokenFile   string `json:"token_file,omitempty"`
	Channel     string `json:"channel,omitempty"`
}

// Statuspage names a page and where its token is.
type Statuspage struct {
	Page      string `json:"page"`
	TokenEnv  string `json:"token_env,omitempty"`
	TokenFile string `json:"token_file,omitempty"`
}

// Email sends over SMTP with STARTTLS.
type Email struct {
	SMTP          string   `json:"smtp"` // host:port
	From          string   `json:"from"`
	To            []string `json:"to"`
	User          string   `json:"user,omitempty"`
	PasswordEnv   string   `json:"password_env,omitempty"`
	PasswordFile  string   `json:"password_file,omitempty"`
	AllowInsecure bool     `json:"allow_insecure,omitempty"`
}

// PagerDuty pages by Events API v2.
type PagerDuty struct {
	RoutingKeyEnv  string `json:"routing_key_env,omitempty"`
	RoutingKeyFile string `json:"routing_key_file,omitempty"`
}
