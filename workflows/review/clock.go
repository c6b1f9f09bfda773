package review

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// RemindDays are the days before a round's deadline on which those who have
// not decided or advised are reminded, most days first; 0 is once it has passed.
var RemindDays = []int{3, 1, 0}

// Reminder is one reminder sent.
type Reminder struct {
	RoundID    string
	DueAt      time.Time
	DaysBefore int
	SentAt     time.Time
}

// TableName is where GORM keeps reminders.
func (Reminder) TableName() string { return "review_reminders" }

// Tick does what the clock calls for in the reviews: it reminds. It may be
// called as often as one likes, by several servers at once.
func Tick(ctx context.Context, e *workflows.Engine) error {
	read := e.Read(ctx, workflows.Clock())
	var near []Round
	ahead := time.Duration(RemindDays[0]) * 24 * time.Hour
	err := read.DB().Where("outcome = '' AND due_at IS NOT NULL AND due_at <= ?", read.Now.Add(ahead)).Limit(1000).Find(&near).Error
	if err != nil {
		return fmt.Errorf("look for reviews due: %w", err)
	}
	var errs []error
	for _, r := range near {
		days, due := daysLeft(&r, read.Now)
		if !due {
			continue
		}
		sent, err := reminded(read, &r, days)
		if err == nil && !sent {
			err = e.Write(ctx, workflows.Clock(), func(tx *workflows.Tx) error { return remind(tx, r, days) })
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("remind of round %s: %w", r.ID, err))
		}
	}
	return errors.Join(errs...)
}

// daysLeft is the reminder the round has come to; none if it began or was
// given its deadline after that hour. Whoever missed several gets the last one
// only.
func daysLeft(r *Round, now time.Time) (int, bool) {
	last, come := 0, false
	for _, days := range RemindDays {
		if hour := r.DueAt.Add(-time.Duration(days) * 24 * time.Hour); !now.Before(hour) {
			last, come = days, !r.OpenedAt.After(hour)
		}
	}
	return last, come
}

func reminded(tx *workflows.Tx, r *Round, days int) (bool, error) {
	var n int64
	err := tx.DB().Model(&Reminder{}).Where("round_id = ? AND due_at = ? AND days_before = ?", r.ID, *r.DueAt, days).Count(&n).Error
	return n > 0, err
}

func remind(tx *workflows.Tx, r Round, days int) error {
	c, err := consultation.Hold(tx, r.ConsultationID, false)
	if err != nil || c.State != consultation.InReview {
		return err
	}
	fresh, err := tx.InsertOnce(&Reminder{RoundID: r.ID, DueAt: *r.DueAt, DaysBefore: days, SentAt: tx.Now}, "round_id", "due_at", "days_before")
	if err != nil || !fresh {
		return err
	}
	to := "before"
	if days == 0 {
		to = "overdue"
	}
	if err := tx.Record(entry(c, &r, "remind", to, "")); err != nil {
		return err
	}
	return tx.Enqueue(workflows.Announcement{Event: "review.remind", ID: r.ID, At: tx.Now})
}

// SetDue gives the round under way another deadline, with a reason; the zero
// time takes it away.
func SetDue(tx *workflows.Tx, consultationID string, due time.Time, reason string) error {
	c, r, err := holdRound(tx, consultationID, "assign")
	if err != nil {
		return err
	}
	var p workflows.Problems
	checkDue(&p, due, tx.Now)
	p.Text("reason", reason, workflows.MaxParagraph, true)
	if err := p.Err(); err != nil {
		return err
	}
	res := tx.DB().Model(&Round{}).Where("id = ? AND outcome = ''", r.ID).Update("due_at", orNone(due))
	if res.Error != nil || res.RowsAffected != 1 {
		return fmt.Errorf("move the deadline of round %s (%d rows): %w", r.ID, res.RowsAffected, res.Error)
	}
	if err := tx.Record(entry(c, r, "reschedule", "deadline", reason)); err != nil {
		return err
	}
	return tx.Enqueue(workflows.Announcement{Event: "review.reschedule", ID: r.ID, At: tx.Now})
}

func checkDue(p *workflows.Problems, due, now time.Time) {
	if due.IsZero() {
		return
	}
	if p.Instant("due_at", due); !due.After(now) {
		p.Add("due_at", "in_the_past")
	}
}

func orNone(due time.Time) *time.Time {
	if due.IsZero() {
		return nil
	}
	due = workflows.UTC(due)
	return &due
}
