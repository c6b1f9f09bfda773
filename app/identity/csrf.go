package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/http"

	"jahorina/workflows"
)

// CSRF returns what this session's forms must send back. It starts a session
// where there is none, so ask for it only where there is a form.
func (s *Service) CSRF(ctx context.Context) string {
	if t := s.sessions.GetString(ctx, keyForm); t != "" {
		return t
	}
	t := rand.Text()
	s.sessions.Put(ctx, keyForm, t)
	return t
}

// CheckCSRF refuses a form another site sent in this person's name. The
// browser's own word (Sec-Fetch-Site, Origin) and the form's token must both be
// right; a program that sends no such headers still needs the token.
func (s *Service) CheckCSRF(r *http.Request, formToken string) error {
	want := s.sessions.GetString(r.Context(), keyForm)
	same := want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(formToken)) == 1
	if s.origins.Check(r) != nil || !same {
		return workflows.Refuse(workflows.Forbidden, "form_expired")
	}
	return nil
}

// SameOrigin says whether the browser's own word is that a page of ours sent the
// request.
func (s *Service) SameOrigin(r *http.Request) bool { return s.origins.Check(r) == nil }
