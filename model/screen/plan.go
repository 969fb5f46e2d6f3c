package screen

import (
	"time"

	"tminus/model/launch"
	"tminus/model/launchfile"
	"tminus/model/runbook"
)

// Plan is the part of a launch that stays as it was planned.
type Plan struct {
	ID        string           `json:"id"` // random, from launch.planned
	Launch    string           `json:"launch"`
	Title     string           `json:"title"`
	Mode      launch.Mode      `json:"mode"`
	PlannedAt time.Time        `json:"planned_at"`
	Runbook   *runbook.Runbook `json:"runbook"`
	File      *launchfile.File `json:"file"`
	People    []launch.Person  `json:"people"`
	Docs      launch.Documents `json:"docs"`
}
