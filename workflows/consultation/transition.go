package consultation

import (
	"fmt"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

// Input is what a person gives with an action.
type Input struct {
	Reason   string
	ClosesAt time.Time // the new deadline, for extend

	// For submit_for_review, which package review carries out: who is asked by
	// name to decide and to advise, by the addresses of their accounts, and by
	// when. Without reviewers every reviewer of the state decides.
	Reviewers, Advisers []string
	DueAt               time.Time
}

// Extension is one lengthening of the window.
type Extension struct {
	ID             string
	ConsultationID string
	ClosedBefore   time.Time // the deadline until then
	ClosesAt       time.Time
	Reason         string
	ExtendedBy     string
	ExtendedAt     time.Time
}

// Transition carries out an action that needs no facts of other workflows:
// clearance, opening, extension, closing, withdrawal. c must be held.
func Transition(tx *workflows.Tx, c *Consultation, action string, in Input) error {
	var p workflows.Problems
	p.Text("reason", in.Reason, workflows.MaxParagraph, false)
	if action == Extend {
		p.Instant("closes_at", in.ClosesAt)
	}
	if err := p.Err(); err != nil {
		return err
	}
	set := map[string]any{}
	switch action {
	case SubmitForClearance:
		set["submitted_by"] = tx.Actor.ID
	case OpenIt:
		set["opened_at"] = tx.Now
	case Close:
		set["closed_at"], set["closed_reason"] = tx.Now, in.Reason
	case Withdraw:
		set["withdrawn_reason"] = in.Reason
	case Extend:
		set["closes_at"] = workflows.UTC(in.ClosesAt)
		if c.ResponseDueAt != nil { // the time for answering stays
			set["response_due_at"] = c.ResponseDueAt.Add(in.ClosesAt.Sub(c.ClosesAt)).UTC()
		}
	}
	before := c.ClosesAt
	facts := Facts{Reason: in.Reason, ClosesAt: workflows.UTC(in.ClosesAt)}
	if err := Move(tx, c, action, facts, set, ""); err != nil {
		return err
	}
	switch action {
	case Clear:
		return strategy.Freeze(tx, c.DraftID)
	case Extend:
		return storeExtension(tx, c, before, in)
	}
	return nil
}

// Move applies the table to a held consultation and brings c up to date.
func Move(tx *workflows.Tx, c *Consultation, action string, f Facts, set map[string]any, sha256 string) error {
	f.Now, f.Actor, f.Consultation = tx.Now, tx.Actor.ID, c
	f.ByClock = tx.Actor.ID == workflows.Clock().ID
	step := workflows.Step{
		ID: c.ID, From: c.State, Version: c.Version, Action: action, Target: c.target(), ConsultationID: c.ID,
		Reason: f.Reason, Set: set, SHA256: sha256,
	}
	to, err := Table.Apply(tx, step, f)
	if err != nil {
		return err
	}
	return reload(tx, c, to)
}

func reload(tx *workflows.Tx, c *Consultation, to string) error {
	id := c.ID
	*c = Consultation{}
	if err := tx.One(c, "id = ?", id); err != nil {
		return err
	}
	if c.State != to {
		return fmt.Errorf("consultation %s is %s after a move to %s", id, c.State, to)
	}
	return nil
}

func storeExtension(tx *workflows.Tx, c *Consultation, before time.Time, in Input) error {
	return tx.Insert(&Extension{
		ID: workflows.NewID(), ConsultationID: c.ID, ClosedBefore: before, ClosesAt: c.ClosesAt,
		Reason: in.Reason, ExtendedBy: tx.Actor.ID, ExtendedAt: tx.Now,
	})
}

// Extensions lists how the deadlines of the consultations moved, oldest first.
func Extensions(tx *workflows.Tx, consultationIDs ...string) ([]Extension, error) {
	var out []Extension
	return out, tx.DB().Where("consultation_id IN ?", consultationIDs).Order("id").Find(&out).Error
}
