package room

import (
	"strings"

	"tminus/model/text"
)

// Footer is the last line of what a channel sends: what the message is found by, and the journal's head when it was sent,
// by which its readers can tell later that nothing before it was changed. It is one line, without a sender: a status page is
// read by everybody.
func (m Message) Footer() string {
	parts := []string{m.Launch, "ref " + m.ID}
	if m.Head != "" {
		parts = append(parts, "journal "+m.Head)
	}
	return text.Line(strings.Join(parts, " · "))
}

// SentBy says who sent it and when, for readers within the company.
func (m Message) SentBy() string {
	at := m.At.UTC().Format("2006-01-02 15:04:05Z")
	if m.By == "" {
		return "sent at " + at
	}
	return text.Line("sent by " + m.By + " at " + at)
}
