package web

import (
	"fmt"
	"slices"
	"strings"

	"jahorina/app/exports"
	"jahorina/workflows"
	"jahorina/workflows/plan"
)

// numberedStep is a milestone with the number it has in its plan: "A1.2".
type numberedStep struct {
	plan.Stepped
	number string
	needs  []string // numbers, or titles of what is not in the plan
}

// planSteps are the milestones of measures, by the measure.
func planSteps(tx *workflows.Tx, rows []plan.Row) (map[string][]numberedStep, error) {
	ids, numbers := make([]string, len(rows)), map[string]string{}
	for i, r := range rows {
		ids[i], numbers[r.ID] = r.ID, r.Number
	}
	all, err := plan.Milestones(tx, ids...)
	if err != nil {
		return nil, err
	}
	out, called := map[string][]numberedStep{}, map[string]string{}
	for _, s := range all {
		called[s.ID] = fmt.Sprintf("%s.%d", numbers[s.MeasureID], len(out[s.MeasureID])+1)
		out[s.MeasureID] = append(out[s.MeasureID], numberedStep{Stepped: s, number: called[s.ID]})
	}
	for _, steps := range out {
		for i := range steps {
			for _, n := range steps[i].Needs {
				number, here := called[n.ID]
				if !here {
					number = n.Title
				}
				steps[i].needs = append(steps[i].needs, number)
			}
		}
	}
	return out, nil
}

// stepRow is a milestone under its measure.
func (q *request) stepRow(r *plan.Row, s numberedStep) []string {
	out := make([]string, len(exports.PlanColumns))
	out[0], out[1] = r.Number, r.Title
	copy(out[slices.Index(exports.PlanColumns, "milestone"):], []string{
		s.number, s.Title, s.Owner, dayOf(s.DueOn), q.text.T("state.measure." + s.Status), s.Note, s.Link, strings.Join(s.needs, "; "),
	})
	return out
}

// wide makes all rows as long as the header.
func wide(rows [][]string) [][]string {
	for i, r := range rows {
		rows[i] = append(r, make([]string, len(exports.PlanColumns)-len(r))...)
	}
	return rows
}
