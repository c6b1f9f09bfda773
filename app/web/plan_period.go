package web

import (
	"fmt"
	"slices"
	"time"

	"jahorina/app/exports"
	"jahorina/workflows"
	"jahorina/workflows/plan"
)

// periodView is what became of a plan in a time, in words and days.
type periodView struct {
	Plan      *plan.Plan
	From, To  string // as date controls take them
	Heading   string
	Sections  []periodSection
	Sums      []sumItem
	Downloads downloadsView
}

type periodSection struct {
	Title string
	Rows  []periodRow
}

type periodRow struct{ Name, Href, Text string }

// period is the report that the address asks for.
func (q *request) period(tx *workflows.Tx) (*plan.Report, error) {
	var p workflows.Problems
	day := func(field string) time.Time {
		at, err := time.Parse(time.DateOnly, q.c.Query(field))
		if err != nil && q.c.Query(field) != "" {
			p.Add(field, "bad_day")
		}
		return at
	}
	from, to := day("from"), day("to")
	if err := p.Err(); err != nil {
		return nil, err
	}
	return plan.Over(tx, q.c.Param("id"), from, to)
}

func periodPage(q *request) error {
	r, err := q.period(q.read())
	if err != nil {
		return err
	}
	v := periodView{Plan: r.Plan, From: dayOf(r.From), To: dayOf(r.To), Heading: q.text.T("period.heading", "From", q.text.Date(r.From), "To", q.text.Date(r.To))}
	for _, action := range plan.EventActions {
		v.add(q, action, q.eventRows(r.Of(action)))
	}
	v.add(q, "move", q.moveRows(r.Moves))
	for _, section := range []string{"reached", "late", "unreached"} {
		v.add(q, section, q.stepRows(r.Steps, section))
	}
	v.add(q, "overdue", q.lateRows(r.Overdue))
	for _, s := range r.Sums {
		v.Sums = append(v.Sums, sumItem{Currency: s.Currency, Year: fmt.Sprint(s.Year), Amount: q.money(plan.Amount{Minor: s.Minor, Currency: s.Currency})})
	}
	v.Downloads = q.downloads("/plans/"+r.Plan.ID+"/report", q.query("from", v.From, "to", v.To), exports.OfPeriod)
	return q.show("public/period", q.text.T("period.of", "Title", r.Plan.Title), v)
}

func (v *periodView) add(q *request, section string, rows []periodRow) {
	v.Sections = append(v.Sections, periodSection{q.text.T("period.section." + section), rows})
}

func (q *request) eventRows(events []plan.Event) []periodRow {
	var out []periodRow
	for _, e := range events {
		key := "period.on"
		if e.Reason != "" {
			key = "period.on_reason"
		}
		out = append(out, periodRow{e.Number + " " + e.Title, "/measures/" + e.ID, q.text.T(key, "Day", q.text.Date(e.At), "Reason", e.Reason)})
	}
	return out
}

func (q *request) moveRows(moves []plan.Moved) []periodRow {
	var out []periodRow
	for _, m := range moves {
		text := q.text.T("measure.moved", "From", q.text.Date(m.Move.FromOn), "To", q.text.Date(m.Move.ToOn), "Reason", m.Move.Reason, "By", m.Move.AgreedBy)
		out = append(out, periodRow{m.Number + " " + m.Title, "/measures/" + m.ID + "#moves", text})
	}
	return out
}

func (q *request) stepRows(steps []plan.Reached, section string) []periodRow {
	var out []periodRow
	for _, s := range steps {
		if exports.StepSection(s.DoneAt != nil, s.Late) != section {
			continue
		}
		text := q.text.T("period.step_open", "Due", q.text.Date(s.Step.DueOn))
		if s.DoneAt != nil {
			text = q.text.T("period.step_done", "Due", q.text.Date(s.Step.DueOn), "Day", q.text.Date(*s.DoneAt))
		}
		out = append(out, periodRow{s.Number + " " + s.Step.Title, "/measures/" + s.ID + "#milestones", text})
	}
	return out
}

func (q *request) lateRows(late []plan.Due) []periodRow {
	var out []periodRow
	for _, d := range late {
		row := periodRow{d.Measure.Number + " " + d.Measure.Title, "/measures/" + d.Measure.ID, q.text.T("milestone.due", "Day", q.text.Date(d.On))}
		if d.Milestone != nil {
			row.Name, row.Href = d.Measure.Number+" "+d.Milestone.Title, row.Href+"#milestones"
		}
		out = append(out, row)
	}
	return out
}

func periodFile(q *request) error {
	form := q.c.Param("form")
	if form == exports.PDF {
		return q.sendPDF("period")
	}
	tx := q.read()
	r, err := q.period(tx)
	if err != nil {
		return err
	}
	if !slices.Contains(exports.OfPeriod, form) {
		return workflows.Refuse(workflows.NotFound, "not_found")
	}
	return q.give(exports.PeriodFile(tx, q.text, r.Plan.ID, r.From, r.To, form))
}
