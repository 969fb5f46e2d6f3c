package dialogs

import (
	"strings"
	"testing"

	"tminus/model/screen"
)

// The second to agree reads the first one's reason once.
func TestTheFirstAgreementIsToldOnce(t *testing.T) {
	s := picture()
	s.Closure = screen.Closure{Outcome: "unverified", Needs: []screen.Agreeing{{Title: "Engineering Lead", Agreed: &screen.By{User: "eng-lead", At: at("09:40:00"), Text: "the window is over"}}}}
	got := ""
	for _, f := range closeFacts(names{plan: plan(), screen: s}) {
		got += f.text + "\n"
	}
	if n := strings.Count(got, "the window is over"); n != 1 {
		t.Errorf("told %d times:\n%s", n, got)
	}
}
