package consultation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jahorina/workflows"
)

// RemindDays are the days before the deadline on which those who have not
// answered are reminded, most days first.
var RemindDays = []int{7, 1}

// Reminder is one reminder sent.
type Reminder struct {
	ConsultationID string
	ClosesAt       time.Time
	DaysBefore     int
	SentAt         time.Time
}

// Tick does what the clock calls for at this instant: opens, closes, reminds.
// It may be called as often as one likes, by several servers at once: each
// change happens once. It goes on past a consultation that fails and returns
// all errors.
func Tick(ctx context.Context, e *workflows.Engine) error {
	due, err := dueNow(e.Read(ctx, workflows.Clock()))
	if err != nil {
		return fmt.Errorf("look for due consultations: %w", err)
	}
	var errs []error
	for id, action := range due {
		err := e.Write(ctx, workflows.Clock(), func(tx *workflows.Tx) error {
			c, err := Hold(tx, id, false)
			if err != nil {
				return err
			}
			return Transition(tx, c, action, Input{})
		})
		// Another server was faster, or an official has just extended it.
		if err != nil && !workflows.IsKind(err, workflows.Conflict) {
			errs = append(errs, fmt.Errorf("%s consultation %s: %w", action, id, err))
		}
	}
	return errors.Join(append(errs, remind(ctx, e), remindOfResponse(ctx, e))...)
}

func dueNow(tx *workflows.Tx) (map[string]string, error) {
	due := map[string]string{}
	for _, q := range []struct{ action, state, column string }{{OpenIt, Scheduled, "opens_at"}, {Close, Open, "closes_at"}} {
		var ids []string
		err := tx.DB().Model(&Consultation{}).Where("state = ? AND "+q.column+" <= ?", q.state, tx.Now).Limit(100).Pluck("id", &ids).Error
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			due[id] = q.action
		}
	}
	return due, nil
}

func remind(ctx context.Context, e *workflows.Engine) error {
	var errs []error
	for i, days := range RemindDays {
		nearer := 0
		if i+1 < len(RemindDays) {
			nearer = RemindDays[i+1]
		}
		list, err := toRemind(e.Read(ctx, workflows.Clock()), days, nearer)
		if err != nil {
			return fmt.Errorf("look for reminders due: %w", err)
		}
		for _, c := range list {
			err := e.Write(ctx, workflows.Clock(), func(tx *workflows.Tx) error { return storeReminder(tx, c, days) })
			if err != nil {
				errs = append(errs, fmt.Errorf("remind consultation %s: %w", c.ID, err))
			}
		}
	}
	return errors.Join(errs...)
}

// toRemind lists open consultations that have come within the days of their
// deadline, were opened before that, and have had no such reminder. Those within
// the nearer days are due the next reminder, not this one: after an outage
// nobody gets both.
func toRemind(tx *workflows.Tx, days, nearer int) ([]Consultation, error) {
	const day = 24 * time.Hour
	ahead := time.Duration(days) * day
	var near []Consultation
	err := tx.DB().Where("state = ? AND closes_at > ? AND closes_at <= ?", Open, tx.Now.Add(time.Duration(nearer)*day), tx.Now.Add(ahead)).Limit(1000).Find(&near).Error
	if err != nil {
		return nil, err
	}
	var out []Consultation
	for _, c := range near {
		if c.OpenedAt.After(c.ClosesAt.Add(-ahead)) {
			continue
		}
		var n int64
		err := tx.DB().Model(&Reminder{}).Where("consultation_id = ? AND closes_at = ? AND days_before = ?", c.ID, c.ClosesAt, days).Count(&n).Error
		if err != nil {
			return nil, err
		}
		if n == 0 {
			out = append(out, c)
		}
	}
	return out, nil
}

func storeReminder(tx *workflows.Tx, c Consultation, days int) error {
	r := &Reminder{ConsultationID: c.ID, ClosesAt: c.ClosesAt, DaysBefore: days, SentAt: tx.Now}
	fresh, err := tx.InsertOnce(r, "consultation_id", "closes_at", "days_before")
	if err != nil || !fresh {
		return err
	}
	e := c.entry("remind")
	if err := tx.Record(e); err != nil {
		return err
	}
	return tx.Enqueue(workflows.Announcement{Event: "consultation.remind", ID: c.ID, At: tx.Now})
}

// Reminders lists the reminders sent in the consultations, oldest first.
func Reminders(tx *workflows.Tx, consultationIDs ...string) ([]Reminder, error) {
	var out []Reminder
	return out, tx.DB().Where("consultation_id IN ?", consultationIDs).Order("sent_at").Find(&out).Error
}
