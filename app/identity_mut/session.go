package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"jahorina/workflows"
)

// How long a session lives: at most Lifetime, and no longer than Idle after
// its last request. That it is in use is noted once in noteEvery.
const (
	Lifetime  = 12 * time.Hour
	Idle      = 2 * time.Hour
	noteEvery = time.Minute
)

// What a session holds.
const (
	keySubject  = "subject"  // "user:ID", "invitation:ID" or "respondent:ID"; one a session
	keySession  = "session"  // its id in the record: that of the sign-in link it began with
	keySeen     = "seen"     // Unix seconds of its last use, to the minute
	keyLanguage = "language" // BCP 47
	keyFlash    = "flash"
	keyForm     = "form" // what forms must send back
)

func newSessions(store scs.Store, https bool) *scs.SessionManager {
	m := scs.New()
	m.Store = store
	m.Lifetime = Lifetime
	m.HashTokenInStore = true
	m.Cookie.Name = "jahorina_session"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Persist = false
	if https {
		m.Cookie.Name = "__Host-jahorina_session"
		m.Cookie.Secure = true
	}
	return m
}

type visitKey struct{}

// visit is what is known of one request.
type visit struct{ actor workflows.Actor }

// Middleware finds out who asks, and saves the session when the answer begins:
// what is put into it later is lost. It wraps the router as a whole. A visitor
// for whom nothing was kept gets no session and no cookie.
func (s *Service) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Cookie")
		ctx, err := s.load(r)
		if err != nil {
			s.Failed(w, r, err)
			return
		}
		r = r.WithContext(ctx)
		sw := &writer{ResponseWriter: w, save: func() error { return s.save(ctx, w) }, fail: func(err error) { s.Failed(w, r, err) }}
		next.ServeHTTP(sw, r)
		sw.begin()
	})
}

func (s *Service) load(r *http.Request) (context.Context, error) {
	token := ""
	if c, err := r.Cookie(s.sessions.Cookie.Name); err == nil {
		token = c.Value
	}
	ctx, err := s.sessions.Load(r.Context(), token)
	if err != nil {
		return nil, fmt.Errorf("load session: %w", err)
	}
	v := &visit{}
	ctx = context.WithValue(ctx, visitKey{}, v)
	if s.sessions.Token(ctx) == "" {
		return ctx, nil // no cookie, or one that opens nothing
	}
	unused := s.now().Sub(time.Unix(s.sessions.GetInt64(ctx, keySeen), 0))
	if unused > Idle {
		return ctx, s.sessions.Destroy(ctx)
	}
	if unused > noteEvery {
		s.sessions.Put(ctx, keySeen, s.now().Unix())
	}
	subject := s.sessions.GetString(ctx, keySubject)
	if subject == "" {
		return ctx, nil
	}
	if v.actor, err = s.resolve(ctx, subject); workflows.IsKind(err, workflows.NotFound) {
		return ctx, s.sessions.Destroy(ctx)
	}
	return ctx, err
}

// save writes the session, if there is anything to, and its cookie. A session
// signed out while the request was under way stays so: neither row nor cookie.
func (s *Service) save(ctx context.Context, w http.ResponseWriter) error {
	switch s.sessions.Status(ctx) {
	case scs.Destroyed:
		s.sessions.WriteSessionCookie(ctx, w, "", time.Time{})
	case scs.Modified:
		s.sessions.Put(ctx, keySeen, s.now().Unix())
		if s.sessions.GetString(ctx, keySubject) == "" {
			s.sessions.SetDeadline(ctx, s.now().Add(Idle).UTC())
		}
		token, expiry, err := s.sessions.Commit(ctx)
		if errors.Is(err, errSignedOut) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("save session: %w", err)
		}
		s.sessions.WriteSessionCookie(ctx, w, token, expiry)
	}
	return nil
}

// become makes the session the subject's, under a new token; the old one is
// dead. Only the choice of language is carried over, so nothing another put
// into it beforehand is of use to them.
func (s *Service) become(ctx context.Context, session string, a workflows.Actor) error {
	before, ended := s.Actor(ctx), s.sessions.GetString(ctx, keySession)
	if err := s.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	language := s.Language(ctx)
	if err := s.sessions.Clear(ctx); err != nil {
		return fmt.Errorf("clear session: %w", err)
	}
	s.sessions.Put(ctx, keySubject, a.ID)
	s.sessions.Put(ctx, keySession, session)
	if language != "" {
		s.SetLanguage(ctx, language)
	}
	ctx.Value(visitKey{}).(*visit).actor = a
	return s.recordEnd(ctx, before, ended)
}

// SignOut ends the session for good: neither its cookie nor a request still
// under way brings it back.
func (s *Service) SignOut(ctx context.Context) error {
	before, ended := s.Actor(ctx), s.sessions.GetString(ctx, keySession)
	if err := s.sessions.Destroy(ctx); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	ctx.Value(visitKey{}).(*visit).actor = workflows.Actor{}
	return s.recordEnd(ctx, before, ended)
}

// recordEnd enters in the record that a person's session ended. It comes after
// the end itself, which must not wait for it. Links are no accounts: theirs
// leave no entry.
func (s *Service) recordEnd(ctx context.Context, a workflows.Actor, session string) error {
	if !a.IsPerson() {
		return nil
	}
	return s.engine.Write(context.WithoutCancel(ctx), a, func(tx *workflows.Tx) error {
		return tx.Record(sessionEntry(a, "sign_out", session))
	})
}

// sessionEntry belongs to the first state the person holds a role in, if any.
func sessionEntry(a workflows.Actor, action, session string) workflows.Entry {
	return workflows.Entry{State: firstState(a), Action: action, Object: "session", ObjectID: session}
}

func firstState(a workflows.Actor) string {
	if len(a.Roles) == 0 {
		return ""
	}
	return a.Roles[0].State
}

// Language is the language chosen in this session (BCP 47), "" if none was.
func (s *Service) Language(ctx context.Context) string { return s.sessions.GetString(ctx, keyLanguage) }

// SetLanguage keeps the choice of a language.
func (s *Service) SetLanguage(ctx context.Context, tag string) {
	s.sessions.Put(ctx, keyLanguage, tag)
}

// Flash is told to a person once, on the next page they see.
type Flash struct{ Kind, Title, Text string }

// SetFlash keeps what the next page tells.
func (s *Service) SetFlash(ctx context.Context, f Flash) error {
	raw, err := workflows.JSON(f)
	if err != nil {
		return err
	}
	s.sessions.Put(ctx, keyFlash, raw)
	return nil
}

// TakeFlash returns what there is to tell, once.
func (s *Service) TakeFlash(ctx context.Context) (Flash, bool) {
	var f Flash
	raw := s.sessions.PopString(ctx, keyFlash)
	return f, raw != "" && json.Unmarshal([]byte(raw), &f) == nil
}
