package cockpit

import (
	"maps"
	"testing"

	"tminus/model/launch"
	"tminus/model/screen"
)

// The next line's key asks for nothing that the cockpit knows: what is confirmed belongs to the step at work.
func TestWhatIsConfirmedNamesItsStep(t *testing.T) {
	a := &App{shown: &screen.Screen{Steps: []screen.Step{
		{ID: "one", State: launch.StepDone, Parts: []screen.Part{{ID: "look"}}},
		{ID: "two", State: launch.StepVerifying, Parts: []screen.Part{{ID: "deploy"}, {ID: "look"}}},
		{ID: "three", State: launch.StepWaiting, Parts: []screen.Part{{ID: "test"}}},
	}}}
	for what, want := range map[string]map[string]string{
		"look": {"what": "look", "id": "two"},
		"test": {"what": "test"}, // it has not begun: the room says so
		"else": {"what": "else"},
	} {
		if got := a.confirming(what); !maps.Equal(got, want) {
			t.Errorf("%s: %v", what, got)
		}
	}
}
