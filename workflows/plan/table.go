package plan

import (
	"strings"

	"jahorina/policies"
	"jahorina/workflows"
)

// How far a measure, or a milestone, is. There is no percentage.
const (
	NotStarted = "not_started"
	UnderWay   = "under_way"
	Done       = "done"
	Stopped    = "stopped"
)

// Statuses in their order.
var Statuses = []string{NotStarted, UnderWay, Done, Stopped}

// Actions on a measure.
const (
	Adopt  = "adopt"
	Start  = "start"
	Finish = "finish"
	Stop   = "stop"
	Resume = "resume"
)

// facts are what the guards of a measure look at.
type facts struct {
	Measure *Measure
	Reason  string
}

type guard = workflows.Guard[facts]

var (
	adoptable = guard{Name: "it has a lead body, and an owner, a yearly cost and a first day of its upkeep without outside help", Check: func(f facts) error {
		var p workflows.Problems
		for _, lack := range []struct {
			missing    bool
			field, key string
		}{
			{f.Measure.LeadID == nil, "lead", "adopt_lead"},
			{f.Measure.UpkeepOwner == "", "upkeep_owner", "adopt_owner"},
			{f.Measure.UpkeepMinor == nil, "upkeep_amount", "adopt_upkeep"},
			{f.Measure.OwnFrom == nil, "own_from", "adopt_own_from"},
		} {
			if lack.missing {
				p.Add(lack.field, lack.key)
			}
		}
		return p.Err()
	}}
	fresh = guard{Name: "it is not adopted yet", Check: func(f facts) error {
		if f.Measure.AdoptedAt != nil {
			return workflows.Refuse(workflows.Conflict, "measure_adopted")
		}
		return nil
	}}
	adopted = guard{Name: "it is adopted", Check: func(f facts) error {
		if f.Measure.AdoptedAt == nil {
			return workflows.Refuse(workflows.Conflict, "measure_not_adopted")
		}
		return nil
	}}
	shown = guard{Name: "something shows that it is done", Check: func(f facts) error {
		if len(f.Measure.Evidence) == 0 {
			return workflows.Refuse(workflows.Conflict, "measure_unproven")
		}
		return nil
	}}
	reasoned = guard{Name: "with a reason", Check: func(f facts) error {
		if strings.TrimSpace(f.Reason) == "" {
			return workflows.InvalidField("reason", "required")
		}
		return nil
	}}
)

// Table is the workflow of a measure.
var Table = &workflows.Machine[facts]{
	Object: "measure", Table: "measures", Column: "status", Version: "version",
	Initial: NotStarted,
	Rows: []workflows.Transition[facts]{
		{Action: Adopt, From: []string{NotStarted}, To: NotStarted, Guards: []guard{fresh, adoptable}},
		{Action: Start, From: []string{NotStarted}, To: UnderWay, Guards: []guard{adopted}},
		{Action: Finish, From: []string{UnderWay}, To: Done, Guards: []guard{shown}},
		{Action: Stop, From: []string{NotStarted, UnderWay}, To: Stopped, Guards: []guard{reasoned}},
		{Action: Resume, From: []string{Done}, To: UnderWay, Guards: []guard{reasoned}},
		{Action: Resume, From: []string{Stopped}, To: NotStarted, Guards: []guard{reasoned}},
	},
}

// Apply does the action to a measure.
func Apply(tx *workflows.Tx, id, action, reason string) (*Measure, error) {
	if _, err := get(tx, id); err != nil {
		return nil, err
	}
	var p workflows.Problems
	if p.Text("reason", reason, workflows.MaxParagraph, false); len(p) > 0 {
		return nil, p.Err()
	}
	var m Measure
	if err := tx.Lock(&m, false, "id = ?", id); err != nil {
		return nil, err
	}
	step := workflows.Step{
		ID: m.ID, From: m.Status, Version: m.Version, Action: action, Target: policies.Target{State: m.StateCode}, Reason: strings.TrimSpace(reason),
	}
	if action == Adopt {
		step.Set = map[string]any{"adopted_at": tx.Now}
	}
	to, err := Table.Apply(tx, step, facts{Measure: &m, Reason: reason})
	if err != nil {
		return nil, err
	}
	if action == Adopt {
		m.AdoptedAt = &tx.Now
	}
	m.Status, m.Version, m.UpdatedAt = to, m.Version+1, &tx.Now
	return &m, nil
}

// Actions lists what the actor could do to the measure.
func (m *Measure) Actions(tx *workflows.Tx) []string {
	var out []string
	for _, a := range Table.Actions(tx, m.Status, policies.Target{State: m.StateCode}) {
		if a == Adopt && m.AdoptedAt != nil || a == Start && m.AdoptedAt == nil {
			continue
		}
		out = append(out, a)
	}
	return out
}
