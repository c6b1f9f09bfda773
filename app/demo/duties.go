package demo

import (
	"time"

	"jahorina/workflows"
	"jahorina/workflows/duty"
)

// duties tells since when instruments bind the state, and what it has sent: all that was
// due but one thing.

func (w *world) duties() error {
	w.day(1)
	from := date(w.today.Year(), 1, 1)
	return w.do("Amina", func(tx *workflows.Tx) error {
		for _, b := range []duty.Binding{
			{Instrument: "CWC (1993)", InForceOn: date(1997, 4, 29), Source: "Made-up gazette 12/97"},
			{Instrument: "BWC confidence-building measures", InForceOn: date(1994, 8, 15), Source: "Made-up gazette 3/94"},
			{Instrument: "Hague Code of Conduct (2002)", Source: "Not subscribed"},
		} {
			if !b.InForceOn.IsZero() {
				b.FollowedFrom = from
			}
			if _, err := duty.Bind(tx, State, b, 0); err != nil {
				return err
			}
		}
		if err := sendMostOf(tx); err != nil {
			return err
		}
		return copied(tx)
	})
}

// copied marks a calendar as a practice to copy, and leaves a draft made of it.
func copied(tx *workflows.Tx) error {
	p, err := duty.Mark(tx, State, "CWC (1993)", "Each declaration has its own day and its own reference, and that there is nothing to declare is sent as an answer.")
	if err != nil {
		return err
	}
	_, err = duty.Copy(tx, p.ID, State, "biological", "Made-up biosecurity act")
	return err
}

func date(year int, month time.Month, of int) time.Time {
	return time.Date(year, month, of, 0, 0, 0, 0, time.UTC)
}

// sendMostOf records all that was due up to now but one.
func sendMostOf(tx *workflows.Tx) error {
	c, err := duty.Of(tx, State)
	if err != nil {
		return err
	}
	for _, d := range c.Overdue() {
		if d.Duty.Code == "CWC-PROTECTION" {
			continue
		}
		sent := duty.Sent{Code: d.Duty.Code, Period: d.Period, DoneOn: d.On.AddDate(0, 0, -2), Reference: "Made-up note " + d.Key(), NilReturn: d.Duty.Nil && d.Duty.Code != "CWC-S3-PAST"}
		if _, err := duty.Fulfil(tx, State, sent); err != nil {
			return err
		}
	}
	return nil
}
