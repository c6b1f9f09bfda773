package moderation

import (
	"regexp"
	"unicode/utf8"
)

// Kinds of hints.
const (
	HintEmail = "email"
	HintPhone = "phone"
	HintLink  = "long_link"
)

// Hint is something a program finds that a person should look at. It decides
// nothing.
type Hint struct {
	Kind    string
	Passage string
}

// longLink is from how many characters on a link may carry more than a place:
// names, sessions, trackers.
const longLink = 120

var (
	emails = regexp.MustCompile(`[\pL\pN._%+-]+@[\pL\pN-]+(?:\.[\pL\pN-]+)+`)
	// Eight digits or more with the signs telephone numbers are written with, and
	// a plus, a leading zero or a bracket at the start.
	phones = regexp.MustCompile(`(?:\+|\b00?|\()\d(?:[ ().\x{a0}/-]{0,2}\d){7,14}\b`)
	links  = regexp.MustCompile(`https?://\S+`)
)

// Hints finds e-mail addresses, telephone numbers and very long links, each once.
func Hints(text string) []Hint {
	var out []Hint
	seen := map[string]bool{}
	add := func(kind, passage string) {
		if !seen[passage] {
			seen[passage] = true
			out = append(out, Hint{kind, passage})
		}
	}
	for _, s := range emails.FindAllString(text, -1) {
		add(HintEmail, s)
	}
	for _, s := range phones.FindAllString(text, -1) {
		add(HintPhone, s)
	}
	for _, s := range links.FindAllString(text, -1) {
		if utf8.RuneCountInString(s) >= longLink {
			add(HintLink, s)
		}
	}
	return out
}
