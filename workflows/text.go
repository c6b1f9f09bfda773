package workflows

import (
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Limits of what people type, in bytes of UTF-8.
const (
	MaxName      = 300
	MaxParagraph = 20 << 10 // one comment, rationale, summary
	MaxAddress   = 254      // RFC 5321
)

// Text checks a text as it was sent: well-formed UTF-8 without NUL, at most
// max bytes, not blank if required. It is never trimmed or cut: what is stored
// is what was sent.
func (p *Problems) Text(field, s string, max int, required bool) {
	switch {
	case !utf8.ValidString(s):
		p.Add(field, "not_utf8")
	case strings.ContainsRune(s, 0):
		p.Add(field, "has_nul")
	case len(s) > max:
		p.Add(field, "too_long", "Max", max)
	case required && strings.TrimSpace(s) == "":
		p.Add(field, "required")
	}
}

// wellFormed says whether both databases can hold, and look for, the text.
func wellFormed(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// Search checks the texts that a list is to be cut down by.
func (p *Problems) Search(field string, texts ...string) {
	for _, s := range texts {
		p.Text(field, s, MaxName, false)
	}
}

// OneOf checks that the value is one of the words.
func (p *Problems) OneOf(field, value string, words ...string) {
	for _, w := range words {
		if value == w {
			return
		}
	}
	if value == "" {
		p.Add(field, "required")
		return
	}
	p.Add(field, "not_one_of", "Words", strings.Join(words, ", "))
}

// Years an instant can lie in: what every format writes with four digits, in
// every zone.
const (
	minYear = 2000
	maxYear = 2200
)

// Instant checks that a time is given and lies within reason.
func (p *Problems) Instant(field string, t time.Time) {
	switch y := t.UTC().Year(); {
	case t.IsZero():
		p.Add(field, "required")
	case y < minYear || y > maxYear:
		p.Add(field, "year_range", "Min", fmt.Sprint(minYear), "Max", fmt.Sprint(maxYear))
	}
}

// Email checks an address (RFC 5322 addr-spec without quotes, comments or
// display name, so that it reads the same wherever it is put) and returns it
// folded, as addresses are compared.
func (p *Problems) Email(field, s string) string {
	s = strings.TrimSpace(s)
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > MaxAddress {
		p.Add(field, "not_an_address")
		return ""
	}
	return strings.ToLower(a.Address)
}

// Language checks a BCP 47 tag; empty gives "en".
func (p *Problems) Language(field, s string) string {
	if s == "" {
		return "en"
	}
	tag, err := language.Parse(s)
	if err != nil {
		p.Add(field, "not_a_language")
		return ""
	}
	return tag.String()
}

// Fold is the form texts are compared and searched in: NFKC and case folded,
// the same on both databases (whose own lower() differ).
func Fold(s string) string { return cases.Fold().String(norm.NFKC.String(s)) }

// FoldName is Fold with white space run together.
func FoldName(s string) string { return strings.Join(strings.Fields(Fold(s)), " ") }

// LikePart is a LIKE pattern (ESCAPE '\') for texts that contain s.
func LikePart(s string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) + "%"
}
