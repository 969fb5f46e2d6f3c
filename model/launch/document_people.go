package launch

import (
	"slices"

	"tminus/model/approval"
)

// basis is who reviews, as it stood in the versions that were reviewed last.
type basis struct {
	reviewers, authorities []string
	people                 []Person
	held                   map[string][]string // by user, the roles that they held then; nil: as they are held now
}

// before is who reviews now: while an unreviewed version is in force, who it was before that.
func (s *State) before() basis {
	if s.basis != nil {
		return *s.basis
	}
	return basis{reviewers: s.Runbook.Reviewers, authorities: s.authorities(), people: s.People}
}

// court is who reviews a document: as the versions before the change have it. Where a role is called another in both documents
// at once, the review of one leaves nobody in the other who holds the role by its name there; then who reviews is who did
// when the change was seen.
func (s *State) court(document string) basis {
	b := s.before()
	c := s.Pending[document]
	if c == nil || s.sits(b, document) {
		return b
	}
	return c.seen
}

// sits reports whether every role that has to review a document has somebody who holds it: of a launch file, one of them.
func (s *State) sits(b basis, document string) bool {
	held := map[string]bool{}
	for _, p := range b.people {
		for _, r := range s.holds(b, p.User) {
			held[r] = true
		}
	}
	roles, all := b.of(document)
	if all {
		return !slices.ContainsFunc(roles, func(r string) bool { return !held[r] })
	}
	return slices.ContainsFunc(roles, func(r string) bool { return held[r] })
}

// of are the roles that review a document: each of them (all), or one.
func (b basis) of(document string) (roles []string, all bool) {
	if document == DocRunbook && len(b.reviewers) > 0 {
		return b.reviewers, true
	}
	return b.authorities, false
}

// holds are the roles that somebody holds by a basis.
func (s *State) holds(b basis, user string) []string {
	if b.held != nil {
		return b.held[user]
	}
	return s.rolesAmong(b.people, user)
}

// seen is who reviews now, with what they hold now, to be kept with a change.
func (s *State) seen() basis {
	b := s.before()
	held := map[string][]string{}
	for _, p := range b.people {
		held[p.User] = s.holds(b, p.User)
	}
	b.held = held
	return b
}

// Reviewers says who reviews a document and what is still missing: of a runbook a person of their own for each of the
// roles (all), of a launch file one of the authorities.
func (s *State) Reviewers(document string) (roles, missing []string, all bool) {
	c := s.Pending[document]
	roles, all = s.court(document).of(document)
	switch {
	case c == nil:
		return roles, nil, all
	case all:
		return roles, approval.Uncovered(roles, c.ID, c.Reviews, s.holdsReview(c)), all
	case slices.ContainsFunc(roles, func(r string) bool {
		return len(approval.Uncovered([]string{r}, c.ID, c.Reviews, s.holdsReview(c))) == 0
	}):
		return roles, nil, all
	}
	return roles, roles, all
}

// holdsReview is who holds which roles for a review. In a rehearsal who acted as a role goes on holding it for theirs.
func (s *State) holdsReview(c *Change) func(user string) []string {
	b := s.court(c.Document)
	return func(user string) []string {
		i := slices.IndexFunc(c.Reviews, func(a approval.Approval) bool { return a.User == user })
		if s.Mode == Rehearsal && i >= 0 {
			return c.Reviews[i].Roles
		}
		return s.holds(b, user)
	}
}

// Speaks are the roles of whoever may review a change of a document that somebody holds for that; empty: none.
func (s *State) Speaks(document, user string) []string {
	b := s.court(document)
	roles, _ := b.of(document)
	return slices.DeleteFunc(slices.Clone(s.holds(b, user)), func(r string) bool { return !slices.Contains(roles, r) })
}
