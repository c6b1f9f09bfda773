package duty

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// Binding is what is said of an instrument and a state.
type Binding struct {
	Instrument   string
	InForceOn    time.Time // zero: it does not bind the state
	FollowedFrom time.Time // zero: from the beginning
	Source       string
}

func (in *Binding) check(all []Duty) error {
	var p workflows.Problems
	if !slices.Contains(Instruments(all), in.Instrument) {
		p.Add("instrument", "unknown_instrument", "Name", in.Instrument)
	}
	plausible(&p, "in_force_on", in.InForceOn)
	plausible(&p, "followed_from", in.FollowedFrom)
	if in.InForceOn.IsZero() && !in.FollowedFrom.IsZero() {
		p.Add("in_force_on", "required")
	}
	p.Text("source", in.Source, workflows.MaxName, true)
	return p.Err()
}

// plausible is Instant for days of treaties, which are older, or for none.
func plausible(p *workflows.Problems, field string, on time.Time) {
	if y := on.Year(); !on.IsZero() && (y < 1900 || y > 2200) {
		p.Add(field, "year_range", "Min", "1900", "Max", "2200")
	}
}

// Bind says since when an instrument binds the state, or that it does not. seen
// is the version that the actor saw, 0 for none.
func Bind(tx *workflows.Tx, state string, in Binding, seen int64) (*Bond, error) {
	if err := may(tx, state); err != nil {
		return nil, err
	}
	all, err := inForce(tx, state)
	if err != nil {
		return nil, err
	}
	if err := in.check(all); err != nil {
		return nil, err
	}
	b := &Bond{
		ID: workflows.NewID(), StateCode: state, Instrument: in.Instrument, InForceOn: given(in.InForceOn), FollowedFrom: given(in.FollowedFrom),
		Source: strings.TrimSpace(in.Source), Version: seen + 1, CreatedBy: tx.Actor.ID, CreatedAt: tx.Now,
	}
	entry := workflows.Entry{State: state, Action: "bind", Object: "duty", ObjectID: state, To: dayOf(b.InForceOn), Reason: in.Instrument + ": " + b.Source}
	if seen > 0 {
		entry.From, err = b.replace(tx, seen)
	} else if err = tx.Insert(b); workflows.IsDuplicate(err) {
		err = workflows.Refuse(workflows.Stale, "stale")
	}
	if err != nil {
		return nil, err
	}
	return b, tx.Record(entry)
}

// replace stores the bond in the place of what was said before, and returns the
// day that was said.
func (b *Bond) replace(tx *workflows.Tx, seen int64) (string, error) {
	var before Bond
	if err := tx.One(&before, "state_code = ? AND instrument = ?", b.StateCode, b.Instrument); err != nil {
		return "", err
	}
	b.ID, b.CreatedBy, b.CreatedAt, b.UpdatedAt = before.ID, before.CreatedBy, before.CreatedAt, &tx.Now
	return dayOf(before.InForceOn), tx.Update("duty_bonds", b.ID, seen, map[string]any{
		"in_force_on": b.InForceOn, "followed_from": b.FollowedFrom, "source": b.Source,
	})
}

// may refuses those who may not change the state's calendar.
func may(tx *workflows.Tx, state string) error {
	if err := tx.Check("duty", "read", target(state)); err != nil {
		return err
	}
	if err := tx.Check("duty", "edit", target(state)); err != nil {
		return err
	}
	_, err := stakeholder.GetState(tx, state)
	return err
}

func given(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = workflows.Day(at)
	return &at
}

func dayOf(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.UTC().Format(time.DateOnly)
}

// Sent is how something due was done.
type Sent struct {
	Code, Period string
	DoneOn       time.Time
	Reference    string
	NilReturn    bool
	Note         string
}

// Fulfil records that what was due was sent, or that there was nothing to
// declare.
func Fulfil(tx *workflows.Tx, state string, in Sent) (*Return, error) {
	if err := may(tx, state); err != nil {
		return nil, err
	}
	due, err := open(tx, state, in)
	if err != nil {
		return nil, err
	}
	var p workflows.Problems
	switch {
	case in.DoneOn.IsZero():
		p.Add("done_on", "required")
	case in.DoneOn.After(tx.Now):
		p.Add("done_on", "day_in_future")
	default:
		plausible(&p, "done_on", in.DoneOn)
	}
	p.Text("reference", in.Reference, workflows.MaxName, true)
	p.Text("note", in.Note, workflows.MaxParagraph, false)
	if in.NilReturn && !due.Duty.Nil {
		p.Add("nil_return", "no_nil_return")
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	r := &Return{
		ID: workflows.NewID(), StateCode: state, DutyCode: in.Code, Period: in.Period, DoneOn: workflows.Day(in.DoneOn), Reference: strings.TrimSpace(in.Reference),
		NilReturn: in.NilReturn, Note: strings.TrimSpace(in.Note), CreatedBy: tx.Actor.ID, CreatedAt: tx.Now,
	}
	if err := tx.Insert(r); workflows.IsDuplicate(err) {
		return nil, workflows.Refuse(workflows.Conflict, "duty_done")
	} else if err != nil {
		return nil, fmt.Errorf("store return: %w", err)
	}
	return r, tx.Record(workflows.Entry{
		State: state, Action: "fulfil", Object: "duty", ObjectID: r.ID, From: dayOf(&due.On), To: dayOf(&r.DoneOn), Reason: due.Key() + ": " + r.Reference,
	})
}

// open is what is due and not done, of the code and period.
func open(tx *workflows.Tx, state string, in Sent) (*Due, error) {
	c, err := calendar(tx, state)
	if err != nil {
		return nil, err
	}
	of := c.Of(in.Code)
	i := slices.IndexFunc(of, func(d Due) bool { return d.Period == in.Period })
	switch {
	case i < 0:
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	case of[i].Return != nil:
		return nil, workflows.Refuse(workflows.Conflict, "duty_done")
	}
	return &of[i], nil
}

// Withdraw says that a return was recorded by mistake: what it did is due again.
func Withdraw(tx *workflows.Tx, state, id, reason string) (*Return, error) {
	if err := may(tx, state); err != nil {
		return nil, err
	}
	var r Return
	if err := tx.Lock(&r, false, "id = ? AND state_code = ?", id, state); err != nil {
		return nil, err
	}
	var p workflows.Problems
	if p.Text("reason", reason, workflows.MaxParagraph, true); len(p) > 0 {
		return nil, p.Err()
	}
	if r.WithdrawnAt != nil {
		return nil, workflows.Refuse(workflows.Conflict, "changed_meanwhile", "Object", "duty")
	}
	r.WithdrawnAt, r.WithdrawnReason = &tx.Now, strings.TrimSpace(reason)
	err := tx.DB().Model(&Return{}).Where("id = ?", r.ID).Updates(map[string]any{"withdrawn_at": tx.Now, "withdrawn_reason": r.WithdrawnReason}).Error
	if err != nil {
		return nil, fmt.Errorf("withdraw return: %w", err)
	}
	return &r, tx.Record(workflows.Entry{State: r.StateCode, Action: "withdraw", Object: "duty", ObjectID: r.ID, Reason: r.DutyCode + "-" + r.Period + ": " + r.WithdrawnReason})
}

// maxEvents bounds the events of one duty in a state.
const maxEvents = 500

// AddEvent enters something that calls for a notice.
func AddEvent(tx *workflows.Tx, state, code string, on time.Time, note string) (*Event, error) {
	if err := may(tx, state); err != nil {
		return nil, err
	}
	all, err := inForce(tx, state)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(d Duty) bool { return d.Code == code })
	if i < 0 || !all[i].Rule.OfEvents() {
		return nil, workflows.Refuse(workflows.NotFound, "not_found")
	}
	var p workflows.Problems
	p.Instant("on_day", on)
	p.Text("note", note, workflows.MaxName, true)
	var n int64
	if err := tx.DB().Model(&Event{}).Where("state_code = ? AND duty_code = ?", state, code).Count(&n).Error; err != nil {
		return nil, fmt.Errorf("count events: %w", err)
	}
	if n >= maxEvents {
		p.Add("on_day", "too_many", "Max", maxEvents)
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	e := &Event{ID: workflows.NewID(), StateCode: state, DutyCode: code, OnDay: workflows.Day(on), Note: strings.TrimSpace(note), CreatedBy: tx.Actor.ID, CreatedAt: tx.Now}
	if err := tx.Insert(e); err != nil {
		return nil, fmt.Errorf("store event: %w", err)
	}
	return e, tx.Record(workflows.Entry{State: state, Action: "enter", Object: "duty", ObjectID: e.ID, To: dayOf(&e.OnDay), Reason: code + ": " + e.Note})
}

// DropEvent says that an event was entered by mistake, or will not happen.
func DropEvent(tx *workflows.Tx, state, id string) (*Event, error) {
	if err := may(tx, state); err != nil {
		return nil, err
	}
	var e Event
	if err := tx.Lock(&e, false, "id = ? AND state_code = ?", id, state); err != nil || e.WithdrawnAt != nil {
		return &e, err
	}
	e.WithdrawnAt = &tx.Now
	if err := tx.DB().Model(&Event{}).Where("id = ?", e.ID).Update("withdrawn_at", tx.Now).Error; err != nil {
		return nil, fmt.Errorf("withdraw event: %w", err)
	}
	return &e, tx.Record(workflows.Entry{State: e.StateCode, Action: "drop", Object: "duty", ObjectID: e.ID, From: dayOf(&e.OnDay), Reason: e.DutyCode + ": " + e.Note})
}
