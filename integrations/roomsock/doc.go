// Package roomsock is the room's door for other processes: HTTP and JSON over a Unix socket. The kernel says who calls.
// Screens come as a stream of JSON lines, with empty lines as a heartbeat.
package roomsock

import "time"

// protocol is the version of what travels here; both sides must have the same.
const protocol = "tminus-room/1"

// The headers of requests; headerProtocol also stands in every answer.
const (
	headerProtocol = "Tminus-Protocol"
	headerAs       = "Tminus-As"         // the role acted as, REHEARSAL only
	headerCockpit  = "Tminus-Cockpit"    // names a client, so that its watches count as one visitor
	headerWatching = "Tminus-Watch-Only" // set: this client only looks
)

// maxScreen is the longest line of the stream, in bytes.
const maxScreen = 16 << 20

// limits bound what one caller can ask of a room.
type limits struct {
	body    int64         // bytes of a request
	entries int           // entries of one answer
	perUID  int           // connections of one user
	total   int           // connections of all
	streams int           // streams of one user
	request time.Duration // to send a request in
	write   time.Duration // to take an answer, or one line of the stream, in
	idle    time.Duration // between requests
	beat    time.Duration // between two lines of the stream, at most
	check   time.Duration // between two looks whether the socket's file is still there
}

func standard() limits {
	return limits{
		body: 64 << 10, entries: 1000, perUID: 256, total: 768, streams: 24, request: 10 * time.Second, write: 15 * time.Second,
		idle: 2 * time.Minute, beat: 1500 * time.Millisecond, check: 5 * time.Second,
	}
}

// silence is how long a living room's stream can pause; a client that hears nothing for so long gives the room up.
const silence = 5 * time.Second
