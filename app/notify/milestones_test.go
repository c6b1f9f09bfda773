package notify

import (
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	measures "jahorina/workflows/plan"
)

// The owner of an overdue milestone gets mail, whichever role they have in the
// state, and a week later the body that leads the measure.
func TestMailsAboutMilestonesArrive(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := rigged(t, b)
		lead := b.Organisation("Justice", "government")
		helper := b.Person("Helper", "contributor", lead.ID)
		strategyID := b.Draft("# 1 Law\n\nText.\n").StrategyID
		due := b.Clock.Now().AddDate(0, 0, 1)
		b.Do(b.Official, func(tx *workflows.Tx) error {
			p, err := measures.Create(tx, strategyID, measures.Terms{Title: "Plan", StartsOn: due, EndsOn: due.AddDate(1, 0, 0)})
			if err != nil {
				return err
			}
			m, err := measures.Add(tx, p.ID, measures.Content{Number: "A1", Title: "Law", Kind: "legislation", LeadID: lead.ID}, due.AddDate(0, 6, 0))
			if err != nil {
				return err
			}
			for title, owner := range map[string]string{"Write it": b.Official.PersonID(), "Read it": helper.PersonID()} {
				if _, err := measures.AddMilestone(tx, m.ID, measures.Step{Title: title, OwnerID: owner, DueOn: due}); err != nil {
					return err
				}
			}
			return nil
		})
		b.Clock.Add(3 * 24 * time.Hour)
		b.Tick()
		r.settle()
		r.same("overdue", r.told("milestone_overdue"), []string{"milestone_overdue > Helper sent", "milestone_overdue > " + b.Official.Name + " sent"})
		b.Clock.Add(measures.ClimbAfter)
		b.Tick()
		r.settle()
		r.same("climbed", r.told("milestone_climbed"), []string{"milestone_climbed > Justice sent", "milestone_climbed > Justice sent"})
		if n := len(r.box.Messages()); n != 4 {
			t.Errorf("%d mails", n)
		}
	})
}
