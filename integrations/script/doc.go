// Package script runs the programs of a launch, without a shell, so that neither the room's end nor a lost connection ends
// them, and so that every later room can tell what became of them.
//
// A run is a folder DIR/CALLID. It appears by one rename, with a lock in it that is already held, so that a call can be
// begun once and never again, by however many rooms. The room then starts this very binary as the run's supervisor, in a
// session of its own, and hands it the order and the lock. The supervisor writes the status file (renamed and synced), runs
// the program, keeps its output, and ends what the program leaves behind. As long as it lives it holds the lock, which the
// kernel frees exactly at its death: no process id that is used again can pass for it. What the folder says:
//
//	no folder                       the call was never begun
//	no status, lock free            it was claimed, and nothing was started
//	refused                         nothing was started, and why
//	starting, lock free             the supervisor died about the start: unclear
//	running, lock held              it runs
//	running, lock free              the supervisor died, or the machine did: unclear
//	ended                           how it ended
//
// A supervisor that is killed takes the program with it (PR_SET_PDEATHSIG, SIGKILL): without it nobody would enforce the
// timeout, and the program would break anyway at its next line of output. What the program had started itself may go on;
// looking says so. A set-uid program escapes this, since the kernel clears the death signal for it, and escapes being
// killed, which is told, too.
//
// A program stands in a session and process group of its own, in /, with nothing to read and no other open file than its
// output; umask and limits are the room's. SIGTERM to the supervisor stops it: that is how Stop works, and what a machine
// does that shuts down.
//
// What was approved is what runs: the supervisor opens the file, checks it again and compares the digest just before
// it executes it. A binary is executed by that very descriptor. A script must be executed by its path, because its
// interpreter opens it again and many scripts look for their folder in $0; whoever could exchange it in the microseconds
// between is its owner or root, as the check makes sure. What a script runs in turn is not part of its digest.
package script
