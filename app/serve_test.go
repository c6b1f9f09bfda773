package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"jahorina/app/mail/mailbox"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// A stop finishes what is in hand: the request whose body is still on its way,
// and the mail the other server is still thinking about.
func TestStopFinishesWhatIsInHand(t *testing.T) {
	o := openOffice(t)
	thinking, think := make(chan struct{}), make(chan struct{})
	o.box.Fail(func(_, _ string) error {
		close(thinking)
		<-think
		return nil
	})
	o.askForLink("slow@example.org")
	<-thinking
	conn, finish := o.halfARequest()
	defer conn.Close()
	stopped := make(chan error, 1)
	go func() { stopped <- o.stop() }()
	o.waitUntilRefusing()
	finish()
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || resp.StatusCode != http.StatusForbidden { // it bears no token of ours, which only its end can tell
		t.Errorf("the request in hand: %v, %v", resp, err)
	}
	select {
	case err := <-stopped:
		t.Errorf("stopped (%v) while a mail was in hand", err)
	default:
	}
	close(think)
	if err := <-stopped; err != nil {
		t.Errorf("stop: %v", err)
	}
	if n := o.count("messages", "state = 'sent'"); n != 1 {
		t.Errorf("%d mails are marked as sent, want the one in hand", n)
	}
	ctx := t.Context()
	if _, err := o.box.Wait(ctx, func(m mailbox.Message) bool { return m.To.Email == "slow@example.org" }); err != nil {
		t.Errorf("the mail in hand: %v", err)
	}
}

// askForLink adds a person and asks for their sign-in link, so that a mail is
// under way.
func (o *office) askForLink(email string) {
	o.t.Helper()
	err := o.in.engine.Write(o.t.Context(), workflows.Operator(), func(tx *workflows.Tx) error {
		if _, err := stakeholder.CreateState(tx, "XJ", "Jahorina", "en"); err != nil {
			return err
		}
		_, err := stakeholder.CreatePerson(tx, stakeholder.NewPerson{Email: email, Name: "Slow", State: "XJ", Role: "official"})
		return err
	})
	if err == nil {
		err = o.in.identity.RequestLink(o.t.Context(), email)
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

// halfARequest sends a form up to the middle of its body, and returns what
// sends the rest.
func (o *office) halfARequest() (net.Conn, func()) {
	o.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(o.url, "http://"))
	if err != nil {
		o.t.Fatal(err)
	}
	const body = "email=somebody%40example.org&csrf_token=none"
	fmt.Fprintf(conn, "POST /signin HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n%s",
		strings.TrimPrefix(o.url, "http://"), len(body), body[:10])
	// The server asks for the body once the handler reads it.
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		o.t.Fatalf("the request is not in hand: %q, %v", line, err)
	}
	return conn, func() { fmt.Fprint(conn, body[10:]) }
}

// waitUntilRefusing returns once no new connection is taken.
func (o *office) waitUntilRefusing() {
	for {
		conn, err := net.Dial("tcp", strings.TrimPrefix(o.url, "http://"))
		if err != nil {
			return
		}
		conn.Close()
	}
}
