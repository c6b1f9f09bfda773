package strategy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// class is what a token is made of.
type class int

const (
	classWord  class = iota // a word or a figure
	classIdeo               // one character of a script that puts no spaces between words
	classSpace              // a run of white space
	classOther              // one mark of punctuation, a symbol, or a byte that is no UTF-8
)

type token struct {
	class class
	text  string
}

// scriptsWithoutSpaces are compared character by character, since finding
// their words needs a dictionary.
var scriptsWithoutSpaces = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan,
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// tokenise cuts a text into the pieces that are compared. Put together again
// the pieces are the text, byte for byte, whatever it holds.
func tokenise(s string) []token {
	var tokens []token
	for len(s) > 0 {
		n, c := nextToken(s)
		tokens = append(tokens, token{c, s[:n]})
		s = s[n:]
	}
	return tokens
}

func nextToken(s string) (int, class) {
	r, n := utf8.DecodeRuneInString(s)
	c := classOfRune(r)
	if c == classOther || c == classIdeo {
		return n + marksAt(s[n:]), c
	}
	for n < len(s) {
		next, size := utf8.DecodeRuneInString(s[n:])
		if classOfRune(next) != c && !unicode.Is(unicode.M, next) && !(c == classWord && joinsWord(s, n, size)) {
			break
		}
		n += size
	}
	return n, c
}

func classOfRune(r rune) class {
	switch {
	case unicode.IsSpace(r):
		return classSpace
	case unicode.In(r, scriptsWithoutSpaces...):
		return classIdeo
	case unicode.IsLetter(r), unicode.IsNumber(r):
		return classWord
	}
	return classOther
}

// marksAt is the length of the combining marks that s begins with, which stay
// with the character before them.
func marksAt(s string) int {
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.Is(unicode.M, r) {
			break
		}
		n += size
	}
	return n
}

// joinsWord says whether the mark at s[at:] stands inside a word ("office's",
// "1,900", "4.3") and not at its end.
func joinsWord(s string, at, size int) bool {
	if !strings.Contains("'’.,", s[at:at+size]) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:at])
	after, _ := utf8.DecodeRuneInString(s[at+size:])
	if strings.Contains(".,", s[at:at+size]) {
		return unicode.IsDigit(before) && unicode.IsDigit(after)
	}
	return unicode.IsLetter(before) && classOfRune(after) == classWord
}

// sameText says whether two texts differ in white space at most.
func sameText(a, b string) bool { return a == b || spaced(a) == spaced(b) }

// spaced is the text with white space evened out: one space between words,
// none beside the characters of a script that has no spaces.
func spaced(s string) string {
	var out strings.Builder
	var last class
	space := false
	for _, t := range tokenise(s) {
		if t.class == classSpace {
			space = true
			continue
		}
		if space && out.Len() > 0 && last != classIdeo && t.class != classIdeo {
			out.WriteByte(' ')
		}
		out.WriteString(t.text)
		last, space = t.class, false
	}
	return out.String()
}

// sentenceEnds are the marks that end a sentence in the scripts at hand.
const sentenceEnds = ".!?。．｡！？…؟۔।"

// EndsSentence says whether the text ends as sentences end, closing quotation
// marks and brackets aside. "…:" and "…;" leave more to come.
func EndsSentence(text string) bool {
	text = strings.TrimRight(text, " \t\r\n\u3000\"'”’»」』)）]】*_")
	last, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(sentenceEnds, last)
}
