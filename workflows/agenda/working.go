package agenda

import (
	"slices"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/work"
)

// lookedAfter is for how long home tells of long work that has ended.
const lookedAfter = 14 * 24 * time.Hour

// working: long work the actor started, what goes on and what ended since they
// last looked.
func (d *desk) working() error {
	works, err := work.Unseen(d.tx, lookedAfter)
	if err != nil {
		return err
	}
	for _, w := range works {
		c, err := d.about(w.ConsultationID)
		if err != nil {
			return err
		}
		i := Item{Kind: Work, Consultation: c, WorkID: w.ID, Count: w.Done, Of: w.Total, Since: w.CreatedAt}
		if w.Going() {
			d.asked(i)
			continue
		}
		i.Since, i.Kind = *w.EndedAt, WorkFailed
		if w.State == work.Finished {
			i.Kind = map[string]string{work.Import: ImportFinished, work.Export: ExportFinished}[w.Kind]
		}
		d.waits(i)
	}
	return nil
}

// about is the consultation, nil if it is not the actor's to know of any more.
func (d *desk) about(id string) (*consultation.Consultation, error) {
	if i := slices.IndexFunc(d.all, func(c consultation.Consultation) bool { return c.ID == id }); i >= 0 {
		return &d.all[i], nil
	}
	c, err := consultation.Get(d.tx, id)
	if workflows.IsKind(err, workflows.NotFound) {
		return nil, nil
	}
	return c, err
}
