package submission

import (
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"jahorina/workflows"
)

// Grounds on which a sender can ask that something be kept from others.
var Grounds = []string{"trade_secret", "personal_data", "security", "other"}

// States of a wish to keep a comment from others.
const (
	Asked     = "asked"
	Granted   = "granted"
	Declined  = "declined"   // and the sender has until AnswerBy to say what they prefer
	Opened    = "opened"     // published: the sender agreed, or let the time pass
	TakenBack = "taken_back" // published neither in words nor in substance
)

// Restriction is what the desk decided on a sender's wish to keep a comment from
// others. A comment without one is undecided.
type Restriction struct {
	ID             string // the comment's
	ConsultationID string
	State          string
	Version        int64
	Ground         string
	Reason         string // of the desk, for the sender
	Holder         string // the office that keeps it
	HeldBy         string // who decided
	ReviewDate     *time.Time
	AnswerBy       *time.Time
	DecidedAt      *time.Time
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Restricted says whether the word keeps something from the public.
func Restricted(confidentiality string) bool {
	return confidentiality == Confidential || confidentiality == Participants
}

// Restrictions are those of the consultation, by comment.
func Restrictions(tx *workflows.Tx, consultationID string) (map[string]Restriction, error) {
	var rows []Restriction
	if err := tx.DB().Where("consultation_id = ?", consultationID).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read restrictions: %w", err)
	}
	out := make(map[string]Restriction, len(rows))
	for _, r := range rows {
		out[r.ID] = r
	}
	return out, nil
}

// UndecidedIn is CountUndecided for several consultations in one query, by their
// id.
func UndecidedIn(tx *workflows.Tx, ids []string) (map[string]int64, error) {
	var rows []struct {
		ConsultationID string
		N              int64
	}
	q := tx.DB().Table("comments").Select("comments.consultation_id, COUNT(*) AS n").
		Joins("JOIN submissions ON submissions.id = comments.submission_id").Joins("LEFT JOIN restrictions ON restrictions.id = comments.id").
		Where("comments.consultation_id IN ? AND submissions.state IN ?", ids, InRecord).Group("comments.consultation_id")
	err := undecided(q).Scan(&rows).Error
	out := make(map[string]int64, len(rows))
	for _, r := range rows {
		out[r.ConsultationID] = r.N
	}
	return out, err
}

// CountUndecided counts the comments whose senders want them kept from others
// and of which it is not settled whether they are.
func CountUndecided(tx *workflows.Tx, consultationID string) (int64, error) {
	n, err := UndecidedIn(tx, []string{consultationID})
	return n[consultationID], err
}

func undecided(q *gorm.DB) *gorm.DB {
	return q.Where("comments.confidentiality IN ?", []string{Confidential, Participants}).
		Where("COALESCE(restrictions.state, ?) IN ?", Asked, []string{Asked, Declined})
}

// checkGround finds what is wrong with a ground. With required, a wish to keep
// something from others needs one.
func checkGround(p *workflows.Problems, field func(string) string, ground, words string, required bool) {
	switch {
	case ground == "" && required:
		p.Add(field("ground"), "ground_required")
	case ground != "" && !slices.Contains(Grounds, ground):
		p.OneOf(field("ground"), ground, Grounds...)
	case ground == "other" && words == "" && required:
		p.Add(field("ground_words"), "ground_words_required")
	}
	p.Text(field("ground_words"), words, maxGround, false)
}

// Limits of what is said of a ground and of a branch, in bytes.
const (
	maxGround = 2_000
	maxBranch = 100
)

// checkMask takes a branch as part of a line.
func (in *Content) checkMask(p *workflows.Problems) {
	p.Text("branch", in.Branch, maxBranch, false)
	for _, r := range in.Branch {
		if r < ' ' || r == '\u2028' || r == '\u2029' {
			p.Add("branch", "one_line")
			return
		}
	}
}
