// Package strategy holds the documents that are consulted on: strategies, their
// drafts, and provisions whose identity goes on from one draft into the next.
// The text of a draft stays as it was printed, gaps and damage included;
// readings stand beside it. It parses no file format: that is package
// documents' business.
package strategy

import (
	"fmt"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// Strategy is a document that a state works out, draft by draft.
type Strategy struct {
	ID        string
	StateCode string
	Title     string
	CreatedBy string
	CreatedAt time.Time
}

// Create starts a strategy.
func Create(tx *workflows.Tx, state, title string) (*Strategy, error) {
	var p workflows.Problems
	p.Text("title", title, workflows.MaxName, true)
	_, err := stakeholder.GetState(tx, state)
	switch {
	case workflows.IsKind(err, workflows.NotFound):
		p.Add("state", "unknown_state", "Code", state)
	case err != nil:
		return nil, err
	default:
		if err := tx.Check("strategy", "create", policies.Target{State: state}); err != nil {
			return nil, err
		}
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	s := &Strategy{ID: workflows.NewID(), StateCode: state, Title: strings.TrimSpace(title), CreatedBy: tx.Actor.ID, CreatedAt: tx.Now}
	if err := tx.Insert(s); err != nil {
		return nil, fmt.Errorf("store strategy: %w", err)
	}
	return s, tx.Record(workflows.Entry{State: state, Action: "create", Object: "strategy", ObjectID: s.ID})
}

// Get returns a strategy the actor may know of.
func Get(tx *workflows.Tx, id string) (*Strategy, error) {
	var s Strategy
	if err := tx.One(&s, "id = ?", id); err != nil {
		return nil, err
	}
	return &s, tx.Check("strategy", "read", policies.Target{State: s.StateCode})
}

// List returns the strategies of a state, newest first.
func List(tx *workflows.Tx, state string, page workflows.Page) ([]Strategy, string, error) {
	if err := tx.Check("strategy", "read", policies.Target{State: state}); err != nil {
		return nil, "", err
	}
	page.Newest = true
	return workflows.Rows(tx.DB().Where("state_code = ?", state), "id", page, func(s Strategy) string { return s.ID })
}
