// Package mailbox is a real SMTP server on loopback that keeps what it receives in memory and passes nothing on. The demo
// shows its mail in the browser; tests wait for mail in it.
//
// It refuses to listen anywhere but on loopback, and it refuses mail it cannot parse, so that a test notices. It offers
// neither TLS nor sign-in.
package mailbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// What the server takes: of one client at a time, and in memory before the oldest go.
const (
	maxMessage    = 16 << 20 // bytes
	maxRecipients = 100
	keepCount     = 10_000
	keepBytes     = 256 << 20
	idle          = 60 * time.Second // for one command or line
)

// Mailbox is a running server and what it keeps. Its methods may be called concurrently.
type Mailbox struct {
	server   *smtp.Server
	listener net.Listener
	now      func() time.Time
	stopped  chan struct{} // closed when the server has stopped
	maxCount int
	maxBytes int

	mu      sync.Mutex
	kept    []Message // oldest first
	bytes   int       // sum of the sizes of kept
	last    int       // number given to the newest message
	decide  func(from, to string) error
	changed chan struct{} // closed and replaced when a message arrives
}

// Start listens on addr, "127.0.0.1:0" for any free port, and serves until Close. The clock now stamps what arrives.
func Start(addr string, now func() time.Time) (*Mailbox, error) {
	return start(addr, now, keepCount, keepBytes)
}

func start(addr string, now func() time.Time, maxCount, maxBytes int) (*Mailbox, error) {
	tcp, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	if !tcp.IP.IsLoopback() {
		return nil, fmt.Errorf("mailbox: %s is not a loopback address", addr)
	}
	listener, err := net.ListenTCP("tcp", tcp)
	if err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	b := &Mailbox{
		listener: listener, now: now, maxCount: maxCount, maxBytes: maxBytes,
		stopped: make(chan struct{}), changed: make(chan struct{}),
	}
	b.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{box: b}, nil }))
	b.server.Domain = "localhost"
	b.server.MaxMessageBytes, b.server.MaxRecipients = maxMessage, maxRecipients
	b.server.ReadTimeout, b.server.WriteTimeout = idle, idle
	b.server.ErrorLog = quiet{}
	go func() {
		defer close(b.stopped)
		_ = b.server.Serve(listener)
	}()
	return b, nil
}

// URL is the server as mail.ParseURL takes it.
func (b *Mailbox) URL() string { return "smtp://" + b.listener.Addr().String() + "?starttls=off" }

// Close stops the server. What was received can still be read. Closing again does nothing.
func (b *Mailbox) Close() error {
	err := b.server.Close()
	_ = b.listener.Close() // the server does not know it yet, if it has hardly begun
	<-b.stopped
	if err != nil && !errors.Is(err, smtp.ErrServerClosed) {
		return fmt.Errorf("mailbox: close: %w", err)
	}
	return nil
}

// Messages gives what is kept, newest first: at most 10,000 messages or 256 MiB.
func (b *Mailbox) Messages() []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	newest := slices.Clone(b.kept)
	slices.Reverse(newest)
	return newest
}

// Message gives the kept message with that ID.
func (b *Mailbox) Message(id string) (Message, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.IndexFunc(b.kept, func(m Message) bool { return m.ID == id })
	if i < 0 {
		return Message{}, false
	}
	return b.kept[i], true
}

// Wait gives the newest message that match accepts, as soon as there is one, or an error when ctx is done.
func (b *Mailbox) Wait(ctx context.Context, match func(Message) bool) (Message, error) {
	for {
		b.mu.Lock()
		changed := b.changed
		b.mu.Unlock()
		messages := b.Messages() // taken after changed, so no arrival falls between the two
		if i := slices.IndexFunc(messages, match); i >= 0 {
			return messages[i], nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Message{}, fmt.Errorf("mailbox: no such message among %d: %w", len(messages), context.Cause(ctx))
		}
	}
}

// Fail lets decide answer each RCPT from now on: its error, best made by Refuse, goes to the client instead of an OK. A nil
// decide accepts all again.
func (b *Mailbox) Fail(decide func(from, to string) error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.decide = decide
}

// Refuse is the reply with that SMTP code, 400 to 599, and text.
func Refuse(code int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCodeNotSet, Message: text}
}

// Reset forgets all messages and accepts all recipients again. IDs go on counting.
func (b *Mailbox) Reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept, b.bytes, b.decide = nil, 0, nil
}

// keep stores m as the newest and lets the oldest go where there is too much. The newest always stays.
func (b *Mailbox) keep(m Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	m.ID = strconv.Itoa(b.last)
	m.Received = b.now().UTC().Truncate(time.Microsecond)
	b.kept = append(b.kept, m)
	b.bytes += m.size()
	for len(b.kept) > 1 && (len(b.kept) > b.maxCount || b.bytes > b.maxBytes) {
		b.bytes -= b.kept[0].size()
		b.kept[0] = Message{} // the array behind the slice stays for a while; its content need not
		b.kept = b.kept[1:]
	}
	close(b.changed)
	b.changed = make(chan struct{})
}

// session is one client's connection.
type session struct {
	box        *Mailbox
	from       string
	recipients []string
}

// Mail begins a message.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

// Rcpt asks what was given to Fail.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.box.mu.Lock()
	decide := s.box.decide
	s.box.mu.Unlock()
	if decide != nil {
		if err := decide(s.from, to); err != nil {
			return err
		}
	}
	s.recipients = append(s.recipients, to)
	return nil
}

// Data keeps a message that arrived whole.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := parse(raw)
	if err != nil {
		return Refuse(554, "not a message: "+err.Error())
	}
	m.Recipients = slices.Clone(s.recipients)
	s.box.keep(m)
	return nil
}

// Reset forgets the message under way.
func (s *session) Reset() { s.from, s.recipients = "", nil }

// Logout ends the connection.
func (s *session) Logout() error { return nil }

// quiet drops what go-smtp logs: clients that hang up, mostly.
type quiet struct{}

func (quiet) Printf(string, ...any) {}

func (quiet) Println(...any) {}
