package agenda

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
)

// What stands in the calendar.
const (
	Opens        = "opens"
	Closes       = "closes"
	Extended     = "extended" // the deadline was moved on that day
	Reminder     = "reminder" // of those who have not answered
	ReviewDue    = "review_due"
	ResponseDue  = "response_due"
	Published    = "published"
	MilestoneDue = "milestone_due"
	MeasureDue   = "measure_due"
	DutyDue      = "duty_due" // a declaration or report to be sent
)

// Kinds lists them.
var Kinds = []string{Opens, Closes, Extended, Reminder, ReviewDue, ResponseDue, MilestoneDue, MeasureDue, DutyDue, Published}

// Entry is one instant of the calendar.
type Entry struct {
	Kind         string
	At           time.Time
	Consultation *consultation.Consultation // nil for what belongs to none
	About        *About                     // what that is about; nil for others
	To           time.Time                  // of Extended: the new deadline
	Sequence     int64                      // grows with every change to it
}

// ID stays the same as long as the entry is about the same thing.
func (e *Entry) ID() string {
	if e.About != nil {
		return e.Kind + "-" + e.About.Key
	}
	return e.Kind + "-" + e.Consultation.ID
}

// Title is what it is about, in a few words.
func (e *Entry) Title() string {
	if e.About != nil {
		return e.About.Title
	}
	return e.Consultation.Title
}

// Cancelled says whether it will not happen.
func (e *Entry) Cancelled() bool {
	return e.Consultation != nil && e.Consultation.State == consultation.Withdrawn
}

// Span asks for what happens from From on, before Until; of one consultation if
// it is given.
type Span struct {
	From, Until    time.Time
	ConsultationID string
}

// Entries lists what happens in the span in the consultations the actor may know
// of, the earliest first. It says whether there are consultations it did not look
// at, see consultation.Between. Reminders are for those who run the consultation,
// review deadlines for those who may follow the review.
func Entries(tx *workflows.Tx, s Span) (found []Entry, more bool, err error) {
	s.From, s.Until = workflows.UTC(s.From), workflows.UTC(s.Until)
	all, more, err := s.consultations(tx)
	if err != nil {
		return nil, more, err
	}
	w := window{tx: tx, byID: map[string]*consultation.Consultation{}}
	if err := w.fill(all); err != nil {
		return nil, false, err
	}
	if s.ConsultationID == "" {
		for _, look := range []func(*workflows.Tx, Span) ([]Entry, error){planned, duties} {
			due, err := look(tx, s)
			if err != nil {
				return nil, false, err
			}
			w.found = append(w.found, due...)
		}
	}
	found = slices.DeleteFunc(w.found, func(e Entry) bool { return e.At.Before(s.From) || !e.At.Before(s.Until) })
	slices.SortStableFunc(found, func(a, b Entry) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID(), b.ID()))
	})
	return found, more, nil
}

// consultations are the one asked for, which is NotFound to those who may not
// know of it, or those of the span.
func (s Span) consultations(tx *workflows.Tx) ([]consultation.Consultation, bool, error) {
	if s.ConsultationID == "" {
		return consultation.Between(tx, s.From, s.Until)
	}
	c, err := consultation.Get(tx, s.ConsultationID)
	if err != nil {
		return nil, false, err
	}
	return []consultation.Consultation{*c}, false, nil
}

type window struct {
	tx    *workflows.Tx
	byID  map[string]*consultation.Consultation
	found []Entry
}

func (w *window) fill(all []consultation.Consultation) error {
	for i := range all {
		w.byID[all[i].ID] = &all[i]
		w.dates(&all[i])
	}
	if len(all) == 0 {
		return nil
	}
	for _, add := range []func() error{w.extensions, w.reminders, w.reviews} {
		if err := add(); err != nil {
			return err
		}
	}
	return nil
}

func (w *window) add(kind string, c *consultation.Consultation, at time.Time) {
	w.found = append(w.found, Entry{Kind: kind, At: at.UTC(), Consultation: c, Sequence: c.Version})
}

func (w *window) dates(c *consultation.Consultation) {
	closed := c.ClosesAt
	if c.ClosedAt != nil && c.ClosedAt.Before(closed) { // by an official
		closed = *c.ClosedAt
	}
	w.add(Opens, c, c.OpensAt)
	w.add(Closes, c, closed)
	switch {
	case c.State == consultation.Published:
		w.add(Published, c, *c.PublishedAt)
	case c.ResponseDueAt != nil:
		w.add(ResponseDue, c, *c.ResponseDueAt)
	}
}

// ids are those of the consultations that the condition holds for.
func (w *window) ids(which func(*consultation.Consultation) bool) []string {
	var out []string
	for id, c := range w.byID {
		if which(c) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

func (w *window) extensions() error {
	moved, err := consultation.Extensions(w.tx, w.ids((*consultation.Consultation).Started)...)
	if err != nil {
		return fmt.Errorf("read extensions: %w", err)
	}
	for _, x := range moved {
		w.add(Extended, w.byID[x.ConsultationID], x.ExtendedAt)
		w.found[len(w.found)-1].To = x.ClosesAt
	}
	return nil
}

// reminders are those sent, and those to come if the deadline stays.
func (w *window) reminders() error {
	run := w.ids(func(c *consultation.Consultation) bool { return w.tx.May("invitation", "read", c.TargetWith(nil)) })
	sent, err := consultation.Reminders(w.tx, run...)
	if err != nil {
		return fmt.Errorf("read reminders: %w", err)
	}
	for _, r := range sent {
		w.add(Reminder, w.byID[r.ConsultationID], r.SentAt)
	}
	for _, id := range run {
		c := w.byID[id]
		if c.State != consultation.Scheduled && c.State != consultation.Open {
			continue
		}
		for _, days := range consultation.RemindDays {
			at := c.ClosesAt.AddDate(0, 0, -days)
			if at.After(w.tx.Now) && at.After(c.OpensAt) {
				w.add(Reminder, c, at)
			}
		}
	}
	return nil
}

func (w *window) reviews() error {
	rounds, err := review.UnderWayIn(w.tx, w.ids(func(c *consultation.Consultation) bool {
		return c.State == consultation.InReview && w.tx.May("review", "follow", c.TargetWith(nil))
	}))
	if err != nil {
		return err
	}
	for _, r := range rounds {
		if r.DueAt == nil {
			continue
		}
		c := w.byID[r.ConsultationID]
		w.add(ReviewDue, c, *r.DueAt)
		w.found[len(w.found)-1].Sequence = c.Version + r.Moved
	}
	return nil
}
