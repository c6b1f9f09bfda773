package strategy

import "jahorina/workflows"

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
	drafts, err := Versions(tx, d)
	if err != nil || len(drafts) == 0 || drafts[0].Version <= d.Version {
		return nil, err
	}
	fate, now := &Fate{Draft: drafts[0]}, &Provision{}
	err = tx.One(now, "draft_id = ? AND identity = ?", drafts[0].ID, p.Identity)
	if workflows.IsKind(err, workflows.NotFound) {
		return fate, nil
	}
	fate.Provision = now
	return fate, err
}
