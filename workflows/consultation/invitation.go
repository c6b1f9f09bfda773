package consultation

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// Invitation is a request to one organisation to take part.
type Invitation struct {
	ID             string
	ConsultationID string
	OrganisationID string
	InvitedBy      string
	InvitedAt      time.Time
	ViewedAt       *time.Time // when someone first came by the link
	DeclinedAt     *time.Time
}

// MaxInvited bounds one call to Invite.
const MaxInvited = 10_000

// Invite asks organisations to take part: those named, and all of the sectors.
// Those invited already stay so. It returns how many are newly invited. The
// mail goes out when the consultation opens, or now if it is open.
func Invite(tx *workflows.Tx, id string, organisationIDs, sectors []string) (int, error) {
	c, err := Hold(tx, id, true)
	if err != nil {
		return 0, err
	}
	if err := tx.Check("consultation", "invite", c.target()); err != nil {
		return 0, err
	}
	if !slices.Contains([]string{Draft, InClearance, Scheduled, Open}, c.State) {
		return 0, workflows.Refuse(workflows.Conflict, "too_late_to_invite", "State", c.State)
	}
	orgs, err := asked(tx, c, organisationIDs, sectors)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, o := range orgs {
		fresh, err := invite(tx, c, o)
		if err != nil {
			return 0, err
		}
		if fresh {
			n++
		}
	}
	return n, nil
}

func asked(tx *workflows.Tx, c *Consultation, ids, sectors []string) ([]stakeholder.Organisation, error) {
	var p workflows.Problems
	for i, s := range sectors {
		p.OneOf(fmt.Sprintf("sectors[%d]", i), s, stakeholder.Sectors...)
	}
	if len(ids)+len(sectors) == 0 {
		p.Add("organisation_ids", "nobody_named")
	}
	if len(ids) > MaxInvited {
		p.Add("organisation_ids", "too_many", "Max", MaxInvited)
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	var out []stakeholder.Organisation
	if len(sectors) > 0 {
		if err := tx.DB().Where("state_code = ? AND sector IN ?", c.StateCode, sectors).Order("id").Limit(MaxInvited).Find(&out).Error; err != nil {
			return nil, fmt.Errorf("find organisations of sectors: %w", err)
		}
	}
	known, err := stakeholder.Names(tx, ids)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		o, ok := known[id]
		if !ok || o.StateCode != c.StateCode {
			p.Add(fmt.Sprintf("organisation_ids[%d]", i), "unknown_organisation")
			continue
		}
		out = append(out, o)
	}
	return out, p.Err()
}

func invite(tx *workflows.Tx, c *Consultation, o stakeholder.Organisation) (bool, error) {
	i := &Invitation{ID: workflows.NewID(), ConsultationID: c.ID, OrganisationID: o.ID, InvitedBy: tx.Actor.ID, InvitedAt: tx.Now}
	fresh, err := tx.InsertOnce(i, "consultation_id", "organisation_id")
	if err != nil || !fresh {
		return false, err
	}
	e := workflows.Entry{State: c.StateCode, ConsultationID: c.ID, Action: "invite", Object: "invitation", ObjectID: i.ID, Reason: o.Name}
	if err := tx.Record(e); err != nil {
		return false, err
	}
	if c.State != Open {
		return true, nil
	}
	return true, tx.Enqueue(workflows.Announcement{Event: "invitation.create", ID: i.ID, At: tx.Now})
}

// Invited is one invitation with the organisation it went to.
type Invited struct {
	Invitation
	Organisation stakeholder.Organisation `gorm:"-"`
}

// TableName is where GORM keeps invitations.
func (Invited) TableName() string { return "invitations" }

// Invitations lists all invitations of a consultation, oldest first, for whoever
// runs it or looks after it.
func Invitations(tx *workflows.Tx, c *Consultation) ([]Invited, error) {
	if err := tx.Check("invitation", "read", c.target()); err != nil {
		return nil, err
	}
	var out []Invited
	if err := tx.DB().Where("consultation_id = ?", c.ID).Order("id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read invitations: %w", err)
	}
	ids := make([]string, len(out))
	for i := range out {
		ids[i] = out[i].OrganisationID
	}
	orgs, err := stakeholder.Names(tx, ids)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Organisation = orgs[out[i].OrganisationID]
	}
	return out, nil
}

// InvitationLink is the token that opens the consultation for the invited
// organisation. It holds as long as the invitation.
func InvitationLink(s *workflows.Signer, invitationID string) string {
	return s.Link("invitation", invitationID)
}

// ActorByInvitation returns who comes by an invitation's link: a contributor
// of the invited organisation, in that consultation only. A forged or dead link
// is NotFound.
func ActorByInvitation(tx *workflows.Tx, token string) (workflows.Actor, *Invitation, error) {
	id, err := tx.Signer().OpenLink("invitation", token)
	if err != nil {
		return workflows.Actor{}, nil, workflows.Refuse(workflows.NotFound, "dead_link")
	}
	a, i, err := InvitationActor(tx, id)
	if workflows.IsKind(err, workflows.NotFound) {
		err = workflows.Refuse(workflows.NotFound, "dead_link")
	}
	return a, i, err
}

// InvitationActor is the actor for an invitation whose link was opened
// earlier.
func InvitationActor(tx *workflows.Tx, id string) (workflows.Actor, *Invitation, error) {
	var i Invitation
	if err := tx.One(&i, "id = ?", id); err != nil {
		return workflows.Actor{}, nil, err
	}
	var o stakeholder.Organisation
	if err := tx.One(&o, "id = ?", i.OrganisationID); err != nil {
		return workflows.Actor{}, nil, err
	}
	return workflows.Actor{
		Subject: policies.Subject{ID: "invitation:" + i.ID, Roles: []policies.Held{{
			Role: policies.Contributor, State: o.StateCode, OrganisationID: o.ID, ConsultationID: i.ConsultationID,
		}}},
		Name: o.Name, Language: o.Language,
	}, &i, nil
}

// Viewed notes that someone of the invited organisation came to look. Only the
// first time counts.
func Viewed(tx *workflows.Tx, invitationID string) error {
	return tx.DB().Model(&Invitation{}).Where("id = ? AND viewed_at IS NULL", invitationID).Update("viewed_at", tx.Now).Error
}

// OwnInvitation is the invitation of the organisation the actor answers for;
// NotFound if there is none.
func OwnInvitation(tx *workflows.Tx, c *Consultation) (*Invitation, error) {
	var i Invitation
	return &i, tx.One(&i, "consultation_id = ? AND organisation_id = ?", c.ID, tx.Actor.OrganisationID(c.StateCode))
}

// Decline says, for the invited organisation, that it will not answer. It may
// still change its mind until the deadline.
func Decline(tx *workflows.Tx, id string) error {
	c, err := Hold(tx, id, true)
	if err != nil {
		return err
	}
	t, err := c.Target(tx)
	if err != nil {
		return err
	}
	if err := tx.Check("consultation", "decline", t); err != nil {
		return err
	}
	if err := c.CheckInTime(tx.Now); err != nil {
		return err
	}
	i, err := OwnInvitation(tx, c)
	if err != nil {
		return err
	}
	res := tx.DB().Model(&Invitation{}).Where("id = ? AND declined_at IS NULL", i.ID).Update("declined_at", tx.Now)
	if res.Error != nil {
		return errors.Join(errors.New("decline invitation"), res.Error)
	}
	if res.RowsAffected == 0 {
		return nil // declined before
	}
	return tx.Record(workflows.Entry{State: c.StateCode, ConsultationID: c.ID, Action: "decline", Object: "invitation", ObjectID: i.ID})
}
