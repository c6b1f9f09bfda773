package consultation

import (
	"strings"
	"time"

	"jahorina/workflows"
)

// States of a consultation.
const (
	Draft       = "draft"
	InClearance = "in_clearance"
	Scheduled   = "scheduled"
	Open        = "open"
	Closed      = "closed"
	InReview    = "in_review"
	Approved    = "approved"
	Published   = "published"
	Withdrawn   = "withdrawn"
)

// Actions on a consultation.
const (
	SubmitForClearance = "submit_for_clearance"
	Clear              = "clear"
	Return             = "return"
	OpenIt             = "open"
	Extend             = "extend"
	Close              = "close"
	SubmitForReview    = "submit_for_review"
	Approve            = "approve"
	Publish            = "publish"
	Withdraw           = "withdraw"
)

// Facts are what the guards look at. Those of other workflows are gathered by
// package review, which stands above them.
type Facts struct {
	Now          time.Time
	Actor        string
	ByClock      bool
	Consultation *Consultation
	Reason       string
	ClosesAt     time.Time // the new deadline of an extension

	Unanswered int64 // comments without an agreed disposition
	Named      int   // reviewers named to decide; 0 where every reviewer does
	Approvals  int   // in the round, of the content as it is now
	Changed    bool  // the content is not what was put to the reviewers
	Undecided  int64 // wishes to keep something from others that are not settled
}

type guard = workflows.Guard[Facts]

var (
	reasonGiven = guard{Name: "a reason is given", Check: func(f Facts) error {
		if strings.TrimSpace(f.Reason) == "" && !f.ByClock {
			return workflows.InvalidField("reason", "reason_required")
		}
		return nil
	}}
	windowAhead = guard{Name: "the deadline lies ahead", Check: func(f Facts) error {
		if !f.Consultation.ClosesAt.After(f.Now) {
			return workflows.Refuse(workflows.Conflict, "window_passed", "ClosesAt", f.Consultation.ClosesAt)
		}
		return nil
	}}
	secondPerson = guard{Name: "whoever submitted it may not clear it", Check: func(f Facts) error {
		if f.Actor == f.Consultation.SubmittedBy {
			return workflows.Refuse(workflows.Conflict, "four_eyes_clear")
		}
		return nil
	}}
	hourToOpen = guard{Name: "its opening hour has come", Check: func(f Facts) error {
		if f.Now.Before(f.Consultation.OpensAt) {
			return workflows.Refuse(workflows.Conflict, "not_yet")
		}
		return nil
	}}
	hourToClose = guard{Name: "by the clock: its deadline has passed", Check: func(f Facts) error {
		if f.ByClock && f.Now.Before(f.Consultation.ClosesAt) {
			return workflows.Refuse(workflows.Conflict, "not_yet")
		}
		return nil
	}}
	beforeDeadline = guard{Name: "its deadline has not passed", Check: func(f Facts) error {
		if !f.Now.Before(f.Consultation.ClosesAt) {
			return workflows.Refuse(workflows.Conflict, "deadline_passed", "ClosesAt", f.Consultation.ClosesAt)
		}
		return nil
	}}
	laterDeadline = guard{Name: "the new deadline is later", Check: func(f Facts) error {
		if !f.ClosesAt.After(f.Consultation.ClosesAt) {
			return workflows.InvalidField("closes_at", "not_later", "ClosesAt", f.Consultation.ClosesAt)
		}
		return nil
	}}
	allAgreed = guard{Name: "every comment has an agreed disposition", Check: func(f Facts) error {
		if f.Unanswered > 0 {
			return workflows.Refuse(workflows.Conflict, "comments_unanswered", "Count", f.Unanswered)
		}
		return nil
	}}
	enoughNamed = guard{Name: "if reviewers are named, as many as the quorum needs", Check: func(f Facts) error {
		if f.Named > 0 && f.Named < f.Consultation.Quorum {
			return workflows.InvalidField("reviewers", "too_few_named", "Have", f.Named, "Need", f.Consultation.Quorum)
		}
		return nil
	}}
	contentUnchanged = guard{Name: "the content is what the reviewers saw", Check: func(f Facts) error {
		if f.Changed {
			return workflows.Refuse(workflows.Conflict, "content_changed")
		}
		return nil
	}}
	wishesSettled = guard{Name: "every wish to keep a comment from others is settled", Check: func(f Facts) error {
		if f.Undecided > 0 {
			return workflows.Refuse(workflows.Conflict, "wishes_undecided", "Count", f.Undecided)
		}
		return nil
	}}
	quorumReached = guard{Name: "the quorum has approved", Check: func(f Facts) error {
		if f.Approvals < f.Consultation.Quorum {
			return workflows.Refuse(workflows.Conflict, "quorum_missing", "Have", f.Approvals, "Need", f.Consultation.Quorum)
		}
		return nil
	}}
)

// Table is the workflow of a consultation.
var Table = &workflows.Machine[Facts]{
	Object: "consultation", Table: "consultations", Column: "state", Version: "version",
	Initial: Draft, Finals: []string{Published, Withdrawn},
	Rows: []workflows.Transition[Facts]{
		{Action: SubmitForClearance, From: []string{Draft}, To: InClearance, Guards: []guard{windowAhead}, Announce: true},
		{Action: Clear, From: []string{InClearance}, To: Scheduled, Guards: []guard{secondPerson, windowAhead}, Announce: true},
		{Action: Return, From: []string{InClearance}, To: Draft, Guards: []guard{reasonGiven}, Announce: true},
		{Action: OpenIt, From: []string{Scheduled}, To: Open, Clock: true, Guards: []guard{hourToOpen}, Announce: true},
		{Action: Extend, From: []string{Open}, To: Open, Guards: []guard{reasonGiven, beforeDeadline, laterDeadline}, Announce: true},
		{Action: Close, From: []string{Open}, To: Closed, Clock: true, ByPeople: true, Guards: []guard{reasonGiven, hourToClose}, Announce: true},
		{Action: SubmitForReview, From: []string{Closed}, To: InReview, Guards: []guard{allAgreed, enoughNamed}, Announce: true},
		{Action: Approve, From: []string{InReview}, To: Approved, Guards: []guard{contentUnchanged, quorumReached}, Announce: true},
		{Action: Return, From: []string{InReview}, To: Closed, Guards: []guard{reasonGiven}, Announce: true},
		{Action: Publish, From: []string{Approved}, To: Published, Guards: []guard{contentUnchanged, wishesSettled}, Announce: true},
		{Action: Withdraw, From: []string{workflows.Any}, To: Withdrawn, Guards: []guard{reasonGiven}, Announce: true},
	},
}
