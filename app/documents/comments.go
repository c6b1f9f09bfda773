package documents

import (
	"slices"
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/submission"
	"jahorina/workflows/table"
)

// Limits of a table of comments.
const (
	MaxCommentsCSV  = 5 << 20 // bytes
	MaxCommentsRows = 20_000
)

// commentColumns of a table; their order is free.
var commentColumns = []string{"organisation", "sector", "section", "paragraph", "type", "comment", "proposed_change", "language", "confidentiality", "obligation"}

// neededColumns must be there.
var neededColumns = []string{"organisation", "sector", "type", "comment"}

// commentTypes of the ISO commenting form (ISO/IEC template, column "type of
// comment"), beside our own words.
var commentTypes = map[string]string{"ge": "general", "te": "technical", "ed": "editorial"}

// CommentsCSV reads a table of comments: the columns of the ISO commenting form, a
// row for each comment. What a cell says is checked where it is stored.
func CommentsCSV(source []byte) ([]submission.ImportRow, error) {
	t, err := table.Open(source, MaxCommentsCSV)
	if err != nil {
		return nil, err
	}
	columns, err := readHeader(t.Header)
	if err != nil {
		return nil, err
	}
	read, err := t.Rows(MaxCommentsRows)
	if err != nil {
		return nil, err
	}
	var rows []submission.ImportRow
	for _, r := range read {
		rows = append(rows, readRow(r.Line, r.Cells, columns))
	}
	return rows, nil
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
		Obligation: strings.TrimSpace(cell("obligation")),
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
