package register

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
)

// Limits of a table.
const (
	MaxBytes = 1 << 20
	MaxRows  = 2000
)

// line is one line of a table.
type line struct {
	number int
	cells  map[string]string // by column
}

func (l line) name() string { return fmt.Sprintf("line %d", l.number) }

// text is a cell that must say something, on one line.
func (l line) text(p *workflows.Problems, column string, max int) string {
	s := strings.TrimSpace(l.cells[column])
	switch {
	case s == "":
		p.Add(l.name(), "cell_required", "Column", column)
	case len(s) > max:
		p.Add(l.name(), "cell_long", "Column", column, "Max", max)
	case strings.ContainsAny(s, "\r\n"):
		p.Add(l.name(), "cell_lines", "Column", column)
	}
	return s
}

// word is a cell that holds one of the words.
func (l line) word(p *workflows.Problems, column string, words []string) string {
	w := word(l.cells[column])
	if !slices.Contains(words, w) {
		p.Add(l.name(), "cell_words", "Column", column, "Words", strings.ReplaceAll(strings.Join(words, ", "), "_", "-"))
	}
	return w
}

// word is how a word of a table is kept: "Infrastructure and expertise" and
// "infrastructure-expertise" are the same.
func word(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ' ' || r == '-' || r == '_' }), "_")
	return strings.ReplaceAll(s, "_and_", "_")
}

// read takes a table (RFC 4180, UTF-8, with a header) apart. A semicolon
// separates as well as a comma, as some spreadsheets write it.
func read(source []byte, columns []string) ([]line, error) {
	source = bytes.TrimPrefix(source, []byte("\ufeff"))
	switch {
	case len(source) > MaxBytes:
		return nil, workflows.Refuse(workflows.TooLarge, "file_too_large", "MaxMB", MaxBytes>>20)
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
		return nil, broken(err)
	}
	if err := arrange(header, columns); err != nil {
		return nil, err
	}
	return body(r, header)
}

// arrange makes the header the names of the columns, each there once.
func arrange(header, columns []string) error {
	var p workflows.Problems
	for i, name := range header {
		header[i] = word(name)
		if !slices.Contains(columns, header[i]) || slices.Contains(header[:i], header[i]) {
			p.Add("line 1", "unknown_column", "Name", strings.TrimSpace(name), "Columns", strings.Join(columns, ", "))
		}
	}
	for _, name := range columns {
		if !slices.Contains(header, name) {
			p.Add("line 1", "missing_column", "Name", name)
		}
	}
	return p.Err()
}

func body(r *csv.Reader, header []string) ([]line, error) {
	var out []line
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			if len(out) == 0 {
				return nil, workflows.InvalidField("file", "empty_file")
			}
			return out, nil
		}
		if err != nil {
			return nil, broken(err)
		}
		if len(out) == MaxRows {
			return nil, workflows.InvalidField("file", "too_many", "Max", MaxRows)
		}
		l := line{cells: make(map[string]string, len(header))}
		l.number, _ = r.FieldPos(0)
		for i, cell := range record {
			l.cells[header[i]] = unquoted(cell)
		}
		out = append(out, l)
	}
}

// unquoted takes away the apostrophe that our own tables put before what a
// spreadsheet would take for a formula.
func unquoted(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.IndexByte("=+-@", cell[1]) >= 0 {
		return cell[1:]
	}
	return cell
}

func broken(err error) error {
	var fault *csv.ParseError
	if !errors.As(err, &fault) {
		return fmt.Errorf("read table: %w", err)
	}
	return workflows.InvalidField(fmt.Sprintf("line %d", fault.Line), "broken_row")
}
