package room

import (
	"context"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
)

// Hands carry out calls of one family of operations. The room calls them from several goroutines, never with a call twice
// while its outcome is not known. None of them tries anything again by itself.
type Hands interface {
	// Identity says as whom and where calls would be made now. For AWS it asks STS; it changes nothing.
	Identity(ctx context.Context) (launch.Identity, error)
	// Do sends the call once and returns within ctx. A *Fault or other error that stands beside OutcomeNotSent or
	// OutcomeFailed says why, in Outcome.Error. Whatever ends without a certain answer is OutcomeUnknown.
	Do(ctx context.Context, c launch.Call) launch.Outcome
	// Look finds out whether the effect of a call happened that was intended at an instant, in the name of a caller; it
	// changes nothing. An error means that looking failed, and says nothing of the call.
	Look(ctx context.Context, c launch.Call, intended time.Time, caller string) (launch.Found, error)
	// Follow says how what a call began goes on. An error means that looking failed.
	Follow(ctx context.Context, c launch.Call, result map[string]string) (launch.Progress, error)
}

// Flags reads feature flags.
type Flags interface {
	Flag(ctx context.Context, f launchfile.Flag) (launch.FlagValue, error)
}

// Deployments tells what is under way in a deployment group: the ids that a new deployment would have to wait for.
type Deployments interface {
	Running(ctx context.Context, d launchfile.CodeDeploy) ([]string, error)
}

// Programs tells programs apart, and ends those that run.
type Programs interface {
	// Digest tells which file it is that would run. An error says why it must not be run.
	Digest(path string) (string, error)
	// Stop asks the program that a call has begun to end, and does not wait for that: Follow tells it. It may be asked
	// again. asked is false where it had ended already.
	Stop(ctx context.Context, c launch.Call) (asked bool, err error)
}

// Prober asks once whether a verification of the launch file holds: Progress.State is succeeded or failed. An error means
// that there is no answer. digest is that of the program that was planned; any other is not run.
type Prober interface {
	Probe(ctx context.Context, p launchfile.Probe, digest string) (launch.Progress, error)
}
