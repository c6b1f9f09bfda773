package web

import (
	"slices"

	"jahorina/templates"
	"jahorina/workflows/plan"
)

// planFilter is the form that cuts the measures of a plan down.
type planFilter struct {
	plan.Filter
	Set                                 bool
	Tags, Kinds, Leads, Statuses, Lacks []templates.Option
}

// filter reads what the address asks for, and offers what the rows have.
func (v *planView) filter(q *request, rows []plan.Row, inside bool) ([]plan.Row, error) {
	f := &v.Filter
	f.Filter = plan.Filter{Tag: q.c.Query("tag"), Kind: q.c.Query("kind"), LeadID: q.c.Query("lead"), Status: q.c.Query("status"), Lacks: q.c.Query("lacks")}
	f.Set = f.Filter != plan.Filter{}
	f.Tags = q.choices("measure", []string{plan.Prevention, plan.Consequence})
	f.Kinds, f.Statuses = q.choices("measure_kind", plan.Kinds), q.choices("state.measure", plan.Statuses)
	if inside {
		f.Lacks = q.choices("lack", plan.LackWords)
	}
	f.Leads = []templates.Option{{Label: q.text.T("obligations.all")}}
	for _, r := range rows {
		if o := (templates.Option{Label: r.Lead}); r.LeadID != nil {
			if o.Value = *r.LeadID; !slices.Contains(f.Leads, o) {
				f.Leads = append(f.Leads, o)
			}
		}
	}
	return f.Of(rows), f.Check()
}
