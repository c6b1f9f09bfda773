package consultation

import (
	"fmt"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
)

// Between lists the consultations the actor may know of whose window, promised
// response or publication touches the span, and those closed and not published
// yet, by their deadline. It reads at most workflows.MaxLimit and says whether there
// are more.
func Between(tx *workflows.Tx, from, until time.Time) (found []Consultation, more bool, err error) {
	q := tx.DB().Where(visible(tx)).
		Where("opens_at < ? AND (closes_at >= ? OR published_at >= ? OR state IN ?)", until, from, from, Owed)
	if err := q.Order("closes_at, id").Limit(workflows.MaxLimit + 1).Find(&found).Error; err != nil {
		return nil, false, fmt.Errorf("list consultations of a span: %w", err)
	}
	if len(found) > workflows.MaxLimit {
		return found[:workflows.MaxLimit], true, nil
	}
	return found, false, nil
}

// OwnInvitations are the invitations of the organisations the actor answers for,
// by the consultation's id.
func OwnInvitations(tx *workflows.Tx, ids []string) (map[string][]Invitation, error) {
	var orgs []string
	for _, h := range tx.Actor.Roles {
		if h.OrganisationID != "" {
			orgs = append(orgs, h.OrganisationID)
		}
	}
	out := map[string][]Invitation{}
	if len(orgs) == 0 || len(ids) == 0 {
		return out, nil
	}
	var rows []Invitation
	if err := tx.DB().Where("consultation_id IN ? AND organisation_id IN ?", ids, orgs).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read own invitations: %w", err)
	}
	for _, i := range rows {
		out[i.ConsultationID] = append(out[i.ConsultationID], i)
	}
	return out, nil
}

// TargetWith is Target for who has read their own invitations already.
func (c *Consultation) TargetWith(own []Invitation) policies.Target {
	t := c.target()
	if c.Started() {
		for _, i := range own {
			t.Invited = append(t.Invited, i.OrganisationID)
		}
	}
	return t
}
