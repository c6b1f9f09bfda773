package notify

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"jahorina/policies"
	"jahorina/workflows"
)

// maxResent bounds one call of ResendFailed.
const maxResent = 1000

// List returns the messages of the country states the actor looks after, newest
// first, those in one state only if it is given.
func List(tx *workflows.Tx, state string, page workflows.Page) ([]workflows.Message, string, error) {
	q, err := reach(tx, "read")
	if err != nil {
		return nil, "", err
	}
	if state != "" {
		var p workflows.Problems
		p.OneOf("state", state, workflows.MessageQueued, workflows.MessageSent, workflows.MessageFailed, workflows.MessageCancelled)
		if err := p.Err(); err != nil {
			return nil, "", err
		}
		q = q.Where("state = ?", state)
	}
	page.Newest = true
	return workflows.Rows(q, "id", page, func(m workflows.Message) string { return m.ID })
}

// Resend queues a message again: one that failed or was cancelled, or that
// waits for its next attempt. What was sent is not sent twice.
func Resend(tx *workflows.Tx, id string) error {
	q, err := reach(tx, "resend")
	if err != nil {
		return err
	}
	var found []workflows.Message
	if err := q.Where("id = ?", id).Limit(1).Find(&found).Error; err != nil {
		return fmt.Errorf("read message: %w", err)
	}
	if len(found) == 0 {
		return workflows.Refuse(workflows.NotFound, "not_found")
	}
	if found[0].State == workflows.MessageSent {
		return workflows.Refuse(workflows.Conflict, "message_sent")
	}
	return resend(tx, &found[0])
}

// ResendFailed queues the failed messages again that the actor looks after, the
// oldest 1000 of them, and returns how many.
func ResendFailed(tx *workflows.Tx) (int, error) {
	q, err := reach(tx, "resend")
	if err != nil {
		return 0, err
	}
	var failed []workflows.Message
	if err := q.Where("state = ?", workflows.MessageFailed).Order("id").Limit(maxResent).Find(&failed).Error; err != nil {
		return 0, fmt.Errorf("read failed messages: %w", err)
	}
	for i := range failed {
		if err := resend(tx, &failed[i]); err != nil {
			return 0, err
		}
	}
	return len(failed), nil
}

func resend(tx *workflows.Tx, m *workflows.Message) error {
	res := tx.DB().Table("messages").Where("id = ? AND state = ?", m.ID, m.State).Update("state", workflows.MessageQueued)
	if res.Error != nil {
		return fmt.Errorf("queue message again: %w", res.Error)
	}
	if res.RowsAffected != 1 {
		return workflows.Refuse(workflows.Conflict, "changed_meanwhile", "Object", "message")
	}
	state, err := stateOf(tx, m)
	if err != nil {
		return err
	}
	e := workflows.Entry{
		State: state, ConsultationID: m.ConsultationID, Action: "resend", Object: "message", ObjectID: m.ID,
		From: m.State, To: workflows.MessageQueued,
	}
	if err := tx.Record(e); err != nil {
		return err
	}
	return tx.Enqueue(workflows.Delivery{MessageID: m.ID})
}

// Counts is how many messages are in each state, for the metrics; it asks no
// policy.
func Counts(tx *workflows.Tx) (map[string]int64, error) {
	var rows []struct {
		State string
		N     int64
	}
	err := tx.DB().Table("messages").Select("state, COUNT(*) AS n").Group("state").Scan(&rows).Error
	out := map[string]int64{workflows.MessageQueued: 0, workflows.MessageSent: 0, workflows.MessageFailed: 0, workflows.MessageCancelled: 0}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, err
}

// reach is the query for the messages that the actor may do the action on:
// those about consultations of a state where they may, and those to people who
// hold a role there. The operator's are all.
func reach(tx *workflows.Tx, action string) (*gorm.DB, error) {
	var states []string
	for _, h := range tx.Actor.Roles {
		if !slices.Contains(states, h.State) && tx.May("message", action, policies.Target{State: h.State}) {
			states = append(states, h.State)
		}
	}
	if len(states) == 0 {
		return tx.DB(), tx.Check("message", action, policies.Target{})
	}
	about := tx.DB().Table("consultations").Select("id").Where("state_code IN ?", states)
	holding := tx.DB().Table("assignments").Select("person_id").Where("state_code IN ?", states)
	to := tx.DB().Table("people").Select("email").Where("id IN (?)", holding)
	return tx.DB().Where("consultation_id IN (?) OR (consultation_id = '' AND recipient IN (?))", about, to), nil
}

// stateOf is the country state the record counts a message to.
func stateOf(tx *workflows.Tx, m *workflows.Message) (string, error) {
	var codes []string
	q := tx.DB().Table("consultations").Where("id = ?", m.ConsultationID)
	if m.ConsultationID == "" {
		q = tx.DB().Table("assignments").Joins("JOIN people ON people.id = assignments.person_id").Where("people.email = ?", m.Recipient)
	}
	if err := q.Order("state_code").Limit(1).Pluck("state_code", &codes).Error; err != nil {
		return "", fmt.Errorf("find the message's state: %w", err)
	}
	return append(codes, "")[0], nil
}
