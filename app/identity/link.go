package identity

import (
	"context"
	"fmt"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/stakeholder"
)

// How long sign-in links can be used, once: those mailed and those printed by a
// command; and how many unused ones a person can have asked for in an hour.
const (
	MailedFor  = 15 * time.Minute
	PrintedFor = 24 * time.Hour
	maxAnHour  = 5
)

const signInLink = "sign-in" // the signer's kind of link

// link is a sign-in link. Its token is what the installation's key makes of a
// random id, and only the token's hash is kept: neither the database nor the
// mail queue, which holds the id, lets anyone in.
type link struct {
	Hash      string `gorm:"primaryKey"` // SHA-256 of the token, hexadecimal
	PersonID  string
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    *time.Time
}

// TableName is where GORM keeps links.
func (link) TableName() string { return "sign_in_links" }

// LinkRequest is a job: someone asked for a sign-in link for the address.
type LinkRequest struct {
	ID    string    `json:"id"` // of the link to be
	Email string    `json:"email"`
	At    time.Time `json:"at"`
}

// Kind is the job's name in the queue.
func (LinkRequest) Kind() string { return "sign_in" }

// RequestLink asks for a sign-in link to be mailed. It does the same whether or
// not the address is known, which is looked up only after the answer (see
// MailLink), so that nobody learns who has an account. Only what cannot be an
// address is refused.
func (s *Service) RequestLink(ctx context.Context, email string) error {
	var p workflows.Problems
	address := p.Email("email", email)
	if err := p.Err(); err != nil {
		return err
	}
	return s.engine.Write(ctx, workflows.Actor{}, func(tx *workflows.Tx) error {
		return tx.Enqueue(LinkRequest{ID: workflows.NewID(), Email: address, At: tx.Now})
	})
}

// MailLink does the job: it queues the mail if the address is that of a person
// who may sign in and has not been sent too many. Doing it again does nothing.
func (s *Service) MailLink(ctx context.Context, r LinkRequest) error {
	return s.engine.Write(ctx, workflows.Clock(), func(tx *workflows.Tx) error {
		var p stakeholder.Person
		err := tx.Lock(&p, false, "email = ? AND disabled_at IS NULL", r.Email)
		if workflows.IsKind(err, workflows.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		expires := workflows.UTC(r.At.Add(MailedFor))
		enough, err := hasEnough(tx, p.ID)
		if err != nil || enough || !tx.Now.Before(expires) {
			return err
		}
		if err := storeLink(tx, r.ID, p.ID, expires); err != nil {
			return err
		}
		return tx.Post(workflows.Message{
			Key: "sign_in:" + r.ID, Template: "sign_in", Args: map[string]string{"link": r.ID},
			RecipientName: p.Name, Recipient: p.Email, Language: p.Language, NotAfter: &expires,
		})
	})
}

func hasEnough(tx *workflows.Tx, personID string) (bool, error) {
	var n int64
	err := tx.DB().Model(&link{}).Where("person_id = ? AND used_at IS NULL AND created_at > ?", personID, tx.Now.Add(-time.Hour)).Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("count sign-in links: %w", err)
	}
	return n >= maxAnHour, nil
}

// storeLink keeps the link, once.
func storeLink(tx *workflows.Tx, id, personID string, expires time.Time) error {
	l := &link{Hash: sum(SignInToken(tx.Signer(), id)), PersonID: personID, CreatedAt: tx.Now, ExpiresAt: expires}
	if _, err := tx.InsertOnce(l, "hash"); err != nil {
		return fmt.Errorf("store sign-in link: %w", err)
	}
	return nil
}

// SignInToken is what the URL of a sign-in link holds, for the mail that was
// queued with the link's id.
func SignInToken(s *workflows.Signer, linkID string) string { return s.Link(signInLink, linkID) }

// NewSignInLink makes a link for a person who may sign in, to be handed over by
// whoever asks: they need the right to create people in every state where the
// person holds a role, and the record tells that they did it.
func NewSignInLink(tx *workflows.Tx, personID string, validFor time.Duration) (token string, err error) {
	person, err := stakeholder.ActorOf(tx, personID)
	if err != nil {
		return "", err
	}
	if err := mayActFor(tx, person, "person", "create"); err != nil {
		return "", err
	}
	id := workflows.NewID()
	if err := storeLink(tx, id, personID, tx.Now.Add(validFor)); err != nil {
		return "", err
	}
	e := workflows.Entry{State: firstState(person), Action: "create", Object: "sign_in_link", ObjectID: id, Reason: personID}
	return SignInToken(tx.Signer(), id), tx.Record(e)
}

// SignIn uses a link up and makes the session the person's. Call it for a POST
// only: mail scanners follow links. What is forged, expired, used, or belongs
// to someone disabled is NotFound all alike.
func (s *Service) SignIn(ctx context.Context, token string) (personID string, err error) {
	id, err := s.engine.Signer().OpenLink(signInLink, token)
	if err != nil {
		return "", deadLink()
	}
	var used link
	var a workflows.Actor
	err = s.engine.Write(ctx, workflows.Actor{}, func(tx *workflows.Tx) error {
		if err := use(tx, token, &used); err != nil {
			return err
		}
		if a, err = stakeholder.ActorOf(tx, used.PersonID); err != nil {
			return err
		}
		return tx.As(a).Record(sessionEntry(a, "sign_in", id))
	})
	if workflows.IsKind(err, workflows.NotFound) {
		return "", deadLink()
	}
	if err != nil {
		return "", err
	}
	return used.PersonID, s.become(ctx, id, a)
}

// use marks the link as used; of any number at once one succeeds.
func use(tx *workflows.Tx, token string, l *link) error {
	res := tx.DB().Model(&link{}).Where("hash = ? AND used_at IS NULL AND expires_at > ?", sum(token), tx.Now).Update("used_at", tx.Now)
	if res.Error != nil {
		return fmt.Errorf("use sign-in link: %w", res.Error)
	}
	if res.RowsAffected != 1 {
		return deadLink()
	}
	return tx.One(l, "hash = ?", sum(token))
}

func deadLink() error { return workflows.Refuse(workflows.NotFound, "dead_link") }

func sum(token string) string {
	return workflows.SHA256(token)
}
