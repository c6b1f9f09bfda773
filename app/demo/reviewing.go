package demo

import (
	"fmt"
	"strings"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// reviewByName is a round whose review has been returned once and is under way
// again: two reviewers and an adviser were named, one of each has answered.
func (w *world) reviewByName(d *strategy.Draft) error {
	w.day(36)
	in := consultation.New{
		Title: "Industry on licences, records and inspections", Kind: "targeted", Quorum: 2,
		Summary: "Chapters 3 to 5, with those who would apply them every day.",
	}
	c, err := w.launch(d, in, 14*day, "industry")
	if err != nil {
		return err
	}
	if err := w.open(c); err != nil {
		return err
	}
	if err := w.answer(c, []string{"industry"}, 8); err != nil {
		return err
	}
	if err := w.closeByClock(c); err != nil {
		return err
	}
	if err := w.dispose(c, 0, 0); err != nil {
		return err
	}
	if err := w.link(c); err != nil {
		return err
	}
	w.day(9)
	if err := w.toReviewers(c, 7*day); err != nil {
		return err
	}
	w.later(day)
	if err := w.decide("Emir", c, "return", "The answer to the first comment promises a by-law by June. Nobody has agreed to that date: please say what is certain."); err != nil {
		return err
	}
	return w.secondRound(c)
}

// toReviewers submits for review, naming who is asked.
func (w *world) toReviewers(c *consultation.Consultation, within time.Duration) error {
	return w.do("Amina", func(tx *workflows.Tx) error {
		_, err := review.Transition(tx, c.ID, consultation.SubmitForReview, consultation.Input{
			Reviewers: []string{"marija@review.example", "emir@review.example"}, Advisers: []string{"zoran@virology.example"}, DueAt: tx.Now.Add(within),
		})
		return err
	})
}

func (w *world) decide(name string, c *consultation.Consultation, decision, reason string) error {
	return w.do(name, func(tx *workflows.Tx) error {
		_, err := review.Decide(tx, c.ID, review.Verdict{Decision: decision, Reason: reason})
		return err
	})
}

// link ties the accepted answers to the provisions that the newest draft
// changed, as an official would.
func (w *world) link(c *consultation.Consultation) error {
	var changed []string
	var comments []submission.Listed
	err := w.do("Amina", func(tx *workflows.Tx) error {
		newest, err := strategy.Newest(tx, c.DraftID)
		if err != nil {
			return err
		}
		diff, err := strategy.Diff(tx, newest.ID, c.DraftID)
		if err != nil {
			return err
		}
		for _, x := range diff.Changes {
			if x.State != strategy.StateSame && x.Old != nil {
				changed = append(changed, x.Identity)
			}
		}
		comments, err = submission.Standing(tx, c.ID)
		return err
	})
	if err != nil {
		return err
	}
	for i, m := range comments {
		if m.Outcome != "accepted" && m.Outcome != "accepted_modified" || len(changed) == 0 {
			continue
		}
		answer := submission.NewDisposition{Outcome: m.Outcome, Rationale: m.Rationale, Changes: changed[i%len(changed) : i%len(changed)+1]}
		if err := w.reanswer(m.ID, answer); err != nil {
			return err
		}
	}
	return nil
}

// reanswer takes an answer back and gives another, which Emir agrees to.
func (w *world) reanswer(id string, answer submission.NewDisposition) error {
	for _, step := range []struct {
		by string
		do func(*workflows.Tx) error
	}{
		{"Amina", func(tx *workflows.Tx) error {
			_, err := submission.Reopen(tx, id, 0, "To be put more exactly.")
			return err
		}},
		{"Amina", func(tx *workflows.Tx) error { _, err := submission.Propose(tx, id, 0, answer); return err }},
		{"Emir", func(tx *workflows.Tx) error { _, err := submission.Agree(tx, id, 0); return err }},
	} {
		if err := w.do(step.by, step.do); err != nil {
			return fmt.Errorf("answer a comment anew: %w", err)
		}
	}
	return nil
}

// secondRound mends what was returned and puts it to the same people.
func (w *world) secondRound(c *consultation.Consultation) error {
	w.day(3)
	var first submission.Listed
	err := w.do("Amina", func(tx *workflows.Tx) error {
		all, err := submission.Standing(tx, c.ID)
		if err == nil {
			first = all[0]
		}
		return err
	})
	if err != nil {
		return err
	}
	answer := submission.NewDisposition{Outcome: "accepted_modified", Rationale: "Agreed in substance. The limit is fixed in a by-law, which will be consulted on before it is made.", Changes: first.Changes}
	if err := w.reanswer(first.ID, answer); err != nil {
		return err
	}
	if err := w.toReviewers(c, 5*day); err != nil {
		return err
	}
	w.later(5 * time.Hour)
	if err := w.advice(c); err != nil {
		return err
	}
	return w.decide("Marija", c, "approve", "")
}

// advice is given by Zoran, with the rights that being asked gives him.
func (w *world) advice(c *consultation.Consultation) error {
	zoran, err := stakeholder.ActorOf(w.engine.Read(w.ctx, workflows.Clock()), strings.TrimPrefix(w.people["Zoran"].ID, "user:"))
	if err != nil {
		return err
	}
	return w.engine.Write(w.ctx, zoran, func(tx *workflows.Tx) error {
		if err := review.Seen(tx, c.ID); err != nil {
			return err
		}
		_, err := review.Advise(tx, c.ID, review.Advice{Opinion: "ready_with_issues", Text: "The by-law should name who keeps the records when a laboratory closes."})
		return err
	})
}
