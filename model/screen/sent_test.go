package screen

import (
	"strings"
	"testing"

	"tminus/model/launch"
)

// An update that nobody got is not a status update that went out.
func TestAnUpdateThatDidNotArriveIsNotGreen(t *testing.T) {
	for _, tc := range []struct {
		states map[string]launch.DeliveryState
		want   string
		word   string
	}{
		{map[string]launch.DeliveryState{"slack": launch.Delivered, "email": launch.Delivered}, CheckOK, "sent at"},
		{map[string]launch.DeliveryState{"slack": launch.Delivered, "email": launch.DeliveryFailed}, CheckBad, "email failed"},
		{map[string]launch.DeliveryState{"slack": launch.DeliveryUnknown, "email": launch.Delivered}, CheckUnknown, "slack unknown"},
		{map[string]launch.DeliveryState{"slack": "", "email": launch.Delivered}, CheckUnknown, "slack waiting"},
		{map[string]launch.DeliveryState{"slack": launch.DeliveryByHand}, CheckUnknown, "slack by hand"},
	} {
		s := testState()
		m := &launch.Message{Mark: mark("prog", "", at("T-14m")), ID: "u1-0000", Purpose: launch.PurposeUpdate, Deliveries: map[string]*launch.Delivery{}}
		for _, c := range []string{"slack", "email"} {
			if state, sent := tc.states[c]; sent {
				m.Channels = append(m.Channels, c)
				m.Deliveries[c] = &launch.Delivery{State: state}
			}
		}
		s.Messages = []*launch.Message{m}
		now := at("T-12m")
		p := &presenter{s: s, rb: s.Runbook, now: now, out: Present(s, healthy(s, now), nil, now)}
		if c := p.checkUpdates(at("T-15m")); c.State != tc.want || !strings.Contains(strings.ToLower(c.Evidence), tc.word) {
			t.Errorf("%v: %s, %q", tc.states, c.State, c.Evidence)
		}
	}
}
