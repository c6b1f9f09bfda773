package table

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// Write writes rows as CSV (RFC 4180) in UTF-8 with a byte order mark, which
// spreadsheets need to read it right. A cell that a spreadsheet would take for a
// formula gets an apostrophe in front: it is text, whoever wrote it.
func Write(w io.Writer, head []string, rows [][]string) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return WriteRows(w, append([][]string{head}, rows...))
}

// WriteRows writes more rows of a table that Write began.
func WriteRows(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = Quoted(strings.ReplaceAll(cell, "\r", "")) // lines end in "\r\n" by themselves
		}
		if err := out.Write(cells); err != nil {
			return fmt.Errorf("write table: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

// formulas are how cells begin that a spreadsheet computes; see OWASP, "CSV
// Injection".
const formulas = "=+-@\t\r\n"

// Quoted is a cell with an apostrophe in front where a spreadsheet would compute it,
// or where it begins as if it had got one.
func Quoted(cell string) string {
	if rest := strings.TrimLeft(cell, "'"); rest != "" && strings.IndexByte(formulas, rest[0]) >= 0 {
		return "'" + cell
	}
	return cell
}

// Unquoted takes away the apostrophe that Quoted put there.
func Unquoted(cell string) string {
	if Quoted(cell) != cell && cell[0] == '\'' {
		return cell[1:]
	}
	return cell
}
