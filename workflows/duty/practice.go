package duty

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/workflows"
)

// Practice says that officials of a state hold its calendar of an instrument to
// be worth copying, and what of it.
type Practice struct {
	ID          string
	StateCode   string
	Instrument  string
	Features    string // what is worth copying
	CreatedBy   string
	CreatedAt   time.Time
	WithdrawnAt *time.Time
}

// TableName is where GORM keeps practices.
func (Practice) TableName() string { return "duty_practices" }

// Mark says that the state's calendar of the instrument is a practice to copy. What
// was said of it before is withdrawn.
func Mark(tx *workflows.Tx, state, instrument, features string) (*Practice, error) {
	if err := mayShare(tx, state); err != nil {
		return nil, err
	}
	all, err := inForce(tx, state)
	if err != nil {
		return nil, err
	}
	var p workflows.Problems
	if !slices.ContainsFunc(all, func(d Duty) bool { return d.Instrument == instrument }) {
		p.Add("instrument", "unknown_instrument", "Name", instrument)
	}
	p.Text("features", features, workflows.MaxParagraph, true)
	if err := p.Err(); err != nil {
		return nil, err
	}
	err = tx.DB().Model(&Practice{}).Where("state_code = ? AND instrument = ? AND withdrawn_at IS NULL", state, instrument).Update("withdrawn_at", tx.Now).Error
	if err != nil {
		return nil, fmt.Errorf("withdraw practice: %w", err)
	}
	made := &Practice{ID: workflows.NewID(), StateCode: state, Instrument: instrument, Features: strings.TrimSpace(features), CreatedBy: tx.Actor.ID, CreatedAt: tx.Now}
	if err := tx.Insert(made); workflows.IsDuplicate(err) {
		return nil, workflows.Refuse(workflows.Conflict, "changed_meanwhile", "Object", "duty")
	} else if err != nil {
		return nil, fmt.Errorf("store practice: %w", err)
	}
	return made, tx.Record(workflows.Entry{State: state, Action: "share", Object: "duty", ObjectID: made.ID, Reason: instrument + ": " + made.Features})
}

// Unmark takes a practice off the list. What was copied from it stays.
func Unmark(tx *workflows.Tx, id string) (*Practice, error) {
	p, _, err := GetPractice(tx, id)
	if err != nil {
		return nil, err
	}
	if err := mayShare(tx, p.StateCode); err != nil {
		return nil, err
	}
	if err := tx.DB().Model(&Practice{}).Where("id = ? AND withdrawn_at IS NULL", id).Update("withdrawn_at", tx.Now).Error; err != nil {
		return nil, fmt.Errorf("withdraw practice: %w", err)
	}
	return p, tx.Record(workflows.Entry{State: p.StateCode, Action: "unshare", Object: "duty", ObjectID: p.ID, Reason: p.Instrument})
}

func mayShare(tx *workflows.Tx, state string) error {
	if err := may(tx, state); err != nil {
		return err
	}
	return tx.Check("duty", "share", target(state))
}

// Practices are those on the list, for whoever may read the calendar of any state.
func Practices(tx *workflows.Tx) ([]Practice, error) {
	if len(States(tx)) == 0 {
		return nil, tx.Check("duty", "read", target(""))
	}
	var out []Practice
	if err := tx.DB().Where("withdrawn_at IS NULL").Order("instrument, state_code").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read practices: %w", err)
	}
	return out, nil
}

// GetPractice is one on the list, with its duties.
func GetPractice(tx *workflows.Tx, id string) (*Practice, []Duty, error) {
	if len(States(tx)) == 0 {
		return nil, nil, tx.Check("duty", "read", target(""))
	}
	var p Practice
	if err := tx.One(&p, "id = ? AND withdrawn_at IS NULL", id); err != nil {
		return nil, nil, err
	}
	all, err := inForce(tx, p.StateCode)
	return &p, slices.DeleteFunc(all, func(d Duty) bool { return d.Instrument != p.Instrument }), err
}
