// Package mail composes e-mails and hands each to one SMTP server. It is the only place that knows SMTP and go-mail.
//
// A message is checked and rendered whole, in memory, before a connection opens; go-mail only composes, since its own
// sending can hang, panic or deliver half a message. Each message gets a connection of its own with an absolute deadline,
// so a silent or slow server costs one call its time and nothing more.
//
// It refuses: more than one recipient a message, header values with control characters, addresses outside ASCII except for
// their domain (mapped by IDNA), messages over MaxSize, passwords over an unencrypted connection, and TLS that does not
// verify. It does not retry: Permanent tells its caller whether to.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/textproto"
	"time"
)

// MaxSize is the most bytes a rendered message may have, headers and encoded attachments included.
const MaxSize = 10 << 20

// defaultTimeout bounds one message from name look-up to the server's last reply.
const defaultTimeout = 30 * time.Second

// Address is a mailbox and the name shown beside it. Name may be empty.
type Address struct {
	Name  string // any language, at most 500 bytes
	Email string // ASCII dot-atom before the @ (RFC 5321), a host name after it, which may be international
}

// Attachment is a file sent with a message.
type Attachment struct {
	Name        string // a file name of at most 255 bytes, in any language, without slashes
	ContentType string // such as "text/markdown; charset=utf-8"; neither multipart/* nor message/*
	Content     []byte
}

// Message is one e-mail to one recipient.
type Message struct {
	// ID is the sender's own stable key; the Message-ID is <ID@domain-of-From>. A retry keeps it, so that a message
	// that arrives twice can be known as one. It is an RFC 5322 dot-atom of at most 128 bytes.
	ID          string
	To          Address
	Subject     string // one line, at most 998 bytes
	Text        string // the plain text; required
	HTML        string // the same as HTML; may be empty
	Attachments []Attachment
	// Unsubscribe is where a reader leaves the list: List-Unsubscribe (RFC 2369), and with https also the one-click
	// form (RFC 8058), so a POST to it must need no session. May be empty.
	Unsubscribe string
	Language    string    // BCP 47 tag for Content-Language (RFC 3282); may be empty
	Date        time.Time // when the message was written; required
}

// Options are what a Sender may be told beyond its server. The zero value is fine.
type Options struct {
	Hello   string        // host name given in EHLO; empty means the domain of the From address
	Timeout time.Duration // for one whole Send, 0 means 30 s
}

// Sender sends messages from one address through one server. It holds no connection and may be used concurrently.
type Sender struct {
	server  Server
	tls     *tls.Config
	from    Address
	domain  string // of from, ASCII
	hello   string
	timeout time.Duration
}

// NewSender checks what every message will share. It reads the server's CA file, if one is named, but connects to nothing.
func NewSender(server Server, from Address, options Options) (*Sender, error) {
	if server.host == "" {
		return nil, errors.New("mail: no server")
	}
	from, err := from.canonical("sender")
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	s := &Sender{server: server, from: from, domain: from.domain(), timeout: options.Timeout}
	if s.timeout == 0 {
		s.timeout = defaultTimeout
	}
	if s.timeout < 0 {
		return nil, errors.New("mail: the timeout is negative")
	}
	s.hello = s.domain
	if options.Hello != "" {
		if s.hello, err = hostname(options.Hello); err != nil {
			return nil, fmt.Errorf("mail: name for EHLO: %w", err)
		}
	}
	if s.tls, err = server.tlsConfig(); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return s, nil
}

// Send delivers one message to the server, within the Sender's timeout and soon after ctx is done at the latest.
//
// A nil error means that the server took responsibility for the whole message. Otherwise Permanent(err) tells whether
// trying again can help. When the connection broke after the message was complete but before the server's reply, nobody can
// know; the error is a temporary one, and the same ID on the retry shows both to be one message. The error text is one
// short line without secrets.
func (s *Sender) Send(ctx context.Context, m Message) error {
	l, err := s.compose(m)
	if err != nil {
		return fmt.Errorf("mail: compose: %w", &refusal{err})
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	if err := s.deliver(ctx, l); err != nil {
		return fmt.Errorf("mail: send: %w", err)
	}
	return nil
}

// refusal marks an error of ours that a second try would meet again.
type refusal struct{ cause error }

func (r *refusal) Error() string { return r.cause.Error() }

func (r *refusal) Unwrap() error { return r.cause }

// Permanent reports whether err, from Send, would come again on every retry: the message was refused here, or the server
// answered 5xx (RFC 5321 4.2.1) to any command, sign-in included. Everything else passes with time: 4xx, network faults,
// deadlines, and a server without the TLS it should have.
func Permanent(err error) bool {
	if _, ok := errors.AsType[*refusal](err); ok {
		return true
	}
	reply, ok := errors.AsType[*textproto.Error](err)
	return ok && reply.Code/100 == 5
}
