package moderation

import (
	"fmt"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// Prolong says that something must still be withheld, until it is looked at
// again on the day given (zero: in ReviewAfter). Whoever does so holds it from
// then on in the record, the office stays.
func Prolong(tx *workflows.Tx, redactionID string, until time.Time, reason string) error {
	var r submission.Redaction
	if err := tx.One(&r, "id = ?", redactionID); err != nil {
		return err
	}
	h, err := hold(tx, r.CommentID, "comment", "moderate")
	if err != nil {
		return err
	}
	if err := h.notOwn(); err != nil {
		return err
	}
	var p workflows.Problems
	at := reviewDate(&p, until, tx.Now)
	p.Text("reason", reason, maxWords, true)
	if err := p.Err(); err != nil {
		return err
	}
	res := tx.DB().Model(&submission.Redaction{}).Where("id = ? AND lifted_at IS NULL", r.ID).Update("review_date", at)
	if res.Error != nil {
		return fmt.Errorf("prolong redaction: %w", res.Error)
	}
	if res.RowsAffected != 1 {
		return workflows.Refuse(workflows.Conflict, "lifted_already")
	}
	return h.record(tx, "prolong", r.Reason, reason)
}

// JudgeBranch accepts the branch a masked sender gives, or declines it: it is
// shown beside their number or not. branch is the one that was judged.
func JudgeBranch(tx *workflows.Tx, maskID, branch string, accept bool) error {
	var m submission.Mask
	if err := tx.One(&m, "id = ?", maskID); err != nil {
		return err
	}
	c, err := consultation.Hold(tx, m.ConsultationID, true)
	if err != nil {
		return err
	}
	if err := mayModerate(tx, c); err != nil {
		return err
	}
	if own, err := submission.Own(tx, c); err == nil && submission.PartyOf(own) == m.Party {
		return workflows.Refuse(workflows.Conflict, "own_moderation")
	}
	asked, err := submission.BranchesAsked(tx, c.ID)
	if err != nil {
		return err
	}
	for _, a := range asked {
		if a.ID != m.ID || a.Asked != branch {
			continue
		}
		set, action := map[string]any{"refused": branch}, "decline_branch"
		if accept {
			set, action = map[string]any{"branch": branch}, "accept_branch"
		}
		if err := tx.Update("masks", m.ID, m.Version, set); err != nil {
			return err
		}
		return tx.Record(workflows.Entry{State: c.StateCode, ConsultationID: c.ID, Action: action, Object: "mask", ObjectID: m.ID, Reason: branch, Confidential: true})
	}
	return workflows.Refuse(workflows.Conflict, "branch_changed")
}
