package launch

import (
	"fmt"
	"slices"

	"tminus/model/journal"
)

// openItem reports why an item cannot be changed by an entry.
func (s *State) openItem(id string) string {
	sec, it := s.Runbook.Item(id)
	switch {
	case it == nil:
		return fmt.Sprintf("the runbook has no item %q", id)
	case s.Sections[sec.ID] != nil:
		return "its section is signed off"
	}
	return ""
}

func applyChecked(s *State, e journal.Entry, d ItemDone) string {
	if odd := s.openItem(d.ID); odd != "" {
		return odd
	}
	before := s.Items[d.ID]
	s.Items[d.ID] = &Item{State: ItemChecked, Mark: marked(e, d.By, d.Reason)}
	s.remember(e, d.By, before.inverse(d.ID), "the tick of "+s.itemText(d.ID))
	return ""
}

func applyUnchecked(s *State, e journal.Entry, d ItemDone) string {
	if odd := s.openItem(d.ID); odd != "" {
		return odd
	}
	before := s.Items[d.ID]
	delete(s.Items, d.ID)
	s.remember(e, d.By, before.inverse(d.ID), "the opening of "+s.itemText(d.ID))
	return ""
}

func applyWaived(s *State, e journal.Entry, d ItemDone) string {
	if odd := s.openItem(d.ID); odd != "" {
		return odd
	}
	before := s.Items[d.ID]
	s.Items[d.ID] = &Item{State: ItemWaived, Mark: marked(e, d.By, d.Reason)}
	s.remember(e, d.By, before.inverse(d.ID), "the waiver of "+s.itemText(d.ID))
	return ""
}

// inverse is the command that brings an item back to what it was; a nil item was open.
func (i *Item) inverse(id string) Command {
	switch {
	case i == nil:
		return Command{Action: "item.uncheck", Args: map[string]string{"id": id}}
	case i.State == ItemWaived:
		return Command{Action: "item.waive", Args: map[string]string{"id": id, "reason": i.Reason}}
	}
	return Command{Action: "item.check", Args: map[string]string{"id": id}}
}

func applySignedOff(s *State, e journal.Entry, d SectionSigned) string {
	sec := s.Runbook.Section(d.ID)
	switch {
	case sec == nil:
		return fmt.Sprintf("the runbook has no section %q", d.ID)
	case s.Sections[d.ID] != nil:
		return "the section is signed off already"
	case len(s.OpenItems(sec)) > 0:
		return "the section has open items"
	}
	s.Sections[d.ID] = &SignOff{marked(e, d.By, d.Evidence)}
	s.remember(e, d.By, Command{Action: "section.withdraw", Args: map[string]string{"id": d.ID}}, "the sign-off of "+sec.Title)
	return ""
}

func applyWithdrawn(s *State, e journal.Entry, d SectionSigned) string {
	sec := s.Runbook.Section(d.ID)
	if sec == nil || s.Sections[d.ID] == nil {
		return "there is no such sign-off"
	}
	delete(s.Sections, d.ID)
	if p := s.CurrentPoll(); p != nil && sec.SignOff && !slices.Contains(p.Waived, d.ID) {
		s.lapse(e, "the sign-off of "+sec.Title+" was withdrawn")
	}
	return ""
}
