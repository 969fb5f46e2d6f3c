package aws

import (
	"cmp"
	"context"
	"os"
	"os/exec"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
)

// profile is the profile in use, and false where credentials come from the environment.
func (s *Session) profile() (string, bool) {
	if s.opts.Profile != "" {
		return s.opts.Profile, true
	}
	// The SDK prefers keys in the environment to a profile named there.
	if os.Getenv("AWS_ACCESS_KEY_ID") != "" || os.Getenv("AWS_ACCESS_KEY") != "" || os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE") != "" {
		return "", false
	}
	return cmp.Or(os.Getenv("AWS_PROFILE"), os.Getenv("AWS_DEFAULT_PROFILE"), "default"), true
}

// shared reads the profile in use from the configuration files.
func (s *Session) shared(ctx context.Context) (config.SharedConfig, bool) {
	name, ok := s.profile()
	if !ok {
		return config.SharedConfig{}, false
	}
	conf, credentials := configFiles()
	p, err := config.LoadSharedConfigProfile(ctx, name, func(o *config.LoadSharedConfigOptions) {
		o.ConfigFiles, o.CredentialsFiles, o.Logger = []string{conf}, []string{credentials}, s.opts.Logger
	})
	return p, err == nil
}

// renewal says how a person renews the credentials in use.
func (s *Session) renewal() string {
	name, ok := s.profile()
	if !ok {
		return "the credentials are in this room's environment: start a new room with renewed ones"
	}
	if p, found := s.shared(context.Background()); found {
		for at := &p; at != nil; at = at.Source {
			switch {
			case at.SSOSessionName != "" || at.SSOStartURL != "":
				return "aws sso login --profile " + cmp.Or(at.Profile, name)
			case at.LoginSession != "":
				return "aws login --profile " + cmp.Or(at.Profile, name)
			}
		}
	}
	return "renew the credentials of profile " + name + ", e.g. in ~/.aws/credentials or the environment of a new room"
}

// quietProcess runs the profile's credential_process with no terminal: the SDK would give it the screen's stdin and
// stderr, and its output would tear the screen. It is nil where the profile has none of its own.
func (s *Session) quietProcess(ctx context.Context) aws.CredentialsProvider {
	p, found := s.shared(ctx)
	// What stands first here is what the SDK prefers to credential_process.
	if !found || p.CredentialProcess == "" || p.Source != nil || p.RoleARN != "" || p.Credentials.HasKeys() ||
		p.CredentialSource != "" || p.WebIdentityTokenFile != "" || p.SSOSessionName != "" || p.SSOStartURL != "" || p.LoginSession != "" {
		return nil
	}
	return aws.NewCredentialsCache(processcreds.NewProviderCommand(processcreds.NewCommandBuilderFunc(
		func(ctx context.Context) (*exec.Cmd, error) {
			return exec.CommandContext(ctx, "sh", "-c", p.CredentialProcess), nil
		})))
}
