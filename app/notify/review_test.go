package notify

import (
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
)

// Each who is asked in a review is told, reminded only while it waits for them,
// and told when they are asked no longer.
func TestWhoIsToldOfAReview(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		const day = 24 * time.Hour
		r := rigged(t, b)
		expert, third := b.Person("Expert", "partner", ""), b.Person("Third", "reviewer", "")
		address := func(a workflows.Actor) string {
			var p stakeholder.Person
			if err := b.Read(b.Official).One(&p, "id = ?", strings.TrimPrefix(a.ID, "user:")); err != nil {
				t.Fatal(err)
			}
			return p.Email
		}
		c := b.At(consultation.Closed)
		due := b.Clock.Now().Add(5 * day)
		b.Do(b.Official, func(tx *workflows.Tx) error {
			_, err := review.Transition(tx, c.ID, consultation.SubmitForReview, consultation.Input{
				Reviewers: []string{address(b.Reviewer), address(b.OtherReviewer)}, Advisers: []string{address(expert)}, DueAt: due,
			})
			return err
		})
		r.settle()
		r.same("asked", r.told("review_wanted", "advice_wanted"), []string{"advice_wanted > Expert sent", "review_wanted > Other Reviewer sent", "review_wanted > Reviewer sent"})
		if text := r.wait(address(expert), "Your advice").Text; !strings.Contains(text, "does not count as a decision") || !strings.Contains(text, "by 21 March 2026") {
			t.Errorf("the adviser reads:\n%s", text)
		}
		var asked []review.Assignment
		if err := b.Read(b.Official).DB().Where("person_name = ?", "Other Reviewer").Find(&asked).Error; err != nil || len(asked) != 1 {
			t.Fatalf("%+v, %v", asked, err)
		}
		b.Do(b.Official, func(tx *workflows.Tx) error {
			_, err := review.Name(tx, c.ID, review.Naming{Kind: review.Decisive, Email: address(third), Replaces: asked[0].ID, Reason: "Ill until May."})
			return err
		})
		r.settle()
		r.same("replaced", r.told("review_released", "review_wanted"), []string{"review_released > Other Reviewer sent", "review_wanted > Other Reviewer sent", "review_wanted > Reviewer sent", "review_wanted > Third sent"})
		if text := r.wait(address(b.OtherReviewer), "No longer needed").Text; !strings.Contains(text, "> Ill until May.") {
			t.Errorf("the one replaced reads:\n%s", text)
		}
		b.Do(third, func(tx *workflows.Tx) error { return review.Recuse(tx, c.ID, "My brother.") })
		r.settle()
		r.same("stood back", r.told("review_recused"), []string{"review_recused > Official sent", "review_recused > Second Official sent"})

		b.Do(b.Official, func(tx *workflows.Tx) error { return review.SetDue(tx, c.ID, due.Add(day), "One was named late.") })
		due = due.Add(day)
		r.settle()
		r.same("moved", r.told("review_moved"), []string{"review_moved > Expert sent", "review_moved > Reviewer sent"})

		b.Clock.Set(due.Add(-2 * day))
		b.Tick()
		r.settle()
		r.same("reminded", r.told("review_reminder"), []string{"review_reminder > Expert sent", "review_reminder > Reviewer sent"})
		b.Do(actorNow(b, expert), func(tx *workflows.Tx) error {
			_, err := review.Advise(tx, c.ID, review.Advice{Opinion: "ready"})
			return err
		})
		b.Clock.Set(due)
		b.Tick()
		r.settle()
		r.same("overdue", r.told("review_overdue"), []string{"review_overdue > Reviewer sent"})
	})
}

func actorNow(b *testbed.Bed, a workflows.Actor) (out workflows.Actor) {
	b.Do(workflows.Operator(), func(tx *workflows.Tx) (err error) {
		out, err = stakeholder.ActorOf(tx, strings.TrimPrefix(a.ID, "user:"))
		return err
	})
	return out
}
