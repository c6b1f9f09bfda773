package implementation

import (
	"slices"

	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/matrix"
)

// Beside is an obligation in several states.
type Beside struct {
	coverage.Obligation
	States []Row // in the order asked for
	Shared bool  // two or more have none
	Apart  bool  // in force in one, none in another
	Differ bool  // the figures are not the same
}

// Finding says whether there is anything in it for the states to talk about.
func (b *Beside) Finding() bool { return b.Shared || b.Apart || b.Differ }

// Compare lays states side by side, as far as the reader may know of each, with
// the obligations of the shipped register: what is a finding first. It counts
// nothing and ranks nobody.
func Compare(tx *workflows.Tx, states []string, f coverage.Filter) ([]Beside, error) {
	if len(states) > matrix.MaxCompared {
		return nil, workflows.InvalidField("state", "too_many", "Max", matrix.MaxCompared)
	}
	if len(states) == 0 {
		return nil, nil
	}
	var out []Beside
	for i, state := range states {
		c, err := Read(tx, state, Filter{Filter: f})
		if err != nil {
			return nil, err
		}
		at := map[string]*Row{}
		for j := range c.Rows {
			at[c.Rows[j].Code] = &c.Rows[j]
		}
		if i == 0 {
			for _, o := range c.book.all {
				if !o.Own() {
					out = append(out, Beside{Obligation: o})
				}
			}
		}
		for j := range out {
			out[j].States = append(out[j].States, *at[out[j].Code])
		}
	}
	for i := range out {
		out[i].find()
	}
	slices.SortStableFunc(out, func(a, b Beside) int { return a.place() - b.place() })
	return out, nil
}

// find says what the statuses come to.
func (b *Beside) find() {
	none, done, figure := 0, 0, ""
	for _, r := range b.States {
		switch r.Status {
		case None:
			none++
		case InForce:
			done++
		}
		if r.Stated == nil || r.Stated.Figure == "" {
			continue
		}
		f := workflows.FoldName(r.Stated.Figure)
		b.Differ = b.Differ || figure != "" && f != figure
		figure = f
	}
	b.Shared, b.Apart = none > 1, none > 0 && done > 0
}

func (b *Beside) place() int {
	switch {
	case b.Differ || b.Apart:
		return 0
	case b.Shared:
		return 1
	}
	return 2
}
