// Package word writes word-processor documents (WordprocessingML, ECMA-376,
// transitional): headings, text, tables and tracked changes, in scripts that run
// from left to right and from right to left. It knows nothing of strategies, and
// writes no fields, pictures, links or macros: what is opened does nothing.
//
// The same document gives the same bytes. Characters that XML 1.0 cannot hold
// (control characters other than tab and line break) become U+FFFD.
package word

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// MediaType is that of a document (ECMA-376, part 1, 15.2.14).
const MediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// Document is what is written.
type Document struct {
	Title      string
	Language   string // BCP 47; "" or "und": not said
	Version    string
	Identifier string // for example the hash of what it was made from
	Created    time.Time
	Author     string // of the tracked changes
	Changed    time.Time
	Wide       bool // paper lies on its side
	Body       []Part
}

// Part is a *Paragraph or a *Table.
type Part interface{ write(*writer) }

// Style is how a paragraph looks. Headings have a level besides.
type Style string

// The styles there are.
const (
	Title    Style = "Title"
	Heading  Style = "Heading" // with a level
	Text     Style = "BodyText"
	Numbered Style = "Provision" // a number, a tab, and text that hangs from it
	Quote    Style = "Quote"
	Verbatim Style = "Verbatim" // fixed width, as typed
	Small    Style = "Fingerprints"
)

// Change says what a tracked change does to a paragraph, row or run.
type Change int

// What can be done.
const (
	Kept Change = iota
	Inserted
	Deleted
)

// Run is a stretch of text. "\n" breaks the line, "\t" goes to the next stop.
type Run struct {
	Text   string
	Number bool // the printed number of a paragraph
	Bold   bool
	Change Change
}

// Paragraph is a run of text with one style. Change is what happened to its end:
// a paragraph that is new as a whole has an inserted end and inserted runs.
type Paragraph struct {
	Style  Style
	Level  int // of a heading, from 1
	Runs   []Run
	Change Change
}

// Table has rows of cells; the first Head rows are repeated on each page.
type Table struct {
	Head   int
	Widths []int // of the columns, in parts of their sum; nil: all the same
	Rows   []Row
}

// Row is a row of a table.
type Row struct {
	Cells  [][]Paragraph
	Change Change
}

// Write returns the document as a file.
func Write(d Document) ([]byte, error) {
	w := &writer{d: d}
	body, err := w.document()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range []struct {
		name    string
		content string
	}{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", relations},
		{"word/_rels/document.xml.rels", documentRelations},
		{"docProps/core.xml", w.properties()},
		{"word/styles.xml", w.styles()},
		{"word/settings.xml", settings},
		{"word/document.xml", body},
	} {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: d.Created.UTC()}
		file, err := z.CreateHeader(h)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", f.name, err)
		}
		if _, err := file.Write([]byte(f.content)); err != nil {
			return nil, fmt.Errorf("write %s: %w", f.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("write document: %w", err)
	}
	return out.Bytes(), nil
}

// writer writes the XML of one document.
type writer struct {
	d    Document
	out  strings.Builder
	mark int // id of the last tracked change
}

func (w *writer) raw(s string) { w.out.WriteString(s) }

func (w *writer) document() (string, error) {
	w.raw(xml.Header + `<w:document xmlns:w="` + namespace + `"><w:body>`)
	for _, p := range w.d.Body {
		p.write(w)
	}
	size := `<w:pgSz w:w="11906" w:h="16838"/>` // A4, in twentieths of a point
	if w.d.Wide {
		size = `<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>`
	}
	w.raw(`<w:sectPr>` + size + `<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>`)
	if rightToLeft(w.d.Language, "") {
		w.raw(`<w:bidi/>`)
	}
	w.raw(`</w:sectPr></w:body></w:document>`)
	return w.out.String(), nil
}

// tracked is the element of a tracked change, opened: its tag and who and when.
func (w *writer) tracked(c Change, end string) string {
	if c == Kept {
		return ""
	}
	w.mark++
	tag := "ins"
	if c == Deleted {
		tag = "del"
	}
	return fmt.Sprintf(`<w:%s w:id="%d" w:author="%s" w:date="%s"%s>`, tag, w.mark, escape(w.d.Author), w.d.Changed.UTC().Format(time.RFC3339), end)
}

func (p *Paragraph) write(w *writer) {
	rtl := rightToLeft(w.d.Language, p.text())
	w.raw(`<w:p><w:pPr><w:pStyle w:val="` + p.style() + `"/>`)
	if rtl {
		w.raw(`<w:bidi/>`)
	}
	if p.Change != Kept {
		w.raw(`<w:rPr>` + w.tracked(p.Change, "/") + `</w:rPr>`)
	}
	w.raw(`</w:pPr>`)
	for _, r := range p.Runs {
		w.run(r, rtl)
	}
	w.raw(`</w:p>`)
}

func (p *Paragraph) style() string {
	if p.Style == Heading {
		return fmt.Sprintf("Heading%d", max(1, min(p.Level, headings)))
	}
	return string(p.Style)
}

func (p *Paragraph) text() string {
	var s strings.Builder
	for _, r := range p.Runs {
		s.WriteString(r.Text)
	}
	return s.String()
}

func (w *writer) run(r Run, rtl bool) {
	if r.Text == "" {
		return
	}
	w.raw(w.tracked(r.Change, ""))
	w.raw(`<w:r>`)
	if r.Number || r.Bold || rtl {
		w.raw(`<w:rPr>`)
		if r.Number {
			w.raw(`<w:rStyle w:val="Number"/>`)
		}
		if r.Bold {
			w.raw(`<w:b/><w:bCs/>`)
		}
		if rtl {
			w.raw(`<w:rtl/>`)
		}
		w.raw(`</w:rPr>`)
	}
	tag := "w:t"
	if r.Change == Deleted {
		tag = "w:delText"
	}
	w.words(tag, r.Text)
	w.raw(`</w:r>`)
	switch r.Change {
	case Inserted:
		w.raw(`</w:ins>`)
	case Deleted:
		w.raw(`</w:del>`)
	}
}

// words writes text with its line breaks and tabs.
func (w *writer) words(tag, text string) {
	for text != "" {
		at := strings.IndexAny(text, "\n\t")
		if at < 0 {
			at = len(text)
		}
		if at > 0 {
			w.raw(`<` + tag + ` xml:space="preserve">` + escape(text[:at]) + `</` + tag + `>`)
		}
		if at == len(text) {
			return
		}
		if text[at] == '\n' {
			w.raw(`<w:br/>`)
		} else {
			w.raw(`<w:tab/>`)
		}
		text = text[at+1:]
	}
}

// textWidth is what the margins leave of the paper, in twentieths of a point.
func (w *writer) textWidth() int {
	if w.d.Wide {
		return 16838 - 2*1134
	}
	return 11906 - 2*1134
}

func (t *Table) write(w *writer) {
	widths := t.widths(w.textWidth())
	w.raw(`<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/>`)
	if rightToLeft(w.d.Language, "") {
		w.raw(`<w:bidiVisual/>`)
	}
	w.raw(fmt.Sprintf(`<w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`, w.textWidth()))
	for _, n := range widths {
		w.raw(fmt.Sprintf(`<w:gridCol w:w="%d"/>`, n))
	}
	w.raw(`</w:tblGrid>`)
	for i, r := range t.Rows {
		w.row(r, i < t.Head, widths)
	}
	w.raw(`</w:tbl>`)
}

// widths shares the width of the text among the columns.
func (t *Table) widths(whole int) []int {
	columns := 1
	for _, r := range t.Rows {
		columns = max(columns, len(r.Cells))
	}
	parts := make([]int, columns)
	sum := 0
	for i := range parts {
		parts[i] = 1
		if i < len(t.Widths) {
			parts[i] = t.Widths[i]
		}
		sum += parts[i]
	}
	for i := range parts {
		parts[i] = whole * parts[i] / sum
	}
	return parts
}

// row writes a row; one with fewer cells than the table has columns is filled up
// by its last cell.
func (w *writer) row(r Row, head bool, widths []int) {
	w.raw(`<w:tr>`)
	if head || r.Change != Kept {
		w.raw(`<w:trPr>`)
		if head {
			w.raw(`<w:tblHeader/>`)
		}
		w.raw(w.tracked(r.Change, "/") + `</w:trPr>`)
	}
	cells := r.Cells
	if len(cells) == 0 {
		cells = [][]Paragraph{nil}
	}
	for i, cell := range cells {
		width, spans := widths[i], 1
		if i == len(cells)-1 {
			for _, n := range widths[i+1:] {
				width, spans = width+n, spans+1
			}
		}
		w.raw(fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, width))
		if spans > 1 {
			w.raw(fmt.Sprintf(`<w:gridSpan w:val="%d"/>`, spans))
		}
		w.raw(`</w:tcPr>`)
		if len(cell) == 0 {
			cell = []Paragraph{{Style: Text}}
		}
		for i := range cell {
			cell[i].write(w)
		}
		w.raw(`</w:tc>`)
	}
	w.raw(`</w:tr>`)
}

func escape(s string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(s)) // a Builder takes everything
	return out.String()
}
