package script

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"time"

	"tminus/model/launch"
	"tminus/model/room"
)

// UsualTimeout ends a program for which the launch file says no timeout.
const UsualTimeout = 10 * time.Minute

const (
	beginLimit   = 10 * time.Second // how long a call may take to begin: the deadline of every write
	termWait     = 10 * time.Second // between SIGTERM and SIGKILL
	leftoverWait = 2 * time.Second  // how long what a program leaves behind may take to end by itself
	sweepLimit   = 10 * time.Second // what lives so long after SIGKILL cannot be killed
)

// Options are what Hands need of the outside.
type Options struct {
	Dir     string                   // the state folder of all runs; made with 0700 where it is not there
	Vars    map[string]string        // the launch file's: TMINUS_VAR_* in a program's environment
	Getenv  func(name string) string // the room's environment; nil: this process's
	Secrets func() []string          // what is masked in output; nil: nothing. Values under 6 bytes are not looked for
	Self    string                   // this binary, to be run as the supervisor; "": what is running, even if its file was replaced
	Clock   func() time.Time         // nil: the wall's
}

// Hands run programs. Their methods may be called from several goroutines, and of several processes on the same Dir.
type Hands struct {
	o            Options
	termWait     time.Duration
	leftoverWait time.Duration
	sweepLimit   time.Duration
}

// New returns Hands.
func New(o Options) *Hands {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.Secrets == nil {
		o.Secrets = func() []string { return nil }
	}
	if o.Self == "" {
		o.Self = "/proc/self/exe" // read in the new process, which is still this binary then
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Hands{o: o, termWait: termWait, leftoverWait: leftoverWait, sweepLimit: sweepLimit}
}

var (
	_ room.Hands    = (*Hands)(nil)
	_ room.Programs = (*Hands)(nil)
)

// Digest is what a program's file would have to be to run, and says why it must not be run; see Check.
func (h *Hands) Digest(path string) (string, error) { return Check(path) }

// Identity is the login that programs run as.
func (h *Hands) Identity(context.Context) (launch.Identity, error) {
	u, err := user.Current()
	if err != nil {
		return launch.Identity{Caller: "uid " + strconv.Itoa(os.Geteuid())}, nil
	}
	return launch.Identity{Caller: u.Username}, nil
}

// Do starts the call's program under a supervisor and returns as soon as it runs: result holds run (its folder), pid and
// boot. A call that was begun before, by whomever, is never begun again: that is OutcomeUnknown, and Look tells more.
func (h *Hands) Do(ctx context.Context, c launch.Call) launch.Outcome {
	notSent := func(err error) launch.Outcome {
		return launch.Outcome{Outcome: launch.OutcomeNotSent, Error: err.Error()}
	}
	o, err := h.order(c)
	if err != nil {
		return notSent(err)
	}
	if err := fit(o); err != nil {
		return notSent(err)
	}
	if err := ctx.Err(); err != nil {
		return notSent(fmt.Errorf("cancelled before it was started: %w", err))
	}
	dir, lock, err := claim(h.o.Dir, c.ID)
	if errors.Is(err, errBegun) {
		return launch.Outcome{Outcome: launch.OutcomeUnknown, Error: err.Error()}
	}
	if err != nil {
		return notSent(err)
	}
	sup, err := h.start(dir, lock)
	if err != nil {
		return notSent(err)
	}
	defer sup.leave()
	s, err := sup.begin(ctx, o)
	switch {
	case err != nil:
		return launch.Outcome{Outcome: launch.OutcomeUnknown, Error: err.Error()}
	case s.State == stateRefused:
		return notSent(errors.New(s.Error))
	}
	return launch.Outcome{Outcome: launch.OutcomeOK, Result: result(dir, s)}
}

// fit makes sure, before anything is begun, that the program is the one that was planned.
func fit(o order) error {
	digest, err := Check(o.Argv[0])
	if err != nil {
		return err
	}
	return sameProgram(o, digest)
}

func sameProgram(o order, digest string) error {
	if o.Digest != "" && digest != o.Digest {
		return fmt.Errorf("%s is not the program that was planned: its digest is %.16s…, planned was %.16s…; "+
			"look at what changed, and ask for the step again", o.Argv[0], digest, o.Digest)
	}
	return nil
}

func result(dir string, s Status) map[string]string {
	return map[string]string{"run": dir, "pid": strconv.Itoa(s.PID), "boot": s.BootID}
}
