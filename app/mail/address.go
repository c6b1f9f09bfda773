package mail

import (
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Longest values taken, in bytes. The first two are of RFC 5321 4.5.3.1.
const (
	maxLocal = 64
	maxEmail = 254
	maxName  = 500
)

// hosts maps international host names as a browser would, and refuses what no DNS name can be.
var hosts = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

// ParseAddress reads "someone@example.org" or "Name <someone@example.org>" and refuses what Send would.
func ParseAddress(s string) (Address, error) {
	parsed, err := netmail.ParseAddress(s)
	if err != nil {
		return Address{}, errors.New(`mail: not an address of the form "name@host" or "Name <name@host>"`)
	}
	a, err := Address{Name: parsed.Name, Email: parsed.Address}.canonical("address")
	if err != nil {
		return Address{}, fmt.Errorf("mail: %w", err)
	}
	return a, nil
}

// canonical checks a and gives it with its domain in ASCII. Errors call it what.
func (a Address) canonical(what string) (Address, error) {
	if err := oneLine(what+" name", a.Name, maxName); err != nil {
		return Address{}, err
	}
	local, domain, found := strings.Cut(a.Email, "@")
	if !found {
		return Address{}, fmt.Errorf("%s has no @", what)
	}
	if !dotAtom(local) || len(local) > maxLocal {
		return Address{}, fmt.Errorf("%s: only plain ASCII letters, digits and !#$%%&'*+-/=?^_`{|}~ between dots may stand before the @, at most %d", what, maxLocal)
	}
	domain, err := hostname(domain)
	if err != nil {
		return Address{}, fmt.Errorf("%s: %w", what, err)
	}
	a.Email = local + "@" + domain
	if len(a.Email) > maxEmail {
		return Address{}, fmt.Errorf("%s is longer than %d bytes", what, maxEmail)
	}
	return a, nil
}

// domain is what follows the @ of a canonical address.
func (a Address) domain() string {
	_, domain, _ := strings.Cut(a.Email, "@")
	return domain
}

// header gives a canonical address as RFC 5322 writes it.
func (a Address) header() string {
	if a.Name == "" {
		return "<" + a.Email + ">"
	}
	name := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(a.Name) + `"`
	if !plain(a.Name) {
		name = encodedWords(a.Name)
	}
	return name + " <" + a.Email + ">"
}

// hostname gives s in ASCII (RFC 5891), or an error where no DNS name can be that.
func hostname(s string) (string, error) {
	ascii, err := hosts.ToASCII(s)
	if err != nil {
		return "", errors.New("not a valid host name")
	}
	return ascii, nil
}

// dotAtom reports whether s is a dot-atom-text of RFC 5322 3.2.3: ASCII, without quotes, spaces, brackets or empty parts.
func dotAtom(s string) bool {
	for part := range strings.SplitSeq(s, ".") {
		if part == "" || strings.ContainsFunc(part, func(r rune) bool { return !atext(r) }) {
			return false
		}
	}
	return true
}

func atext(r rune) bool {
	return alphanumeric(r) || r < utf8.RuneSelf && strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
}

func alphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// oneLine refuses a value that is too long or that could end a header line, now or once a reader has decoded it.
func oneLine(what, s string, limit int) error {
	if len(s) > limit {
		return fmt.Errorf("%s is longer than %d bytes", what, limit)
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("%s is not valid UTF-8", what)
	}
	if strings.ContainsFunc(s, breaksLine) {
		return fmt.Errorf("%s holds a line break or another control character", what)
	}
	return nil
}

func breaksLine(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
}
