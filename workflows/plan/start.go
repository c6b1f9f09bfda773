package plan

import (
	"time"

	"jahorina/workflows"
)

// begin says on which day work is to begin, in the newest plan in which the
// measure stands.
func (m *Measure) begin(tx *workflows.Tx, on time.Time) error {
	var newest []Member
	err := tx.DB().Joins("JOIN plans ON plans.id = plan_measures.plan_id").Where("measure_id = ?", m.ID).Order("plans.cycle DESC").Limit(1).Find(&newest).Error
	if err != nil || len(newest) == 0 {
		return err
	}
	var p workflows.Problems
	if checkStart(&p, "starts_on", on, newest[0].DueOn); len(p) > 0 {
		return p.Err()
	}
	return tx.DB().Model(&Member{}).Where("plan_id = ? AND measure_id = ?", newest[0].PlanID, m.ID).Update("starts_on", dayOrNil(on)).Error
}

// checkStart refuses a first day after the last.
func checkStart(p *workflows.Problems, field string, start, due time.Time) {
	if !start.IsZero() && !due.IsZero() && workflows.Day(start).After(workflows.Day(due)) {
		p.Add(field, "starts_after_due")
	}
}

func dayOrNil(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = workflows.Day(at)
	return &at
}
