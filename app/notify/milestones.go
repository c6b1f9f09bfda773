package notify

import (
	"slices"

	"jahorina/policies"
	"jahorina/workflows"
	measures "jahorina/workflows/plan"
	"jahorina/workflows/stakeholder"
)

// milestoneOverdue tells whoever has a milestone that it is overdue.
func milestoneOverdue(tx *workflows.Tx, a workflows.Announcement) ([]wave, error) {
	s, _, err := measures.StepOf(tx, a.ID)
	if err != nil {
		return nil, err
	}
	var owner stakeholder.Person
	if err := tx.One(&owner, "id = ?", s.OwnerID); err != nil {
		return nil, err
	}
	return []wave{{template: "milestone_overdue", to: only(fromPerson(owner)), args: map[string]string{"milestone": s.ID}}}, nil
}

// milestoneClimbed tells the body that leads the measure.
func milestoneClimbed(tx *workflows.Tx, a workflows.Announcement) ([]wave, error) {
	s, m, err := measures.StepOf(tx, a.ID)
	if err != nil || m.LeadID == nil {
		return nil, err
	}
	bodies, err := stakeholder.Names(tx, []string{*m.LeadID})
	if err != nil {
		return nil, err
	}
	lead := bodies[*m.LeadID]
	to := recipient{party: "organisation:" + lead.ID, name: lead.Name, email: lead.Email, language: lead.Language, args: map[string]string{}}
	return []wave{{template: "milestone_climbed", to: only(to), args: map[string]string{"milestone": s.ID}}}, nil
}

// lateStep fills in a mail about a milestone that is still overdue.
func lateStep(d *draft) error {
	s, m, err := measures.StepOf(d.tx, d.m.Args["milestone"])
	if err != nil {
		return err
	}
	if !s.Overdue(d.tx.Now) {
		return overtaken
	}
	d.view.Title, d.view.At, d.view.Link = line(s.Title), s.DueOn, d.url("measures", m.ID)
	return nil
}

// ownLateStep leads to where its owner says how far it is, as long as they have
// it and work for the state.
func ownLateStep(d *draft) error {
	s, _, err := measures.StepOf(d.tx, d.m.Args["milestone"])
	if err != nil {
		return err
	}
	owner, err := stakeholder.ActorOf(d.tx, s.OwnerID)
	if err != nil && !workflows.IsKind(err, workflows.NotFound) {
		return err
	}
	works := slices.ContainsFunc(owner.Roles, func(h policies.Held) bool { return h.State == s.StateCode })
	if s.OwnerID != d.m.Args["person"] || !works {
		return notEntitled
	}
	if err := lateStep(d); err != nil {
		return err
	}
	d.view.Link = d.url("milestones", s.ID)
	return nil
}
