package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"jahorina/migrations"
)

// MigrationStatus is one migration and whether it has been applied.
type MigrationStatus struct {
	Name    string
	Applied bool
}

// MigrateUp applies what is missing. Replicas that start together take turns.
func (s *Store) MigrateUp(ctx context.Context) error {
	p, err := s.migrator()
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return s.migrateQueue(ctx)
}

// MigrateDown takes back the newest migration.
func (s *Store) MigrateDown(ctx context.Context) error {
	p, err := s.migrator()
	if err != nil {
		return err
	}
	if _, err := p.Down(ctx); err != nil && !errors.Is(err, goose.ErrNoNextVersion) {
		return fmt.Errorf("migrate down: %w", err)
	}
	return nil
}

// Migrations lists all migrations, oldest first.
func (s *Store) Migrations(ctx context.Context) ([]MigrationStatus, error) {
	p, err := s.migrator()
	if err != nil {
		return nil, err
	}
	all, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("read migration status: %w", err)
	}
	out := make([]MigrationStatus, len(all))
	for i, m := range all {
		out[i] = MigrationStatus{Name: m.Source.Path, Applied: m.State == goose.StateApplied}
	}
	return out, nil
}

func (s *Store) migrator() (*goose.Provider, error) {
	files, dialect, opts := fs.FS(migrations.SQLite), goose.DialectSQLite3, []goose.ProviderOption{}
	if s.dialect == postgresDialect {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, fmt.Errorf("make migration lock: %w", err)
		}
		files, dialect, opts = migrations.Postgres, goose.DialectPostgres, append(opts, goose.WithSessionLocker(locker))
	}
	dir, err := fs.Sub(files, string(s.dialect))
	if err != nil {
		return nil, err
	}
	p, err := goose.NewProvider(dialect, s.sql, dir, opts...)
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return p, nil
}

func (s *Store) migrateQueue(ctx context.Context) error {
	var m *rivermigrate.Migrator[*sql.Tx]
	var err error
	if s.dialect == postgresDialect {
		m, err = rivermigrate.New(riverdatabasesql.New(s.sql), nil)
	} else {
		m, err = rivermigrate.New(riversqlite.New(s.jobs), nil)
	}
	if err != nil {
		return fmt.Errorf("read queue migrations: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	return nil
}
