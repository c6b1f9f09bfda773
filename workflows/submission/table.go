package submission

import (
	"strings"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// States of a submission.
const (
	Draft     = "draft"
	Submitted = "submitted"
	Amended   = "amended"
	Withdrawn = "withdrawn"
)

// InRecord are the states of a submission that has entered the record and still
// stands.
var InRecord = []string{Submitted, Amended}

// Facts are what the guards of a submission look at.
type Facts struct {
	Now          time.Time // when it came in
	Consultation *consultation.Consultation
	Empty        bool // no comment, answer, position or attachment
	NeedsHead    bool // the organisation wants its head to sign off, and the actor is none
}

type guard = workflows.Guard[Facts]

var (
	inTime = guard{Name: "the deadline of the server's clock has not passed", Check: func(f Facts) error {
		return f.Consultation.CheckInTime(f.Now)
	}}
	arrived = guard{Name: "it arrived before the deadline, or an earlier close", Check: func(f Facts) error {
		end := f.Consultation.ClosesAt
		if early := f.Consultation.ClosedAt; early != nil && early.Before(end) {
			end = *early
		}
		if !f.Now.Before(end) {
			return workflows.InvalidField("received_at", "arrived_late", "ClosesAt", end)
		}
		return nil
	}}
	notEmpty = guard{Name: "it says something", Check: func(f Facts) error {
		if f.Empty {
			return workflows.InvalidField("comments", "empty_submission")
		}
		return nil
	}}
)

var signedOff = guard{Name: "by a head of the organisation, where it wants their sign-off", Check: func(f Facts) error {
	if f.NeedsHead {
		return workflows.Refuse(workflows.Conflict, "head_signs_off")
	}
	return nil
}}

// Table is the workflow of a submission.
var Table = &workflows.Machine[Facts]{
	Object: "submission", Table: "submissions", Column: "state", Version: "version",
	Initial: Draft, Finals: []string{Withdrawn},
	Rows: []workflows.Transition[Facts]{
		{Action: "submit", From: []string{Draft}, To: Submitted, Guards: []guard{inTime, notEmpty, signedOff}, Announce: true},
		{Action: "enter", From: []string{Draft}, To: Submitted, Guards: []guard{arrived, notEmpty}, Announce: true},
		{Action: "amend", From: InRecord, To: Amended, Guards: []guard{inTime, notEmpty, signedOff}, Announce: true},
		{Action: "withdraw", From: []string{Draft, Submitted, Amended}, To: Withdrawn, Guards: []guard{inTime}, Announce: true},
	},
}

// States of a disposition.
const (
	DispositionOpen     = "open"
	DispositionProposed = "proposed"
	DispositionAgreed   = "agreed"
)

// Outcomes of a comment.
var Outcomes = []string{"accepted", "accepted_modified", "noted", "rejected", "out_of_scope", "duplicate"}

// DispositionFacts are what the guards of a disposition look at.
type DispositionFacts struct {
	Actor        string
	Consultation *consultation.Consultation
	ProposedBy   string
	Own          bool // the actor is who sent the comment
	Reason       string
}

type dispositionGuard = workflows.Guard[DispositionFacts]

var (
	whileClosed = dispositionGuard{Name: "the consultation has closed and no review has begun", Check: func(f DispositionFacts) error {
		switch f.Consultation.State {
		case consultation.Closed:
			return nil
		case consultation.InReview, consultation.Approved:
			return workflows.Refuse(workflows.Conflict, "under_review")
		default:
			return workflows.Refuse(workflows.Conflict, "dispositions_after_close", "State", f.Consultation.State)
		}
	}}
	secondPerson = dispositionGuard{Name: "whoever proposed it may not agree to it", Check: func(f DispositionFacts) error {
		if f.Actor == f.ProposedBy {
			return workflows.Refuse(workflows.Conflict, "four_eyes_agree")
		}
		return nil
	}}
	notOwn = dispositionGuard{Name: "nobody answers a comment of their own", Check: func(f DispositionFacts) error {
		if f.Own {
			return workflows.Refuse(workflows.Conflict, "own_comment")
		}
		return nil
	}}
	reasonGiven = dispositionGuard{Name: "a reason is given", Check: func(f DispositionFacts) error {
		if strings.TrimSpace(f.Reason) == "" {
			return workflows.InvalidField("reason", "reason_required")
		}
		return nil
	}}
)

// DispositionTable is the workflow of what becomes of a comment.
var DispositionTable = &workflows.Machine[DispositionFacts]{
	Object: "comment", Table: "comments", Column: "disposition_state", Version: "version",
	Initial: DispositionOpen,
	Rows: []workflows.Transition[DispositionFacts]{
		{Action: "propose", From: []string{DispositionOpen, DispositionProposed}, To: DispositionProposed, Guards: []dispositionGuard{whileClosed, notOwn}},
		{Action: "agree", From: []string{DispositionProposed}, To: DispositionAgreed, Guards: []dispositionGuard{whileClosed, secondPerson, notOwn}},
		{Action: "reopen", From: []string{DispositionProposed, DispositionAgreed}, To: DispositionOpen, Guards: []dispositionGuard{whileClosed, reasonGiven}},
	},
}
