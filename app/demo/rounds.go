package demo

import (
	"fmt"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

const day = 24 * time.Hour

// launch creates a consultation, by Amina, and invites the sectors. It opens an
// hour from then unless it says otherwise.
func (w *world) launch(d *strategy.Draft, in consultation.New, window time.Duration, sectors ...string) (*consultation.Consultation, error) {
	var c *consultation.Consultation
	err := w.do("Amina", func(tx *workflows.Tx) (err error) {
		in.DraftID = d.ID
		if in.OpensAt.IsZero() {
			in.OpensAt = tx.Now.Add(time.Hour)
		}
		in.ClosesAt, in.Sectors = in.OpensAt.Add(window), sectors
		if c, err = consultation.Create(tx, in); err != nil || len(sectors) == 0 {
			return err
		}
		_, err = consultation.Invite(tx, c.ID, nil, sectors)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("launch %q: %w", in.Title, err)
	}
	return c, nil
}

func (w *world) move(name string, c *consultation.Consultation, action, reason string) error {
	err := w.do(name, func(tx *workflows.Tx) error {
		_, err := review.Transition(tx, c.ID, action, consultation.Input{Reason: reason})
		return err
	})
	if err != nil {
		return fmt.Errorf("%s %q: %w", action, c.Title, err)
	}
	return nil
}

// open brings a new consultation through clearance to its opening.
func (w *world) open(c *consultation.Consultation) error {
	if err := w.move("Amina", c, consultation.SubmitForClearance, ""); err != nil {
		return err
	}
	if err := w.move("Marija", c, consultation.Clear, ""); err != nil {
		return err
	}
	w.later(time.Hour)
	return w.tick()
}

// pastRounds are rounds in the states after the closing: published, closed,
// in review, approved and withdrawn.
func (w *world) pastRounds(d *strategy.Draft) error {
	for _, p := range []struct {
		title, kind string
		sectors     []string
		comments    int // how many of the sectors' sample comments come in
		before      int // days
		end         func(*consultation.Consultation) error
	}{
		{"Scoping round with government bodies", "interagency", []string{"government"}, 6, 75, w.toPublished},
		{"Industry and academia on chapters 4 and 5", "targeted", []string{"industry", "academia"}, 13, 52, w.halfAnswered},
		{"Civil society on rights and openness", "targeted", []string{"civil_society"}, 6, 48, w.toReview},
		{"Regional round on trade and borders", "regional", []string{"regional", "international"}, 5, 44, w.toApproved},
		{"Early public round on the definitions", "public", nil, 0, 40, w.toWithdrawn},
	} {
		w.day(p.before)
		in := consultation.New{Title: p.title, Kind: p.kind, Quorum: 1, Summary: "A round on the draft strategy. Please refer to paragraph numbers, and say what you would write instead.", Questions: questions[2:]}
		c, err := w.launch(d, in, 14*day, p.sectors...)
		if err != nil {
			return err
		}
		if err := w.open(c); err != nil {
			return err
		}
		if err := w.answer(c, p.sectors, p.comments); err != nil {
			return err
		}
		if err := p.end(c); err != nil {
			return fmt.Errorf("%s: %w", p.title, err)
		}
	}
	return nil
}

func (w *world) closeByClock(c *consultation.Consultation) error {
	w.later(15 * day)
	return w.tick()
}

// dispose proposes an answer to every comment and lets Emir agree to all but
// the last few.
func (w *world) dispose(c *consultation.Consultation, open, proposed int) error {
	var comments []submission.Listed
	err := w.do("Amina", func(tx *workflows.Tx) (err error) {
		comments, err = submission.Standing(tx, c.ID)
		return err
	})
	if err != nil {
		return err
	}
	for i, m := range comments[:len(comments)-open] {
		err := w.do("Amina", func(tx *workflows.Tx) error {
			_, err := submission.Propose(tx, m.ID, 0, answers[i%len(answers)])
			return err
		})
		if err != nil {
			return fmt.Errorf("answer a comment: %w", err)
		}
		if i >= len(comments)-open-proposed {
			continue
		}
		err = w.do("Emir", func(tx *workflows.Tx) error {
			_, err := submission.Agree(tx, m.ID, 0)
			return err
		})
		if err != nil {
			return fmt.Errorf("agree to an answer: %w", err)
		}
	}
	return nil
}

var answers = []submission.NewDisposition{
	{Outcome: "accepted", Rationale: "Agreed. The wording has been taken over."},
	{Outcome: "accepted_modified", Rationale: "Agreed in substance; the term is fixed in a by-law so that it can follow the Convention's thresholds."},
	{Outcome: "rejected", Rationale: "The longer period is what inspectors need to follow a trade across two tax years."},
	{Outcome: "noted", Rationale: "Noted with thanks. It will be taken up when the by-law is drafted."},
	{Outcome: "out_of_scope", Rationale: "This belongs to the act on dual-use trade, which is consulted on separately."},
}

func (w *world) halfAnswered(c *consultation.Consultation) error {
	if err := w.askInVain(c, "civil_society"); err != nil {
		return err
	}
	if err := w.closeByClock(c); err != nil {
		return err
	}
	if err := w.moderate(c); err != nil {
		return err
	}
	return w.dispose(c, 4, 3)
}

func (w *world) toReview(c *consultation.Consultation) error {
	if err := w.closeByClock(c); err != nil {
		return err
	}
	if err := w.dispose(c, 0, 0); err != nil {
		return err
	}
	return w.move("Amina", c, consultation.SubmitForReview, "")
}

func (w *world) toApproved(c *consultation.Consultation) error {
	if err := w.toReview(c); err != nil {
		return err
	}
	return w.do("Marija", func(tx *workflows.Tx) error {
		_, err := review.Decide(tx, c.ID, review.Verdict{Decision: "approve_with_comments", Reason: "Please align the limit in 5.2 with the neighbours when the by-law is written."})
		return err
	})
}

func (w *world) toPublished(c *consultation.Consultation) error {
	if err := w.closeByClock(c); err != nil {
		return err
	}
	if err := w.dispose(c, 0, 0); err != nil {
		return err
	}
	d := &strategy.Draft{}
	err := w.do("Goran", func(tx *workflows.Tx) (err error) {
		d, err = strategy.DraftByID(tx, c.DraftID)
		return err
	})
	if err != nil {
		return err
	}
	if err := w.revise(d); err != nil {
		return err
	}
	if err := w.relink(d.StrategyID); err != nil {
		return err
	}
	if err := w.move("Amina", c, consultation.SubmitForReview, ""); err != nil {
		return err
	}
	err = w.do("Marija", func(tx *workflows.Tx) error {
		_, err := review.Decide(tx, c.ID, review.Verdict{Decision: "approve", Reason: ""})
		return err
	})
	if err != nil {
		return err
	}
	if err := w.settle(c); err != nil {
		return err
	}
	if err := w.move("Amina", c, consultation.Publish, ""); err != nil {
		return err
	}
	return w.withholdLater(c)
}

func (w *world) toWithdrawn(c *consultation.Consultation) error {
	return w.move("Amina", c, consultation.Withdraw, "The definitions are consulted on together with the rest of the text, in the public round.")
}

// openRound is the consultation under way: everyone may answer, and sixty
// comments in seven languages have come in.
func (w *world) openRound(d *strategy.Draft) error {
	w.day(20)
	in := consultation.New{
		Title: "Public consultation on the draft national strategy", Kind: "public", Quorum: 2, Questions: questions,
		Summary: "The Inter-Agency Working Group asks everyone concerned: is the text clear, is it fair, and can you do what it asks of you? Every comment gets a published answer with a reason.",
	}
	everyone := []string{"government", "industry", "academia", "civil_society", "regional", "international"}
	c, err := w.launch(d, in, 30*day, everyone...)
	if err != nil {
		return err
	}
	if err := w.open(c); err != nil {
		return err
	}
	if err := w.answer(c, everyone, 60); err != nil {
		return err
	}
	if err := w.hesitant(c); err != nil {
		return err
	}
	if err := w.changesOfMind(c); err != nil {
		return err
	}
	return w.extend(c)
}

func (w *world) extend(c *consultation.Consultation) error {
	w.day(6)
	return w.do("Amina", func(tx *workflows.Tx) error {
		in := consultation.Input{Reason: "Several associations asked for time to hear their members after the public holidays.", ClosesAt: w.today.Add(12 * day)}
		_, err := review.Transition(tx, c.ID, consultation.Extend, in)
		return err
	})
}

// comingRounds are rounds in the states before the opening: draft, in
// clearance, scheduled.
func (w *world) comingRounds(national, outcome *strategy.Draft) error {
	w.day(2)
	in := consultation.New{Title: "Agencies on the action plan, Annex A", Kind: "interagency", Summary: "Leads, dates and money of the twelve measures.", Questions: questions[4:]}
	if _, err := w.launch(national, in, 40*day, "government"); err != nil {
		return err
	}
	in = consultation.New{Title: "Neighbouring States on the regional track", Kind: "regional", Summary: "Chapter 8, side by side with what the neighbours plan.", Quorum: 2}
	c, err := w.launch(national, in, 45*day, "regional")
	if err != nil {
		return err
	}
	if err := w.move("Amina", c, consultation.SubmitForClearance, ""); err != nil {
		return err
	}
	return w.scheduled(outcome)
}

// scheduled is a round that is cleared and opens in three days.
func (w *world) scheduled(outcome *strategy.Draft) error {
	in := consultation.New{Title: "Readings of the 2009 outcome document", Kind: "regional", OpensAt: w.today.Add(3 * day), Summary: "Paragraphs 10 to 12 of the source are damaged, and there is no paragraph 9. Do you agree with the readings that stand beside the text?"}
	c, err := w.launch(outcome, in, 30*day, "regional", "academia")
	if err != nil {
		return err
	}
	w.day(1)
	if err := w.move("Amina", c, consultation.SubmitForClearance, ""); err != nil {
		return err
	}
	return w.move("Marija", c, consultation.Clear, "")
}
