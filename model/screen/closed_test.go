package screen

import (
	"strings"
	"testing"
	"time"

	"tminus/model/launch"
)

// Nothing can be done in a launch that is closed: nothing asks for it. What was open stays to be read.
func TestAClosedLaunchAsksForNothing(t *testing.T) {
	s := back()
	request(s)
	declare(s, "security-incident", "T+4m")
	s.Armed = map[string]launch.Mark{"error-rate-high": mark("lead", "", at("T-20m"))}
	s.Messages = []*launch.Message{{Mark: mark("prog", "", at("T+5m")), ID: "p1-0000", Purpose: launch.PurposePage, Channels: []string{launch.Pager},
		Deliveries: map[string]*launch.Delivery{launch.Pager: {State: launch.DeliveryUnknown}}, Page: &launch.Page{Group: "technical", Level: "primary", To: "lead", Within: time.Minute}}}
	open := present(s, "T+10m")
	if len(open.Notices) == 0 || len(open.Alarms) == 0 || open.Armed == nil {
		t.Fatalf("the test proves nothing: %+v %+v %+v", open.Notices, open.Alarms, open.Armed)
	}
	m := mark("prog", "", at("T+11m"))
	s.Closed = &m
	sc := present(s, "T+12m")
	if len(sc.Notices) > 0 || len(sc.Alarms) > 0 || sc.Armed != nil {
		t.Errorf("%+v %+v %+v", sc.Notices, sc.Alarms, sc.Armed)
	}
	if sc.Todo.Text != "The launch is closed" || sc.Updates.Due != nil {
		t.Errorf("%+v %v", sc.Todo, sc.Updates.Due)
	}
	if len(sc.Updates.Pages) != 1 || !strings.Contains(strings.Join(sc.Reasons, "; "), "Security incident") {
		t.Errorf("what was open is not to be read: %+v %q", sc.Updates.Pages, sc.Reasons)
	}
}
