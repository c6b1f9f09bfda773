// Package documents brings documents in: it turns Word documents, OpenDocument
// texts, PDFs with text, Markdown, or plain text written like it, into the blocks
// of a draft (strategy.Content). Files of all kinds become blocks by one set of
// rules, those of Markdown; see Read.
//
// The text is evidence, so the reader adds nothing and loses nothing: numbers
// stay as printed, gaps are reported, damaged text is kept byte for byte, and
// every character that is not blank lies in the span of a block or is a ruled
// line. It writes no HTML: what it does not know as structure (links, images,
// tags) is text, and shown as text.
//
// It reads line by line instead of through a CommonMark library. A CommonMark
// tree numbers lists anew (1–8, 10–12 becomes 1–11), drops the exact bytes
// between blocks, knows no "4.3" or "第三条", and takes time that grows with the
// square of the input on nested quotes and mixed "*" and "_". Of CommonMark it
// keeps what strategies use: headings, lists, quotes, fences, tables, rules
// and strong text.
//
// It refuses sources that are too large, not UTF-8, hold NUL or no text, or
// fall into too many blocks; nothing is cut or repaired.
package documents

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// Limits of what is taken.
const (
	MaxSource = 2 << 20 // bytes
	MaxBlocks = 5000    // headings, provisions, paragraphs, tables
)

// maxTitle is the length in bytes of a title taken from running text.
const maxTitle = 200

// Options say what the sender knows better than the text.
type Options struct {
	Title    string // "": the heading over the document, or its first line
	Language string // BCP 47; "": found from the script and commonest words, else "und"
	Ending   string // of the file's name, ".docx": a file that says so must be one; "": not known
}

// Markdown reads a source of at most MaxSource bytes in time proportional to
// its length. Errors are *workflows.Error: TooLarge, or Invalid about the field
// "markdown" with the line (from 1) and byte offset (from 0) of the fault.
func Markdown(source []byte, o Options) (strategy.Content, error) {
	if err := check(source); err != nil {
		return strategy.Content{}, err
	}
	r := newReader(string(source))
	blocks, err := r.read()
	if err != nil {
		return strategy.Content{}, err
	}
	c := strategy.Content{
		Title:    o.Title,
		Language: o.Language,
		Blocks:   blocks,
		Gaps:     strategy.FindGaps(blocks),
		SHA256:   workflows.SHA256(source),
		Source:   bytes.Clone(source),
	}
	if c.Title == "" {
		c.Title = title(blocks)
	}
	if c.Language == "" {
		c.Language = language(string(source))
	}
	return c, nil
}

func check(source []byte) error {
	if len(source) > MaxSource {
		return workflows.Refuse(workflows.TooLarge, "document_too_large", "Max", MaxSource)
	}
	at := func(key string, offset int) error {
		line := bytes.Count(source[:offset], []byte("\n")) + 1
		return workflows.InvalidField("markdown", key, "Line", line, "Offset", offset)
	}
	for i := 0; i < len(source); {
		r, n := utf8.DecodeRune(source[i:])
		if r == utf8.RuneError && n == 1 {
			return at("document_not_utf8", i)
		}
		if r == 0 {
			return at("document_has_nul", i)
		}
		i += n
	}
	return nil
}

// title is the first heading, or else the first line.
func title(blocks []strategy.Block) string {
	for _, b := range blocks {
		if b.Heading != "" {
			return cut(b.Heading)
		}
	}
	first, _, _ := strings.Cut(blocks[0].Text, "\n")
	return cut(first)
}

// cut shortens a title to maxTitle bytes, not within a character.
func cut(s string) string {
	if len(s) <= maxTitle {
		return s
	}
	n := maxTitle
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// language tells the languages that their script or commonest words tell.
func language(s string) string {
	var letters, han, kana, hangul int
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			kana++
		case unicode.Is(unicode.Hangul, r):
			hangul++
		case !unicode.IsLetter(r):
			continue
		}
		letters++
	}
	switch {
	case kana*10 > letters:
		return "ja"
	case hangul*2 > letters:
		return "ko"
	case han*3 > letters:
		return "zh"
	case isEnglish(s):
		return "en"
	}
	return "und"
}

// isEnglish says whether one word in eight is one of the commonest in English;
// in other languages of the same script next to none are.
func isEnglish(s string) bool {
	words := strings.Fields(strings.ToLower(s))
	common := 0
	for _, w := range words {
		switch w {
		case "the", "of", "and", "to", "with", "that", "for", "by", "is", "will":
			common++
		}
	}
	return common*8 > len(words)
}
