package participation

import (
	"fmt"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/submission"
)

// Course is how many submissions first came in on each day of the window (UTC),
// with what was done to bring them in. Only those who see every number may have
// it before the window has closed.
type Course struct {
	From  time.Time // the day it opened, at midnight
	Days  []int     // from the opening to the deadline
	Past  int       // days that have begun
	Marks []Mark
}

// Mark is something that happened on a day of the window.
type Mark struct {
	Day  int    // index into Days
	Kind string // "reminder", "extension", "deadline", or "closed" where it was closed early
	At   time.Time
}

// maxDays bounds a course: ten years.
const maxDays = 3660

// ReadCourse makes the course for the actor.
func ReadCourse(tx *workflows.Tx, c *consultation.Consultation) (*Course, error) {
	if _, err := may(tx, c, c.Ended()); err != nil {
		return nil, err
	}
	if !c.Started() {
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	end := c.ClosesAt
	if c.ClosedAt != nil && c.ClosedAt.Before(end) {
		end = *c.ClosedAt
	}
	out := &Course{From: workflows.Day(*c.OpenedAt)}
	out.Days = make([]int, min(out.day(end)+1, maxDays))
	out.Past = min(max(out.day(tx.Now)+1, 0), len(out.Days))
	var first []time.Time
	err := tx.DB().Table("submission_versions v").Joins("JOIN submissions s ON s.id = v.submission_id").
		Where("s.consultation_id = ? AND s.state IN ? AND v.version = (SELECT MIN(w.version) FROM submission_versions w WHERE w.submission_id = s.id)", c.ID, submission.InRecord).
		Pluck("v.received_at", &first).Error
	if err != nil {
		return nil, fmt.Errorf("read when answers came in: %w", err)
	}
	for _, at := range first {
		out.Days[min(max(out.day(at), 0), len(out.Days)-1)]++
	}
	return out, out.mark(tx, c)
}

// day is the index of the day of an instant.
func (x *Course) day(at time.Time) int { return int(at.UTC().Sub(x.From) / (24 * time.Hour)) }

func (x *Course) mark(tx *workflows.Tx, c *consultation.Consultation) error {
	add := func(kind string, at time.Time) {
		if d := x.day(at); d >= 0 && d < len(x.Days) {
			x.Marks = append(x.Marks, Mark{Day: d, Kind: kind, At: at.UTC()})
		}
	}
	reminders, err := consultation.Reminders(tx, c.ID)
	if err != nil {
		return err
	}
	for _, r := range reminders {
		add("reminder", r.SentAt)
	}
	extensions, err := consultation.Extensions(tx, c.ID)
	if err != nil {
		return err
	}
	for _, e := range extensions {
		add("extension", e.ExtendedAt)
	}
	if c.ClosedAt != nil && c.ClosedAt.Before(c.ClosesAt) {
		add("closed", *c.ClosedAt)
		return nil
	}
	add("deadline", c.ClosesAt)
	return nil
}

// Heat is the number of comments the actor may read on each provision, "" for
// the whole: one by one, or in the published response. NotFound to those who may
// read none yet.
func Heat(tx *workflows.Tx, c *consultation.Consultation) (map[string]int, error) {
	if ReadsComments(tx, c) {
		return submission.CountByProvision(tx, c)
	}
	if c.State != consultation.Published {
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	resp, _, err := review.GetResponse(tx, c.ID)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, m := range resp.Comments {
		out[m.ProvisionID]++
	}
	return out, nil
}

// ReadsComments says whether the actor may read comments one by one, some at
// least.
func ReadsComments(tx *workflows.Tx, c *consultation.Consultation) bool {
	return len(tx.Policy().Conditions(tx.Actor.Subject, "comment", "read", c.StateCode, c.ID)) > 0
}

// Outcomes counts the comments of submissions that stand by type and outcome, ""
// for none yet. It is for those who see every number, and for everyone once the
// response is published: comments are counted there too.
func Outcomes(tx *workflows.Tx, c *consultation.Consultation) (map[string]map[string]int, error) {
	if _, err := may(tx, c, c.State == consultation.Published); err != nil {
		return nil, err
	}
	var rows []struct {
		Type, Outcome string
		N             int
	}
	err := tx.DB().Table("comments m").Select("m.type, CASE WHEN m.disposition_state = ? THEN m.outcome ELSE '' END AS outcome, COUNT(*) AS n", submission.DispositionAgreed).
		Joins("JOIN submissions s ON s.id = m.submission_id").Where("m.consultation_id = ? AND s.state IN ?", c.ID, submission.InRecord).
		Group("1, 2").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count outcomes: %w", err)
	}
	out := map[string]map[string]int{}
	for _, r := range rows {
		if out[r.Type] == nil {
			out[r.Type] = map[string]int{}
		}
		out[r.Type][r.Outcome] += r.N
	}
	return out, nil
}
