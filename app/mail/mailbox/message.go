package mailbox

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"time"

	"jahorina/app/mail"
)

// maxDepth is how deep multiparts may nest.
const maxDepth = 5

// Message is one e-mail as it arrived.
type Message struct {
	ID          string       // the mailbox's own number: "1", "2", …
	From, To    mail.Address // of the header; To is the first one
	Recipients  []string     // of the envelope
	Subject     string       // decoded
	Text, HTML  string       // decoded, with "\n" line ends; the first part of each kind
	Attachments []mail.Attachment
	Header      netmail.Header // as it stands in Raw
	Received    time.Time      // UTC, to the microsecond
	Raw         []byte         // all of it, CRLF line ends
}

// size is about what m holds in memory.
func (m Message) size() int {
	size := 2*len(m.Raw) + len(m.Text) + len(m.HTML)
	for _, a := range m.Attachments {
		size += len(a.Content)
	}
	return size
}

// parse reads a whole message. It refuses what is not well formed, and text that is not UTF-8.
func parse(raw []byte) (Message, error) {
	parsed, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Message{}, fmt.Errorf("header: %w", err)
	}
	m := Message{Header: parsed.Header, Raw: raw}
	if m.From, err = first(parsed.Header, "From"); err != nil {
		return Message{}, err
	}
	if m.To, err = first(parsed.Header, "To"); err != nil {
		return Message{}, err
	}
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject")); err != nil {
		return Message{}, fmt.Errorf("subject: %w", err)
	}
	if err := m.read(textproto.MIMEHeader(parsed.Header), parsed.Body, 0); err != nil {
		return Message{}, err
	}
	return m, nil
}

func first(h netmail.Header, key string) (mail.Address, error) {
	list, err := h.AddressList(key)
	if err != nil {
		return mail.Address{}, fmt.Errorf("%s: %w", key, err)
	}
	return mail.Address{Name: list[0].Name, Email: list[0].Address}, nil
}

// read takes one part, and the parts in it, into m.
func (m *Message) read(h textproto.MIMEHeader, body io.Reader, depth int) error {
	contentType := h.Get("Content-Type")
	if contentType == "" {
		contentType = "text/plain" // RFC 2045 5.2
	}
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("content type: %w", err)
	}
	if strings.HasPrefix(media, "multipart/") {
		return m.readParts(multipart.NewReader(body, params["boundary"]), depth)
	}
	content, err := decode(h.Get("Content-Transfer-Encoding"), body)
	if err != nil {
		return fmt.Errorf("%s: %w", media, err)
	}
	disposition, file, _ := mime.ParseMediaType(h.Get("Content-Disposition"))
	if disposition == "attachment" || !strings.HasPrefix(media, "text/") {
		m.Attachments = append(m.Attachments, mail.Attachment{Name: file["filename"], ContentType: contentType, Content: content})
		return nil
	}
	text := strings.ReplaceAll(string(content), "\r\n", "\n")
	if text != strings.ToValidUTF8(text, "") {
		return fmt.Errorf("%s: not UTF-8", media)
	}
	if media == "text/html" && m.HTML == "" {
		m.HTML = text
	} else if m.Text == "" {
		m.Text = text
	}
	return nil
}

func (m *Message) readParts(parts *multipart.Reader, depth int) error {
	if depth >= maxDepth {
		return errors.New("multiparts nest too deep")
	}
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("multipart: %w", err)
		}
		if err := m.read(part.Header, part, depth+1); err != nil {
			return err
		}
	}
}

func decode(encoding string, body io.Reader) ([]byte, error) {
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	return io.ReadAll(body)
}
