package documents

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"jahorina/app/archive"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// MaxFile is the largest file taken, in bytes; of Markdown, MaxSource.
const MaxFile = 6 << 20

// The media types of what is taken besides Markdown and plain text.
const (
	TypeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	TypeODT  = "application/vnd.oasis.opendocument.text"
	TypePDF  = "application/pdf"
)

// Endings are the endings of names of files that are taken.
var Endings = []string{".md", ".markdown", ".txt", ".docx", ".docm", ".odt", ".pdf"}

// EndingOf is the ending of a name for a media type.
func EndingOf(media string) string {
	switch media {
	case TypeDOCX:
		return ".docx"
	case TypeODT:
		return ".odt"
	case TypePDF:
		return ".pdf"
	}
	return ".md"
}

// Read reads a file of at most MaxFile bytes: a Word document (DOCX), an
// OpenDocument text (ODT), a PDF with text, Markdown or plain text. What it is
// is told by its content, never by its name. Errors are as those of Markdown,
// about the field "file"; what was left out or had to be decided is told in
// Content.Notices. Nothing outside the file is ever looked up, and no macro run.
func Read(source []byte, o Options) (strategy.Content, error) {
	switch {
	case archive.Is(source), archive.IsCompound(source):
		return readArchive(source, o)
	case bytes.HasPrefix(source, []byte("%PDF-")), isPDF(source):
		return readPDF(source, o)
	case bytes.HasPrefix(source, []byte(`{\rtf`)):
		return strategy.Content{}, archive.Unread("file_of_old_program")
	case slices.Contains(Endings[3:], strings.ToLower(o.Ending)):
		return strategy.Content{}, archive.Unread("file_damaged")
	}
	return Markdown(source, o)
}

// Parts reads a piece of text as a person typed it, blocks apart by empty lines.
func Parts(text string) []strategy.Block {
	if strings.TrimFunc(text, blank) == "" {
		return nil
	}
	p := newPaper()
	for part := range strings.SplitSeq(emptyLine.ReplaceAllString(text, "\f"), "\f") {
		p.put(piece{text: part})
		p.r.gap = true
	}
	blocks, err := p.blocks()
	if err != nil {
		return nil
	}
	return blocks
}

// CutPart cuts a text before its first empty line.
func CutPart(text string) (first, rest string) {
	at := emptyLine.FindStringIndex(text)
	if at == nil {
		return text, ""
	}
	return text[:at[0]], text[at[1]:]
}

var emptyLine = regexp.MustCompile(`\n[ \t\r]*\n\s*`)

// isPDF: writers may put up to 1,024 bytes before the mark (ISO 32000, annex H).
func isPDF(source []byte) bool {
	head := source[:min(len(source), 1024)]
	return bytes.Contains(head, []byte("\n%PDF-"))
}

func readArchive(source []byte, o Options) (strategy.Content, error) {
	if len(source) > MaxFile {
		return strategy.Content{}, workflows.Refuse(workflows.TooLarge, "document_too_large", "Max", MaxFile)
	}
	a, err := archive.Open(source)
	if err != nil {
		return strategy.Content{}, err
	}
	media, read := TypeDOCX, readDOCX
	if a.Has("content.xml") {
		media, read = TypeODT, readODT
	}
	p := newPaper()
	lang, err := read(a, p)
	if err != nil {
		return strategy.Content{}, err
	}
	return p.content(source, media, lang, o)
}

// content makes the content of what is on the paper. lang is what the file says
// of its language.
func (p *paper) content(source []byte, media, lang string, o Options) (strategy.Content, error) {
	blocks, err := p.blocks()
	if err != nil {
		return strategy.Content{}, err
	}
	c := strategy.Content{
		Title: o.Title, Language: o.Language, Blocks: blocks, Gaps: strategy.FindGaps(blocks),
		SHA256: workflows.SHA256(source), Source: bytes.Clone(source), MediaType: media, Notices: p.notices,
	}
	if c.Title == "" {
		c.Title = title(blocks)
	}
	if c.Language == "" {
		c.Language = p.language(lang)
	}
	return c, nil
}
