package room

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"tminus/model/journal"
	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

// PlanRequest is a launch to be planned.
type PlanRequest struct {
	ID          string // random
	Mode        launch.Mode
	Scenario    string // REHEARSAL
	File        *launchfile.File
	FileText    string // the YAML as it was read
	Runbook     *runbook.Runbook
	RunbookText string                 // the YAML as it was read
	Path        string                 // where the launch file is, so that it can be read again; empty: nowhere
	UID         func(login string) int // -1: there is no such login on this host
	Now         time.Time
	By          launch.Who // with As: the role that they play in a rehearsal
}

// Plan keeps the documents of a new launch, as texts and decoded, and writes its first entry. The caller holds the
// database's lock. A name that was used before is refused: a launch's name is never used again.
func Plan(ctx context.Context, store Store, q *PlanRequest) error {
	if err := launch.CheckName(q.File.Launch); err != nil {
		return fmt.Errorf("plan a launch: %w", err)
	}
	if !notThere(ctx, store, q.File.Launch) {
		return fmt.Errorf("plan %s: a launch of this name is in the database already, and a name is never used again; give the new one another", q.File.Launch)
	}
	in := launch.PlanInput{ID: q.ID, Mode: q.Mode, Runbook: q.Runbook, File: q.File, Scenario: q.Scenario, As: q.By.As, Path: q.Path, UIDs: map[string]int{}}
	for _, p := range q.File.People {
		if uid := q.UID(p.User); uid >= 0 {
			in.UIDs[p.User] = uid
		}
	}
	if err := keepDocuments(ctx, store, q, &in); err != nil {
		return fmt.Errorf("plan %s: keep its documents: %w", q.File.Launch, err)
	}
	ev, err := launch.Plan(in)
	if err != nil {
		return err
	}
	// The planner's roles are known once there is a state to ask, and that needs the entry: it is sealed twice.
	first, err := sealPlan(q, ev, journal.Actor{User: q.By.User, Roles: []string{}, Auth: q.By.Auth, Host: q.By.Host})
	if err != nil {
		return err
	}
	s, err := launch.New(first, q.Runbook, q.File)
	if err != nil {
		return err
	}
	if first, err = sealPlan(q, ev, s.Actor(q.By)); err != nil {
		return err
	}
	if err := store.Append(ctx, []journal.Entry{first}); err != nil {
		return fmt.Errorf("plan %s: nothing was recorded: %w", q.File.Launch, err)
	}
	return nil
}

func sealPlan(q *PlanRequest, ev launch.Event, actor journal.Actor) (journal.Entry, error) {
	e, err := journal.Seal(q.File.Launch, string(q.Mode), journal.Head{}, q.Now, journal.Draft{Actor: actor, Kind: ev.Kind, Data: ev.Data})
	if err != nil {
		return e, fmt.Errorf("plan %s: %w", q.File.Launch, err)
	}
	return e, nil
}

// keepDocuments stores both texts, and both as JSON, so that a later start needs neither file nor YAML.
func keepDocuments(ctx context.Context, store Store, q *PlanRequest, in *launch.PlanInput) error {
	runbookJSON, err := json.Marshal(q.Runbook)
	if err != nil {
		return err
	}
	fileJSON, err := json.Marshal(q.File)
	if err != nil {
		return err
	}
	for _, d := range []struct {
		text string
		hash *string
	}{
		{q.RunbookText, &in.RunbookHash}, {q.FileText, &in.FileHash}, {string(runbookJSON), &in.RunbookJSON}, {string(fileJSON), &in.FileJSON},
	} {
		if *d.hash, err = store.PutDocument(ctx, d.text); err != nil {
			return err
		}
	}
	return nil
}
