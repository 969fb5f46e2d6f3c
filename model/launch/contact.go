package launch

import (
	"slices"
	"strings"

	"tminus/model/launchfile"
	"tminus/model/runbook"
)

// ContactAt is who stands at a place of a line of escalation, and how they are reached.
type ContactAt struct {
	Group, GroupTitle string
	Level             string
	Title             string // as the runbook calls the place
	Person            string // user; empty: bound to nobody of this launch
	Name              string
	Reach             []string // handle, number, address, as they are known
}

// To is a contact in one line.
func (c ContactAt) To() string {
	text := c.Title
	if who := orName(c.Name, c.Person); who != "" && who != c.Title {
		text += ", " + who
	}
	if len(c.Reach) > 0 {
		text += ": " + strings.Join(c.Reach, ", ")
	}
	return text
}

// Contact returns who stands at a place of a line of escalation: the person that the launch file binds, else who holds the
// place's role; false: there is no such place.
func (s *State) Contact(group, level string) (ContactAt, bool) {
	g := s.Runbook.ContactGroup(group)
	if g == nil {
		return ContactAt{}, false
	}
	bound := s.File.Contacts[group]
	var place runbook.Contact
	var user string
	switch level {
	case LevelPrimary:
		place, user = g.Primary, bound.Primary
	case LevelBackup:
		place, user = g.Backup, bound.Backup
	case LevelEscalation:
		place, user = g.Escalation, bound.Escalation
	default:
		return ContactAt{}, false
	}
	c := ContactAt{Group: group, GroupTitle: orName(g.Title, group), Level: level, Title: orName(place.Title, s.roleTitle(place.Role))}
	if user == "" && place.Role != "" {
		if h := s.Holders(place.Role); len(h) > 0 {
			user = h[0]
		}
	}
	var reach launchfile.Reach
	if p := s.Person(user); p != nil {
		c.Person, c.Name, reach = user, p.Name, p.Contact
	} else {
		c.Name = user
	}
	for _, way := range []string{orName(reach.Slack, place.Handle), orName(reach.Phone, numberOf(place.Reach)), reach.Email} {
		if way != "" {
			c.Reach = append(c.Reach, way)
		}
	}
	return c, c.Title != "" || user != "" || len(c.Reach) > 0
}

// numberOf leaves out the runbook's placeholder of a number, which reaches nobody.
func numberOf(reach string) string {
	if strings.Trim(reach, "x-") == "" {
		return ""
	}
	return reach
}

// Levels are the places of a line of escalation that somebody stands at, in the order in which they are called.
func (s *State) Levels(group string) []string {
	var all []string
	for _, l := range []string{LevelPrimary, LevelBackup, LevelEscalation} {
		if _, ok := s.Contact(group, l); ok {
			all = append(all, l)
		}
	}
	return all
}

// NextLevel is whom a page that nobody answers goes on to; empty: it was the last.
func (s *State) NextLevel(p *Page) string {
	levels := s.Levels(p.Group)
	if i := slices.Index(levels, p.Level); i >= 0 && i+1 < len(levels) {
		return levels[i+1]
	}
	return ""
}
