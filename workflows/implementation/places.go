package implementation

import (
	"fmt"
	"slices"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/matrix"
	"jahorina/workflows/plan"
	"jahorina/workflows/stakeholder"
)

// Place is a state with how far it is with one obligation.
type Place struct {
	State stakeholder.State
	Row   Row // without provisions
	May   bool
	Past  []Status // what was stated before, the newest first
}

// ByState is how far each state is with the obligation that has told the reader,
// or whose own people the reader is one of.
func ByState(tx *workflows.Tx, o *coverage.Obligation) ([]Place, error) {
	states, err := stakeholder.States(tx)
	if err != nil {
		return nil, err
	}
	var all []Status
	if err := tx.DB().Where("obligation = ?", o.Code).Order("version").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("read statuses: %w", err)
	}
	var out []Place
	for _, s := range states {
		if !o.Of(s.Code) {
			continue
		}
		p, err := placeIn(tx, s, o, all)
		if err != nil {
			return nil, err
		}
		if p != nil {
			out = append(out, *p)
		}
	}
	return out, nil
}

func placeIn(tx *workflows.Tx, s stakeholder.State, o *coverage.Obligation, all []Status) (*Place, error) {
	seen, err := matrix.Audiences(tx, matrix.Book{Holder: s.Code, State: s.Code})
	if err != nil {
		return nil, err
	}
	b := &book{said: map[string][]Status{}, measures: map[string][]*plan.Standby{}, inside: slices.Contains(seen, matrix.Inside)}
	for _, said := range all {
		if said.StateCode == s.Code {
			b.said[o.Code] = append(b.said[o.Code], said)
		}
	}
	keep(b.said, seen)
	if len(b.said[o.Code]) == 0 && !b.inside {
		return nil, nil
	}
	measures, err := plan.InState(tx, s.Code)
	if err != nil {
		return nil, err
	}
	for i := range measures {
		if slices.Contains(measures[i].Codes, o.Code) {
			b.measures[o.Code] = append(b.measures[o.Code], &measures[i])
		}
	}
	p := &Place{State: s, Row: b.row(*o, dayOf(tx), nil), May: o.WithdrawnAt == nil && tx.May("obligation", "assess", policies.Target{State: s.Code})}
	if n := len(b.said[o.Code]); n > 0 {
		p.Past = slices.Clone(b.said[o.Code][:n-1])
		slices.Reverse(p.Past)
	}
	return p, nil
}
