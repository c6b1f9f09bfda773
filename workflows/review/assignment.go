package review

import (
	"fmt"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// Kinds of assignment: a decisive reviewer's decision counts towards the
// quorum, an adviser's opinion never does.
const (
	Decisive = "decisive"
	Advisory = "advisory"
)

// How an assignment ends before its round does.
const (
	removed = "removed"
	recused = "recused"
)

// MaxNamed bounds how many people of a kind can be named for a round.
const MaxNamed = 50

// Assignment asks one person by name to decide or to advise in one round. One
// that has ended stays, with how and why.
type Assignment struct {
	ID             string
	ConsultationID string
	StateCode      string
	RoundID        string
	PersonID       string
	PersonName     string
	Kind           string
	NamedBy        string
	NamedAt        time.Time
	SeenAt         *time.Time // when they first opened the review
	Ended          string     // "" while it stands
	EndedBy        string
	EndedAt        *time.Time
	EndedReason    string
}

// TableName is where GORM keeps assignments.
func (Assignment) TableName() string { return "review_assignments" }

// Actor is the id the person acts under.
func (a *Assignment) Actor() string { return "user:" + a.PersonID }

// Naming asks one more person, given by the address of their account, in the
// round that goes on: in the place of another if Replaces holds the id of that
// one's assignment.
type Naming struct{ Kind, Email, Replaces, Reason string }

// Name asks one more person. Where one is replaced, the reason says why.
func Name(tx *workflows.Tx, consultationID string, in Naming) (*Assignment, error) {
	c, r, err := holdRound(tx, consultationID, "assign")
	if err != nil {
		return nil, err
	}
	var p workflows.Problems
	if p.OneOf("kind", in.Kind, Decisive, Advisory); len(p) > 0 {
		return nil, p.Err()
	}
	if in.Kind == Decisive && !r.ByName {
		return nil, workflows.Refuse(workflows.Conflict, "round_open_to_all")
	}
	if in.Replaces != "" {
		if err := replace(tx, c, r, in); err != nil {
			return nil, err
		}
	}
	named, err := find(tx, c, []string{c.DraftID, r.DraftID}, group{field: "email", kind: in.Kind, emails: []string{in.Email}})
	if err != nil {
		return nil, err
	}
	a := named[0]
	if err := assign(tx, c, r, &a); err != nil {
		return nil, err
	}
	e := entry(c, r, "assign", a.Kind, in.Reason)
	e.From = a.PersonName
	if err := tx.Record(e); err != nil {
		return nil, err
	}
	return &a, tx.Enqueue(workflows.Announcement{Event: "review.assign", ID: a.ID, At: tx.Now})
}

func replace(tx *workflows.Tx, c *consultation.Consultation, r *Round, in Naming) error {
	old, err := standing(tx, r, in.Replaces)
	if err != nil {
		return err
	}
	if old.Kind != in.Kind {
		return workflows.InvalidField("kind", "replaced_by_other_kind")
	}
	return end(tx, c, r, old, removed, in.Reason)
}

// Remove asks a person no longer, with a reason. As many decisive reviewers
// must stay as the quorum needs: where they would not, one is replaced.
func Remove(tx *workflows.Tx, consultationID, assignmentID, reason string) error {
	c, r, err := holdRound(tx, consultationID, "assign")
	if err != nil {
		return err
	}
	a, err := standing(tx, r, assignmentID)
	if err != nil {
		return err
	}
	if a.Kind == Decisive {
		n, err := countNamed(tx, r)
		if err != nil {
			return err
		}
		if n-1 < r.Quorum {
			return workflows.Refuse(workflows.Conflict, "too_few_would_stay", "Have", n-1, "Need", r.Quorum)
		}
	}
	return end(tx, c, r, a, removed, reason)
}

// holdRound holds the consultation and returns its round under way, once the
// actor's right to the action on it is sure.
func holdRound(tx *workflows.Tx, consultationID, action string) (*consultation.Consultation, *Round, error) {
	c, err := consultation.Hold(tx, consultationID, false)
	if err != nil {
		return nil, nil, err
	}
	t, err := c.Target(tx)
	if err != nil {
		return nil, nil, err
	}
	if err := tx.Check("review", action, t); err != nil {
		return nil, nil, err
	}
	if c.State != consultation.InReview {
		return nil, nil, workflows.Refuse(workflows.Conflict, "no_review_under_way")
	}
	r, err := current(tx, c.ID)
	return c, r, err
}

// standing is an assignment of the round that has not ended, of a person who
// has neither decided nor advised.
func standing(tx *workflows.Tx, r *Round, id string) (*Assignment, error) {
	var a Assignment
	if err := tx.One(&a, "id = ? AND round_id = ?", id, r.ID); err != nil {
		return nil, err
	}
	if a.Ended != "" {
		return nil, workflows.Refuse(workflows.Conflict, "changed_meanwhile", "Object", "review")
	}
	acted, err := hasActed(tx, r, a.Actor())
	if err != nil {
		return nil, err
	}
	if acted {
		return nil, workflows.Refuse(workflows.Conflict, "acted_already", "Name", a.PersonName)
	}
	return &a, nil
}

func hasActed(tx *workflows.Tx, r *Round, actor string) (bool, error) {
	var decided, advised int64
	if err := tx.DB().Model(&Decision{}).Where("round_id = ? AND reviewer_id = ?", r.ID, actor).Count(&decided).Error; err != nil {
		return false, fmt.Errorf("look for a decision: %w", err)
	}
	if err := tx.DB().Model(&Opinion{}).Where("round_id = ? AND adviser_id = ?", r.ID, actor).Count(&advised).Error; err != nil {
		return false, fmt.Errorf("look for an opinion: %w", err)
	}
	return decided+advised > 0, nil
}

func countNamed(tx *workflows.Tx, r *Round) (int, error) {
	var n int64
	err := tx.DB().Model(&Assignment{}).Where("round_id = ? AND kind = ? AND ended = ''", r.ID, Decisive).Count(&n).Error
	return int(n), err
}

// end ends an assignment and tells those concerned: the one removed, or, when
// they recuse themselves, the officials.
func end(tx *workflows.Tx, c *consultation.Consultation, r *Round, a *Assignment, how, reason string) error {
	var p workflows.Problems
	if p.Text("reason", reason, workflows.MaxParagraph, false); strings.TrimSpace(reason) == "" {
		p.Add("reason", "reason_required")
	}
	if err := p.Err(); err != nil {
		return err
	}
	res := tx.DB().Model(&Assignment{}).Where("id = ? AND ended = ''", a.ID).
		Updates(map[string]any{"ended": how, "ended_by": tx.Actor.ID, "ended_at": tx.Now, "ended_reason": reason})
	if res.Error != nil {
		return fmt.Errorf("end an assignment: %w", res.Error)
	}
	if res.RowsAffected != 1 {
		return workflows.Refuse(workflows.Conflict, "changed_meanwhile", "Object", "review")
	}
	action := map[string]string{removed: "unassign", recused: "recuse"}[how]
	e := entry(c, r, action, a.Kind, reason)
	e.From = a.PersonName
	if err := tx.Record(e); err != nil {
		return err
	}
	return tx.Enqueue(workflows.Announcement{Event: "review." + action, ID: a.ID, At: tx.Now})
}

func entry(c *consultation.Consultation, r *Round, action, to, reason string) workflows.Entry {
	return workflows.Entry{
		State: c.StateCode, ConsultationID: c.ID, Action: action, Object: "review", ObjectID: r.ID, To: to, Reason: reason, SHA256: r.ContentSHA256,
	}
}

// assign stores the assignment of somebody found.
func assign(tx *workflows.Tx, c *consultation.Consultation, r *Round, a *Assignment) error {
	a.ID, a.ConsultationID, a.StateCode, a.RoundID = workflows.NewID(), c.ID, c.StateCode, r.ID
	a.NamedBy, a.NamedAt = tx.Actor.ID, tx.Now
	if err := tx.Insert(a); err != nil {
		if workflows.IsDuplicate(err) {
			return workflows.Refuse(workflows.Conflict, "asked_already", "Name", a.PersonName)
		}
		return fmt.Errorf("store an assignment: %w", err)
	}
	return nil
}

// NamedLast returns the addresses of those who were asked by name, to the end,
// in the last round: to ask them again.
func NamedLast(tx *workflows.Tx, c *consultation.Consultation) (reviewers, advisers []string, err error) {
	if err := tx.Check("review", "assign", policies.Target{State: c.StateCode, ConsultationID: c.ID}); err != nil {
		return nil, nil, err
	}
	var rows []struct{ Kind, Email string }
	last := tx.DB().Model(&Round{}).Select("id").Where("consultation_id = ?", c.ID).Order("number DESC").Limit(1)
	err = tx.DB().Table("review_assignments").Select("review_assignments.kind, people.email").
		Joins("JOIN people ON people.id = review_assignments.person_id").
		Where("review_assignments.ended = '' AND people.disabled_at IS NULL AND round_id IN (?)", last).Order("review_assignments.id").Scan(&rows).Error
	for _, r := range rows {
		if r.Kind == Decisive {
			reviewers = append(reviewers, r.Email)
		} else {
			advisers = append(advisers, r.Email)
		}
	}
	return reviewers, advisers, err
}
