package review

import (
	"fmt"
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// Verdict is a decision as the reviewer gives it. SHA256 is that of the content
// they saw ("" takes the round as it is): a form left open does not decide on
// the next round.
type Verdict struct{ Decision, Reason, SHA256 string }

// Decide records a reviewer's decision on exactly the content of the round.
// "return" sends the consultation back at once; the approval that completes the
// quorum approves it. Each reviewer decides once in a round.
func Decide(tx *workflows.Tx, id string, v Verdict) (*consultation.Consultation, error) {
	c, err := consultation.Hold(tx, id, false)
	if err != nil {
		return nil, err
	}
	t, err := c.Target(tx)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("review", "decide", t); err != nil {
		return nil, err
	}
	if err := checkDecision(v.Decision, v.Reason); err != nil {
		return nil, err
	}
	if c.State != consultation.InReview {
		return nil, workflows.Refuse(workflows.Conflict, "wrong_state", "Object", "consultation", "Action", "decide", "State", c.State)
	}
	r, err := current(tx, c.ID)
	if err != nil {
		return nil, err
	}
	if v.SHA256 != "" && v.SHA256 != r.ContentSHA256 {
		return nil, workflows.Refuse(workflows.Conflict, "other_round")
	}
	if err := checkReviewer(tx, c, r); err != nil {
		return nil, err
	}
	if err := store(tx, c, r, v); err != nil {
		return nil, err
	}
	if v.Decision == "return" {
		if err := consultation.Move(tx, c, consultation.Return, consultation.Facts{Reason: v.Reason}, nil, r.ContentSHA256); err != nil {
			return nil, err
		}
		return c, endRound(tx, c.ID, outcomeReturned)
	}
	return c, approveIfComplete(tx, c, r)
}

// Blocked says why this reviewer could not decide on a consultation under
// review: they wrote the draft, are not named, have decided, or the content has
// changed. nil
// means that they can.
func Blocked(tx *workflows.Tx, c *consultation.Consultation) error {
	r, err := current(tx, c.ID)
	if err != nil {
		return err
	}
	return checkReviewer(tx, c, r)
}

func checkDecision(decision, reason string) error {
	var p workflows.Problems
	p.OneOf("decision", decision, Decisions...)
	if p.Text("reason", reason, workflows.MaxParagraph, false); decision != "approve" && strings.TrimSpace(reason) == "" {
		p.Add("reason", "reason_required")
	}
	return p.Err()
}

// checkReviewer: authors never decide on their own draft, nor those who
// commented or declared an interest; where reviewers are named, nobody else
// decides; nobody decides twice, nor on what has changed under their hands.
func checkReviewer(tx *workflows.Tx, c *consultation.Consultation, r *Round) error {
	i, err := interestsIn(tx, c, c.DraftID, r.DraftID)
	if err != nil {
		return err
	}
	bar, err := i.bar(tx, tx.Actor.PersonID())
	if err != nil {
		return err
	}
	if bar != "" {
		return workflows.Refuse(workflows.Conflict, bar)
	}
	a, err := assigned(tx, r)
	if err != nil {
		return err
	}
	switch {
	case a != nil && a.Kind == Advisory:
		return workflows.Refuse(workflows.Conflict, "asked_for_advice")
	case a == nil && r.ByName:
		return workflows.Refuse(workflows.Conflict, "not_named")
	}
	var n int64
	if err := tx.DB().Model(&Decision{}).Where("round_id = ? AND reviewer_id = ?", r.ID, tx.Actor.ID).Count(&n).Error; err != nil {
		return fmt.Errorf("look for an earlier decision: %w", err)
	}
	if n > 0 {
		return workflows.Refuse(workflows.Conflict, "decided_already")
	}
	differs, err := changed(tx, c, r)
	if err != nil {
		return err
	}
	if differs {
		return workflows.Refuse(workflows.Conflict, "content_changed")
	}
	return nil
}

func store(tx *workflows.Tx, c *consultation.Consultation, r *Round, v Verdict) error {
	d := &Decision{
		ID: workflows.NewID(), ConsultationID: c.ID, RoundID: r.ID, ReviewerID: tx.Actor.ID, ReviewerName: tx.Actor.Name,
		Decision: v.Decision, Reason: v.Reason, ContentSHA256: r.ContentSHA256, DecidedAt: tx.Now,
	}
	if err := tx.Insert(d); err != nil {
		if workflows.IsDuplicate(err) {
			return workflows.Refuse(workflows.Conflict, "decided_already")
		}
		return fmt.Errorf("store decision: %w", err)
	}
	if err := markSeen(tx, r); err != nil {
		return err
	}
	return tx.Record(workflows.Entry{
		State: c.StateCode, ConsultationID: c.ID, Action: "decide", Object: "review", ObjectID: r.ID,
		To: v.Decision, Reason: v.Reason, SHA256: r.ContentSHA256,
	})
}

func approveIfComplete(tx *workflows.Tx, c *consultation.Consultation, r *Round) error {
	var approvals int64
	err := tx.DB().Model(&Decision{}).Where("round_id = ? AND content_sha256 = ? AND decision <> ?", r.ID, r.ContentSHA256, "return").Count(&approvals).Error
	if err != nil {
		return fmt.Errorf("count approvals: %w", err)
	}
	if int(approvals) < c.Quorum {
		return nil
	}
	facts := consultation.Facts{Approvals: int(approvals)}
	if err := consultation.Move(tx, c, consultation.Approve, facts, nil, r.ContentSHA256); err != nil {
		return err
	}
	return endRound(tx, c.ID, outcomeApproved)
}

// current is the round that goes on.
func current(tx *workflows.Tx, consultationID string) (*Round, error) {
	var r Round
	return &r, tx.One(&r, "consultation_id = ? AND outcome = ''", consultationID)
}

func endRound(tx *workflows.Tx, consultationID, outcome string) error {
	res := tx.DB().Model(&Round{}).Where("consultation_id = ? AND outcome = ''", consultationID).
		Updates(map[string]any{"outcome": outcome, "ended_at": tx.Now})
	if res.Error == nil && res.RowsAffected != 1 {
		return fmt.Errorf("end the round of %s: %d rounds going on", consultationID, res.RowsAffected)
	}
	return res.Error
}
