package forms

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// The key of a row stands hidden in its first cell, between these.
const (
	keyBefore = "[[jahorina:"
	keyAfter  = "]]"
)

var keyIn = regexp.MustCompile(regexp.QuoteMeta(keyBefore) + `([0-9A-Za-z-]{1,64}\.[0-9a-f]{16})` + regexp.QuoteMeta(keyAfter))

// maxDepth is how deep elements may lie in each other.
const maxDepth = 200

// passedOver are elements whose text is not in the document any more, or stands
// there twice.
var passedOver = map[string]bool{"tabs": true, "del": true, "moveFrom": true, "instrText": true, "delText": true, "Fallback": true}

// readDOCX reads the tables of a document.
func readDOCX(parts map[string][]byte) ([]grid, Head, error) {
	var head Head
	if err := readProperties(parts["docProps/custom.xml"], &head); err != nil {
		return nil, head, err
	}
	r := &tableReader{in: xml.NewDecoder(bytes.NewReader(parts["word/document.xml"]))}
	for {
		token, err := r.in.Token()
		if errors.Is(err, io.EOF) {
			return r.done, head, nil
		}
		if err != nil || r.depth > maxDepth {
			return nil, head, damaged()
		}
		if err := r.take(token); err != nil {
			return nil, head, damaged()
		}
	}
}

func readProperties(part []byte, head *Head) error {
	if part == nil {
		return nil
	}
	var all struct {
		Property []struct {
			Name  string `xml:"name,attr"`
			Value string `xml:"lpwstr"`
		} `xml:"property"`
	}
	if err := xml.Unmarshal(part, &all); err != nil {
		return damaged()
	}
	for _, p := range all.Property {
		head.take(p.Name, p.Value)
	}
	return nil
}

// tableReader goes through the main part once. Tables can lie in cells of others.
type tableReader struct {
	in    *xml.Decoder
	depth int
	open  []*openTable
	done  []grid
	text  bool // inside of w:t
}

type openTable struct {
	rows grid
	cell *strings.Builder // nil outside of cells
	at   int              // column of the cell
	span int
	goes bool // the cell goes on with the one above
}

func (r *tableReader) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		if passedOver[t.Name.Local] {
			return r.in.Skip()
		}
		r.depth++
		r.start(t)
	case xml.EndElement:
		r.depth--
		r.end(t.Name.Local)
	case xml.CharData:
		if r.text {
			r.write(string(t))
		}
	}
	return nil
}

func (r *tableReader) last() *openTable {
	if len(r.open) == 0 {
		return nil
	}
	return r.open[len(r.open)-1]
}

func (r *tableReader) write(s string) {
	if t := r.last(); t != nil && t.cell != nil {
		t.cell.WriteString(s)
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (r *tableReader) start(e xml.StartElement) {
	t := r.last()
	switch e.Name.Local {
	case "tbl":
		r.open = append(r.open, &openTable{})
		return
	case "t":
		r.text = true
		return
	}
	if t == nil {
		return
	}
	switch e.Name.Local {
	case "tr":
		t.rows, t.at = append(t.rows, gridRow{line: len(t.rows) + 1}), 0
	case "tc":
		t.cell, t.span, t.goes = &strings.Builder{}, 1, false
	case "gridSpan":
		if n, err := strconv.Atoi(attribute(e, "val")); err == nil {
			t.span = min(max(n, 1), maxColumns)
		}
	case "vMerge":
		t.goes = attribute(e, "val") != "restart"
	case "p":
		if t.cell != nil && t.cell.Len() > 0 {
			r.write("\n")
		}
	case "br", "cr":
		r.write("\n")
	case "tab":
		r.write("\t")
	case "noBreakHyphen":
		r.write("‑")
	}
}

func (r *tableReader) end(name string) {
	t := r.last()
	switch {
	case name == "t":
		r.text = false
	case t == nil:
	case name == "tc" && t.cell != nil && len(t.rows) > 0:
		t.closeCell()
	case name == "tbl":
		r.open = r.open[:len(r.open)-1]
		r.done = append(r.done, t.rows)
	}
}

func (t *openTable) closeCell() {
	row := &t.rows[len(t.rows)-1]
	text := t.cell.String()
	t.cell = nil
	if m := keyIn.FindStringSubmatch(text); m != nil && row.key == "" {
		row.key = m[1]
	}
	text = keyIn.ReplaceAllString(text, "")
	for i := range t.span {
		if t.at < maxColumns {
			row.cells = append(row.cells, map[bool]string{true: text}[i == 0])
			if t.goes {
				row.continues(t.at, t.at)
			}
		}
		t.at++
	}
}
