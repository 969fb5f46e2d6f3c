package bindings

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"tminus/model/launch"
	"tminus/model/launchfile"
)

func TestAPageProbeIsComparedWithTheStatusThatIsExpected(t *testing.T) {
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	defer page.Close()
	prober := Ports(&launchfile.File{}, launch.DryRun, t.TempDir()).Prober
	for _, c := range []struct {
		probe launchfile.Probe
		state string
	}{
		{launchfile.Probe{HTTP: page.URL, Expect: http.StatusTeapot}, "succeeded"},
		{launchfile.Probe{HTTP: page.URL}, "failed"}, // 200 is what is expected where nothing is said
	} {
		got, err := prober.Probe(t.Context(), c.probe, "")
		if err != nil || got.State != c.state {
			t.Errorf("%+v: %+v, %v, want it %s", c.probe, got, err, c.state)
		}
	}
	page.Close()
	if got, err := prober.Probe(t.Context(), launchfile.Probe{HTTP: page.URL}, ""); err == nil || got.State != "" {
		t.Errorf("a page that does not answer is neither: %+v, %v", got, err)
	}
}

func TestEveryOperationAndSourceOfALaunchFileIsServed(t *testing.T) {
	ports := Ports(&launchfile.File{}, launch.Live, t.TempDir())
	for _, op := range []string{launch.OpPutParameter, launch.OpDeploy, launch.OpStopDeploy, launch.OpRun} {
		if ports.Hands[op] == nil {
			t.Errorf("nothing carries out %s", op)
		}
	}
	for _, s := range []launchfile.Source{
		{CloudWatch: &launchfile.CloudWatch{}}, {Prometheus: &launchfile.Prometheus{}}, {HTTP: &launchfile.HTTPJSON{}},
	} {
		if ports.Sources[s.Kind()] == nil {
			t.Errorf("nothing reads a source of the kind %s", s.Kind())
		}
	}
	if len(ports.Channels) > 0 {
		t.Errorf("channels that nothing binds: %v", ports.Channels)
	}
}
