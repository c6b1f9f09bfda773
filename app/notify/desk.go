package notify

import (
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// assigned tells an official of the comments they are now to answer: one mail
// for all that were given to them at once.
func assigned(tx *workflows.Tx, a workflows.Announcement) ([]wave, error) {
	var m submission.Comment
	if err := tx.One(&m, "id = ?", a.ID); err != nil {
		return nil, err
	}
	if m.DrafterID == "" {
		return nil, nil // taken back since
	}
	var drafter stakeholder.Person
	if err := tx.One(&drafter, "id = ?", m.DrafterID); err != nil {
		return nil, err
	}
	return []wave{{template: "assigned", consultationID: m.ConsultationID, to: only(fromPerson(drafter)), args: map[string]string{"drafter": m.DrafterID}}}, nil
}

// responseDue tells the officials how many comments still wait for an answer.
func responseDue(_ *workflows.Tx, e event) ([]wave, error) {
	template := "response_due"
	if e.c.Late(e.At) {
		template = "response_overdue"
	}
	return []wave{e.wave(template, e.staff(nil, official))}, nil
}

func toDraft(d *draft) error {
	n, err := submission.CountFor(d.tx, d.c.ID, d.m.Args["drafter"])
	if err != nil {
		return err
	}
	if n == 0 {
		return overtaken
	}
	d.view.Count, d.view.Link = n, d.page("comments?state=open&drafter=me")
	return nil
}

func promised(d *draft) error {
	counts, err := submission.CountDispositions(d.tx, d.c.ID)
	if err != nil {
		return err
	}
	if d.c.ResponseDueAt == nil || (d.m.Template == "response_overdue") != d.c.Late(d.tx.Now) {
		return overtaken
	}
	d.view.At, d.view.Count, d.view.Link = *d.c.ResponseDueAt, int(counts.Total-counts.Agreed), d.page("comments")
	return nil
}
