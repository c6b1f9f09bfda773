package documents

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"jahorina/workflows"
	"jahorina/workflows/submission"
)

// Limits of a table of comments.
const (
	MaxCommentsCSV  = 5 << 20 // bytes
	MaxCommentsRows = 20_000
)

// commentColumns of a table; their order is free.
var commentColumns = []string{"organisation", "sector", "section", "paragraph", "type", "comment", "proposed_change", "language", "confidentiality"}

// neededColumns must be there.
var neededColumns = []string{"organisation", "sector", "type", "comment"}

// commentTypes of the ISO commenting form (ISO/IEC template, column "type of
// comment"), beside our own words.
var commentTypes = map[string]string{"ge": "general", "te": "technical", "ed": "editorial"}

// CommentsCSV reads a table of comments (RFC 4180, UTF-8, with a header): the
// columns of the ISO commenting form, a row for each comment. A semicolon
// separates as well as a comma, as some spreadsheets write it. What a cell says
// is checked where it is stored.
func CommentsCSV(source []byte) ([]submission.ImportRow, error) {
	source = bytes.TrimPrefix(source, []byte("\ufeff"))
	switch {
	case len(source) > MaxCommentsCSV:
		return nil, workflows.Refuse(workflows.TooLarge, "file_too_large", "MaxMB", MaxCommentsCSV>>20)
	case !utf8.Valid(source):
		return nil, workflows.InvalidField("file", "not_utf8")
	case bytes.IndexByte(source, 0) >= 0:
		return nil, workflows.InvalidField("file", "has_nul")
	}
	r := csv.NewReader(bytes.NewReader(source))
	if header, _, _ := bytes.Cut(source, []byte("\n")); bytes.Count(header, []byte(";")) > bytes.Count(header, []byte(",")) {
		r.Comma = ';'
	}
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, workflows.InvalidField("file", "empty_file")
	}
	if err != nil {
		return nil, brokenTable(err)
	}
	columns, err := readHeader(header)
	if err != nil {
		return nil, err
	}
	return readRows(r, columns)
}

// readHeader finds where each column stands.
func readHeader(header []string) (map[string]int, error) {
	var p workflows.Problems
	columns := map[string]int{}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		_, twice := columns[name]
		if twice || !slices.Contains(commentColumns, name) {
			p.Add("line 1", "unknown_column", "Name", name, "Columns", strings.Join(commentColumns, ", "))
		}
		columns[name] = i
	}
	for _, name := range neededColumns {
		if _, ok := columns[name]; !ok {
			p.Add("line 1", "missing_column", "Name", name)
		}
	}
	return columns, p.Err()
}

func readRows(r *csv.Reader, columns map[string]int) ([]submission.ImportRow, error) {
	var rows []submission.ImportRow
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, brokenTable(err)
		}
		if len(rows) == MaxCommentsRows {
			return nil, workflows.InvalidField("file", "too_many", "Max", MaxCommentsRows)
		}
		line, _ := r.FieldPos(0)
		rows = append(rows, readRow(line, record, columns))
	}
}

func readRow(line int, record []string, columns map[string]int) submission.ImportRow {
	cell := func(name string) string {
		if i, ok := columns[name]; ok {
			return record[i]
		}
		return ""
	}
	word := func(name string) string { return strings.ToLower(strings.TrimSpace(cell(name))) }
	row := submission.ImportRow{
		Line: line, Organisation: strings.TrimSpace(cell("organisation")), Sector: strings.ReplaceAll(word("sector"), "-", "_"),
		Reference: strings.TrimSpace(cell("paragraph")), Type: word("type"), Text: cell("comment"), ProposedChange: cell("proposed_change"),
		Language: strings.TrimSpace(cell("language")), Confidentiality: confidentiality(word("confidentiality")),
	}
	if row.Reference == "" {
		row.Reference = strings.TrimSpace(cell("section"))
	}
	if full, ok := commentTypes[row.Type]; ok {
		row.Type = full
	}
	return row
}

// confidentiality: "restricted" (TLP:AMBER in such tables) is for those who
// need it to do their work, and is kept from the other participants too.
func confidentiality(word string) string {
	if word == "restricted" {
		return submission.Confidential
	}
	return word
}

func brokenTable(err error) error {
	var broken *csv.ParseError
	if !errors.As(err, &broken) {
		return fmt.Errorf("read table: %w", err)
	}
	return workflows.InvalidField(fmt.Sprintf("line %d", broken.Line), "broken_row")
}
