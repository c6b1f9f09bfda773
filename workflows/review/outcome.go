package review

import (
	"fmt"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// Outcome is what came of a consultation, from the record of decisions.
type Outcome struct {
	Response     *Response
	Consultation *consultation.Consultation
	Quorum       int
	Approvals    int        // of the content as it was put
	ApprovedAt   *time.Time // nil: it is not approved
	By           []string   // names of those who approved, for whoever may follow the review
}

// OutcomeOf reads what came of a consultation, for whoever may read its response.
func OutcomeOf(tx *workflows.Tx, consultationID string) (*Outcome, error) {
	r, c, err := GetResponse(tx, consultationID)
	if err != nil {
		return nil, err
	}
	o := &Outcome{Response: r, Consultation: c}
	var rounds []Round
	if err := tx.DB().Omit("content").Where("consultation_id = ?", c.ID).Order("number DESC").Limit(1).Find(&rounds).Error; err != nil {
		return nil, fmt.Errorf("read the last round: %w", err)
	}
	if len(rounds) == 0 {
		return o, nil
	}
	round := rounds[0]
	if o.Quorum = round.Quorum; round.Outcome == outcomeApproved {
		o.ApprovedAt = round.EndedAt
	}
	var said []Decision
	err = tx.DB().Where("round_id = ? AND decision <> ? AND content_sha256 = ?", round.ID, "return", round.ContentSHA256).Order("id").Find(&said).Error
	o.Approvals = len(said)
	if tx.May("review", "follow", policies.Target{State: c.StateCode, ConsultationID: c.ID}) {
		for _, d := range said {
			o.By = append(o.By, d.ReviewerName)
		}
	}
	return o, err
}
