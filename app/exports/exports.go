// Package exports brings documents out: drafts, the comparison of two, and the
// published response, as files. It reads through the workflows, which decide what
// the asker may see, and leaves out what they withhold; it changes nothing.
//
// A file holds everything that its page shows of the record, in the language of
// the source. What a person wrote is never turned into something a program runs.
package exports

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
	"unicode"

	"jahorina/app/documents/word"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
	"jahorina/workflows/table"
)

// File is a download.
type File struct {
	Name      string // says version and language
	MediaType string
	Content   []byte
}

// The forms of files.
const (
	Word        = "docx"
	AkomaNtoso  = "xml"
	JSON        = "json"
	CSV         = "csv"
	PDF         = "pdf" // printed from the page
	jsonType    = "application/json"
	csvType     = "text/csv; charset=utf-8"
	akomaType   = "application/akn+xml"
	PDFType     = "application/pdf"
	maxNamePart = 60 // letters of a title in a file's name
)

// What there is of each document, in the order in which it is offered.
var (
	OfDraft    = []string{Word, PDF, AkomaNtoso, JSON, CSV}
	OfRedline  = []string{Word, PDF, JSON, CSV}
	OfResponse = []string{Word, PDF, JSON, CSV}
)

func noSuchForm() error { return workflows.Refuse(workflows.NotFound, "not_found") }

// Name is the name of a file: the title as far as it goes, what it is, its
// language and form.
func Name(title, what, language, form string) string {
	var s strings.Builder
	n, gap := 0, false
	for _, r := range title {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			gap = true
			continue
		}
		if n++; n > maxNamePart {
			break
		}
		if gap && s.Len() > 0 {
			s.WriteByte('-')
		}
		gap = false
		s.WriteRune(r)
	}
	return cmp.Or(s.String(), "document") + "-" + what + "-" + cmp.Or(language, "und") + "." + form
}

func asCSV(head []string, rows [][]string) ([]byte, error) {
	var out bytes.Buffer
	err := table.Write(&out, head, rows)
	return out.Bytes(), err
}

func encoded(v any) ([]byte, error) {
	content, err := workflows.JSON(v)
	return []byte(content), err
}

// label is how a draft is called.
func label(text *templates.Text, d *strategy.Draft) string {
	return text.T("draft.version", "Version", d.Version)
}

func version(d *strategy.Draft) string { return fmt.Sprintf("v%d", d.Version) }

// hashes is the line under a document by which it can be checked.
func hashes(text *templates.Text, drafts ...*strategy.Draft) *word.Paragraph {
	var lines []string
	for _, d := range drafts {
		lines = append(lines, d.Title+", "+label(text, d)+". "+text.T("draft.content_hash")+": "+d.ContentSHA256+". "+text.T("draft.source_hash")+": "+d.SourceSHA256)
	}
	return &word.Paragraph{Style: word.Small, Runs: []word.Run{{Text: strings.Join(lines, "\n")}}}
}
