package launch

import (
	"fmt"
	"strconv"
	"strings"

	"tminus/model/journal"
)

// DoctorRecorded is the data of doctor.recorded: what tminus doctor found.
type DoctorRecorded struct {
	Passed      int      `json:"passed"`
	Failed      int      `json:"failed"`
	NotTestable int      `json:"not_testable"`
	Failing     []string `json:"failing,omitempty"` // ids of the checks that failed, at most 40
	File        string   `json:"file,omitempty"`    // hash of the launch file that was examined
	By
}

// DoctorRun is the newest examination on record.
type DoctorRun struct {
	Mark
	Passed, Failed, NotTestable int
	Failing                     []string
	File                        string
}

// maxFailing bounds the ids of failed checks in an entry.
const maxFailing = 40

func doctorTable() ([]ActionSpec, []KindSpec) {
	return []ActionSpec{{Name: "doctor.record", Title: "Record what doctor found (doctor does it itself)", Kind: "doctor.recorded",
			Args: []ArgInfo{{Name: "passed", Help: "how many checks passed", Required: true}, {Name: "failed", Help: "how many failed", Required: true},
				{Name: "untested", Help: "how many were not testable"}, {Name: "failing", Help: "ids of the checks that failed, separated by commas"},
				{Name: "file", Help: "the hash of the launch file that was examined"}},
			decide: decideDoctor},
		}, []KindSpec{
			kindOf("doctor.recorded", "An examination by doctor", applyDoctor, func(_ *State, d DoctorRecorded) string {
				text := fmt.Sprintf("doctor: %d passed, %d failed, %d not testable", d.Passed, d.Failed, d.NotTestable)
				return withReason(text, strings.Join(d.Failing, ", "))
			}),
		}
}

func decideDoctor(r *request) ([]Event, *Refusal) {
	d := DoctorRecorded{File: r.args["file"]}
	for _, n := range []struct {
		arg  string
		into *int
	}{{"passed", &d.Passed}, {"failed", &d.Failed}, {"untested", &d.NotTestable}} {
		v := r.args[n.arg]
		if v == "" {
			continue
		}
		count, err := strconv.Atoi(v)
		if err != nil || count < 0 || count > 10000 {
			return nil, usage("%s=%s is no count; expected a number from 0 to 10000", n.arg, short(v))
		}
		*n.into = count
	}
	for _, id := range strings.Split(r.args["failing"], ",") {
		if id = strings.TrimSpace(id); id != "" && len(d.Failing) < maxFailing {
			d.Failing = append(d.Failing, id)
		}
	}
	if d.Failed < len(d.Failing) {
		return nil, usage("failed=%d, and %d are named in failing=", d.Failed, len(d.Failing))
	}
	return []Event{{Kind: "doctor.recorded", Data: d}}, nil
}

func applyDoctor(s *State, e journal.Entry, d DoctorRecorded) string {
	if d.Passed < 0 || d.Failed < len(d.Failing) || d.NotTestable < 0 {
		return "its counts cannot be"
	}
	s.Doctor = &DoctorRun{Mark: marked(e, d.By, ""), Passed: d.Passed, Failed: d.Failed, NotTestable: d.NotTestable, Failing: d.Failing, File: d.File}
	return ""
}
