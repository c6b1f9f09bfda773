package mail_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"jahorina/app/mail"
)

const (
	// soon is what each Send against a bad server gets; far is what it must never take, however loaded the machine.
	soon = 300 * time.Millisecond
	far  = 10 * time.Second
)

func sender(t *testing.T, url string, timeout time.Duration) *mail.Sender {
	t.Helper()
	server, err := mail.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	s, err := mail.NewSender(server, mail.Address{Name: "Ministry", Email: "consultations@example.org"}, mail.Options{Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func message(id string) mail.Message {
	return mail.Message{
		ID: id, To: mail.Address{Name: "Office", Email: "office@example.net"}, Subject: "The draft is open",
		Text: "Good morning\n", HTML: "<p>Good morning</p>\n", Date: time.Date(2026, 3, 9, 8, 30, 0, 0, time.UTC),
	}
}

// large is a message long enough to be cut short.
func large(id string) mail.Message {
	m := message(id)
	m.Attachments = []mail.Attachment{{Name: "draft.md", ContentType: "text/markdown", Content: make([]byte, 1<<18)}}
	return m
}

// try sends one message and checks what holds of every failure: its kind, bounded time, one short line, no secret.
func try(t *testing.T, s *mail.Sender, m mail.Message, permanent bool) error {
	t.Helper()
	start := time.Now()
	err := s.Send(t.Context(), m)
	if took := time.Since(start); took > far {
		t.Errorf("took %v", took)
	}
	if err == nil {
		t.Fatal("sent, want an error")
	}
	if mail.Permanent(err) != permanent {
		t.Errorf("permanent is %v, want %v: %v", !permanent, permanent, err)
	}
	text := err.Error()
	for _, secret := range []string{password, "hunter2x", base64.StdEncoding.EncodeToString([]byte(password))} {
		if strings.Contains(text, secret) {
			t.Errorf("the error tells the password: %s", text)
		}
	}
	if len(text) > 400 || strings.ContainsAny(text, "\r\n\x00") {
		t.Errorf("the error is not one short line: %q", text)
	}
	return err
}

// Every reply of every stage, as a script, and the kind of error it must give. None may lead to a message kept, but for
// those said after the final dot.
func TestBadServers(t *testing.T) {
	long := strings.Repeat("x", 5000)
	late := "context deadline exceeded" // on a busy machine perhaps at an earlier stage; TestCancelled goes by stage
	for name, c := range map[string]struct {
		replies   map[string]string
		permanent bool
		says      string
	}{
		"silent":                 {map[string]string{"greeting": hang}, false, late},
		"leaves at once":         {map[string]string{"greeting": leave}, false, "greeting: EOF"},
		"resets at once":         {map[string]string{"greeting": reset}, false, "reset by peer"},
		"421 greeting":           {map[string]string{"greeting": "421 busy"}, false, "greeting: 421 busy"},
		"554 greeting":           {map[string]string{"greeting": "554 no service"}, true, "greeting: 554 no service"},
		"greets in odd words":    {map[string]string{"greeting": "\x1b[2J" + long}, false, "greeting: "},
		"greets at length":       {map[string]string{"greeting": "554 " + long}, true, "greeting: 554 xxx"},
		"451 at EHLO":            {map[string]string{"EHLO": "451 later", "HELO": "451 later"}, false, "EHLO: 451 later"},
		"550 at EHLO":            {map[string]string{"EHLO": "550 never", "HELO": "550 never"}, true, "EHLO: 550 never"},
		"silent at EHLO":         {map[string]string{"EHLO": hang}, false, late},
		"421 at MAIL":            {map[string]string{"MAIL": "421 busy"}, false, "MAIL: 421 busy"},
		"450 at MAIL":            {map[string]string{"MAIL": "450 later"}, false, "MAIL: 450 later"},
		"553 at MAIL":            {map[string]string{"MAIL": "553 who"}, true, "MAIL: 553 who"},
		"leaves at MAIL":         {map[string]string{"MAIL": leave}, false, "MAIL: EOF"},
		"450 at RCPT":            {map[string]string{"RCPT": "450 greylisted"}, false, "RCPT: 450 greylisted"},
		"550 at RCPT":            {map[string]string{"RCPT": "550-no\r\n550 such user"}, true, "RCPT: 550 no such user"},
		"silent at RCPT":         {map[string]string{"RCPT": hang}, false, late},
		"451 at DATA":            {map[string]string{"DATA": "451 later"}, false, "DATA: 451 later"},
		"554 at DATA":            {map[string]string{"DATA": "554 no"}, true, "DATA: 554 no"},
		"250 at DATA":            {map[string]string{"DATA": "250 well"}, false, "DATA: 250 well"},
		"resets in the message":  {map[string]string{"data": reset}, false, "message: "},
		"leaves in the message":  {map[string]string{"data": leave}, false, "message: "},
		"hangs in the message":   {map[string]string{"data": hang}, false, late},
		"452 after the message":  {map[string]string{"dot": "452 full"}, false, "end of message: 452 full"},
		"552 after the message":  {map[string]string{"dot": "552 too big"}, true, "end of message: 552 too big"},
		"resets after the dot":   {map[string]string{"dot": reset}, false, "end of message: "},
		"leaves after the dot":   {map[string]string{"dot": leave}, false, "end of message: EOF"},
		"silent after the dot":   {map[string]string{"dot": hang}, false, late},
		"nonsense after the dot": {map[string]string{"dot": "what?"}, false, "end of message: short response: \"what?\""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, script(c.replies))
			timeout := far
			if c.says == late {
				timeout = soon
			}
			err := try(t, sender(t, "smtp://"+server.addr+"?starttls=off", timeout), large("a"), c.permanent)
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %q, want %q in it", err, c.says)
			}
			if n := len(server.whole()); n > 0 && c.replies["dot"] == "" {
				t.Errorf("%d messages were taken for whole", n)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	try(t, sender(t, "smtp://"+listener.Addr().String(), far), message("a"), false)
}

// go-mail panicked on each of twenty such resets.
func TestResetsTwentyTimes(t *testing.T) {
	server := serve(t, script(map[string]string{"data": reset}))
	s := sender(t, "smtp://"+server.addr+"?starttls=off", far)
	for i := range 20 {
		try(t, s, large(fmt.Sprint("a", i)), false)
	}
	if whole := server.whole(); len(whole) > 0 {
		t.Errorf("%d truncated messages were accepted", len(whole))
	}
}

// A server may keep the line busy without ever coming to the point: a byte now and then, or all at once.
func TestEndlessReplies(t *testing.T) {
	t.Run("slow", func(t *testing.T) {
		server := serve(t, func(p *part) {
			tick := time.NewTicker(20 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-tick.C:
					if _, err := p.W.WriteString("2"); err != nil || p.W.Flush() != nil {
						return
					}
				case <-p.over:
					return
				}
			}
		})
		err := try(t, sender(t, "smtp://"+server.addr, soon), message("a"), false)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
	t.Run("fast", func(t *testing.T) {
		server := serve(t, func(p *part) {
			line := strings.Repeat("2", 1<<16)
			for {
				if _, err := p.W.WriteString(line); err != nil {
					return
				}
			}
		})
		err := try(t, sender(t, "smtp://"+server.addr, far), message("a"), false)
		if !strings.Contains(err.Error(), "says too much") {
			t.Error(err)
		}
	})
}

// A hung server must not keep a worker that is told to stop, at whichever stage it hangs.
func TestCancelled(t *testing.T) {
	for _, stage := range []string{"greeting", "EHLO", "RCPT", "data", "dot"} {
		t.Run(stage, func(t *testing.T) {
			t.Parallel()
			hung := make(chan struct{})
			replies := map[string]string{stage: hang}
			server := serve(t, func(p *part) {
				p.hung = hung
				script(replies)(p)
			})
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- sender(t, "smtp://"+server.addr+"?starttls=off", time.Minute).Send(ctx, large("a")) }()
			<-hung
			cancel()
			select {
			case err := <-done:
				if !errors.Is(err, context.Canceled) || mail.Permanent(err) {
					t.Errorf("error %v, want a temporary one for the cancellation", err)
				}
			case <-time.After(far):
				t.Error("Send still runs")
			}
		})
	}
}

func TestCancelledBefore(t *testing.T) {
	server := serve(t, script(nil))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sender(t, "smtp://"+server.addr, far).Send(ctx, message("a")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Nobody can know whether the server kept a message it did not answer for. The retry bears the same Message-ID.
func TestRetryKeepsMessageID(t *testing.T) {
	server := serve(t, func(p *part) {
		if p.number == 1 {
			script(map[string]string{"dot": reset})(p)
			return
		}
		script(nil)(p)
	})
	s := sender(t, "smtp://"+server.addr+"?starttls=off", far)
	try(t, s, message("notice-7.office"), false)
	if err := s.Send(t.Context(), message("notice-7.office")); err != nil {
		t.Fatal(err)
	}
	whole := server.whole()
	if len(whole) != 2 {
		t.Fatalf("%d messages, want 2", len(whole))
	}
	for _, text := range whole {
		m, err := netmail.ReadMessage(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if id := m.Header.Get("Message-Id"); id != "<notice-7.office@example.org>" {
			t.Errorf("Message-ID %q", id)
		}
	}
}

func TestGreylist(t *testing.T) {
	server := serve(t, func(p *part) {
		if p.number == 1 {
			script(map[string]string{"RCPT": "451 4.7.1 come back"})(p)
			return
		}
		script(nil)(p)
	})
	s := sender(t, "smtp://"+server.addr+"?starttls=off", far)
	try(t, s, message("a"), false)
	if err := s.Send(t.Context(), message("a")); err != nil {
		t.Fatal(err)
	}
	if n := len(server.whole()); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

// What comes after the 250 for the message does not count: the server has it.
func TestFarewellDoesNotMatter(t *testing.T) {
	for _, reply := range []string{hang, leave, reset, "500 what"} {
		server := serve(t, script(map[string]string{"QUIT": reply}))
		if err := sender(t, "smtp://"+server.addr+"?starttls=off", time.Minute).Send(t.Context(), message("a")); err != nil {
			t.Errorf("%s: %v", reply, err)
		}
	}
}

// The message is ASCII, so SMTPUTF8, which not every relay knows, is not asked for; and each has exactly one recipient.
func TestEnvelope(t *testing.T) {
	server := serve(t, script(map[string]string{"EHLO": "250-here\r\n250-8BITMIME\r\n250 SMTPUTF8"}))
	s := sender(t, "smtp://"+server.addr+"?starttls=off", far)
	m := message("a")
	m.To.Email = "бюро@example.net"
	try(t, s, m, true)
	m.To.Email = "Office@бюро.example"
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	wire, _ := server.said()
	want := "EHLO example.org\r\nMAIL FROM:<consultations@example.org>\r\nRCPT TO:<Office@xn--90a0af9c.example>\r\nDATA\r\n"
	if !strings.HasPrefix(wire, want) || strings.Count(wire, "RCPT") != 1 {
		t.Errorf("said %.300q, want %q", wire, want)
	}
}

// One Sender serves many workers, and hung servers keep none of them from the next message.
func TestConcurrentSends(t *testing.T) {
	server := serve(t, func(p *part) {
		if p.number%2 == 0 {
			p.hang()
			return
		}
		script(nil)(p)
	})
	s := sender(t, "smtp://"+server.addr+"?starttls=off", time.Minute)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	results := make(chan error)
	for i := range 20 {
		go func() { results <- s.Send(ctx, message(fmt.Sprint("a", i))) }()
	}
	for range 10 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	if n := len(server.whole()); n != 10 {
		t.Errorf("%d messages arrived, want 10", n)
	}
	cancel()
	for range 10 {
		if err := <-results; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
}
