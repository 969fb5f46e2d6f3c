package panes

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/ui/intent"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// Checklist is the pane of the readiness: areas, their sections, and the items of the section at the cursor. Where there
// is room, the items of every section that is not complete stand open too: what is left to do is seen without a key.
type Checklist struct {
	base
	rows []checkRow
	list widgets.List
	at   checkAt
	tall bool // every incomplete section is open
}

// checkAt is where the cursor is; an empty item is the section itself.
type checkAt struct{ section, item string }

// checkRow is one line: an area's heading, a section, an item of a section, or a blank.
type checkRow struct {
	area    string
	section *screen.Section
	item    *screen.Item
}

func (r checkRow) heading() bool { return r.section == nil }

func (r checkRow) at() checkAt {
	switch {
	case r.section == nil:
		return checkAt{}
	case r.item == nil:
		return checkAt{section: r.section.ID}
	}
	return checkAt{r.section.ID, r.item.ID}
}

// NewChecklist makes the pane.
func NewChecklist(t *theme.Theme) *Checklist { return &Checklist{base: base{t: t}} }

// Title is the frame's title.
func (c *Checklist) Title() string { return "Checklist" }

// Right is how many items are done of how many.
func (c *Checklist) Right() string {
	if c.s == nil {
		return ""
	}
	return fmt.Sprintf("%d/%d", c.s.Checklist.Done, c.s.Checklist.Of)
}

// SetSize gives the size inside the frame.
func (c *Checklist) SetSize(w, h int) {
	c.base.SetSize(w, h)
	c.arrange()
}

// SetScreen gives a new picture.
func (c *Checklist) SetScreen(s *screen.Screen) {
	first := c.s == nil
	c.take(s)
	if first {
		c.at = firstOpen(&s.Checklist)
	}
	c.arrange()
}

// Tick changes nothing: no age is shown here.
func (c *Checklist) Tick(now time.Time) bool {
	c.now = now
	return false
}

// firstOpen is where work is left: the first open item, else the first section.
func firstOpen(list *screen.Checklist) checkAt {
	first := checkAt{}
	for _, area := range list.Areas {
		for _, sec := range area.Sections {
			if first.section == "" {
				first.section = sec.ID
			}
			for _, item := range sec.Items {
				if item.State == launch.ItemOpen {
					return checkAt{sec.ID, item.ID}
				}
			}
		}
	}
	return first
}

// arrange lays out the rows for the cursor's place and the height.
func (c *Checklist) arrange() {
	c.drawn = nil
	if c.s == nil {
		return
	}
	c.rows = c.layRows(true)
	if c.tall = len(c.rows) <= c.h; !c.tall {
		c.rows = c.layRows(false)
	}
	c.list.SetHeight(c.h)
	c.list.SetCount(len(c.rows))
	c.list.SetSkip(func(row int) bool { return c.rows[row].heading() })
	for i, r := range c.rows {
		if !r.heading() && (r.at() == c.at || r.at() == checkAt{section: c.at.section}) {
			c.list.Set(i)
			if r.at() == c.at {
				break
			}
		}
	}
}

func (c *Checklist) layRows(openIncomplete bool) []checkRow {
	var rows []checkRow
	for a := range c.s.Checklist.Areas {
		area := &c.s.Checklist.Areas[a]
		if a > 0 && openIncomplete {
			rows = append(rows, checkRow{})
		}
		rows = append(rows, checkRow{area: area.Title})
		for i := range area.Sections {
			sec := &area.Sections[i]
			rows = append(rows, checkRow{section: sec})
			if sec.ID == c.at.section || openIncomplete && sec.Done < len(sec.Items) {
				for n := range sec.Items {
					rows = append(rows, checkRow{section: sec, item: &sec.Items[n]})
				}
			}
		}
	}
	return rows
}

// Select moves the cursor to a section or an item.
func (c *Checklist) Select(id string) bool {
	if c.s == nil {
		return false
	}
	for _, area := range c.s.Checklist.Areas {
		for _, sec := range area.Sections {
			if sec.ID == id {
				c.at = checkAt{section: id}
				c.arrange()
				return true
			}
			for _, item := range sec.Items {
				if item.ID == id {
					c.at = checkAt{sec.ID, id}
					c.arrange()
					return true
				}
			}
		}
	}
	return false
}

// HandleKey moves the cursor, ticks, signs off, waives, opens the view.
func (c *Checklist) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	if c.list.Key(k) {
		if row, ok := c.current(); ok {
			c.at = row.at()
		}
		c.arrange()
		return nil, true
	}
	row, ok := c.current()
	if !ok {
		return opens(k, "checklist", "")
	}
	if i, ok := checkKey(k, row); ok {
		return i, true
	}
	target := c.at.item
	if target == "" {
		target = c.at.section
	}
	return opens(k, "checklist", target)
}

func (c *Checklist) current() (checkRow, bool) {
	i := c.list.Cursor()
	if i < 0 || i >= len(c.rows) {
		return checkRow{}, false
	}
	return c.rows[i], true
}

// checkKey answers the keys that act on a section or an item; pane and full view share it.
func checkKey(k tea.KeyPressMsg, row checkRow) (intent.Intent, bool) {
	switch k.String() {
	case "space":
		switch {
		case row.item == nil:
			return nil, true
		case row.item.State == launch.ItemOpen:
			return intent.Do{Command: command("item.check", row.item.ID)}, true
		}
		return intent.Do{Command: command("item.uncheck", row.item.ID)}, true
	case "s":
		if row.section.Signed != nil {
			return intent.Ask{Command: command("section.withdraw", row.section.ID)}, true
		}
		return intent.Ask{Command: command("section.sign-off", row.section.ID)}, true
	case "w":
		if row.item == nil {
			return nil, true
		}
		return intent.Ask{Command: command("item.waive", row.item.ID)}, true
	}
	return nil, false
}

// Bindings are the keys for the row of the cursor.
func (c *Checklist) Bindings() []Binding {
	row, ok := c.current()
	if !ok {
		return []Binding{moving()}
	}
	return append(checkBindings(row, c.whyNot()), moving(), Binding{Key: "enter", Help: "all items"})
}

func checkBindings(row checkRow, why string) []Binding {
	tick, item := "tick", why
	if row.item == nil && why == "" {
		item = "move to an item first"
	} else if row.item != nil && row.item.State != launch.ItemOpen {
		tick = "untick"
	}
	sign := "sign off"
	if row.section.Signed != nil {
		sign = "withdraw sign-off"
	}
	return []Binding{{"space", tick, item}, {"s", sign, why}, {"w", "waive", item}}
}
