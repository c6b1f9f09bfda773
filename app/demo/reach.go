package demo

import (
	"fmt"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// hesitant lets some of those who were asked and have not answered look at the
// consultation, and some say that they won't answer.
func (w *world) hesitant(c *consultation.Consultation) error {
	return w.do("", func(tx *workflows.Tx) error {
		answered, err := submission.Answered(tx, c.ID)
		if err != nil {
			return err
		}
		turn := 0
		for _, o := range w.orgs {
			if _, has := answered[o.ID]; has {
				continue
			}
			turn++
			if turn%3 == 0 {
				continue // not even that
			}
			by, err := w.invited(tx, c, o.ID)
			if workflows.IsKind(err, workflows.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if turn%3 == 1 {
				continue
			}
			if err := consultation.Decline(tx.As(by), c.ID); err != nil {
				return fmt.Errorf("%s declines: %w", o.Name, err)
			}
		}
		return nil
	})
}

// askInVain asks a sector from which nothing will come.
func (w *world) askInVain(c *consultation.Consultation, sector string) error {
	err := w.do("Amina", func(tx *workflows.Tx) error {
		_, err := consultation.Invite(tx, c.ID, nil, []string{sector})
		return err
	})
	if err != nil {
		return fmt.Errorf("ask %s: %w", sector, err)
	}
	return w.hesitant(c)
}
