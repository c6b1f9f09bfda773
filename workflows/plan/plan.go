// Package plan holds action plans: the measures by which a state gives a
// strategy effect, who leads them, what they cost and to keep up, when they are
// due and what shows that they are done. A strategy and its plans are documents
// of their own: a plan has a cycle, and what is open at its end goes on into the
// next with the reason for the delay.
//
// How far a measure is, is one of four words; it refuses percentages. It refuses
// to adopt what would not last, and to call done what nothing shows.
package plan

import (
	"fmt"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// Plan is one cycle of the action plan of a strategy.
type Plan struct {
	ID             string
	StateCode      string
	StrategyID     string
	Cycle          int // 1 is the first
	Title          string
	StartsOn       time.Time // days begin at midnight UTC
	EndsOn         time.Time
	StatedMinor    *int64 // what the text of the strategy says it costs, in minor units; nil: nothing
	StatedCurrency string
	StatedIn       string // where it says so: "10.1"
	IssuedAt       *time.Time
	Version        int64
	CreatedBy      string
	CreatedAt      time.Time
	UpdatedAt      *time.Time
}

// Issued says whether the public may read the plan.
func (p *Plan) Issued() bool { return p.IssuedAt != nil }

func (p *Plan) target() policies.Target {
	return policies.Target{State: p.StateCode, Public: p.Issued()}
}

// Years are the calendar years that the plan touches, at most 50.
func (p *Plan) Years() []int {
	var out []int
	for y := p.StartsOn.Year(); y <= p.EndsOn.Year() && len(out) < 50; y++ {
		out = append(out, y)
	}
	return out
}

// Terms are what is said of a plan as a whole.
type Terms struct {
	Title            string
	StartsOn, EndsOn time.Time
	Stated           *Amount // what the text says it costs
	StatedIn         string
}

func (in *Terms) check() error {
	var p workflows.Problems
	p.Text("title", in.Title, workflows.MaxName, true)
	p.Instant("starts_on", in.StartsOn)
	p.Instant("ends_on", in.EndsOn)
	if !in.StartsOn.IsZero() && !in.EndsOn.IsZero() && !in.EndsOn.After(in.StartsOn) {
		p.Add("ends_on", "plan_ends_early")
	}
	p.Text("stated_in", in.StatedIn, workflows.MaxName, false)
	if in.Stated != nil {
		in.Stated.check(&p, "stated")
	}
	return p.Err()
}

func (p *Plan) take(in Terms) {
	p.Title, p.StartsOn, p.EndsOn, p.StatedIn = strings.TrimSpace(in.Title), workflows.Day(in.StartsOn), workflows.Day(in.EndsOn), strings.TrimSpace(in.StatedIn)
	p.StatedMinor, p.StatedCurrency = nil, ""
	if in.Stated != nil {
		p.StatedMinor, p.StatedCurrency = &in.Stated.Minor, in.Stated.Currency
	}
}

// Create begins the next plan of a strategy.
func Create(tx *workflows.Tx, strategyID string, in Terms) (*Plan, error) {
	s, err := strategy.Get(tx, strategyID)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("plan", "create", policies.Target{State: s.StateCode}); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	p := &Plan{ID: workflows.NewID(), StateCode: s.StateCode, StrategyID: s.ID, Version: 1, CreatedBy: tx.Actor.ID, CreatedAt: tx.Now}
	p.take(in)
	var last int
	if err := tx.DB().Model(&Plan{}).Where("strategy_id = ?", s.ID).Select("COALESCE(MAX(cycle), 0)").Scan(&last).Error; err != nil {
		return nil, fmt.Errorf("look for plans: %w", err)
	}
	p.Cycle = last + 1
	if err := tx.Insert(p); workflows.IsDuplicate(err) {
		return nil, workflows.Refuse(workflows.Conflict, "changed_meanwhile", "Object", "plan")
	} else if err != nil {
		return nil, fmt.Errorf("store plan: %w", err)
	}
	return p, tx.Record(workflows.Entry{State: p.StateCode, Action: "create", Object: "plan", ObjectID: p.ID})
}

// Edit changes what is said of the plan as a whole.
func Edit(tx *workflows.Tx, id string, version int64, in Terms) (*Plan, error) {
	p, err := hold(tx, id, "edit")
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	p.take(in)
	set := map[string]any{
		"title": p.Title, "starts_on": p.StartsOn, "ends_on": p.EndsOn, "stated_minor": p.StatedMinor,
		"stated_currency": p.StatedCurrency, "stated_in": p.StatedIn,
	}
	if err := tx.Update("plans", p.ID, version, set); err != nil {
		return nil, err
	}
	p.Version = version + 1
	return p, tx.Record(workflows.Entry{State: p.StateCode, Action: "edit", Object: "plan", ObjectID: p.ID})
}

// Issue lets the public read the plan and what is adopted of it. Again changes
// nothing.
func Issue(tx *workflows.Tx, id string) (*Plan, error) {
	p, err := hold(tx, id, "issue")
	if err != nil || p.Issued() {
		return p, err
	}
	p.IssuedAt = &tx.Now
	if err := tx.Update("plans", p.ID, p.Version, map[string]any{"issued_at": tx.Now}); err != nil {
		return nil, err
	}
	p.Version++
	return p, tx.Record(workflows.Entry{State: p.StateCode, Action: "issue", Object: "plan", ObjectID: p.ID})
}

// hold loads a plan against others who change it, for whoever may do the action.
func hold(tx *workflows.Tx, id, action string) (*Plan, error) {
	if _, err := Get(tx, id); err != nil {
		return nil, err
	}
	var p Plan
	if err := tx.Lock(&p, false, "id = ?", id); err != nil {
		return nil, err
	}
	return &p, tx.Check("plan", action, p.target())
}

// Get returns a plan the actor may read.
func Get(tx *workflows.Tx, id string) (*Plan, error) {
	var p Plan
	if err := tx.One(&p, "id = ?", id); err != nil {
		return nil, err
	}
	return &p, tx.Check("plan", "read", p.target())
}

// List returns the plans that the actor may read, of one strategy if its id is
// given, the newest first.
func List(tx *workflows.Tx, strategyID string, page workflows.Page) ([]Plan, string, error) {
	var p workflows.Problems
	if p.Search("strategy", strategyID); len(p) > 0 {
		return nil, "", p.Err()
	}
	states := []string{}
	for _, h := range tx.Actor.Roles {
		if tx.May("plan", "read", policies.Target{State: h.State}) {
			states = append(states, h.State)
		}
	}
	q := tx.DB().Where("issued_at IS NOT NULL OR state_code IN ?", states)
	if strategyID != "" {
		q = q.Where("strategy_id = ?", strategyID)
	}
	page.Newest = true
	return workflows.Rows(q, "id", page, func(p Plan) string { return p.ID })
}
