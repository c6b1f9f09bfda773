package register

import (
	"fmt"
	"slices"
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/table"
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

// read takes a table apart whose columns are these, in any order.
func read(source []byte, columns []string) ([]line, error) {
	t, err := table.Open(source, MaxBytes)
	if err != nil {
		return nil, err
	}
	if err := arrange(t.Header, columns); err != nil {
		return nil, err
	}
	rows, err := t.Rows(MaxRows)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, workflows.InvalidField("file", "empty_file")
	}
	out := make([]line, len(rows))
	for i, r := range rows {
		out[i] = line{r.Line, make(map[string]string, len(t.Header))}
		for at, cell := range r.Cells {
			out[i].cells[t.Header[at]] = unquoted(cell)
		}
	}
	return out, nil
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

// unquoted takes away the apostrophe that our own tables put before what a
// spreadsheet would take for a formula.
func unquoted(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.IndexByte("=+-@", cell[1]) >= 0 {
		return cell[1:]
	}
	return cell
}
