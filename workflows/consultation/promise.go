package consultation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"jahorina/workflows"
)

// PromiseDays are the days before the response is due on which those who answer
// the comments are reminded; 0 is when it is overdue.
var PromiseDays = []int{28, 7, 0}

// Owed are the states in which the response is still to come.
var Owed = []string{Closed, InReview, Approved}

// ResponseReminder is one reminder that the response is due.
type ResponseReminder struct {
	ConsultationID string
	DueAt          time.Time
	DaysBefore     int
	SentAt         time.Time
}

// Promise changes when the response is promised for, with a reason that everyone
// can read on the record. version is the one the official saw.
func Promise(tx *workflows.Tx, id string, version int64, due time.Time, reason string) (*Consultation, error) {
	c, err := Hold(tx, id, false)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("consultation", "promise", c.target()); err != nil {
		return nil, err
	}
	if c.State == Published || c.State == Withdrawn {
		return nil, workflows.Refuse(workflows.Conflict, "response_settled", "State", c.State)
	}
	var p workflows.Problems
	p.Instant("response_due_at", due)
	if due = workflows.UTC(due); !due.After(c.ClosesAt) {
		p.Add("response_due_at", "due_before_close")
	}
	p.Text("reason", reason, workflows.MaxParagraph, c.Started())
	if err := p.Err(); err != nil {
		return nil, err
	}
	if err := tx.Update("consultations", id, version, map[string]any{"response_due_at": due}); err != nil {
		return nil, err
	}
	c.ResponseDueAt, c.Version = &due, version+1
	e := c.entry("promise")
	e.Reason = reason
	return c, tx.Record(e)
}

// Late says whether the response is promised for an instant that has passed.
func (c *Consultation) Late(at time.Time) bool { return c.DaysLate(at) > 0 }

// DaysLate is for how many days, begun ones too, the response has been late; 0
// if it is not.
func (c *Consultation) DaysLate(at time.Time) int {
	if !slices.Contains(Owed, c.State) || c.ResponseDueAt == nil || !at.After(*c.ResponseDueAt) {
		return 0
	}
	return 1 + int(at.Sub(*c.ResponseDueAt)/(24*time.Hour))
}

// remindOfResponse reminds those who answer the comments.
func remindOfResponse(ctx context.Context, e *workflows.Engine) error {
	var errs []error
	for i, days := range PromiseDays {
		list, err := responseDue(e.Read(ctx, workflows.Clock()), i)
		if err != nil {
			return fmt.Errorf("look for responses due: %w", err)
		}
		for _, c := range list {
			err := e.Write(ctx, workflows.Clock(), func(tx *workflows.Tx) error { return storeResponseReminder(tx, c, days) })
			if err != nil {
				errs = append(errs, fmt.Errorf("remind of the response to %s: %w", c.ID, err))
			}
		}
	}
	return errors.Join(errs...)
}

// responseDue lists consultations within the i-th span before their response is
// due and no nearer one, that have had no such reminder and closed before that
// span began.
func responseDue(tx *workflows.Tx, i int) ([]Consultation, error) {
	const day = 24 * time.Hour
	ahead := time.Duration(PromiseDays[i]) * day
	q := tx.DB().Where("state IN ? AND response_due_at <= ?", Owed, tx.Now.Add(ahead)).
		Where("NOT EXISTS (SELECT 1 FROM response_reminders r WHERE r.consultation_id = consultations.id AND r.due_at = consultations.response_due_at AND r.days_before = ?)", PromiseDays[i])
	if i+1 < len(PromiseDays) {
		q = q.Where("response_due_at > ?", tx.Now.Add(time.Duration(PromiseDays[i+1])*day))
	}
	var near, out []Consultation
	if err := q.Limit(1000).Find(&near).Error; err != nil {
		return nil, err
	}
	for _, c := range near {
		if c.ClosedAt == nil || c.ClosedAt.Before(c.ResponseDueAt.Add(-ahead)) {
			out = append(out, c)
		}
	}
	return out, nil
}

func storeResponseReminder(tx *workflows.Tx, c Consultation, days int) error {
	r := &ResponseReminder{ConsultationID: c.ID, DueAt: *c.ResponseDueAt, DaysBefore: days, SentAt: tx.Now}
	fresh, err := tx.InsertOnce(r, "consultation_id", "due_at", "days_before")
	if err != nil || !fresh {
		return err
	}
	if err := tx.Record(c.entry("remind_response")); err != nil {
		return err
	}
	return tx.Enqueue(workflows.Announcement{Event: "consultation.remind_response", ID: c.ID, At: tx.Now})
}
