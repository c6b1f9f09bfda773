package demo

import (
	"fmt"
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/matrix"
	"jahorina/workflows/stakeholder"
)

// neighbour is a second state whose matrix everyone may see; a third has no place
// here, and what it sent is kept by Amina.
const neighbour = "XN"

// gaps are rows that the state itself says it has not covered: its three open
// obligations of resolution 1540.
var gaps = map[string]bool{"individual-licences": true, "general-licences": true, "deemed-exports": true}

// matrices tells of three matrices: our own in its three layers, that of a second
// state which runs its own process here, and one that a neighbour sent.
func (w *world) matrices() error {
	rows, err := matrix.Rows()
	if err != nil {
		return err
	}
	err = w.do("", func(tx *workflows.Tx) error {
		_, err := stakeholder.CreateState(tx, neighbour, "Neighbour State A", "en")
		return err
	})
	if err != nil {
		return err
	}
	own := matrix.Book{Holder: State, State: State}
	steps := []struct {
		by    string
		book  matrix.Book
		name  string
		lines []matrix.Line
	}{
		{"Amina", own, "approved-2022.csv", demoLines(rows, State, matrix.Approved, func(i int, r *matrix.Row, c matrix.Cell) string { return pick(gaps[r.Key], i, 5) })},
		{"Amina", own, "self-assessment.csv", demoLines(rows, State, matrix.Self, func(i int, r *matrix.Row, c matrix.Cell) string { return pick(gaps[r.Key], i, 9) })},
		{"", matrix.Book{Holder: neighbour, State: neighbour}, "approved-2021.csv", demoLines(rows, neighbour, matrix.Approved, func(i int, r *matrix.Row, c matrix.Cell) string { return pick(r.Key == "deemed-exports", i+2, 6) })},
		{"Amina", matrix.Book{Holder: State, State: "XM"}, "from-neighbour-b.csv", demoLines(rows, "XM", matrix.Approved, func(i int, r *matrix.Row, c matrix.Cell) string { return pick(gaps[r.Key], i+3, 4) })},
	}
	for _, s := range steps {
		var text strings.Builder
		if err := matrix.WriteCSV(&text, nil, s.lines); err != nil {
			return err
		}
		err := w.do(s.by, func(tx *workflows.Tx) error {
			lines, err := matrix.Parse([]byte(text.String()))
			if err != nil {
				return err
			}
			_, err = matrix.Take(tx, s.book, s.name, text.String(), lines, false)
			return err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return w.do("Amina", func(tx *workflows.Tx) error {
		_, err := matrix.Put(tx, own, matrix.Cell{Key: "end-user", Weapon: "CW", Dimension: "enforcement"}, matrix.Proposal, matrix.Value{
			Mark: "X", Reference: "Customs order 3/2026; Training record of the licensing office", ReferenceType: "regulation;report", Remark: "End-use certificates are checked before a licence is given.",
			AsOf: w.clock.at.Format("2006-01-02"), Marking: "TLP:GREEN",
		}, 0)
		return err
	})
}

// pick is a mark: none for a gap, a doubt now and then, else X.
func pick(gap bool, i, doubt int) string {
	switch {
	case gap:
		return ""
	case i%doubt == 0:
		return "?"
	}
	return "X"
}

// demoLines are the cells of a made-up matrix; the one that was sent has a row that nobody knows.
func demoLines(rows []matrix.Row, state, layer string, mark func(int, *matrix.Row, matrix.Cell) string) []matrix.Line {
	var out []matrix.Line
	for i := range rows {
		r := &rows[i]
		for _, w := range matrix.Weapons[:3] {
			for _, d := range matrix.Dimensions {
				c := matrix.Cell{Key: r.Key, Weapon: w, Dimension: d}
				l := matrix.Line{
					MatrixVersion: matrix.Version, Layer: layer, State: state, Block: r.Block, RowNo: r.No, RowKey: r.Key, Weapon: w, Dimension: d, Mark: mark(len(out), r, c),
					ObligationCode: strings.Join(r.Codes(w, d), ";"), AsOf: "2022-03-01", Marking: "TLP:CLEAR",
				}
				if layer == matrix.Approved {
					l.ApprovedOn = "2022-12-15"
				} else {
					l.Marking, l.AsOf = "TLP:AMBER", "2026-01-15"
				}
				if l.Mark != "" {
					l.Reference, l.ReferenceType = fmt.Sprintf("Act %d/2019 (made up), Art. %d", 10+i%7, 3+i), "law"
				}
				out = append(out, l)
			}
		}
	}
	if state == State || state == neighbour {
		return out
	}
	stray := out[0]
	stray.RowKey, stray.Block, stray.RowNo = "drones", "OP3(d)", 40
	return append(out, stray)
}
