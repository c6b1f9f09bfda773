package moderation

import (
	"fmt"
	"strings"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/submission"
)

// NewRedaction says what is withheld of a comment and why. Passage is the exact
// words for submission.Words and withholds them wherever they stand in the
// comment and in the answer to it. Holder "" is the state, ReviewDate zero in
// ReviewAfter.
type NewRedaction struct {
	Part       string
	Passage    string
	Reason     string
	Words      string // for the public
	Holder     string
	ReviewDate time.Time
}

// Redact withholds part of a comment from the public, tells its sender (where
// the reason is "sensitive", the reviewers instead) and upholds the flags raised
// about it. Of a response that is published it makes a new edition.
func Redact(tx *workflows.Tx, commentID string, in NewRedaction) (*submission.Redaction, error) {
	made, err := redact(tx, commentID, in)
	if err != nil {
		return nil, err
	}
	return made, reissue(tx, made.ConsultationID, []string{commentID}, review.Change{Action: "redacted", Reason: in.Reason, Words: in.Words})
}

// RedactAlike withholds several comments whole, all or none.
func RedactAlike(tx *workflows.Tx, consultationID string, commentIDs []string, in NewRedaction) error {
	in.Part, in.Passage = submission.WholeComment, ""
	commentIDs, err := chosen(commentIDs)
	if err != nil {
		return err
	}
	for _, id := range commentIDs {
		made, err := redact(tx, id, in)
		if err != nil {
			return err
		}
		if made.ConsultationID != consultationID {
			return workflows.InvalidField("comments", "unknown_comment")
		}
	}
	return reissue(tx, consultationID, commentIDs, review.Change{Action: "redacted", Reason: in.Reason, Words: in.Words})
}

func redact(tx *workflows.Tx, commentID string, in NewRedaction) (*submission.Redaction, error) {
	h, err := hold(tx, commentID, "comment", "moderate")
	if err != nil {
		return nil, err
	}
	if err := started(h.c); err != nil {
		return nil, err
	}
	if err := h.notOwn(); err != nil {
		return nil, err
	}
	r, err := in.row(tx, h)
	if err != nil {
		return nil, err
	}
	if err := tx.Insert(r); err != nil {
		return nil, fmt.Errorf("store redaction: %w", err)
	}
	if err := submission.Refold(tx, h.ID); err != nil {
		return nil, err
	}
	if err := h.record(tx, "redact", r.Reason, r.Words); err != nil {
		return nil, err
	}
	if err := upholdAll(tx, h); err != nil {
		return nil, err
	}
	return r, tx.Enqueue(workflows.Announcement{Event: "comment.redact", ID: r.ID, At: tx.Now})
}

func (in NewRedaction) row(tx *workflows.Tx, h *held) (*submission.Redaction, error) {
	var p workflows.Problems
	in.Passage = strings.TrimSpace(in.Passage)
	if in.Part != submission.Words {
		in.Passage = ""
	}
	p.OneOf("part", in.Part, submission.Words, submission.ProposedChange, submission.WholeComment)
	p.OneOf("reason", in.Reason, submission.RedactionReasons...)
	p.Text("words", in.Words, maxWords, true)
	p.Text("holder", in.Holder, workflows.MaxName, false)
	p.Text("passage", in.Passage, workflows.MaxParagraph, in.Part == submission.Words)
	at := reviewDate(&p, in.ReviewDate, tx.Now)
	switch {
	case in.Passage != "" && !h.Contains(in.Passage):
		p.Add("passage", "not_in_comment")
	case in.Passage != "" && strings.Contains(workflows.Fold(in.Words), workflows.Fold(in.Passage)):
		p.Add("words", "repeats_passage")
	case in.Part == submission.ProposedChange && h.ProposedChange == "":
		p.Add("part", "no_proposed_change")
	}
	for _, old := range h.Withheld {
		if old.Part == submission.WholeComment || old.Part == in.Part && old.Passage == in.Passage {
			p.Add("part", "withheld_already")
			break
		}
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	holder, err := office(tx, h.c, in.Holder)
	return &submission.Redaction{
		ID: workflows.NewID(), ConsultationID: h.c.ID, CommentID: h.ID, Part: in.Part, Passage: in.Passage, Reason: in.Reason,
		Words: in.Words, Holder: holder, MadeBy: tx.Actor.ID, MadeByName: tx.Actor.Name, MadeAt: tx.Now, ReviewDate: at,
	}, err
}

// Lift shows again what was withheld, with a reason that stays on the record.
func Lift(tx *workflows.Tx, redactionID, reason string) (*submission.Redaction, error) {
	var r submission.Redaction
	if err := tx.One(&r, "id = ?", redactionID); err != nil {
		return nil, err
	}
	h, err := hold(tx, r.CommentID, "comment", "moderate")
	if err != nil {
		return nil, err
	}
	if err := h.notOwn(); err != nil {
		return nil, err
	}
	var p workflows.Problems
	if p.Text("reason", reason, maxWords, true); len(p) > 0 {
		return nil, p.Err()
	}
	res := tx.DB().Model(&submission.Redaction{}).Where("id = ? AND lifted_at IS NULL", r.ID).
		Updates(map[string]any{"lifted_by": tx.Actor.ID, "lifted_by_name": tx.Actor.Name, "lifted_at": tx.Now, "lifted_reason": reason})
	if res.Error != nil {
		return nil, fmt.Errorf("lift redaction: %w", res.Error)
	}
	if res.RowsAffected != 1 {
		return nil, workflows.Refuse(workflows.Conflict, "lifted_already")
	}
	if err := submission.Refold(tx, h.ID); err != nil {
		return nil, err
	}
	if err := h.record(tx, "restore", r.Reason, reason); err != nil {
		return nil, err
	}
	if err := reissue(tx, h.c.ID, []string{h.ID}, review.Change{Action: "restored", Reason: r.Reason, Words: reason}); err != nil {
		return nil, err
	}
	return &r, tx.One(&r, "id = ?", r.ID)
}

func reissue(tx *workflows.Tx, consultationID string, commentIDs []string, what review.Change) error {
	c, err := consultation.Hold(tx, consultationID, false)
	if err != nil {
		return err
	}
	return review.Reissue(tx, c, commentIDs, what)
}
