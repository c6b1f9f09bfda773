package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"jahorina/app/api"
	"jahorina/app/archive"
	"jahorina/app/workbook"
	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/implementation"
	"jahorina/workflows/table"
)

// statusesSheet is the one that is read in again; the other is for people.
const (
	coverageSheet = "coverage"
	statusesSheet = "statuses"
)

// coverageFile reads what a file of the coverage holds, and how it is called.
func (q *request) coverageFile() (*implementation.Coverage, string, error) {
	c, err := implementation.Read(q.read(), q.c.Param("id"), q.coverageFilter())
	if err != nil {
		return nil, "", err
	}
	return c, "coverage-" + c.State + "-" + c.On, nil
}

func coverageCSV(q *request) error {
	c, name, err := q.coverageFile()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	for _, n := range api.CoverageNotes(q.text, c) {
		fmt.Fprintf(&out, "# %s\r\n", n)
	}
	rows := [][]string{implementation.Columns}
	for i := range c.Rows {
		rows = append(rows, c.Rows[i].Cells())
	}
	if err := table.WriteRows(&out, rows); err != nil {
		return err
	}
	q.attach(name+".csv", "text/csv; charset=utf-8", out.Bytes())
	return nil
}

func coverageJSON(q *request) error {
	c, name, err := q.coverageFile()
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(api.ViewCoverage(q.text, c), "", "  ")
	if err != nil {
		return err
	}
	q.attach(name+".json", "application/json", raw)
	return nil
}

func coverageXLSX(q *request) error {
	c, name, err := q.coverageFile()
	if err != nil {
		return err
	}
	plain := workbook.Sheet{Name: statusesSheet, Rows: [][]string{implementation.Columns}, Heads: map[int]bool{0: true}, Widths: []float64{20, 26, 14, 44, 14, 10, 44, 14, 12, 12, 16, 16}}
	for i := range c.Rows {
		plain.Rows = append(plain.Rows, c.Rows[i].Cells())
	}
	sheet := q.coverageSheet(c)
	raw, err := workbook.Book{Title: sheet.Rows[0][0], Language: q.text.Tag(), Sheets: []workbook.Sheet{sheet, plain}}.Write()
	if err != nil {
		return err
	}
	q.attach(name+".xlsx", workbook.MediaType, raw)
	return nil
}

// coverageSheet is the coverage in the reader's words.
func (q *request) coverageSheet(c *implementation.Coverage) workbook.Sheet {
	s := workbook.Sheet{Name: coverageSheet, Heads: map[int]bool{0: true}, Widths: []float64{50, 30, 16, 44, 14, 44, 40}, RTL: q.rtl()}
	s.Rows = [][]string{{q.text.T("coverage.of", "State", q.stateName(q.read(), c.State))}}
	for _, n := range api.CoverageNotes(q.text, c) {
		s.Rows = append(s.Rows, []string{n})
	}
	var head []string
	for _, key := range []string{"obligation", "status", "evidence", "figure", "measures", "provisions"} {
		head = append(head, q.text.T("coverage."+key))
	}
	s.Heads[len(s.Rows)] = true
	s.Rows = append(s.Rows, head)
	for i := range c.Rows {
		row := q.coverageRow(&c.Rows[i], nil)
		evidence, figure := row.Basis, ""
		if row.Stated != nil {
			evidence, figure = row.Stated.Evidence, row.Stated.Figure
		}
		var measures, places []string
		for _, m := range row.Measures {
			measures = append(measures, m.Name+" ("+m.Lead+")")
		}
		for _, p := range row.Places {
			places = append(places, p.Label)
		}
		status := q.text.T("state.coverage." + row.Status)
		if row.Gap {
			status = q.text.T("coverage.uncovered")
		}
		s.Rows = append(s.Rows, []string{row.Code + " " + row.Title, status, evidence, figure, strings.Join(measures, "\n"), strings.Join(places, "\n")})
	}
	return s
}

// takeStatusesView is the form to take a table of statuses in.
type takeStatusesView struct {
	Back, Name, Columns string
	Report              *implementation.Taken // of a dry run
}

func takeStatusesPage(q *request) error {
	tx, state := q.read(), q.c.Param("id")
	if err := tx.Check("obligation", "assess", policies.Target{State: state}); err != nil {
		return err
	}
	v := takeStatusesView{Back: "/coverage/" + state, Name: q.stateName(tx, state), Columns: strings.Join(implementation.Columns, ", ")}
	if q.again {
		lines, err := implementation.Parse([]byte(q.form.Get("table")))
		if err != nil {
			return err
		}
		if v.Report, err = implementation.Take(tx, state, lines, true); err != nil {
			return err
		}
	}
	return q.show("official/coverage_import", q.text.T("coverage.import"), v)
}

// takenStatuses are the lines of the file sent, or else of what stands in the
// field; either is put into the field, so that it is there when the page is shown
// again.
func (q *request) takenStatuses() ([]implementation.Line, error) {
	_, content, err := q.file("file")
	if err != nil {
		return nil, err
	}
	if !archive.Is(content) && !archive.IsCompound(content) {
		if content, err = q.pastedTable(); err != nil {
			return nil, err
		}
		return implementation.Parse(content)
	}
	tables, err := workbook.Read(content)
	if err != nil {
		return nil, err
	}
	found := workbook.Named(tables, statusesSheet).Rows
	if len(found) < 2 {
		return nil, workflows.InvalidField("file", "empty_file")
	}
	var cells [][]string
	var rows []table.Row
	for i, r := range found {
		r.Cells = append(r.Cells, make([]string, max(0, len(found[0].Cells)-len(r.Cells)))...) // a workbook leaves out empty cells at the end
		if cells = append(cells, r.Cells); i > 0 {
			rows = append(rows, table.Row{Line: r.Line, Cells: r.Cells})
		}
	}
	var out bytes.Buffer
	if err := table.WriteRows(&out, cells); err != nil {
		return nil, err
	}
	q.form.Set("table", strings.ReplaceAll(out.String(), "\r\n", "\n"))
	return implementation.Records(found[0].Cells, rows)
}

func takeStatuses(q *request, tx *workflows.Tx) (done, error) {
	state, dry := q.c.Param("id"), q.form.Get("act") != "put"
	if err := tx.Check("obligation", "assess", policies.Target{State: state}); err != nil {
		return done{}, err
	}
	lines, err := q.takenStatuses()
	if err != nil {
		return done{}, q.atLines(err)
	}
	if _, err := implementation.Take(tx, state, lines, dry); err != nil {
		return done{}, q.atLines(err)
	}
	if dry {
		return done{}, errAgain
	}
	return done{to: "/coverage/" + state, flash: "statuses_taken"}, nil
}
