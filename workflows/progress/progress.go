// Package progress keeps figures that others publish on how far states have come,
// such as how many of the parties to a convention have a law: a number, out of
// how many, on which day, and where it was read. It refuses a figure without its
// denominator, its day or its source, and a share it has not computed itself.
package progress

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// Figure is a number out of how many on a day.
type Figure struct {
	ID          string
	StateCode   string // whose officials entered it
	Subject     string // "Legislation covering all key areas"
	AsOf        time.Time
	Have        int64
	OutOf       int64
	Whole       string // what the denominator counts: "States Parties"
	Source      string
	CreatedBy   string
	CreatedAt   time.Time
	WithdrawnAt *time.Time // it was entered by mistake
}

// TableName is where GORM keeps figures.
func (Figure) TableName() string { return "progress_figures" }

// Percent is the share, to the nearest whole per cent; a half is rounded up.
func (f *Figure) Percent() int64 { return (200*f.Have + f.OutOf) / (2 * f.OutOf) }

const (
	maxFigures = 2000 // of a state
	maxCount   = 1_000_000_000
)

// New is a figure to enter.
type New struct {
	Subject, Whole, Source string
	AsOf                   time.Time
	Have, OutOf            int64
}

func (in *New) check(now time.Time) error {
	var p workflows.Problems
	p.Text("subject", in.Subject, workflows.MaxName, true)
	p.Text("whole", in.Whole, workflows.MaxName, true)
	p.Text("source", in.Source, workflows.MaxName, true)
	switch y := in.AsOf.Year(); {
	case in.AsOf.IsZero():
		p.Add("as_of", "required")
	case in.AsOf.After(now):
		p.Add("as_of", "day_in_future")
	case y < 1900:
		p.Add("as_of", "year_range", "Min", "1900", "Max", "2200")
	}
	if in.OutOf < 1 || in.OutOf > maxCount {
		p.Add("out_of", "progress_whole")
	}
	if in.Have < 0 || in.Have > in.OutOf {
		p.Add("have", "progress_part")
	}
	return p.Err()
}

// Add enters a figure.
func Add(tx *workflows.Tx, state string, in New) (*Figure, error) {
	if err := tx.Check("progress", "edit", policies.Target{State: state}); err != nil {
		return nil, err
	}
	if _, err := stakeholder.GetState(tx, state); err != nil {
		return nil, err
	}
	if err := in.check(tx.Now); err != nil {
		return nil, err
	}
	var n int64
	if err := tx.DB().Model(&Figure{}).Where("state_code = ?", state).Count(&n).Error; err != nil {
		return nil, fmt.Errorf("count figures: %w", err)
	}
	if n >= maxFigures {
		return nil, workflows.InvalidField("subject", "too_many", "Max", maxFigures)
	}
	f := &Figure{
		ID: workflows.NewID(), StateCode: state, Subject: strings.TrimSpace(in.Subject), AsOf: workflows.Day(in.AsOf), Have: in.Have, OutOf: in.OutOf,
		Whole: strings.TrimSpace(in.Whole), Source: strings.TrimSpace(in.Source), CreatedBy: tx.Actor.ID, CreatedAt: tx.Now,
	}
	if err := tx.Insert(f); workflows.IsDuplicate(err) {
		return nil, workflows.Refuse(workflows.Conflict, "progress_twice")
	} else if err != nil {
		return nil, fmt.Errorf("store figure: %w", err)
	}
	return f, tx.Record(workflows.Entry{State: state, Action: "create", Object: "progress", ObjectID: f.ID, Reason: f.Subject, To: fmt.Sprintf("%d/%d", f.Have, f.OutOf)})
}

// Withdraw takes back a figure that was entered by mistake.
func Withdraw(tx *workflows.Tx, state, id string) error {
	if err := tx.Check("progress", "edit", policies.Target{State: state}); err != nil {
		return err
	}
	var f Figure
	if err := tx.Lock(&f, false, "id = ? AND state_code = ?", id, state); err != nil || f.WithdrawnAt != nil {
		return err
	}
	if err := tx.DB().Model(&Figure{}).Where("id = ?", id).Update("withdrawn_at", tx.Now).Error; err != nil {
		return fmt.Errorf("withdraw figure: %w", err)
	}
	return tx.Record(workflows.Entry{State: state, Action: "withdraw", Object: "progress", ObjectID: id, Reason: f.Subject, From: fmt.Sprintf("%d/%d", f.Have, f.OutOf)})
}

// Table is subjects against days.
type Table struct {
	Days []time.Time // the earliest first
	Rows []Row
}

// Row is a subject with its figure on each day of the table; nil: none.
type Row struct {
	Subject string
	Figures []*Figure
}

// Of is the table of a state that the actor may read.
func Of(tx *workflows.Tx, state string) (*Table, error) {
	if err := tx.Check("progress", "read", policies.Target{State: state}); err != nil {
		return nil, err
	}
	var all []Figure
	if err := tx.DB().Where("state_code = ? AND withdrawn_at IS NULL", state).Order("as_of, id").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("read figures: %w", err)
	}
	t := &Table{}
	for i := range all {
		all[i].AsOf = all[i].AsOf.UTC()
		if !slices.ContainsFunc(t.Days, all[i].AsOf.Equal) {
			t.Days = append(t.Days, all[i].AsOf)
		}
	}
	for i := range all {
		t.put(&all[i])
	}
	return t, nil
}

func (t *Table) put(f *Figure) {
	at := slices.IndexFunc(t.Rows, func(r Row) bool { return r.Subject == f.Subject })
	if at < 0 {
		at = len(t.Rows)
		t.Rows = append(t.Rows, Row{f.Subject, make([]*Figure, len(t.Days))})
	}
	t.Rows[at].Figures[slices.IndexFunc(t.Days, f.AsOf.Equal)] = f
}
