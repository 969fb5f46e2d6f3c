package screen

import (
	"slices"

	"tminus/model/launch"
)

// Draft is a message that is not sent yet: an update as its composer has it, or a page.
type Draft struct {
	Purpose   string   `json:"purpose"`
	Subject   string   `json:"subject"`
	Text      string   `json:"text"`
	Milestone string   `json:"milestone,omitempty"`
	Channels  []string `json:"channels,omitempty"` // none: all
	To        string   `json:"to,omitempty"`       // pages
	From      int64    `json:"from,omitempty"`     // seq of the newest entry that it tells of
}

// Preview is what a channel would make of a draft, and who reads it there.
type Preview struct {
	Channel  string `json:"channel"`
	Title    string `json:"title"`
	Audience string `json:"audience"`
	Bound    bool   `json:"bound"`             // else a person posts it by hand
	Text     string `json:"text"`              // raw
	Problem  string `json:"problem,omitempty"` // why it cannot be sent as it is
}

// Channels are the channels that a draft goes through, as far as the launch knows them.
func (s *Screen) Channels(d Draft) []Preview {
	var list []Preview
	for _, c := range s.Updates.Channels {
		if (c.ID == launch.Pager) == (d.Purpose == launch.PurposePage) && (len(d.Channels) == 0 || slices.Contains(d.Channels, c.ID)) {
			list = append(list, Preview{Channel: c.ID, Title: c.Title, Audience: c.Audience, Bound: c.Bound})
		}
	}
	return list
}
