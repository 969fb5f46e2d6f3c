package rehearsal

import (
	"slices"
	"time"

	"tminus/model/screen"
)

// toReview is how long a colleague looks at a changed document, in launch time.
const toReview = 90 * time.Second

// reviews gives the reviews of changed documents that are the colleagues': of a runbook each role's but the caller's, of a
// launch file one authority's where the caller is none.
func (a *acts) reviews(s *screen.Screen) {
	w := a.world
	for i := range s.Documents.List {
		d := &s.Documents.List[i]
		c := d.Pending
		if c == nil || c.Error != "" {
			continue
		}
		roles := c.Waits()
		if !d.All && slices.Contains(roles, w.caller.Role) {
			continue
		}
		for n, role := range roles {
			if role == w.caller.Role || slices.ContainsFunc(c.Reviews, func(by screen.By) bool { return by.User == w.who(role).User }) {
				continue
			}
			a.reaction(c.At.Add(time.Duration(n+1)*toReview), role, "document.review", map[string]string{"document": d.ID, "id": c.ID})
			if !d.All {
				break
			}
		}
	}
}
