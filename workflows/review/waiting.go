package review

import (
	"fmt"

	"jahorina/workflows"
)

// UnderWay is a round that goes on, and how often its deadline was moved.
type UnderWay struct {
	Round
	Moved int64
}

// UnderWayIn returns the rounds that go on in the consultations, the nearest
// deadline first, those without one last. Who may follow them is for the caller
// to check; the content is left out.
func UnderWayIn(tx *workflows.Tx, ids []string) ([]UnderWay, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var out []UnderWay
	err := tx.DB().Table("rounds").
		Select(`id, consultation_id, number, quorum, by_name, due_at, outcome, opened_by, opened_at,
			(SELECT COUNT(*) FROM audit_entries a WHERE a.object = 'review' AND a.object_id = rounds.id AND a.action = 'reschedule') AS moved`).
		Where("outcome = '' AND consultation_id IN ?", ids).
		Order("due_at IS NULL, due_at, id").Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read rounds under way: %w", err)
	}
	return out, nil
}
