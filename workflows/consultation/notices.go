package consultation

import (
	"fmt"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// The queries of this file find those to be told of something, and what it
// was. They ask no policy: the mail tells each no more than is theirs to know.

// Addressee is an organisation or a respondent who takes part. Email is empty
// for a respondent who answered on paper.
type Addressee struct {
	Cursor         string // what the list is ordered by
	OrganisationID string
	RespondentID   string
	InvitationID   string // of the organisation, if it is invited
	Name           string
	Email          string
	Language       string // BCP 47
	DeclinedAt     *time.Time
}

// Party is "organisation:…" or "respondent:…".
func (a Addressee) Party() string {
	if a.OrganisationID != "" {
		return "organisation:" + a.OrganisationID
	}
	return "respondent:" + a.RespondentID
}

// InvitedAddresses lists, for notices, at most limit of the invited
// organisations, those who declined too, from after the cursor on.
func InvitedAddresses(tx *workflows.Tx, consultationID, after string, limit int) ([]Addressee, error) {
	var out []Addressee
	err := tx.DB().Table("invitations").
		Select(`invitations.id AS cursor, invitations.id AS invitation_id, invitations.declined_at,
			organisations.id AS organisation_id, organisations.name, organisations.email, organisations.language`).
		Joins("JOIN organisations ON organisations.id = invitations.organisation_id").
		Where("invitations.consultation_id = ? AND invitations.id > ?", consultationID, after).
		Order("invitations.id").Limit(limit).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read invited organisations: %w", err)
	}
	return out, nil
}

// InvitedAddress is, for notices, the organisation of one invitation.
func InvitedAddress(tx *workflows.Tx, i *Invitation) (Addressee, error) {
	var o stakeholder.Organisation
	if err := tx.One(&o, "id = ?", i.OrganisationID); err != nil {
		return Addressee{}, fmt.Errorf("read the invited organisation: %w", err)
	}
	return Addressee{
		OrganisationID: i.OrganisationID, InvitationID: i.ID, Name: o.Name, Email: o.Email, Language: o.Language, DeclinedAt: i.DeclinedAt,
	}, nil
}

// ConfirmedAddresses lists, for notices, at most limit of the respondents who
// confirmed their address, from after the cursor on.
func ConfirmedAddresses(tx *workflows.Tx, consultationID, after string, limit int) ([]Addressee, error) {
	var out []Addressee
	err := tx.DB().Table("respondents").Select("id AS cursor, id AS respondent_id, name, email, language").
		Where("consultation_id = ? AND confirmed_at IS NOT NULL AND id > ?", consultationID, after).
		Order("id").Limit(limit).Find(&out).Error
	if err != nil {
		return nil, fmt.Errorf("read confirmed respondents: %w", err)
	}
	return out, nil
}

// ExtensionAt is, for notices, the extension made at the instant.
func ExtensionAt(tx *workflows.Tx, consultationID string, at time.Time) (*Extension, error) {
	var e Extension
	return &e, tx.One(&e, "consultation_id = ? AND extended_at = ?", consultationID, at)
}
