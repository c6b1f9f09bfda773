package workflows

import (
	"fmt"
	"time"
)

// Announcement is a job: something happened to the object with the id, and
// those concerned are to be told. At is when it happened.
type Announcement struct {
	Event string    `json:"event"` // "consultation.extend"
	ID    string    `json:"id"`
	At    time.Time `json:"at"`
}

// Kind is the job's name in the queue.
func (Announcement) Kind() string { return "announce" }

// Delivery is a job: send the message with the id.
type Delivery struct {
	MessageID string `json:"message_id"`
}

// Kind is the job's name in the queue.
func (Delivery) Kind() string { return "deliver" }

// States of a message.
const (
	MessageQueued    = "queued"
	MessageSent      = "sent"
	MessageFailed    = "failed"
	MessageCancelled = "cancelled"
)

// Message is one mail to one recipient. Args are ids and words the template
// needs; confidential text is never among them.
type Message struct {
	ID             string
	Key            string `gorm:"column:message_key"` // one per fact and recipient: the same fact is told once
	ConsultationID string
	Template       string            // name below templates/mail
	Args           map[string]string `gorm:"serializer:json"`
	RecipientName  string
	Recipient      string // address
	Language       string // BCP 47
	State          string
	Attempts       int
	LastError      string
	NotAfter       *time.Time // pointless later than this
	CreatedAt      time.Time
	SentAt         *time.Time
}

// Post queues the message and the job that delivers it, in this transaction.
// A message whose key is known already was told before: nothing happens.
func (tx *Tx) Post(m Message) error {
	m.ID, m.State, m.CreatedAt = NewID(), MessageQueued, tx.Now
	if m.Args == nil {
		m.Args = map[string]string{}
	}
	fresh, err := tx.InsertOnce(&m, "message_key")
	if err != nil {
		return fmt.Errorf("queue a message: %w", err)
	}
	if !fresh {
		return nil
	}
	return tx.Enqueue(Delivery{MessageID: m.ID})
}
