package gap

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
)

// Statuses of a gap.
const (
	Open    = "open"
	Agreed  = "agreed"  // on the next step
	Closing = "closing" // one side says that it is closed
	Closed  = "closed"  // every side does
)

// Statuses in their order.
var Statuses = []string{Open, Agreed, Closing, Closed}

// Actions of a side.
const (
	AgreeStep      = "agree_step"
	ProposeClosing = "propose_closing"
	Confirm        = "confirm"
	Object         = "object"
	Reopen         = "reopen"
	closeIt        = "close" // by itself, once every side has confirmed
)

// Input is what comes with an action.
type Input struct {
	Step   string // of AgreeStep
	On     time.Time
	Reason string
}

// facts are what the guards look at.
type facts struct {
	Gap  *Gap
	Side *Side // that acts
	Now  time.Time
	Input
}

type guard = workflows.Guard[facts]

var (
	stepped = guard{Name: "there is a step, and a day for it that has not passed", Check: func(f facts) error {
		var p workflows.Problems
		p.Text("step", f.Step, workflows.MaxParagraph, true)
		p.Instant("step_on", f.On)
		if !f.On.IsZero() && f.On.Before(workflows.Day(f.Now)) {
			p.Add("step_on", "day_passed")
		}
		return p.Err()
	}}
	owned = guard{Name: "every side has an owner", Check: func(f facts) error {
		for _, s := range f.Gap.Sides {
			if s.OwnerID == nil {
				return workflows.Refuse(workflows.Conflict, "gap_no_owner", "State", s.StateCode)
			}
		}
		return nil
	}}
	undecided = guard{Name: "this side has not confirmed yet", Check: func(f facts) error {
		if f.Side.ConfirmedAt != nil {
			return workflows.Refuse(workflows.Conflict, "gap_confirmed")
		}
		return nil
	}}
	unanimous = guard{Name: "every side has confirmed", Check: func(f facts) error {
		if left := f.Gap.Unconfirmed(); len(left) > 0 {
			return workflows.Refuse(workflows.Conflict, "gap_unconfirmed", "States", strings.Join(left, ", "))
		}
		return nil
	}}
	reasoned = guard{Name: "with a reason", Check: func(f facts) error {
		var p workflows.Problems
		p.Text("reason", f.Reason, workflows.MaxParagraph, true)
		return p.Err()
	}}
)

// Table is the workflow of a gap.
var Table = &workflows.Machine[facts]{
	Object: "gap", Table: "regional_gaps", Column: "status", Version: "version",
	Initial: Open,
	Rows: []workflows.Transition[facts]{
		{Action: AgreeStep, From: []string{Open, Agreed}, To: Agreed, Guards: []guard{stepped}, Announce: true},
		{Action: ProposeClosing, From: []string{Agreed}, To: Closing, Guards: []guard{owned}, Announce: true},
		{Action: Confirm, From: []string{Closing}, To: Closing, Guards: []guard{undecided}},
		{Action: closeIt, From: []string{Closing}, To: Closed, Clock: true, Guards: []guard{unanimous}, Announce: true},
		{Action: Object, From: []string{Closing}, To: Agreed, Guards: []guard{reasoned}, Announce: true},
		{Action: Reopen, From: []string{Closed}, To: Open, Guards: []guard{reasoned}, Announce: true},
	},
}

// Apply does the action for the side of the state.
func Apply(tx *workflows.Tx, id, state, action string, seen int64, in Input) (*Gap, error) {
	g, err := hold(tx, id, state)
	if err != nil {
		return nil, err
	}
	if seen != 0 && seen != g.Version {
		return nil, workflows.Refuse(workflows.Stale, "stale")
	}
	f := facts{Gap: g, Side: g.Side(state), Now: tx.Now, Input: in}
	step := workflows.Step{
		ID: g.ID, From: g.Status, Version: g.Version, Action: action, Target: policies.Target{State: state}, Reason: strings.TrimSpace(in.Reason),
	}
	if action == AgreeStep {
		step.Set, step.Reason = map[string]any{"next_step": strings.TrimSpace(in.Step), "next_step_on": workflows.Day(in.On)}, strings.TrimSpace(in.Step)
	}
	if g.Status, err = Table.Apply(tx, step, f); err != nil {
		return nil, err
	}
	g.Version++
	if err := g.confirm(tx, f, action); err != nil {
		return nil, err
	}
	if err := g.finish(tx, f, state, action); err != nil {
		return nil, err
	}
	return Get(tx, id)
}

// confirm keeps what the action says of who agrees that the gap is closed.
func (g *Gap) confirm(tx *workflows.Tx, f facts, action string) error {
	q := tx.DB().Model(&Side{}).Where("gap_id = ?", g.ID)
	set := map[string]any{"confirmed_at": nil, "confirmed_by": ""}
	switch action {
	case ProposeClosing, Confirm:
		q = q.Where("state_code = ?", f.Side.StateCode)
		set = map[string]any{"confirmed_at": tx.Now, "confirmed_by": tx.Actor.ID}
		f.Side.ConfirmedAt = &tx.Now
	case Object, Reopen:
	default:
		return nil
	}
	if err := q.Updates(set).Error; err != nil {
		return fmt.Errorf("keep who confirmed: %w", err)
	}
	return nil
}

// finish closes the gap if that was the last side to confirm.
func (g *Gap) finish(tx *workflows.Tx, f facts, state, action string) error {
	if action != Confirm || len(g.Unconfirmed()) > 0 {
		return nil
	}
	step := workflows.Step{ID: g.ID, From: g.Status, Version: g.Version, Action: closeIt, Target: policies.Target{State: state}}
	_, err := Table.Apply(tx.As(workflows.Clock()), step, f)
	return err
}

// Actions lists what the actor could do with the gap for the side of the state.
func (g *Gap) Actions(tx *workflows.Tx, state string) []string {
	side := g.Side(state)
	if side == nil {
		return nil
	}
	all := Table.Actions(tx, g.Status, policies.Target{State: state})
	return slices.DeleteFunc(all, func(a string) bool { return a == Confirm && side.ConfirmedAt != nil })
}
