package launchfile

import (
	"tminus/model/strictyaml"
)

// Load reads a launch file and checks everything that can be told without its runbook; file is its name for messages.
// ${NAMES} in it are replaced by its vars. All mistakes are returned in the file's order. With mistakes the File holds
// what could be read, so that Check can go on to tell what does not fit the runbook; it is nil where the text is no
// YAML mapping at all.
func Load(file string, src []byte) (*File, strictyaml.Errors) {
	doc, errs := strictyaml.Parse(file, src)
	if len(errs) > 0 {
		return nil, errs
	}
	f := new(File)
	errs = doc.Decode(f)
	c := &checker{doc: doc, f: f}
	if len(errs) > 0 && !c.looksLikeLaunch() {
		return nil, errs // another kind of file: naming each missing key would bury that
	}
	f.T0 = f.T0.UTC()
	c.vars()
	c.expand()
	c.head()
	c.people()
	c.places()
	c.sources()
	c.logs()
	c.flags()
	c.deploy()
	c.programs()
	c.probes()
	c.notify()
	return f, errs.And(c.errs)
}
