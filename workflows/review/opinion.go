package review

import (
	"fmt"
	"strings"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// Opinions an adviser can give.
var Opinions = []string{"ready", "ready_with_issues", "not_ready"}

// Opinion is what one adviser thinks of one round. It counts for no quorum.
type Opinion struct {
	ID             string
	ConsultationID string
	RoundID        string
	AdviserID      string
	AdviserName    string
	Opinion        string
	Text           string
	ContentSHA256  string `gorm:"column:content_sha256"`
	GivenAt        time.Time
}

// Advice is an opinion as the adviser gives it. SHA256 is that of the content
// they saw, as in a Verdict.
type Advice struct{ Opinion, Text, SHA256 string }

// Advise records the opinion of somebody asked for it by name, once in a
// round.
func Advise(tx *workflows.Tx, consultationID string, in Advice) (*Opinion, error) {
	c, r, err := holdRound(tx, consultationID, "advise")
	if err != nil {
		return nil, err
	}
	var p workflows.Problems
	p.OneOf("opinion", in.Opinion, Opinions...)
	if p.Text("text", in.Text, workflows.MaxParagraph, false); in.Opinion != "ready" && strings.TrimSpace(in.Text) == "" {
		p.Add("text", "opinion_text_required")
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	if in.SHA256 != "" && in.SHA256 != r.ContentSHA256 {
		return nil, workflows.Refuse(workflows.Conflict, "other_round")
	}
	if err := checkAdviser(tx, c, r); err != nil {
		return nil, err
	}
	if err := markSeen(tx, r); err != nil {
		return nil, err
	}
	o := &Opinion{
		ID: workflows.NewID(), ConsultationID: c.ID, RoundID: r.ID, AdviserID: tx.Actor.ID, AdviserName: tx.Actor.Name,
		Opinion: in.Opinion, Text: in.Text, ContentSHA256: r.ContentSHA256, GivenAt: tx.Now,
	}
	if err := tx.Insert(o); err != nil {
		if workflows.IsDuplicate(err) {
			return nil, workflows.Refuse(workflows.Conflict, "advised_already")
		}
		return nil, fmt.Errorf("store opinion: %w", err)
	}
	return o, tx.Record(entry(c, r, "advise", in.Opinion, in.Text))
}

// checkAdviser: only those asked by name advise, once, and on what they saw.
func checkAdviser(tx *workflows.Tx, c *consultation.Consultation, r *Round) error {
	a, err := assigned(tx, r)
	if err != nil {
		return err
	}
	if a == nil || a.Kind != Advisory {
		return workflows.Refuse(workflows.Conflict, "not_asked")
	}
	acted, err := hasActed(tx, r, tx.Actor.ID)
	if err != nil {
		return err
	}
	if acted {
		return workflows.Refuse(workflows.Conflict, "advised_already")
	}
	differs, err := changed(tx, c, r)
	if err == nil && differs {
		err = workflows.Refuse(workflows.Conflict, "content_changed")
	}
	return err
}

// MayAdvise says whether the actor could give an opinion now; the error is
// what stands against it.
func MayAdvise(tx *workflows.Tx, c *consultation.Consultation) error {
	r, err := current(tx, c.ID)
	if err != nil {
		return err
	}
	return checkAdviser(tx, c, r)
}

// assigned is the actor's own assignment in the round; nil if they have none.
func assigned(tx *workflows.Tx, r *Round) (*Assignment, error) {
	var a Assignment
	err := tx.One(&a, "round_id = ? AND person_id = ? AND ended = ''", r.ID, tx.Actor.PersonID())
	if workflows.IsKind(err, workflows.NotFound) {
		return nil, nil
	}
	return &a, err
}

// Recuse records that the actor stands back from the review for a conflict of
// interest, with what it is. They count neither for nor against from then on,
// in this round and those to come.
func Recuse(tx *workflows.Tx, consultationID, reason string) error {
	c, r, err := holdRound(tx, consultationID, "recuse")
	if err != nil {
		return err
	}
	acted, err := hasActed(tx, r, tx.Actor.ID)
	if err != nil {
		return err
	}
	if acted {
		return workflows.Refuse(workflows.Conflict, "too_late_to_recuse")
	}
	a, err := assigned(tx, r)
	if err != nil {
		return err
	}
	if a == nil {
		if a, err = joined(tx, c, r); err != nil {
			return err
		}
	}
	return end(tx, c, r, a, recused, reason)
}

// joined gives a reviewer of a round without names the assignment that they
// are about to give back.
func joined(tx *workflows.Tx, c *consultation.Consultation, r *Round) (*Assignment, error) {
	i, err := interestsIn(tx, c)
	if err != nil {
		return nil, err
	}
	switch id := tx.Actor.PersonID(); {
	case i.recused[id]:
		return nil, workflows.Refuse(workflows.Conflict, barRecused)
	case r.ByName || !i.reviewers[id]:
		return nil, workflows.Refuse(workflows.Conflict, "not_named")
	default:
		a := &Assignment{PersonID: id, PersonName: tx.Actor.Name, Kind: Decisive}
		return a, assign(tx, c, r, a)
	}
}

// Seen notes that the actor has opened the round they are asked in. Who is not
// asked by name leaves no mark.
func Seen(tx *workflows.Tx, consultationID string) error {
	c, err := consultation.Get(tx, consultationID)
	if err != nil || c.State != consultation.InReview {
		return err
	}
	r, err := current(tx, c.ID)
	if err != nil {
		return err
	}
	return markSeen(tx, r)
}

func markSeen(tx *workflows.Tx, r *Round) error {
	err := tx.DB().Model(&Assignment{}).Where("round_id = ? AND person_id = ? AND ended = '' AND seen_at IS NULL", r.ID, tx.Actor.PersonID()).
		Update("seen_at", tx.Now).Error
	if err != nil {
		return fmt.Errorf("note that a review was opened: %w", err)
	}
	return nil
}
