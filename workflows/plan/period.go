package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
)

// Report is what became of a plan in a time, in words and days.
type Report struct {
	Plan     *Plan
	From, To time.Time // first and last day
	Events   []Event   // of measures, by their instant
	Moves    []Moved   // of days on which measures are due
	Steps    []Reached // milestones that were due or done in the time
	Sums     []Sum     // money for the years of the time
	Overdue  []Due     // now
}

// Event is something that was done to a measure.
type Event struct {
	Row
	Action string // one of EventActions
	At     time.Time
	Reason string // for those who may read the measure before everyone can
}

// EventActions are what a report tells of measures, in its order.
var EventActions = []string{Adopt, Start, Finish, Stop, Resume}

// Of are the events of the kind.
func (r *Report) Of(action string) []Event {
	return slices.DeleteFunc(slices.Clone(r.Events), func(e Event) bool { return e.Action != action })
}

// Moved is a measure with a move of its day.
type Moved struct {
	Row
	Move Move
}

// Reached is a milestone with when it was done, if it was.
type Reached struct {
	Row
	Step   Milestone
	DoneAt *time.Time // nil: not yet
	Late   bool       // done after its day, or its day has passed
}

// maxPeriod bounds the time of a report.
const maxPeriod = 20 * 366 * 24 * time.Hour

// Over reports what became of a plan from one day to another, both included, as
// far as the actor may read of it. Zero days stand for the plan's own.
func Over(tx *workflows.Tx, planID string, from, to time.Time) (*Report, error) {
	p, err := Get(tx, planID)
	if err != nil {
		return nil, err
	}
	r := &Report{Plan: p, From: workflows.Day(p.StartsOn), To: workflows.Day(p.EndsOn)}
	if !from.IsZero() {
		r.From = workflows.Day(from)
	}
	if !to.IsZero() {
		r.To = workflows.Day(to)
	}
	if r.To.Before(r.From) || r.To.Sub(r.From) > maxPeriod {
		return nil, workflows.InvalidField("to", "plan_ends_early")
	}
	rows, err := Measures(tx, p)
	if err != nil {
		return nil, err
	}
	byID := map[string]Row{}
	for _, row := range rows {
		byID[row.ID] = row
	}
	for _, read := range []func(*workflows.Tx, map[string]Row) error{r.readEvents, r.readMoves, r.readSteps} {
		if err := read(tx, byID); err != nil {
			return nil, err
		}
	}
	r.sum(rows)
	r.late(tx, rows)
	return r, nil
}

// until is the instant at which the time is over.
func (r *Report) until() time.Time { return r.To.AddDate(0, 0, 1) }

func (r *Report) readEvents(tx *workflows.Tx, rows map[string]Row) error {
	var found []workflows.Entry
	err := tx.DB().Where("object = ? AND object_id IN ? AND action IN ? AND at >= ? AND at < ?", "measure", keys(rows), EventActions, r.From, r.until()).
		Order("seq").Find(&found).Error
	inside := tx.May("measure", "read", policies.Target{State: r.Plan.StateCode})
	for _, e := range found {
		event := Event{Row: rows[e.ObjectID], Action: e.Action, At: e.At.UTC()}
		if inside {
			event.Reason = e.Reason
		}
		r.Events = append(r.Events, event)
	}
	return err
}

func (r *Report) readMoves(tx *workflows.Tx, rows map[string]Row) error {
	var found []Move
	err := tx.DB().Where("plan_id = ? AND measure_id IN ? AND moved_at >= ? AND moved_at < ?", r.Plan.ID, keys(rows), r.From, r.until()).Order("id").Find(&found).Error
	for _, m := range found {
		m.FromOn, m.ToOn = m.FromOn.UTC(), m.ToOn.UTC()
		r.Moves = append(r.Moves, Moved{rows[m.MeasureID], m})
	}
	return err
}

func (r *Report) readSteps(tx *workflows.Tx, rows map[string]Row) error {
	steps, err := Milestones(tx, keys(rows)...)
	if err != nil {
		return err
	}
	ids := []string{}
	for _, s := range steps {
		ids = append(ids, s.ID)
	}
	var said []workflows.Entry
	if err := tx.DB().Where("object = ? AND object_id IN ?", "milestone", ids).Order("seq").Find(&said).Error; err != nil {
		return fmt.Errorf("read when milestones were done: %w", err)
	}
	done := map[string]time.Time{}
	for _, e := range said {
		if e.To == Done && e.From != Done {
			done[e.ObjectID] = e.At.UTC()
		}
	}
	for _, s := range steps {
		reached := Reached{Row: rows[s.MeasureID], Step: s.Milestone, Late: s.Overdue(tx.Now)}
		if reached.Late {
			r.Overdue = append(r.Overdue, Due{Measure: reached.Measure, Milestone: &s.Milestone, On: s.DueOn})
		}
		at, known := done[s.ID]
		if s.Status == Done && known {
			reached.DoneAt, reached.Late = &at, workflows.Day(at).After(s.DueOn)
		}
		if within(s.DueOn, r.From, r.until()) || reached.DoneAt != nil && within(at, r.From, r.until()) {
			r.Steps = append(r.Steps, reached)
		}
	}
	return nil
}

func within(at, from, until time.Time) bool { return !at.Before(from) && at.Before(until) }

// sum adds up the money for the years of the time.
func (r *Report) sum(rows []Row) {
	for _, s := range Sums(rows) {
		if s.Year >= r.From.Year() && s.Year <= r.To.Year() {
			r.Sums = append(r.Sums, s)
		}
	}
}

// late lists what is overdue now, the longest first.
func (r *Report) late(tx *workflows.Tx, rows []Row) {
	for _, row := range rows {
		if row.Open() && row.DueOn.Before(workflows.Day(tx.Now)) {
			r.Overdue = append(r.Overdue, Due{Measure: row.Measure, On: row.DueOn})
		}
	}
	slices.SortStableFunc(r.Overdue, func(a, b Due) int { return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.Measure.Number, b.Measure.Number)) })
}

func keys(rows map[string]Row) []string {
	out := []string{}
	for id := range rows {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}
