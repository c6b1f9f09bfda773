// Package store opens the database, SQLite or PostgreSQL, brings its schema up
// to date and runs the queue of jobs in it. It knows both dialects so that
// nothing else has to; it knows no table but the queue's.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// Store is an open database.
type Store struct {
	DB *gorm.DB

	dialect dialect
	sql     *sql.DB       // the connections; on SQLite those that only read
	writer  *sql.DB       // SQLite: the one connection that writes
	pool    *pgxpool.Pool // PostgreSQL: what both stand on
	insert  inserter
}

type dialect string

const (
	postgresDialect dialect = "postgres"
	sqliteDialect   dialect = "sqlite"
)

// Open opens the database the URL names, "sqlite:PATH" or "postgres://…", and
// checks that it is fit for use. It does not migrate.
func Open(ctx context.Context, url string) (*Store, error) {
	var s *Store
	var err error
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		s, err = openSQLite(strings.TrimPrefix(url, "sqlite:"))
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		s, err = openPostgres(ctx, url)
	default:
		return nil, errors.New(`the database URL must start with "sqlite:" or "postgres://"`)
	}
	if err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Store) prepare(ctx context.Context) error {
	check, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	if err := s.sql.PingContext(check); err != nil {
		return fmt.Errorf("reach the database: %w", err)
	}
	if err := s.selfTest(check); err != nil {
		return fmt.Errorf("database unfit for use: %w", err)
	}
	var err error
	s.insert, err = s.newInserter()
	return err
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.sql.PingContext(ctx) }

// SQL is the pool of connections; on SQLite, of those that only read.
func (s *Store) SQL() *sql.DB { return s.sql }

// Pools are all pools of connections, by the name their numbers are shown under.
func (s *Store) Pools() map[string]*sql.DB {
	if s.writer == nil {
		return map[string]*sql.DB{"postgres": s.sql}
	}
	return map[string]*sql.DB{"sqlite_readers": s.sql, "sqlite_writer": s.writer}
}

// Dialect is "sqlite" or "postgres".
func (s *Store) Dialect() string { return string(s.dialect) }

// Close closes every connection.
func (s *Store) Close() error {
	err := s.sql.Close()
	if s.writer != nil {
		err = errors.Join(err, s.writer.Close())
	}
	if s.pool != nil {
		s.pool.Close()
	}
	return err
}

// gormConfig: UTC everywhere, no implicit transactions or associations, and
// no statement cache (pgx has its own, and GORM's hides the *sql.Tx that the
// queue needs). GORM's own logger would print bound values: it is silent, and
// errors are logged where they are handled.
func gormConfig() *gorm.Config {
	return &gorm.Config{
		NowFunc:                func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) },
		Logger:                 logger.Discard,
		TranslateError:         true,
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
	}
}

// storeLog names the store in the log.
func storeLog(l *slog.Logger) *slog.Logger { return l.With("part", "store") }
