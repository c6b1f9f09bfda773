package submission

import (
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

// OnBehalf says for whom an official enters an answer that came on paper or by
// mail: an organisation of the registry, or someone named. ReceivedAt is when
// it reached the office, and must be in time.
type OnBehalf struct {
	OrganisationID string
	Respondent     consultation.NewRespondent
	ReceivedAt     time.Time

	respondentID string // of one entered before
}

// Enter puts an answer that came another way into the record. It may be typed
// in after the deadline, if it arrived before.
func Enter(tx *workflows.Tx, consultationID string, who OnBehalf, in Content) (*Submission, error) {
	c, err := consultation.Hold(tx, consultationID, true)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("submission", "enter", (&Submission{}).target(c)); err != nil {
		return nil, err
	}
	if err := checkArrival(tx, c, who.ReceivedAt); err != nil {
		return nil, err
	}
	p, err := who.party(tx, c)
	if err != nil {
		return nil, err
	}
	s, err := start(tx, c, p, in, entered)
	if err != nil {
		return nil, err
	}
	return s, move(tx, c, s, "enter", in.empty(), workflows.UTC(who.ReceivedAt))
}

func checkArrival(tx *workflows.Tx, c *consultation.Consultation, at time.Time) error {
	switch {
	case c.State != consultation.Open && c.State != consultation.Closed:
		return workflows.Refuse(workflows.Conflict, "enter_while_answering", "State", c.State)
	case at.IsZero():
		return workflows.InvalidField("received_at", "required")
	case at.After(tx.Now):
		return workflows.InvalidField("received_at", "in_the_future")
	case at.Before(*c.OpenedAt):
		return workflows.InvalidField("received_at", "before_opening", "OpenedAt", *c.OpenedAt)
	}
	return nil
}

func (o OnBehalf) party(tx *workflows.Tx, c *consultation.Consultation) (party, error) {
	if o.respondentID != "" {
		return party{respondentID: o.respondentID}, nil
	}
	if o.OrganisationID == "" {
		r, err := consultation.Represent(tx, c, o.Respondent)
		if err != nil {
			return party{}, err
		}
		return party{respondentID: r.ID}, nil
	}
	var org stakeholder.Organisation
	err := tx.One(&org, "id = ? AND state_code = ?", o.OrganisationID, c.StateCode)
	if workflows.IsKind(err, workflows.NotFound) {
		err = workflows.InvalidField("organisation_id", "unknown_organisation")
	}
	return party{organisationID: org.ID}, err
}
