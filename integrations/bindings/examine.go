package bindings

import (
	"os"
	"time"

	"tminus/integrations/aws"
	"tminus/integrations/host"
	"tminus/integrations/httpjson"
	"tminus/integrations/notify"
	"tminus/integrations/prometheus"
	"tminus/integrations/webget"
	"tminus/model/launchfile"
	"tminus/model/preflight"
	"tminus/model/runbook"
)

// Examine makes doctor's tests of all that a launch file binds; self is the caller's login. They change nothing.
func Examine(f *launchfile.File, rb *runbook.Runbook, self string) []preflight.Test {
	tests := host.Bound(f, host.Options{Getenv: os.Getenv, LookupUID: host.LookupUID, Self: self, Status: webget.Status})
	metrics := prometheus.New(prometheus.Options{Secret: host.Secret})
	tests = append(tests, preflight.Reads(f, rb, "prometheus", metrics, time.Now)...)
	pages := httpjson.New(httpjson.Options{Secret: host.Secret})
	tests = append(tests, preflight.Reads(f, rb, "http", pages, time.Now)...)
	tests = append(tests, notify.Examine(f.Notify)...)
	return append(tests, aws.Examine(f, rb, aws.NewSession(aws.OptionsOf(f.AWS)), time.Now)...)
}
