// Package workbook writes and reads spreadsheets (XLSX, ECMA-376) as sheets of
// plain text. It is the only place that knows excelize. Cells are text, so that
// nothing in them is ever taken for a formula; what is read is bounded in bytes,
// rows and columns, and a file that is no workbook, or is protected by a password, is
// refused with a reason.
package workbook

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/xuri/excelize/v2"

	"jahorina/app/archive"
)

// MediaType is that of a workbook.
const MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Book is a workbook that is written. Its first sheet is shown first.
type Book struct {
	Title    string
	Language string // BCP 47
	Sheets   []Sheet
}

// Sheet is one sheet. Heads are the numbers of rows, from 0, that are set as headings.
type Sheet struct {
	Name   string // see Name
	Rows   [][]string
	Heads  map[int]bool
	Widths []float64 // of the columns, in characters
	RTL    bool
	Form   *Form
	Unseen bool // it is in no list of sheets: what programs read again
}

// Form is what a sheet has beyond its rows for those who fill it in.
type Form struct {
	Top     int              // how many rows, to the headings of the table, stay in sight
	Blank   int              // ruled rows under the others
	Unseen  int              // column from 0 that is there for programs; 0: none
	Choices map[int][]string // what can be chosen in a column, from 0
	Last    int              // the last row that can be filled in
}

// Name is a text as the name of a sheet, or otherwise where nothing is left of it: at
// most 31 characters, without those that stand for something in formulas.
func Name(text, otherwise string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return -1
		}
		return r
	}, text)
	if runes := []rune(name); len(runes) > 31 {
		name = string(runes[:31])
	}
	if name == "" {
		return otherwise
	}
	return name
}

// Write makes the file.
func (b Book) Write() ([]byte, error) {
	w := &writer{File: excelize.NewFile()}
	defer w.Close()
	for i, s := range b.Sheets {
		w.sheet(i, s)
	}
	w.SetActiveSheet(0)
	w.try(w.SetDocProps(&excelize.DocProperties{Title: archive.Clean(b.Title), Language: b.Language, Creator: "Jahorina"}))
	var out bytes.Buffer
	if w.err == nil {
		w.err = w.File.Write(&out)
	}
	if w.err != nil {
		return nil, fmt.Errorf("write a workbook: %w", w.err)
	}
	return out.Bytes(), nil
}

// writer is a workbook under work; the first error stays.
type writer struct {
	*excelize.File
	name string // of the sheet at hand
	err  error
}

func (w *writer) try(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *writer) sheet(i int, s Sheet) {
	w.name = s.Name
	if i == 0 {
		w.try(w.SetSheetName("Sheet1", s.Name))
	} else {
		_, err := w.NewSheet(s.Name)
		w.try(err)
	}
	w.try(w.SetSheetView(s.Name, 0, &excelize.ViewOptions{RightToLeft: &s.RTL}))
	for c, width := range s.Widths {
		w.try(w.SetColWidth(s.Name, column(c), column(c), width))
	}
	text, heading := w.styles(s)
	for r, row := range s.Rows {
		style := text
		if s.Heads[r] {
			style = heading
		}
		for c, words := range row {
			w.try(w.SetCellStr(s.Name, cell(c, r), literal(words)))
		}
		if len(row) > 0 && (s.Form == nil || r >= s.Form.Top-1 || s.Heads[r]) {
			w.try(w.SetCellStyle(s.Name, cell(0, r), cell(len(row)-1, r), style))
		}
	}
	if s.Form != nil {
		w.form(s, text)
	}
	if s.Unseen {
		w.try(w.SetSheetVisible(s.Name, false, true))
	}
}

// form sets what can be filled in. Its columns are text from top to bottom: a clause
// 4.10 typed in shall not become 4.1.
func (w *writer) form(s Sheet, text int) {
	f := s.Form
	if f.Blank > 0 {
		w.try(w.SetCellStyle(s.Name, cell(0, len(s.Rows)), cell(max(len(s.Widths), 1)-1, len(s.Rows)+f.Blank-1), text))
	}
	if f.Unseen > 0 {
		w.try(w.SetColVisible(s.Name, column(f.Unseen), false))
	}
	for c, words := range f.Choices {
		choice := excelize.NewDataValidation(true)
		choice.Sqref = fmt.Sprintf("%s:%s", cell(c, f.Top), cell(c, f.Last))
		w.try(choice.SetDropList(words))
		w.try(w.AddDataValidation(s.Name, choice))
	}
	w.try(w.SetPanes(s.Name, &excelize.Panes{Freeze: true, YSplit: f.Top, TopLeftCell: cell(0, f.Top), ActivePane: "bottomLeft"}))
	landscape, a4 := "landscape", 9
	w.try(w.SetPageLayout(s.Name, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4}))
}

// styles are those of text and of headings. Text takes the direction that its own
// words have, headings that of the sheet. A form is ruled.
func (w *writer) styles(s Sheet) (text, heading int) {
	const asText = 49 // number format "@"
	order := uint64(1)
	if s.RTL {
		order = 2
	}
	st := excelize.Style{NumFmt: asText, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}
	if s.Form != nil {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			st.Border = append(st.Border, excelize.Border{Type: side, Style: 1, Color: "808080"})
		}
	}
	text = w.style(st)
	st.Font, st.Alignment = &excelize.Font{Bold: true}, &excelize.Alignment{Vertical: "top", WrapText: true, ReadingOrder: order}
	if s.Form != nil {
		st.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EDF2"}}
	}
	return text, w.style(st)
}

func (w *writer) style(st excelize.Style) int {
	id, err := w.NewStyle(&st)
	w.try(err)
	return id
}

// column and cell are names of places from 0.
func column(c int) string {
	name, _ := excelize.ColumnNumberToName(c + 1)
	return name
}

func cell(c, r int) string { return fmt.Sprintf("%s%d", column(c), r+1) }

// escaped is how a spreadsheet writes a character by its number (ISO/IEC 29500-1,
// 22.9.2.19): where a text has the like, it is not meant so.
var escaped = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)

func literal(text string) string { return escaped.ReplaceAllString(archive.Clean(text), "_x005F_$1") }
