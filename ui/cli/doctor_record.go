package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/preflight"
	"tminus/model/text"
	"tminus/ui"
)

// recordDoctor puts the examination on record where its launch is open, so that the go/no-go has it in front of the voters:
// through the launch's room, or in its database. Nothing is recorded, and nothing said, where the launch is not planned yet.
func (a *app) recordDoctor(ctx context.Context, d *documents, r preflight.Report) {
	if d == nil {
		return
	}
	all, err := a.launches(ctx)
	if err != nil {
		return // doctor has said what is wrong with the database
	}
	known := false
	for _, s := range all {
		known = known || s.Name == d.file.Launch && s.Open && s.Mode != string(launch.Rehearsal)
	}
	if !known && a.opt.room == "" {
		return
	}
	a.opt.launch = d.file.Launch
	var failing []string
	for _, c := range r.Checks {
		if c.Outcome == preflight.Failed {
			failing = append(failing, c.ID)
		}
	}
	c := launch.Command{Action: "doctor.record", Args: map[string]string{
		"passed": strconv.Itoa(r.Passed), "failed": strconv.Itoa(r.Failed), "untested": strconv.Itoa(r.NotTestable), "file": journal.Hash(d.fileText),
	}}
	if len(failing) > 0 {
		c.Args["failing"] = strings.Join(failing, ",")
	}
	err = a.inRoom(ctx, "", func(room ui.Room) error {
		plan, err := room.Plan(ctx)
		if err != nil {
			return err
		}
		if plan.Launch != d.file.Launch {
			return fmt.Errorf("the room is that of %s", plan.Launch)
		}
		_, err = room.Do(ctx, c)
		return err
	})
	if err != nil {
		fmt.Fprintf(a.Err, "not recorded in the log of %s: %s\n", text.Line(d.file.Launch), text.Block(err.Error()))
		return
	}
	fmt.Fprintf(a.Err, "recorded in the log of %s\n", text.Line(d.file.Launch))
}
