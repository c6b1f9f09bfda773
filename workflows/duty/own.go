package duty

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/stakeholder"
)

// What becomes of a state's own calendar.
const (
	Draft   = "draft"    // nothing of it is due
	InForce = "in_force" // its duties stand in the state's calendar
	Dropped = "dropped"  // thrown away
)

// Own is a calendar that a state made for itself from a practice.
type Own struct {
	ID         string
	StateCode  string
	Title      string // the instrument that its duties were given first
	Theme      string // one of register.Themes
	PracticeID string // it was copied from
	Lines      string // a table of Columns
	Status     string
	Version    int64
	CreatedBy  string
	CreatedAt  time.Time
	UpdatedAt  *time.Time
}

// TableName is where GORM keeps a state's own calendars.
func (Own) TableName() string { return "duty_tables" }

// moves say from which state to which an action leads.
var moves = map[string][2]string{"put_in_force": {Draft, InForce}, "revise": {InForce, Draft}, "drop": {Draft, Dropped}}

// Actions are what whoever may edit it can do with it.
func (o *Own) Actions(tx *workflows.Tx) []string {
	var out []string
	for _, action := range []string{"put_in_force", "revise", "drop"} {
		if moves[action][0] == o.Status && tx.May("duty", "edit", target(o.StateCode)) {
			out = append(out, action)
		}
	}
	return out
}

// Duties are those of its lines, with the state's code before their own.
func (o *Own) Duties() ([]Duty, error) { return parse([]byte(o.Lines), o.StateCode) }

// Copy makes a draft of a practice for a state and another theme.
func Copy(tx *workflows.Tx, practiceID, state, theme, title string) (*Own, error) {
	from, duties, err := GetPractice(tx, practiceID)
	if err != nil {
		return nil, err
	}
	if err := may(tx, state); err != nil {
		return nil, err
	}
	var p workflows.Problems
	p.OneOf("theme", theme, register.Themes...)
	p.Text("title", title, workflows.MaxName, true)
	if err := p.Err(); err != nil {
		return nil, err
	}
	if len(duties) == 0 { // a state's own calendar that is in force no more
		return nil, workflows.Refuse(workflows.Conflict, "changed_meanwhile", "Object", "duty")
	}
	title = strings.TrimSpace(title)
	o := &Own{ID: workflows.NewID(), StateCode: state, Title: title, Theme: theme, PracticeID: from.ID, Status: Draft, Version: 1, CreatedBy: tx.Actor.ID, CreatedAt: tx.Now}
	for i := range duties {
		duties[i] = duties[i].copied(from.StateCode, o)
	}
	if o.Lines, err = table(duties); err != nil {
		return nil, err
	}
	if err := tx.Insert(o); err != nil {
		return nil, fmt.Errorf("store copied calendar: %w", err)
	}
	return o, tx.Record(workflows.Entry{State: state, Action: "copy", Object: "duty", ObjectID: o.ID, To: Draft, Reason: from.StateCode + " " + from.Instrument + ": " + title})
}

// copied is the duty for another instrument: what it rested on is left out, as
// nobody has compared it with a text yet.
func (d Duty) copied(state string, o *Own) Duty {
	code := d.Code[strings.LastIndexByte(d.Code, ':')+1:]
	return Duty{
		Code: o.StateCode + ":" + codeOf(o.Theme, code), Instrument: o.Title, Due: d.Due, Rule: d.Rule, Nil: d.Nil, Checked: register.Marks[len(register.Marks)-1],
		Source: fmt.Sprintf("Copied from %s, %s, %s (%s)", d.Code, d.Instrument, d.Article, state),
	}
}

// codeOf puts the theme before a code, where there is room for it.
func codeOf(theme, code string) string {
	long := strings.ToUpper(strings.ReplaceAll(theme, "_", "-")) + "-" + code
	if len(long) > register.MaxCode {
		return code
	}
	return long
}

func table(duties []Duty) (string, error) {
	var out strings.Builder
	w := csv.NewWriter(&out)
	lines := [][]string{Columns}
	for _, d := range duties {
		empty := map[bool]string{true: "yes", false: "no"}[d.Nil]
		lines = append(lines, []string{d.Code, d.Obligation, d.Instrument, d.Article, d.Due, d.Rule.String(), empty, strings.ReplaceAll(d.Checked, "_", " "), d.Source})
	}
	if err := w.WriteAll(lines); err != nil {
		return "", fmt.Errorf("write duties: %w", err)
	}
	return out.String(), nil
}

// GetOwn is one of a state's own calendars.
func GetOwn(tx *workflows.Tx, id string) (*Own, error) {
	var o Own
	if err := tx.One(&o, "id = ?", id); err != nil {
		return nil, err
	}
	return &o, tx.Check("duty", "read", target(o.StateCode))
}

// Owns are the own calendars of a state that were not thrown away.
func Owns(tx *workflows.Tx, state string) ([]Own, error) {
	if err := tx.Check("duty", "read", target(state)); err != nil {
		return nil, err
	}
	var out []Own
	if err := tx.DB().Where("state_code = ? AND status <> ?", state, Dropped).Order("title, id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read own calendars: %w", err)
	}
	return out, nil
}

// Edit replaces the lines of a draft, whole or not at all.
func Edit(tx *workflows.Tx, id string, seen int64, lines string) (*Own, error) {
	o, err := hold(tx, id)
	if err != nil {
		return nil, err
	}
	if o.Status != Draft {
		return nil, workflows.Refuse(workflows.Conflict, "duties_no_draft")
	}
	o.Lines = lines
	duties, err := o.check(tx)
	if err != nil {
		return nil, err
	}
	if o.Lines, err = table(duties); err != nil {
		return nil, err
	}
	if err := tx.Update("duty_tables", id, seen, map[string]any{"lines": o.Lines}); err != nil {
		return nil, err
	}
	if err := tx.Record(workflows.Entry{State: o.StateCode, Action: "edit", Object: "duty", ObjectID: id, Reason: o.Title}); err != nil {
		return nil, err
	}
	return GetOwn(tx, id)
}

// check reads the lines, or says what is wrong with them and with what they name.
func (o *Own) check(tx *workflows.Tx) ([]Duty, error) {
	duties, err := o.Duties()
	if err != nil {
		return nil, err
	}
	var p workflows.Problems
	if len(duties) == 0 {
		p.Add("table", "required")
	}
	for i, d := range duties {
		if d.Obligation == "" {
			continue
		}
		got, _, err := coverage.Get(tx, d.Obligation)
		if workflows.IsKind(err, workflows.NotFound) || err == nil && !got.Of(o.StateCode) {
			p.Add(fmt.Sprintf("line %d", i+1), "unknown_obligation", "Code", d.Obligation)
		} else if err != nil {
			return nil, err
		}
	}
	return duties, p.Err()
}

// Move puts a draft in force, takes what is in force back to draft, or throws a
// draft away.
func Move(tx *workflows.Tx, id string, seen int64, action string) (*Own, error) {
	o, err := hold(tx, id)
	if err != nil {
		return nil, err
	}
	way, known := moves[action]
	switch {
	case !known:
		return nil, workflows.InvalidField("action", "not_one_of", "Words", "put_in_force, revise, drop")
	case way[0] != o.Status:
		return nil, workflows.Refuse(workflows.Conflict, "changed_meanwhile", "Object", "duty")
	}
	if way[1] == InForce {
		if err := o.apart(tx); err != nil {
			return nil, err
		}
	}
	if err := tx.Update("duty_tables", id, seen, map[string]any{"status": way[1]}); err != nil {
		return nil, err
	}
	if err := tx.Record(workflows.Entry{State: o.StateCode, Action: action, Object: "duty", ObjectID: id, From: way[0], To: way[1], Reason: o.Title}); err != nil {
		return nil, err
	}
	return GetOwn(tx, id)
}

// apart refuses a calendar with a code that another of the state in force has.
func (o *Own) apart(tx *workflows.Tx) error {
	duties, err := o.check(tx)
	if err != nil {
		return err
	}
	standing, err := inForce(tx, o.StateCode)
	if err != nil {
		return err
	}
	var p workflows.Problems
	for i, d := range duties {
		if slices.ContainsFunc(standing, func(s Duty) bool { return s.Code == d.Code }) {
			p.Add(fmt.Sprintf("line %d", i+1), "duty_code_taken", "Code", d.Code)
		}
	}
	return p.Err()
}

// hold is an own calendar for whoever may change it. One at a time changes those
// of a state.
func hold(tx *workflows.Tx, id string) (*Own, error) {
	o, err := GetOwn(tx, id)
	if err != nil {
		return nil, err
	}
	if err := may(tx, o.StateCode); err != nil {
		return nil, err
	}
	if err := tx.Lock(&stakeholder.State{}, false, "code = ?", o.StateCode); err != nil {
		return nil, err
	}
	return GetOwn(tx, id)
}

// inForce are the duties of a state: those that ship, and its own.
func inForce(tx *workflows.Tx, state string) ([]Duty, error) {
	shipped, err := All()
	if err != nil {
		return nil, err
	}
	out := slices.Clone(shipped)
	var own []Own
	if err := tx.DB().Where("state_code = ? AND status = ?", state, InForce).Order("title, id").Find(&own).Error; err != nil {
		return nil, fmt.Errorf("read own calendars: %w", err)
	}
	for i := range own {
		duties, err := own[i].Duties()
		if err != nil {
			return nil, fmt.Errorf("read own calendar %s: %w", own[i].ID, err)
		}
		out = append(out, duties...)
	}
	return out, nil
}
