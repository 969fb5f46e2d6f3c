package views

import (
	"time"

	"tminus/model/screen"
	"tminus/ui/theme"
)

// newView is a full view of plain rows: each says all there is to say of it.
func newView(t *theme.Theme, name string, build rows) *StepsView {
	return &StepsView{t: t, name: name, brief: true, right: func(*screen.Screen) string { return "" },
		build: func(p *screen.Plan, s *screen.Screen, t *theme.Theme, _ time.Time) []entry {
			rows := build(p, s, t)
			out := make([]entry, len(rows))
			for i := range rows {
				out[i].row = rows[i]
			}
			return out
		}}
}

// always are keys of a view that it has whatever its screen says.
func always(acts ...act) func(*screen.Screen) []act {
	return func(*screen.Screen) []act { return acts }
}
