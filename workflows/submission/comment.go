package submission

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"jahorina/workflows"
)

// Comment is one point of a submission, on a provision or the whole.
type Comment struct {
	ID               string
	ConsultationID   string
	SubmissionID     string
	Position         int // within the submission, from 1
	ProvisionID      *string
	Obligation       *string
	Reference        string // what the sender wrote where it names no provision of the draft: parked until placed
	Type             string
	Text             string
	TextFolded       string
	Alike            string  // the same for comments that say the same in the same words
	OpenFolded       *string // what of it may be found by those who may not read all; nil: all
	ProposedChange   string
	Language         string
	Confidentiality  string
	Ground           string // why it is to be kept from others
	GroundWords      string
	DispositionState string
	Version          int64
	Outcome          string
	Rationale        string
	DuplicateOf      *string
	Changes          []string `gorm:"serializer:json"` // identities of provisions changed because of it
	ProposedBy       string
	ProposedAt       *time.Time
	AgreedBy         string
	AgreedAt         *time.Time
	DrafterID        string // the official who is to answer it, "" for nobody yet
	WrittenBy        string // actor; for the colleagues of the sender alone
	ChangedBy        string
	CreatedAt        time.Time
	UpdatedAt        time.Time
}

// Answer is the answer to one question.
type Answer struct {
	SubmissionID string `gorm:"primaryKey"`
	QuestionID   string `gorm:"primaryKey"`
	Value        string // several options: a line each
}

// Parked says whether the comment refers to a place the draft does not have.
func (m *Comment) Parked() bool { return m.ProvisionID == nil && m.Reference != "" }

// storeContent writes comments and answers as they now are. Comments named by
// id are rewritten in place; what is no longer there goes (earlier versions are
// kept whole), unless it has been talked about.
func storeContent(tx *workflows.Tx, s *Submission, in Content) error {
	var old []Comment
	if err := tx.DB().Where("submission_id = ?", s.ID).Find(&old).Error; err != nil {
		return fmt.Errorf("read comments: %w", err)
	}
	gone, kept := map[string]Comment{}, map[string]Comment{}
	for _, m := range old {
		gone[m.ID] = m
	}
	for i, n := range in.Comments {
		m := n.row(tx, s, i+1)
		before, isKept := gone[n.ID]
		if isKept {
			kept[n.ID] = before
		}
		delete(gone, n.ID)
		if err := storeComment(tx, m, before, isKept); err != nil {
			return fmt.Errorf("store comment: %w", err)
		}
	}
	if err := removeComments(tx, gone); err != nil {
		return err
	}
	if err := Refold(tx, slices.Collect(maps.Keys(kept))...); err != nil {
		return err
	}
	return storeAnswers(tx, s, in.Answers)
}

func storeComment(tx *workflows.Tx, m *Comment, before Comment, kept bool) error {
	if !kept {
		return tx.Insert(m)
	}
	if m.same(before) {
		return nil // nobody who looks at it shall find it changed
	}
	return tx.Update("comments", before.ID, before.Version, map[string]any{
		"position": m.Position, "provision_id": m.ProvisionID, "reference": m.Reference, "type": m.Type, "text": m.Text,
		"text_folded": m.TextFolded, "alike": m.Alike, "proposed_change": m.ProposedChange, "language": m.Language, "confidentiality": m.Confidentiality,
		"changed_by": m.ChangedBy,
		"ground":     m.Ground, "ground_words": m.GroundWords, "obligation": m.Obligation,
	})
}

// same says whether the sender's part of the comment is as it was.
func (m *Comment) same(before Comment) bool {
	return m.Position == before.Position && given(m.ProvisionID) == given(before.ProvisionID) && given(m.Obligation) == given(before.Obligation) && m.Reference == before.Reference && m.Type == before.Type &&
		m.Text == before.Text && m.ProposedChange == before.ProposedChange && m.Language == before.Language && m.Confidentiality == before.Confidentiality &&
		m.Ground == before.Ground && m.GroundWords == before.GroundWords
}

// given is what a column that may be NULL says, "" for nothing.
func given(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func removeComments(tx *workflows.Tx, gone map[string]Comment) error {
	if len(gone) == 0 {
		return nil
	}
	ids := slices.Sorted(maps.Keys(gone))
	var talk int64
	if err := tx.DB().Model(&Reply{}).Where("comment_id IN ?", ids).Count(&talk).Error; err != nil {
		return fmt.Errorf("look for replies: %w", err)
	}
	if talk > 0 {
		return workflows.InvalidField("comments", "comment_discussed")
	}
	if err := tx.DB().Where("id IN ?", ids).Delete(&Comment{}).Error; err != nil {
		return fmt.Errorf("remove comments: %w", err)
	}
	return nil
}

func (n NewComment) row(tx *workflows.Tx, s *Submission, position int) *Comment {
	m := &Comment{
		ID: workflows.NewID(), ConsultationID: s.ConsultationID, SubmissionID: s.ID, Position: position,
		Reference: n.Reference, Type: n.Type, Text: n.Text, TextFolded: workflows.Fold(n.Text + "\n" + n.ProposedChange),
		Alike:          alikeKey(n.Text, n.ProposedChange),
		ProposedChange: n.ProposedChange, Language: n.Language, Confidentiality: n.Confidentiality, Ground: n.Ground, GroundWords: n.GroundWords,
		WrittenBy: tx.Actor.ID, ChangedBy: tx.Actor.ID, DispositionState: DispositionOpen, Version: 1, Changes: []string{}, CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	if n.ProvisionID != "" {
		m.ProvisionID = &n.ProvisionID
	}
	if n.Obligation != "" {
		m.Obligation = &n.Obligation
	}
	return m
}

func storeAnswers(tx *workflows.Tx, s *Submission, answers []NewAnswer) error {
	if err := tx.DB().Where("submission_id = ?", s.ID).Delete(&Answer{}).Error; err != nil {
		return fmt.Errorf("replace answers: %w", err)
	}
	for _, a := range answers {
		if a.Value == "" {
			continue
		}
		if err := tx.Insert(&Answer{SubmissionID: s.ID, QuestionID: a.QuestionID, Value: a.Value}); err != nil {
			return fmt.Errorf("store answer: %w", err)
		}
	}
	return nil
}

// ContentOf reads a submission's content back, as it now is.
func ContentOf(tx *workflows.Tx, s *Submission) (Content, error) {
	c := Content{
		Confidentiality: s.Confidentiality, Ground: s.Ground, GroundWords: s.GroundWords, Masked: s.Masked, Branch: s.Branch,
		Position: s.Position, Language: s.Language, Comments: []NewComment{}, Answers: []NewAnswer{},
	}
	comments, err := CommentsOf(tx, s.ID)
	if err != nil {
		return c, err
	}
	for _, m := range comments {
		n := NewComment{
			ID: m.ID, Reference: m.Reference, Type: m.Type, Text: m.Text, ProposedChange: m.ProposedChange,
			Language: m.Language, Confidentiality: m.Confidentiality, Ground: m.Ground, GroundWords: m.GroundWords,
			ProvisionID: given(m.ProvisionID), Obligation: given(m.Obligation),
		}
		c.Comments = append(c.Comments, n)
	}
	var answers []Answer
	if err := tx.DB().Where("submission_id = ?", s.ID).Order("question_id").Find(&answers).Error; err != nil {
		return c, fmt.Errorf("read answers: %w", err)
	}
	for _, a := range answers {
		c.Answers = append(c.Answers, NewAnswer{QuestionID: a.QuestionID, Value: a.Value})
	}
	return c, nil
}

// CommentsOf lists a submission's comments in order, for whoever may read the
// submission.
func CommentsOf(tx *workflows.Tx, submissionID string) ([]Comment, error) {
	var out []Comment
	if err := tx.DB().Where("submission_id = ?", submissionID).Order("position").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read comments: %w", err)
	}
	return out, nil
}
