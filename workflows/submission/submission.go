// Package submission holds what is answered to a consultation and what becomes
// of it: submissions with their versions and receipts, comments, answers,
// attachments, and the disposition of every comment. Nothing is accepted after
// the deadline of the server's clock, and what was acknowledged is stored.
package submission

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

// Confidentiality a contributor can ask for: published with the name, published
// without it, shared with the other participants, or for the officials alone
// (TLP:CLEAR, CLEAR with the sender masked, GREEN and AMBER+STRICT; FIRST TLP 2.0).
const (
	Public       = "public"
	NameWithheld = "name_withheld"
	Participants = "participants"
	Confidential = "confidential"
)

// Confidentialities lists them from open to closed.
var Confidentialities = []string{Public, NameWithheld, Participants, Confidential}

// Positions an agency can take in an interagency consultation; none is "".
var Positions = []string{"", "concur", "concur_with_comments", "non_concur"}

// Submission is the formal answer of one organisation or person.
type Submission struct {
	ID              string
	ConsultationID  string
	OrganisationID  *string
	RespondentID    *string
	ReceiptNumber   string
	State           string
	Publication     string
	Version         int64  // of the row, raised by every change, saved drafts too
	Confidentiality string // of comments that don't say otherwise
	Ground          string // why, likewise; "" where nothing is kept from others
	GroundWords     string
	Masked          bool   // known by number where the name is withheld
	Branch          string // beside the number, once the desk accepts it
	Position        string
	Language        string
	EnteredBy       string // who typed it: differs from the party where an official did
	SubmittedAt     *time.Time
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// Received is one version that entered the record.
type Received struct {
	SubmissionID  string `gorm:"primaryKey"`
	Version       int64  `gorm:"primaryKey"` // 1 for what was first received, then one more for each amendment
	Content       string // canonical JSON
	ContentSHA256 string `gorm:"column:content_sha256"`
	Receipt       string // signed note
	ReceivedFrom  string
	ReceivedAt    time.Time
}

// TableName is where GORM keeps versions.
func (Received) TableName() string { return "submission_versions" }

// In says whether it has entered the record and still stands.
func (s *Submission) In() bool { return s.State == Submitted || s.State == Amended }

func (s *Submission) target(c *consultation.Consultation) policies.Target {
	t := policies.Target{State: c.StateCode, ConsultationID: c.ID, Confidentiality: s.Confidentiality}
	if s.OrganisationID != nil {
		t.OrganisationID = *s.OrganisationID
	}
	if s.RespondentID != nil {
		t.OwnerID = "respondent:" + *s.RespondentID
	}
	return t
}

// Get returns a submission the actor may read, with its consultation. A draft
// is for those who write it alone.
func Get(tx *workflows.Tx, id string) (*Submission, *consultation.Consultation, error) {
	var s Submission
	if err := tx.One(&s, "id = ?", id); err != nil {
		return nil, nil, err
	}
	c, err := consultation.Get(tx, s.ConsultationID)
	if err != nil {
		return nil, nil, err
	}
	t := s.target(c)
	if err := tx.Check("submission", "read", t); err != nil {
		return nil, nil, err
	}
	if s.State == Draft && !tx.May("submission", "edit", t) {
		return nil, nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	return &s, c, nil
}

// Own returns the actor's own standing submission to the consultation; NotFound
// if there is none.
func Own(tx *workflows.Tx, c *consultation.Consultation) (*Submission, error) {
	p, err := partyOf(tx.Actor, c.StateCode)
	if err != nil {
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	var s Submission
	return &s, tx.One(&s, "consultation_id = ? AND state <> ? AND "+p.column()+" = ?", c.ID, Withdrawn, p.id())
}

// party is whose submission it is: an organisation or a respondent.
type party struct{ organisationID, respondentID string }

func partyOf(a workflows.Actor, state string) (party, error) {
	if id, ok := strings.CutPrefix(a.ID, "respondent:"); ok {
		return party{respondentID: id}, nil
	}
	if org := a.OrganisationID(state); org != "" {
		return party{organisationID: org}, nil
	}
	return party{}, workflows.Refuse(workflows.Forbidden, "answers_for_nobody")
}

func (p party) column() string {
	if p.respondentID != "" {
		return "respondent_id"
	}
	return "organisation_id"
}

func (p party) id() string { return p.respondentID + p.organisationID }

// Sender is who a submission is from.
type Sender struct {
	Name     string
	Sector   string
	Email    string
	Language string
}

// SenderOf returns who the submission is from.
func SenderOf(tx *workflows.Tx, s *Submission) (Sender, error) {
	if s.OrganisationID != nil {
		var o stakeholder.Organisation
		err := tx.One(&o, "id = ?", *s.OrganisationID)
		return Sender{o.Name, o.Sector, o.Email, o.Language}, err
	}
	var r consultation.Respondent
	err := tx.One(&r, "id = ?", *s.RespondentID)
	return Sender{r.Name, r.Sector, r.Email, r.Language}, err
}

// Versions lists what was received, oldest first, for whoever may read the
// submission.
func Versions(tx *workflows.Tx, submissionID string) ([]Received, error) {
	var out []Received
	return out, tx.DB().Where("submission_id = ?", submissionID).Order("version").Find(&out).Error
}

// All lists the submissions that stand, oldest first.
func All(tx *workflows.Tx, c *consultation.Consultation, page workflows.Page) ([]Submission, string, error) {
	if !slices.Contains(tx.Policy().Conditions(tx.Actor.Subject, "submission", "read", c.StateCode, c.ID), policies.Always) {
		return nil, "", workflows.Refuse(workflows.NotFound, "not_found")
	}
	q := tx.DB().Where("consultation_id = ? AND state IN ?", c.ID, InRecord)
	return workflows.Rows(q, "id", page, func(s Submission) string { return s.ID })
}

// Answered returns, by organisation, the standing submission to the
// consultation.
func Answered(tx *workflows.Tx, consultationID string) (map[string]Submission, error) {
	var rows []Submission
	err := tx.DB().Where("consultation_id = ? AND organisation_id IS NOT NULL AND state IN ?", consultationID, InRecord).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read submissions: %w", err)
	}
	out := make(map[string]Submission, len(rows))
	for _, s := range rows {
		out[*s.OrganisationID] = s
	}
	return out, nil
}

// CountStanding is the number of submissions that stand.
func CountStanding(tx *workflows.Tx, consultationID string) (int64, error) {
	var n int64
	err := tx.DB().Model(&Submission{}).Where("consultation_id = ? AND state IN ?", consultationID, InRecord).Count(&n).Error
	return n, err
}
