package submission

import (
	"fmt"
	"math/rand/v2"
	"time"

	"jahorina/workflows"
)

// Mask stands for the name of a sender who wants to be known to others by kind,
// number and branch alone: "Company 47, chemical industry". There is one for
// each sender in a consultation, from the first draft on, and its number stays.
// Numbers are drawn at random: they tell neither who came first nor who that is.
type Mask struct {
	ID             string
	ConsultationID string
	Party          string // "organisation:…" or "respondent:…"
	Number         int
	Branch         string // as the desk accepted it; shown while the sender says the same
	Refused        string // as the desk declined it
	Version        int64
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Alias is what others see of a mask. The kind is the sender's sector.
type Alias struct {
	Number int    `json:"number"`
	Branch string `json:"branch,omitempty"`
}

// leastMasks is from how many numbers one is drawn at least.
const leastMasks = 99

// draw gives the sender of s a number, if they want to be masked and have none.
func draw(tx *workflows.Tx, s *Submission) error {
	if !s.Masked {
		return nil
	}
	var taken []Mask
	if err := tx.DB().Where("consultation_id = ?", s.ConsultationID).Find(&taken).Error; err != nil {
		return fmt.Errorf("read masks: %w", err)
	}
	used := map[int]bool{}
	for _, m := range taken {
		if m.Party == PartyOf(s) {
			return nil
		}
		used[m.Number] = true
	}
	m := &Mask{ID: workflows.NewID(), ConsultationID: s.ConsultationID, Party: PartyOf(s), Version: 1, CreatedAt: tx.Now, UpdatedAt: tx.Now}
	for fresh := false; !fresh; used[m.Number] = true { // somebody else may draw the same at the same time
		for m.Number = 0; m.Number == 0 || used[m.Number]; {
			m.Number = 1 + rand.IntN(max(leastMasks, 2*len(used)))
		}
		var err error
		if fresh, err = tx.InsertOnce(m, "consultation_id", "number"); err != nil {
			return fmt.Errorf("store mask: %w", err)
		}
	}
	return nil
}

// maskOf joins the mask of a submission's sender.
const maskOf = `LEFT JOIN masks ON masks.consultation_id = submissions.consultation_id
	AND masks.party = CASE WHEN submissions.organisation_id IS NULL THEN 'respondent:' || submissions.respondent_id ELSE 'organisation:' || submissions.organisation_id END`

// AliasOf is how the sender of a submission appears where the name is withheld;
// nil where they chose no mask.
func AliasOf(tx *workflows.Tx, s *Submission) (*Alias, error) {
	if !s.Masked {
		return nil, nil
	}
	var m Mask
	err := tx.One(&m, "consultation_id = ? AND party = ?", s.ConsultationID, PartyOf(s))
	if workflows.IsKind(err, workflows.NotFound) {
		return nil, nil
	}
	return m.alias(s.Branch), err
}

func (m Mask) alias(branch string) *Alias {
	if m.Number == 0 {
		return nil
	}
	a := &Alias{Number: m.Number}
	if m.Branch == branch {
		a.Branch = branch
	}
	return a
}

// BranchAsked is a branch that the desk has neither accepted nor declined.
type BranchAsked struct {
	Mask
	Asked        string
	Organisation string
	Sector       string
}

// BranchesAsked lists the branches of standing submissions that the desk has yet
// to look at, for those who moderate.
func BranchesAsked(tx *workflows.Tx, consultationID string) ([]BranchAsked, error) {
	var out []BranchAsked
	err := tx.DB().Table("submissions").Select(`masks.*, submissions.branch AS asked,
			COALESCE(organisations.name, respondents.name) AS organisation, COALESCE(organisations.sector, respondents.sector) AS sector`).
		Joins(maskOf).Joins("LEFT JOIN organisations ON organisations.id = submissions.organisation_id").
		Joins("LEFT JOIN respondents ON respondents.id = submissions.respondent_id").
		Where("submissions.consultation_id = ? AND submissions.state IN ? AND submissions.masked = ?", consultationID, InRecord, true).
		Where("submissions.branch <> '' AND submissions.branch <> masks.branch AND submissions.branch <> masks.refused").
		Order("masks.number").Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read branches: %w", err)
	}
	return out, nil
}
