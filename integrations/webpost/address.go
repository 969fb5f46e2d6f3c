package webpost

import (
	"errors"
	"net"
	"net/url"
	"strings"
)

// Address reads the address of a service, whose text may be a secret: the errors do not repeat it. Without TLS only this
// machine itself is called.
func Address(raw string) (*url.URL, error) {
	const such = "expected an address that starts with https://"
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return nil, errors.New("it is no address; " + such)
	case u.User != nil:
		return nil, errors.New("it holds a user or a password; " + such + " and has none")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, errors.New("it starts with http://, so that everybody on the way could read it; " + such)
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("it is no web address; " + such)
	}
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Word checks a token that goes into a header, without repeating it.
func Word(token string) error {
	if token == "" {
		return errors.New("it is empty; write the secret there")
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return errors.New("it has characters that no token has; it should be one word")
	}
	return nil
}
