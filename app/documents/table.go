package documents

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// WriteTable writes rows as CSV (RFC 4180) in UTF-8 with a byte order mark, which
// spreadsheets need to read it right. A cell that a spreadsheet would take for a
// formula gets an apostrophe in front: it is text, whoever wrote it.
func WriteTable(w io.Writer, head []string, rows [][]string) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return WriteRows(w, append([][]string{head}, rows...))
}

// WriteRows writes more rows of a table that WriteTable began.
func WriteRows(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = harmless(cell)
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

// harmless: see OWASP, "CSV Injection".
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
