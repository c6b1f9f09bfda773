package register

import "jahorina/workflows"

// Line is a line of any table, by its columns.
type Line struct{ line }

// Number is the line's place in the table, from 1.
func (l Line) Number() int { return l.number }

// Name is the field by which what is wrong with the line is told: "line 7".
func (l Line) Name() string { return l.name() }

// Cell is what stands in the column.
func (l Line) Cell(column string) string { return l.cells[column] }

// Word is a cell that holds one of the words, however it is spelled.
func (l Line) Word(p *workflows.Problems, column string, words []string) string {
	return l.word(p, column, words)
}

// Lines takes a table (RFC 4180 in UTF-8, with a header of all these columns)
// apart, with the limits of this package. What is wrong is said of the fields
// "file" and "line 7".
func Lines(source []byte, columns []string) ([]Line, error) {
	rows, err := read(source, columns)
	out := make([]Line, len(rows))
	for i := range rows {
		out[i] = Line{rows[i]}
	}
	return out, err
}
