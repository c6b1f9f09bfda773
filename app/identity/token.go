package identity

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// API tokens are "jah_" and 256 random bits in lower-case hexadecimal; the
// prefix lets scanners of published code find one that leaked.
const (
	tokenPrefix = "jah_"
	tokenBytes  = 32
)

// apiToken lets a program act as a person until it is revoked.
type apiToken struct {
	ID        string
	PersonID  string
	Hash      string // SHA-256 of the token, hexadecimal
	CreatedAt time.Time
	RevokedAt *time.Time
}

// TableName is where GORM keeps API tokens.
func (apiToken) TableName() string { return "tokens" }

// CreateToken makes an API token for the person: for themselves, or by whoever
// may in every state where the person holds a role. It is returned once; only
// its hash is kept.
func CreateToken(tx *workflows.Tx, personID string) (raw string, err error) {
	person, err := checkToken(tx, personID, "create")
	if err != nil {
		return "", err
	}
	var b [tokenBytes]byte
	rand.Read(b[:])
	raw = tokenPrefix + hex.EncodeToString(b[:])
	t := &apiToken{ID: workflows.NewID(), PersonID: personID, Hash: sum(raw), CreatedAt: tx.Now}
	if err := tx.Insert(t); err != nil {
		return "", fmt.Errorf("store token: %w", err)
	}
	return raw, tx.Record(workflows.Entry{State: firstState(person), Action: "create", Object: "token", ObjectID: t.ID, Reason: personID})
}

// RevokeTokens takes all API tokens of the person away, from the next request
// on.
func RevokeTokens(tx *workflows.Tx, personID string) error {
	person, err := checkToken(tx, personID, "revoke")
	if err != nil {
		return err
	}
	res := tx.DB().Model(&apiToken{}).Where("person_id = ? AND revoked_at IS NULL", personID).Update("revoked_at", tx.Now)
	if res.Error != nil {
		return fmt.Errorf("revoke tokens: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return nil
	}
	return tx.Record(workflows.Entry{State: firstState(person), Action: "revoke", Object: "token", ObjectID: personID})
}

func checkToken(tx *workflows.Tx, personID, action string) (workflows.Actor, error) {
	person, err := stakeholder.ActorOf(tx, personID)
	if err != nil || tx.Actor.ID == person.ID {
		return person, err
	}
	return person, mayActFor(tx, person, "token", action)
}

// ActorByToken is who an API token stands for, with the roles they hold now.
// Whatever is wrong with it, the error is one and the
// same; the comparison is of hashes, so its timing tells nothing.
func (s *Service) ActorByToken(ctx context.Context, raw string) (workflows.Actor, error) {
	tx := s.engine.Read(ctx, workflows.Actor{})
	var t apiToken
	err := tx.One(&t, "hash = ? AND revoked_at IS NULL", sum(raw))
	var a workflows.Actor
	if err == nil {
		a, err = stakeholder.ActorOf(tx, t.PersonID)
	}
	if workflows.IsKind(err, workflows.NotFound) {
		return workflows.Actor{}, badToken()
	}
	return a, err
}

func badToken() error { return workflows.Refuse(workflows.Unauthenticated, "bad_token") }
