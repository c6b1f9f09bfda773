// Package identity answers one question for pages and API: who asks? It keeps
// sessions, one-time sign-in links and API tokens, and turns each request's
// into a workflows.Actor read anew from the database, so that a role taken away
// or a person disabled is gone at the next request.
//
// It stores no secret that could be used again: session and API tokens only as
// hashes, links only as what the installation's key makes of an id. It refuses
// passwords, decides no right beyond who may be let in, and knows neither
// router nor page.
package identity

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"gorm.io/gorm"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

// Service knows who asks. It is safe for concurrent use once it serves.
type Service struct {
	// Failed answers a request whose session could not be read or saved. It may
	// be set before serving; by itself it is a bare 500.
	Failed func(http.ResponseWriter, *http.Request, error)

	engine   *workflows.Engine
	db       *gorm.DB
	sessions *scs.SessionManager
	origins  *http.CrossOriginProtection
	now      func() time.Time // sessions age by the machine's clock, as scs has it
}

// New makes the service. baseURL is where people reach it ("https://host"); with
// https, cookies are bound to that host and to TLS.
func New(engine *workflows.Engine, db *gorm.DB, baseURL string) (*Service, error) {
	u, err := url.Parse(baseURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("the base URL %q does not begin with http:// or https:// and a host", baseURL)
	}
	s := &Service{Failed: bareFailure, engine: engine, db: db, origins: http.NewCrossOriginProtection(), now: time.Now}
	if err := s.origins.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
		return nil, fmt.Errorf("read the base URL: %w", err)
	}
	s.sessions = newSessions(&sessionStore{db: db, now: func() time.Time { return s.now() }}, u.Scheme == "https")
	return s, nil
}

func bareFailure(w http.ResponseWriter, _ *http.Request, _ error) {
	w.WriteHeader(http.StatusInternalServerError)
}

// Actor is who asks; its zero value is a visitor.
func (s *Service) Actor(ctx context.Context) workflows.Actor {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v.actor
	}
	return workflows.Actor{}
}

// resolve reads a session's subject from the database. One who is no longer
// there, or no longer let in, is NotFound.
func (s *Service) resolve(ctx context.Context, subject string) (workflows.Actor, error) {
	tx := s.engine.Read(ctx, workflows.Actor{})
	kind, id, _ := strings.Cut(subject, ":")
	switch kind {
	case "user":
		return stakeholder.ActorOf(tx, id)
	case "invitation":
		a, _, err := consultation.InvitationActor(tx, id)
		return a, err
	case "respondent":
		a, _, err := consultation.RespondentActor(tx, id)
		return a, err
	}
	return workflows.Actor{}, workflows.Refuse(workflows.NotFound, "not_found")
}

// mayActFor asks for the right in every state where the person holds a role:
// whoever has a link or token of theirs can act as them in all of those.
func mayActFor(tx *workflows.Tx, person workflows.Actor, object, action string) error {
	if tx.Actor.ID == workflows.Operator().ID {
		return nil
	}
	if len(person.Roles) == 0 {
		return workflows.Refuse(workflows.NotFound, "not_found")
	}
	for _, h := range person.Roles {
		if err := tx.Check(object, action, policies.Target{State: h.State}); err != nil {
			return err
		}
	}
	return nil
}

// Sweep deletes what expired: sessions at once (until then a signed-out one
// stays, so that nothing brings it back), sign-in links a day later.
func (s *Service) Sweep(ctx context.Context) error {
	now := workflows.UTC(s.now())
	if err := s.db.WithContext(ctx).Exec("DELETE FROM sessions WHERE expires_at <= ?", now).Error; err != nil {
		return fmt.Errorf("sweep sessions: %w", err)
	}
	yesterday := s.engine.Now().Add(-24 * time.Hour)
	if err := s.db.WithContext(ctx).Exec("DELETE FROM sign_in_links WHERE expires_at <= ?", yesterday).Error; err != nil {
		return fmt.Errorf("sweep sign-in links: %w", err)
	}
	return nil
}
