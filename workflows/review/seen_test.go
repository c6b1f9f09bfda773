package review_test

import (
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// A decision binds the content the reviewer saw: one given for the round
// before counts for nothing, and so does an agreement to another wording.
func TestOneDecidesOnWhatOneSaw(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Chemists", "academia")
		d := b.Draft(testbed.Text)
		c := b.Bring(b.Consultation(b.New(d.ID), org), consultation.Open)
		b.Submit(b.ByLink(c, org), c, testbed.Comment(b.Provision(d.ID, "1.1").ID, "Narrow it."))
		c = b.Bring(c, consultation.InReview)
		rounds, _, err := review.Rounds(b.Read(b.Reviewer), c)
		if err != nil || len(rounds) != 1 {
			t.Fatalf("%+v, %v", rounds, err)
		}
		b.Decide(b.OtherReviewer, c, "return")
		m, err := submission.Standing(b.Read(b.Official), c.ID)
		if err != nil || len(m) == 0 {
			t.Fatalf("%+v, %v", m, err)
		}
		seen := m[0].Version
		b.Do(b.Second, func(tx *workflows.Tx) error { _, err := submission.Reopen(tx, m[0].ID, seen, "Again."); return err })
		b.Propose(m[0].ID, submission.NewDisposition{Outcome: "noted", Rationale: "Noted."})
		agree := func(tx *workflows.Tx) error { _, err := submission.Agree(tx, m[0].ID, seen); return err }
		if err := b.Write(b.Second, agree); !workflows.IsKind(err, workflows.Stale) {
			t.Errorf("agreed to a wording not seen: %v", err)
		}
		b.Do(b.Second, func(tx *workflows.Tx) error { _, err := submission.Agree(tx, m[0].ID, seen+2); return err })
		b.Move(b.Official, c, consultation.SubmitForReview)
		decide := func(sum string) error {
			return b.Write(b.Reviewer, func(tx *workflows.Tx) error {
				_, err := review.Decide(tx, c.ID, review.Verdict{Decision: "approve", SHA256: sum})
				return err
			})
		}
		if err := decide(rounds[0].ContentSHA256); !isKey(err, "other_round") {
			t.Errorf("decided on the round before: %v", err)
		}
		rounds, _, err = review.Rounds(b.Read(b.Reviewer), c)
		if err != nil || len(rounds) != 2 {
			t.Fatalf("%+v, %v", rounds, err)
		}
		if err := decide(rounds[1].ContentSHA256); err != nil {
			t.Errorf("decided on what was seen: %v", err)
		}
	})
}

// An official who also answers for an organisation leaves its comments to
// colleagues.
func TestNobodyAnswersTheirOwnComment(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Chemists", "academia")
		d := b.Draft(testbed.Text)
		c := b.Bring(b.Consultation(b.New(d.ID), org), consultation.Open)
		b.Submit(b.ByLink(c, org), c, testbed.Comment(b.Provision(d.ID, "1.1").ID, "Narrow it."))
		c = b.Bring(c, consultation.Closed)
		id := strings.TrimPrefix(b.Second.ID, "user:")
		b.Do(workflows.Operator(), func(tx *workflows.Tx) error {
			return stakeholder.Grant(tx, &stakeholder.Person{ID: id}, "contributor", testbed.State, org.ID)
		})
		var both workflows.Actor
		b.Do(workflows.Operator(), func(tx *workflows.Tx) (err error) {
			both, err = stakeholder.ActorOf(tx, id)
			return err
		})
		m, err := submission.Standing(b.Read(b.Official), c.ID)
		if err != nil || len(m) != 1 {
			t.Fatalf("%+v, %v", m, err)
		}
		propose := func(tx *workflows.Tx) error {
			_, err := submission.Propose(tx, m[0].ID, 0, submission.NewDisposition{Outcome: "accepted", Rationale: "Fine."})
			return err
		}
		if err := b.Write(both, propose); !isKey(err, "own_comment") {
			t.Errorf("proposed for a comment of their own: %v", err)
		}
		b.Do(b.Official, propose)
		agree := func(tx *workflows.Tx) error { _, err := submission.Agree(tx, m[0].ID, 0); return err }
		if err := b.Write(both, agree); !isKey(err, "own_comment") {
			t.Errorf("agreed for a comment of their own: %v", err)
		}
	})
}
