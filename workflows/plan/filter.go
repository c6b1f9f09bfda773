package plan

import (
	"slices"

	"jahorina/workflows"
)

// Tags of measures: neither crowds out the other.
const (
	Prevention  = "prevention"
	Consequence = "consequence"
)

// Filter cuts the measures of a plan down. Empty fields let everything through.
type Filter struct {
	Tag    string // Prevention or Consequence
	Kind   string
	LeadID string
	Status string
	Lacks  string // one of LackWords
}

// Check refuses words that there are not.
func (f Filter) Check() error {
	var p workflows.Problems
	for _, w := range []struct {
		field, value string
		words        []string
	}{{"tag", f.Tag, []string{Prevention, Consequence}}, {"kind", f.Kind, Kinds}, {"status", f.Status, Statuses}, {"lacks", f.Lacks, LackWords}} {
		if w.value != "" {
			p.OneOf(w.field, w.value, w.words...)
		}
	}
	return p.Err()
}

// Of are the rows that pass.
func (f Filter) Of(rows []Row) []Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return !f.passes(&r) })
}

func (f Filter) passes(r *Row) bool {
	return (f.Tag == "" || f.Tag == Prevention && r.Prevention || f.Tag == Consequence && r.Consequence) &&
		(f.Kind == "" || f.Kind == r.Kind) && (f.Status == "" || f.Status == r.Status) &&
		(f.LeadID == "" || r.LeadID != nil && *r.LeadID == f.LeadID) &&
		(f.Lacks == "" || slices.Contains(r.Lacks.Words, f.Lacks))
}
