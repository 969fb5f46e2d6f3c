package aws

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"

	"tminus/model/launchfile"
	"tminus/model/room"
)

const (
	readAttempts = 2                      // of one call: a dropped connection is tried once more; the room has its own back-off
	retryDelay   = 200 * time.Millisecond // at most, between the two
)

// Options says whose credentials are used, and where. The zero value takes everything from the environment.
type Options struct {
	Region  string         // "": AWS_REGION, or the profile's
	Profile string         // "": AWS_PROFILE, or the environment's keys
	Logger  logging.Logger // for the SDK's warnings; nil: dropped, since stderr is the screen
}

// OptionsOf takes the options from a launch file, whose aws may be missing.
func OptionsOf(a *launchfile.AWS) Options {
	if a == nil {
		return Options{}
	}
	return Options{Region: a.Region, Profile: a.Profile}
}

// Session gives clients for one account and region. It loads the configuration when it is first needed, and again from
// scratch after credentials were refused or a configuration file changed: so a person who renews credentials in another
// pane needs no restart. Every error of a client goes through Fault, which is how the session hears of a refusal. It may
// be used by several goroutines.
type Session struct {
	opts Options

	mu      sync.Mutex
	loaded  bool // cfg is good
	cfg     aws.Config
	clients clients
	files   []stamp // of the configuration files that cfg was read from
}

// clients are made with the configuration and share its credentials and connections.
type clients struct {
	cloudWatch *cloudwatch.Client
	logs       *cloudwatchlogs.Client
	sts        *sts.Client
	ssm        *ssm.Client
	codeDeploy *codedeploy.Client
}

// stamp tells whether a file is still the one that was read.
type stamp struct {
	path     string
	size     int64
	modified time.Time
}

// NewSession makes a session. Nothing is read or sent before its first use.
func NewSession(opts Options) *Session {
	if opts.Logger == nil {
		opts.Logger = logging.Nop{}
	}
	return &Session{opts: opts}
}

// CloudWatch is the client for metrics.
func (s *Session) CloudWatch(ctx context.Context) (*cloudwatch.Client, error) {
	c, _, err := s.load(ctx)
	return c.cloudWatch, err
}

// Logs is the client for log groups.
func (s *Session) Logs(ctx context.Context) (*cloudwatchlogs.Client, error) {
	c, _, err := s.load(ctx)
	return c.logs, err
}

// STS is the client that says who is calling.
func (s *Session) STS(ctx context.Context) (*sts.Client, error) {
	c, _, err := s.load(ctx)
	return c.sts, err
}

// SSM is the client for parameters. Reads are tried twice; a write must pass RetryMaxAttempts: 1 with its call, because a
// write whose answer was lost is looked up and never repeated.
func (s *Session) SSM(ctx context.Context) (*ssm.Client, error) {
	c, _, err := s.load(ctx)
	return c.ssm, err
}

// CodeDeploy is the client for deployments; for writes the same holds as for SSM.
func (s *Session) CodeDeploy(ctx context.Context) (*codedeploy.Client, error) {
	c, _, err := s.load(ctx)
	return c.codeDeploy, err
}

// Region is the region that calls go to.
func (s *Session) Region(ctx context.Context) (string, error) {
	_, cfg, err := s.load(ctx)
	return cfg.Region, err
}

// key tells the credentials in use from others; "": there are none. After a call it costs nothing, since they are cached.
func (s *Session) key(ctx context.Context) string {
	_, cfg, err := s.load(ctx)
	if err != nil || cfg.Credentials == nil {
		return ""
	}
	c, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return ""
	}
	return c.AccessKeyID
}

// Endpoint is the address that calls go to where it is not AWS itself (AWS_ENDPOINT_URL), else "".
func (s *Session) Endpoint(ctx context.Context) (string, error) {
	_, cfg, err := s.load(ctx)
	return aws.ToString(cfg.BaseEndpoint), err
}

// Fault says what an error of one of the session's clients means and what to do about it; nil for nil. Where credentials
// were refused the next client is made from freshly read configuration.
func (s *Session) Fault(err error) *room.Fault {
	f := faultOf(err)
	if f == nil || f.Kind != room.FaultExpired {
		return f
	}
	s.mu.Lock()
	s.loaded = false
	s.mu.Unlock()
	if f.Hint == "" {
		f.Hint = s.renewal()
	}
	return f
}

// load returns the clients, reading the configuration first where it has to be. Its errors are Faults.
func (s *Session) load(ctx context.Context) (clients, aws.Config, error) {
	c, cfg, err := s.current(ctx)
	if err != nil {
		return clients{}, aws.Config{}, s.Fault(err)
	}
	return c, cfg, nil
}

func (s *Session) current(ctx context.Context) (clients, aws.Config, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	files := stamps()
	if s.loaded && sameFiles(files, s.files) {
		return s.clients, s.cfg, nil
	}
	cfg, err := s.read(ctx)
	if err != nil {
		s.loaded = false
		return clients{}, aws.Config{}, err
	}
	s.loaded, s.cfg, s.files = true, cfg, files
	s.clients = clients{
		cloudWatch: cloudwatch.NewFromConfig(cfg),
		logs:       cloudwatchlogs.NewFromConfig(cfg),
		sts:        sts.NewFromConfig(cfg),
		ssm:        ssm.NewFromConfig(cfg),
		codeDeploy: codedeploy.NewFromConfig(cfg),
	}
	return s.clients, s.cfg, nil
}

func (s *Session) read(ctx context.Context) (aws.Config, error) {
	options := []func(*config.LoadOptions) error{
		config.WithLogger(s.opts.Logger),
		config.WithClientLogMode(0),
		config.WithRetryer(newRetryer),
	}
	if s.opts.Region != "" {
		options = append(options, config.WithRegion(s.opts.Region))
	}
	if s.opts.Profile != "" {
		options = append(options, config.WithSharedConfigProfile(s.opts.Profile))
	}
	if p := s.quietProcess(ctx); p != nil {
		options = append(options, config.WithCredentialsProvider(p))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return aws.Config{}, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return aws.Config{}, &room.Fault{Reason: "no AWS region", Hint: "set region under aws in launch.yaml, or AWS_REGION",
			Err: fmt.Errorf("read the AWS configuration: neither launch.yaml, the environment nor the profile names a region")}
	}
	return cfg, nil
}

// newRetryer tries again what failed on the way. It does not try again what was throttled: the room lowers its pace for
// that, and a second request at once would only add to the load.
func newRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = readAttempts
		o.MaxBackoff = retryDelay
		o.Retryables = []retry.IsErrorRetryable{
			retry.NoRetryCanceledError{},
			retry.RetryableConnectionError{},
			retry.RetryableHTTPStatusCode{Codes: map[int]struct{}{500: {}, 502: {}, 504: {}}},
		}
	})
}

// configFiles are where the SDK looks for profiles. The environment is asked each time, as the SDK does.
func configFiles() (conf, credentials string) {
	conf, credentials = os.Getenv("AWS_CONFIG_FILE"), os.Getenv("AWS_SHARED_CREDENTIALS_FILE")
	if conf == "" {
		conf = config.DefaultSharedConfigFilename()
	}
	if credentials == "" {
		credentials = config.DefaultSharedCredentialsFilename()
	}
	return conf, credentials
}

func stamps() []stamp {
	conf, credentials := configFiles()
	files := []stamp{{path: conf}, {path: credentials}}
	for i, f := range files {
		if info, err := os.Stat(f.path); err == nil { // a file that is not there is like an empty one
			files[i].size, files[i].modified = info.Size(), info.ModTime()
		}
	}
	return files
}

func sameFiles(a, b []stamp) bool {
	for i := range a {
		if a[i].path != b[i].path || a[i].size != b[i].size || !a[i].modified.Equal(b[i].modified) {
			return false
		}
	}
	return true
}
