package journal

import (
	"fmt"
	"strconv"
	"strings"
)

// shortHash is how many digits of a hash stand on the screen, and the fewest that ParseHead takes.
const shortHash = 16

// Head returns the place and hash of e.
func (e Entry) Head() Head { return Head{Seq: e.Seq, Hash: e.Hash, At: e.At} }

// String is SEQ:16 hex, as the screen shows it.
func (h Head) String() string {
	hash := h.hash()
	return strconv.FormatInt(h.Seq, 10) + ":" + hash[:min(shortHash, len(hash))]
}

// Long is SEQ:64 hex, as updates, exports and witnesses carry it.
func (h Head) Long() string { return strconv.FormatInt(h.Seq, 10) + ":" + h.hash() }

func (h Head) hash() string {
	if h.Hash == "" {
		return Genesis
	}
	return h.Hash
}

// ParseHead reads SEQ:HEX with 16 to 64 digits, in either case. The Head that it returns may so hold a shortened hash;
// it is good as an anchor of Verify. Its At is zero.
func ParseHead(s string) (Head, error) {
	seqText, hash, found := strings.Cut(strings.TrimSpace(s), ":")
	seq, err := strconv.ParseInt(seqText, 10, 64)
	hash = strings.ToLower(hash)
	switch {
	case !found || err != nil || seq < 1:
		return Head{}, fmt.Errorf("head %q: expected SEQ:HEX, such as 142:9c41d07be2a35f10", s)
	case len(hash) < shortHash || len(hash) > len(Genesis) || !isHex(hash):
		return Head{}, fmt.Errorf("head %q: expected %d to %d hexadecimal digits after the colon", s, shortHash, len(Genesis))
	}
	return Head{Seq: seq, Hash: hash}, nil
}

// isHex reports whether s is made of lower-case hexadecimal digits only.
func isHex(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
