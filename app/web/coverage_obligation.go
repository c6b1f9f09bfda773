package web

import (
	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/coverage"
	"jahorina/workflows/implementation"
	"jahorina/workflows/plan"
)

// setStatus states something of one obligation.
func setStatus(q *request, tx *workflows.Tx) (done, error) {
	state, code := q.form.Get("state"), q.c.Param("id")
	if err := tx.Check("obligation", "assess", policies.Target{State: state}); err != nil {
		return done{}, err
	}
	seen, err := q.number("seen")
	if err != nil {
		return done{}, err
	}
	if _, err := implementation.Set(tx, state, q.statement(), []implementation.Of{{Code: code, Seen: int64(seen)}}); err != nil {
		return done{}, rename(rename(err, "status", "stated"), "codes", "")
	}
	return done{to: obligationPath(code) + "#states", flash: "status_set"}, nil
}

// coverageOfOne is how far states are with one obligation.
type coverageOfOne struct {
	States []placeView
	Form   *placeForm // of the state whose status the reader may state
}

type placeView struct {
	Name, Href string
	coverageRow
	Past   []pastStatus
	Add    string
	Matrix string // where what the Committee approved stands, of resolution 1540
}

type pastStatus struct {
	Status, Evidence, Said string
}

type placeForm struct {
	State, Name string
	Seen        int64
	Form        statementForm
}

func (q *request) coverageOfOne(tx *workflows.Tx, o *coverage.Obligation) (coverageOfOne, error) {
	var v coverageOfOne
	places, err := implementation.ByState(tx, o)
	if err != nil {
		return v, err
	}
	for i := range places {
		p := &places[i]
		given := implementation.Statement{Status: p.Row.Status, Audience: "state"}
		var seen int64
		if p.Row.Stated != nil {
			given, seen = p.Row.Stated.Statement, p.Row.Stated.Version
			given.AsOf = ""
		}
		item := placeView{Name: p.State.Name, Href: "/coverage/" + p.State.Code, coverageRow: q.coverageRow(&p.Row, nil)}
		for j := range p.Past {
			s := &p.Past[j]
			item.Past = append(item.Past, pastStatus{s.Status, s.Evidence, q.statedBy(s)})
		}
		if o.Instrument == mapped {
			item.Matrix = "/matrix/" + p.State.Code
		}
		if p.May {
			if v.Form == nil || p.State.Code == q.formState() {
				v.Form = &placeForm{p.State.Code, p.State.Name, seen, q.statementForm(given)}
			}
			at, err := plan.Changeable(tx, p.State.Code)
			if err != nil {
				return v, err
			}
			if at != nil {
				item.Add = addMeasurePath(at, o.Code)
			}
		}
		v.States = append(v.States, item)
	}
	return v, nil
}

// formState is the state that a form is for: of the form that was sent, else of the
// address.
func (q *request) formState() string {
	if q.form != nil {
		return q.form.Get("state")
	}
	return q.c.Query("state")
}
