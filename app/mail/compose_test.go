package mail

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files")

var written = time.Date(2026, 3, 9, 8, 30, 0, 0, time.UTC)

func testSender(t testing.TB) *Sender {
	t.Helper()
	server, err := ParseURL("smtp://mail.example.org")
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSender(server, Address{"Ministry of Environment", "consultations@example.org"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func invitation() Message {
	return Message{
		ID:      "invitation-42",
		To:      Address{"自然之友", "office@bücher.example"},
		Subject: "Приглашение: консультация о стратегии биоразнообразия открыта до 30 июня 2026 года",
		Text:    "Good morning,\n\nthe draft is open for comment: ∆ ≤ 5 %.\n.\n.hidden dot\nFrom here on = fine\n",
		HTML:    "<p>The draft is <b>open</b> for comment: ∆ ≤ 5 %.</p>\n",
		Attachments: []Attachment{
			{Name: "Отчёт \"2026\".md", ContentType: "text/markdown; charset=utf-8", Content: []byte("# Отчёт\n")},
			{Name: "summary.pdf", ContentType: "application/pdf", Content: bytes.Repeat([]byte{0, 1, 2, 0xff}, 40)},
		},
		Unsubscribe: "https://consult.example.org/unsubscribe/abc",
		Language:    "ru",
		Date:        written,
	}
}

func TestGolden(t *testing.T) {
	l, err := testSender(t).compose(invitation())
	if err != nil {
		t.Fatal(err)
	}
	got := normal(t, l.raw)
	const file = "testdata/invitation.eml"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the message differs from %s (run with -update if that is meant):\n%s", file, got)
	}
}

// normal makes a rendered message comparable: fields of the header sorted, boundaries numbered, line ends "\n".
func normal(t *testing.T, raw []byte) string {
	t.Helper()
	wellFormed(t, raw)
	header, body, _ := strings.Cut(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n\n")
	fields := regexp.MustCompile(`\n(\S)`).ReplaceAllString(header, "\x00$1")
	sorted := strings.Split(fields, "\x00")
	slices.Sort(sorted)
	seen := map[string]string{}
	return regexp.MustCompile(`[0-9a-f]{60}`).ReplaceAllStringFunc(strings.Join(sorted, "\n")+"\n\n"+body, func(b string) string {
		if seen[b] == "" {
			seen[b] = "boundary-" + strconv.Itoa(len(seen)+1)
		}
		return seen[b]
	})
}

// wellFormed checks what the wire asks: ASCII, CRLF only, no line over 998 bytes, no NUL.
func wellFormed(t *testing.T, raw []byte) {
	t.Helper()
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		if len(line) > 998 {
			t.Fatalf("line of %d bytes: %.80q", len(line), line)
		}
		for _, c := range line {
			if c == '\r' || c == '\n' || c == 0 || c >= 0x80 {
				t.Fatalf("byte %#x in line %.200q", c, line)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	for name, change := range map[string]func(*Message){
		"no recipient":              func(m *Message) { m.To = Address{} },
		"recipient with break":      func(m *Message) { m.To.Email = "a@example.org\r\nBcc: b@example.org" },
		"recipient in brackets":     func(m *Message) { m.To.Email = "a@example.org> SIZE=1 <b@example.org" },
		"two recipients":            func(m *Message) { m.To.Email = "a@example.org,b@example.org" },
		"recipient with two @":      func(m *Message) { m.To.Email = "a@b@example.org" },
		"recipient beyond ASCII":    func(m *Message) { m.To.Email = "жан@example.org" },
		"quoted recipient":          func(m *Message) { m.To.Email = `"a b"@example.org` },
		"recipient with empty part": func(m *Message) { m.To.Email = "a..b@example.org" },
		"long local part":           func(m *Message) { m.To.Email = strings.Repeat("a", 65) + "@example.org" },
		"address literal":           func(m *Message) { m.To.Email = "a@[127.0.0.1]" },
		"long label":                func(m *Message) { m.To.Email = "a@" + strings.Repeat("b", 64) + ".org" },
		"empty domain":              func(m *Message) { m.To.Email = "a@" },
		"domain with underscore":    func(m *Message) { m.To.Email = "a@b_c.org" },
		"name with break":           func(m *Message) { m.To.Name = "A\nBcc: b@example.org" },
		"name with separator":       func(m *Message) { m.To.Name = "A\u2028B" },
		"name not UTF-8":            func(m *Message) { m.To.Name = "A\xff" },
		"long name":                 func(m *Message) { m.To.Name = strings.Repeat("a", 501) },
		"subject with break":        func(m *Message) { m.Subject = "A\r\nBcc: b@example.org" },
		"subject with NUL":          func(m *Message) { m.Subject = "A\x00" },
		"no subject":                func(m *Message) { m.Subject = "" },
		"long subject":              func(m *Message) { m.Subject = strings.Repeat("a", 999) },
		"no text":                   func(m *Message) { m.Text = "" },
		"text not UTF-8":            func(m *Message) { m.Text = "\xc3\x28" },
		"HTML with NUL":             func(m *Message) { m.HTML = "\x00" },
		"no date":                   func(m *Message) { m.Date = time.Time{} },
		"no ID":                     func(m *Message) { m.ID = "" },
		"ID with break":             func(m *Message) { m.ID = "a\r\n" },
		"ID with bracket":           func(m *Message) { m.ID = "a>" },
		"long ID":                   func(m *Message) { m.ID = strings.Repeat("a", 129) },
		"file name with break":      func(m *Message) { m.Attachments[0].Name = "a\r\nX: y" },
		"file name with path":       func(m *Message) { m.Attachments[0].Name = "../a" },
		"file without name":         func(m *Message) { m.Attachments[0].Name = "" },
		"type with break":           func(m *Message) { m.Attachments[0].ContentType = "text/plain\r\nX: y" },
		"type parameter with break": func(m *Message) { m.Attachments[0].ContentType = "a/b; c*=utf-8''%0D%0AX" },
		"no type":                   func(m *Message) { m.Attachments[0].ContentType = "" },
		"type multipart":            func(m *Message) { m.Attachments[0].ContentType = "multipart/mixed; boundary=x" },
		"type message":              func(m *Message) { m.Attachments[0].ContentType = "message/rfc822" },
		"unsubscribe with break":    func(m *Message) { m.Unsubscribe = "https://example.org/\r\nX: y" },
		"unsubscribe with bracket":  func(m *Message) { m.Unsubscribe = "https://example.org/>,<mailto:x" },
		"unsubscribe elsewhere":     func(m *Message) { m.Unsubscribe = "javascript:alert(1)" },
		"unsubscribe relative":      func(m *Message) { m.Unsubscribe = "/unsubscribe" },
		"language with break":       func(m *Message) { m.Language = "en\r\n" },
		"attachment too large":      func(m *Message) { m.Attachments[0].Content = make([]byte, MaxSize) },
		"text too large encoded":    func(m *Message) { m.Text = strings.Repeat("é", MaxSize/5) },
	} {
		t.Run(name, func(t *testing.T) {
			m := invitation()
			change(&m)
			// The sender's server does not exist: what reaches it would come back as a temporary error.
			err := testSender(t).Send(t.Context(), m)
			if !Permanent(err) || !strings.HasPrefix(err.Error(), "mail: compose: ") {
				t.Errorf("error %v, want a permanent one before any connection", err)
			}
			if strings.ContainsAny(err.Error(), "\r\n\x00") {
				t.Errorf("error %q is not one line", err)
			}
		})
	}
}

func TestCanonical(t *testing.T) {
	for email, want := range map[string]string{
		"Someone@Example.ORG":     "Someone@example.org",
		"a@bücher.example":        "a@xn--bcher-kva.example",
		"o'brien+x@例え.テスト":        "o'brien+x@xn--r8jz45g.xn--zckzah",
		"a.b_c@sub.example.co.uk": "a.b_c@sub.example.co.uk",
	} {
		got, err := Address{Email: email}.canonical("address")
		if err != nil || got.Email != want {
			t.Errorf("%s: %s, %v; want %s", email, got.Email, err, want)
		}
	}
}

func TestParseAddress(t *testing.T) {
	for s, want := range map[string]Address{
		"a@example.org":                              {"", "a@example.org"},
		"Ministry of Water <a@example.org>":          {"Ministry of Water", "a@example.org"},
		`"Ministry, Water" <a@example.org>`:          {"Ministry, Water", "a@example.org"},
		"Министерство <a@example.org>":               {"Министерство", "a@example.org"},
		"=?UTF-8?Q?Minist=C3=A8re?= <a@example.org>": {"Ministère", "a@example.org"},
	} {
		if got, err := ParseAddress(s); err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "a", "a@", "a@b, c@d", "<a@b>\r\nX: y", `"a b"@example.org`, "=?UTF-8?Q?a=0D=0Ab?= <a@b>"} {
		if got, err := ParseAddress(s); err == nil {
			t.Errorf("%q: accepted as %v", s, got)
		}
	}
}

type broken func(io.Writer) (int64, error)

func (b broken) WriteTo(w io.Writer) (int64, error) { return b(w) }

// A composer that fails midway must not leave half a message behind.
func TestRenderFails(t *testing.T) {
	half := func(w io.Writer) { _, _ = io.WriteString(w, "Subject: half\r\n") }
	for name, b := range map[string]broken{
		"panic": func(w io.Writer) (int64, error) { half(w); var none []byte; return 0, errors.New(string(none[3:4])) },
		"error": func(w io.Writer) (int64, error) { half(w); return 0, io.ErrUnexpectedEOF },
	} {
		raw, err := render(b)
		if err == nil || raw != nil {
			t.Errorf("%s: %q, %v", name, raw, err)
		}
	}
}

func TestUnsubscribeOneClick(t *testing.T) {
	for url, want := range map[string]string{
		"https://example.org/u/1": "List-Unsubscribe=One-Click",
		"http://127.0.0.1:1/u/1":  "", // RFC 8058 3.1 asks for https
	} {
		m := invitation()
		m.Unsubscribe = url
		l, err := testSender(t).compose(m)
		if err != nil {
			t.Fatal(err)
		}
		got := parsed(t, l.raw).Header
		if got.Get("List-Unsubscribe") != "<"+url+">" || got.Get("List-Unsubscribe-Post") != want {
			t.Errorf("%s: %q", url, got)
		}
	}
}

func parsed(t *testing.T, raw []byte) *netmail.Message {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%v in %q", err, raw)
	}
	return m
}

// FuzzHeaders: whatever the values, a message is refused or has exactly the fields, the recipient and the file meant.
func FuzzHeaders(f *testing.F) {
	f.Add("office", "a@example.org", "Subject", "a.txt", "text/plain", "https://example.org/", "id-1", "en")
	f.Add("A\r\nBcc: x@y", "a@b\r\nBcc: x@y", "A\nBcc: x@y", "a\r\nX: y", "text/plain\r\nX: y", "https://e/\r\nX: y", "a\r\nX: y", "e\nX: y")
	f.Add(`"<b@example.org>, "`, "a@example.org", "=?UTF-8?Q?a=0D=0ABcc:_x@y?=", `"; filename=b`, "a/b; c=\"d\r\n\"", "https://é/", "a@b", "-")
	f.Add("=?UTF-8?B?eA==?=", "a@bücher.example", strings.Repeat(" ", 300), strings.Repeat("é", 127), `a/b; name*=utf-8''%0D%0A`, "", "a.b", "")
	f.Add(strings.Repeat(`"\`, 250), "a@例え.テスト", strings.Repeat("x", 998), strings.Repeat("\"", 255), "a/b; c*0=x; c*1=y", "http://h/?q=%00", "x", "zh-Hant")
	f.Add("=?UTF-8?Q?A?=", "a@example.org", "=?UTF-8?Q?a=0D=0ABcc:_x@y?=", `"; filename=b`, `a/b; c="d"`, "https://h/", "a", "")
	f.Add(" lead", "a@x", "two  spaces ", "ü 👍🏽.md", "TEXT/Plain; Charset=UTF-8", "https://h", strings.Repeat("i", 128), "sr-Latn-RS")
	s := testSender(f)
	f.Fuzz(func(t *testing.T, name, email, subject, file, kind, unsubscribe, id, language string) {
		m := Message{
			ID: id, To: Address{name, email}, Subject: subject, Text: "text", HTML: "<p>text</p>", Date: written,
			Attachments: []Attachment{{file, kind, []byte("content")}}, Unsubscribe: unsubscribe, Language: language,
		}
		l, err := s.compose(m)
		if err != nil {
			return
		}
		wellFormed(t, l.raw)
		got := parsed(t, l.raw)
		sameFields(t, m, got.Header)
		to, err := got.Header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Address != l.to || to[0].Name != name {
			t.Errorf("To %q, %v; want %q <%s>", to, err, name, l.to)
		}
		decoded, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
		if err != nil || decoded != subject {
			t.Errorf("Subject %q, %v; want %q", decoded, err, subject)
		}
		sameFile(t, m.Attachments[0], got)
	})
}

func sameFields(t *testing.T, m Message, h netmail.Header) {
	t.Helper()
	want := []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}
	if m.Language != "" {
		want = append(want, "Content-Language")
	}
	if m.Unsubscribe != "" {
		want = append(want, "List-Unsubscribe")
	}
	if strings.HasPrefix(m.Unsubscribe, "https:") {
		want = append(want, "List-Unsubscribe-Post")
	}
	slices.Sort(want)
	var got []string
	for key, values := range h {
		if len(values) != 1 {
			t.Errorf("%s: %d times", key, len(values))
		}
		got = append(got, key)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("fields %q, want %q", got, want)
	}
	if id := h.Get("Message-Id"); id != "<"+m.ID+"@example.org>" {
		t.Errorf("Message-ID %q", id)
	}
}

func sameFile(t *testing.T, want Attachment, m *netmail.Message) {
	t.Helper()
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	var parts []*multipart.Part
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, p)
	}
	if len(parts) != 2 {
		t.Fatalf("%d parts, want the text and the file", len(parts))
	}
	h := parts[1].Header
	_, disposition, err := mime.ParseMediaType(h.Get("Content-Disposition"))
	if err != nil || disposition["filename"] != want.Name || len(disposition) != 1 {
		t.Errorf("file %q, %v; want %q", disposition, err, want.Name)
	}
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	wanted, _, _ := mime.ParseMediaType(want.ContentType)
	if err != nil || kind != wanted || len(h) != 3 {
		t.Errorf("fields of the file %q, %v", h, err)
	}
}
