package strategy

import (
	"fmt"

	"jahorina/workflows"
)

// Fate is what became of a provision in a later draft. Provision is nil where
// it was deleted.
type Fate struct {
	Draft     Draft
	Provision *Provision
}

// FateOf says what became of a provision in the newest draft of its strategy
// that the actor may read; nil where it is in that draft itself. An old number
// so leads to its new place, and is never given to another.
func FateOf(tx *workflows.Tx, provisionID string) (*Fate, error) {
	p, d, err := GetProvision(tx, provisionID)
	if err != nil {
		return nil, err
	}
	var later []Draft
	err = tx.DB().Omit("source").Where("strategy_id = ? AND version > ?", d.StrategyID, d.Version).Order("version DESC").Find(&later).Error
	if err != nil {
		return nil, fmt.Errorf("read later drafts: %w", err)
	}
	for _, l := range later {
		l.StateCode = d.StateCode
		t, err := l.target(tx)
		if err != nil {
			return nil, err
		}
		if !tx.May("draft", "read", t) {
			continue
		}
		now := &Provision{}
		err = tx.One(now, "draft_id = ? AND identity = ?", l.ID, p.Identity)
		if workflows.IsKind(err, workflows.NotFound) {
			return &Fate{Draft: l}, nil
		}
		return &Fate{Draft: l, Provision: now}, err
	}
	return nil, nil
}
