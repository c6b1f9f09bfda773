package api

import (
	"slices"

	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/plan"
	"jahorina/workflows/strategy"
)

// OneProvision is a provision with its history.
type OneProvision struct {
	ProvisionView
	Draft    DraftHead     `json:"draft"`
	Measures []MeasureHead `json:"measures" nullable:"false" doc:"That rest on it, as far as the asker may read them"`
	History  []StageView   `json:"history" nullable:"false" doc:"What happened to it in each draft that the asker may read, newest first"`
}

// StageView is a provision in one draft.
type StageView struct {
	Draft       DraftHead       `json:"draft"`
	ProvisionID *string         `json:"provision_id" doc:"null in the draft from which it is gone"`
	Number      *string         `json:"number" doc:"As printed; null in the draft from which it is gone"`
	Kinds       []string        `json:"kinds" nullable:"false" doc:"What happened to it since the draft before; empty where nothing did, and in the first"`
	Heading     []strategy.Span `json:"heading" nullable:"false" doc:"The redline against the draft before, where the words changed"`
	Text        []strategy.Span `json:"text" nullable:"false" doc:"The redline against the draft before, where the words changed"`
	Comments    []string        `json:"comments" nullable:"false" doc:"Ids of the comments that led to it, as far as the asker may know of them"`
}

func provision(tx *workflows.Tx, in *ByID) (OneProvision, error) {
	p, d, err := strategy.GetProvision(tx, in.ID)
	if err != nil {
		return OneProvision{}, err
	}
	readings, err := strategy.Readings(tx, d.ID)
	if err != nil {
		return OneProvision{}, err
	}
	v := OneProvision{ProvisionView: viewProvision(*p), Draft: headOf(*d), Measures: []MeasureHead{}, History: []StageView{}}
	served, err := coverage.Served(tx, d)
	if err != nil {
		return OneProvision{}, err
	}
	v.Serves = codesOf(served[p.Identity])
	measures, err := plan.On(tx, p.Identity)
	if err != nil {
		return OneProvision{}, err
	}
	for _, m := range measures {
		v.Measures = append(v.Measures, headOfMeasure(m))
	}
	for _, r := range readings[p.ID] {
		v.Readings = append(v.Readings, viewReading(r))
	}
	stages, err := strategy.History(tx, p.ID)
	if err != nil {
		return OneProvision{}, err
	}
	drafts, err := strategy.Versions(tx, d)
	if err != nil {
		return OneProvision{}, err
	}
	for _, s := range stages {
		view := viewStage(s)
		if s.Change != nil { // the comments were on the draft before
			i := slices.IndexFunc(drafts, func(o strategy.Draft) bool { return o.Version < s.Draft.Version })
			led, err := ledTo(tx, drafts[i].ID)
			if err != nil {
				return OneProvision{}, err
			}
			view.Comments = append(view.Comments, led[s.Change.Identity]...)
		}
		v.History = append(v.History, view)
	}
	return v, nil
}

func viewStage(s strategy.Stage) StageView {
	v := StageView{Draft: headOf(s.Draft), Kinds: []string{}, Heading: []strategy.Span{}, Text: []strategy.Span{}, Comments: []string{}}
	if s.Provision != nil {
		v.ProvisionID, v.Number = &s.Provision.ID, &s.Provision.Number
	}
	if s.Change != nil {
		v.Kinds = kindsOf(*s.Change)
		v.Heading, v.Text = append(v.Heading, s.Change.Heading...), append(v.Text, s.Change.Text...)
	}
	return v
}

func kindsOf(c strategy.Change) []string {
	out := []string{}
	for _, k := range c.Kinds() {
		out = append(out, string(k))
	}
	return out
}
