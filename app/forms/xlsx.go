package forms

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"
)

// keySheet is the hidden sheet with the head of the form.
const keySheet = "jahorina"

// keyHeading stands over the hidden column with the keys of the rows.
const keyHeading = "jahorina.key"

// headerRow is where the columns are named in a form that we write.
const headerRow = 6

// XLSX is the form as a spreadsheet. All cells are text: what looks like a formula
// stays what was written.
func (f *Form) XLSX() ([]byte, error) {
	s := &sheets{File: excelize.NewFile(), form: f, comments: sheetName(f.Text.T("forms.sheet.comments"), "Comments"), places: sheetName(f.Text.T("forms.sheet.places"), "Provisions")}
	defer s.Close()
	if s.places == s.comments {
		s.places += " 2"
	}
	s.try(s.SetSheetName("Sheet1", s.comments))
	s.styles()
	s.head()
	s.rows()
	s.layOut()
	s.list()
	s.hidden()
	var out bytes.Buffer
	if s.err == nil {
		s.err = s.Write(&out)
	}
	if s.err != nil {
		return nil, fmt.Errorf("write a form: %w", s.err)
	}
	return out.Bytes(), nil
}

// sheets is a workbook under work; the first error stays.
type sheets struct {
	*excelize.File
	form                *Form
	comments, places    string
	text, bold, heading int // styles
	err                 error
}

func (s *sheets) try(err error) {
	if s.err == nil {
		s.err = err
	}
}

// sheetName is a text as the name of a sheet: at most 31 characters, without those
// that stand for something in formulas.
func sheetName(text, otherwise string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return -1
		}
		return r
	}, text)
	if runes := []rune(name); len(runes) > 31 {
		name = string(runes[:31])
	}
	if name == "" || strings.EqualFold(name, keySheet) {
		return otherwise
	}
	return name
}

func (s *sheets) style(st excelize.Style) int {
	id, err := s.NewStyle(&st)
	s.try(err)
	return id
}

func (s *sheets) styles() {
	const asText = 49 // number format "@"
	order := uint64(1)
	if s.rtl() {
		order = 2
	}
	top := excelize.Alignment{Vertical: "top", WrapText: true, ReadingOrder: order}
	line := []excelize.Border{{Type: "left", Style: 1, Color: "808080"}, {Type: "right", Style: 1, Color: "808080"}, {Type: "top", Style: 1, Color: "808080"}, {Type: "bottom", Style: 1, Color: "808080"}}
	free := top
	free.ReadingOrder = 0 // the text's own
	s.text = s.style(excelize.Style{NumFmt: asText, Alignment: &free, Border: line})
	s.bold = s.style(excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Vertical: "top", ReadingOrder: order}})
	s.heading = s.style(excelize.Style{
		Font: &excelize.Font{Bold: true}, Alignment: &top, Border: line, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EDF2"}},
	})
}

func (s *sheets) rtl() bool { return s.form.Text.Dir() == "rtl" }

func (s *sheets) set(sheet string, column, row int, text string, style int) {
	cell, err := excelize.CoordinatesToCellName(column, row)
	s.try(err)
	s.try(s.SetCellStr(sheet, cell, literal(text)))
	s.try(s.SetCellStyle(sheet, cell, cell, style))
}

// escaped is how a spreadsheet writes a character by its number (ISO/IEC 29500-1,
// 22.9.2.19): where a text has the like, it is not meant so.
var escaped = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)

func literal(text string) string { return escaped.ReplaceAllString(clean(text), "_x005F_$1") }

// head writes the block over the table.
func (s *sheets) head() {
	for i, pair := range s.form.block() {
		s.set(s.comments, 1, i+1, pair[0], s.bold)
		s.try(s.SetCellStr(s.comments, fmt.Sprintf("C%d", i+1), literal(pair[1])))
	}
	s.try(s.SetCellStr(s.comments, "A4", s.form.Text.T("forms.help")))
	for i, c := range columns {
		s.set(s.comments, i+1, headerRow, s.form.heading(c), s.heading)
	}
	s.set(s.comments, len(columns)+1, headerRow, keyHeading, s.heading)
}

func (s *sheets) rows() {
	for i, r := range s.form.Rows {
		for j, cell := range r.cells() {
			s.set(s.comments, j+1, headerRow+1+i, cell, s.text)
		}
		s.set(s.comments, len(columns)+1, headerRow+1+i, r.Key, s.text)
	}
}

// layOut sets widths, what can be chosen, and the direction. Columns are text from
// top to bottom: a clause 4.10 typed in shall not become 4.1.
func (s *sheets) layOut() {
	for i, c := range columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		s.try(err)
		s.try(s.SetColWidth(s.comments, name, name, c.width))
	}
	first, last := headerRow+1, headerRow+MaxRows
	blank := len(s.form.Rows) + s.form.Blank
	for i := range columns {
		from, _ := excelize.CoordinatesToCellName(i+1, first+len(s.form.Rows))
		to, _ := excelize.CoordinatesToCellName(i+1, first+max(blank, len(s.form.Rows)))
		s.try(s.SetCellStyle(s.comments, from, to, s.text))
	}
	keys, err := excelize.ColumnNumberToName(len(columns) + 1)
	s.try(err)
	s.try(s.SetColVisible(s.comments, keys, false))
	choice := excelize.NewDataValidation(true)
	choice.Sqref = fmt.Sprintf("E%d:E%d", first, last)
	s.try(choice.SetDropList(typeList))
	s.try(s.AddDataValidation(s.comments, choice))
	s.try(s.SetPanes(s.comments, &excelize.Panes{Freeze: true, YSplit: headerRow, TopLeftCell: fmt.Sprintf("A%d", first), ActivePane: "bottomLeft"}))
	landscape, a4 := "landscape", 9
	s.try(s.SetPageLayout(s.comments, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4}))
	s.turn(s.comments)
}

func (s *sheets) turn(sheet string) {
	if rtl := s.rtl(); rtl {
		s.try(s.SetSheetView(sheet, 0, &excelize.ViewOptions{RightToLeft: &rtl}))
	}
}

// list writes the sheet with the provisions one can name.
func (s *sheets) list() {
	if len(s.form.Places) == 0 {
		return
	}
	_, err := s.NewSheet(s.places)
	s.try(err)
	s.set(s.places, 1, 1, s.form.Text.T("forms.column.clause"), s.heading)
	s.set(s.places, 2, 1, s.form.Text.T("forms.provision"), s.heading)
	for i, p := range s.form.Places {
		s.set(s.places, 1, i+2, p.Number, s.text)
		s.set(s.places, 2, i+2, p.Text, s.text)
	}
	s.try(s.SetColWidth(s.places, "A", "A", 14))
	s.try(s.SetColWidth(s.places, "B", "B", 110))
	s.turn(s.places)
}

// hidden writes what the form has to say when it comes back.
func (s *sheets) hidden() {
	_, err := s.NewSheet(keySheet)
	s.try(err)
	for i, pair := range s.form.pairs() {
		s.try(s.SetCellStr(keySheet, fmt.Sprintf("A%d", i+1), pair[0]))
		s.try(s.SetCellStr(keySheet, fmt.Sprintf("B%d", i+1), literal(pair[1])))
	}
	s.try(s.SetSheetVisible(keySheet, false, true))
	s.SetActiveSheet(0)
	language := s.form.Text.Tag()
	s.try(s.SetDocProps(&excelize.DocProperties{Title: clean(s.form.Title), Language: language, Creator: "Jahorina"}))
}

// readXLSX reads all sheets of a workbook whose parts have been found to be within
// the limits. The reader is not ours: should it fall over, the file is damaged.
func readXLSX(content []byte) (grids []grid, head Head, err error) {
	defer func() {
		if recover() != nil {
			grids, err = nil, damaged()
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: maxInflated, UnzipXMLSizeLimit: maxInflated})
	if err != nil {
		return nil, head, damaged()
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for _, sheet := range f.GetSheetList() {
		g, err := readSheet(f, sheet)
		if err != nil {
			return nil, head, err
		}
		if sheet != keySheet {
			grids = append(grids, g)
			continue
		}
		for _, row := range g {
			if len(row.cells) > 1 {
				head.take(row.cells[0], row.cells[1])
			}
		}
	}
	return grids, head, nil
}

func readSheet(f *excelize.File, sheet string) (grid, error) {
	rows, err := f.Rows(sheet)
	if err != nil {
		return nil, damaged()
	}
	defer rows.Close()
	var g grid
	keys, size := -1, 0
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, damaged()
		}
		row := gridRow{line: line, cells: cells[:min(len(cells), maxColumns)]}
		for i, cell := range row.cells {
			if size += len(cell); cell == keyHeading {
				keys = i
			}
		}
		if size > maxInflated {
			return nil, damaged()
		}
		if keys >= 0 && keys < len(row.cells) && row.cells[keys] != keyHeading {
			row.key = strings.TrimSpace(row.cells[keys])
		}
		if strings.Join(row.cells, "") != "" {
			g = append(g, row)
		}
		if len(g) > 2*MaxRows+200 {
			break // more than can be taken, which is told
		}
	}
	return g, merged(f, sheet, g)
}

// merged marks the cells that go on with the one above.
func merged(f *excelize.File, sheet string, g grid) error {
	cells, err := f.GetMergeCells(sheet, true)
	if err != nil {
		return damaged()
	}
	at := map[int]*gridRow{}
	for i := range g {
		at[g[i].line] = &g[i]
	}
	for _, m := range cells {
		c1, r1, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		c2, r2, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err1 != nil || err2 != nil {
			return damaged()
		}
		for row := r1 + 1; row <= min(r2, r1+MaxRows); row++ {
			if r := at[row]; r != nil {
				r.continues(c1-1, min(c2, maxColumns)-1)
			}
		}
	}
	return nil
}

func (r *gridRow) continues(from, to int) {
	for i := from; i <= to; i++ {
		for len(r.cells) <= i {
			r.cells = append(r.cells, "")
		}
		for len(r.merge) <= i {
			r.merge = append(r.merge, false)
		}
		r.merge[i] = true
	}
}

func isLetter(r rune) bool { return unicode.IsLetter(r) }

// clean leaves out what XML cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s))
}
