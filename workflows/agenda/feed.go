package agenda

import (
	"fmt"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

// Feed is the secret address under which a calendar program reads a person's
// calendar. There is at most one each; a new one ends the old one.
type Feed struct {
	PersonID  string `gorm:"primaryKey"`
	ID        string
	CreatedAt time.Time
}

// TableName is where GORM keeps feeds.
func (Feed) TableName() string { return "calendar_feeds" }

// The kinds of link that open a calendar.
const (
	ofPerson     = "calendar"
	ofInvitation = "invitation calendar"
)

// OwnFeed is the secret of the actor's feed, "" if they have none.
func OwnFeed(tx *workflows.Tx) (string, error) {
	if !tx.Actor.IsPerson() {
		return "", workflows.Refuse(workflows.Unauthenticated, "sign_in")
	}
	var f Feed
	err := tx.One(&f, "person_id = ?", tx.Actor.PersonID())
	if workflows.IsKind(err, workflows.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the calendar's address: %w", err)
	}
	return tx.Signer().Link(ofPerson, f.ID), nil
}

// RenewFeed gives the actor a new secret; the old one opens nothing from then on.
func RenewFeed(tx *workflows.Tx) (string, error) {
	if err := CloseFeed(tx); err != nil {
		return "", err
	}
	f := &Feed{PersonID: tx.Actor.PersonID(), ID: workflows.NewID(), CreatedAt: tx.Now}
	if err := tx.Insert(f); err != nil {
		return "", fmt.Errorf("store the calendar's address: %w", err)
	}
	return tx.Signer().Link(ofPerson, f.ID), nil
}

// CloseFeed ends the actor's feed, if they have one.
func CloseFeed(tx *workflows.Tx) error {
	if !tx.Actor.IsPerson() {
		return workflows.Refuse(workflows.Unauthenticated, "sign_in")
	}
	if err := tx.DB().Where("person_id = ?", tx.Actor.PersonID()).Delete(&Feed{}).Error; err != nil {
		return fmt.Errorf("end the calendar's address: %w", err)
	}
	return nil
}

// InvitationCalendar is the secret under which an invited organisation's calendar
// program reads the dates of that one consultation. It opens nothing else: who
// serves calendars gets to know their addresses.
func InvitationCalendar(s *workflows.Signer, invitationID string) string {
	return s.Link(ofInvitation, invitationID)
}

// Subscribed is what a calendar program may read under a secret.
type Subscribed struct {
	Actor          workflows.Actor // whose calendar it is, with the rights of now
	ConsultationID string          // of the one consultation it is about, or ""
}

// BySecret finds whose calendar the secret opens. Whatever is wrong with it is
// NotFound.
func BySecret(tx *workflows.Tx, secret string) (s Subscribed, err error) {
	dead := workflows.Refuse(workflows.NotFound, "not_found")
	if id, wrong := tx.Signer().OpenLink(ofInvitation, secret); wrong == nil {
		a, i, err := consultation.InvitationActor(tx, id)
		if err != nil {
			return s, err
		}
		return Subscribed{a, i.ConsultationID}, nil
	}
	id, wrong := tx.Signer().OpenLink(ofPerson, secret)
	if wrong != nil {
		return s, dead
	}
	var f Feed
	if err := tx.One(&f, "id = ?", id); err != nil {
		return s, err
	}
	s.Actor, err = stakeholder.ActorOf(tx, f.PersonID)
	return s, err
}
