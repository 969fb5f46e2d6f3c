package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/smithy-go"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/room"
)

// putParameter writes a parameter that is there. It never creates one: a misspelt flag would seem to be switched. It reads
// what is there first, because a write would silently change what it does not name.
func (h *Hands) putParameter(ctx context.Context, c launch.Call) launch.Outcome {
	name, value, kind := c.Args["name"], c.Args["value"], types.ParameterType(c.Args["type"])
	if name == "" || value == "" {
		return notSent("a parameter's write needs a name and a value")
	}
	client, err := h.session.SSM(ctx)
	if err != nil {
		return notSent(h.session.Fault(err).Error())
	}
	line := ownLine(client.Options().HTTPClient)
	now, out := h.standing(ctx, client, line, name)
	if out != nil {
		return *out
	}
	if kind != "" && kind != now.kind {
		return launch.Outcome{Outcome: launch.OutcomeNotSent, Error: reason(fmt.Sprintf("%s is a %s now, where the plan has %s", name, now.kind, kind)) + "; plan the call again"}
	}
	input := &ssm.PutParameterInput{Name: &name, Value: &value, Type: now.kind, Overwrite: aws.Bool(true)}
	if now.key != "" {
		input.KeyId = &now.key
	}
	if now.tier == types.ParameterTierAdvanced {
		input.Tier = now.tier // without it AWS takes the account's default, and refuses to go back to Standard
	}
	way := &once{over: line}
	put, err := client.PutParameter(ctx, input, func(o *ssm.Options) { o.RetryMaxAttempts, o.HTTPClient = 1, way })
	if err != nil {
		failed := h.unsuccessful(way, err)
		var api smithy.APIError
		if now.kind == types.ParameterTypeSecureString && errors.As(err, &api) && strings.Contains(api.ErrorMessage(), value) {
			failed.Error = reason(api.ErrorCode() + ": what AWS says quotes the secret value, and is not shown")
		}
		return failed
	}
	if put.Version == 0 {
		return unreadable("SSM answered without a version")
	}
	result := map[string]string{resultVersion: strconv.FormatInt(put.Version, 10)}
	if put.Tier != "" {
		result[resultTier] = string(put.Tier)
	}
	return launch.Outcome{Outcome: launch.OutcomeOK, Result: result}
}

// standing is what a write has to keep.
type standing struct {
	kind types.ParameterType
	key  string // of a SecureString: without it AWS would encrypt with its own, which others may not decrypt with
	tier types.ParameterTier
}

// glance bounds the look at a parameter's tier, which a write can do without in most accounts.
const glance = 2 * time.Second

// standing reads what is there; the outcome is not nil where that ends the write.
func (h *Hands) standing(ctx context.Context, client *ssm.Client, line sender, name string) (standing, *launch.Outcome) {
	here := func(o *ssm.Options) { o.HTTPClient = line }
	got, err := client.GetParameter(ctx, &ssm.GetParameterInput{Name: &name}, here)
	if err != nil {
		f := h.session.Fault(err)
		if f.Kind == room.FaultMissing {
			return standing{}, &launch.Outcome{Outcome: launch.OutcomeFailed, Error: noParameter(name).Error()}
		}
		return standing{}, unprepared(f)
	}
	if got.Parameter == nil || got.Parameter.Type == "" {
		return standing{}, unprepared(&room.Fault{Reason: "SSM answered without the parameter", Hint: "is there a proxy between here and AWS? (HTTPS_PROXY, AWS_ENDPOINT_URL)"})
	}
	now := standing{kind: got.Parameter.Type}
	secret := now.kind == types.ParameterTypeSecureString
	if !secret {
		short, cancel := context.WithTimeout(ctx, glance)
		defer cancel()
		ctx = short
	}
	past, err := h.history(ctx, client, name, false, here)
	if err != nil {
		if secret {
			return standing{}, unprepared(h.session.Fault(err))
		}
		return now, nil
	}
	if last, ok := past.newest(); ok {
		now.tier = last.Tier
		if secret {
			now.key = aws.ToString(last.KeyId)
		}
	}
	return now, nil
}

func unprepared(f *room.Fault) *launch.Outcome {
	before := *f
	before.Reason = "the parameter could not be read before the write: " + f.Reason
	return &launch.Outcome{Outcome: launch.OutcomeNotSent, Error: before.Error()}
}

func noParameter(name string) *room.Fault {
	return &room.Fault{Kind: room.FaultMissing, Reason: reason("parameter " + name + " does not exist"),
		Hint: "create it, or correct its name under flags, or aws.region"}
}

// past is a parameter's history, oldest version first.
type past struct {
	versions []types.ParameterHistory
	ahead    time.Duration // how far AWS' clock is ahead of ours
	dated    bool          // ahead is known
}

// wrongClock is more than AWS takes a request with: such a date is not AWS'.
const wrongClock = 15 * time.Minute

// history reads all versions that SSM keeps, at most 100.
func (h *Hands) history(ctx context.Context, client *ssm.Client, name string, decrypt bool, options ...func(*ssm.Options)) (past, error) {
	var p past
	input := &ssm.GetParameterHistoryInput{Name: &name, MaxResults: aws.Int32(50), WithDecryption: &decrypt}
	for page := 1; ; page++ {
		out, err := client.GetParameterHistory(ctx, input, options...)
		if err != nil {
			return past{}, err
		}
		if at, ok := awsmiddleware.GetServerTime(out.ResultMetadata); ok && !at.IsZero() {
			if ahead := at.Sub(h.now()); ahead.Abs() < wrongClock {
				p.ahead, p.dated = ahead, true
			}
		}
		p.versions = append(p.versions, out.Parameters...)
		next := aws.ToString(out.NextToken)
		if next == "" {
			break
		}
		if page == maxPages || next == aws.ToString(input.NextToken) {
			return past{}, &room.Fault{Reason: fmt.Sprintf("SSM's history of the parameter was cut after %d pages", page)}
		}
		input.NextToken = &next
	}
	slices.SortStableFunc(p.versions, func(a, b types.ParameterHistory) int { return cmp.Compare(a.Version, b.Version) })
	return p, nil
}

func (p past) newest() (types.ParameterHistory, bool) {
	if len(p.versions) == 0 {
		return types.ParameterHistory{}, false
	}
	return p.versions[len(p.versions)-1], true
}

// Flag reads a flag's parameter. Who wrote it last stays empty where the history cannot be read: the value matters more.
// Its errors are Faults.
func (h *Hands) Flag(ctx context.Context, f launchfile.Flag) (launch.FlagValue, error) {
	name := f.SSM.Name
	client, err := h.session.SSM(ctx)
	if err != nil {
		return launch.FlagValue{}, h.session.Fault(err)
	}
	out, err := client.GetParameter(ctx, &ssm.GetParameterInput{Name: &name, WithDecryption: aws.Bool(true)})
	if err != nil {
		if f := h.session.Fault(err); f.Kind != room.FaultMissing {
			return launch.FlagValue{}, f
		}
		f := noParameter(name)
		f.Err = err
		return launch.FlagValue{}, f
	}
	p := out.Parameter
	if p == nil || p.Value == nil {
		return launch.FlagValue{}, &room.Fault{Reason: "SSM answered without the parameter", Hint: "is there a proxy between here and AWS? (HTTPS_PROXY, AWS_ENDPOINT_URL)"}
	}
	v := launch.FlagValue{Value: *p.Value, Version: p.Version, Type: string(p.Type)}
	if p.LastModifiedDate != nil {
		v.Modified = p.LastModifiedDate.UTC().Format(time.RFC3339)
	}
	past, err := h.history(ctx, client, name, false)
	if err != nil {
		_ = h.session.Fault(err) // so that the session hears of refused credentials
		return v, nil
	}
	for _, entry := range past.versions {
		if entry.Version == p.Version {
			v.By = aws.ToString(entry.LastModifiedUser)
		}
	}
	return v, nil
}
