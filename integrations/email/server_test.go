package email

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	user     = "launch@example.com"
	password = "very-secret-password-0001"
)

// server is a small mail server on loopback.
type server struct {
	starttls, implicit bool
	auth               string            // mechanisms; "": none
	answers            map[string]string // by the start of a command, or "greeting", "dot": instead of the usual
	lose               string            // command after which the connection ends without an answer
	hang               string            // command after which it says nothing more

	addr  string
	cert  tls.Certificate
	roots *x509.CertPool

	mu    sync.Mutex
	mails []string
	rcpts [][]string
	clear bool // a password came unencrypted
	done  sync.WaitGroup
}

func (s *server) start(t *testing.T) *server {
	t.Helper()
	s.cert, s.roots = selfSigned(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	quit := make(chan struct{})
	t.Cleanup(func() { close(quit); l.Close(); s.done.Wait() })
	s.done.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.done.Go(func() {
				defer conn.Close()
				s.talk(conn, quit)
			})
		}
	})
	return s
}

func (s *server) talk(conn net.Conn, quit chan struct{}) {
	encrypted := s.implicit
	if encrypted {
		conn = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{s.cert}})
	}
	r := bufio.NewReader(conn)
	say := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
	answer := func(command, usual string) bool {
		for start, special := range s.answers {
			if strings.HasPrefix(command, start) {
				usual = special
			}
		}
		say(usual)
		return usual[0] < '4'
	}
	answer("greeting", "220 mail.example ESMTP")
	var rcpts []string
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		command := strings.TrimRight(line, "\r\n")
		if s.lose != "" && strings.HasPrefix(command, s.lose) {
			return
		}
		if s.hang != "" && strings.HasPrefix(command, s.hang) {
			<-quit
			return
		}
		verb, _, _ := strings.Cut(command, " ")
		switch verb {
		case "EHLO":
			lines := []string{"mail.example", "8BITMIME", "SMTPUTF8"}
			if s.starttls && !encrypted {
				lines = append(lines, "STARTTLS")
			}
			if s.auth != "" {
				lines = append(lines, "AUTH "+s.auth)
			}
			for i, l := range lines {
				sep := "-"
				if i == len(lines)-1 {
					sep = " "
				}
				say("250" + sep + l)
			}
		case "STARTTLS":
			if answer(command, "220 go ahead") {
				conn = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{s.cert}})
				r, encrypted = bufio.NewReader(conn), true
			}
		case "AUTH":
			s.mu.Lock()
			s.clear = s.clear || !encrypted
			s.mu.Unlock()
			given, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(command, "AUTH PLAIN "))
			if string(given) == "\x00"+user+"\x00"+password {
				answer(command, "235 ok")
			} else {
				say("535 5.7.8 not accepted: " + command + " " + password)
			}
		case "MAIL":
			answer(command, "250 ok")
		case "RCPT":
			if answer(command, "250 ok") {
				rcpts = append(rcpts, strings.TrimSuffix(strings.TrimPrefix(command, "RCPT TO:<"), ">"))
			}
		case "DATA":
			if !answer(command, "354 go ahead") {
				continue
			}
			var mail strings.Builder
			for {
				line, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				mail.WriteString(strings.TrimPrefix(line, "."))
			}
			s.mu.Lock()
			s.mails, s.rcpts = append(s.mails, mail.String()), append(s.rcpts, rcpts)
			s.mu.Unlock()
			switch {
			case s.lose == "dot":
				if c, ok := conn.(*net.TCPConn); ok {
					c.SetLinger(0)
				}
				return
			case s.hang == "dot":
				<-quit
				return
			}
			answer("dot", "250 2.0.0 queued as 4711")
		case "QUIT":
			say("221 bye")
			return
		case "*", "RSET", "NOOP":
			say("250 ok")
		default:
			io.WriteString(conn, "502 what\r\n")
		}
	}
}

func (s *server) taken() (mails []string, rcpts [][]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mails, s.rcpts
}

func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"mail.example"}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
