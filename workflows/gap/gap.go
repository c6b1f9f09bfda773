// Package gap keeps what two or more states lack together, or in which they lie
// apart, on one obligation: 72 hours here, 48 there. Each state has a side in it,
// with how things stand there and an owner, and together they have a next step.
// It refuses to let anyone act for a side but its own officials, and to close a
// gap before every side has confirmed that it is closed.
package gap

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/stakeholder"
)

// Gap is one gap between states.
type Gap struct {
	ID             string
	ObligationCode string
	Title          string
	Description    string
	Status         string
	NextStep       string
	NextStepOn     *time.Time
	Version        int64
	CreatedState   string // whose official found it
	CreatedBy      string
	CreatedAt      time.Time
	UpdatedAt      *time.Time

	Sides []Side `gorm:"-"` // by state
}

// TableName is where GORM keeps gaps.
func (Gap) TableName() string { return "regional_gaps" }

// Side is a state in a gap.
type Side struct {
	GapID       string `gorm:"primaryKey"`
	StateCode   string `gorm:"primaryKey"`
	Position    string // how it stands there: "72 h"
	OwnerID     *string
	ConfirmedAt *time.Time // that it is closed
	ConfirmedBy string

	Owner string `gorm:"-"` // name
}

// TableName is where GORM keeps sides.
func (Side) TableName() string { return "regional_gap_sides" }

// Side is that of the state, or nil.
func (g *Gap) Side(state string) *Side {
	i := slices.IndexFunc(g.Sides, func(s Side) bool { return s.StateCode == state })
	if i < 0 {
		return nil
	}
	return &g.Sides[i]
}

// Unconfirmed are the states that have not confirmed that it is closed.
func (g *Gap) Unconfirmed() []string {
	var out []string
	for _, s := range g.Sides {
		if s.ConfirmedAt == nil {
			out = append(out, s.StateCode)
		}
	}
	return out
}

// Late says whether the day of the next step has passed.
func (g *Gap) Late(now time.Time) bool {
	return g.Status == Agreed && g.NextStepOn != nil && g.NextStepOn.Before(workflows.Day(now))
}

const maxSides = 10

// New is a gap to begin.
type New struct {
	Obligation, Title, Description string
	Positions                      map[string]string // by state, two or more
}

// Create begins a gap, for an official of one of its states.
func Create(tx *workflows.Tx, state string, in New) (*Gap, error) {
	if err := tx.Check("gap", "create", policies.Target{State: state}); err != nil {
		return nil, err
	}
	if err := in.check(tx, state); err != nil {
		return nil, err
	}
	g := &Gap{
		ID: workflows.NewID(), ObligationCode: in.Obligation, Title: strings.TrimSpace(in.Title), Description: strings.TrimSpace(in.Description), Status: Open,
		Version: 1, CreatedState: state, CreatedBy: tx.Actor.ID, CreatedAt: tx.Now,
	}
	if err := tx.Insert(g); err != nil {
		return nil, fmt.Errorf("store gap: %w", err)
	}
	for code, position := range in.Positions {
		g.Sides = append(g.Sides, Side{GapID: g.ID, StateCode: code, Position: strings.TrimSpace(position)})
	}
	slices.SortFunc(g.Sides, func(a, b Side) int { return strings.Compare(a.StateCode, b.StateCode) })
	if err := tx.Insert(g.Sides); err != nil {
		return nil, fmt.Errorf("store sides of a gap: %w", err)
	}
	if err := tx.Record(workflows.Entry{State: state, Action: "create", Object: "gap", ObjectID: g.ID, To: Open, Reason: g.ObligationCode}); err != nil {
		return nil, err
	}
	return g, tx.Enqueue(workflows.Announcement{Event: "gap.create", ID: g.ID, At: tx.Now})
}

func (in *New) check(tx *workflows.Tx, state string) error {
	var p workflows.Problems
	p.Text("title", in.Title, workflows.MaxName, true)
	p.Text("description", in.Description, workflows.MaxParagraph, false)
	o, _, err := coverage.Get(tx, in.Obligation)
	switch {
	case workflows.IsKind(err, workflows.NotFound):
		p.Add("obligation", "unknown_obligation", "Code", in.Obligation)
	case err != nil:
		return err
	case o.Own():
		p.Add("obligation", "gap_own_obligation")
	}
	if _, own := in.Positions[state]; !own || len(in.Positions) < 2 || len(in.Positions) > maxSides {
		p.Add("states", "gap_states", "Max", maxSides)
	}
	for code, position := range in.Positions {
		p.Text("states", position, workflows.MaxName, false)
		_, err := stakeholder.GetState(tx, code)
		if workflows.IsKind(err, workflows.NotFound) {
			p.Add("states", "unknown_state", "Code", code)
		} else if err != nil {
			return err
		}
	}
	return p.Err()
}

// PutSide says how things stand in a state, and who has it there, for the
// officials of that state.
func PutSide(tx *workflows.Tx, id, state string, seen int64, position, ownerID string) (*Gap, error) {
	g, err := hold(tx, id, state)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("gap", "edit", policies.Target{State: state}); err != nil {
		return nil, err
	}
	if g.Status == Closed {
		return nil, workflows.Refuse(workflows.Conflict, "wrong_state", "Object", "gap", "Action", "edit", "State", Closed)
	}
	var p workflows.Problems
	p.Text("position", position, workflows.MaxName, false)
	var owner *string
	if ownerID != "" {
		owner = &ownerID
		known, err := stakeholder.WorksIn(tx, ownerID, state)
		if err != nil {
			return nil, err
		}
		if !known {
			p.Add("owner", "unknown_owner")
		}
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	if err := tx.Update("regional_gaps", g.ID, seen, map[string]any{}); err != nil {
		return nil, err
	}
	err = tx.DB().Model(&Side{}).Where("gap_id = ? AND state_code = ?", id, state).Updates(map[string]any{"position": strings.TrimSpace(position), "owner_id": owner}).Error
	if err != nil {
		return nil, fmt.Errorf("store side of a gap: %w", err)
	}
	if err := tx.Record(workflows.Entry{State: state, Action: "edit", Object: "gap", ObjectID: id, Reason: strings.TrimSpace(position)}); err != nil {
		return nil, err
	}
	return Get(tx, id)
}

// hold locks a gap in which the state has a side, for whoever may read it.
func hold(tx *workflows.Tx, id, state string) (*Gap, error) {
	if _, err := Get(tx, id); err != nil {
		return nil, err
	}
	var g Gap
	if err := tx.Lock(&g, false, "id = ?", id); err != nil {
		return nil, err
	}
	if err := sides(tx, []*Gap{&g}); err != nil {
		return nil, err
	}
	if g.Side(state) == nil {
		return nil, workflows.Refuse(workflows.Forbidden, "gap_not_yours")
	}
	return &g, nil
}

// Get returns a gap in which a state has a side whose gaps the actor may read.
func Get(tx *workflows.Tx, id string) (*Gap, error) {
	g, err := ByID(tx, id)
	if err != nil {
		return nil, err
	}
	for _, s := range g.Sides {
		if tx.May("gap", "read", policies.Target{State: s.StateCode}) {
			return g, nil
		}
	}
	return nil, workflows.Refuse(workflows.NotFound, "not_found")
}

// ByID returns a gap, for notices. It asks no policy.
func ByID(tx *workflows.Tx, id string) (*Gap, error) {
	var g Gap
	if err := tx.One(&g, "id = ?", id); err != nil {
		return nil, err
	}
	return &g, sides(tx, []*Gap{&g})
}

// States are those whose gaps the actor may do the action with.
func States(tx *workflows.Tx, action string) []string { return tx.States("gap", action) }

// List returns the gaps that the actor may read, of one status if it is given,
// the newest first.
func List(tx *workflows.Tx, status string, page workflows.Page) ([]Gap, string, error) {
	states := States(tx, "read")
	if len(states) == 0 {
		return nil, "", tx.Check("gap", "read", policies.Target{})
	}
	q := tx.DB().Where("id IN (?)", tx.DB().Model(&Side{}).Select("gap_id").Where("state_code IN ?", states))
	if status != "" {
		var p workflows.Problems
		if p.OneOf("status", status, Statuses...); len(p) > 0 {
			return nil, "", p.Err()
		}
		q = q.Where("status = ?", status)
	}
	page.Newest = true
	rows, next, err := workflows.Rows(q, "id", page, func(g Gap) string { return g.ID })
	if err != nil {
		return nil, "", err
	}
	all := make([]*Gap, len(rows))
	for i := range rows {
		all[i] = &rows[i]
	}
	return rows, next, sides(tx, all)
}

// sides reads the sides of gaps, with the names of their owners.
func sides(tx *workflows.Tx, gaps []*Gap) error {
	ids := make([]string, len(gaps))
	for i, g := range gaps {
		ids[i] = g.ID
	}
	var rows []Side
	if err := tx.DB().Where("gap_id IN ?", ids).Order("gap_id, state_code").Find(&rows).Error; err != nil {
		return fmt.Errorf("read sides of gaps: %w", err)
	}
	actors := []string{}
	for _, s := range rows {
		if s.OwnerID != nil {
			actors = append(actors, "user:"+*s.OwnerID)
		}
	}
	names, err := stakeholder.NamesOf(tx, actors)
	if err != nil {
		return err
	}
	for _, g := range gaps {
		for _, s := range rows {
			if s.GapID == g.ID {
				if s.OwnerID != nil {
					s.Owner = names["user:"+*s.OwnerID]
				}
				g.Sides = append(g.Sides, s)
			}
		}
	}
	return nil
}

// Wanting is what a gap asks of one of the actor's states.
type Wanting struct {
	Gap   *Gap
	State string
	What  string // Confirm, or Owner, or Step
}

// What a gap can ask.
const (
	Owner = "owner" // nobody has it on this side
	Step  = "step"  // the day of the next step has passed
)

// WantedOf lists what gaps that are not closed ask of the states for which the
// actor may act, the newest gaps first, at most workflows.MaxLimit of them.
func WantedOf(tx *workflows.Tx) ([]Wanting, error) {
	states := States(tx, Confirm)
	if len(states) == 0 {
		return nil, nil
	}
	var rows []Gap
	err := tx.DB().Where("status <> ? AND id IN (?)", Closed, tx.DB().Model(&Side{}).Select("gap_id").Where("state_code IN ?", states)).
		Order("id DESC").Limit(workflows.MaxLimit).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read gaps: %w", err)
	}
	all := make([]*Gap, len(rows))
	for i := range rows {
		all[i] = &rows[i]
	}
	if err := sides(tx, all); err != nil {
		return nil, err
	}
	var out []Wanting
	for _, g := range all {
		for _, state := range states {
			side := g.Side(state)
			switch {
			case side == nil:
			case g.Status == Closing && side.ConfirmedAt == nil:
				out = append(out, Wanting{g, state, Confirm})
			case side.OwnerID == nil:
				out = append(out, Wanting{g, state, Owner})
			case g.Late(tx.Now):
				out = append(out, Wanting{g, state, Step})
			}
		}
	}
	return out, nil
}
