package demo

import (
	"jahorina/workflows"
	"jahorina/workflows/gap"
)

// gaps tells of a gap between the state and its neighbour: Amina has found it, has
// taken it, and suggests a next step.
func (w *world) gaps() error {
	return w.do("Amina", func(tx *workflows.Tx) error {
		g, err := gap.Create(tx, State, gap.New{
			Obligation: "CWC-VII1A", Title: "Hours of detention before charge differ", Description: "A person held at the border for the same act is released a day earlier on the other side.",
			Positions: map[string]string{State: "72 h", neighbour: "48 h"},
		})
		if err != nil {
			return err
		}
		if g, err = gap.PutSide(tx, g.ID, State, g.Version, "72 h", tx.Actor.PersonID()); err != nil {
			return err
		}
		_, err = gap.Apply(tx, g.ID, State, gap.AgreeStep, g.Version, gap.Input{Step: "Experts of both ministries of justice meet", On: tx.Now.AddDate(0, 1, 0)})
		return err
	})
}
