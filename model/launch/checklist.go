package launch

import (
	"fmt"
	"slices"
	"strings"

	"tminus/model/runbook"
)

// ItemState is the state of a checklist item.
type ItemState string

// The item states; the zero value is open.
const (
	ItemOpen    ItemState = ""
	ItemChecked ItemState = "checked"
	ItemWaived  ItemState = "waived"
)

// Item is a checklist line that is not open.
type Item struct {
	State ItemState
	Mark
}

// SignOff is a section's recorded readiness; Reason holds the evidence.
type SignOff struct{ Mark }

// ItemDone is the data of item.checked, item.unchecked and item.waived.
type ItemDone struct {
	ID     string `json:"id"`
	Reason string `json:"reason,omitempty"` // a waiver has one
	By
}

// SectionSigned is the data of section.signed-off and section.withdrawn.
type SectionSigned struct {
	ID       string `json:"id"`
	Evidence string `json:"evidence,omitempty"` // a sign-off has some
	Reason   string `json:"reason,omitempty"`   // of a withdrawal
	By
}

func checklistTable() ([]ActionSpec, []KindSpec) {
	item := func(help string) ArgInfo { return ArgInfo{Name: "id", Help: help, Required: true} }
	ids := func(want func(*request, *runbook.Section, *runbook.Item) bool) map[string]func(*request) []string {
		return map[string]func(*request) []string{"id": func(r *request) []string { return r.items(want) }}
	}
	in := func(states ...ItemState) func(*request, *runbook.Section, *runbook.Item) bool {
		return func(r *request, sec *runbook.Section, it *runbook.Item) bool {
			return r.s.Sections[sec.ID] == nil && slices.Contains(states, r.s.itemState(it.ID))
		}
	}
	return []ActionSpec{
			{Name: "item.check", Title: "Tick a checklist item", Kind: "item.checked", Attest: "item", Args: []ArgInfo{item("the item that is ready")},
				choices: ids(in(ItemOpen, ItemWaived)), none: "there is no open item that you could tick", decide: decideCheck},
			{Name: "item.uncheck", Title: "Open a checklist item again", Kind: "item.unchecked", Attest: "item",
				Args:    []ArgInfo{item("the item that is not ready after all"), {Name: "reason", Help: "why"}},
				choices: ids(in(ItemChecked, ItemWaived)), none: "there is no ticked or waived item in an unsigned section of yours", decide: decideUncheck},
			{Name: "item.waive", Title: "Set a checklist item aside", Kind: "item.waived", Attest: "item",
				Args:    []ArgInfo{item("the item that is set aside"), {Name: "reason", Help: "why the launch can do without it", Required: true}},
				choices: ids(in(ItemOpen)), none: "there is no open item that you could waive", decide: decideWaive},
			{Name: "section.sign-off", Title: "Sign a section off", Kind: "section.signed-off", Attest: "sign-off",
				Args:    []ArgInfo{item("the section that is ready"), {Name: "evidence", Help: "what shows it: a link, a result, a dashboard", Required: true}},
				choices: map[string]func(*request) []string{"id": func(r *request) []string { return r.sections(false) }},
				none:    "no section of yours is complete and unsigned", decide: decideSignOff},
			{Name: "section.withdraw", Title: "Withdraw a sign-off", Kind: "section.withdrawn", Attest: "sign-off",
				Args:    []ArgInfo{item("the section that is not ready after all"), {Name: "reason", Help: "why"}},
				choices: map[string]func(*request) []string{"id": func(r *request) []string { return r.sections(true) }},
				none:    "no section of yours is signed off", decide: decideWithdraw},
		}, []KindSpec{
			kindOf("item.checked", "An item was ticked", applyChecked, func(s *State, d ItemDone) string { return "checked " + s.itemText(d.ID) }),
			kindOf("item.unchecked", "An item was opened again", applyUnchecked, func(s *State, d ItemDone) string {
				return withReason("unchecked "+s.itemText(d.ID), d.Reason)
			}),
			kindOf("item.waived", "An item was set aside", applyWaived, func(s *State, d ItemDone) string {
				return withReason("waived "+s.itemText(d.ID), d.Reason)
			}),
			kindOf("section.signed-off", "A section was signed off", applySignedOff, func(s *State, d SectionSigned) string {
				return withReason("signed off "+s.sectionTitle(d.ID), d.Evidence)
			}),
			kindOf("section.withdrawn", "A sign-off was withdrawn", applyWithdrawn, func(s *State, d SectionSigned) string {
				return withReason("withdrew the sign-off of "+s.sectionTitle(d.ID), d.Reason)
			}),
		}
}

func (s *State) itemState(id string) ItemState {
	if it := s.Items[id]; it != nil {
		return it.State
	}
	return ItemOpen
}

// OpenItems returns the items of a section that are neither checked nor waived.
func (s *State) OpenItems(sec *runbook.Section) []runbook.Item {
	var open []runbook.Item
	for _, it := range sec.Items {
		if s.itemState(it.ID) == ItemOpen {
			open = append(open, it)
		}
	}
	return open
}

// Unsigned returns the sections that must be signed off before a GO and are not, in the runbook's order.
func (s *State) Unsigned() []*runbook.Section {
	var out []*runbook.Section
	for _, sec := range s.Runbook.Sections() {
		if sec.SignOff && s.Sections[sec.ID] == nil {
			out = append(out, sec)
		}
	}
	return out
}

// items lists the ids that the caller may act on now.
func (r *request) items(want func(*request, *runbook.Section, *runbook.Item) bool) []string {
	var ids []string
	for _, sec := range r.s.Runbook.Sections() {
		if !r.may(sec.Owner) {
			continue
		}
		for i := range sec.Items {
			if want(r, sec, &sec.Items[i]) {
				ids = append(ids, sec.Items[i].ID)
			}
		}
	}
	return ids
}

func (r *request) sections(signed bool) []string {
	var ids []string
	for _, sec := range r.s.Runbook.Sections() {
		is := r.s.Sections[sec.ID] != nil
		if is == signed && (signed || len(r.s.OpenItems(sec)) == 0) && r.may(sec.Owner) {
			ids = append(ids, sec.ID)
		}
	}
	return ids
}

// item finds the item of the request and refuses what the section does not let happen to it.
func (r *request) item() (*runbook.Section, *runbook.Item, *Refusal) {
	sec, it := r.s.Runbook.Item(r.args["id"])
	if it == nil {
		var all []string
		for _, sec := range r.s.Runbook.Sections() {
			for _, it := range sec.Items {
				all = append(all, it.ID)
			}
		}
		return nil, nil, r.unknown("id", "checklist item", all)
	}
	if refusal := r.must(sec.Title, sec.Owner); refusal != nil {
		return nil, nil, refusal
	}
	if so := r.s.Sections[sec.ID]; so != nil {
		return nil, nil, no(fmt.Sprintf("%s is signed off by %s", sec.Title, so.said()), "withdraw the sign-off first: section.withdraw id="+sec.ID)
	}
	return sec, it, nil
}

// said names whose word a Mark is.
func (m Mark) said() string {
	if m.For != "" {
		return m.For
	}
	return m.User
}

func decideCheck(r *request) ([]Event, *Refusal) {
	_, it, refusal := r.item()
	if refusal != nil {
		return nil, refusal
	}
	if cur := r.s.Items[it.ID]; cur != nil && cur.State == ItemChecked {
		return nil, no(it.Text+" is checked already, by "+cur.said(), "item.uncheck opens it again")
	}
	return []Event{{Kind: "item.checked", Data: ItemDone{ID: it.ID, By: r.by}}}, nil
}

func decideUncheck(r *request) ([]Event, *Refusal) {
	_, it, refusal := r.item()
	if refusal != nil {
		return nil, refusal
	}
	if r.s.itemState(it.ID) == ItemOpen {
		return nil, no(it.Text+" is open already", "")
	}
	return []Event{{Kind: "item.unchecked", Data: ItemDone{ID: it.ID, Reason: r.args["reason"], By: r.by}}}, nil
}

func decideWaive(r *request) ([]Event, *Refusal) {
	_, it, refusal := r.item()
	if refusal != nil {
		return nil, refusal
	}
	if state := r.s.itemState(it.ID); state != ItemOpen {
		return nil, no(fmt.Sprintf("%s is %s already", it.Text, state), "item.uncheck opens it again")
	}
	return []Event{{Kind: "item.waived", Data: ItemDone{ID: it.ID, Reason: r.args["reason"], By: r.by}}}, nil
}

func (r *request) section() (*runbook.Section, *Refusal) {
	sec := r.s.Runbook.Section(r.args["id"])
	if sec == nil {
		var all []string
		for _, sec := range r.s.Runbook.Sections() {
			all = append(all, sec.ID)
		}
		return nil, r.unknown("id", "checklist section", all)
	}
	return sec, r.must(sec.Title, sec.Owner)
}

func decideSignOff(r *request) ([]Event, *Refusal) {
	sec, refusal := r.section()
	if refusal != nil {
		return nil, refusal
	}
	if so := r.s.Sections[sec.ID]; so != nil {
		return nil, no(fmt.Sprintf("%s is signed off already, by %s", sec.Title, so.said()), "section.withdraw takes it back")
	}
	if open := r.s.OpenItems(sec); len(open) > 0 {
		var texts []string
		for _, it := range open {
			texts = append(texts, it.Text)
		}
		return nil, no(fmt.Sprintf("%s has %s: %s", sec.Title, count(len(open), "open item", "open items"), strings.Join(texts, ", ")),
			"tick them (item.check) or set them aside with a reason (item.waive)")
	}
	return []Event{{Kind: "section.signed-off", Data: SectionSigned{ID: sec.ID, Evidence: r.args["evidence"], By: r.by}}}, nil
}

func decideWithdraw(r *request) ([]Event, *Refusal) {
	sec, refusal := r.section()
	switch {
	case refusal != nil:
		return nil, refusal
	case r.s.Sections[sec.ID] == nil:
		return nil, no(sec.Title+" is not signed off", "")
	case r.s.sequenceBegun():
		return nil, no("the deployment sequence has begun; a sign-off cannot be withdrawn any more", "hold the clock (clock.hold), and say why in a note")
	}
	return []Event{{Kind: "section.withdrawn", Data: SectionSigned{ID: sec.ID, Reason: r.args["reason"], By: r.by}}}, nil
}
