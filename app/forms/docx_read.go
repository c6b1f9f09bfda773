package forms

import (
	"regexp"
	"strconv"
	"strings"

	"jahorina/app/archive"
	"jahorina/app/workbook"
)

// The key of a row stands hidden in its first cell, between these.
const (
	keyBefore = "[[jahorina:"
	keyAfter  = "]]"
)

var keyIn = regexp.MustCompile(regexp.QuoteMeta(keyBefore) + `([0-9A-Za-z-]{1,64}\.[0-9a-f]{16})` + regexp.QuoteMeta(keyAfter))

// readDOCX reads the tables of a document.
func readDOCX(a *archive.Archive) ([]grid, Head, error) {
	var head Head
	properties, err := a.Read("docProps/custom.xml")
	if err != nil {
		return nil, head, err
	}
	properties.Find("property", func(p *archive.Node) { head.take(p.Attr("name"), p.Kid("lpwstr").OrEmpty().Said()) })
	document, err := a.Read("word/document.xml")
	if err != nil {
		return nil, head, err
	}
	var r tableReader
	r.write(&strings.Builder{}, document)
	return r.done, head, nil
}

// tableReader collects the tables of a document; those within cells of others come
// before them.
type tableReader struct{ done []grid }

// table reads a table. What wraps rows and cells (changes, controls) is gone through.
func (r *tableReader) table(n *archive.Node) {
	var g grid
	n.Find("tr", func(tr *archive.Node) {
		if tr.Kid("trPr", "del") != nil {
			return
		}
		row := gridRow{Row: workbook.Row{Line: len(g) + 1}}
		tr.Find("tc", func(tc *archive.Node) { r.cell(&row, tc) })
		g = append(g, row)
	})
	r.done = append(r.done, g)
}

func (r *tableReader) cell(row *gridRow, tc *archive.Node) {
	var s strings.Builder
	r.write(&s, tc)
	text := s.String()
	if m := keyIn.FindStringSubmatch(text); m != nil && row.key == "" {
		row.key = m[1]
	}
	at, span := len(row.Cells), 1
	if n, err := strconv.Atoi(tc.Val("tcPr", "gridSpan")); err == nil {
		span = max(n, 1)
	}
	if span = min(span, workbook.MaxColumns-at); span <= 0 {
		return
	}
	row.Cells = append(append(row.Cells, keyIn.ReplaceAllString(text, "")), make([]string, span-1)...)
	if down := tc.Kid("tcPr", "vMerge"); down != nil && down.Attr("val") != "restart" {
		row.GoesDown(at, at+span-1)
	}
}

// write writes the words under an element as they are with all changes accepted.
// Elements whose text is not in the document any more, or stands there twice, are
// passed over; paragraphs begin a line each.
func (r *tableReader) write(s *strings.Builder, n *archive.Node) {
	if n == nil {
		return
	}
	for _, k := range n.Kids {
		if k.Kid("sdtPr", "showingPlcHdr") != nil { // what a control shows while nothing is chosen
			continue
		}
		switch k.Name {
		case "pPr", "tcPr", "sdtPr", "del", "moveFrom", "instrText", "delText", "Fallback":
			continue
		case "tbl":
			r.table(k)
			continue
		case "t":
			s.WriteString(k.Said())
			continue
		case "p":
			if s.Len() > 0 {
				s.WriteByte('\n')
			}
		case "br", "cr":
			s.WriteByte('\n')
		case "tab":
			s.WriteByte('\t')
		case "noBreakHyphen":
			s.WriteRune('‑')
		}
		r.write(s, k)
	}
}
