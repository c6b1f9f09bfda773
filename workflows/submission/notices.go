package submission

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// The queries of this file find those to be told of something, and what it
// was. They ask no policy: the mail tells each no more than is theirs to know.

// Address is where to write about a submission.
type Address struct {
	consultation.Addressee
	SubmissionID string
}

// StandingAddresses lists, for notices, at most limit of the senders of
// submissions that stand, from after the cursor on; with drafts also of those
// not submitted yet.
func StandingAddresses(tx *workflows.Tx, consultationID, after string, limit int, drafts bool) ([]Address, error) {
	states := InRecord
	if drafts {
		states = append(slices.Clone(states), Draft)
	}
	var out []Address
	err := addresses(tx).Where("submissions.consultation_id = ? AND submissions.id > ? AND submissions.state IN ?", consultationID, after, states).
		Order("submissions.id").Limit(limit).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read senders: %w", err)
	}
	return out, nil
}

// AddressOf is, for notices, where to write about one submission.
func AddressOf(tx *workflows.Tx, submissionID string) (Address, error) {
	var out []Address
	if err := addresses(tx).Where("submissions.id = ?", submissionID).Limit(1).Find(&out).Error; err != nil {
		return Address{}, fmt.Errorf("read sender: %w", err)
	}
	if len(out) == 0 {
		return Address{}, workflows.Refuse(workflows.NotFound, "not_found")
	}
	return out[0], nil
}

func addresses(tx *workflows.Tx) *gorm.DB {
	return tx.DB().Table("submissions").
		Select(`submissions.id AS cursor, submissions.id AS submission_id,
			COALESCE(submissions.organisation_id, '') AS organisation_id, COALESCE(submissions.respondent_id, '') AS respondent_id,
			COALESCE(invitations.id, '') AS invitation_id, invitations.declined_at,
			COALESCE(organisations.name, respondents.name) AS name,
			COALESCE(organisations.email, respondents.email) AS email,
			COALESCE(organisations.language, respondents.language) AS language`).
		Joins("LEFT JOIN organisations ON organisations.id = submissions.organisation_id").
		Joins("LEFT JOIN respondents ON respondents.id = submissions.respondent_id").
		Joins(`LEFT JOIN invitations ON invitations.consultation_id = submissions.consultation_id
			AND invitations.organisation_id = submissions.organisation_id`)
}

// VersionWith is, for notices, the version whose content has the hash.
func VersionWith(tx *workflows.Tx, submissionID, sha256 string) (*Received, error) {
	var r Received
	return &r, tx.One(&r, "submission_id = ? AND content_sha256 = ?", submissionID, sha256)
}

// ListedOf lists, for notices to their sender, the comments of a submission
// that stands, in order, with the numbers of their provisions.
func ListedOf(tx *workflows.Tx, s *Submission) ([]Listed, error) {
	var out []Listed
	if err := base(tx, s.ConsultationID).Where("comments.submission_id = ?", s.ID).Order("comments.position").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read comments: %w", err)
	}
	// What is withheld does not travel by mail, not even to who wrote it.
	return out, hide(tx, out, func(*Listed) bool { return true })
}

// ReplyByID is, for notices, a reply with the comment it is about.
func ReplyByID(tx *workflows.Tx, id string) (*Reply, *Comment, error) {
	var r Reply
	if err := tx.One(&r, "id = ?", id); err != nil {
		return nil, nil, err
	}
	var m Comment
	return &r, &m, tx.One(&m, "id = ?", r.CommentID)
}
