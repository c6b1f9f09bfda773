package web

import (
	"slices"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
)

// reviewSteps is what a consultation under review asks of the reader: their
// decision, their advice, or somebody to name where the quorum is out of reach.
func (q *request) reviewSteps(tx *workflows.Tx, c consultation.Consultation) ([]templates.Step, error) {
	t := policies.Target{State: c.StateCode, ConsultationID: c.ID}
	if !tx.May("review", "follow", t) {
		return nil, nil
	}
	rounds, err := review.Follow(tx, &c)
	if err != nil || len(rounds) == 0 {
		return nil, err
	}
	p := &rounds[len(rounds)-1]
	step := func(label, path string) []templates.Step {
		s := templates.Step{Label: label, Href: "/consultations/" + c.ID + path, Detail: c.Title}
		if p.Round.DueAt != nil {
			s.Due = *p.Round.DueAt
		}
		return []templates.Step{s}
	}
	switch {
	case tx.May("review", "decide", t) && review.Blocked(tx, &c) == nil:
		return step(q.text.T("home.step.decide"), "/review"), nil
	case tx.May("review", "advise", t) && review.MayAdvise(tx, &c) == nil:
		return step(q.text.T("reviewing.step.advise"), "/review"), nil
	case tx.May("review", "assign", t) && p.Stuck():
		return step(q.text.T("reviewing.step.name"), "/reviewers"), nil
	}
	return nil, nil
}

// advisesOn says whether the actor is asked for advice on the consultation.
func advisesOn(a workflows.Actor, consultationID string) bool {
	return slices.ContainsFunc(a.Roles, func(h policies.Held) bool { return h.Role == policies.Adviser && h.ConsultationID == consultationID })
}
