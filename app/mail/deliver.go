package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"strings"
	"unicode"
)

const (
	// maxReplies is the most bytes a server may say in one session; net/textproto itself would read a line for ever.
	maxReplies = 1 << 20
	// maxReason is the most bytes of a cause, a server's reply for one, that an error repeats.
	maxReason = 300
)

// deliver opens a connection, sends l, and closes it. The deadline of ctx, which every Send has, is the connection's: when
// ctx is done, then or earlier, the connection closes at once, whatever waits on it. (A deadline set on the connection
// beside that would only race with it, and net/textproto hides the error of a timeout in the middle of a line.)
func (s *Sender) deliver(ctx context.Context, l letter) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.server.hostPort())
	if err != nil {
		return at("connect", err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	client, err := s.open(ctx, &brief{Conn: conn, left: maxReplies})
	if err == nil {
		err = transfer(client, l)
	}
	return because(ctx, err)
}

// open greets the server, starts TLS and signs in, as far as the server's settings ask for it.
func (s *Sender) open(ctx context.Context, conn net.Conn) (*smtp.Client, error) {
	if s.server.implicit {
		secure := tls.Client(conn, s.tls)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, at("TLS", err)
		}
		conn = secure
	}
	client, err := smtp.NewClient(conn, s.server.host)
	if err != nil {
		return nil, at("greeting", err)
	}
	if err := client.Hello(s.hello); err != nil {
		return nil, at("EHLO", err)
	}
	if err := s.startTLS(client); err != nil {
		return nil, at("STARTTLS", err)
	}
	if err := s.signIn(client); err != nil {
		return nil, at("AUTH", err)
	}
	return client, nil
}

func (s *Sender) startTLS(client *smtp.Client) error {
	if s.server.implicit || s.server.starttls == off {
		return nil
	}
	if offered, _ := client.Extension("STARTTLS"); offered {
		return client.StartTLS(s.tls)
	}
	if s.server.starttls == opportunistic {
		return nil
	}
	return errors.New("mandatory, but the server does not offer it")
}

// transfer hands l over. The final dot follows only when every byte before it is written: a message cut short stays open,
// so no server can take it for a whole one.
func transfer(client *smtp.Client, l letter) error {
	// Not client.Mail: it would claim SMTPUTF8 for a message that is ASCII, and a relay without it would refuse.
	if err := command(client, 250, "MAIL FROM:<%s>", l.from); err != nil {
		return at("MAIL", err)
	}
	if err := command(client, 25, "RCPT TO:<%s>", l.to); err != nil {
		return at("RCPT", err)
	}
	if err := command(client, 354, "DATA"); err != nil {
		return at("DATA", err)
	}
	w := client.Text.DotWriter()
	if _, err := w.Write(l.raw); err != nil {
		return at("message", err)
	}
	if err := w.Close(); err != nil {
		return at("message", err)
	}
	if _, _, err := client.Text.ReadResponse(250); err != nil {
		return at("end of message", err)
	}
	// The message is the server's now. Whether it also hears or answers the farewell changes nothing.
	_ = client.Text.PrintfLine("QUIT")
	return nil
}

// command sends one line and wants a reply whose code begins with the digits of want.
func command(client *smtp.Client, want int, format string, args ...any) error {
	if err := client.Text.PrintfLine(format, args...); err != nil {
		return err
	}
	_, _, err := client.Text.ReadResponse(want)
	return err
}

// fault is what went wrong at which stage of a delivery.
type fault struct {
	stage string
	cause error
}

func at(stage string, cause error) error { return &fault{stage, cause} }

// Error is one short line. The cause may quote the server, which may have said anything.
func (f *fault) Error() string {
	if reply, ok := errors.AsType[*textproto.Error](f.cause); ok {
		return fmt.Sprintf("%s: %d %s", f.stage, reply.Code, printable(reply.Msg))
	}
	return f.stage + ": " + printable(f.cause.Error())
}

func (f *fault) Unwrap() error { return f.cause }

// because puts the reason of ctx in the place of the broken connection that followed from it.
func because(ctx context.Context, err error) error {
	f, ok := errors.AsType[*fault](err)
	if !ok || ctx.Err() == nil {
		return err
	}
	if _, replied := errors.AsType[*textproto.Error](err); replied {
		return err
	}
	return at(f.stage, context.Cause(ctx))
}

// printable gives the beginning of s with every break and odd character as a space.
func printable(s string) string {
	s = strings.ToValidUTF8(s[:min(len(s), maxReason)], "")
	odd := func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) }
	return strings.Join(strings.FieldsFunc(s, odd), " ")
}

// brief is a connection on which the other side may only say so much.
type brief struct {
	net.Conn
	left int
}

func (b *brief) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("the server says too much")
	}
	n, err := b.Conn.Read(p)
	b.left -= n
	return n, err
}
