package cockpit

import (
	"regexp"
	"slices"
	"strings"

	"tminus/model/launch"
	"tminus/ui/intent"
)

// The room's refusals speak as its commands do (clock.recycle to=T-15m, for=PERSON via=voice): whoever types commands can
// type them. In the cockpit the same is said by keys.

// speech is how commands are found in the room's texts.
type speech struct {
	argument *regexp.Regexp // one KEY=VALUE of a command, with what stands around it
	word     *regexp.Regexp // an action's name, with the punctuation around it
	role     *regexp.Regexp // the way to another role of a rehearsal
	whose    *regexp.Regexp // the person whose word a refused command could be recorded as
}

func newSpeech() speech {
	return speech{
		argument: regexp.MustCompile(`^(\(?)([a-z]+[a-z0-9-]*)=([^,;:)]*)([,;:)]*)$`),
		word:     regexp.MustCompile(`^(\(?)([a-z-]+\.[a-z-]+)([,;:.)]*)$`),
		role:     regexp.MustCompile(`\(--as [a-z-]+\)`),
		whose:    regexp.MustCompile(`\bfor=([^ ;,]+)`),
	}
}

// spoken is a text of the room with keys in the place of commands: the key that leads to an action, ":" with its name where
// only the palette does, ctrl+t for what somebody else said.
func (a *App) spoken(text string) string {
	if len(a.infos) == 0 || text == "" {
		return text
	}
	text = a.speech.role.ReplaceAllString(text, "(key a)")
	in := strings.Split(text, " ")
	out := make([]string, 0, len(in))
	for i := 0; i < len(in); i++ {
		if m := a.speech.word.FindStringSubmatch(in[i]); m != nil && a.action(m[2]) {
			end := m[3]
			for end == "" && i+1 < len(in) {
				arg := a.speech.argument.FindStringSubmatch(in[i+1])
				if arg == nil || arg[1] != "" || !a.takes(arg[2]) {
					break
				}
				end, i = arg[4], i+1
			}
			out = append(out, m[1]+a.way(m[2])+end)
			continue
		}
		arg := a.speech.argument.FindStringSubmatch(in[i])
		switch {
		case arg == nil || !a.takes(arg[2]):
			out = append(out, in[i])
		case arg[2] == "for" || arg[2] == "via":
			if n := len(out); n > 1 && out[n-1] == "and" && out[n-2] == attest {
				out = out[:n-1]
			} else if n == 0 || out[n-1] != attest {
				out = append(out, attest)
			}
			out[len(out)-1] += arg[4]
		case arg[3] == "":
			out = append(out, arg[1]+arg[2]+arg[4])
		case arg[3] == "…":
			out = append(out, arg[1]+"a "+arg[2]+arg[4])
		default:
			out = append(out, arg[1]+arg[2]+" "+arg[3]+arg[4])
		}
	}
	return strings.Join(out, " ")
}

// attest is the key that records what somebody else said.
const attest = "ctrl+t"

func (a *App) way(action string) string {
	if key := a.keys.keyOf(action); key != "" {
		return "key " + key
	}
	return ":" + action
}

func (a *App) action(name string) bool {
	return slices.ContainsFunc(a.infos, func(i launch.ActionInfo) bool { return i.Name == name })
}

// takes reports whether any action takes an argument of this name.
func (a *App) takes(name string) bool {
	return slices.ContainsFunc(a.infos, func(i launch.ActionInfo) bool {
		return slices.ContainsFunc(i.Args, func(arg launch.ArgInfo) bool { return arg.Name == name })
	})
}

// refusal is what a command came to, as the cockpit says it.
func (a *App) refusal(err error) error {
	r, ok := launch.Refused(err)
	if !ok {
		return err
	}
	said := *r
	said.Message, said.Hint = a.spoken(r.Message), a.spoken(r.Hint)
	return &said
}

// refuse keeps a command that a key has sent at once and that was refused as another's to give: ctrl+t opens its dialog, to
// record it as said by them.
func (a *App) refuse(c launch.Command, err error) {
	a.theirs = nil
	r, ok := launch.Refused(err)
	if !ok {
		return
	}
	if m := a.speech.whose.FindStringSubmatch(r.Hint); m != nil {
		a.theirs = &intent.Ask{Command: c, Suggest: map[string]string{"for": m[1]}, Open: true}
	}
}

// saidByThem is what ctrl+t does outside of a form: the dialog of what has just been refused, begun as somebody else's word.
func (a *App) saidByThem() intent.Intent {
	if a.theirs == nil {
		return nil
	}
	q := *a.theirs
	a.theirs = nil
	return q
}

// nothingRefused is why ctrl+t has nothing to open.
func (a *App) nothingRefused() string {
	if a.theirs == nil {
		return "nothing was refused as theirs"
	}
	return ""
}
