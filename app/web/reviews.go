package web

import (
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
)

// reviewsView lists what lacks decisions, over all consultations.
type reviewsView struct{ Rows []pendingItem }

type pendingItem struct {
	Title, State, Href       string
	Number, Quorum, Have     int
	OpenedAt                 time.Time
	DueAt                    *time.Time
	Overdue, Stuck, Returned bool
	WaitsFor                 string // names
	Advice                   int    // opinions still to come
}

func reviewsPage(q *request) error {
	if !q.actor.IsPerson() {
		return workflows.Refuse(workflows.Unauthenticated, "sign_in")
	}
	if !q.holds(policies.Official, policies.Reviewer, policies.Auditor, policies.Adviser) {
		return workflows.Refuse(workflows.NotFound, "not_found")
	}
	tx := q.read()
	pending, err := review.Lacking(tx)
	if err != nil {
		return err
	}
	var v reviewsView
	for i := range pending {
		v.Rows = append(v.Rows, pendingOf(&pending[i], tx.Now))
	}
	return q.show("official/reviews", q.text.T("reviews.title"), v)
}

func pendingOf(p *review.Pending, now time.Time) pendingItem {
	c, r := &p.Consultation, &p.Round
	var names []string
	for _, a := range p.Waiting(review.Decisive) {
		names = append(names, a.PersonName)
	}
	return pendingItem{
		Title: c.Title, State: c.State, Href: "/consultations/" + c.ID + "/review", Number: r.Number, Quorum: r.Quorum, Have: p.Approvals,
		OpenedAt: r.OpenedAt, DueAt: r.DueAt, Overdue: p.Overdue(now), Stuck: p.Stuck(), Returned: c.State == consultation.Closed,
		WaitsFor: strings.Join(names, "\n"), Advice: len(p.Waiting(review.Advisory)),
	}
}
