package mailbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"reflect"
	"strings"
	"testing"
	"time"

	"jahorina/app/mail"
)

// far is what nothing here may take, however loaded the machine.
const far = 20 * time.Second

var arrival = time.Date(2026, 3, 9, 9, 30, 0, 123456789, time.FixedZone("", 3600))

func open(t *testing.T, maxCount, maxBytes int) *Mailbox {
	t.Helper()
	b, err := start("127.0.0.1:0", func() time.Time { return arrival }, maxCount, maxBytes)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func sender(t *testing.T, b *Mailbox) *mail.Sender {
	t.Helper()
	server, err := mail.ParseURL(b.URL())
	if err != nil {
		t.Fatal(err)
	}
	s, err := mail.NewSender(server, mail.Address{Name: "Ministry of Environment", Email: "consultations@example.org"}, mail.Options{Timeout: far})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func letter(id, to string) mail.Message {
	return mail.Message{
		ID: id, To: mail.Address{Name: "Office of " + id, Email: to}, Subject: "Subject " + id,
		Text: "text " + id + "\n", Date: time.Date(2026, 3, 9, 8, 30, 0, 0, time.UTC),
	}
}

func send(t *testing.T, b *Mailbox, m mail.Message) {
	t.Helper()
	if err := sender(t, b).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

func TestReceivesExactlyWhatWasSent(t *testing.T) {
	plain := letter("a", "a@example.net")
	full := letter("b", "b@example.com")
	full.To.Name = "自然之友"
	full.Subject = `Приглашение: "стратегия" =?UTF-8?Q?not_a_word?=  с двумя пробелами`
	full.Text = ".\n..\nline = 100 %\n\n" + strings.Repeat("длинная строка ", 40) + "\nno end"
	full.HTML = "<p lang=\"ar\" dir=\"rtl\">مشاورة</p>\n.\n"
	full.Language, full.Unsubscribe = "ru", "https://example.org/u/1"
	full.Attachments = []mail.Attachment{
		{Name: "Отчёт 2026.md", ContentType: "text/markdown; charset=utf-8", Content: []byte("# Отчёт\r\n.\r\n")},
		{Name: "all bytes.bin", ContentType: "application/octet-stream", Content: everyByte()},
		{Name: "empty", ContentType: "text/plain", Content: []byte{}},
	}
	page := letter("c", "c@example.org")
	page.To.Name = ""
	page.HTML = "<p>c</p>\n"

	b := open(t, keepCount, keepBytes)
	sent := []mail.Message{plain, full, page}
	for _, m := range sent {
		send(t, b, m)
	}
	got := b.Messages()
	if len(got) != len(sent) {
		t.Fatalf("%d messages, want %d", len(got), len(sent))
	}
	for i, want := range sent {
		same(t, got[len(got)-1-i], want, fmt.Sprint(i+1))
	}
}

func everyByte() []byte {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return bytes.Repeat(all, 100)
}

func same(t *testing.T, got Message, sent mail.Message, id string) {
	t.Helper()
	want := Message{
		ID: id, From: mail.Address{Name: "Ministry of Environment", Email: "consultations@example.org"}, To: sent.To,
		Recipients: []string{sent.To.Email}, Subject: sent.Subject, Text: sent.Text, HTML: sent.HTML, Attachments: sent.Attachments,
		Header: got.Header, Received: time.Date(2026, 3, 9, 8, 30, 0, 123456000, time.UTC), Raw: got.Raw,
	}
	if !reflect.DeepEqual(got, want) {
		got.Raw, want.Raw = nil, nil
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for field, value := range map[string]string{
		"Message-Id": "<" + sent.ID + "@example.org>", "Auto-Submitted": "auto-generated",
		"Content-Language": sent.Language, "Date": "Mon, 09 Mar 2026 08:30:00 +0000",
	} {
		if h := got.Header.Get(field); h != value {
			t.Errorf("%s: %q, want %q", field, h, value)
		}
	}
}

func TestMessage(t *testing.T) {
	b := open(t, keepCount, keepBytes)
	for _, id := range []string{"a", "b", "c"} {
		send(t, b, letter(id, id+"@example.org"))
	}
	if m, ok := b.Message("2"); !ok || m.Subject != "Subject b" {
		t.Errorf("message 2 is %q, %v", m.Subject, ok)
	}
	for _, id := range []string{"", "0", "4", "02"} {
		if m, ok := b.Message(id); ok {
			t.Errorf("message %q is %q", id, m.Subject)
		}
	}
}

func TestWait(t *testing.T) {
	b := open(t, keepCount, keepBytes)
	type result struct {
		m   Message
		err error
	}
	asked, done := make(chan string, 10), make(chan result, 1)
	ctx, cancel := context.WithTimeout(t.Context(), far)
	defer cancel()
	go func() {
		m, err := b.Wait(ctx, func(m Message) bool { asked <- m.ID; return m.To.Email == "b@example.org" })
		done <- result{m, err}
	}()
	send(t, b, letter("a", "a@example.org"))
	if id := <-asked; id != "1" { // so Wait has seen the first message before there is a second
		t.Errorf("Wait looks at message %s first", id)
	}
	send(t, b, letter("b", "b@example.org"))
	if r := <-done; r.err != nil || r.m.Subject != "Subject b" {
		t.Errorf("Wait gave %q, %v", r.m.Subject, r.err)
	}
	if m, err := b.Wait(ctx, func(m Message) bool { return m.ID == "1" }); err != nil || m.Subject != "Subject a" {
		t.Errorf("Wait for what is there gave %q, %v", m.Subject, err)
	}
	cancel()
	if _, err := b.Wait(ctx, func(Message) bool { return false }); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait for what never comes: %v", err)
	}
}

func TestFail(t *testing.T) {
	b := open(t, keepCount, keepBytes)
	b.Fail(func(from, to string) error {
		switch {
		case from != "consultations@example.org":
			return Refuse(553, "who are you")
		case to == "gone@example.org":
			return Refuse(550, "no such user")
		case to == "full@example.org":
			return Refuse(452, "mailbox full")
		}
		return nil
	})
	for to, permanent := range map[string]bool{"gone@example.org": true, "full@example.org": false} {
		err := sender(t, b).Send(t.Context(), letter("a", to))
		reply, ok := errors.AsType[*textproto.Error](err)
		if !ok || mail.Permanent(err) != permanent {
			t.Errorf("%s: %v", to, err)
		}
		if ok && permanent != (reply.Code == 550) {
			t.Errorf("%s: code %d", to, reply.Code)
		}
	}
	send(t, b, letter("b", "other@example.org"))
	if got := b.Messages(); len(got) != 1 || got[0].To.Email != "other@example.org" {
		t.Errorf("kept %d messages, want the accepted one", len(got))
	}
	b.Fail(nil)
	send(t, b, letter("c", "gone@example.org"))
}

func TestReset(t *testing.T) {
	b := open(t, keepCount, keepBytes)
	send(t, b, letter("a", "a@example.org"))
	b.Fail(func(string, string) error { return Refuse(550, "no") })
	b.Reset()
	if n := len(b.Messages()); n != 0 {
		t.Errorf("%d messages after Reset", n)
	}
	send(t, b, letter("b", "b@example.org"))
	if _, ok := b.Message("2"); !ok {
		t.Error("numbers began again, so an old link would show another message")
	}
}

func TestMemoryIsBounded(t *testing.T) {
	for name, b := range map[string]*Mailbox{"count": open(t, 3, keepBytes), "bytes": open(t, keepCount, 350_000)} {
		for i := range 5 {
			m := letter(fmt.Sprint(i), "a@example.org")
			m.Text = strings.Repeat("0123456789\n", 3000) // about 33 kB, three times
			send(t, b, m)
		}
		var got []string
		for _, m := range b.Messages() {
			got = append(got, m.ID)
		}
		if strings.Join(got, " ") != "5 4 3" {
			t.Errorf("%s: kept %v, want the newest three", name, got)
		}
	}
	b := open(t, keepCount, 1)
	send(t, b, letter("a", "a@example.org"))
	if len(b.Messages()) != 1 {
		t.Error("the newest message is gone")
	}
}

func TestOnlyLoopback(t *testing.T) {
	for _, addr := range []string{"", ":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:0", "127.0.0.1", "127.0.0.1:none"} {
		if b, err := Start(addr, time.Now); err == nil {
			t.Errorf("%q: listens on %s", addr, b.URL())
			b.Close()
		}
	}
}

func TestCloseAtOnce(t *testing.T) {
	for range 20 {
		b, err := Start("127.0.0.1:0", time.Now)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		}
		if conn, err := net.Dial("tcp", b.listener.Addr().String()); err == nil {
			conn.Close()
			t.Fatal("still listens")
		}
	}
}

// dial speaks to the mailbox up to the message.
func dial(t *testing.T, b *Mailbox) (*smtp.Client, net.Conn) {
	t.Helper()
	conn, err := net.Dial("tcp", b.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	client, err := smtp.NewClient(conn, "localhost")
	if err == nil {
		err = client.Mail("a@example.org")
	}
	for _, to := range []string{"b@example.org", "c@example.org", "d@example.org"} {
		if err == nil {
			err = client.Rcpt(to)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return client, conn
}

const head = "From: a@example.org\r\nTo: b@example.org\r\n"

func TestRefusesWhatItCannotParse(t *testing.T) {
	b := open(t, keepCount, keepBytes)
	for name, text := range map[string]string{
		"nothing":         "",
		"no header":       "hello\r\n",
		"no From":         "To: b@example.org\r\n\r\nx\r\n",
		"no To":           "From: a@example.org\r\n\r\nx\r\n",
		"odd charset":     head + "Subject: =?x-odd?Q?a?=\r\n\r\nx\r\n",
		"odd type":        head + "Content-Type: /\r\n\r\nx\r\n",
		"no boundary":     head + "Content-Type: multipart/mixed\r\n\r\nx\r\n",
		"open multipart":  head + "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ntext\r\n",
		"deep multipart":  head + deep(),
		"not base64":      head + "Content-Transfer-Encoding: base64\r\n\r\n!\r\n",
		"not quoted":      head + "Content-Transfer-Encoding: quoted-printable\r\n\r\n\a\r\n",
		"text in Latin-1": head + "\r\n\xe9\r\n",
	} {
		client, _ := dial(t, b)
		err := give(client, text)
		if reply, ok := errors.AsType[*textproto.Error](err); !ok || reply.Code != 554 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(b.Messages()); n != 0 {
		t.Errorf("%d messages kept", n)
	}
}

func deep() string {
	var s strings.Builder
	for i := range maxDepth + 1 {
		fmt.Fprintf(&s, "Content-Type: multipart/mixed; boundary=x%d\r\n\r\n--x%d\r\n", i, i)
	}
	s.WriteString("\r\ntext\r\n")
	for i := maxDepth; i >= 0; i-- {
		fmt.Fprintf(&s, "--x%d--\r\n", i)
	}
	return s.String()
}

func give(client *smtp.Client, text string) error {
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(text)); err != nil {
		return err
	}
	return w.Close()
}

// The envelope says who gets a message, the header what it shows; without a content type it is plain text.
func TestEnvelope(t *testing.T) {
	b := open(t, keepCount, keepBytes)
	client, _ := dial(t, b)
	if err := give(client, head+"\r\nhello\r\n"); err != nil {
		t.Fatal(err)
	}
	m := b.Messages()[0]
	if m.Text != "hello\n" || strings.Join(m.Recipients, " ") != "b@example.org c@example.org d@example.org" {
		t.Errorf("got %q for %q", m.Text, m.Recipients)
	}
}

// A message that breaks off is none.
func TestBrokenOffIsNotKept(t *testing.T) {
	b := open(t, keepCount, keepBytes)
	client, conn := dial(t, b)
	w, err := client.Data()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(head + "\r\n" + strings.Repeat("line\r\n", 10_000))); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).SetLinger(0); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	send(t, b, letter("a", "a@example.org"))
	ctx, cancel := context.WithTimeout(t.Context(), far)
	defer cancel()
	if err := b.server.Shutdown(ctx); err != nil { // waits for both sessions
		t.Fatal(err)
	}
	if got := b.Messages(); len(got) != 1 || got[0].Subject != "Subject a" {
		t.Errorf("kept %d messages, want the whole one", len(got))
	}
}

// FuzzParse: no panic, and what is accepted is text that can be shown.
func FuzzParse(f *testing.F) {
	f.Add([]byte(head + "Subject: =?UTF-8?Q?=C3=A9?=\r\n\r\nhello\r\n"))
	f.Add([]byte(head + deep()))
	f.Add([]byte(head + "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>\r\n--x\r\n" +
		"Content-Disposition: attachment; filename*=utf-8''%D0%9E\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--x--\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := parse(raw)
		if err != nil {
			return
		}
		if m.From.Email == "" || m.To.Email == "" || strings.ToValidUTF8(m.Text+m.HTML, "") != m.Text+m.HTML {
			t.Errorf("accepted %+v", m)
		}
	})
}
