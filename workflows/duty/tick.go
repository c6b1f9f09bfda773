package duty

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// When officials are told: some days before, and once the day has passed.
const (
	RemindAhead = 14 * 24 * time.Hour
	// tellLate bounds for how long a day that passed is told: who enters an old
	// treaty is not told of decades.
	tellLate = 7 * 24 * time.Hour
)

// Reminder says that officials were told of something due.
type Reminder struct {
	ID        string
	StateCode string
	DutyCode  string
	Period    string
	DueOn     time.Time
	Late      bool // that its day had passed
	ToldAt    time.Time
}

// TableName is where GORM keeps reminders.
func (Reminder) TableName() string { return "duty_reminders" }

// Tick tells officials of what is due soon, and of what has become overdue, each
// once. It may be called as often as one likes, by several servers at once.
func Tick(ctx context.Context, e *workflows.Engine) error {
	tx := e.Read(ctx, workflows.Clock())
	states, err := stakeholder.States(tx)
	if err != nil {
		return err
	}
	var errs []error
	for _, s := range states {
		errs = append(errs, remind(ctx, e, tx, s.Code))
	}
	return errors.Join(errs...)
}

func remind(ctx context.Context, e *workflows.Engine, tx *workflows.Tx, state string) error {
	c, err := calendar(tx, state)
	if err != nil {
		return err
	}
	soon := c.which(func(d *Due) bool {
		return d.Return == nil && !d.On.After(workflows.Day(tx.Now.Add(RemindAhead))) && !d.On.Before(workflows.Day(tx.Now.Add(-tellLate)))
	})
	if len(soon) == 0 {
		return nil
	}
	var told []Reminder
	if err := tx.DB().Where("state_code = ? AND due_on >= ?", state, workflows.Day(tx.Now.Add(-tellLate))).Find(&told).Error; err != nil {
		return fmt.Errorf("read reminders of duties: %w", err)
	}
	known := map[string]bool{}
	for _, r := range told {
		known[fmt.Sprint(r.DutyCode, "-", r.Period, dayOf(&r.DueOn), r.Late)] = true
	}
	var errs []error
	for i := range soon {
		d := &soon[i]
		late := d.Overdue(tx.Now)
		if known[fmt.Sprint(d.Key(), dayOf(&d.On), late)] {
			continue
		}
		errs = append(errs, e.Write(ctx, workflows.Clock(), func(tx *workflows.Tx) error { return tell(tx, state, d, late) }))
	}
	return errors.Join(errs...)
}

func tell(tx *workflows.Tx, state string, d *Due, late bool) error {
	r := &Reminder{ID: workflows.NewID(), StateCode: state, DutyCode: d.Duty.Code, Period: d.Period, DueOn: d.On, Late: late, ToldAt: tx.Now}
	fresh, err := tx.InsertOnce(r, "state_code", "duty_code", "period", "due_on", "late")
	if err != nil || !fresh {
		return err // another server was quicker
	}
	if err := tx.Record(workflows.Entry{State: state, Action: "remind", Object: "duty", ObjectID: r.ID, To: dayOf(&d.On), Reason: d.Key()}); err != nil {
		return err
	}
	return tx.Enqueue(workflows.Announcement{Event: "duty.remind", ID: r.ID, At: tx.Now})
}

// Told returns a reminder with what it is about, for notices; no due if that is
// done, or due on another day by now. It asks no policy.
func Told(tx *workflows.Tx, id string) (*Reminder, *Due, error) {
	var r Reminder
	if err := tx.One(&r, "id = ?", id); err != nil {
		return nil, nil, err
	}
	c, err := calendar(tx, r.StateCode)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range c.Of(r.DutyCode) {
		if d.Period == r.Period && d.Return == nil && d.On.Equal(workflows.Day(r.DueOn)) {
			return &r, &d, nil
		}
	}
	return &r, nil, nil
}
