package web

import (
	"slices"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/plan"
)

// milestoneView is one milestone: what its owner reports of it, and the form for
// those who may change it.
type milestoneView struct {
	S         plan.Stepped
	M         *plan.Measure
	Back      string // "" for an owner who may not read the measure
	Due       string
	Overdue   bool
	MayReport bool
	MayEdit   bool
	Reported  []templates.Option // words for a report
	Said      string             // the one to begin with
	People    []templates.Option
	Statuses  []templates.Option
	Others    []templates.Option
	Needs     []string
}

func milestonePage(q *request) error {
	tx := q.read()
	s, m, err := plan.GetMilestone(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	state := policies.Target{State: m.StateCode, OwnerID: "user:" + s.OwnerID}
	if err := tx.Check("milestone", "report", state); err != nil {
		return err
	}
	v := milestoneView{S: *s, M: m, Back: "/home", Due: dayOf(s.DueOn), Overdue: s.Overdue(tx.Now), MayReport: true, MayEdit: tx.May("measure", "edit", state), Said: plan.UnderWay}
	if tx.May("measure", "read", state) {
		v.Back = "/measures/" + m.ID
	}
	if s.Status == plan.Done {
		v.Said = plan.Done
	}
	v.Reported = q.statuses(plan.UnderWay, plan.Done)
	if v.MayEdit {
		if err := v.edit(q, tx); err != nil {
			return err
		}
	}
	return q.show("official/milestone", s.Title, v)
}

// edit fills in the form for those who may change the milestone.
func (v *milestoneView) edit(q *request, tx *workflows.Tx) error {
	for _, n := range v.S.Needs {
		v.Needs = append(v.Needs, n.ID)
	}
	v.Statuses = q.statuses(plan.Statuses...)
	var err error
	if v.People, err = q.owners(tx, v.M); err != nil {
		return err
	}
	all, err := plan.Milestones(tx, v.M.ID)
	for _, o := range all {
		if o.ID != v.S.ID {
			v.Others = append(v.Others, templates.Option{Value: o.ID, Label: o.Title})
		}
	}
	return err
}

func (q *request) statuses(words ...string) []templates.Option {
	var out []templates.Option
	for _, w := range words {
		out = append(out, templates.Option{Value: w, Label: q.text.T("state.measure." + w)})
	}
	return out
}

// owners are who can have a milestone of the measure: those who work for the state,
// and those who answer for the bodies that carry the measure.
func (q *request) owners(tx *workflows.Tx, m *plan.Measure) ([]templates.Option, error) {
	people, err := plan.Candidates(tx, m)
	out := []templates.Option{{Label: q.text.T("measure.nobody")}}
	for _, p := range people {
		if o := (templates.Option{Value: p.ID, Label: p.Name}); !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out, err
}

func editMilestone(q *request, tx *workflows.Tx) (done, error) {
	s, m, err := plan.GetMilestone(tx, q.c.Param("id"))
	if err != nil {
		return done{}, err
	}
	if err := tx.Check("measure", "edit", policies.Target{State: m.StateCode}); err != nil {
		return done{}, err
	}
	version, err := q.version()
	if err != nil {
		return done{}, err
	}
	in, err := q.step()
	if err != nil {
		return done{}, err
	}
	in.Note, in.Link = s.Note, s.Link // these are reported
	_, err = plan.PutMilestone(tx, s.ID, version, in)
	return done{to: "/measures/" + m.ID + "#milestones", flash: "on_record"}, stepFields(err)
}

func reportMilestone(q *request, tx *workflows.Tx) (done, error) {
	version, err := q.version()
	if err != nil {
		return done{}, err
	}
	in := plan.Progress{Status: q.form.Get("progress"), Note: q.form.Get("note"), Link: q.form.Get("link")}
	s, err := plan.ReportStep(tx, q.c.Param("id"), version, in)
	if err != nil {
		return done{}, rename(err, "status", "progress")
	}
	return done{to: "/milestones/" + s.ID, flash: "on_record"}, nil
}
