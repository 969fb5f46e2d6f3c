package launchfile

import (
	"fmt"
	"net/mail"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"tminus/model/text"
)

// The kinds of things that may be recorded for somebody who said them. Approvals of a rollback, arming and reviews are
// never among them.
func attestable() []string { return []string{"item", "sign-off", "roll-call", "vote", "step"} }

const (
	longestTitle  = 200
	longestSocket = 107 // bytes that the kernel takes for a socket's path
)

var (
	launchName = text.Pattern(`^[a-z0-9-]{1,64}$`)
	login      = text.Pattern(`^[A-Za-z0-9_][A-Za-z0-9_.@\\+-]{0,63}\$?$`)
	publicKey  = text.Pattern(`^(ssh|ecdsa|sk)-[^\s]+ [^\s]+( [^\r\n]*)?$`)
	groupName  = text.Pattern(`^[A-Za-z0-9_][A-Za-z0-9_.@\\ -]{0,63}$`)
	account    = text.Pattern(`^[0-9]{12}$`)
	region     = text.Pattern(`^[a-z]{2,4}(-[a-z]+)+-[0-9]+$`)
)

// looksLikeLaunch tells a launch file with mistakes from a file of another kind.
func (c *checker) looksLikeLaunch() bool {
	return slices.ContainsFunc([]string{"launch", "t0", "runbook", "people", "sources", "vars"}, func(key string) bool { return c.doc.Has(key) })
}

func (c *checker) head() {
	c.matches(launchName(), c.f.Launch, "launch", "a name of 1 to 64 characters from a-z, 0-9 and -, such as checkout-v2", top())
	if c.given(c.f.Title, "title", "a title for people", top()) {
		if n := utf8.RuneCountInString(c.f.Title); n > longestTitle {
			c.bad(fmt.Sprintf("the title has %d characters", n), fmt.Sprintf("at most %d", longestTitle), top("title"))
		}
	}
	c.given(c.f.Runbook, "runbook", "a built-in runbook's name, such as feature-launch, or a path relative to this file", top())
	const example = "the launch instant, such as 2026-11-24T10:00:00Z"
	if m := c.doc.Missing("t0", example); len(m) > 0 {
		c.errs = append(c.errs, m...)
	} else if year := c.f.T0.Year(); year < 2000 || year > 2199 {
		c.bad(fmt.Sprintf("\"t0\" is in the year %d", year), example, top("t0"))
	}
	for i, what := range c.f.Attest {
		c.oneOf(what, attestable(), top("attest", i))
		if slices.Index(c.f.Attest, what) < i {
			c.bad(quote(what)+" is listed again", "each once", top("attest", i))
		}
	}
}

func (c *checker) people() {
	if len(c.f.People) == 0 {
		if m := c.doc.Missing("people", "at least one person with a user and roles"); len(m) > 0 {
			c.errs = append(c.errs, m...)
		} else {
			c.bad("nobody under people", "at least one person with a user and roles", top("people"))
		}
	}
	first := make(map[string]int)
	for i, p := range c.f.People {
		here := top("people", i)
		if c.matches(login(), p.User, "user", "a login name of the operating system, such as eng-lead", here) {
			line, _ := c.doc.At(at(here, "user")...)
			if before, again := first[p.User]; again {
				c.bad("user "+quote(p.User)+" is listed again", fmt.Sprintf("each person once, with all their roles; the first is in line %d", before), at(here, "user"))
			} else {
				first[p.User] = line
			}
		}
		c.once(p.Roles, "role", at(here, "roles"))
		c.once(p.BackupFor, "role", at(here, "backup_for"))
		if p.Contact.Email != "" {
			c.address(p.Contact.Email, at(here, "contact", "email"))
		}
		for k, key := range p.Keys {
			if !publicKey().MatchString(key) {
				c.bad("no public key: "+quote(key), `the line of an OpenSSH public key file, such as "ssh-ed25519 AAAA…"`, at(here, "keys", k))
			}
		}
	}
}

func (c *checker) once(list []string, kind string, p []any) {
	for i, s := range list {
		if strings.TrimSpace(s) == "" {
			c.bad("an empty "+kind, "the id of a "+kind, at(p, i))
		} else if slices.Index(list, s) < i {
			c.bad(kind+" "+quote(s)+" is listed again", "each once", at(p, i))
		}
	}
}

func (c *checker) address(value string, p []any) {
	if a, err := mail.ParseAddress(value); err != nil || strings.ContainsAny(value, "\r\n") || a.Address == "" {
		c.bad("no mail address: "+quote(value), "an address such as launch@example.com", p)
	}
}

// places checks where the launch stands: the socket for others, and the AWS account.
func (c *checker) places() {
	if s := c.f.Share; s != nil {
		here := top("share")
		c.matches(groupName(), s.Group, "group", "the name of a group of the operating system", here)
		if c.given(s.Dir, "dir", "an absolute path such as /srv/tminus", here) {
			socket := s.Dir + "/" + c.f.Launch + ".sock"
			switch {
			case !path.IsAbs(s.Dir):
				c.bad("\"dir\" is "+quote(s.Dir), "an absolute path such as /srv/tminus", at(here, "dir"))
			case len(socket) > longestSocket:
				c.bad(fmt.Sprintf("the socket's path would have %d bytes: %s", len(socket), quote(socket)), fmt.Sprintf("at most %d; choose a shorter dir", longestSocket), at(here, "dir"))
			}
		}
	}
	if a := c.f.AWS; a != nil {
		here := top("aws")
		c.matches(region(), a.Region, "region", "a region such as us-east-1", here)
		if c.doc.Has("aws", "account") {
			c.matches(account(), a.Account, "account", `the 12 digits of an account, in quotes, such as "123456789012"`, here)
		}
	}
	for id, value := range sorted(c.f.Resources) {
		if strings.TrimSpace(value) == "" {
			c.bad("resource "+quote(id)+" is empty", "a link or a name", top("resources", id))
		}
	}
	for id, b := range sorted(c.f.Contacts) {
		for _, place := range b.places() {
			if place.user != "" && !login().MatchString(place.user) {
				c.bad("no login name: "+quote(place.user), "the user of one of the people", top("contacts", id, place.name))
			}
		}
	}
}
