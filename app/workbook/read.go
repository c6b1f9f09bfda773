package workbook

import (
	"bytes"
	"errors"
	"slices"

	"github.com/xuri/excelize/v2"

	"jahorina/app/archive"
	"jahorina/workflows"
)

// Limits of a workbook that is read.
const (
	MaxBytes   = 5 << 20
	MaxRows    = 12_000 // with something in them, of a sheet
	MaxColumns = 100    // what stands beyond is not read
	maxInflate = 48 << 20
	maxMerged  = 2 << 20 // rows that merged cells reach over
)

// Table is a sheet that was read: its rows with something in them.
type Table struct {
	Name string
	Rows []Row
}

// Row is a row as it stands in a sheet.
type Row struct {
	Line  int // from 1
	Cells []string
	Down  []bool // cells that go on with the one above, as merged ones do
}

// Read reads all sheets, those too that are not shown. Cells are as they are shown;
// days as 2026-11-24. Errors are *workflows.Error about the field "file".
func Read(content []byte) ([]Table, error) {
	if len(content) > MaxBytes {
		return nil, workflows.Refuse(workflows.TooLarge, "file_too_large", "MaxMB", MaxBytes>>20)
	}
	a, err := archive.Open(content)
	if err != nil {
		return nil, err
	}
	if !a.Has("xl/workbook.xml") {
		return nil, archive.Unread("not_a_workbook")
	}
	if err := a.CheckAll(); err != nil {
		return nil, err
	}
	return read(content)
}

// Named is the sheet with the name, or else the first.
func Named(tables []Table, name string) Table {
	return tables[max(0, slices.IndexFunc(tables, func(t Table) bool { return t.Name == name }))]
}

// read reads a workbook whose parts have been found to be within the limits. The
// reader is not ours: should it fall over, the file is damaged.
func read(content []byte) (tables []Table, err error) {
	defer func() {
		if recover() != nil {
			tables, err = nil, archive.Unread("file_damaged")
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: maxInflate, UnzipXMLSizeLimit: maxInflate, ShortDatePattern: "yyyy-mm-dd"})
	if err != nil {
		return nil, archive.Unread("file_damaged")
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for _, name := range f.GetSheetList() {
		t := Table{Name: name}
		if err := t.read(f); err != nil {
			return nil, err
		}
		tables = append(tables, t)
	}
	if len(tables) == 0 {
		return nil, archive.Unread("not_a_workbook")
	}
	return tables, nil
}

func (t *Table) read(f *excelize.File) error {
	rows, err := f.Rows(t.Name)
	if err != nil {
		return archive.Unread("file_damaged")
	}
	defer rows.Close()
	size := 0
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return archive.Unread("file_damaged")
		}
		cells, said := cells[:min(len(cells), MaxColumns)], 0
		for _, c := range cells {
			said += len(c)
		}
		if said == 0 {
			continue
		}
		if size += said; size > maxInflate { // shared strings can be said often
			return archive.Unread("file_hostile")
		}
		if len(t.Rows) == MaxRows {
			return workflows.InvalidField("file", "too_many", "Max", MaxRows)
		}
		t.Rows = append(t.Rows, Row{Line: line, Cells: cells})
	}
	if rows.Error() != nil {
		return archive.Unread("file_damaged")
	}
	return t.merged(f)
}

// merged marks the cells that go on with the one above.
func (t *Table) merged(f *excelize.File) error {
	cells, err := f.GetMergeCells(t.Name, true)
	if err != nil {
		return archive.Unread("file_damaged")
	}
	at := map[int]*Row{}
	for i := range t.Rows {
		at[t.Rows[i].Line] = &t.Rows[i]
	}
	steps := 0
	for _, m := range cells {
		c1, r1, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		c2, r2, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err1 != nil || err2 != nil {
			return archive.Unread("file_damaged")
		}
		if steps += max(r2-r1, 0); steps > maxMerged {
			return archive.Unread("file_hostile")
		}
		for row := r1 + 1; row <= r2; row++ {
			if r := at[row]; r != nil {
				r.GoesDown(c1-1, min(c2, MaxColumns)-1)
			}
		}
	}
	return nil
}

// GoesDown marks cells, from 0, that go on with those above.
func (r *Row) GoesDown(from, to int) {
	for len(r.Cells) <= to {
		r.Cells = append(r.Cells, "")
	}
	for len(r.Down) <= to {
		r.Down = append(r.Down, false)
	}
	for i := max(from, 0); i <= to; i++ {
		r.Down[i] = true
	}
}
