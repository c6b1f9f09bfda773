package web

import (
	"slices"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
)

// reviewsView lists what lacks decisions, over all consultations.
type reviewsView struct {
	Rows []pendingItem
	Own  int // wait for the reader's own decision
}

type pendingItem struct {
	Title, State, Href       string
	Number, Missing          int // of approvals
	OpenedAt                 time.Time
	DueAt                    *time.Time
	Overdue, Stuck, Returned bool
	WaitsFor                 []string // names
	Decides, Advises         bool     // the reader is among those who are asked
	Advice                   int      // opinions still to come
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
		row := q.pending(&pending[i], tx.Now)
		if v.Rows = append(v.Rows, row); row.Decides {
			v.Own++
		}
	}
	return q.show("official/reviews", q.text.T("reviews.title"), v)
}

// pending says what is asked in a round, of whom and by when; the reader is the
// first of those who are asked.
func (q *request) pending(p *review.Pending, now time.Time) pendingItem {
	c, r, advice := &p.Consultation, &p.Round, p.Waiting(review.Advisory)
	own := func(a review.Asked) bool { return a.Actor() == q.actor.ID }
	item := pendingItem{
		Title: c.Title, State: c.State, Href: "/consultations/" + c.ID + "/review", Number: r.Number, Missing: p.Missing(),
		OpenedAt: r.OpenedAt, DueAt: r.DueAt, Overdue: p.Overdue(now), Stuck: p.Stuck(), Returned: c.State == consultation.Closed,
		Advice: len(advice), Advises: slices.ContainsFunc(advice, own),
	}
	for _, a := range p.Waiting(review.Decisive) {
		if own(a) {
			item.Decides = !item.Returned
			item.WaitsFor = slices.Insert(item.WaitsFor, 0, q.text.T("reviews.you", "Name", a.PersonName))
			continue
		}
		item.WaitsFor = append(item.WaitsFor, a.PersonName)
	}
	return item
}
