package agenda

import (
	"slices"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/duty"
	"jahorina/workflows/gap"
)

// duties are days on which a state whose calendar the actor may read has
// something to send.
func duties(tx *workflows.Tx, s Span) ([]Entry, error) {
	var out []Entry
	for _, state := range duty.States(tx) {
		c, err := duty.Of(tx, state)
		if err != nil {
			return nil, err
		}
		for i := range c.Dues {
			d := &c.Dues[i]
			if d.Return != nil || d.On.Before(s.From) || !d.On.Before(s.Until) {
				continue
			}
			about := &About{Key: state + "-" + d.Key(), State: state, Title: d.Duty.Due, Lang: "en", Path: duty.Path(state, d), Changed: d.On.AddDate(-1, 0, 0)}
			out = append(out, Entry{Kind: DutyDue, At: d.On, About: about})
		}
	}
	return out, nil
}

// between: what gaps between states ask of the actor's side.
func (d *desk) between() error {
	wanted, err := gap.WantedOf(d.tx)
	if err != nil {
		return err
	}
	kinds := map[string]string{gap.Confirm: GapConfirm, gap.Owner: GapOwner, gap.Step: GapStep}
	for _, w := range wanted {
		i := Item{Kind: kinds[w.What], State: w.State, About: &About{Key: w.Gap.ID, State: w.State, Title: w.Gap.Title, Path: "/gaps/" + w.Gap.ID}, Since: w.Gap.CreatedAt}
		if w.What == gap.Step {
			i.Due = w.Gap.NextStepOn.AddDate(0, 0, 1)
		}
		d.waits(i)
	}
	return nil
}

// reporting: what the actor's states have to send soon, or should have sent.
func (d *desk) reporting() error {
	for _, state := range duty.States(d.tx) {
		if !d.tx.May("duty", "edit", policies.Target{State: state}) {
			continue
		}
		c, err := duty.Of(d.tx, state)
		if err != nil {
			return err
		}
		soon := slices.DeleteFunc(c.Coming(), func(due duty.Due) bool { return due.On.After(d.tx.Now.Add(Ahead)) })
		for kind, dues := range map[string][]duty.Due{DutiesOverdue: c.Overdue(), DutiesSoon: soon} {
			if len(dues) > 0 {
				// Something is due up to the end of its day.
				d.waits(Item{Kind: kind, State: state, Count: len(dues), Due: dues[0].On.AddDate(0, 0, 1)})
			}
		}
	}
	return nil
}
