package roomsock

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/room"
	"tminus/model/room/roomtest"
	"tminus/model/runbook"
	"tminus/model/screen"
)

// board is a channel that says what it would show, and takes nothing that is unsendable.
type board struct{ name string }

func (b board) Audience() string { return "readers of " + b.name }
func (b board) Preview(m room.Message) (string, error) {
	if strings.Contains(m.Text, "unsendable") {
		return "", errors.New(b.name + " does not take it")
	}
	return b.name + ": " + m.Subject + "\n" + m.Text + "\n" + m.By + " " + m.Head, nil
}
func (b board) Send(context.Context, room.Message) room.Delivery {
	return room.Delivery{State: room.Undelivered}
}
func (b board) Look(context.Context, room.Message) (room.Delivery, error) {
	return room.Delivery{}, room.ErrNoLook
}

// talkingRoom is a room with three channels, of which the launch file binds two.
func talkingRoom(t *testing.T) *room.Room {
	t.Helper()
	s, now, book := roomtest.NewMemory(), time.Now().UTC(), testRunbook()
	book.Communication.Channels = []runbook.Channel{{ID: "slack", Title: "Slack", Audience: "the team"}, {ID: "email", Title: "Email", Audience: "all"},
		{ID: "statuspage", Title: "Status page", Audience: "customers"}}
	file := &launchfile.File{
		Launch: "checkout", Title: "Checkout", T0: now.Add(2 * time.Hour), Runbook: "small",
		People: []launchfile.Person{{User: "el", Roles: []string{"engineering-lead"}}, {User: "po", Roles: []string{"product-owner"}}},
		Notify: launchfile.Notify{Slack: &launchfile.Slack{}, Email: &launchfile.Email{}},
	}
	err := room.Plan(t.Context(), s, &room.PlanRequest{ID: "0123", Mode: launch.Live, File: file, FileText: "file", Runbook: book, RunbookText: "book",
		Now: now, By: Self(), UID: func(login string) int { return map[string]int{"el": Self().UID, "po": ownerUID}[login] }})
	if err != nil {
		t.Fatal(err)
	}
	r, err := room.Open(t.Context(), room.Config{Store: s, Launch: "checkout", Host: "h",
		Ports: room.Ports{Channels: map[string]room.Channel{"slack": board{"slack"}, "email": board{"email"}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// Who attached sees the very previews that the room's own cockpit shows, and is refused in the same words.
func TestPreviewsOverTheSocket(t *testing.T) {
	r := talkingRoom(t)
	c, own := dialled(t, served(t, r, false, nil)), r.Door(Self())
	for _, d := range []screen.Draft{
		{Purpose: launch.PurposeUpdate, Subject: "All well", Text: "Line one\n<b>*two*</b> & \u202e\x1b[31m\n"},
		{Purpose: launch.PurposeUpdate, Subject: "Milestone", Text: "unsendable", Milestone: "Step 1 of 4 completed"},
		{Purpose: launch.PurposePage, Text: "you are needed", To: "Engineering Lead, @el"},
		{Purpose: launch.PurposeUpdate, Text: strings.Repeat("ä", launch.MaxText/2)},
	} {
		here, err := own.Previews(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		there, err := c.Previews(t.Context(), d)
		if err != nil || !reflect.DeepEqual(here, there) {
			t.Errorf("%.20q: in the room\n%+v\nover the socket\n%+v, %v", d.Text, here, there, err)
		}
	}
	list, err := c.Previews(t.Context(), screen.Draft{Purpose: launch.PurposeUpdate, Subject: "S", Text: "T"})
	if err != nil || len(list) != 3 {
		t.Fatalf("%+v, %v", list, err)
	}
	if p := list[0]; !p.Bound || p.Audience != "readers of slack" || !strings.HasPrefix(p.Text, "slack: S\nT\nel ") {
		t.Errorf("a bound channel: %+v", p)
	}
	if p := list[2]; p.Bound || p.Audience != "customers" || !strings.Contains(p.Text, "sent by el") {
		t.Errorf("one that is not bound: %+v", p)
	}
	long := screen.Draft{Purpose: launch.PurposeUpdate, Text: strings.Repeat("x", 100<<10)}
	_, here := own.Previews(t.Context(), long)
	_, there := c.Previews(t.Context(), long)
	a, ok := launch.Refused(here)
	b, ok2 := launch.Refused(there)
	if !ok || !ok2 || !reflect.DeepEqual(a, b) {
		t.Errorf("100 KB: in the room %v, over the socket %v", here, there)
	}
}
