package panes

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui/intent"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// RACI is the pane of who decides: the matrix's row of the activity of the moment, then the votes, then who is here.
type RACI struct {
	base
	top int // first line in sight
	all int // lines there are
}

// NewRACI makes the pane.
func NewRACI(t *theme.Theme) *RACI { return &RACI{base: base{t: t}} }

// Title names the activity of the moment.
func (p *RACI) Title() string {
	if p.s == nil || p.s.RACI.Activity == "" {
		return "RACI"
	}
	return "RACI " + p.t.Glyph.Dot + " " + p.s.RACI.Activity
}

// Right is empty.
func (p *RACI) Right() string { return "" }

// SetScreen gives a new picture.
func (p *RACI) SetScreen(s *screen.Screen) { p.take(s) }

// Tick changes nothing.
func (p *RACI) Tick(now time.Time) bool {
	p.now = now
	return false
}

// Select finds nothing here.
func (p *RACI) Select(string) bool { return false }

// HandleKey scrolls and opens the full view.
func (p *RACI) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	top, ok := scrollKey(k, p.top, p.h-2, p.all-p.h)
	if !ok {
		return opens(k, "people", "")
	}
	if top != p.top {
		p.top, p.drawn = top, nil
	}
	return nil, true
}

// Bindings are the pane's keys.
func (p *RACI) Bindings() []Binding {
	return []Binding{{Key: "enter", Help: "people and RACI"}, moving()}
}

// Lines draws the pane.
func (p *RACI) Lines() []string {
	return p.lines(func() []string {
		var all []string
		for i := range p.s.RACI.Rows {
			all = append(all, p.drawRole(&p.s.RACI.Rows[i]))
		}
		if len(all) == 0 {
			all = append(all, p.row().Rest(p.t.Dim, "No activity of the matrix now.").String())
		}
		all = append(all, p.votes()...)
		all = append(all, p.people()...)
		p.all = len(all)
		p.top = min(p.top, max(p.all-p.h, 0))
		return scrolled(&p.base, all, p.top)
	})
}

// drawRole is: letters, role, whether its holder is here, who that is, how to reach them. A narrow pane has the short role.
func (p *RACI) drawRole(row *screen.RACIRow) string {
	st := p.roleStyle(row)
	if row.Person != "" && row.Person == p.s.You.User {
		st = p.t.Accent
	}
	r := p.row().Cell(st, row.Letters, 3).Gap(1)
	who, role := row.Person, row.Role
	if who == "" {
		who = "nobody"
		if row.Backup != "" {
			who = "backup " + row.Backup
		}
	}
	if p.w < 34 {
		role = row.Short
		r.Cell(p.roleStyle(row), role, 3).Gap(1)
	} else {
		r.Cell(p.roleStyle(row), role, min(19, r.Left()/2)).Gap(1)
	}
	p.presence(r, row.Online, row.Person)
	contact := row.Contact
	if strings.TrimPrefix(contact, "@") == who {
		who, contact = contact, ""
	}
	if contact == "" || r.Left() < widgets.Width(who)+6 {
		return r.Rest(p.t.Text, who).String()
	}
	return r.Text(p.t.Text, who).Gap(1).Rest(p.t.Dim, contact).String()
}

func (p *RACI) roleStyle(row *screen.RACIRow) theme.Style {
	if strings.Contains(row.Letters, "A") {
		return p.t.Strong
	}
	return p.t.Text
}

// presence is the mark of who is here.
func (p *RACI) presence(r *widgets.Row, online bool, person string) {
	switch {
	case person == "":
		r.Cell(p.t.Warn, p.t.Glyph.Warn, 2)
	case online:
		r.Cell(p.t.OK, p.t.Glyph.Online, 2)
	default:
		r.Cell(p.t.Dim, p.t.Glyph.Offline, 2)
	}
}

// votes is the poll, where there is one.
func (p *RACI) votes() []string {
	poll := &p.s.Poll
	if len(poll.Votes) == 0 || poll.Opened == nil && poll.Decided == nil {
		return nil
	}
	word, count := pollWord(poll)
	_, st := p.t.Poll(poll.State)
	head := p.row().Text(p.t.Heading, "Go/no-go").Gap(2).Text(st, word).Gap(1)
	lines := []string{p.row().String(), head.Text(p.t.Text, count).String()}
	wide := 0
	for i := range poll.Votes {
		wide = max(wide, len(voteWord(&poll.Votes[i])))
	}
	for i := range poll.Votes {
		v := &poll.Votes[i]
		r := p.row()
		glyph, vs := p.t.Poll(string(v.Vote))
		r.Cell(vs, glyph, 1).Gap(1).Cell(p.t.Text, v.Short, 3).Gap(1)
		if v.By == nil {
			lines = append(lines, r.Cell(p.t.Dim, voteWord(v), wide).Gap(1).Rest(p.t.Dim, v.Person).String())
			continue
		}
		r.Cell(vs, voteWord(v), wide).Gap(1)
		lines = append(lines, r.Rest(p.t.Text, p.voter(v.By)).String())
	}
	return lines
}

// voteWord is GO, NO-GO, or that there is no vote yet.
func voteWord(v *screen.Vote) string {
	if v.By == nil {
		return "no vote"
	}
	return string(v.Vote)
}

// voter is who voted and why; a narrow pane tells only whose word it was.
func (p *RACI) voter(by *screen.By) string {
	switch {
	case p.w >= 40:
		return joined(p.t, saidBy(by.User, by.For, by.Via), by.Text)
	case by.For != "" && by.For != by.User:
		return by.For + " by " + by.User
	}
	return by.User
}

// people is everybody of the launch, those who are here first.
func (p *RACI) people() []string {
	if len(p.s.People) == 0 {
		return nil
	}
	lines := []string{p.row().String(), p.row().Rest(p.t.Heading, "People").String()}
	for _, online := range []bool{true, false} {
		for i := range p.s.People {
			who := &p.s.People[i]
			if who.Online != online {
				continue
			}
			r := p.row()
			p.presence(r, who.Online, who.User)
			r.Cell(p.t.Text, nameOf(who), p.nameWidth(r.Left())).Gap(1)
			reach := joined(p.t, who.User, who.Contact)
			switch {
			case who.Name == "": // the login stands there already
				reach = who.Contact
			case p.w < 40: // of one kind in all lines
				reach = who.User
			}
			lines = append(lines, r.Rest(p.t.Dim, reach).String())
		}
	}
	return lines
}

func nameOf(who *screen.PersonView) string {
	if who.Name != "" {
		return who.Name
	}
	return who.User
}

// nameWidth is how wide the names' column is in a line of w cells: as the longest name asks, but most logins beside it stay
// whole, since they are what one types.
func (p *RACI) nameWidth(w int) int {
	name, login := 0, 0
	for i := range p.s.People {
		who := &p.s.People[i]
		name, login = max(name, widgets.Width(text.Line(nameOf(who)))), max(login, widgets.Width(text.Line(who.User)))
	}
	return min(name, 19, max(w-login-1, w-10, w/2))
}

// Summary tells who is accountable in one line.
func (p *RACI) Summary(w int) string {
	return summary(&p.base, w, "RACI", func() string {
		var who []string
		for i := range p.s.RACI.Rows {
			row := &p.s.RACI.Rows[i]
			if strings.Contains(row.Letters, "A") {
				who = append(who, "accountable "+ownerOf(row.Role, row.Person))
			}
		}
		return joined(p.t, p.s.RACI.Activity, strings.Join(who, ", "))
	})
}
