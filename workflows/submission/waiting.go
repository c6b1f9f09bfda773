package submission

import (
	"fmt"

	"jahorina/workflows"
)

// Waiting is what the comments of one consultation ask of the actor, and what
// the actor has asked of others. It is for those who run or decide it.
type Waiting struct {
	Counts
	Free      int64 // without a disposition, and given to nobody to draft one
	Mine      int64 // without a disposition, and given to the actor
	Elsewhere int64 // without a disposition, and given to others
	ToAgree   int64 // proposed by others
	Proposed  int64 // proposed by the actor, not agreed yet
}

// WaitingIn counts, in one query over all of the consultations, by their id.
func WaitingIn(tx *workflows.Tx, ids []string) (map[string]Waiting, error) {
	out := map[string]Waiting{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []struct {
		ConsultationID, State string
		Mine, Given, ByMe     bool
		N                     int64
	}
	mine := tx.Actor.PersonID()
	err := tx.DB().Table("comments").
		Select(`comments.consultation_id, comments.disposition_state AS state, comments.drafter_id = ? AS mine, comments.drafter_id <> '' AS given,
			comments.proposed_by = ? AS by_me, COUNT(*) AS n`, mine, tx.Actor.ID).
		Joins("JOIN submissions ON submissions.id = comments.submission_id").
		Where("comments.consultation_id IN ? AND submissions.state IN ?", ids, InRecord).
		Group("1, 2, 3, 4, 5").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count what waits: %w", err)
	}
	for _, r := range rows {
		w := out[r.ConsultationID]
		w.Total += r.N
		switch {
		case r.State == DispositionAgreed:
			w.Agreed += r.N
		case r.State == DispositionProposed:
			w.Counts.Proposed += r.N
			if r.ByMe {
				w.Proposed += r.N
			} else {
				w.ToAgree += r.N
			}
		case r.Mine:
			w.Open, w.Mine = w.Open+r.N, w.Mine+r.N
		case r.Given:
			w.Open, w.Elsewhere = w.Open+r.N, w.Elsewhere+r.N
		default:
			w.Open, w.Free = w.Open+r.N, w.Free+r.N
		}
		out[r.ConsultationID] = w
	}
	return out, nil
}

// Replied is how many of those invited have answered, or said that they won't.
type Replied struct{ Invited, Answered, Declined int }

// RepliedIn counts, in one query over all of the consultations, by their id. It
// is for those who may read invitations.
func RepliedIn(tx *workflows.Tx, ids []string) (map[string]Replied, error) {
	out := map[string]Replied{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []struct {
		ConsultationID string
		Replied
	}
	err := tx.DB().Table("invitations").
		Select(`invitations.consultation_id, COUNT(*) AS invited, COUNT(submissions.id) AS answered,
			SUM(CASE WHEN submissions.id IS NULL AND invitations.declined_at IS NOT NULL THEN 1 ELSE 0 END) AS declined`).
		Joins(`LEFT JOIN submissions ON submissions.consultation_id = invitations.consultation_id
			AND submissions.organisation_id = invitations.organisation_id AND submissions.state IN ?`, InRecord).
		Where("invitations.consultation_id IN ?", ids).Group("invitations.consultation_id").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count who replied: %w", err)
	}
	for _, r := range rows {
		out[r.ConsultationID] = r.Replied
	}
	return out, nil
}

// OwnIn returns the standing submissions, drafts too, of the organisations the
// actor answers for, by the consultation's id.
func OwnIn(tx *workflows.Tx, ids []string) (map[string]Submission, error) {
	var orgs []string
	for _, h := range tx.Actor.Roles {
		if id := tx.Actor.OrganisationID(h.State); id != "" {
			orgs = append(orgs, id)
		}
	}
	out := map[string]Submission{}
	if len(orgs) == 0 || len(ids) == 0 {
		return out, nil
	}
	var rows []Submission
	if err := tx.DB().Where("consultation_id IN ? AND organisation_id IN ? AND state <> ?", ids, orgs, Withdrawn).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read own submissions: %w", err)
	}
	for _, s := range rows {
		out[s.ConsultationID] = s
	}
	return out, nil
}

// SignOffsOf returns the requests that wait for a head, by the id of the
// submission.
func SignOffsOf(tx *workflows.Tx, all map[string]Submission) (map[string]SignOff, error) {
	out := map[string]SignOff{}
	var ids []string
	for _, s := range all {
		ids = append(ids, s.ID)
	}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []SignOff
	if err := tx.DB().Where("submission_id IN ? AND outcome = ''", ids).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read requests to sign off: %w", err)
	}
	for _, o := range rows {
		out[o.SubmissionID] = o
	}
	return out, nil
}
