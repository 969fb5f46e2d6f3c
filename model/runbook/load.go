package runbook

import (
	"reflect"

	"tminus/model/strictyaml"
)

// Load reads and validates a runbook; file is its name for messages. All mistakes are returned, in the file's order;
// with any, there is no runbook.
func Load(file string, src []byte) (*Runbook, strictyaml.Errors) {
	doc, errs := strictyaml.Parse(file, src)
	if len(errs) > 0 {
		return nil, errs
	}
	rb := new(Runbook)
	errs = doc.Decode(rb)
	if len(errs) > 0 && reflect.ValueOf(*rb).IsZero() {
		return nil, errs // it is something else altogether: naming each missing key would bury that
	}
	c := newChecker(doc, rb.Roles)
	c.runbook(rb)
	if errs = errs.And(c.errs); len(errs) > 0 {
		return nil, errs
	}
	rb.complete()
	return rb, nil
}

// complete fills in what a file may leave out because it can only mean one thing.
func (rb *Runbook) complete() {
	for i := range rb.Triggers {
		t := &rb.Triggers[i]
		if t.Title == "" && t.When != "" {
			t.Title = t.When
		} else if t.Title == "" {
			t.Title = t.ID
		}
	}
	for _, steps := range [][]Step{rb.Sequence.Steps, rb.Rollback.Steps} {
		for _, s := range steps {
			for i := range s.Verifications {
				if s.Verifications[i].Mode == "" {
					s.Verifications[i].Mode = Gate
				}
			}
		}
	}
}
