package plan

import (
	"fmt"
	"slices"

	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/strategy"
)

// Touch is what a change of a provision touches: the obligations that it serves,
// by itself or through measures that rest on it, and these measures.
type Touch struct {
	Obligations []coverage.Obligation
	Measures    []Measure
}

// Codes are those of the obligations.
func (t Touch) Codes() []string {
	out := []string{}
	for _, o := range t.Obligations {
		out = append(out, o.Code)
	}
	return out
}

// Touched are, by the identity of the provision, what its change from one draft
// to another touches, as far as the actor, who may read both, may read the
// measures. Stopped measures do not count.
func Touched(tx *workflows.Tx, diff *strategy.Redlined) (map[string]Touch, error) {
	served, err := coverage.Touched(tx, diff)
	if err != nil {
		return nil, err
	}
	out := map[string]Touch{}
	for identity, rows := range served {
		out[identity] = Touch{Obligations: rows}
	}
	var found []Measure
	if err := visible(tx).Where("strategy_id = ?", diff.New.StrategyID).Where("status <> ?", Stopped).Order("number").Find(&found).Error; err != nil {
		return nil, fmt.Errorf("read measures: %w", err)
	}
	rows := make([]Row, len(found))
	for i, m := range found {
		rows[i] = Row{Measure: m}
	}
	if err := tieObligations(tx, rows); err != nil {
		return nil, err
	}
	var rests []Rests
	if err := tx.DB().Where("measure_id IN ? AND role = ?", idsOf(rows), RoleText).Find(&rests).Error; err != nil {
		return nil, fmt.Errorf("read provisions of measures: %w", err)
	}
	for _, r := range rows {
		for _, l := range rests {
			if l.MeasureID == r.ID {
				out[l.Identity] = out[l.Identity].with(r)
			}
		}
	}
	return out, nil
}

func (t Touch) with(r Row) Touch {
	t.Measures = append(t.Measures, r.Measure)
	for _, o := range r.Obligations {
		if !slices.Contains(t.Codes(), o.Code) {
			t.Obligations = append(slices.Clip(t.Obligations), o)
		}
	}
	return t
}
