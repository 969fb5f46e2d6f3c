// Package rehearsal is the simulated world: a clock that can be sped up, metrics that follow a scenario, colleagues who do
// their part, and an outside that carries calls out: flags, deployments, programs, probes. It stands behind the same ports
// as the real world, so the room cannot tell the difference, and nothing of it leaves the machine. Everything it does
// follows from the scenario, the journal and the launch time, so a rehearsal that was left is continued by asking it again.
package rehearsal
