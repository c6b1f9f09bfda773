package notify

import (
	"math"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
)

// reviewWanted tells those who are to decide, and those asked for advice.
func reviewWanted(tx *workflows.Tx, e event) ([]wave, error) {
	r, err := review.RoundAt(tx, e.c.ID, e.At)
	if err != nil {
		return nil, err
	}
	return e.asked(tx, r, "review_wanted", "advice_wanted")
}

// asked is a mail to those who have still to decide, and another to those who
// have still to advise.
func (e event) asked(tx *workflows.Tx, r *review.Round, toDecide, toAdvise string) ([]wave, error) {
	var out []wave
	for _, x := range []struct{ kind, template string }{{review.Decisive, toDecide}, {review.Advisory, toAdvise}} {
		people, err := review.ToAsk(tx, e.c, r, x.kind)
		if err != nil {
			return nil, err
		}
		w := e.wave(x.template, only(fromPeople(people)...))
		w.args["round"] = r.ID
		out = append(out, w)
	}
	return out, nil
}

func fromPeople(people []stakeholder.Person) []recipient {
	out := make([]recipient, len(people))
	for i, p := range people {
		out[i] = fromPerson(p)
	}
	return out
}

// inReview is a plan for an event of a round: what is announced is the round,
// or one assignment in it.
func inReview(action string, waves func(*workflows.Tx, event, *review.Round, *review.Assignment) ([]wave, error)) plan {
	return func(tx *workflows.Tx, a workflows.Announcement) ([]wave, error) {
		var one *review.Assignment
		round := a.ID
		if action != "remind" && action != "reschedule" {
			var err error
			if one, err = review.AssignmentByID(tx, a.ID); err != nil {
				return nil, err
			}
			round = one.RoundID
		}
		r, err := review.RoundByID(tx, round)
		if err != nil {
			return nil, err
		}
		c, err := consultation.Get(tx, r.ConsultationID)
		if err != nil {
			return nil, err
		}
		entry, err := workflows.EntryOf(tx, "review", r.ID, action, a.At)
		if err != nil {
			return nil, err
		}
		return waves(tx, event{Announcement: a, c: c, entry: entry}, r, one)
	}
}

func reviewDue(tx *workflows.Tx, e event, r *review.Round, _ *review.Assignment) ([]wave, error) {
	template := "review_reminder"
	if e.entry.To == "overdue" {
		template = "review_overdue"
	}
	return e.asked(tx, r, template, template)
}

func reviewMoved(tx *workflows.Tx, e event, r *review.Round, _ *review.Assignment) ([]wave, error) {
	return e.asked(tx, r, "review_moved", "review_moved")
}

func reviewerNamed(tx *workflows.Tx, e event, r *review.Round, a *review.Assignment) ([]wave, error) {
	template := map[string]string{review.Decisive: "review_wanted", review.Advisory: "advice_wanted"}[a.Kind]
	return e.toAssigned(tx, r, a, template)
}

func reviewerReleased(tx *workflows.Tx, e event, r *review.Round, a *review.Assignment) ([]wave, error) {
	return e.toAssigned(tx, r, a, "review_released")
}

// toAssigned is a mail to the person of one assignment.
func (e event) toAssigned(tx *workflows.Tx, r *review.Round, a *review.Assignment, template string) ([]wave, error) {
	var p stakeholder.Person
	if err := tx.One(&p, "id = ?", a.PersonID); err != nil {
		return nil, err
	}
	w := e.wave(template, only(fromPerson(p)))
	w.args["round"] = r.ID
	return []wave{w}, nil
}

// reviewerRecused tells the officials, who may have to name another.
func reviewerRecused(_ *workflows.Tx, e event, r *review.Round, _ *review.Assignment) ([]wave, error) {
	w := e.wave("review_recused", e.staff(nil, official))
	w.args["round"] = r.ID
	return []wave{w}, nil
}

// toReview is for those asked in a round, as long as it waits for them.
func toReview(d *draft) error {
	r, err := d.round()
	if err != nil {
		return err
	}
	waits, err := review.Waits(d.tx, r, d.m.Args["person"])
	if err != nil {
		return err
	}
	if !waits {
		return overtaken
	}
	d.view.Count = r.Quorum
	if r.DueAt != nil {
		d.view.At = *r.DueAt
	}
	return nil
}

// dueSoon counts the days left.
func dueSoon(d *draft) error {
	if err := toReview(d); err != nil {
		return err
	}
	if d.view.At.IsZero() {
		return overtaken // the deadline has been taken away
	}
	d.view.Count = int(math.Ceil(d.view.At.Sub(d.tx.Now).Hours() / 24))
	if (d.m.Template == "review_overdue") != (d.view.Count <= 0) {
		return overtaken
	}
	return nil
}

// released does not lead to the review: it may be closed to them now.
func released(d *draft) error {
	_, err := d.round()
	d.view.Link = ""
	return err
}

func recusal(d *draft) error {
	_, err := d.round()
	d.view.Link = d.page("reviewers")
	return err
}

// round is the round of the mail, with who did what is told and why.
func (d *draft) round() (*review.Round, error) {
	var e workflows.Entry
	if err := d.tx.One(&e, "seq = ?", d.m.Args["entry"]); err != nil {
		return nil, err
	}
	r, err := review.RoundByID(d.tx, d.m.Args["round"])
	if err != nil {
		return nil, err
	}
	if r.Outcome != "" {
		return nil, overtaken
	}
	d.view.By, d.view.Reason, d.view.Link = line(e.ActorName), lines(e.Reason), d.page("review")
	return r, nil
}
