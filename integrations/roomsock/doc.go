// Package roomsock is the room's door for other processes: HTTP and JSON over a Unix socket. The kernel says who calls.
// Every request is one connection's; screens come as a stream of JSON lines.
package roomsock

// protocol is the version of what travels here; both sides must have the same.
const protocol = "tminus-room/1"

// The headers of every request and answer.
const (
	headerProtocol = "Tminus-Protocol"
	headerAs       = "Tminus-As" // the role acted as, REHEARSAL only
)
