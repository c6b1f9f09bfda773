package web

import (
	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/strategy"
)

// provision finds the provision of the path and its draft, for a form about
// it alone.
func (q *request) provision(tx *workflows.Tx) (*strategy.Provision, *strategy.Draft, string, error) {
	p, d, err := strategy.GetProvision(tx, q.c.Param("id"))
	if err != nil {
		return nil, nil, "", err
	}
	all, err := strategy.Provisions(tx, d.ID)
	if err != nil {
		return nil, nil, "", err
	}
	return p, d, "/drafts/" + d.ID + "#" + anchors(all)[p.ID], nil
}

type readingFormView struct {
	Number, Text, Lang string
	Back               string
	Certainties        []string
	Author             string
	Readings           []templates.Reading
}

var certainties = []string{string(strategy.Certain), string(strategy.Likely), string(strategy.Unclear)}

func readingPage(q *request) error {
	tx := q.read()
	p, d, back, err := q.provision(tx)
	if err != nil {
		return err
	}
	if err := tx.Check("reading", "create", policies.Target{State: d.StateCode}); err != nil {
		return err
	}
	v := readingFormView{Number: p.Number, Text: p.Text, Lang: language(d), Back: back, Certainties: certainties, Author: q.actor.Name}
	known, err := strategy.Readings(tx, d.ID)
	if err != nil {
		return err
	}
	v.Readings = proposals(known[p.ID])
	return q.show("official/reading", q.text.T("reading.title", "Number", p.Number), v)
}

func addReading(q *request, tx *workflows.Tx) (done, error) {
	_, _, back, err := q.provision(tx)
	if err != nil {
		return done{}, err
	}
	r := strategy.Reading{
		Printed: q.form.Get("printed"), Suggested: q.form.Get("suggested"), Author: q.form.Get("author"),
		Certainty: strategy.Certainty(q.form.Get("certainty")), Note: q.form.Get("note"),
	}
	_, err = strategy.AddReading(tx, q.c.Param("id"), r)
	return done{to: back, flash: "reading_added"}, err
}

type confirmView struct {
	Old, New strategy.Provision
	Lang     string
	Back     string
	Spans    []templates.Span
}

func confirmPage(q *request) error {
	tx := q.read()
	p, d, back, err := q.provision(tx)
	if err != nil {
		return err
	}
	if err := tx.Check("draft", "create", policies.Target{State: d.StateCode}); err != nil {
		return err
	}
	old, err := strategy.Resembled(tx, p, d)
	if err != nil {
		return err
	}
	v := confirmView{Old: *old, New: *p, Lang: language(d), Back: back}
	v.Spans = spans(strategy.Redline(printed(*old), printed(*p)))
	return q.show("official/confirm", q.text.T("confirm.title"), v)
}

func printed(p strategy.Provision) string { return p.Heading + p.Text }

func spans(in []strategy.Span) []templates.Span {
	out := make([]templates.Span, len(in))
	for i, s := range in {
		out[i] = templates.Span{Op: string(s.Op), Text: s.Text}
	}
	return out
}

func confirmIdentity(q *request, tx *workflows.Tx) (done, error) {
	_, _, back, err := q.provision(tx)
	if err != nil {
		return done{}, err
	}
	return done{to: back, flash: "identity_confirmed"}, coverage.Confirm(tx, q.c.Param("id"))
}
