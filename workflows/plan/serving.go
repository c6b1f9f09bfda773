package plan

import (
	"cmp"
	"fmt"
	"slices"

	"jahorina/policies"
	"jahorina/workflows"
)

// InState are the measures of a state that the actor may read and that are not
// stopped, by their strategy and number, each with its lead, the day it is due in
// its newest plan, and the codes of the obligations it serves.
func InState(tx *workflows.Tx, state string) ([]Standby, error) {
	q := tx.DB().Where("state_code = ? AND status <> ?", state, Stopped)
	if !tx.May("measure", "read", policies.Target{State: state}) {
		issued := tx.DB().Model(&Plan{}).Select("id").Where("issued_at IS NOT NULL AND state_code = ?", state)
		shown := tx.DB().Model(&Member{}).Select("measure_id").Where("plan_id IN (?)", issued)
		q = q.Where("adopted_at IS NOT NULL AND id IN (?)", shown)
	}
	var found []Measure
	if err := q.Find(&found).Error; err != nil {
		return nil, fmt.Errorf("read measures of a state: %w", err)
	}
	rows := make([]Row, len(found))
	for i, m := range found {
		rows[i] = Row{Measure: m}
	}
	if err := tieBodies(tx, rows); err != nil {
		return nil, err
	}
	return standing(tx, state, rows)
}

// Standby is a measure that stands for obligations.
type Standby struct {
	Row
	PlanID string // its newest plan
	Codes  []string
}

func standing(tx *workflows.Tx, state string, rows []Row) ([]Standby, error) {
	of := tx.DB().Model(&Measure{}).Select("id").Where("state_code = ?", state)
	var links []Serves
	if err := tx.DB().Where("measure_id IN (?)", of).Order("obligation").Find(&links).Error; err != nil {
		return nil, fmt.Errorf("read obligations of measures: %w", err)
	}
	var members []Member
	plans := tx.DB().Model(&Plan{}).Select("id").Where("state_code = ?", state)
	if err := tx.DB().Joins("JOIN plans ON plans.id = plan_measures.plan_id").Where("plan_id IN (?)", plans).Order("plans.cycle").Find(&members).Error; err != nil {
		return nil, fmt.Errorf("read plans of measures: %w", err)
	}
	out := make([]Standby, len(rows))
	at := map[string]*Standby{}
	for i, r := range rows {
		out[i] = Standby{Row: r}
		at[r.ID] = &out[i]
	}
	for _, l := range links {
		if s := at[l.MeasureID]; s != nil {
			s.Codes = append(s.Codes, l.Obligation)
		}
	}
	for _, m := range members {
		if s := at[m.MeasureID]; s != nil {
			s.PlanID, s.DueOn = m.PlanID, m.DueOn.UTC()
		}
	}
	slices.SortFunc(out, func(a, b Standby) int {
		return cmp.Or(cmp.Compare(a.StrategyID, b.StrategyID), byNumber(a.Number, b.Number))
	})
	return out, nil
}

// byNumber orders "A2" before "A10".
func byNumber(a, b string) int { return cmp.Or(len(a)-len(b), cmp.Compare(a, b)) }

// Changeable is the newest plan of the state to which the actor may add measures,
// nil if there is none.
func Changeable(tx *workflows.Tx, state string) (*Plan, error) {
	if !tx.May("plan", "edit", policies.Target{State: state}) {
		return nil, nil
	}
	var out []Plan
	if err := tx.DB().Where("state_code = ?", state).Order("id DESC").Limit(1).Find(&out).Error; err != nil || len(out) == 0 {
		return nil, err
	}
	return &out[0], nil
}
