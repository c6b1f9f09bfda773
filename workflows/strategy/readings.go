package strategy

import (
	"fmt"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
)

// StoredReading is a reading as kept beside a provision.
type StoredReading struct {
	ID          string
	ProvisionID string
	Printed     string
	Suggested   string
	Author      string
	Certainty   Certainty
	Note        string
	CreatedBy   string
	CreatedAt   time.Time
}

// TableName is where GORM keeps readings.
func (StoredReading) TableName() string { return "readings" }

// AddReading puts a reading of damaged text beside a provision. The text
// itself stays as printed; any draft can be read this way at any time.
func AddReading(tx *workflows.Tx, provisionID string, r Reading) (*StoredReading, error) {
	p, d, err := GetProvision(tx, provisionID)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("reading", "create", policies.Target{State: d.StateCode}); err != nil {
		return nil, err
	}
	if err := r.Check(p.Text); err != nil {
		return nil, err
	}
	row := &StoredReading{
		ID: workflows.NewID(), ProvisionID: p.ID, Printed: r.Printed, Suggested: r.Suggested, Author: r.Author,
		Certainty: r.Certainty, Note: r.Note, CreatedBy: tx.Actor.ID, CreatedAt: tx.Now,
	}
	if err := tx.Insert(row); err != nil {
		return nil, fmt.Errorf("store reading: %w", err)
	}
	return row, tx.Record(workflows.Entry{State: d.StateCode, Action: "create", Object: "reading", ObjectID: row.ID, Reason: p.Number})
}

// Readings lists the readings of a draft by provision id, for whoever may read
// the draft.
func Readings(tx *workflows.Tx, draftID string) (map[string][]StoredReading, error) {
	var rows []StoredReading
	of := tx.DB().Model(&Provision{}).Select("id").Where("draft_id = ?", draftID)
	if err := tx.DB().Where("provision_id IN (?)", of).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read readings: %w", err)
	}
	out := map[string][]StoredReading{}
	for _, r := range rows {
		out[r.ProvisionID] = append(out[r.ProvisionID], r)
	}
	return out, nil
}
