package forms

import (
	"strings"

	"jahorina/app/workbook"
)

// keySheet is the hidden sheet with the head of the form.
const keySheet = "jahorina"

// keyHeading stands over the hidden column with the keys of the rows, which is
// called keyColumn here.
const (
	keyHeading = "jahorina.key"
	keyColumn  = "key"
)

// headerRow is where the columns are named in a form that we write.
const headerRow = 6

// XLSX is the form as a spreadsheet. All cells are text: what looks like a formula
// stays what was written.
func (f *Form) XLSX() ([]byte, error) {
	b := workbook.Book{Title: f.Title, Language: f.Text.Tag(), Sheets: []workbook.Sheet{f.sheet()}}
	if len(f.Places) > 0 {
		b.Sheets = append(b.Sheets, f.places())
	}
	hidden := workbook.Sheet{Name: keySheet, Unseen: true}
	for _, pair := range f.pairs() {
		hidden.Rows = append(hidden.Rows, pair[:])
	}
	b.Sheets = append(b.Sheets, hidden)
	return b.Write()
}

func (f *Form) sheetName(key, otherwise string) string {
	name := workbook.Name(f.Text.T(key), otherwise)
	if strings.EqualFold(name, keySheet) {
		return otherwise
	}
	return name
}

// sheet is the table, with what stands over it.
func (f *Form) sheet() workbook.Sheet {
	s := workbook.Sheet{
		Name: f.sheetName("forms.sheet.comments", "Comments"), RTL: f.Text.Dir() == "rtl", Heads: map[int]bool{headerRow - 1: true},
		Form: &workbook.Form{
			Top: headerRow, Blank: max(f.Blank, 1), Last: headerRow - 1 + MaxRows, Unseen: len(columns), Choices: map[int][]string{typeColumn: typeList},
		},
	}
	for _, pair := range f.block() {
		s.Rows = append(s.Rows, []string{pair[0], "", pair[1]})
	}
	s.Rows = append(s.Rows, []string{f.Text.T("forms.help")}, nil)
	var heads []string
	for _, c := range columns {
		heads = append(heads, f.heading(c))
		s.Widths = append(s.Widths, c.width)
	}
	s.Rows = append(s.Rows, append(heads, keyHeading))
	for _, r := range f.Rows {
		s.Rows = append(s.Rows, append(r.cells(), r.Key))
	}
	return s
}

// places is the sheet with the provisions one can name.
func (f *Form) places() workbook.Sheet {
	s := workbook.Sheet{
		Name: f.sheetName("forms.sheet.places", "Provisions"), RTL: f.Text.Dir() == "rtl", Heads: map[int]bool{0: true}, Widths: []float64{14, 110},
		Rows: [][]string{{f.Text.T("forms.column.clause"), f.Text.T("forms.provision")}},
	}
	if s.Name == f.sheetName("forms.sheet.comments", "Comments") {
		s.Name += " 2"
	}
	for _, p := range f.Places {
		s.Rows = append(s.Rows, []string{p.Number, p.Text})
	}
	return s
}

// readXLSX reads all sheets of a workbook.
func readXLSX(content []byte) (grids []grid, head Head, err error) {
	tables, err := workbook.Read(content)
	for _, t := range tables {
		var g grid
		for _, r := range t.Rows {
			if t.Name == keySheet && len(r.Cells) > 1 {
				head.take(r.Cells[0], r.Cells[1])
			}
			g = append(g, gridRow{Row: r})
		}
		if t.Name != keySheet {
			grids = append(grids, g)
		}
	}
	return grids, head, err
}
