package web

import (
	"slices"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/implementation"
	"jahorina/workflows/stakeholder"
)

// briefingView is what a minister is told of the coverage: on a page, on paper
// and as PDF.
type briefingView struct {
	State, Name, Back string
	Instrument        string
	On                *time.Time
	Inside            bool
	Counts            []string
	Gaps              []coverageRow
	Closing           []coverageRow // what measures are to close
	With              []matrixItem
	Beside            []besideStates // what the neighbours can talk about
	Form              briefingForm
	PDF               string
}

func briefingPage(q *request) error {
	tx, state := q.read(), q.c.Param("id")
	f := implementation.Filter{Filter: coverage.Filter{Instrument: q.c.Query("instrument")}}
	c, err := implementation.Read(tx, state, f)
	if err != nil {
		return err
	}
	v := briefingView{State: state, Name: q.stateName(tx, state), Back: "/coverage/" + state + q.queryBut("with"), Instrument: f.Instrument, On: dayRead(c.On), Inside: c.Inside}
	counts := implementation.Counts(c.Rows)
	for _, w := range implementation.Words {
		if counts[w] > 0 {
			v.Counts = append(v.Counts, q.text.T("coverage.counts", "Status", q.text.T("state.coverage."+w), "Count", counts[w]))
		}
	}
	for i := range c.Rows {
		switch r := &c.Rows[i]; {
		case r.Gap():
			v.Gaps = append(v.Gaps, q.coverageRow(r, nil))
		case closing(r):
			v.Closing = append(v.Closing, q.coverageRow(r, nil))
		}
	}
	if err := v.compare(q, tx, f.Filter); err != nil {
		return err
	}
	if v.Form, err = q.briefingForm(tx, state); err != nil {
		return err
	}
	if v.Form.PDF {
		v.PDF = v.Form.Action + ".pdf" + q.queryBut()
	}
	return q.show("public/briefing", q.text.T("coverage.briefing", "State", v.Name), v)
}

// closing says that measures are to close a gap: what is not yet done, or was never
// stated to be.
func closing(r *implementation.Row) bool {
	return len(r.Measures) > 0 && r.Status != implementation.InForce && r.Status != implementation.NotApplicable
}

// compare lays the chosen neighbours beside the state.
func (v *briefingView) compare(q *request, tx *workflows.Tx, f coverage.Filter) error {
	states := []string{v.State}
	for _, code := range q.several("with") {
		if _, err := stakeholder.GetState(tx, code); err != nil {
			return err
		}
		if code != v.State {
			states = append(states, code)
		}
	}
	if len(states) == 1 {
		return nil
	}
	for _, code := range states {
		v.With = append(v.With, matrixItem{code, q.stateName(tx, code), "/coverage/" + code})
	}
	rows, err := implementation.Compare(tx, states, f)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(b implementation.Beside) bool { return !b.Finding() })
	for i := range rows {
		v.Beside = append(v.Beside, q.besideStates(v.With, &rows[i]))
	}
	return nil
}

func briefingPDF(q *request) error { return q.sendPDF("briefing") }
