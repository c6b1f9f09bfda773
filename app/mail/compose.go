package mail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"strings"
	"unicode/utf8"

	gomail "github.com/go-mail/mail/v2"
)

// Longest values taken, in bytes; each keeps its header line under the 998 of RFC 5322 2.1.1, encoded as it may be.
const (
	maxID       = 128
	maxSubject  = 998
	maxFileName = 255
	maxURL      = 900
	maxLanguage = 35 // RFC 5646 4.4.1
	maxType     = 200
)

// letter is a message ready for the wire: 7-bit, CRLF line ends, no line over 998 bytes.
type letter struct {
	from, to string
	raw      []byte
}

// compose checks every value, then renders the message. An error is final: nothing but another message can mend it.
func (s *Sender) compose(m Message) (letter, error) {
	to, err := m.To.canonical("recipient")
	if err != nil {
		return letter{}, err
	}
	if err := m.check(); err != nil {
		return letter{}, err
	}
	g := gomail.NewMessage()
	g.SetHeader("From", s.from.header())
	g.SetHeader("To", to.header())
	g.SetHeader("Subject", m.subject())
	g.SetHeader("Message-ID", "<"+m.ID+"@"+s.domain+">")
	g.SetDateHeader("Date", m.Date.UTC())
	g.SetHeader("Auto-Submitted", "auto-generated") // RFC 3834: keeps holiday replies away
	if m.Language != "" {
		g.SetHeader("Content-Language", m.Language)
	}
	if m.Unsubscribe != "" {
		g.SetHeader("List-Unsubscribe", "<"+m.Unsubscribe+">")
	}
	if strings.HasPrefix(m.Unsubscribe, "https:") {
		g.SetHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	g.SetBody("text/plain", m.Text)
	if m.HTML != "" {
		g.AddAlternative("text/html", m.HTML)
	}
	for _, a := range m.Attachments {
		if err := attach(g, a); err != nil {
			return letter{}, err
		}
	}
	raw, err := render(g)
	if err != nil {
		return letter{}, err
	}
	return letter{from: s.from.Email, to: to.Email, raw: raw}, nil
}

// render writes the whole message to memory. go-mail was seen to panic while it composes, hence the recovery.
func render(g io.WriterTo) (raw []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			raw, err = nil, fmt.Errorf("render: panic: %v", p)
		}
	}()
	var b bytes.Buffer
	if _, err := g.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	if b.Len() > MaxSize {
		return nil, fmt.Errorf("the message is larger than %d bytes", MaxSize)
	}
	return b.Bytes(), nil
}

// attach adds a with headers of our own: go-mail writes file names as they come, line breaks and all.
func attach(g *gomail.Message, a Attachment) error {
	if err := oneLine("attachment name", a.Name, maxFileName); err != nil {
		return err
	}
	if a.Name == "" || strings.ContainsAny(a.Name, `/\`) {
		return errors.New("attachment name is empty or has a slash")
	}
	media, params, err := mime.ParseMediaType(a.ContentType)
	if err != nil || len(a.ContentType) > maxType || !strings.Contains(media, "/") {
		return errors.New("attachment has no valid content type")
	}
	if strings.HasPrefix(media, "multipart/") || strings.HasPrefix(media, "message/") {
		return fmt.Errorf("attachment of type %s cannot be sent in base64", media) // RFC 2045 6.4
	}
	for _, value := range params {
		if err := oneLine("attachment type", value, maxType); err != nil {
			return err
		}
	}
	g.AttachReader(a.Name, bytes.NewReader(a.Content), gomail.SetHeader(map[string][]string{
		"Content-Type":        {mime.FormatMediaType(media, params)},
		"Content-Disposition": {mime.FormatMediaType("attachment", map[string]string{"filename": a.Name})},
	}))
	return nil
}

// check refuses values of m, other than the recipient and attachments, that would not make a sound message.
func (m Message) check() error {
	if !dotAtom(m.ID) || len(m.ID) > maxID {
		return fmt.Errorf("ID is not an RFC 5322 dot-atom of at most %d bytes", maxID)
	}
	if m.Subject == "" || m.Text == "" || m.Date.IsZero() {
		return errors.New("subject, text or date is missing")
	}
	if err := oneLine("subject", m.Subject, maxSubject); err != nil {
		return err
	}
	for _, body := range []string{m.Text, m.HTML} {
		if !utf8.ValidString(body) || strings.Contains(body, "\x00") {
			return errors.New("the body is not valid UTF-8 or has a NUL")
		}
	}
	if len(m.Language) > maxLanguage || strings.ContainsFunc(m.Language, func(r rune) bool { return !alphanumeric(r) && r != '-' }) {
		return errors.New("language is not a BCP 47 tag")
	}
	return checkUnsubscribe(m.Unsubscribe)
}

// checkUnsubscribe takes absolute web addresses in printable ASCII that can stand between angle brackets.
func checkUnsubscribe(s string) error {
	if s == "" {
		return nil
	}
	outside := func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`<>,"\`, r) }
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || len(s) > maxURL || strings.ContainsFunc(s, outside) ||
		!strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
		return errors.New("the address to unsubscribe is not an absolute https URL in ASCII")
	}
	return nil
}

// subject gives the subject for its header.
func (m Message) subject() string {
	if plain(m.Subject) {
		return m.Subject
	}
	return encodedWords(m.Subject)
}

// plain reports whether readers get s back if it stands in a header as it is: printable ASCII that cannot be taken for an
// encoded word and that folds only at single spaces.
func plain(s string) bool {
	if s == "" || strings.Contains(s, "=?") || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
		return false
	}
	for word := range strings.SplitSeq(s, " ") {
		if word == "" || len(word) > 60 {
			return false
		}
	}
	return true
}

// encodedWords writes s, valid UTF-8, as RFC 2047 encoded words of at most 64 bytes, none of which cuts a character. The
// mime package has the like, but leaves alone ASCII that looks encoded already, which a reader would then decode.
func encodedWords(s string) string {
	const most = 39 // bytes; one word then fits on the line of any field name we use, where go-mail can fold
	var words []string
	for s != "" {
		n := min(most, len(s))
		for n < len(s) && !utf8.RuneStart(s[n]) {
			n--
		}
		words = append(words, "=?UTF-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
	}
	return strings.Join(words, " ")
}
