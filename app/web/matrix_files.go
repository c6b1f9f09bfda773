package web

import (
	"bytes"
	"encoding/json"
	"strings"

	"jahorina/app/api"
	"jahorina/app/archive"
	"jahorina/app/workbook"
	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/matrix"
)

// matrixNotes go with every file that leaves: the label, what the marks mean, and
// that they measure nothing.
func (q *request) matrixNotes(lines []matrix.Line) []string {
	notes := []string{q.text.T("matrix.note")}
	for _, mark := range []string{"X", "?", "NA", ""} {
		notes = append(notes, q.text.T("matrix.mark."+markName(mark)))
	}
	if label := matrix.Marking(lines); label != "" {
		notes = append([]string{label}, notes...)
	}
	return notes
}

// matrixLines are the cells of the layer asked for, with blank ones if "whole" is.
func (q *request) matrixLines() (*matrix.Matrix, []matrix.Line, error) {
	m, err := matrix.Get(q.read(), matrix.BookOf(q.c.Param("id")))
	if err != nil {
		return nil, nil, err
	}
	layer := q.c.Query("layer")
	if layer != "" {
		layer = q.layer(m)
	}
	return m, m.Lines(layer, q.c.Query("whole") != ""), nil
}

func matrixFileName(m *matrix.Matrix, form string) string {
	return "matrix-1540-" + strings.ReplaceAll(m.Book.ID(), ":", "-") + "." + form
}

func matrixCSV(q *request) error {
	m, lines, err := q.matrixLines()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := matrix.WriteCSV(&out, q.matrixNotes(lines), lines); err != nil {
		return err
	}
	q.attach(matrixFileName(m, "csv"), "text/csv; charset=utf-8", out.Bytes())
	return nil
}

func matrixJSON(q *request) error {
	m, lines, err := q.matrixLines()
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(matrix.Document{Notes: q.matrixNotes(lines), Cells: lines}, "", "  ")
	if err != nil {
		return err
	}
	q.attach(matrixFileName(m, "json"), "application/json", raw)
	return nil
}

// cellsSheet is the one that is read in again; matrixSheet is for people.
const (
	matrixSheet = "1540"
	cellsSheet  = "cells"
)

func matrixXLSX(q *request) error {
	m, lines, err := q.matrixLines()
	if err != nil {
		return err
	}
	cells := workbook.Sheet{Name: cellsSheet, Rows: [][]string{matrix.Columns}, Heads: map[int]bool{0: true}, Widths: []float64{9, 20, 7, 8, 7, 20, 9, 13, 7, 40, 16, 40, 12, 12, 18, 30}}
	for i := range lines {
		cells.Rows = append(cells.Rows, lines[i].Cells())
	}
	sheet := q.matrixSheet(m, lines)
	raw, err := workbook.Book{Title: sheet.Rows[0][0], Language: q.text.Tag(), Sheets: []workbook.Sheet{sheet, cells}}.Write()
	if err != nil {
		return err
	}
	q.attach(matrixFileName(m, "xlsx"), workbook.MediaType, raw)
	return nil
}

// matrixSheet is the matrix as people know it: block by block, a row for each act
// or control, a column for each kind of weapon and part.
func (q *request) matrixSheet(m *matrix.Matrix, lines []matrix.Line) workbook.Sheet {
	s := workbook.Sheet{Name: matrixSheet, Heads: map[int]bool{0: true}, Widths: []float64{9, 6, 44, 14, 14, 14, 14, 14, 14, 60}, RTL: q.rtl()}
	s.Rows = [][]string{{q.text.T("matrix.of", "State", q.bookName(q.read(), m.Book))}}
	for _, n := range q.matrixNotes(lines) {
		s.Rows = append(s.Rows, []string{n})
	}
	layers := map[string]bool{}
	for _, l := range lines {
		layers[l.Layer] = true
	}
	for _, layer := range matrix.Layers {
		if !layers[layer] {
			continue
		}
		s.Rows = append(s.Rows, nil, []string{q.text.T("matrix.layer." + layer)}, append(append([]string{q.text.T("matrix.block"), q.text.T("matrix.number"), q.text.T("matrix.row")}, q.matrixHeads()...), q.text.T("matrix.remark")))
		s.Heads[len(s.Rows)-1], s.Heads[len(s.Rows)-2] = true, true
		for i := range m.Rows {
			s.Rows = append(s.Rows, q.sheetRow(m, layer, &m.Rows[i]))
		}
	}
	return s
}

func (q *request) sheetRow(m *matrix.Matrix, layer string, r *matrix.Row) []string {
	row := []string{r.Block, q.text.Number(r.No), r.Label}
	var said []string
	for _, c := range m.Cells(r.Key) {
		e := m.Entry(layer, c)
		if c.Weapon != "-" {
			row = append(row, m.Mark(layer, c))
		}
		if e == nil {
			continue
		}
		parts := []string{q.cellHead(c.Weapon, c.Dimension)}
		for _, p := range []string{e.Reference, e.Remark} {
			if p != "" {
				parts = append(parts, p)
			}
		}
		if c.Weapon == "-" {
			parts[0] += " " + e.Mark
		}
		if len(parts) > 1 || c.Weapon == "-" {
			said = append(said, strings.Join(parts, ": "))
		}
	}
	return append(row, strings.Join(said, "\n"))
}

// takeMatrixView is the form to take a file in.
type takeMatrixView struct {
	Back, Name, Columns string
	Own                 bool
	Report              *matrix.Taken // of a dry run
	Strays              []strayItem
}

type strayItem struct {
	ID, Reason, Where, What string
	Line                    int
	Row                     bool // it is a row that has no place, else a code
}

func (q *request) strayItem(s matrix.Stray) strayItem {
	l := s.Content
	i := strayItem{ID: s.ID, Reason: q.text.T("matrix.reason." + s.Reason), Line: s.Line, Row: s.Reason != matrix.UnknownObligation}
	i.Where = strings.Join([]string{l.MatrixVersion, q.text.T("matrix.layer." + l.Layer), l.Block, l.RowKey, l.Weapon, q.text.T("matrix.dimension." + l.Dimension)}, " · ")
	i.What = strings.Join(matrix.Parts(strings.Join([]string{l.Mark, l.Reference, l.Remark, l.ObligationCode}, ";")), "; ")
	return i
}

// takenBook is the matrix that the form is about: a neighbour's, if its code was typed.
func (q *request) takenBook() matrix.Book {
	b := matrix.BookOf(q.c.Param("id"))
	if q.form != nil && b.Own() {
		if of := strings.ToUpper(strings.TrimSpace(q.form.Get("of"))); of != "" {
			b.State = of
		}
	}
	return b
}

func takeMatrixPage(q *request) error {
	tx, b := q.read(), q.takenBook()
	if err := tx.Check("matrix", "import", policies.Target{State: b.Holder}); err != nil {
		return err
	}
	v := takeMatrixView{Back: "/matrix/" + q.c.Param("id"), Name: q.bookName(tx, b), Columns: strings.Join(matrix.Columns, ", "), Own: matrix.BookOf(q.c.Param("id")).Own()}
	if q.again {
		lines, err := api.ParseMatrix([]byte(q.form.Get("table")))
		if err != nil {
			return err
		}
		if v.Report, err = matrix.Take(tx, b, "", "", lines, true); err != nil {
			return err
		}
		for _, s := range v.Report.Strays {
			v.Strays = append(v.Strays, q.strayItem(s))
		}
	}
	return q.show("official/matrix_import", q.text.T("matrix.import"), v)
}

// takenFile is the file sent, or else what stands in the field. A workbook is
// turned into the table that it holds; either is put into the field, so that it is
// there when the page is shown again.
func (q *request) takenFile() (name string, content []byte, err error) {
	name, content, err = q.file("file")
	if err != nil || !archive.Is(content) && !archive.IsCompound(content) {
		if err == nil {
			content, err = q.pastedTable()
		}
		return name, content, err
	}
	tables, err := workbook.Read(content)
	if err != nil {
		return name, nil, err
	}
	cells := workbook.Named(tables, cellsSheet)
	var rows [][]string
	var numbers []int
	for _, r := range cells.Rows {
		rows, numbers = append(rows, r.Cells), append(numbers, r.Line)
	}
	lines, err := matrix.Records(rows, numbers)
	if err != nil {
		return name, nil, err
	}
	var out bytes.Buffer
	if err := matrix.WriteCSV(&out, nil, lines); err != nil {
		return name, nil, err
	}
	q.form.Set("table", out.String())
	return name, out.Bytes(), nil
}

func takeMatrix(q *request, tx *workflows.Tx) (done, error) {
	b, dry := q.takenBook(), q.form.Get("act") != "put"
	if err := tx.Check("matrix", "import", policies.Target{State: b.Holder}); err != nil {
		return done{}, err
	}
	name, content, err := q.takenFile()
	if err != nil {
		return done{}, q.atLines(err)
	}
	lines, err := api.ParseMatrix(content)
	if err != nil {
		return done{}, q.atLines(err)
	}
	r, err := matrix.Take(tx, b, name, string(content), lines, dry)
	if err != nil {
		return done{}, q.atLines(err)
	}
	if dry {
		return done{}, errAgain
	}
	if len(r.Strays) > 0 {
		return done{to: matrixPath(b) + "/strays", flash: "matrix_taken"}, nil
	}
	return done{to: matrixPath(b) + "?layer=" + lines[0].Layer, flash: "matrix_taken"}, nil
}

// matrixStraysView is what of files taken in has no place yet.
type matrixStraysView struct {
	Back, Name string
	Here       string
	Items      []strayItem
	Rows       []templates.Option
	Next       string
}

func matrixStraysPage(q *request) error {
	tx, b := q.read(), matrix.BookOf(q.c.Param("id"))
	strays, next, err := matrix.Strays(tx, b, q.page())
	if err != nil {
		return err
	}
	v := matrixStraysView{Back: matrixPath(b), Name: q.bookName(tx, b), Here: matrixPath(b) + "/strays", Next: q.more(next)}
	for _, s := range strays {
		v.Items = append(v.Items, q.strayItem(s))
	}
	rows, err := matrix.Rows()
	if err != nil {
		return err
	}
	v.Rows = []templates.Option{{Label: q.text.T("matrix.leave_out")}}
	for _, r := range rows {
		v.Rows = append(v.Rows, templates.Option{Value: r.Key, Label: r.Block + " " + r.Label, Lang: "en"})
	}
	return q.show("official/matrix_strays", q.text.T("matrix.strays"), v)
}

func settleMatrixStray(q *request, tx *workflows.Tx) (done, error) {
	b := matrix.BookOf(q.c.Param("id"))
	if err := tx.Check("matrix", "import", policies.Target{State: b.Holder}); err != nil {
		return done{}, err
	}
	of, err := matrix.Settle(tx, q.form.Get("stray"), q.form.Get("as-"+q.form.Get("stray")))
	if err != nil {
		return done{}, rename(err, "as", "as-"+q.form.Get("stray"))
	}
	return done{to: matrixPath(of) + "/strays", flash: "matrix_settled"}, nil
}
