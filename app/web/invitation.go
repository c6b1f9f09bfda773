package web

import (
	"slices"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

type invitationsView struct {
	C             *consultation.Consultation
	Sector        string // the filter
	Query         string
	Sectors       []string
	Organisations []templates.Option
	InvitedHere   int // of those the filter shows
	Next          string
	Total         int // invited in all
	Now           bool
	Back          string
	Here          string
}

func invitationsPage(q *request) error {
	tx := q.read()
	c, err := q.managed(tx)
	if err != nil {
		return err
	}
	if err := tx.Check("consultation", "invite", policies.Target{State: c.StateCode, ConsultationID: c.ID}); err != nil {
		return err
	}
	if !slices.Contains(mayInviteIn, c.State) && q.form == nil {
		return workflows.Refuse(workflows.Conflict, "too_late_to_invite", "State", c.State)
	}
	v := invitationsView{
		C: c, Sector: q.c.Query("sector"), Query: q.c.Query("q"), Sectors: stakeholder.Sectors,
		Now: c.State == consultation.Open, Back: "/consultations/" + c.ID + "/manage", Here: q.c.Request.URL.RequestURI(),
	}
	invited, err := consultation.Invitations(tx, c)
	if err != nil {
		return err
	}
	v.Total = len(invited)
	if err := q.toInvite(tx, &v, invited); err != nil {
		return err
	}
	return q.show("official/invitations", q.text.T("invitations.title"), v)
}

// toInvite lists those of the registry that fit the filter and are not invited
// yet.
func (q *request) toInvite(tx *workflows.Tx, v *invitationsView, invited []consultation.Invited) error {
	is := map[string]bool{}
	for _, i := range invited {
		is[i.OrganisationID] = true
	}
	filter := stakeholder.Filter{Query: v.Query}
	if v.Sector != "" {
		filter.Sectors = []string{v.Sector}
	}
	page := q.page()
	page.Limit = workflows.MaxLimit
	found, next, err := stakeholder.Organisations(tx, v.C.StateCode, filter, page)
	if err != nil {
		return err
	}
	v.Next = q.more(next)
	for _, o := range found {
		if is[o.ID] {
			v.InvitedHere++
			continue
		}
		v.Organisations = append(v.Organisations, templates.Option{Value: o.ID, Label: o.Name, Hint: q.text.T("sector." + o.Sector)})
	}
	return nil
}

func invite(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	n, err := consultation.Invite(tx, id, q.form["organisation_ids"], q.form["sectors"])
	if err != nil {
		return done{}, atFields(err, "", nil)
	}
	flash := "invited"
	if n == 0 {
		flash = "invited_none"
	}
	return done{to: "/consultations/" + id + "/manage#invitations", flash: flash}, nil
}
