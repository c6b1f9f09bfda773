package implementation

import (
	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/plan"
	"jahorina/workflows/strategy"
)

// DraftCheck is what a draft and the newest plan of its strategy leave open.
type DraftCheck struct {
	Unserved []coverage.Obligation // that no provision serves
	Idle     []strategy.Provision  // that serve no obligation
	Lacking  []plan.Row            // measures without lead, money, a plan to last, or an obligation
}

// CheckDraft looks at a draft that the actor may read. What measures lack is told to
// those who read the plan before it is public.
func CheckDraft(tx *workflows.Tx, draftID string) (*DraftCheck, error) {
	d, err := strategy.GetDraft(tx, draftID)
	if err != nil {
		return nil, err
	}
	c := &DraftCheck{}
	c.Unserved, err = workflows.Every(func(page workflows.Page) ([]coverage.Obligation, string, error) {
		return coverage.Unserved(tx, d, coverage.Filter{}, page)
	})
	if err != nil {
		return nil, err
	}
	provisions, err := strategy.Provisions(tx, d.ID)
	if err != nil {
		return nil, err
	}
	served, err := coverage.Served(tx, d)
	if err != nil {
		return nil, err
	}
	for _, p := range provisions {
		if coverage.Linkable(&p) && p.Kind != strategy.KindSection && len(served[p.Identity]) == 0 {
			c.Idle = append(c.Idle, p)
		}
	}
	c.Lacking, err = Lacking(tx, d)
	return c, err
}

// Lacking are the measures of the newest plan of the draft's strategy that lack
// something.
func Lacking(tx *workflows.Tx, d *strategy.Draft) ([]plan.Row, error) {
	if !tx.May("measure", "read", policies.Target{State: d.StateCode}) {
		return nil, nil
	}
	plans, _, err := plan.List(tx, d.StrategyID, workflows.Page{Limit: 1})
	if err != nil || len(plans) == 0 {
		return nil, err
	}
	rows, err := plan.Measures(tx, &plans[0])
	if err != nil {
		return nil, err
	}
	var out []plan.Row
	for _, r := range rows {
		if len(r.Lacks.Words) > 0 {
			out = append(out, r)
		}
	}
	return out, nil
}
