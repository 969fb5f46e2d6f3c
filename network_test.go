package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"tminus/integrations/aws/awstest"
)

// insideOf names, in the environment of a test that runs itself again in namespaces of its own, which case it is to try.
const insideOf = "TMINUS_TEST_INSIDE"

// apart runs the calling test again in namespaces of its own, once for each case, and reports false; inside of one it
// reports which case that is. It skips the test where the system lets nobody make such a namespace.
func apart(t *testing.T, unshare string, tools []string, cases ...string) (inside string, ok bool) {
	t.Helper()
	if inside = os.Getenv(insideOf); inside != "" {
		return inside, true
	}
	for _, tool := range append([]string{"unshare"}, tools...) {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	if out, err := exec.Command("unshare", unshare, "true").CombinedOutput(); err != nil {
		t.Skipf("no namespace can be made here: unshare %s: %v: %s", unshare, err, out)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Parallel()
	var all sync.WaitGroup // all at once: most of their time they wait
	for _, c := range cases {
		all.Go(func() {
			cmd := exec.Command("unshare", unshare, self, "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=5m")
			cmd.Env = append(os.Environ(), insideOf+"="+c)
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
				t.Errorf("%s: %v\n%s", c, err, out)
			}
		})
	}
	all.Wait()
	return "", false
}

// wire is the way to a server at an address that can be taken away: in a network namespace, so that packets are really lost.
type wire struct {
	t      *testing.T
	server *awstest.Server
	lost   string // what becomes of packets when the way is lost: dropped, unreachable
	cutAt  atomic.Value
}

const wireAddress = "10.77.0.1"

func newWire(t *testing.T, server *awstest.Server, lost string) (x *wire, url string) {
	x = &wire{t: t, server: server, lost: lost}
	x.cutAt.Store("")
	x.ip("link", "set", "lo", "up")
	x.ip("addr", "add", wireAddress+"/32", "dev", "lo")
	l, err := net.Listen("tcp", wireAddress+":0")
	if err != nil {
		t.Fatal(err)
	}
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: x}}
	s.Start()
	t.Cleanup(func() { x.restore(); s.CloseClientConnections(); _ = l.Close() })
	return x, s.URL
}

func (x *wire) ip(args ...string) {
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		x.t.Errorf("ip %s: %v: %s", strings.Join(args, " "), err, out)
	}
}

func (x *wire) cut() {
	if x.lost == "dropped" {
		x.ip("link", "set", "lo", "down")
		return
	}
	x.ip("addr", "del", wireAddress+"/32", "dev", "lo")
	x.ip("route", "add", "unreachable", wireAddress)
}

// restore makes the way whole again, whatever state it is in.
func (x *wire) restore() {
	_ = exec.Command("ip", "route", "del", "unreachable", wireAddress).Run()
	_ = exec.Command("ip", "link", "set", "lo", "up").Run()
	_ = exec.Command("ip", "addr", "add", wireAddress+"/32", "dev", "lo").Run()
}

// ServeHTTP does what is asked, and loses the way before the answer where it is told to.
func (x *wire) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at, _ := x.cutAt.Load().(string)
	if at == "" || !strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+at) {
		x.server.ServeHTTP(w, r)
		return
	}
	x.cutAt.Store("")
	answer := httptest.NewRecorder()
	x.server.ServeHTTP(answer, r)
	x.cut()
	for key, values := range answer.Header() {
		w.Header()[key] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // into the void
}

// watchedOften is a monitor that is asked for every second, so that a lost way is seen soon.
const watchedOften = `
monitors: [{id: pulse, name: Pulse, group: system, every: 1s, critical: "> 5000"}]
`

const pulseSource = "\n  pulse: {cloudwatch: {period: 60s, namespace: Shop, name: Requests, stat: Sum}}\n"

// overWire is newRollback's launch at the end of a wire, in a network of its own.
func overWire(t *testing.T, lost string) (*watchedLaunch, *awstest.Server, *wire) {
	t.Helper()
	server := awstest.New(nil)
	server.SetIdentity(awstest.Identity{Account: "123456789012", ARN: "arn:aws:iam::123456789012:user/lead", UserID: "U"})
	server.SetParameter(flagName, "String", "true", "arn:x")
	server.SetApplication("shop", "prod")
	serve(server, never, always(1000))
	w := newWatched(t, server, watchedOften+strings.Replace(rollbackBindings, "sources:\n", "sources:"+pulseSource, 1))
	x, url := newWire(t, server, lost)
	w.env = append(w.env, "AWS_ENDPOINT_URL="+url)
	return w, server, x
}

// The network is really lost, packets and all, in the middle of reading, of a write, of a deployment's making and of its
// following. Nothing reads green meanwhile, nothing is sent again by itself, and once the network is back each effect is
// found, and is there once.
func TestTheNetworkIsLost(t *testing.T) {
	inside, ok := apart(t, "-rn", []string{"ip"}, "dropped write", "dropped deployment", "unreachable write", "unreachable deployment")
	if !ok {
		return
	}
	lost, during, _ := strings.Cut(inside, " ")
	w, server, x := overWire(t, lost)
	w.open()
	w.until("all is well", func(s watchedStatus) bool { return s.Status == "GREEN" && s.monitor("pulse") == "OK" })
	if during == "write" {
		lostBeforeAWrite(w, server, x)
		lostAfterIts(w, x, "PutParameter", "feature-disable")
		w.intact(server, 1)
		return
	}
	lostAfterIts(w, x, "CreateDeployment", "code-rollback")
	lostWhileFollowing(w, server, x)
	w.intact(server, 0)
}

// darkens wants what is read to be in error, and the status not to be green.
func (w *watchedLaunch) darkens() {
	w.t.Helper()
	s := w.until("what is read is in error", func(s watchedStatus) bool { return s.monitor("pulse") == "ERROR" })
	if s.Status == "GREEN" || !strings.Contains(strings.Join(s.Reasons, "; "), "Pulse") {
		w.t.Errorf("with the network lost the status is %s: %v", s.Status, s.Reasons)
	}
}

// lostBeforeAWrite: it is not sent, and stays undone until a person does it.
func lostBeforeAWrite(w *watchedLaunch, server *awstest.Server, x *wire) {
	w.t.Helper()
	x.cut()
	w.says(1, []string{"not sent", "it is not known as whom it would be made"}, "do", "flag.off", "reason=drill")
	w.darkens()
	x.restore()
	w.until("it comes back by itself", func(s watchedStatus) bool { return s.monitor("pulse") == "OK" })
	if puts(server) != 0 {
		w.t.Errorf("%d writes of what was not sent", puts(server))
	}
}

// lostAfterIts effect, and before its answer: what a step does is unknown while the network is lost, then it is found.
func lostAfterIts(w *watchedLaunch, x *wire, action, step string) {
	w.t.Helper()
	x.cutAt.Store(action)
	if _, out := w.command(back(step)...); !strings.Contains(out, "unknown, it is being looked for") {
		w.t.Errorf("the request says %s", out)
	}
	if got := w.rollback().step(step); got != "unknown" {
		w.t.Errorf("%s is %s", step, got)
	}
	w.darkens()
	x.restore()
	w.waits(step+" is found", func() bool { got := w.rollback().step(step); return got == "verifying" || got == "done" })
	if e := w.run("log", "--kind", "call.found"); strings.Count(e, "happened") != 1 {
		w.t.Errorf("found: %s", e)
	}
}

// lostWhileFollowing a deployment: what it comes to meanwhile is seen once the network is back.
func lostWhileFollowing(w *watchedLaunch, server *awstest.Server, x *wire) {
	w.t.Helper()
	w.until("what is read comes back", func(s watchedStatus) bool { return s.monitor("pulse") == "OK" })
	x.cut()
	made := server.Deployments()
	if len(made) != 1 || made[0].Commit != lastGood {
		w.t.Fatalf("deployments %+v", made)
	}
	server.SetDeploymentStatus(made[0].ID, "Succeeded")
	w.darkens()
	if got := w.rollback().step("code-rollback"); got != "verifying" {
		w.t.Errorf("with the network lost the deployment is %s", got)
	}
	x.restore()
	w.waits("its end is seen", func() bool {
		return strings.Contains(w.run("log", "--kind", "step.checked"), "Deployment success")
	})
	if n := len(server.Deployments()); n != 1 {
		w.t.Errorf("%d deployments", n)
	}
}
