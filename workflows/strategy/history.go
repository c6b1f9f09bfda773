package strategy

import (
	"slices"

	"jahorina/workflows"
)

// Stage is a provision in one draft of its strategy.
type Stage struct {
	Draft     Draft
	Provision *Provision // nil in the draft from which it is gone
	Change    *Change    // from the draft before that the actor may read; nil in the first of those
}

// History follows a provision by its identity through all drafts that the actor
// may read, newest first, whatever its number was. Drafts it is not in are left
// out, save the first one without it.
func History(tx *workflows.Tx, provisionID string) ([]Stage, error) {
	p, d, err := GetProvision(tx, provisionID)
	if err != nil {
		return nil, err
	}
	drafts, err := Versions(tx, d)
	if err != nil {
		return nil, err
	}
	var out []Stage
	var before []Known
	for i, draft := range slices.Backward(drafts) {
		rows, err := Provisions(tx, draft.ID)
		if err != nil {
			return nil, err
		}
		stage, now := Stage{Draft: draft}, knownOf(rows)
		if at := slices.IndexFunc(rows, func(r Provision) bool { return r.Identity == p.Identity }); at >= 0 {
			stage.Provision = &rows[at]
		}
		if i < len(drafts)-1 {
			stage.Change = changeOf(before, now, p.Identity)
		}
		if stage.Provision != nil || stage.Change != nil {
			out = append(out, stage)
		}
		before = now
	}
	slices.Reverse(out)
	return out, nil
}

// changeOf is the line about one provision in the comparison of two drafts, nil
// where it is in neither.
func changeOf(old, next []Known, identity string) *Change {
	changes := pair(old, next)
	i := slices.IndexFunc(changes, func(c Change) bool { return c.Identity == identity })
	if i < 0 {
		return nil
	}
	changes[i].redline()
	return &changes[i]
}

// Versions lists the drafts of the draft's strategy that the actor may read,
// newest first and without their source, d among them. Those who read a draft
// need not be among those who may know the strategy.
func Versions(tx *workflows.Tx, d *Draft) ([]Draft, error) {
	return readable(tx, d.StrategyID, d.StateCode)
}

// Since says what changed since the newest earlier draft that the actor may
// read, by the identity of the provision and without redlines; nil and nothing
// where there is none.
func Since(tx *workflows.Tx, d *Draft, provisions []Provision) (*Draft, map[string]Change, error) {
	drafts, err := Versions(tx, d)
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(drafts, func(o Draft) bool { return o.Version < d.Version })
	if i < 0 {
		return nil, nil, nil
	}
	rows, err := Provisions(tx, drafts[i].ID)
	if err != nil {
		return nil, nil, err
	}
	out := map[string]Change{}
	for _, c := range pair(knownOf(rows), knownOf(provisions)) {
		if c.State != StateSame {
			out[c.Identity] = c
		}
	}
	return &drafts[i], out, nil
}
