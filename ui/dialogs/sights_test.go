package dialogs

import (
	"fmt"
	"strings"
	"testing"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
)

// manyCalls is an open request of which the plan runs so many programs beside the flag and the deployment.
func manyCalls(programs int) *screen.Screen {
	s := requested()
	steps := backSteps()
	steps[1].Parts = nil
	for i := range programs {
		line := fmt.Sprintf("/opt/shop/restore.sh --table %02d", i)
		steps[1].Parts = append(steps[1].Parts, screen.Part{ID: fmt.Sprintf("restore-%02d", i), Text: "Restore", By: launch.ByCall, Op: launch.OpRun, AWSLine: line, Brief: line, State: screen.PartWaiting})
	}
	s.Requests[0].Steps = steps
	s.Procedure.Steps = steps
	return s
}

// callsOf are the words by which each call of a plan is known on the screen, in full or in a line.
func callsOf(programs int) [][]string {
	out := [][]string{{"--value false", "put-parameter /features/checkout-v2/enabled = false"}, {"tm-0011223344556677", "acme/shop@abababababab"}}
	for i := range programs {
		out = append(out, []string{fmt.Sprintf("--table %02d", i)})
	}
	return out
}

// Every call of the plan has been on the screen before y approves it, at every size; and where all of them are at once, one
// y is enough.
func TestNoCallIsApprovedUnseen(t *testing.T) {
	for _, programs := range []int{0, 3, 6, 30} {
		for _, size := range [][2]int{{80, 24}, {80, 16}, {60, 14}, {200, 50}, {120, 35}} {
			r := requestDialog(manyCalls(programs), infos())
			r.SetSize(size[0], size[1])
			frames, presses := flat(seen(r)), 0
			for range 60 {
				i, _ := press(t, r, "y")
				presses++
				if do, ok := i.(intent.Do); ok && do.Command.Action == "rollback.approve" {
					break
				}
				frames += "\n" + flat(seen(r))
			}
			for _, words := range callsOf(programs) {
				if !strings.Contains(frames, words[0]) && !strings.Contains(frames, words[len(words)-1]) {
					t.Errorf("%d programs at %v: approved after %d y without having shown %q", programs, size, presses, words[0])
				}
			}
			if size == [2]int{80, 24} && programs <= 6 && presses != 1 {
				t.Errorf("%d programs at 80x24: %d y, although their calls fit in a line each", programs, presses)
			}
			if size == [2]int{80, 24} && programs == 30 && (presses < 2 || presses > 5) {
				t.Errorf("%d calls at 80x24: %d y", programs+2, presses)
			}
		}
	}
}

// flat is a box's text with its lines joined, so that what was wrapped is found.
func flat(box string) string {
	lines := strings.Split(box, "\n")
	for i := range lines {
		lines[i] = strings.Trim(lines[i], "│ ")
	}
	return strings.Join(strings.Fields(strings.Join(lines, " ")), " ")
}

func TestReadOnSaysHowMuchThereIs(t *testing.T) {
	r := requestDialog(manyCalls(14), infos())
	if got := seen(r); !strings.Contains(got, "y read on: ") || !strings.Contains(got, "more calls below; y again at the end") {
		t.Errorf("%s", got)
	}
	if strings.Contains(seen(r), "y approve") {
		t.Error("offers to approve what was not shown")
	}
	press(t, r, "end")
	if got := seen(r); strings.Contains(got, "y approve") {
		t.Errorf("the end alone shows all that lies before it:\n%s", got)
	}
	press(t, r, "y")
	if i, _ := press(t, r, "y"); i != nil {
		t.Error("approved although the screen has not been drawn since")
	}
	if got := seen(r); !strings.Contains(got, "y approve R1-9c41d07b") {
		t.Errorf("%s", got)
	}
}

// What a form sends is shown first as well: the plan of a request, the calls of a step.
func TestNoCallIsSentUnseenByAForm(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {80, 14}, {200, 60}} {
		suggest := prefilled()
		suggest["steps"] = "feature-disable,database-rollback,code-rollback"
		f := formOn(manyCalls(20), "rollback.request", nil, suggest)
		f.SetSize(size[0], size[1])
		frames, presses := flat(seen(f)), 0
		for range 60 {
			presses++
			if i, _ := press(t, f, "ctrl+d"); i != nil {
				break
			}
			if got := seen(f); !strings.Contains(got, "read on: ") {
				t.Fatalf("neither sent nor told why:\n%s", got)
			}
			frames += "\n" + flat(seen(f))
		}
		for _, words := range callsOf(20) {
			if !strings.Contains(frames, words[0]) && !strings.Contains(frames, words[len(words)-1]) {
				t.Errorf("at %v: sent after %d ctrl+d without having shown %q", size, presses, words[0])
			}
		}
	}
	start := formOn(manyCalls(3), "step.retry", map[string]string{"id": "database-rollback"}, nil)
	if i, _ := press(t, start, "ctrl+d"); i != nil {
		t.Error("a step is run before its calls were drawn")
	}
	if got := seen(start); strings.Count(got, "the room will run: /opt/shop/restore.sh") != 3 {
		t.Errorf("%s", got)
	}
	if i, _ := press(t, start, "ctrl+d"); i == nil {
		t.Error("all was seen, and it is not sent")
	}
}

func TestFlagOffShowsItsCallFirst(t *testing.T) {
	f := flagDialog(rolling(), infos(), false)
	f.SetSize(80, 10)
	seen(f)
	if i, _ := press(t, f, "y"); i != nil {
		t.Fatalf("sent unseen: %#v in\n%s", i, seen(f))
	}
	if got := flat(seen(f)); !strings.Contains(got, `value="false"`) {
		t.Fatalf("y does not bring the call into sight:\n%s", got)
	}
	if i, _ := press(t, f, "y"); i == nil {
		t.Errorf("the second y does nothing:\n%s", seen(f))
	}
}
