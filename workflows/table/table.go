// Package table takes tables apart that people send, and writes those they get: RFC
// 4180, UTF-8, with a header. A semicolon separates as well as a comma, as some spreadsheets write it.
// It refuses what is too large or no text, and says of a broken row on which line
// it stands; what a cell means is not its business.
package table

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"jahorina/workflows"
)

// Table is a table whose header has been read.
type Table struct {
	Header []string
	rows   *csv.Reader
}

// Row is one row, as long as the header, with the line it begins on.
type Row struct {
	Line  int
	Cells []string
}

// Open reads the header of a table of at most max bytes, whole megabytes. The error
// is a *workflows.Error: TooLarge, or Invalid about the field "file" or "line 1".
func Open(source []byte, max int) (*Table, error) {
	r, err := open(source, max)
	if err != nil {
		return nil, err
	}
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, workflows.InvalidField("file", "empty_file")
	}
	if err != nil {
		return nil, broken(err)
	}
	return &Table{header, r}, nil
}

// Loose reads a table as people make them: its rows differ in length, a quotation
// mark within a cell is a character, and the header can stand anywhere or be missing.
// Errors are as those of Open and Rows.
func Loose(source []byte, maxBytes, max int) ([]Row, error) {
	r, err := open(source, maxBytes)
	if err != nil {
		return nil, err
	}
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	return (&Table{rows: r}).Rows(max)
}

func open(source []byte, max int) (*csv.Reader, error) {
	source = bytes.TrimPrefix(source, []byte("\ufeff"))
	switch {
	case len(source) > max:
		return nil, workflows.Refuse(workflows.TooLarge, "file_too_large", "MaxMB", max>>20)
	case !utf8.Valid(source):
		return nil, workflows.InvalidField("file", "not_utf8")
	case bytes.IndexByte(source, 0) >= 0:
		return nil, workflows.InvalidField("file", "has_nul")
	}
	r := csv.NewReader(bytes.NewReader(source))
	if header, _, _ := bytes.Cut(bytes.TrimLeft(source, "\r\n"), []byte("\n")); bytes.Count(header, []byte(";")) > bytes.Count(header, []byte(",")) {
		r.Comma = ';'
	}
	return r, nil
}

// Rows reads all rows, at most max, without the apostrophes that Write puts before
// what spreadsheets would compute. The error is a *workflows.Error: Invalid about
// the field "file" or "line 7".
func (t *Table) Rows(max int) ([]Row, error) {
	var out []Row
	for {
		cells, err := t.rows.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, broken(err)
		}
		if len(out) == max {
			return nil, workflows.InvalidField("file", "too_many", "Max", max)
		}
		for i, c := range cells {
			cells[i] = Unquoted(c)
		}
		line, _ := t.rows.FieldPos(0)
		out = append(out, Row{line, cells})
	}
}

func broken(err error) error {
	var fault *csv.ParseError
	if !errors.As(err, &fault) {
		return fmt.Errorf("read table: %w", err)
	}
	return workflows.InvalidField(fmt.Sprintf("line %d", fault.Line), "broken_row")
}
