package web

import (
	"slices"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/implementation"
	"jahorina/workflows/stakeholder"
)

// compareCoverageView is several states side by side.
type compareCoverageView struct {
	Chosen      []matrixItem
	States      []choice // to choose from
	Filter      coverageFilterView
	Findings    bool // those alone
	Rows        []besideStates
	Total       int
	Next        string
	Instruments []templates.Option
}

type choice struct {
	Code, Name string
	Ticked     bool
}

// besideStates is an obligation in the states, in their order.
type besideStates struct {
	obligationItem
	States   []statusBeside
	Findings []string
	Gaps     []templates.Link // to add it to the gaps between states
}

type statusBeside struct{ Name, Status, Figure, Evidence string }

func compareCoveragePage(q *request) error {
	tx, f := q.read(), q.coverageFilter()
	codes := q.several("state")
	v := compareCoverageView{Findings: q.c.Query("findings") != "", Filter: coverageFilterView{Filter: f, Filtered: f.Filter != coverage.Filter{}}}
	rows, err := implementation.Compare(tx, codes, f.Filter)
	if err != nil {
		return err
	}
	for _, code := range codes {
		v.Chosen = append(v.Chosen, matrixItem{code, q.stateName(tx, code), "/coverage/" + code})
	}
	states, err := stakeholder.States(tx)
	if err != nil {
		return err
	}
	for _, s := range states {
		v.States = append(v.States, choice{s.Code, s.Name, slices.Contains(codes, s.Code)})
	}
	instruments, err := coverage.Instruments(tx, coverage.Filter{State: "-"})
	if err != nil {
		return err
	}
	v.Instruments = []templates.Option{{Label: q.text.T("obligations.all")}}
	for _, in := range instruments {
		v.Instruments = append(v.Instruments, templates.Option{Value: in.Name, Label: in.Name, Lang: "en"})
	}
	v.list(q, tx, rows)
	return q.show("public/coverage_compare", q.text.T("coverage.compare_title"), v)
}

// list shows the rows from where the address says, so many as fit on a page.
func (v *compareCoverageView) list(q *request, tx *workflows.Tx, rows []implementation.Beside) {
	if v.Findings {
		rows = slices.DeleteFunc(rows, func(b implementation.Beside) bool { return !b.Finding() })
	}
	v.Total = len(rows)
	if after := q.c.Query("after"); after != "" {
		rows = rows[slices.IndexFunc(rows, func(b implementation.Beside) bool { return b.Code == after })+1:]
	}
	if len(rows) > coverageRows {
		rows = rows[:coverageRows]
		v.Next = q.more(rows[coverageRows-1].Code)
	}
	for i := range rows {
		row := q.besideStates(v.Chosen, &rows[i])
		if rows[i].Finding() && !rows[i].Own() {
			row.Gaps = gapLinks(tx, row.Code)
		}
		v.Rows = append(v.Rows, row)
	}
}

func (q *request) besideStates(states []matrixItem, b *implementation.Beside) besideStates {
	out := besideStates{obligationItem: itemOf(&b.Obligation)}
	for i, r := range b.States {
		s := statusBeside{Name: states[i].Name, Status: r.Status}
		if r.Stated != nil {
			s.Figure, s.Evidence = r.Stated.Figure, r.Stated.Evidence
		}
		out.States = append(out.States, s)
	}
	for _, f := range []struct {
		is  bool
		key string
	}{{b.Differ, "differ"}, {b.Apart, "apart"}, {b.Shared, "shared"}} {
		if f.is {
			out.Findings = append(out.Findings, q.text.T("coverage."+f.key))
		}
	}
	return out
}

// briefingForm asks which neighbours a briefing compares with.
type briefingForm struct {
	Action     string
	Neighbours []choice
	Instrument string
	PDF        bool // there is something that makes one
}

func (q *request) briefingForm(tx *workflows.Tx, state string) (briefingForm, error) {
	f := briefingForm{Action: "/coverage/" + state + "/briefing", Instrument: q.c.Query("instrument"), PDF: q.s.Printer != nil}
	all, err := neighbours(tx, state)
	for _, s := range all {
		f.Neighbours = append(f.Neighbours, choice{s.Code, s.Name, slices.Contains(q.several("with"), s.Code)})
	}
	return f, err
}
