package web

import (
	"jahorina/app/api"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

// overView says to whoever comes too late to answer when the consultation closed,
// where the result will be, and what can still be done.
type overView struct {
	Consultation *consultation.Consultation
	Country      string // whose ministry runs it
	Promise      string // when the response is due, in words
}

// showOver is for a visitor who has no answer of their own to be told of.
func showOver(q *request, tx *workflows.Tx, c *consultation.Consultation) error {
	if !c.Started() {
		return workflows.Refuse(workflows.Conflict, "not_open_yet", "OpensAt", c.OpensAt)
	}
	v, err := q.over(tx, c)
	if err != nil {
		return err
	}
	q.status = api.Status(workflows.Conflict)
	return q.show("public/over", q.overTitle(c), v)
}

func (q *request) over(tx *workflows.Tx, c *consultation.Consultation) (overView, error) {
	country, err := stakeholder.GetState(tx, c.StateCode)
	if err != nil {
		return overView{}, err
	}
	return overView{Consultation: c, Country: country.Name, Promise: q.promise(tx, c)}, nil
}

func (q *request) overTitle(c *consultation.Consultation) string {
	if c.State == consultation.Withdrawn {
		return q.text.T("state.consultation." + c.State)
	}
	return q.text.T("contributor.late.title")
}
