package notify

import (
	"fmt"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

// unsubscribe says that an organisation wants no more reminders about a
// consultation.
type unsubscribe struct {
	Recipient      string `gorm:"primaryKey"` // "organisation:…"
	ConsultationID string `gorm:"primaryKey"`
	At             time.Time
}

// TableName is where GORM keeps them.
func (unsubscribe) TableName() string { return "unsubscribes" }

const unsubscribeLink = "unsubscribe" // the signer's kind of link

// unsubscribe puts the link into a mail that may be left out another time.
func (d *draft) unsubscribe(i *consultation.Invitation) {
	d.view.Unsubscribe = d.url("unsubscribe", d.tx.Signer().Link(unsubscribeLink, i.ID))
}

// Subscription is the consultation whose reminders the link stops, for the page
// that asks whether to. It changes nothing. A forged or dead link is NotFound.
func Subscription(tx *workflows.Tx, token string) (*consultation.Consultation, error) {
	_, c, err := openUnsubscribe(tx, token)
	return c, err
}

// Unsubscribe stops the reminders to an invited organisation about one
// consultation (RFC 8058: by a POST, without a session). Doing it again is no
// error. What everybody must be told, such as a new deadline, is told anyway.
func Unsubscribe(tx *workflows.Tx, token string) (*consultation.Consultation, error) {
	tx, c, err := openUnsubscribe(tx, token)
	if err != nil {
		return nil, err
	}
	row := &unsubscribe{Recipient: "organisation:" + tx.Actor.OrganisationID(c.StateCode), ConsultationID: c.ID, At: tx.Now}
	fresh, err := tx.InsertOnce(row, "consultation_id", "recipient")
	if err != nil {
		return nil, fmt.Errorf("unsubscribe: %w", err)
	}
	if !fresh {
		return c, nil
	}
	return c, tx.Record(workflows.Entry{State: c.StateCode, ConsultationID: c.ID, Action: "unsubscribe", Object: "invitation", ObjectID: tx.Actor.ID[len("invitation:"):]})
}

// openUnsubscribe goes on in the name of the invited organisation.
func openUnsubscribe(tx *workflows.Tx, token string) (*workflows.Tx, *consultation.Consultation, error) {
	id, err := tx.Signer().OpenLink(unsubscribeLink, token)
	if err != nil {
		return nil, nil, workflows.Refuse(workflows.NotFound, "dead_link")
	}
	a, i, err := consultation.InvitationActor(tx, id)
	if workflows.IsKind(err, workflows.NotFound) {
		return nil, nil, workflows.Refuse(workflows.NotFound, "dead_link")
	}
	if err != nil {
		return nil, nil, err
	}
	tx = tx.As(a)
	c, err := consultation.Get(tx, i.ConsultationID)
	return tx, c, err
}

// unsubscribed is who wants no reminders about the consultation.
func unsubscribed(tx *workflows.Tx, consultationID string) (map[string]bool, error) {
	var rows []unsubscribe
	if err := tx.DB().Where("consultation_id = ?", consultationID).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read who wants no reminders: %w", err)
	}
	out := make(map[string]bool, len(rows))
	for _, r := range rows {
		out[r.Recipient] = true
	}
	return out, nil
}
