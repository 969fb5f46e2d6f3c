package report_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/report"
)

// browser is a headless Chromium that is spoken to through its pipe.
type browser struct {
	t       *testing.T
	out     *os.File
	in      *bufio.Reader
	id      int
	session string
	events  []event
}

type event struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  json.RawMessage `json:"error"`
}

func openBrowser(t *testing.T) *browser {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium is installed; the page is not looked at in a browser")
	}
	toRead, toWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fromRead, fromWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions", "--user-data-dir="+t.TempDir(), "--remote-debugging-pipe", "about:blank")
	c.ExtraFiles = []*os.File{toRead, fromWrite}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	toRead.Close()
	fromWrite.Close()
	b := &browser{t: t, out: toWrite, in: bufio.NewReader(fromRead)}
	t.Cleanup(func() {
		b.send("Browser.close", nil)
		kill := time.AfterFunc(10*time.Second, func() { _ = c.Process.Kill() })
		_ = c.Wait()
		kill.Stop()
		toWrite.Close()
		fromRead.Close()
	})
	// A browser that hangs ends the test: a pipe's read has a limit.
	if err := fromRead.SetReadDeadline(time.Now().Add(90 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *browser) send(method string, params any) int {
	b.id++
	m := map[string]any{"id": b.id, "method": method}
	if params != nil {
		m["params"] = params
	}
	if b.session != "" && !strings.HasPrefix(method, "Browser.") {
		m["sessionId"] = b.session
	}
	text, err := json.Marshal(m)
	if err == nil {
		_, err = b.out.Write(append(text, 0))
	}
	if err != nil {
		b.t.Log(method, err)
	}
	return b.id
}

func (b *browser) next() event {
	b.t.Helper()
	text, err := b.in.ReadBytes(0)
	if err != nil {
		b.t.Fatal("the browser says nothing: ", err)
	}
	var e event
	if err := json.Unmarshal(bytes.TrimSuffix(text, []byte{0}), &e); err != nil {
		b.t.Fatal(err)
	}
	return e
}

func (b *browser) call(method string, params, into any) {
	b.t.Helper()
	id := b.send(method, params)
	for {
		e := b.next()
		if e.ID != id {
			b.events = append(b.events, e)
			continue
		}
		if len(e.Error) > 0 {
			b.t.Fatalf("%s: %s", method, e.Error)
		}
		if into != nil {
			if err := json.Unmarshal(e.Result, into); err != nil {
				b.t.Fatal(err)
			}
		}
		return
	}
}

// open shows a page at a width and waits until it is loaded.
func (b *browser) open(page string, width int, dark bool) {
	b.t.Helper()
	var target struct{ TargetID, SessionID string }
	b.session = ""
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	b.session, b.events = target.SessionID, nil
	for _, domain := range []string{"Network", "Runtime", "Log", "Page"} {
		b.call(domain+".enable", nil, nil)
	}
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}, nil)
	b.call("Page.navigate", map[string]any{"url": "file://" + page}, nil)
	for {
		for _, e := range b.events {
			if e.Method == "Page.loadEventFired" {
				return
			}
		}
		b.events = append(b.events, b.next())
	}
}

func (b *browser) eval(script string, into any) {
	b.t.Helper()
	var got struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	b.call("Runtime.evaluate", map[string]any{"expression": script, "returnByValue": true}, &got)
	if len(got.ExceptionDetails) > 0 {
		b.t.Fatalf("%s: %s", script, got.ExceptionDetails)
	}
	if err := json.Unmarshal(got.Result.Value, into); err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
}

// quiet expects that nothing but the page itself was asked for, and that the console has nothing to say.
func (b *browser) quiet(page string) {
	b.t.Helper()
	for _, e := range b.events {
		switch e.Method {
		case "Network.requestWillBeSent":
			var p struct{ Request struct{ URL string } }
			if err := json.Unmarshal(e.Params, &p); err != nil {
				b.t.Fatal(err)
			}
			if p.Request.URL != "file://"+page && !strings.HasPrefix(p.Request.URL, "data:") {
				b.t.Errorf("the page asks for %s", p.Request.URL)
			}
		case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded":
			b.t.Errorf("the console says: %s", e.Params)
		}
	}
}

// shot keeps a picture of an element for people to look at.
func (b *browser) shot(name, selector string) {
	dir := os.Getenv("TMINUS_EXPORTS")
	if dir == "" {
		return
	}
	var box struct{ X, Y, Width, Height float64 }
	b.eval(fmt.Sprintf(`(()=>{const r=document.querySelector(%q).getBoundingClientRect();return {X:r.x+scrollX,Y:r.y+scrollY,Width:r.width,Height:Math.min(r.height,2400)}})()`, selector), &box)
	var got struct{ Data string }
	b.call("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true, "clip": map[string]any{"x": box.X, "y": box.Y, "width": box.Width, "height": box.Height, "scale": 1}}, &got)
	png, err := base64.StdEncoding.DecodeString(got.Data)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), png, 0o600)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// look is what the page tells of itself.
const look = `(()=>{
const charts=[...document.querySelectorAll("figure.chart svg")];
const lum=c=>{const v=c.match(/[\d.]+/g).slice(0,3).map(x=>{x/=255;return x<=.03928?x/12.92:((x+.055)/1.055)**2.4});return .2126*v[0]+.7152*v[1]+.0722*v[2]};
const ground=e=>{for(;e;e=e.parentElement){const c=getComputedStyle(e).backgroundColor;if(!/, 0\)$/.test(c))return c}};
const contrast=s=>{const e=document.querySelector(s);if(!e)return 21;const a=lum(getComputedStyle(e).color),b=lum(ground(e));return (Math.max(a,b)+.05)/(Math.min(a,b)+.05)};
const levels=[...document.querySelectorAll("h1,h2,h3,h4")].map(h=>+h.tagName[1]);
const ids=[...document.querySelectorAll("[id]")].map(e=>e.id);
return {
 Wide:document.documentElement.scrollWidth-innerWidth,
 Charts:charts.length,
 Least:Math.min(...charts.map(s=>s.getBoundingClientRect().width)),
 High:Math.min(...charts.map(s=>s.getBoundingClientRect().height)),
 Drawn:charts.every(s=>{const p=s.querySelector("path.series"),b=p.getBBox();return b.width>100&&b.height>10&&getComputedStyle(p).stroke!=="none"}),
 Named:charts.every(s=>s.querySelector("title").textContent&&s.querySelector("desc").textContent),
 Scripts:document.scripts.length,
 Contrast:Math.min(...["p","td","caption","a[href]",".describe",".area .rule.warn",".area .rule.crit",".area .value"].map(contrast)),
 Skips:levels.some((l,i)=>i&&l>levels[i-1]+1),
 H1:levels.filter(l=>l===1).length,
 Landmarks:["header","nav","main","footer"].every(n=>document.querySelectorAll("body>"+n).length===1),
 Twice:ids.length-new Set(ids).size,
 Dead:[...document.querySelectorAll('a[href^="#"]')].filter(a=>!document.getElementById(a.getAttribute("href").slice(1))).length,
 Small:Math.min(...[...document.querySelectorAll("td,.ticks span,.area .value")].map(e=>parseFloat(getComputedStyle(e).fontSize)))
}})()`

func TestThePageInABrowser(t *testing.T) {
	b := openBrowser(t)
	for name, r := range map[string]*recorded{
		"live":    rolledBack(t, launch.Live, "New checkout", "seen by all"),
		"hostile": rolledBack(t, launch.Rehearsal, hostile, strings.Repeat("x", 300)+hostile),
	} {
		_, pm := r.built()
		page := filepath.Join(t.TempDir(), name+".html")
		if err := os.WriteFile(page, []byte(written(t, report.HTML, pm)), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, width := range []int{1280, 390} {
			dark := (width == 390) == (name == "live") // each colour scheme at each width, and each page in both
			b.open(page, width, dark)
			var saw struct {
				Wide, Charts, Scripts, H1, Twice, Dead int
				Least, High, Contrast, Small           float64
				Drawn, Named, Skips, Landmarks         bool
			}
			b.eval(look, &saw)
			b.quiet(page)
			if saw.Wide > 0 || saw.Charts != 1 || !saw.Drawn || !saw.Named || saw.Least < float64(width)*0.6 || saw.High < 100 ||
				saw.Scripts != 0 || saw.Contrast < 4.5 || saw.Skips || saw.H1 != 1 || !saw.Landmarks || saw.Twice != 0 || saw.Dead != 0 || saw.Small < 10 {
				t.Errorf("%s at %d (dark: %v): %+v", name, width, dark, saw)
			}
			b.shot(fmt.Sprintf("%s-%d-%v-chart.png", name, width, dark), "figure.chart")
			b.shot(fmt.Sprintf("%s-%d-%v-page.png", name, width, dark), "body")
		}
	}
}
