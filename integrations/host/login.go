package host

import (
	"os/user"
	"strconv"
)

// LookupUID is the uid of a login on this host; -1: there is no such login.
func LookupUID(login string) int {
	u, err := user.Lookup(login)
	if err != nil {
		return -1
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return -1
	}
	return uid
}

// FullName is what the system calls this process's user; empty: it does not say.
func FullName() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Name
}
