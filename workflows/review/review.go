// Package review takes an answered consultation to its end: a round in which
// reviewers decide on exactly the draft and the dispositions put to them, and
// the publication of the response. It stands above the other workflows and
// gathers from them what the guards of a consultation need to know.
package review

import (
	"fmt"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// Outcomes of a round.
const (
	outcomeApproved  = "approved"
	outcomeReturned  = "returned"
	outcomeWithdrawn = "withdrawn"
)

// Decisions a reviewer can take.
var Decisions = []string{"approve", "approve_with_comments", "return"}

// Round is one review: the draft and the dispositions as they were when it
// began, and the hash that every decision binds.
type Round struct {
	ID             string
	ConsultationID string
	Number         int
	DraftID        string
	Content        string // canonical JSON of what is decided on
	ContentSHA256  string `gorm:"column:content_sha256"`
	Quorum         int
	ByName         bool // reviewers were named: only they decide
	DueAt          *time.Time
	Outcome        string // "" while it goes on
	OpenedBy       string
	OpenedAt       time.Time
	EndedAt        *time.Time
}

// Decision is what one reviewer decided in one round.
type Decision struct {
	ID             string
	ConsultationID string
	RoundID        string
	ReviewerID     string
	ReviewerName   string
	Decision       string
	Reason         string
	ContentSHA256  string `gorm:"column:content_sha256"`
	DecidedAt      time.Time
}

// Transition is the one entrance for every action on a consultation that a
// person takes, whichever workflow's facts its guards need.
func Transition(tx *workflows.Tx, id, action string, in consultation.Input) (*consultation.Consultation, error) {
	c, err := consultation.Hold(tx, id, false)
	if err != nil {
		return nil, err
	}
	switch {
	case action == consultation.SubmitForReview:
		err = submitForReview(tx, c, in)
	case action == consultation.Publish:
		err = publish(tx, c)
	case action == consultation.Approve:
		err = workflows.Refuse(workflows.Conflict, "approved_by_decisions")
	case action == consultation.Return && c.State == consultation.InReview:
		return Decide(tx, id, Verdict{Decision: "return", Reason: in.Reason})
	case action == consultation.Withdraw && c.State == consultation.InReview:
		if err = consultation.Transition(tx, c, action, in); err == nil {
			err = endRound(tx, c.ID, outcomeWithdrawn)
		}
	default:
		err = consultation.Transition(tx, c, action, in)
	}
	return c, err
}

// submitForReview opens a round on the newest draft of the strategy and the
// agreed dispositions, for those named, or for every reviewer.
func submitForReview(tx *workflows.Tx, c *consultation.Consultation, in consultation.Input) error {
	counts, err := submission.CountDispositions(tx, c.ID)
	if err != nil {
		return fmt.Errorf("count dispositions: %w", err)
	}
	draft, err := strategy.Newest(tx, c.DraftID)
	if err != nil {
		return err
	}
	named, err := ask(tx, c, draft, in)
	if err != nil {
		return err
	}
	content, sum, err := contentOf(tx, c, draft)
	if err != nil {
		return err
	}
	facts := consultation.Facts{Unanswered: counts.Total - counts.Agreed, Named: decisive(named)}
	if err := consultation.Move(tx, c, consultation.SubmitForReview, facts, map[string]any{"revised_draft_id": draft.ID}, sum); err != nil {
		return err
	}
	if err := strategy.Freeze(tx, draft.ID); err != nil {
		return err
	}
	return begin(tx, c, &Round{
		DraftID: draft.ID, Content: content, ContentSHA256: sum, ByName: facts.Named > 0, DueAt: orNone(in.DueAt),
	}, named)
}

// ask finds those named for a round about to begin, once the actor's right to
// name them is sure: nobody else learns who has an account.
func ask(tx *workflows.Tx, c *consultation.Consultation, draft *strategy.Draft, in consultation.Input) ([]Assignment, error) {
	var p workflows.Problems
	checkDue(&p, in.DueAt, tx.Now)
	if err := p.Err(); err != nil || len(in.Reviewers)+len(in.Advisers) == 0 {
		return nil, err
	}
	t, err := c.Target(tx)
	if err != nil {
		return nil, err
	}
	for _, right := range [][2]string{{"consultation", consultation.SubmitForReview}, {"review", "assign"}} {
		if err := tx.Check(right[0], right[1], t); err != nil {
			return nil, err
		}
	}
	return find(tx, c, []string{c.DraftID, draft.ID},
		group{field: "reviewers", kind: Decisive, emails: in.Reviewers}, group{field: "advisers", kind: Advisory, emails: in.Advisers})
}

func decisive(named []Assignment) int {
	n := 0
	for _, a := range named {
		if a.Kind == Decisive {
			n++
		}
	}
	return n
}

func begin(tx *workflows.Tx, c *consultation.Consultation, r *Round, named []Assignment) error {
	var earlier int64
	if err := tx.DB().Model(&Round{}).Where("consultation_id = ?", c.ID).Count(&earlier).Error; err != nil {
		return fmt.Errorf("count rounds: %w", err)
	}
	r.ID, r.ConsultationID, r.Number, r.Quorum = workflows.NewID(), c.ID, int(earlier)+1, c.Quorum
	r.OpenedBy, r.OpenedAt = tx.Actor.ID, tx.Now
	if err := tx.Insert(r); err != nil {
		return fmt.Errorf("store round: %w", err)
	}
	for i := range named {
		a := &named[i]
		if err := assign(tx, c, r, a); err != nil {
			return err
		}
		e := entry(c, r, "assign", a.Kind, "")
		e.From = a.PersonName
		if err := tx.Record(e); err != nil {
			return err
		}
	}
	return nil
}

// subject is what a decision binds.
type subject struct {
	Consultation string         `json:"consultation"`
	Draft        string         `json:"draft"`
	DraftSHA256  string         `json:"draft_sha256"`
	Dispositions []dispositions `json:"dispositions"`
}

type dispositions struct {
	Comment     string   `json:"comment"`
	Outcome     string   `json:"outcome"`
	Rationale   string   `json:"rationale"`
	DuplicateOf string   `json:"duplicate_of,omitempty"`
	Changes     []string `json:"changes"`
}

func contentOf(tx *workflows.Tx, c *consultation.Consultation, draft *strategy.Draft) (content, sum string, err error) {
	s := subject{Consultation: c.ID, Draft: draft.ID, DraftSHA256: draft.ContentSHA256, Dispositions: []dispositions{}}
	comments, err := submission.Standing(tx, c.ID)
	if err != nil {
		return "", "", err
	}
	for _, m := range comments {
		d := dispositions{Comment: m.ID, Outcome: m.Outcome, Rationale: m.Rationale, Changes: m.Changes}
		if m.DuplicateOf != nil {
			d.DuplicateOf = *m.DuplicateOf
		}
		s.Dispositions = append(s.Dispositions, d)
	}
	content, err = workflows.JSON(s)
	return content, workflows.SHA256(content), err
}

// changed says whether draft or dispositions differ from what the round was
// opened on.
func changed(tx *workflows.Tx, c *consultation.Consultation, r *Round) (bool, error) {
	draft, err := strategy.DraftByID(tx, r.DraftID)
	if err != nil {
		return false, err
	}
	_, sum, err := contentOf(tx, c, draft)
	return sum != r.ContentSHA256, err
}

// Rounds lists the rounds of a consultation, oldest first, with their
// decisions, for those who may read its review.
func Rounds(tx *workflows.Tx, c *consultation.Consultation) ([]Round, map[string][]Decision, error) {
	t, err := c.Target(tx)
	if err != nil {
		return nil, nil, err
	}
	if err := tx.Check("review", "read", t); err != nil {
		return nil, nil, err
	}
	var rounds []Round
	if err := tx.DB().Where("consultation_id = ?", c.ID).Order("number").Find(&rounds).Error; err != nil {
		return nil, nil, fmt.Errorf("read rounds: %w", err)
	}
	var all []Decision
	if err := tx.DB().Where("consultation_id = ?", c.ID).Order("id").Find(&all).Error; err != nil {
		return nil, nil, fmt.Errorf("read decisions: %w", err)
	}
	by := map[string][]Decision{}
	for _, d := range all {
		by[d.RoundID] = append(by[d.RoundID], d)
	}
	return rounds, by, nil
}
