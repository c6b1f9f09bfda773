package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"jahorina/workflows"
)

// errSignedOut says that the session ended while the request was under way.
var errSignedOut = errors.New("the session was signed out meanwhile")

// deleteWithin bounds a sign-out, which goes on when the browser has gone.
const deleteWithin = 10 * time.Second

// sessionStore keeps sessions under the hash of their token. A row once revoked
// is never written again: a slow request that ends after the sign-out finds the
// row and leaves it alone. scs only commits tokens it made or found here, and
// never past their deadline, so a swept row cannot come back to life either.
type sessionStore struct {
	db  *gorm.DB
	now func() time.Time
}

func (s *sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var rows []struct{ Data []byte }
	err := s.db.WithContext(ctx).Raw("SELECT data FROM sessions WHERE token = ? AND revoked_at IS NULL AND expires_at > ?",
		token, workflows.UTC(s.now())).Scan(&rows).Error
	if err != nil {
		return nil, false, fmt.Errorf("read session: %w", err)
	}
	if len(rows) == 0 {
		return nil, false, nil
	}
	return rows[0].Data, true, nil
}

func (s *sessionStore) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	res := s.db.WithContext(ctx).Exec(`INSERT INTO sessions (token, data, expires_at) VALUES (?, ?, ?)
		ON CONFLICT (token) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at
		WHERE sessions.revoked_at IS NULL`, token, data, workflows.UTC(expiry))
	if res.Error != nil {
		return fmt.Errorf("store session: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return errSignedOut
	}
	return nil
}

func (s *sessionStore) DeleteCtx(ctx context.Context, token string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deleteWithin)
	defer cancel()
	err := s.db.WithContext(ctx).Exec("UPDATE sessions SET revoked_at = ?, data = ? WHERE token = ? AND revoked_at IS NULL",
		workflows.UTC(s.now()), []byte{}, token).Error
	if err != nil {
		return fmt.Errorf("revoke session: %w", err)
	}
	return nil
}

// Find, Commit and Delete are what scs asks of every store; it calls the ones
// with a context.
func (s *sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

func (s *sessionStore) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

func (s *sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
