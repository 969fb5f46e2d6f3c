package dialogs

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tminus/model/launch"
	"tminus/model/screen"
	"tminus/model/text"
	"tminus/ui/intent"
	"tminus/ui/panes"
	"tminus/ui/theme"
	"tminus/ui/widgets"
)

// Flag shows a feature flag with the exact call that turns it off, and sends it with one key. It stays open afterwards
// and tells what became of it.
type Flag struct {
	card
	id string
}

// NewFlag opens the dialog of a flag; "" is the main one. over says that it covers a dialog with something typed in it.
func NewFlag(t *theme.Theme, plan *screen.Plan, s *screen.Screen, infos []launch.ActionInfo, id string, over bool) *Flag {
	f := &Flag{card: card{box: box{theme: t, want: wideCard}, names: names{plan: plan, screen: s}, now: s.At, infos: infos, over: over}, id: id}
	if flag := s.Flag(id); flag != nil {
		f.id = flag.ID
	}
	return f
}

// wideCard is how wide dialogs with command lines in them like to be.
const wideCard = 110

// ID names the dialog: one for all flags.
func (f *Flag) ID() string { return "flag" }

// SetScreen shows the flag as it is now.
func (f *Flag) SetScreen(s *screen.Screen) string {
	f.names.screen = s
	return ""
}

func (f *Flag) flag() *screen.Flag { return f.names.screen.Flag(f.id) }

// HandleKey answers a key.
func (f *Flag) HandleKey(k tea.KeyPressMsg) (intent.Intent, bool) {
	body, calls := f.body()
	f.read("", body, calls, func() []string { return f.footOf(f.offers()) })
	offers := f.offers()
	foot := len(f.footOf(offers))
	switch {
	case f.scroll(k.String(), len(body), foot):
		return nil, false
	case keyIs(k, "y") && len(f.unseen()) > 0 && !f.busy && f.whyNot("flag.off") == "":
		f.readOn(len(body), foot)
		return nil, false
	}
	if all := f.names.screen.Flags; keyIs(k, "tab") && len(all) > 1 && !f.busy {
		for i := range all {
			if all[i].ID == f.id {
				f.id, f.top, f.problem = all[(i+1)%len(all)].ID, 0, nil
				break
			}
		}
		return nil, false
	}
	return f.answer(k, offers)
}

// offers are the keys: off at once for who may, else the request that leads there.
func (f *Flag) offers() []offer {
	var out []offer
	if flag := f.flag(); flag != nil {
		id := map[string]string{"flag": flag.ID}
		off := offer{key: "y", help: "turn it OFF now", why: f.whyNot("flag.off"), records: true, do: does("flag.off", id)}
		if sw := flag.Switching; sw != nil && !sw.On && (sw.State == screen.PartRunning || sw.State == screen.PartWaiting) {
			off.why = "it is being turned off"
		}
		out = append(out, f.readFirst(off))
		if f.whyNot("flag.off") != "" || f.names.screen.CurrentRequest() != nil {
			out = append(out, f.request())
		}
		if f.names.screen.Armed != nil {
			out = append(out, offer{key: "d", help: "disarm", why: f.whyNot("trigger.disarm"), records: true, do: asks("trigger.disarm", map[string]string{"id": "all"}, nil)})
		}
		out = append(out, offer{key: "o", help: "turn it on", why: f.whyNot("flag.on"), records: true, do: asks("flag.on", id, nil)})
		if len(f.names.screen.Flags) > 1 {
			out = append(out, offer{key: "tab", help: "next flag"})
		}
	} else {
		out = append(out, f.request())
	}
	return append(out, offer{key: "esc", help: "close", closes: true, do: nothing})
}

// request is the way to flag off for who may not do it alone: a rollback that consists of it.
func (f *Flag) request() offer {
	r := f.names.screen.CurrentRequest()
	o := offer{key: "r", help: "request it from an authority", why: f.whyNot("rollback.request"), records: true, do: func() intent.Intent {
		return intent.Rollback{Suggest: map[string]string{"steps": f.names.screen.Procedure.Flag}}
	}}
	if r.Open() || r.Running() {
		o.help, o.why, o.records, o.closes = "rollback "+r.ID, "", false, true
	}
	return o
}

// Done keeps the dialog open: what becomes of the call is shown here.
func (f *Flag) Done(err error) bool {
	f.card.Done(err)
	return false
}

// Lines draws the box.
func (f *Flag) Lines() []string {
	body, calls := f.body()
	return f.read("Feature flag", body, calls, func() []string { return f.footOf(f.offers()) })
}

// body tells the flag, and which of its lines are the call that y sends.
func (f *Flag) body() (out []string, calls []span) {
	flag := f.flag()
	if flag == nil {
		return append(f.wrap(f.theme.Warn, "The launch file binds no flag."),
			f.wrap(f.theme.Text, "Switch it where it is kept, and write what you did in a note.")...), nil
	}
	out = f.head(flag)
	if flag.Main {
		out = append(out, f.armed()...)
	}
	out = append(out, "")
	from := len(out)
	out = append(out, f.wrap(f.theme.Text, "OFF is one call, sent once: "+exactly(flag, flag.Off))...)
	calls = []span{{"flag/" + flag.ID, from, len(out)}}
	out = append(out, f.indented(f.theme.Accent, 2, flag.OffLine)...)
	w := f.names.where(launch.Identity{})
	out = append(out, f.indented(f.style(w.tone), 2, w.text)...)
	after := "then: the parameter's history has this version and value"
	if flag.Effect != "" {
		after += "; " + flag.Effect
	}
	out = append(out, f.indented(f.theme.Dim, 2, after)...)
	if sw := flag.Switching; sw != nil {
		out = append(append(out, ""), f.switching(sw)...)
	}
	out = append(append(out, ""), f.wrap(f.theme.Dim, fmt.Sprintf("ON writes %q", flag.On))...)
	return append(out, f.indented(f.theme.Dim, 2, flag.OnLine)...), calls
}

// armed says what may turn the flag off by itself.
func (f *Flag) armed() []string {
	a := f.names.screen.Armed
	if a == nil {
		return nil
	}
	var titles []string
	for _, id := range a.Triggers {
		titles = append(titles, f.names.of("trigger.disarm", "trigger", id))
	}
	out := f.wrap(f.theme.Warn, "ARMED: it goes off by itself a minute after one of these fires: "+strings.Join(titles, ", ")+"; armed "+by(a.By))
	if a.AutoOffAt != nil {
		out = f.wrap(f.theme.Crit, "ARMED: it goes off by itself at "+a.AutoOffAt.UTC().Format("15:04:05 UTC")+", unless an authority stops it")
	}
	return out
}

// exactly is the call that writes a value, with all its arguments.
func exactly(flag *screen.Flag, value string) string {
	kind := flag.Type
	if kind == "" {
		kind = "as it is"
	}
	return fmt.Sprintf("%s name=%s value=%q type=%s", launch.OpPutParameter, flag.Name, value, kind)
}

// head is what the flag holds, how old that is, and who wrote it.
func (f *Flag) head(flag *screen.Flag) []string {
	th := f.theme
	badge := th.NoDataBadge
	switch flag.Word {
	case screen.FlagOn:
		badge = th.AccentBadge
	case screen.FlagOff:
		badge = th.OKBadge
	case screen.FlagNeither:
		badge = th.WarnBadge
	}
	word := " " + flag.Word + " "
	name := flag.ID + "  " + flag.Name
	out := []string{badge.On(word) + "  " + th.Strong.On(widgets.Fit(text.Line(name), max(min(widgets.Width(text.Line(name)), f.inner()-len(word)-2), 1)))}
	if !flag.At.IsZero() {
		held := fmt.Sprintf("holds %q, version %d, read %s", flag.Value, flag.Version, widgets.Age(f.now.Sub(flag.At)))
		out = append(out, f.wrap(th.Text, held)...)
		if flag.By != "" || flag.Modified != "" {
			out = append(out, f.wrap(th.Dim, "last written"+when(flag.Modified)+byWhom(flag.By))...)
		}
	}
	switch {
	case flag.Error != "":
		out = append(out, f.wrap(th.Crit, "it cannot be read now: "+flag.Error)...)
	case flag.At.IsZero():
		out = append(out, f.wrap(th.Warn, "it has not been read yet")...)
	case flag.Word == screen.FlagNeither:
		out = append(out, f.wrap(th.Warn, fmt.Sprintf("that is neither %q, which is on, nor %q, which is off", flag.On, flag.Off))...)
	}
	return out
}

func when(modified string) string {
	if at, err := time.Parse(time.RFC3339, modified); err == nil {
		return " at " + at.UTC().Format("2006-01-02 15:04:05 UTC")
	}
	return ""
}

func byWhom(arn string) string {
	if arn == "" {
		return ""
	}
	return " by " + arn
}

// switching tells the newest order and what became of it.
func (f *Flag) switching(sw *screen.Switching) []string {
	word := "OFF"
	if sw.On {
		word = "ON"
	}
	out := f.wrap(f.theme.Strong, "Ordered "+word+" "+by(sw.Ordered))
	out = append(out, f.indented(f.partStyle(sw.State), 2, "the write: "+sw.State+reason(sw.Evidence))...)
	for i := range sw.Checks {
		c := &sw.Checks[i]
		out = append(out, f.indented(f.partStyle(c.State), 2, c.Text+": "+checkWord(c.State)+reason(c.Evidence))...)
	}
	return out
}

// checkWord is a part's state as it reads after a verification.
func checkWord(state string) string {
	switch state {
	case screen.PartDone:
		return "verified"
	case screen.PartRunning:
		return "looking"
	}
	return state
}

func (b *box) partStyle(state string) theme.Style {
	switch state {
	case screen.PartDone:
		return b.theme.OK
	case screen.PartFailed:
		return b.theme.Crit
	case screen.PartUnknown, screen.PartCannotVerify:
		return b.theme.Warn
	}
	return b.theme.Text
}

// Bindings are the dialog's keys.
func (f *Flag) Bindings() []panes.Binding { return bindingsOf(f.offers()) }

var _ Dialog = (*Flag)(nil)
