package aws

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"tminus/model/room"
	"tminus/model/text"
)

const (
	longestReason = 160
	longestWait   = time.Hour // of what a Retry-After may ask
)

// faultOf classifies an error of the SDK; nil for nil, and a Fault stays what it is. A Fault that is FaultExpired and has
// no hint is one that only the profile in use can give.
func faultOf(err error) *room.Fault {
	if err == nil {
		return nil
	}
	var known *room.Fault
	if errors.As(err, &known) {
		return known
	}
	f := credentialsFault(err)
	if f == nil {
		f = serviceFault(err)
	}
	if f == nil {
		f = wayFault(err)
	}
	if f == nil {
		f = &room.Fault{Reason: reason(err.Error())}
	}
	f.Err = err
	return f
}

// credentialsFault knows errors that come before anything is sent, because there is nothing to sign with.
func credentialsFault(err error) *room.Fault {
	var (
		noProfile config.SharedConfigProfileNotExistError
		noToken   config.AssumeRoleTokenProviderNotSetError
		noMFA     *config.AssumeRoleTokenProviderNotSetError
		process   *processcreds.ProviderError
		sso       *ssocreds.InvalidTokenError
	)
	switch said := err.Error(); {
	case errors.As(err, &noProfile):
		return &room.Fault{Kind: room.FaultExpired, Reason: "no AWS profile " + noProfile.Profile,
			Hint: "add profile " + noProfile.Profile + " to ~/.aws/config, or name another under aws in launch.yaml"}
	case errors.As(err, &noToken), errors.As(err, &noMFA):
		return &room.Fault{Kind: room.FaultExpired, Reason: "the AWS profile asks for an MFA code",
			Hint: "get session credentials with the code first: aws sts get-session-token --serial-number ARN --token-code CODE"}
	case errors.As(err, &process):
		return &room.Fault{Kind: room.FaultExpired, Reason: "credential_process of the AWS profile failed",
			Hint: "run it in another pane to see what it says and asks"}
	case errors.As(err, &sso), strings.Contains(said, "SSO token"):
		return &room.Fault{Kind: room.FaultExpired, Reason: "SSO session expired"}
	case strings.Contains(said, "no EC2 IMDS role found"), strings.Contains(said, "static credentials are empty"):
		// The instance's role is the last place that the SDK looks, and off EC2 the attempt fails like a network does.
		return &room.Fault{Kind: room.FaultExpired, Reason: "no AWS credentials found"}
	}
	return nil
}

// serviceFault knows what a service answered.
func serviceFault(err error) *room.Fault {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return nil
	}
	code := api.ErrorCode()
	answer := response(err)
	switch {
	case throttled(code) || answer != nil && answer.StatusCode == 429:
		return &room.Fault{Kind: room.FaultThrottled, Reason: "throttled", RetryAfter: retryAfter(answer)}
	case expired(code):
		return &room.Fault{Kind: room.FaultExpired, Reason: "credentials expired"}
	case refused(code):
		return &room.Fault{Kind: room.FaultExpired, Reason: "credentials refused"}
	case code == "RequestExpired" || code == "RequestTimeTooSkewed":
		return &room.Fault{Reason: "this machine's clock is off", Hint: "set the clock: AWS takes no request older than 5 minutes"}
	case strings.HasPrefix(code, "AccessDenied") || code == "UnauthorizedOperation" || code == "NotAuthorized":
		return &room.Fault{Kind: room.FaultDenied, Reason: "access denied", Hint: "allow " + permission(err, api.ErrorMessage())}
	case code == "ApplicationDoesNotExistException" || code == "DeploymentGroupDoesNotExistException":
		return &room.Fault{Kind: room.FaultMissing, Reason: reason(said(api, "not found")), Hint: "correct its name under deploy in launch.yaml, or aws.region"}
	case code == "InvalidRevisionException":
		return &room.Fault{Reason: reason(code + ": " + said(api, "refused")), Hint: "a GitHub commit is deployed to servers only: bind a group of platform Server, or deploy by hand"}
	case strings.HasPrefix(code, "ResourceNotFound") || code == "ParameterNotFound" || strings.HasSuffix(code, "DoesNotExistException"):
		return &room.Fault{Kind: room.FaultMissing, Reason: reason(said(api, "not found"))}
	case answer != nil && answer.StatusCode >= 500:
		return &room.Fault{Reason: reason(fmt.Sprintf("AWS failed with %d %s", answer.StatusCode, code)), RetryAfter: retryAfter(answer)}
	}
	return &room.Fault{Reason: reason(code + ": " + said(api, "refused"))}
}

func said(api smithy.APIError, otherwise string) string {
	if m := strings.TrimSpace(api.ErrorMessage()); m != "" {
		return m
	}
	return otherwise
}

// throttled names the codes for being asked too often. LimitExceeded of a quota has a longer name in every service that
// is used here, as DeploymentLimitExceededException, and is no throttling.
func throttled(code string) bool {
	switch strings.TrimSuffix(code, "Exception") {
	case "Throttling", "Throttled", "RequestThrottled", "TooManyRequests", "TooManyUpdates", "RequestLimitExceeded",
		"LimitExceeded", "LimitExceededFault", "BandwidthLimitExceeded", "SlowDown", "PriorRequestNotComplete":
		return true
	}
	return false
}

func expired(code string) bool {
	switch code {
	case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "UnauthorizedException", "InvalidGrantException":
		return true // the last two are SSO's
	}
	return false
}

// refused names the codes for credentials that AWS does not know. What AWS says of a wrong signature repeats what was
// signed, so its message is never shown.
func refused(code string) bool {
	switch code {
	case "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSignatureException",
		"InvalidSignature", "IncompleteSignature", "IncompleteSignatureException", "MissingAuthenticationToken",
		"MissingAuthenticationTokenException", "AuthFailure", "NotSignedUp", "OptInRequired":
		return true
	}
	return false
}

// wayFault knows what went wrong between here and the service.
func wayFault(err error) *room.Fault {
	var (
		dns  *net.DNSError
		send *smithyhttp.RequestSendError
		wire net.Error
	)
	switch {
	case errors.Is(err, context.Canceled):
		return &room.Fault{Reason: "cancelled"}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &wire) && wire.Timeout():
		return &room.Fault{Kind: room.FaultUnreachable, Reason: "AWS did not answer in time"}
	case errors.As(err, &dns):
		return &room.Fault{Kind: room.FaultUnreachable, Reason: reason("AWS cannot be reached: no address for " + dns.Name)}
	case errors.As(err, &send), errors.As(err, &wire):
		return &room.Fault{Kind: room.FaultUnreachable, Reason: reason("AWS cannot be reached: " + innermost(err).Error())}
	case response(err) != nil:
		return &room.Fault{Reason: fmt.Sprintf("unreadable answer with status %d", response(err).StatusCode),
			Hint: "is there a proxy between here and AWS? (HTTPS_PROXY, AWS_ENDPOINT_URL)"}
	}
	return nil
}

func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

func response(err error) *smithyhttp.Response {
	var r *smithyhttp.ResponseError
	if errors.As(err, &r) && r.Response != nil && r.Response.Response != nil {
		return r.Response
	}
	return nil
}

func retryAfter(answer *smithyhttp.Response) time.Duration {
	if answer == nil {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(answer.Header.Get("Retry-After")))
	if err != nil || n <= 0 {
		return 0
	}
	return min(time.Duration(min(n, int(longestWait/time.Second)))*time.Second, longestWait)
}

var performs = text.Pattern(`perform:? ([A-Za-z0-9-]+:[A-Za-z0-9]+)`)

// permission names what is missing, as it is written in a policy: from AWS' own words, else from what was called.
func permission(err error, message string) string {
	if m := performs().FindStringSubmatch(message); m != nil {
		return m[1]
	}
	var op *smithy.OperationError
	if !errors.As(err, &op) {
		return "the call"
	}
	service := strings.ToLower(strings.ReplaceAll(op.Service(), " ", ""))
	if service == "cloudwatchlogs" {
		service = "logs"
	}
	return service + ":" + op.Operation()
}

// reason makes a text short and one line; it is only ever shown.
func reason(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	s = text.Line(s)
	if r := []rune(s); len(r) > longestReason {
		return string(r[:longestReason-1]) + "…"
	}
	return s
}
