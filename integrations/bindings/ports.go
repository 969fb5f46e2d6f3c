// Package bindings is the real world as a launch file binds it, put together from its parts: what a room reads and acts
// through, and what doctor tries of it. Its counterpart is rehearsal, the simulated one.
package bindings

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"tminus/integrations/aws"
	"tminus/integrations/host"
	"tminus/integrations/httpjson"
	"tminus/integrations/notify"
	"tminus/integrations/prometheus"
	"tminus/integrations/script"
	"tminus/integrations/webget"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/room"
)

// Ports is what a room reads and acts through outside a rehearsal. The runs of programs are kept in dir, the database's
// folder, so that the next room finds them.
func Ports(f *launchfile.File, mode launch.Mode, dir string) room.Ports {
	session := aws.NewSession(aws.OptionsOf(f.AWS))
	hands := aws.NewHands(session)
	programs := script.New(script.Options{
		Dir: filepath.Join(dir, "runs"), Vars: f.Vars, Getenv: os.Getenv, Clock: time.Now,
		Secrets: func() []string { return host.SecretValues(f) },
	})
	return room.Ports{
		Sources: map[string]room.Source{
			"cloudwatch": aws.NewCloudWatch(session),
			"logs":       aws.NewLogs(session),
			"prometheus": prometheus.New(prometheus.Options{Secret: host.Secret}),
			"http":       httpjson.New(httpjson.Options{Secret: host.Secret, Clock: time.Now}),
		},
		Hands: map[string]room.Hands{
			launch.OpPutParameter: hands, launch.OpDeploy: hands, launch.OpStopDeploy: hands, launch.OpRun: programs,
		},
		Flags: hands, Deployments: hands, Programs: programs, Prober: prober{programs},
		Channels: notify.Channels(f.Notify, mode),
	}
}

// prober asks a page for its status, or a program for its exit.
type prober struct{ programs *script.Hands }

func (p prober) Probe(ctx context.Context, probe launchfile.Probe, digest string) (launch.Progress, error) {
	if len(probe.Run) > 0 {
		return p.programs.RunProbe(ctx, probe.Run, nil, digest, time.Duration(probe.Timeout))
	}
	status, err := webget.Status(ctx, probe.HTTP)
	if status == 0 {
		return launch.Progress{}, err
	}
	want := cmp.Or(probe.Expect, http.StatusOK)
	answer := launch.Progress{State: "failed", Detail: fmt.Sprintf("%s answered %d, expected %d", probe.HTTP, status, want)}
	if status == want {
		answer = launch.Progress{State: "succeeded", Detail: fmt.Sprintf("%s answered %d", probe.HTTP, status)}
	}
	return answer, nil
}
