package agenda

import (
	"time"

	"jahorina/workflows"
	"jahorina/workflows/plan"
)

// About is what an entry or item of no consultation is about.
type About struct {
	Key     string // tells it from every other of its kind
	State   string
	Title   string
	Lang    string // of the title
	Path    string // of its page
	Changed time.Time
}

// maxPlanned bounds how many milestones and measures home lists of each kind.
const maxPlanned = 20

// planned are the days on which milestones and measures are due that the actor
// may read.
func planned(tx *workflows.Tx, s Span) ([]Entry, error) {
	due, err := plan.DueBetween(tx, s.From, s.Until)
	out := make([]Entry, len(due))
	for i := range due {
		d := &due[i]
		out[i] = Entry{Kind: MeasureDue, At: d.On, About: about(d), Sequence: d.Sequence}
		if d.Milestone != nil {
			out[i].Kind = MilestoneDue
		}
	}
	return out, err
}

func about(d *plan.Due) *About {
	a := &About{Key: d.Measure.ID, State: d.Measure.StateCode, Title: d.Measure.Number + " " + d.Measure.Title, Path: "/measures/" + d.Measure.ID, Changed: d.Changed}
	if d.Milestone != nil {
		a.Key, a.Title, a.Path = d.Milestone.ID, d.Measure.Number+" "+d.Milestone.Title, a.Path+"#milestones"
	}
	return a
}

// planned: milestones and measures of the actor's own that are overdue or due
// soon, and for those who run plans what others were reminded of in vain.
func (d *desk) planned() error {
	soon := d.tx.Now.Add(Ahead)
	own := map[string]bool{}
	for _, list := range []struct {
		kind string
		read func() ([]plan.Due, error)
	}{
		{Milestone, func() ([]plan.Due, error) { return plan.OwnSteps(d.tx, soon) }},
		{Measure, func() ([]plan.Due, error) { return plan.Led(d.tx, soon) }},
		{MilestoneLate, func() ([]plan.Due, error) { return plan.Climbed(d.tx) }},
	} {
		found, err := list.read()
		if err != nil {
			return err
		}
		for i := range found[:min(len(found), maxPlanned)] {
			a := about(&found[i])
			if own[a.Key] {
				continue
			}
			if own[a.Key] = true; list.kind == Milestone {
				a.Path = "/milestones/" + a.Key
			}
			// Something is due up to the end of its day.
			d.waits(Item{Kind: list.kind, About: a, Due: found[i].On.AddDate(0, 0, 1)})
		}
	}
	return nil
}
