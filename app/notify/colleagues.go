package notify

import (
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// signOffWanted asks the heads of an organisation to look at its answer.
func signOffWanted(tx *workflows.Tx, a workflows.Announcement) ([]wave, error) {
	o, s, err := signOffOf(tx, a.ID)
	if err != nil || s.OrganisationID == nil {
		return nil, err
	}
	heads, err := stakeholder.Heads(tx, *s.OrganisationID)
	if err != nil {
		return nil, err
	}
	w := wave{template: "sign_off_wanted", consultationID: s.ConsultationID, to: only(fromPeople(heads)...), args: map[string]string{"sign_off": o.ID}}
	return []wave{w}, nil
}

// signOffReturned tells whoever asked, if they have an account.
func signOffReturned(tx *workflows.Tx, a workflows.Announcement) ([]wave, error) {
	o, s, err := signOffOf(tx, a.ID)
	if err != nil {
		return nil, err
	}
	people, err := stakeholder.ByActors(tx, []string{o.AskedBy})
	if err != nil {
		return nil, err
	}
	w := wave{template: "sign_off_returned", consultationID: s.ConsultationID, to: only(fromPeople(people)...), args: map[string]string{"sign_off": o.ID}}
	return []wave{w}, nil
}

func signOffOf(tx *workflows.Tx, id string) (*submission.SignOff, *submission.Submission, error) {
	var o submission.SignOff
	if err := tx.One(&o, "id = ?", id); err != nil {
		return nil, nil, err
	}
	var s submission.Submission
	return &o, &s, tx.One(&s, "id = ?", o.SubmissionID)
}

// toSignOff holds as long as the request waits.
func toSignOff(d *draft) error {
	o, _, err := signOffOf(d.tx, d.m.Args["sign_off"])
	if err != nil {
		return err
	}
	if (o.Outcome == "") != (d.m.Template == "sign_off_wanted") {
		return overtaken
	}
	d.view.By, d.view.Link = line(o.AskedName), d.page("answer/submit")
	if o.Outcome != "" {
		d.view.By = line(o.DecidedName) // the note itself stays on the page
	}
	return nil
}

// answerable are the states in which an answer can still go in.
var answerable = []string{consultation.Open}
