package launch

import (
	"strconv"
	"time"

	"tminus/model/journal"
	"tminus/model/runbook"
)

// SilenceAtMost is the longest that a monitor can be silenced at a time, and silenceFor how long it is where nothing is said.
const (
	SilenceAtMost = time.Hour
	silenceFor    = 15 * time.Minute
)

// AlarmSilenced is the data of alarm.silenced.
type AlarmSilenced struct {
	Monitor string    `json:"monitor"`
	Until   time.Time `json:"until"`
	Ended   bool      `json:"ended,omitempty"`  // from now on the alarm calls again
	Reason  string    `json:"reason,omitempty"` // a silence has one
	By
}

// Silence keeps a monitor's alarm from calling for attention until Until; it changes no status.
type Silence struct {
	Mark
	Until time.Time
}

func alarmTable() ([]ActionSpec, []KindSpec) {
	return []ActionSpec{
			{Name: "alarm.silence", Title: "Silence a monitor's alarm", Kind: "alarm.silenced", Scrubbed: true,
				Args: []ArgInfo{{Name: "monitor", Help: "the monitor", Required: true},
					{Name: "minutes", Help: "1 to 60, 15 where you say nothing; 0 ends the silence"},
					{Name: "reason", Help: "why nobody has to be called"}},
				choices: map[string]func(*request) []string{"monitor": ownMonitors},
				none:    "there is no monitor that you could silence", decide: decideSilence},
		}, []KindSpec{
			kindOf("alarm.silenced", "A monitor's alarm was silenced", applySilenced, func(s *State, d AlarmSilenced) string {
				if d.Ended {
					return withReason("ended the silence of "+s.monitorName(d.Monitor), d.Reason)
				}
				return withReason("silenced "+s.monitorName(d.Monitor)+" until "+d.Until.UTC().Format("15:04:05"), d.Reason)
			}),
		}
}

// SilencedAt returns the silence of a monitor that is in force at now, or nil.
func (s *State) SilencedAt(id string, now time.Time) *Silence {
	if is := s.Silences[id]; is != nil && now.Before(is.Until) {
		return is
	}
	return nil
}

// ownMonitors are those that the caller owns or answers for as an authority.
func ownMonitors(r *request) []string {
	return r.s.watchedIDs(func(m *runbook.Monitor) bool { return r.may(r.s.watchers(m)...) })
}

func decideSilence(r *request) ([]Event, *Refusal) {
	m, refusal := r.monitor(ownMonitors)
	if refusal == nil {
		refusal = r.must("the alarm of "+m.Name, r.s.watchers(m)...)
	}
	if refusal != nil {
		return nil, refusal
	}
	length := silenceFor
	if text := r.args["minutes"]; text != "" {
		n, err := strconv.Atoi(text)
		if length = time.Duration(n) * time.Minute; err != nil || n < 0 || n > int(SilenceAtMost/time.Minute) {
			return nil, usage("minutes=%s; expected 1 to 60, or 0 to end a silence", short(text))
		}
	}
	d := AlarmSilenced{Monitor: m.ID, Until: r.now.Add(length), Ended: length == 0, Reason: r.args["reason"], By: r.by}
	switch {
	case d.Ended && r.s.SilencedAt(m.ID, r.now) == nil:
		return nil, no(m.Name+" is not silenced", "")
	case !d.Ended && d.Reason == "":
		return nil, usage("%s needs reason=…: why nobody has to be called", r.spec.Name)
	}
	return []Event{{Kind: "alarm.silenced", Data: d}}, nil
}

func applySilenced(s *State, e journal.Entry, d AlarmSilenced) string {
	switch {
	case s.WatchedMonitor(d.Monitor) == nil:
		return "there is no such monitor"
	case d.Until.After(e.At.Add(SilenceAtMost)):
		return "a monitor is silenced for at most an hour"
	case d.Ended && d.Until.After(e.At):
		return "a silence cannot end and go on"
	}
	s.Silences[d.Monitor] = &Silence{Mark: marked(e, d.By, d.Reason), Until: d.Until}
	return ""
}
