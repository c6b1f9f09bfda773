package mail_test

import (
	"bytes"
	"crypto/tls"
	"encoding/pem"
	"net"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// scripted is a server on loopback that plays a part for each connection, mostly a bad one.
type scripted struct {
	addr string

	mu       sync.Mutex
	heard    bytes.Buffer // every byte from clients as it came over the wire
	inside   bytes.Buffer // every byte from clients inside TLS
	accepted []string     // messages that arrived up to their final dot
	sessions int
}

// part is one connection of a scripted server.
type part struct {
	*textproto.Conn
	wire   net.Conn
	server *scripted
	number int           // of this connection, from 1
	over   chan struct{} // closed when the test is over, so that hanging ends
	hung   chan struct{} // closed when the part begins to hang, if not nil
}

// serve plays for each connection until the test ends, then waits for all of them.
func serve(t *testing.T, play func(p *part)) *scripted {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &scripted{addr: listener.Addr().String()}
	over := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer conn.Close()
				play(s.part(conn, over))
			})
		}
	})
	t.Cleanup(func() {
		close(over)
		listener.Close()
		running.Wait()
	})
	return s
}

func (s *scripted) part(conn net.Conn, over chan struct{}) *part {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions++
	wire := &tap{conn, s, &s.heard}
	return &part{Conn: textproto.NewConn(wire), wire: wire, server: s, number: s.sessions, over: over}
}

// tap keeps a copy of what a client says.
type tap struct {
	net.Conn
	server *scripted
	to     *bytes.Buffer
}

func (c *tap) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	c.to.Write(p[:n])
	return n, err
}

// said gives what clients sent over the wire, and what of it was inside TLS.
func (s *scripted) said() (wire, inside string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.heard.String(), s.inside.String()
}

func (s *scripted) whole() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.accepted...)
}

// hang says nothing more until the test is over.
func (p *part) hang() {
	if p.hung != nil {
		close(p.hung)
	}
	<-p.over
}

// reset breaks the connection by RST instead of FIN.
func (p *part) reset() {
	if tcp, ok := p.wire.(*tap).Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	p.wire.Close()
}

// Words in a script that are no replies.
const (
	hang  = "hang"
	reset = "reset"
	leave = "leave"
)

// act says a reply or does what a word asks. It reports whether the session goes on.
func (p *part) act(reply string) bool {
	switch reply {
	case hang:
		p.hang()
		return false
	case reset:
		p.reset()
		return false
	case leave:
		return false
	}
	return p.PrintfLine("%s", reply) == nil && !strings.HasPrefix(reply, "421")
}

// script answers each command with the reply under its name, and well where there is none. "greeting" and "dot" are the
// replies to the connection and to the end of the message; "data" breaks off while the message arrives.
func script(replies map[string]string) func(p *part) {
	return func(p *part) {
		if p.act(answer(replies, "greeting", "220 here")) {
			p.commands(replies)
		}
	}
}

func answer(replies map[string]string, command, good string) string {
	if r, ok := replies[command]; ok {
		return r
	}
	return good
}

func (p *part) commands(replies map[string]string) {
	for {
		line, err := p.ReadLine()
		if err != nil {
			return
		}
		command, _, _ := strings.Cut(line, " ")
		if command == "DATA" && replies["DATA"] == "" {
			if !p.data(replies["data"]) || !p.act(answer(replies, "dot", "250 taken")) {
				return
			}
			continue
		}
		if !p.act(answer(replies, command, "250 well")) || command == "QUIT" {
			return
		}
	}
}

// data takes a message. With a word it does that after ten lines instead.
func (p *part) data(word string) bool {
	if p.PrintfLine("354 go on") != nil {
		return false
	}
	if word != "" {
		for range 10 {
			if _, err := p.ReadLine(); err != nil {
				return false
			}
		}
		return p.act(word)
	}
	text, err := p.ReadDotBytes()
	if err != nil {
		return false
	}
	p.server.mu.Lock()
	defer p.server.mu.Unlock()
	p.server.accepted = append(p.server.accepted, string(text))
	return true
}

// certificate gives one for 127.0.0.1 and the path of its authority as PEM, to be put into a URL.
func certificate(t *testing.T) (cert tls.Certificate, ca string) {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	path := filepath.Join(t.TempDir(), "ca.pem")
	block := &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}
	if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	return server.TLS.Certificates[0], url.QueryEscape(path)
}

// startTLS goes over to TLS when asked to, and gives the encrypted part.
func (p *part) startTLS(cert tls.Certificate) (*part, bool) {
	if p.PrintfLine("220 here") != nil {
		return nil, false
	}
	for {
		line, err := p.ReadLine()
		if err != nil {
			return nil, false
		}
		if line == "STARTTLS" {
			break
		}
		if p.PrintfLine("250-here\r\n250 STARTTLS") != nil {
			return nil, false
		}
	}
	if p.PrintfLine("220 go on") != nil {
		return nil, false
	}
	secure := tls.Server(p.wire, &tls.Config{Certificates: []tls.Certificate{cert}})
	if secure.Handshake() != nil {
		return nil, false
	}
	return p.inside(secure), true
}

// inside gives the part played within secure.
func (p *part) inside(secure *tls.Conn) *part {
	text := textproto.NewConn(&tap{secure, p.server, &p.server.inside})
	return &part{Conn: text, wire: p.wire, server: p.server, number: p.number, over: p.over}
}
