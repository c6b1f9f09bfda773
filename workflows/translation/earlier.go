package translation

import (
	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// earlier knows which translations of earlier wordings the reader may see: a
// translation of what they may not read would tell it in other words. It asks
// once for each draft.
type earlier struct {
	tx       *workflows.Tx
	drafts   map[string]string // by provision
	readable map[string]bool   // by draft
}

func newEarlier(tx *workflows.Tx) *earlier {
	return &earlier{tx: tx, drafts: map[string]string{}, readable: map[string]bool{}}
}

func (e *earlier) shown(s Source, r Translation) (bool, error) {
	switch s.Object {
	case Draft:
		return e.mayRead(r.OriginID)
	case Provision:
		id, known := e.drafts[r.OriginID]
		if !known {
			var p strategy.Provision
			if err := e.tx.One(&p, "id = ?", r.OriginID); err != nil {
				return false, err
			}
			id = p.DraftID
			e.drafts[r.OriginID] = id
		}
		return e.mayRead(id)
	}
	return s.Earlier, nil
}

func (e *earlier) mayRead(draftID string) (bool, error) {
	if known, asked := e.readable[draftID]; asked {
		return known, nil
	}
	_, err := strategy.GetDraft(e.tx, draftID)
	if err != nil && !workflows.IsKind(err, workflows.NotFound) {
		return false, err
	}
	e.readable[draftID] = err == nil
	return err == nil, nil
}
