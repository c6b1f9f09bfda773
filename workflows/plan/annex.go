package plan

import (
	"fmt"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// Annex is an entry of the annex of a strategy that is not published: a
// statement of a threat or a risk, or a list of sites. Reference and Reason are
// public, Text is for those who may read the annex.
type Annex struct {
	ID         string
	StateCode  string
	StrategyID string
	Reference  string // "Annex C, 3"
	Reason     string // why it is not published
	Text       string
	CreatedBy  string
	CreatedAt  time.Time
}

// TableName is where GORM keeps entries of the annex.
func (Annex) TableName() string { return "annex_entries" }

// AddAnnex adds an entry to the annex of a strategy. It never changes.
func AddAnnex(tx *workflows.Tx, strategyID, reference, reason, text string) (*Annex, error) {
	s, err := strategy.Get(tx, strategyID)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("annex", "create", policies.Target{State: s.StateCode}); err != nil {
		return nil, err
	}
	var p workflows.Problems
	p.Text("reference", reference, workflows.MaxName, true)
	p.Text("reason", reason, workflows.MaxName, true)
	p.Text("text", text, 5*workflows.MaxParagraph, true)
	if err := p.Err(); err != nil {
		return nil, err
	}
	a := &Annex{
		ID: workflows.NewID(), StateCode: s.StateCode, StrategyID: s.ID, Reference: strings.TrimSpace(reference), Reason: strings.TrimSpace(reason),
		Text: text, CreatedBy: tx.Actor.ID, CreatedAt: tx.Now,
	}
	fresh, err := tx.InsertOnce(a, "strategy_id", "reference")
	if err != nil {
		return nil, fmt.Errorf("store entry of the annex: %w", err)
	}
	if !fresh {
		return nil, workflows.InvalidField("reference", "annex_exists", "Reference", a.Reference)
	}
	return a, tx.Record(workflows.Entry{
		State: s.StateCode, Action: "create", Object: "annex", ObjectID: a.ID, SHA256: workflows.SHA256(text), Confidential: true,
	})
}

// Annexes lists the annex of a strategy with its texts, for those who may read
// it.
func Annexes(tx *workflows.Tx, strategyID string) ([]Annex, error) {
	s, err := strategy.Get(tx, strategyID)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("annex", "read", policies.Target{State: s.StateCode}); err != nil {
		return nil, err
	}
	var out []Annex
	err = tx.DB().Where("strategy_id = ?", strategyID).Order("reference").Limit(MaxMeasures).Find(&out).Error
	return out, err
}

// References lists what the annex of a plan's strategy holds, without its texts:
// the title and the reason are public.
func References(tx *workflows.Tx, p *Plan) ([]Annex, error) {
	var out []Annex
	err := tx.DB().Omit("text").Where("strategy_id = ?", p.StrategyID).Order("reference").Limit(MaxMeasures).Find(&out).Error
	return out, err
}
