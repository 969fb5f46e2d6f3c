package dialogs

import (
	"cmp"
	"fmt"
	"strings"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// indented breaks raw text at the inner width less so many cells, and sets every line that far in.
func (b *box) indented(style theme.Style, cells int, raw string) []string {
	lines := widgets.Wrap(raw, max(b.inner()-cells, 8))
	for i := range lines {
		lines[i] = strings.Repeat(" ", cells) + style.On(lines[i])
	}
	return lines
}

// plan tells steps with all their parts: what is done by which call, with the line that does the same by hand, what is
// looked at, and what somebody confirms. It says which lines tell a call.
func (b *box) plan(steps []screen.Step) (out []string, calls []span) {
	for i := range steps {
		st := &steps[i]
		if i > 0 {
			out = append(out, "")
		}
		title := fmt.Sprintf("%d  %s, %s", i+1, st.Title, owner(st.Owner, st.Person))
		if st.State != launch.StepWaiting {
			title += ": " + string(st.State)
		}
		out = append(out, b.wrap(b.theme.Strong, title)...)
		for j := range st.Parts {
			p, from := &st.Parts[j], len(out)
			out = append(out, b.part(p)...)
			if runs(p) {
				calls = append(calls, span{st.ID + "/" + p.ID, from, len(out)})
			}
		}
	}
	return out, calls
}

// runs reports whether something is sent or run for a part: by a call, or by a program that looks.
func runs(p *screen.Part) bool { return p.By == launch.ByCall || p.Digest != "" }

// brief tells the calls of steps in a line each, for where their whole lines do not fit; a step without one in a line too.
func (b *box) brief(steps []screen.Step) (out []string, calls []span) {
	for i := range steps {
		st := &steps[i]
		none := true
		for j := range st.Parts {
			p := &st.Parts[j]
			if !runs(p) {
				continue
			}
			none = false
			from := len(out)
			out = append(out, b.indented(b.theme.Accent, 2, fmt.Sprintf("%d %s", i+1, cmp.Or(p.Brief, p.AWSLine, p.Probe)))...)
			calls = append(calls, span{st.ID + "/" + p.ID, from, len(out)})
		}
		if none {
			out = append(out, b.indented(b.theme.Text, 2, fmt.Sprintf("%d by hand: %s", i+1, st.Title))...)
		}
	}
	return out, calls
}

// part tells an action or verification, and on lines of its own what exactly is run.
func (b *box) part(p *screen.Part) []string {
	word := map[string]string{launch.ByCall: "run", launch.ByCheck: "look"}[p.By]
	if word == "" {
		word = "hand"
	}
	if p.Verification && p.By == launch.ByHand {
		word = "tell"
	}
	line := fmt.Sprintf("%-5s%s", word, text.Line(p.Text))
	switch {
	case p.Watch:
		line += " (nothing waits for it)"
	case p.Undo:
		line += " (can be taken back)"
	}
	out := b.indented(b.theme.Text, 3, line)
	if exact := p.AWSLine + p.Probe; exact != "" {
		out = append(out, b.indented(b.theme.Accent, 8, exact)...)
	}
	if p.Digest != "" {
		out = append(out, b.indented(b.theme.Dim, 8, fmt.Sprintf("program sha256 %.16s…", p.Digest))...)
	}
	return out
}

// where says as whom and where calls are made: as they were asked for a plan, else as the launch file binds it.
func (n names) where(id launch.Identity) fact {
	switch n.screen.Mode {
	case launch.Rehearsal:
		return fact{quiet, "REHEARSAL: in the simulated world; nothing leaves this machine"}
	case launch.DryRun:
		return fact{warning, "DRY RUN: nothing is sent; the journal says what would have been. " + n.account(id)}
	}
	if n.account(id) == "" {
		return fact{warning, "account and region are not known"}
	}
	return fact{plain, n.account(id)}
}

func (n names) account(id launch.Identity) string {
	var parts []string
	add := func(what, value string) {
		if value != "" {
			parts = append(parts, what+value)
		}
	}
	if n.plan != nil && n.plan.File != nil && n.plan.File.AWS != nil && id.Account == "" && id.Region == "" {
		id.Account, id.Region = n.plan.File.AWS.Account, n.plan.File.AWS.Region
	}
	add("account ", id.Account)
	add("region ", id.Region)
	add("endpoint ", id.Endpoint)
	add("as ", id.Caller)
	return strings.Join(parts, ", ")
}
