package report

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/stakeholder"
)

// LawKinds say what a law is.
var LawKinds = []string{"law", "regulation", "other"}

// Law is a law, regulation or other rule of a state, and the obligations that it
// gives effect to.
type Law struct {
	ID          string
	StateCode   string
	Kind        string
	Citation    string // as it is cited: "Act on chemicals, Official gazette 12/10, Art. 5"
	Link        string // https, or ""
	Note        string
	Obligations []string   `gorm:"serializer:json"` // codes
	InForceOn   *time.Time // nil: not in force yet
	RepealedOn  *time.Time
	Version     int64
	CreatedBy   string
	CreatedAt   time.Time
	UpdatedAt   *time.Time
}

// Text is what is said of a law.
type Text struct {
	Kind, Citation, Link, Note string
	Obligations                []string
	InForceOn, RepealedOn      time.Time
}

const (
	maxLaws = 2000 // of a state
	maxTies = 400  // of a law
)

func (in *Text) check(tx *workflows.Tx) error {
	var p workflows.Problems
	p.OneOf("kind", in.Kind, LawKinds...)
	p.Text("citation", in.Citation, 2000, true)
	p.Text("link", in.Link, 2000, false)
	p.Text("note", in.Note, workflows.MaxParagraph, false)
	if u, err := url.Parse(in.Link); in.Link != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
		p.Add("link", "not_a_link")
	}
	for _, d := range []struct {
		field string
		on    time.Time
	}{{"in_force_on", in.InForceOn}, {"repealed_on", in.RepealedOn}} {
		if y := d.on.Year(); !d.on.IsZero() && (y < 1800 || y > 2200) {
			p.Add(d.field, "year_range", "Min", "1800", "Max", "2200")
		}
	}
	if !in.RepealedOn.IsZero() && in.RepealedOn.Before(in.InForceOn) {
		p.Add("repealed_on", "law_ends_early")
	}
	if len(in.Obligations) > maxTies {
		p.Add("obligations", "too_many", "Max", maxTies)
		return p.Err()
	}
	var known []string
	if err := tx.DB().Model(&coverage.Obligation{}).Where("code IN ?", append([]string{}, in.Obligations...)).Pluck("code", &known).Error; err != nil {
		return fmt.Errorf("look for obligations: %w", err)
	}
	for _, code := range in.Obligations {
		if !slices.Contains(known, code) {
			p.Add("obligations", "unknown_obligation", "Code", code)
		}
	}
	return p.Err()
}

func (l *Law) take(in Text) {
	l.Kind, l.Citation, l.Link, l.Note = in.Kind, strings.TrimSpace(in.Citation), strings.TrimSpace(in.Link), strings.TrimSpace(in.Note)
	l.Obligations = append([]string{}, in.Obligations...)
	slices.Sort(l.Obligations)
	l.Obligations = slices.Compact(l.Obligations)
	l.InForceOn, l.RepealedOn = given(in.InForceOn), given(in.RepealedOn)
}

func given(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = workflows.Day(at)
	return &at
}

func may(tx *workflows.Tx, state string) error {
	if err := tx.Check("report", "read", target(state)); err != nil {
		return err
	}
	return tx.Check("report", "edit", target(state))
}

// AddLaw adds a law to those of a state.
func AddLaw(tx *workflows.Tx, state string, in Text) (*Law, error) {
	if err := may(tx, state); err != nil {
		return nil, err
	}
	if _, err := stakeholder.GetState(tx, state); err != nil {
		return nil, err
	}
	if err := in.check(tx); err != nil {
		return nil, err
	}
	var n int64
	if err := tx.DB().Model(&Law{}).Where("state_code = ?", state).Count(&n).Error; err != nil {
		return nil, fmt.Errorf("count laws: %w", err)
	}
	if n >= maxLaws {
		return nil, workflows.InvalidField("citation", "too_many", "Max", maxLaws)
	}
	l := &Law{ID: workflows.NewID(), StateCode: state, Version: 1, CreatedBy: tx.Actor.ID, CreatedAt: tx.Now}
	l.take(in)
	if err := tx.Insert(l); err != nil {
		return nil, fmt.Errorf("store law: %w", err)
	}
	return l, tx.Record(workflows.Entry{State: state, Action: "create", Object: "law", ObjectID: l.ID, Reason: l.Citation})
}

// PutLaw changes what is said of a law. seen is the version the actor saw.
func PutLaw(tx *workflows.Tx, id string, seen int64, in Text) (*Law, error) {
	var l Law
	if err := tx.One(&l, "id = ?", id); err != nil {
		return nil, err
	}
	if err := may(tx, l.StateCode); err != nil {
		return nil, err
	}
	if err := in.check(tx); err != nil {
		return nil, err
	}
	before := l.Citation
	l.take(in)
	codes, err := workflows.JSON(l.Obligations)
	if err != nil {
		return nil, err
	}
	err = tx.Update("laws", l.ID, seen, map[string]any{
		"kind": l.Kind, "citation": l.Citation, "link": l.Link, "note": l.Note, "obligations": codes, "in_force_on": l.InForceOn, "repealed_on": l.RepealedOn,
	})
	if err != nil {
		return nil, err
	}
	l.Version = seen + 1
	return &l, tx.Record(workflows.Entry{State: l.StateCode, Action: "edit", Object: "law", ObjectID: l.ID, From: clip(before), To: clip(l.Citation)})
}

// clip keeps what the record says short; the whole is in the row.
func clip(s string) string {
	if r := []rune(s); len(r) > 100 {
		return string(r[:99]) + "…"
	}
	return s
}

// GetLaw returns a law of a state whose reports the actor may read.
func GetLaw(tx *workflows.Tx, id string) (*Law, error) {
	var l Law
	if err := tx.One(&l, "id = ?", id); err != nil {
		return nil, err
	}
	return &l, tx.Check("report", "read", target(l.StateCode))
}

// Laws are those of a state, by how they are cited.
func Laws(tx *workflows.Tx, state string) ([]Law, error) {
	if err := tx.Check("report", "read", target(state)); err != nil {
		return nil, err
	}
	var out []Law
	err := tx.DB().Where("state_code = ?", state).Order("citation, id").Limit(maxLaws).Find(&out).Error
	return out, err
}

// States are those whose reports the actor may read.
func States(tx *workflows.Tx) []string { return tx.States("report", "read") }
