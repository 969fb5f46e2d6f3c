package script

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tminus/model/launch"
)

// RunProbe runs a program that answers a verification, to its end: exit status 0 is succeeded. It must have the digest
// ("": any), is checked, given its
// environment, bounded and cleaned up after like every program, but it ends with ctx, and with this process. An error
// means that there is no answer.
func (h *Hands) RunProbe(ctx context.Context, argv, env []string, digest string, timeout time.Duration) (launch.Progress, error) {
	o, err := h.run(argv, env, timeout)
	if err != nil {
		return launch.Progress{}, err
	}
	o.Call, o.Digest, o.Attached = "probe", digest, true
	if err := fit(o); err != nil {
		return launch.Progress{}, err
	}
	dir, lock, err := newRun(os.TempDir(), "tminus-probe-")
	if err != nil {
		return launch.Progress{}, err
	}
	sup, err := h.start(dir, lock)
	if err != nil {
		os.RemoveAll(dir)
		return launch.Progress{}, err
	}
	var s Status
	clean := func() {
		<-sup.ended
		os.RemoveAll(dir)
	}
	defer func() {
		sup.leave() // which ends what still runs
		if s.State == stateEnded || s.State == stateRefused {
			clean() // it is about to end
			return
		}
		go clean() // ending it can take ten seconds, and nobody waits for that
	}()
	s, err = sup.begin(ctx, o)
	if err == nil && s.State == stateRunning {
		s, err = sup.next(ctx)
	}
	if err != nil {
		return launch.Progress{}, fmt.Errorf("probe %s: %w", filepath.Base(argv[0]), err)
	}
	if s.State == stateRefused {
		return launch.Progress{}, fmt.Errorf("probe %s: %s", filepath.Base(argv[0]), s.Error)
	}
	return h.progress(dir, s, true)
}
