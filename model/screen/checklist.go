package screen

import (
	"time"

	"tminus/model/launch"
)

// Checklist is the readiness.
type Checklist struct {
	Done  int    `json:"done"` // checked or waived
	Of    int    `json:"of"`
	Areas []Area `json:"areas"`
}

// Area is a group of sections.
type Area struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Sections []Section `json:"sections"`
}

// Section is a section of the checklist with its items.
type Section struct {
	ID           string `json:"id"`
	Title        string `json:"title"`
	Owner        string `json:"owner"` // role title
	Short        string `json:"short"`
	Person       string `json:"person,omitempty"`
	Verification string `json:"verification"`
	Required     bool   `json:"required"`
	Signed       *By    `json:"signed,omitempty"`
	Done         int    `json:"done"`
	Items        []Item `json:"items"`
}

// Item is a checklist line. State is "", "checked" or "waived".
type Item struct {
	ID    string           `json:"id"`
	Text  string           `json:"text"`
	State launch.ItemState `json:"state"`
	By    *By              `json:"by,omitempty"`
}

// Day is a day of the timeline.
type Day struct {
	At    time.Time `json:"at"`
	Label string    `json:"label"` // L-14d
	Title string    `json:"title"`
	Roles []DayRole `json:"roles"`
}

// DayRole is one role's work of a day.
type DayRole struct {
	Role         string `json:"role"` // title
	Short        string `json:"short"`
	Person       string `json:"person,omitempty"`
	Frequency    string `json:"frequency"`
	Tasks        []Task `json:"tasks"`
	Deliverables []Task `json:"deliverables,omitempty"`
}

// Task is a dated task or a deliverable. Overdue is how long it has been late; 0: done or not yet due.
type Task struct {
	ID      string        `json:"id"`
	Text    string        `json:"text"`
	Done    *By           `json:"done,omitempty"`
	Overdue time.Duration `json:"overdue,omitempty"`
}
