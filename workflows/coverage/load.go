package coverage

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/coverage/register"
	"jahorina/workflows/stakeholder"
)

// What became of an obligation when a table was taken in.
const (
	Added     = "added"
	Revised   = "revised"
	Withdrawn = "withdrawn"
	Restored  = "restored" // it had been withdrawn
)

// Change is what a table does to one obligation.
type Change struct {
	Kind   string // Added, Revised, Withdrawn or Restored
	Row    register.Row
	Fields []string // in which the wording changes, of one that is revised

	was *Obligation
}

// Report is what a table does, or would do.
type Report struct {
	Changes []Change
	Same    int // obligations that stay as they are
	first   bool
}

// Load makes the shipped part of the register what the program brings. The same
// again changes nothing. Replicas that start together may all call it.
func Load(ctx context.Context, engine *workflows.Engine) (*Report, error) {
	rows, err := register.Shipped()
	if err != nil {
		return nil, err
	}
	var report *Report
	load := func(tx *workflows.Tx) (err error) {
		report, err = put(tx, nil, rows, false)
		return err
	}
	err = engine.Write(ctx, workflows.Operator(), load)
	if workflows.IsDuplicate(err) || workflows.IsKind(err, workflows.Stale) { // another replica was quicker
		err = engine.Write(ctx, workflows.Operator(), load)
	}
	if err != nil {
		return nil, fmt.Errorf("load the register of obligations: %w", err)
	}
	return report, nil
}

// PutOwn makes the state's own part of the register what the rows say: what is
// not among them is withdrawn. Codes are written without the state's. With dry
// it only says what would change.
func PutOwn(tx *workflows.Tx, state string, rows []register.Row, dry bool) (*Report, error) {
	if _, err := stakeholder.GetState(tx, state); workflows.IsKind(err, workflows.NotFound) {
		return nil, workflows.InvalidField("state", "unknown_state", "Code", state)
	} else if err != nil {
		return nil, err
	}
	if err := tx.Check("obligation", "add", policies.Target{State: state}); err != nil {
		return nil, err
	}
	return put(tx, &state, rows, dry)
}

func put(tx *workflows.Tx, state *string, rows []register.Row, dry bool) (*Report, error) {
	var known []Obligation
	q := tx.DB().Where("state_code IS NULL")
	if state != nil {
		q = tx.DB().Where("state_code = ?", *state)
	}
	if err := q.Order("place").Find(&known).Error; err != nil {
		return nil, fmt.Errorf("read obligations: %w", err)
	}
	l := loader{tx: tx, state: state, now: make(map[string]*Obligation, len(known))}
	for i := range known {
		l.now[known[i].Code] = &known[i]
	}
	report, err := l.compare(rows)
	if err != nil || dry {
		return report, err
	}
	return report, l.write(report)
}

type loader struct {
	tx    *workflows.Tx
	state *string
	now   map[string]*Obligation
	moved map[string]string // place by code, of those that stay as they are
}

// compare says what the rows change.
func (l *loader) compare(rows []register.Row) (*Report, error) {
	r := &Report{first: len(l.now) == 0}
	left := make(map[string]bool, len(rows))
	l.moved = map[string]string{}
	for _, row := range rows {
		code := l.code(row)
		left[code] = true
		o := l.now[code]
		sum, err := row.SHA256()
		if err != nil {
			return nil, err
		}
		switch {
		case o == nil:
			r.Changes = append(r.Changes, Change{Kind: Added, Row: row})
		case o.WithdrawnAt != nil:
			r.Changes = append(r.Changes, Change{Kind: Restored, Row: row, was: o})
		case o.ContentSHA256 != sum:
			r.Changes = append(r.Changes, Change{Kind: Revised, Row: row, was: o, Fields: Changed(o.wording(), row)})
		default:
			r.Same++
			if place := l.place(row); place != o.Place {
				l.moved[code] = place
			}
		}
	}
	for _, code := range slices.Sorted(maps.Keys(l.now)) {
		if o := l.now[code]; !left[code] && o.WithdrawnAt == nil {
			r.Changes = append(r.Changes, Change{Kind: Withdrawn, Row: o.wording(), was: o})
		}
	}
	return r, nil
}

// code is how a row is called in the register: a state's own carry the state's
// code, so that none can ever be taken for a shipped one.
func (l *loader) code(r register.Row) string {
	if l.state == nil {
		return r.Code
	}
	return *l.state + ":" + r.Code
}

func (l *loader) place(r register.Row) string {
	if l.state == nil {
		return fmt.Sprintf("%05d %s", r.Line, r.Code)
	}
	return fmt.Sprintf("own %s %05d %s", *l.state, r.Line, r.Code)
}

// wording is the obligation as a row of its table.
func (o *Obligation) wording() register.Row {
	_, code, own := strings.Cut(o.Code, ":")
	if !own {
		code = o.Code
	}
	return register.Row{
		Code: code, Instrument: o.Instrument, Provision: o.Provision, Theme: o.Theme, Kind: o.Kind, Title: o.Title, Summary: o.Summary,
		Lead: o.Lead, Sectors: o.Sectors, Checked: o.Checked, Source: o.Source,
	}
}

func (l *loader) write(r *Report) error {
	if err := l.add(r); err != nil {
		return err
	}
	for _, c := range r.Changes {
		if c.Kind == Added {
			continue
		}
		if err := l.change(c); err != nil {
			return err
		}
	}
	for code, place := range l.moved {
		if err := l.tx.DB().Model(&Obligation{}).Where("code = ?", code).Update("place", place).Error; err != nil {
			return fmt.Errorf("move obligation %s: %w", code, err)
		}
	}
	return l.record(r)
}

// atOnce bounds the rows of one statement.
const atOnce = 200

// add stores what is new.
func (l *loader) add(r *Report) error {
	var rows []Obligation
	var versions []Version
	for _, c := range r.Changes {
		if c.Kind != Added {
			continue
		}
		o, err := l.obligation(c.Row, 1)
		if err != nil {
			return err
		}
		o.AddedAt = l.tx.Now
		rows = append(rows, *o)
		versions = append(versions, l.version(o, c))
	}
	for start := 0; start < len(rows); start += atOnce {
		end := min(start+atOnce, len(rows))
		if err := l.tx.Insert(rows[start:end]); err != nil {
			return fmt.Errorf("add obligations: %w", err)
		}
		if err := l.tx.Insert(versions[start:end]); err != nil {
			return fmt.Errorf("keep the wording of obligations: %w", err)
		}
	}
	return nil
}

func (l *loader) obligation(r register.Row, version int64) (*Obligation, error) {
	sum, err := r.SHA256()
	if err != nil {
		return nil, err
	}
	code := l.code(r)
	return &Obligation{
		Code: code, StateCode: l.state, Place: l.place(r), Instrument: r.Instrument, Provision: r.Provision, Theme: r.Theme, Kind: r.Kind,
		Title: r.Title, Summary: r.Summary, Lead: r.Lead, Sectors: r.Sectors, Checked: r.Checked, Source: r.Source,
		Folded:        workflows.FoldName(strings.Join([]string{code, r.Instrument, r.Provision, r.Title, r.Summary, r.Lead}, " ")),
		ContentSHA256: sum, Version: version, ChangedAt: l.tx.Now,
	}, nil
}

func (l *loader) version(o *Obligation, c Change) Version {
	return Version{
		Code: o.Code, Version: o.Version, Change: c.Kind, Wording: c.Row, ContentSHA256: o.ContentSHA256,
		ChangedBy: l.tx.Actor.ID, ChangedAt: l.tx.Now,
	}
}

// change stores another wording, or that an obligation is withdrawn.
func (l *loader) change(c Change) error {
	o, err := l.obligation(c.Row, c.was.Version+1)
	if err != nil {
		return err
	}
	columns := []string{"withdrawn_at", "version", "changed_at"}
	if c.Kind == Withdrawn {
		o.WithdrawnAt = &l.tx.Now
	} else {
		columns = append(columns, "place", "instrument", "provision", "theme", "kind", "title", "summary", "lead", "sectors", "checked", "source", "folded", "content_sha256")
	}
	res := l.tx.DB().Model(&Obligation{}).Where("code = ? AND version = ?", o.Code, c.was.Version).Select(columns).Updates(o)
	if res.Error != nil {
		return fmt.Errorf("change obligation %s: %w", o.Code, res.Error)
	}
	if res.RowsAffected != 1 {
		return workflows.Refuse(workflows.Stale, "stale")
	}
	v := l.version(o, c)
	if err := l.tx.Insert(&v); err != nil {
		return fmt.Errorf("keep the wording of obligation %s: %w", o.Code, err)
	}
	return nil
}

// record says on the record what was changed: each obligation by itself, but of
// a register that was empty only that it was filled.
func (l *loader) record(r *Report) error {
	if len(r.Changes) == 0 {
		return nil
	}
	state := ""
	if l.state != nil {
		state = *l.state
	}
	if r.first {
		return l.tx.Record(workflows.Entry{State: state, Action: "load", Object: "register", ObjectID: state, Reason: fmt.Sprint(len(r.Changes))})
	}
	for _, c := range r.Changes {
		o, err := l.obligation(c.Row, 0)
		if err != nil {
			return err
		}
		entry := workflows.Entry{State: state, Action: c.Kind, Object: "obligation", ObjectID: o.Code, Reason: strings.Join(c.Fields, ", "), SHA256: o.ContentSHA256}
		if err := l.tx.Record(entry); err != nil {
			return err
		}
	}
	return nil
}

// Own lists the obligations in force that a state added for itself.
func Own(tx *workflows.Tx, state string) ([]Obligation, error) {
	if err := tx.Check("obligation", "read", policies.Target{}); err != nil {
		return nil, err
	}
	var out []Obligation
	err := tx.DB().Where("state_code = ? AND withdrawn_at IS NULL", state).Order("place").Limit(register.MaxRows).Find(&out).Error
	return out, err
}
