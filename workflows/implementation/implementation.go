// Package implementation says how far a state is with each obligation: what its
// officials have stated, with evidence, and where nothing is stated, what follows
// from its measures. What is stated always wins, and what was stated before is
// kept. It stands on coverage (which provisions serve what), plan (which measures
// do) and matrix (who sees what of a state's view of itself).
//
// It refuses to turn statuses into a percentage or a score. To those outside a
// state, what it has not told them is unknown, never a gap.
package implementation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/matrix"
	"jahorina/workflows/stakeholder"
)

// Statuses of an obligation in a state.
const (
	None          = "none"
	Planned       = "planned"
	Drafted       = "drafted"
	InForce       = "in_force"
	NotApplicable = "not_applicable"
	// Unknown is what those outside the state read where it has told them nothing. It
	// is never stated.
	Unknown = "unknown"
)

var (
	// Statuses that can be stated, from the furthest to go.
	Statuses = []string{None, Planned, Drafted, InForce, NotApplicable}
	// Words are the statuses that can be read, in the order of lists.
	Words = []string{None, Unknown, Planned, Drafted, InForce, NotApplicable}
	// Audiences a status can be for, from the narrowest.
	Audiences = []string{matrix.Inside, matrix.Community, matrix.Public}
)

// Limits of what is stated, in bytes, and of how many at once.
const (
	maxEvidence = 2000
	maxFigure   = 100
	maxAtOnce   = 1000
)

// Status is how far a state says it is with an obligation, from a day on.
type Status struct {
	ID         string
	StateCode  string
	Obligation string // its code
	Version    int64
	Statement  `gorm:"embedded"`
	Author     string
	AuthorName string
	CreatedAt  time.Time
}

// TableName is where GORM keeps statuses.
func (Status) TableName() string { return "obligation_statuses" }

// Statement is what is stated of an obligation.
type Statement struct {
	Status   string // one of Statuses
	Evidence string // law, order, procedure; why it does not apply
	Figure   string // to compare with neighbours: "72 h"
	AsOf     string // the day, YYYY-MM-DD; empty: today
	Audience string // one of Audiences
}

// clean puts the statement as it is kept.
func (in Statement) clean(now time.Time) Statement {
	in.Evidence, in.Figure, in.AsOf = strings.TrimSpace(in.Evidence), strings.TrimSpace(in.Figure), strings.TrimSpace(in.AsOf)
	if in.AsOf == "" {
		in.AsOf = now.Format(time.DateOnly)
	}
	return in
}

// check finds what is wrong with a clean statement.
func (in Statement) check(now time.Time) workflows.Problems {
	var p workflows.Problems
	p.OneOf("status", in.Status, Statuses...)
	p.OneOf("audience", in.Audience, Audiences...)
	p.Text("evidence", in.Evidence, maxEvidence, false)
	p.Text("figure", in.Figure, maxFigure, false)
	switch day, err := time.Parse(time.DateOnly, in.AsOf); {
	case err != nil:
		p.Add("as_of", "bad_day")
	case day.After(now) || day.Year() < 1900:
		p.Add("as_of", "day_to_come")
	}
	if in.Evidence == "" {
		switch in.Status {
		case InForce:
			p.Add("evidence", "evidence_needed")
		case NotApplicable:
			p.Add("evidence", "reason_needed")
		}
	}
	return p
}

// Of is an obligation of which something is to be stated, and the version of what
// was last stated that the writer saw; 0 for nothing.
type Of struct {
	Code string
	Seen int64
}

// Set states the same of one or more obligations, all or none.
func Set(tx *workflows.Tx, state string, in Statement, of []Of) ([]Status, error) {
	w, err := newWriter(tx, state, true)
	if err != nil {
		return nil, err
	}
	in = in.clean(tx.Now)
	p := in.check(tx.Now)
	if len(of) == 0 {
		p.Add("codes", "choose_obligations")
	}
	if len(of) > maxAtOnce {
		return nil, workflows.InvalidField("codes", "too_many", "Max", maxAtOnce)
	}
	for _, o := range of {
		if !w.codes[o.Code] {
			p.Add("codes", "unknown_obligation", "Code", o.Code)
		}
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	var out []Status
	for _, o := range of {
		if w.last[o.Code].Version != o.Seen {
			return nil, workflows.Refuse(workflows.Stale, "stale")
		}
		s, err := w.state(o.Code, in)
		if err != nil {
			return nil, err
		}
		out = append(out, *s)
	}
	return out, nil
}

// writer states things of one state, which it holds against others who do.
type writer struct {
	tx    *workflows.Tx
	of    string
	codes map[string]bool   // obligations in force that can bind the state
	last  map[string]Status // what was stated last, by code
}

func newWriter(tx *workflows.Tx, state string, hold bool) (*writer, error) {
	if _, err := stakeholder.GetState(tx, state); err != nil {
		return nil, err
	}
	if err := tx.Check("obligation", "assess", policies.Target{State: state}); err != nil {
		return nil, err
	}
	if hold {
		var held stakeholder.State
		if err := tx.Lock(&held, false, "code = ?", state); err != nil {
			return nil, err
		}
	}
	w := &writer{tx: tx, of: state, codes: map[string]bool{}, last: map[string]Status{}}
	all, err := obligations(tx, state, coverage.Filter{})
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		w.codes[o.Code] = true
	}
	said, err := stated(tx, state)
	for code, versions := range said {
		w.last[code] = versions[len(versions)-1]
	}
	return w, err
}

// state adds what is stated of one obligation. What is stated already is not
// stated again.
func (w *writer) state(code string, in Statement) (*Status, error) {
	was := w.last[code]
	if was.Version > 0 && was.Statement == in {
		return &was, nil
	}
	s := Status{
		ID: workflows.NewID(), StateCode: w.of, Obligation: code, Version: was.Version + 1, Statement: in,
		Author: w.tx.Actor.ID, AuthorName: w.tx.Actor.Name, CreatedAt: w.tx.Now,
	}
	if err := w.tx.Insert(&s); err != nil {
		return nil, fmt.Errorf("keep a status: %w", err)
	}
	w.last[code] = s
	entry := workflows.Entry{
		State: w.of, Action: "assess", Object: "obligation", ObjectID: code, From: was.Status, To: s.Status, Reason: s.Evidence,
		Confidential: s.Audience == matrix.Inside,
	}
	return &s, w.tx.Record(entry)
}

// stated is all that was stated of a state, whoever it is for, by code and in the
// order in which it was.
func stated(tx *workflows.Tx, state string) (map[string][]Status, error) {
	var all []Status
	if err := tx.DB().Where("state_code = ?", state).Order("version").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("read statuses: %w", err)
	}
	out := map[string][]Status{}
	for _, s := range all {
		out[s.Obligation] = append(out[s.Obligation], s)
	}
	return out, nil
}

// told is what was stated of a state and is for the reader, and the audiences that
// they are of. Of an obligation whose last status is not for them, nothing is: no
// older one stands in its place.
func told(tx *workflows.Tx, state string) (map[string][]Status, []string, error) {
	if _, err := stakeholder.GetState(tx, state); err != nil {
		return nil, nil, err
	}
	seen, err := matrix.Audiences(tx, matrix.Book{Holder: state, State: state})
	if err != nil {
		return nil, nil, err
	}
	all, err := stated(tx, state)
	if err != nil {
		return nil, nil, err
	}
	keep(all, seen)
	return all, seen, nil
}

// keep takes away what is not for the audiences seen: of an obligation whose last
// status is not, everything; and to those outside, who stated it.
func keep(said map[string][]Status, seen []string) {
	for code, versions := range said {
		if n := len(versions); n == 0 || !slices.Contains(seen, versions[n-1].Audience) {
			delete(said, code)
			continue
		}
		said[code] = slices.DeleteFunc(versions, func(s Status) bool { return !slices.Contains(seen, s.Audience) })
		for i := range said[code] {
			if !slices.Contains(seen, matrix.Inside) {
				said[code][i].Author, said[code][i].AuthorName = "", "" // others read of no person
			}
		}
	}
}

// dayOf is the day of the transaction.
func dayOf(tx *workflows.Tx) string { return tx.Now.Format(time.DateOnly) }

// obligations are those in force that can bind the state and pass the filter.
func obligations(tx *workflows.Tx, state string, f coverage.Filter) ([]coverage.Obligation, error) {
	f.State = state
	return workflows.Every(func(page workflows.Page) ([]coverage.Obligation, string, error) { return coverage.List(tx, f, page) })
}

// History is all that was stated of an obligation in the state and is for the
// reader, the newest first.
func History(tx *workflows.Tx, state, code string) ([]Status, error) {
	all, _, err := told(tx, state)
	if err != nil {
		return nil, err
	}
	if _, _, err := coverage.Get(tx, code); err != nil {
		return nil, err
	}
	out := slices.Clone(all[code])
	slices.Reverse(out)
	return out, nil
}
