package plan

import (
	"fmt"
	"strings"
	"time"

	"jahorina/workflows"
)

// Move is a change of the day on which a measure is due in a plan.
type Move struct {
	ID        string
	PlanID    string
	MeasureID string
	FromOn    time.Time
	ToOn      time.Time
	Reason    string
	AgreedBy  string // who agreed to it, in words
	MovedBy   string
	MovedAt   time.Time
}

// TableName is where GORM keeps moves.
func (Move) TableName() string { return "due_moves" }

// Delay is another day for a measure, why, and who agreed to that.
type Delay struct {
	MeasureID        string
	DueOn            time.Time
	Reason, AgreedBy string
}

func (d Delay) check(p *workflows.Problems, from time.Time, prefix string) {
	p.Instant(prefix+"due_on", d.DueOn)
	moved := !d.DueOn.IsZero() && !workflows.Day(d.DueOn).Equal(workflows.Day(from))
	p.Text(prefix+"reason", d.Reason, workflows.MaxParagraph, moved)
	p.Text(prefix+"agreed_by", d.AgreedBy, workflows.MaxName, moved)
}

// Postpone gives a measure another day in a plan.
func Postpone(tx *workflows.Tx, planID string, d Delay) error {
	p, err := hold(tx, planID, "edit")
	if err != nil {
		return err
	}
	var m Member
	if err := tx.One(&m, "plan_id = ? AND measure_id = ?", p.ID, d.MeasureID); err != nil {
		return err
	}
	var problems workflows.Problems
	if d.check(&problems, m.DueOn, ""); len(problems) > 0 {
		return problems.Err()
	}
	if m.StartsOn != nil {
		if checkStart(&problems, "due_on", *m.StartsOn, d.DueOn); len(problems) > 0 {
			return problems.Err()
		}
	}
	if workflows.Day(d.DueOn).Equal(workflows.Day(m.DueOn)) {
		return workflows.InvalidField("due_on", "same_day")
	}
	res := tx.DB().Model(&Member{}).Where("plan_id = ? AND measure_id = ?", p.ID, d.MeasureID).Update("due_on", workflows.Day(d.DueOn))
	if res.Error != nil {
		return fmt.Errorf("move a day: %w", res.Error)
	}
	return p.moved(tx, d, m.DueOn)
}

// moved keeps the move, if it is one.
func (p *Plan) moved(tx *workflows.Tx, d Delay, from time.Time) error {
	if workflows.Day(d.DueOn).Equal(workflows.Day(from)) {
		return nil
	}
	m := &Move{
		ID: workflows.NewID(), PlanID: p.ID, MeasureID: d.MeasureID, FromOn: workflows.Day(from), ToOn: workflows.Day(d.DueOn), Reason: strings.TrimSpace(d.Reason),
		AgreedBy: strings.TrimSpace(d.AgreedBy), MovedBy: tx.Actor.ID, MovedAt: tx.Now,
	}
	if err := tx.Insert(m); err != nil {
		return fmt.Errorf("keep the move of a day: %w", err)
	}
	return tx.Record(workflows.Entry{
		State: p.StateCode, Action: "postpone", Object: "measure", ObjectID: d.MeasureID, Reason: m.Reason,
		From: m.FromOn.Format(time.DateOnly), To: m.ToOn.Format(time.DateOnly),
	})
}

// Left are the measures of the plan before that are neither done nor stopped
// and do not stand in this one yet.
func Left(tx *workflows.Tx, p *Plan) ([]Row, error) {
	if err := tx.Check("plan", "edit", p.target()); err != nil {
		return nil, err
	}
	var before Plan
	err := tx.One(&before, "strategy_id = ? AND cycle = ?", p.StrategyID, p.Cycle-1)
	if workflows.IsKind(err, workflows.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows, err := Measures(tx, &before)
	if err != nil {
		return nil, err
	}
	here, err := Measures(tx, p)
	if err != nil {
		return nil, err
	}
	stands := map[string]bool{}
	for _, r := range here {
		stands[r.ID] = true
	}
	var out []Row
	for _, r := range rows {
		if r.Open() && !stands[r.ID] {
			out = append(out, r)
		}
	}
	return out, nil
}

// Inherit takes open measures of the plan before into a plan: a new day needs a
// reason, and who agreed.
func Inherit(tx *workflows.Tx, planID string, delays []Delay) (int, error) {
	p, err := hold(tx, planID, "edit")
	if err != nil {
		return 0, err
	}
	left, err := Left(tx, p)
	if err != nil {
		return 0, err
	}
	stood := map[string]Row{}
	for _, r := range left {
		stood[r.ID] = r
	}
	var problems workflows.Problems
	seen := map[string]bool{}
	for i, d := range delays {
		prefix := fmt.Sprintf("measures[%d].", i)
		before, there := stood[d.MeasureID]
		if !there || seen[d.MeasureID] {
			problems.Add(prefix+"measure_id", "not_left")
			continue
		}
		seen[d.MeasureID] = true
		d.check(&problems, before.DueOn, prefix)
		if before.StartsOn != nil {
			checkStart(&problems, prefix+"due_on", *before.StartsOn, d.DueOn)
		}
	}
	n, err := p.count(tx)
	if err != nil {
		return 0, err
	}
	if n+len(delays) > MaxMeasures {
		problems.Add("measures", "too_many", "Max", MaxMeasures)
	}
	if len(delays) == 0 {
		problems.Add("measures", "choose_measure")
	}
	if err := problems.Err(); err != nil {
		return 0, err
	}
	for i, d := range delays {
		if err := tx.Insert(&Member{PlanID: p.ID, MeasureID: d.MeasureID, Position: n + i + 1, StartsOn: stood[d.MeasureID].StartsOn, DueOn: workflows.Day(d.DueOn)}); err != nil {
			return 0, fmt.Errorf("put measure into plan: %w", err)
		}
		if err := tx.Record(workflows.Entry{State: p.StateCode, Action: "inherit", Object: "measure", ObjectID: d.MeasureID}); err != nil {
			return 0, err
		}
		if err := p.moved(tx, d, stood[d.MeasureID].DueOn); err != nil {
			return 0, err
		}
	}
	return len(delays), nil
}

// FirstDays are, by the measure, the days on which measures of the plan were
// first due, of those whose day has moved since, in this plan or before.
func FirstDays(tx *workflows.Tx, p *Plan) (map[string]time.Time, error) {
	members := tx.DB().Model(&Member{}).Select("measure_id").Where("plan_id = ?", p.ID)
	var moves []Move
	if err := tx.DB().Where("measure_id IN (?)", members).Order("id").Find(&moves).Error; err != nil {
		return nil, fmt.Errorf("read how days moved: %w", err)
	}
	out := map[string]time.Time{}
	for _, m := range moves {
		if _, there := out[m.MeasureID]; !there {
			out[m.MeasureID] = m.FromOn.UTC()
		}
	}
	return out, nil
}
