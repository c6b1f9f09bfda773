package mail_test

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"net/textproto"
	"slices"
	"strings"
	"testing"
)

const (
	user     = "post@example.org"
	password = "hunter2x&more"
)

// Without TLS where it is mandatory, the server learns nothing but our host name.
func TestNoTLSNoMail(t *testing.T) {
	for _, ehlo := range []string{"250 here", "250-here\r\n250 AUTH LOGIN PLAIN", "502 what"} {
		server := serve(t, script(map[string]string{"EHLO": ehlo}))
		for _, url := range []string{account(server, "smtp", ""), "smtp://" + server.addr} {
			err := try(t, sender(t, url, far), message("a"), false)
			if !strings.Contains(err.Error(), "STARTTLS: mandatory") {
				t.Errorf("%q: %v", ehlo, err)
			}
		}
		if wire, _ := server.said(); strings.Contains(wire, "MAIL") || strings.Contains(wire, "AUTH") {
			t.Errorf("%q: said %q", ehlo, wire)
		}
	}
}

func account(server *scripted, scheme, query string) string {
	return scheme + "://post%40example.org:hunter2x%26more@" + server.addr + query
}

// An attacker who strips STARTTLS and offers to take the password gets none, even where TLS is only wished for.
func TestStrippedTLSGetsNoPassword(t *testing.T) {
	for _, mechanisms := range []string{"LOGIN", "PLAIN", "PLAIN LOGIN", "CRAM-MD5", ""} {
		server := serve(t, script(map[string]string{"EHLO": "250-here\r\n250 AUTH " + mechanisms, "AUTH": "334 "}))
		try(t, sender(t, account(server, "smtp", "?starttls=opportunistic"), far), message("a"), false)
		wire, _ := server.said()
		if wire != "EHLO example.org\r\n" {
			t.Errorf("AUTH %s: said %q", mechanisms, wire)
		}
	}
}

// Mail without a password may go in clear text where the settings say so.
func TestOpportunisticWithoutTLS(t *testing.T) {
	server := serve(t, script(nil))
	if err := sender(t, "smtp://"+server.addr+"?starttls=opportunistic", far).Send(t.Context(), message("a")); err != nil {
		t.Fatal(err)
	}
	if n := len(server.whole()); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

// TLS that does not verify is no TLS; opportunistic does not mean content with any.
func TestBadCertificate(t *testing.T) {
	cert, _ := certificate(t)
	for _, query := range []string{"", "?starttls=opportunistic"} {
		server := serve(t, func(p *part) { p.startTLS(cert) })
		err := try(t, sender(t, account(server, "smtp", query), far), message("a"), false)
		if _, ok := errors.AsType[*tls.CertificateVerificationError](err); !ok {
			t.Errorf("%s: %v", query, err)
		}
	}
	server := serve(t, func(p *part) { _ = tls.Server(p.wire, &tls.Config{Certificates: []tls.Certificate{cert}}).Handshake() })
	try(t, sender(t, account(server, "smtps", ""), far), message("a"), false)
}

// refused STARTTLS, silence in the handshake, and words slipped in before it.
func TestBrokenTLS(t *testing.T) {
	cert, ca := certificate(t)
	for reply, permanent := range map[string]bool{"454 not now": false, "554 never": true, hang: false, reset: false, "220 go on\r\n250 not TLS": false} {
		server := serve(t, script(map[string]string{"EHLO": "250-here\r\n250 STARTTLS", "STARTTLS": reply}))
		timeout := far
		if reply == hang {
			timeout = soon
		}
		try(t, sender(t, account(server, "smtp", ""), timeout), message("a"), permanent)
		if wire, _ := server.said(); strings.Contains(wire, "MAIL") || strings.Contains(wire, "AUTH") {
			t.Errorf("%s: said %q", reply, wire)
		}
	}
	server := serve(t, func(p *part) {
		if _, ok := p.startTLS(cert); ok {
			p.hang()
		}
	})
	try(t, sender(t, account(server, "smtp", "?ca="+ca), soon), message("a"), false)
}

// answers of the two mechanisms to the questions of a good server
var (
	userLine     = base64.StdEncoding.EncodeToString([]byte(user))
	passwordLine = base64.StdEncoding.EncodeToString([]byte(password))
	plainLine    = "AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00"+user+"\x00"+password))
)

func TestSignIn(t *testing.T) {
	cert, ca := certificate(t)
	for name, c := range map[string]struct {
		offers  string
		replies map[string]string
		says    []string
	}{
		"PLAIN": {"AUTH LOGIN PLAIN", map[string]string{"AUTH": "235 welcome"}, []string{plainLine}},
		"LOGIN": {
			"AUTH LOGIN XOAUTH2",
			map[string]string{"AUTH": "334 VXNlcm5hbWU6", userLine: "334 UGFzc3dvcmQ6", passwordLine: "235 welcome"},
			[]string{"AUTH LOGIN", userLine, passwordLine},
		},
	} {
		for scheme, server := range encrypted(t, cert, c.offers, c.replies) {
			t.Run(name+" "+scheme, func(t *testing.T) {
				if err := sender(t, account(server, scheme, "?ca="+ca), far).Send(t.Context(), message("a")); err != nil {
					t.Fatal(err)
				}
				wire, inside := server.said()
				lines := strings.Split(inside, "\r\n")
				if !slices.Equal(lines[1:1+len(c.says)], c.says) || len(server.whole()) != 1 {
					t.Errorf("said %.400q", inside)
				}
				if strings.Contains(wire, "MAIL") || strings.Contains(wire, "AUTH") {
					t.Errorf("said in clear text: %.400q", wire)
				}
			})
		}
	}
}

// encrypted gives one server for each way to TLS, which then plays replies.
func encrypted(t *testing.T, cert tls.Certificate, offers string, replies map[string]string) map[string]*scripted {
	t.Helper()
	all := map[string]string{"EHLO": "250-here\r\n250 " + offers}
	for k, v := range replies {
		all[k] = v
	}
	return map[string]*scripted{
		"smtp": serve(t, func(p *part) {
			if inner, ok := p.startTLS(cert); ok {
				inner.commands(all)
			}
		}),
		"smtps": serve(t, func(p *part) {
			script(all)(p.inside(tls.Server(p.wire, &tls.Config{Certificates: []tls.Certificate{cert}})))
		}),
	}
}

// Servers that refuse the sign-in, in words that give the password away, or that go on asking.
func TestSignInRefused(t *testing.T) {
	cert, ca := certificate(t)
	for name, c := range map[string]struct {
		offers    string
		replies   map[string]string
		permanent bool
	}{
		"535":          {"AUTH PLAIN", map[string]string{"AUTH": "535 wrong: " + password}, true},
		"454":          {"AUTH PLAIN", map[string]string{"AUTH": "454 later: " + passwordLine}, false},
		"535 to LOGIN": {"AUTH LOGIN", map[string]string{"AUTH": "334 VQ==", userLine: "334 UA==", passwordLine: "535 wrong: " + password}, true},
		"asks on":      {"AUTH LOGIN", map[string]string{"AUTH": "334 VQ==", userLine: "334 UA==", passwordLine: "334 " + passwordLine}, false},
		"no base64":    {"AUTH LOGIN", map[string]string{"AUTH": "334 " + password}, false},
		"no mechanism": {"AUTH CRAM-MD5", nil, false},
		"no AUTH":      {"SIZE 1000", nil, false},
		"530 to MAIL":  {"AUTH PLAIN", map[string]string{"AUTH": "235 yes", "MAIL": "530 sign in first"}, true},
	} {
		for scheme, server := range encrypted(t, cert, c.offers, c.replies) {
			t.Run(name+" "+scheme, func(t *testing.T) {
				err := try(t, sender(t, account(server, scheme, "?ca="+ca), far), message("a"), c.permanent)
				if reply, ok := errors.AsType[*textproto.Error](err); ok && strings.Contains(reply.Msg, "wrong") {
					t.Errorf("the server's words are kept: %v", err)
				}
				if len(server.whole()) > 0 {
					t.Error("the message was sent")
				}
			})
		}
	}
}
