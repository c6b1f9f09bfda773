// Package workbook writes and reads spreadsheets (XLSX, ECMA-376) as sheets of
// plain text. It is the only place that knows excelize. Cells are text, so that
// nothing in them is ever taken for a formula; what is read is bounded in bytes,
// rows and columns, and a file that is no workbook, or is locked by a password, is
// refused with a reason.
package workbook

import (
	"bytes"
	"fmt"

	"github.com/xuri/excelize/v2"

	"jahorina/workflows"
)

// Limits of a workbook that is read.
const (
	MaxBytes  = 4 << 20
	maxUnzip  = 32 << 20 // bytes of all its parts together
	maxRows   = 5000
	maxColumn = 64
)

// Sheet is one sheet. Heads are the numbers of rows, from 0, that are set as headings.
type Sheet struct {
	Name   string
	Rows   [][]string
	Heads  map[int]bool
	Widths []float64 // of the columns, in characters
	RTL    bool
}

// Is says whether a file looks like a workbook.
func Is(content []byte) bool {
	return bytes.HasPrefix(content, []byte("PK")) || bytes.HasPrefix(content, []byte("\xd0\xcf\x11\xe0"))
}

// Write makes a workbook of the sheets, the first of which is shown first.
func Write(sheets []Sheet) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	for i, s := range sheets {
		if err := put(f, i, s); err != nil {
			return nil, fmt.Errorf("write sheet %s: %w", s.Name, err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return out.Bytes(), nil
}

func put(f *excelize.File, i int, s Sheet) error {
	if i == 0 {
		if err := f.SetSheetName("Sheet1", s.Name); err != nil {
			return err
		}
	} else if _, err := f.NewSheet(s.Name); err != nil {
		return err
	}
	if err := f.SetSheetView(s.Name, 0, &excelize.ViewOptions{RightToLeft: &s.RTL}); err != nil {
		return err
	}
	w, err := f.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	plain, err := f.NewStyle(&excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	for c, width := range s.Widths {
		if err := w.SetColWidth(c+1, c+1, width); err != nil {
			return err
		}
	}
	for r, row := range s.Rows {
		style := plain
		if s.Heads[r] {
			style = bold
		}
		cells := make([]any, len(row))
		for c, text := range row {
			cells[c] = excelize.Cell{StyleID: style, Value: text}
		}
		at, err := excelize.CoordinatesToCellName(1, r+1)
		if err != nil {
			return err
		}
		if err := w.SetRow(at, cells); err != nil {
			return err
		}
	}
	return w.Flush()
}

// Read returns the rows of the sheet with the name, or, if there is none, of the
// first one. The error is about the field "file".
func Read(content []byte, name string) ([][]string, error) {
	if len(content) > MaxBytes {
		return nil, workflows.Refuse(workflows.TooLarge, "file_too_large", "MaxMB", MaxBytes>>20)
	}
	if bytes.HasPrefix(content, []byte("\xd0\xcf\x11\xe0")) { // a compound file: locked, or of the form before 2007
		return nil, workflows.InvalidField("file", "workbook_locked")
	}
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: maxUnzip, UnzipXMLSizeLimit: maxUnzip, RawCellValue: true})
	if err != nil {
		return nil, workflows.InvalidField("file", "not_a_workbook")
	}
	defer f.Close()
	sheets := f.GetSheetList()
	if len(sheets) == 0 {
		return nil, workflows.InvalidField("file", "not_a_workbook")
	}
	sheet := sheets[0]
	if i, err := f.GetSheetIndex(name); err == nil && i >= 0 {
		sheet = name
	}
	rows, err := f.Rows(sheet)
	if err != nil {
		return nil, workflows.InvalidField("file", "not_a_workbook")
	}
	defer rows.Close()
	var out [][]string
	for rows.Next() {
		if len(out) == maxRows {
			return nil, workflows.InvalidField("file", "too_many", "Max", maxRows)
		}
		row, err := rows.Columns()
		if err != nil || len(row) > maxColumn {
			return nil, workflows.InvalidField("file", "not_a_workbook")
		}
		out = append(out, row)
	}
	if rows.Error() != nil {
		return nil, workflows.InvalidField("file", "not_a_workbook")
	}
	return out, nil
}
