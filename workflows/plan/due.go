package plan

import (
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"jahorina/policies"
	"jahorina/workflows"
)

// Due is a day on which a milestone, or a measure in its newest plan, is to be
// done.
type Due struct {
	Measure   Measure
	Milestone *Milestone // nil: the measure as a whole
	On        time.Time
	Sequence  int64 // grows with every change
	Changed   time.Time
}

// maxDue bounds what is listed of milestones, and of measures.
const maxDue = 500

// readers are the states whose measures the actor may read before everyone can.
func readers(tx *workflows.Tx) []string {
	out := []string{}
	for _, h := range tx.Actor.Roles {
		if h.State != "" && tx.May("measure", "read", policies.Target{State: h.State}) {
			out = append(out, h.State)
		}
	}
	return out
}

// visiblePlans is the query for the ids of plans that the actor may read.
func visiblePlans(tx *workflows.Tx) *gorm.DB {
	return tx.DB().Model(&Plan{}).Select("id").Where("(issued_at IS NOT NULL OR state_code IN ?)", readers(tx))
}

// visible is the query for the measures that the actor may read.
func visible(tx *workflows.Tx) *gorm.DB {
	shown := tx.DB().Model(&Member{}).Select("measure_id").Where("plan_id IN (?)", visiblePlans(tx))
	return tx.DB().Model(&Measure{}).Where("(state_code IN ? OR adopted_at IS NOT NULL AND id IN (?))", readers(tx), shown)
}

// open are the words of what is still to be done.
var open = []string{NotStarted, UnderWay}

// DueBetween lists what is open and due from the one day on and before the other,
// of the measures that the actor may read, the earliest first.
func DueBetween(tx *workflows.Tx, from, until time.Time) ([]Due, error) {
	steps, err := dueSteps(tx, tx.DB().Where("measure_id IN (?)", visible(tx).Select("id")), from, until)
	if err != nil {
		return nil, err
	}
	measures, err := dueMeasures(tx, visible(tx), from, until)
	all := append(steps, measures...)
	slices.SortStableFunc(all, func(a, b Due) int { return a.On.Compare(b.On) })
	return all, err
}

// OwnSteps are the open milestones of the actor's own that are due before the
// day, the longest overdue first.
func OwnSteps(tx *workflows.Tx, until time.Time) ([]Due, error) {
	if tx.Actor.PersonID() == "" {
		return nil, nil
	}
	return dueSteps(tx, tx.DB().Where("owner_id = ?", tx.Actor.PersonID()), time.Time{}, until)
}

// Climbed are the overdue milestones of which the leads of their measures have
// been told, of the states whose measures the actor may change.
func Climbed(tx *workflows.Tx) ([]Due, error) {
	states := slices.DeleteFunc(readers(tx), func(s string) bool { return !tx.May("measure", "edit", policies.Target{State: s}) })
	return dueSteps(tx, tx.DB().Where("climbed_at IS NOT NULL AND state_code IN ?", states), time.Time{}, tx.Now)
}

// Led are the open measures of the actor's own organisations that are due before
// the day, as far as they may read them.
func Led(tx *workflows.Tx, until time.Time) ([]Due, error) {
	own := []string{}
	for _, h := range tx.Actor.Roles {
		if h.OrganisationID != "" && h.ConsultationID == "" {
			own = append(own, h.OrganisationID)
		}
	}
	return dueMeasures(tx, visible(tx).Where("lead_id IN ?", own), time.Time{}, until)
}

func dueSteps(tx *workflows.Tx, q *gorm.DB, from, until time.Time) ([]Due, error) {
	var rows []Milestone
	if err := q.Where("status IN ? AND due_on >= ? AND due_on < ?", open, from, until).Order("due_on, id").Limit(maxDue).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read milestones that are due: %w", err)
	}
	ids := []string{}
	for _, s := range rows {
		ids = append(ids, s.MeasureID)
	}
	of, err := byID(tx, ids)
	out := make([]Due, len(rows))
	for i := range rows {
		s := &rows[i]
		out[i] = Due{Measure: of[s.MeasureID], Milestone: s, On: s.DueOn.UTC(), Sequence: s.Version, Changed: lastOf(s.CreatedAt, s.UpdatedAt)}
	}
	return out, err
}

func dueMeasures(tx *workflows.Tx, q *gorm.DB, from, until time.Time) ([]Due, error) {
	const newest = `NOT EXISTS (SELECT 1 FROM plan_measures later JOIN plans next ON next.id = later.plan_id JOIN plans this ON this.id = plan_measures.plan_id
		WHERE later.measure_id = plan_measures.measure_id AND next.cycle > this.cycle AND next.id IN (?))`
	var rows []Member
	err := tx.DB().Where("plan_id IN (?) AND measure_id IN (?)", visiblePlans(tx), q.Where("status IN ?", open).Select("id")).
		Where("due_on >= ? AND due_on < ?", from, until).Where(newest, visiblePlans(tx)).Order("due_on, measure_id").Limit(maxDue).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read measures that are due: %w", err)
	}
	ids := []string{}
	for _, m := range rows {
		ids = append(ids, m.MeasureID)
	}
	of, err := byID(tx, ids)
	if err != nil {
		return nil, err
	}
	var moves []Move
	if err := tx.DB().Where("measure_id IN ?", ids).Order("id").Find(&moves).Error; err != nil {
		return nil, fmt.Errorf("read how days moved: %w", err)
	}
	out := make([]Due, len(rows))
	for i, r := range rows {
		m := of[r.MeasureID]
		out[i] = Due{Measure: m, On: r.DueOn.UTC(), Sequence: m.Version, Changed: lastOf(m.CreatedAt, m.UpdatedAt)}
		for _, move := range moves {
			if move.MeasureID == m.ID {
				out[i].Sequence++
				out[i].Changed = lastOf(out[i].Changed, &move.MovedAt)
			}
		}
	}
	return out, nil
}

func byID(tx *workflows.Tx, ids []string) (map[string]Measure, error) {
	var found []Measure
	if err := tx.DB().Where("id IN ?", unique(ids)).Find(&found).Error; err != nil {
		return nil, fmt.Errorf("read measures: %w", err)
	}
	out := map[string]Measure{}
	for _, m := range found {
		out[m.ID] = m
	}
	return out, nil
}

// lastOf is the later of two instants, of which the second may be missing.
func lastOf(a time.Time, b *time.Time) time.Time {
	if b != nil && b.After(a) {
		return *b
	}
	return a
}
