// Package data keeps launches in one SQLite database: the journal, the documents, what was read of the monitors. It also
// holds the lock that makes one process the owner, the rules for where a database may stand, and the witness of heads
// outside the database.
//
// A log can be checked without this program: each hash is that of its body, and each body names the hash before it.
//
//	sqlite3 tminus.db "SELECT hash FROM entries WHERE launch = 'checkout-v2' AND seq = 17"
//	printf %s "$(sqlite3 tminus.db "SELECT body FROM entries WHERE launch = 'checkout-v2' AND seq = 17")" | sha256sum
package data
