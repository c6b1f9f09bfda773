package web

import (
	"net/url"
	"slices"
	"strings"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/gap"
	"jahorina/workflows/stakeholder"
)

// gapsView lists gaps between states.
type gapsView struct {
	Status   string
	Statuses []templates.Option
	Items    []gapItem
	Next     string
	MayAdd   bool
}

type gapItem struct {
	Gap   gap.Gap
	Href  string
	Sides []gapSide
}

type gapSide struct {
	gap.Side
	Name string
}

func (q *request) gapSides(tx *workflows.Tx, g *gap.Gap) []gapSide {
	out := make([]gapSide, len(g.Sides))
	for i, s := range g.Sides {
		out[i] = gapSide{s, q.stateName(tx, s.StateCode)}
	}
	return out
}

func gapsPage(q *request) error {
	tx := q.read()
	v := gapsView{Status: q.c.Query("status"), Statuses: []templates.Option{{Label: q.text.T("obligations.all")}}, MayAdd: len(gap.States(tx, "create")) > 0}
	for _, s := range gap.Statuses {
		v.Statuses = append(v.Statuses, templates.Option{Value: s, Label: q.text.T("state.gap." + s)})
	}
	rows, next, err := gap.List(tx, v.Status, q.page())
	if err != nil {
		return err
	}
	v.Next = q.more(next)
	for i := range rows {
		v.Items = append(v.Items, gapItem{rows[i], "/gaps/" + rows[i].ID, q.gapSides(tx, &rows[i])})
	}
	return q.show("official/gaps", q.text.T("gaps.title"), v)
}

// newGapView is the form to begin a gap.
type newGapView struct {
	Own        []templates.Option // states for which the person may begin one
	Sides      []newGapSide
	Obligation string
}

type newGapSide struct{ Code, Name string }

// gapLinks lead to the form to begin a gap on each of the obligations, for whoever
// may begin one.
func gapLinks(tx *workflows.Tx, codes ...string) []templates.Link {
	if len(gap.States(tx, "create")) == 0 {
		return nil
	}
	out := make([]templates.Link, len(codes))
	for i, code := range codes {
		out[i] = templates.Link{Label: code, Href: "/gaps/new?" + url.Values{"obligation": {code}}.Encode()}
	}
	return out
}

func newGapPage(q *request) error {
	tx := q.read()
	own := gap.States(tx, "create")
	if len(own) == 0 {
		return tx.Check("gap", "create", policies.Target{})
	}
	v := newGapView{Obligation: q.c.Query("obligation")}
	for _, code := range own {
		v.Own = append(v.Own, templates.Option{Value: code, Label: q.stateName(tx, code)})
	}
	states, err := stakeholder.States(tx)
	if err != nil {
		return err
	}
	for _, s := range states {
		v.Sides = append(v.Sides, newGapSide{s.Code, s.Name})
	}
	return q.show("official/gap_new", q.text.T("gaps.new"), v)
}

func createGap(q *request, tx *workflows.Tx) (done, error) {
	f := q.form
	in := gap.New{Obligation: strings.ToUpper(strings.TrimSpace(f.Get("obligation"))), Title: f.Get("title"), Description: f.Get("description"), Positions: map[string]string{}}
	for _, code := range f["states"] {
		in.Positions[code] = f.Get("position-" + code)
	}
	g, err := gap.Create(tx, f.Get("state"), in)
	if err != nil {
		return done{}, err
	}
	return done{to: "/gaps/" + g.ID, flash: "on_record"}, nil
}

// gapView is one gap, with what the reader may do for their own side.
type gapView struct {
	Gap        *gap.Gap
	Sides      []gapSide
	Obligation *coverage.Obligation
	Late       bool
	Waits      []string // names of states that have not confirmed
	Mine       []gapSideForm
}

// gapSideForm is what a person can do for one side.
type gapSideForm struct {
	gapSide
	People  []templates.Option
	MayEdit bool
	Actions []string
	Day     string
	Step    string
	OwnedBy string // id of a person
}

func gapPage(q *request) error {
	tx := q.read()
	g, err := gap.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	v := gapView{Gap: g, Sides: q.gapSides(tx, g), Late: g.Late(tx.Now)}
	if v.Obligation, _, err = coverage.Get(tx, g.ObligationCode); err != nil {
		return err
	}
	for _, s := range v.Sides {
		if g.Status == gap.Closing && s.ConfirmedAt == nil {
			v.Waits = append(v.Waits, s.Name)
		}
		form := gapSideForm{gapSide: s, Actions: g.Actions(tx, s.StateCode), MayEdit: g.Status != gap.Closed && tx.May("gap", "edit", policies.Target{State: s.StateCode}), Step: g.NextStep, Day: optionalDay(g.NextStepOn)}
		if !form.MayEdit && len(form.Actions) == 0 {
			continue
		}
		if form.People, err = q.gapOwners(tx, s.StateCode); err != nil {
			return err
		}
		if s.OwnerID != nil {
			form.OwnedBy = *s.OwnerID
		}
		q.given("position", s.Position)
		q.given("owner", form.OwnedBy)
		q.given("step", form.Step)
		q.given("step_on", form.Day)
		v.Mine = append(v.Mine, form)
	}
	return q.show("official/gap", g.Title, v)
}

// gapOwners are the people who can have a side of the state.
func (q *request) gapOwners(tx *workflows.Tx, state string) ([]templates.Option, error) {
	people, err := stakeholder.Holders(tx, state, "official", "reviewer", "contributor")
	if err != nil {
		return nil, err
	}
	out := []templates.Option{{Label: q.text.T("measure.nobody")}}
	for _, p := range people {
		if !slices.ContainsFunc(out, func(o templates.Option) bool { return o.Value == p.ID }) {
			out = append(out, templates.Option{Value: p.ID, Label: p.Name})
		}
	}
	return out, nil
}

func putGapSide(q *request, tx *workflows.Tx) (done, error) {
	version, err := q.version()
	if err != nil {
		return done{}, err
	}
	g, err := gap.PutSide(tx, q.c.Param("id"), q.form.Get("state"), version, q.form.Get("position"), q.form.Get("owner"))
	if err != nil {
		return done{}, err
	}
	return done{to: "/gaps/" + g.ID, flash: "on_record"}, nil
}

func moveGap(q *request, tx *workflows.Tx) (done, error) {
	if _, err := gap.Get(tx, q.c.Param("id")); err != nil {
		return done{}, err
	}
	version, err := q.version()
	if err != nil {
		return done{}, err
	}
	on, err := q.day("step_on")
	if err != nil {
		return done{}, err
	}
	in := gap.Input{Step: q.form.Get("step"), On: on, Reason: q.form.Get("reason")}
	g, err := gap.Apply(tx, q.c.Param("id"), q.form.Get("state"), q.form.Get("action"), version, in)
	if err != nil {
		return done{}, err
	}
	return done{to: "/gaps/" + g.ID, flash: "on_record"}, nil
}
