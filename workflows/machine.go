package workflows

import (
	"fmt"
	"slices"

	"jahorina/policies"
)

// Any in Transition.From stands for every state that is not final.
const Any = "*"

// Guard is a condition on an arrow, over the facts F of its workflow. Check
// returns nil or the error that tells a person what stands against it.
type Guard[F any] struct {
	Name  string
	Check func(F) error
}

// Transition is one row of a workflow's table.
type Transition[F any] struct {
	Action string
	From   []string
	To     string
	// Clock marks what happens by itself at its hour; people may not do it
	// unless ByPeople is set too.
	Clock, ByPeople bool
	Guards          []Guard[F]
	// Announce tells those concerned once the change has committed.
	Announce bool
}

// Machine is a workflow's table of transitions. Pages, API, documentation and
// tests all read it.
type Machine[F any] struct {
	Object  string // the policy's word for what moves
	Table   string
	Column  string // where the state is kept
	Version string // the column of the optimistic lock
	Initial string
	Finals  []string
	Rows    []Transition[F]
}

// Step is one attempted transition of one object.
type Step struct {
	ID             string
	From           string
	Version        int64
	Action         string
	Target         policies.Target
	ConsultationID string
	Reason         string
	Set            map[string]any // columns written with the state
	SHA256         string         // of the content the action binds, where it binds any
}

// Find returns the arrow for the action from the state, or Conflict.
func (m *Machine[F]) Find(from, action string) (*Transition[F], error) {
	known := false
	for i := range m.Rows {
		r := &m.Rows[i]
		if r.Action != action {
			continue
		}
		known = true
		if slices.Contains(r.From, from) || (slices.Contains(r.From, Any) && !slices.Contains(m.Finals, from)) {
			return r, nil
		}
	}
	if !known {
		return nil, InvalidField("action", "unknown_action", "Action", action)
	}
	return nil, Refuse(Conflict, "wrong_state", "Object", m.Object, "Action", action, "State", from)
}

// Actions lists what could be done from the state, in table order, as far as
// the actor has the right. Guards may still stand against it.
func (m *Machine[F]) Actions(tx *Tx, from string, t policies.Target) []string {
	var out []string
	for _, r := range m.Rows {
		if _, err := m.Find(from, r.Action); err != nil || (r.Clock && !r.ByPeople) || slices.Contains(out, r.Action) {
			continue
		}
		if tx.May(m.Object, r.Action, t) {
			out = append(out, r.Action)
		}
	}
	return out
}

// Apply is the one way a state changes: right, arrow, guard, row, audit entry
// and announcement, together or not at all. It returns the new state.
func (m *Machine[F]) Apply(tx *Tx, s Step, facts F) (string, error) {
	row, err := m.allowed(tx, s)
	if err != nil {
		return "", err
	}
	for _, g := range row.Guards {
		if err := g.Check(facts); err != nil {
			return "", err
		}
	}
	if err := m.write(tx, s, row.To); err != nil {
		return "", err
	}
	entry := Entry{
		State: s.Target.State, ConsultationID: s.ConsultationID, Action: s.Action, Object: m.Object, ObjectID: s.ID,
		From: s.From, To: row.To, Reason: s.Reason, SHA256: s.SHA256, Confidential: s.Target.Confidentiality == "confidential",
	}
	if err := tx.Record(entry); err != nil {
		return "", err
	}
	if !row.Announce {
		return row.To, nil
	}
	return row.To, tx.Enqueue(Announcement{Event: m.Object + "." + s.Action, ID: s.ID, At: tx.Now})
}

// allowed finds the arrow once the right is sure: who may not act must not
// learn from the refusal what state a thing is in.
func (m *Machine[F]) allowed(tx *Tx, s Step) (*Transition[F], error) {
	byClock := tx.Actor.ID == clock.ID
	if !byClock {
		if err := tx.Check(m.Object, s.Action, s.Target); err != nil {
			return nil, err
		}
	}
	row, err := m.Find(s.From, s.Action)
	if err != nil {
		return nil, err
	}
	if byClock && !row.Clock || !byClock && row.Clock && !row.ByPeople {
		return nil, Refuse(Forbidden, "forbidden", "Object", m.Object, "Action", s.Action)
	}
	return row, nil
}

func (m *Machine[F]) write(tx *Tx, s Step, to string) error {
	set := map[string]any{m.Column: to, "updated_at": tx.Now, m.Version: s.Version + 1}
	for k, v := range s.Set {
		set[k] = v
	}
	res := tx.DB().Table(m.Table).
		Where(fmt.Sprintf("id = ? AND %s = ? AND %s = ?", m.Column, m.Version), s.ID, s.From, s.Version).Updates(set)
	if res.Error != nil {
		return fmt.Errorf("move %s: %w", m.Object, res.Error)
	}
	if res.RowsAffected != 1 {
		return Refuse(Conflict, "changed_meanwhile", "Object", m.Object)
	}
	return nil
}
