package web

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"jahorina/app/exports"
	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/plan"
	"jahorina/workflows/strategy"
	"jahorina/workflows/table"
)

// attachTable answers with a table to be kept.
func (q *request) attachTable(name string, head []string, rows [][]string) error {
	var out bytes.Buffer
	if err := table.Write(&out, head, rows); err != nil {
		return err
	}
	q.attach(name, "text/csv; charset=utf-8", out.Bytes())
	return nil
}

type importMeasuresView struct {
	Plan    *plan.Plan
	Columns string
	Kinds   string
	Sources string
	Report  *importReport
}

// importReport is what a table would add.
type importReport struct {
	Numbers    []string
	Sums       []string
	Milestones int
	Undecided  string // measures of which the table says what was decided, which does not come in
}

// optional are columns that need not be there, as the page says it.
func optional(columns []string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = "(" + c + ")"
	}
	return out
}

func importMeasuresPage(q *request) error {
	tx := q.read()
	p, err := changeablePlan(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	v := importMeasuresView{
		Plan: p, Columns: strings.Join(slices.Concat(plan.Columns, optional(plan.More)), ", "), Sources: strings.Join(plan.Sources, ", "),
		Kinds: strings.ReplaceAll(strings.Join(plan.Kinds, ", "), "_", "-"),
	}
	if q.again {
		done, err := plan.Import(tx, p.ID, exports.PlainPlan(q.s.locales, []byte(q.form.Get("table"))), true)
		if err != nil {
			return err
		}
		v.Report = &importReport{Numbers: done.Numbers, Milestones: done.Milestones, Undecided: strings.Join(done.Undecided, ", ")}
		for _, s := range done.Sums {
			if s.Year == 0 {
				v.Report.Sums = append(v.Report.Sums, q.money(plan.Amount{Minor: s.Minor, Currency: s.Currency}))
			}
		}
	}
	return q.show("official/measures_import", q.text.T("plans.import"), v)
}

func importMeasures(q *request, tx *workflows.Tx) (done, error) {
	id, dry := q.c.Param("id"), q.form.Get("act") != "put"
	if _, err := changeablePlan(tx, id); err != nil {
		return done{}, err
	}
	content, err := q.pastedTable()
	if err != nil {
		return done{}, err
	}
	if _, err := plan.Import(tx, id, exports.PlainPlan(q.s.locales, content), dry); err != nil {
		return done{}, q.atLines(err)
	}
	if dry {
		return done{}, errAgain
	}
	return done{to: "/plans/" + id, flash: "on_record"}, nil
}

// inheritView are the measures of the plan before that are still open.
type inheritView struct {
	Plan *plan.Plan
	Rows []inheritRow
}

type inheritRow struct {
	plan.Row
	Index    int
	Due, Was string
	Ticked   bool
}

func inheritPage(q *request) error {
	tx := q.read()
	p, err := changeablePlan(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	left, err := plan.Left(tx, p)
	if err != nil {
		return err
	}
	v := inheritView{Plan: p}
	for i, r := range left {
		v.Rows = append(v.Rows, inheritRow{r, i, dayOf(r.DueOn), q.text.Date(r.DueOn), q.form != nil && q.cell("measures", i, "take") != ""})
	}
	return q.show("official/inherit", q.text.T("plans.inherit"), v)
}

func inheritMeasures(q *request, tx *workflows.Tx) (done, error) {
	p, err := changeablePlan(tx, q.c.Param("id"))
	if err != nil {
		return done{}, err
	}
	all, _ := q.rows("measures")
	var delays []plan.Delay
	var kept []int
	var problems workflows.Problems
	for _, i := range all {
		id := q.cell("measures", i, "take")
		if id == "" {
			continue
		}
		due := q.typedDay(&problems, fmt.Sprintf("measures[%d].due_on", i))
		kept = append(kept, i)
		delays = append(delays, plan.Delay{MeasureID: id, DueOn: due, Reason: q.cell("measures", i, "reason"), AgreedBy: q.cell("measures", i, "agreed_by")})
	}
	if err := problems.Err(); err != nil {
		return done{}, err
	}
	if _, err := plan.Inherit(tx, p.ID, delays); err != nil {
		return done{}, atFields(err, "measures", kept)
	}
	return done{to: "/plans/" + p.ID, flash: "on_record"}, nil
}

// annexView is the annex of a strategy that is not published.
type annexView struct {
	Strategy *strategy.Strategy
	Entries  []plan.Annex
	MayAdd   bool
}

func annexPage(q *request) error {
	tx := q.read()
	s, err := strategy.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	entries, err := plan.Annexes(tx, s.ID)
	if err != nil {
		return err
	}
	v := annexView{Strategy: s, Entries: entries, MayAdd: tx.May("annex", "create", policies.Target{State: s.StateCode})}
	return q.show("official/annex", q.text.T("plans.annex"), v)
}

func addAnnex(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	_, err := plan.AddAnnex(tx, id, q.form.Get("reference"), q.form.Get("reason"), q.form.Get("text"))
	return done{to: "/strategies/" + id + "/annex", flash: "on_record"}, err
}
