package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
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

// MigrateUp applies what is missing, the queue's tables included. Replicas that
// start together take turns.
func (s *Store) MigrateUp(ctx context.Context) error {
	return s.alone(ctx, func(p *goose.Provider) error {
		if _, err := p.Up(ctx); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		return s.migrateQueue(ctx)
	})
}

// MigrateDown takes back the newest migration.
func (s *Store) MigrateDown(ctx context.Context) error {
	return s.alone(ctx, func(p *goose.Provider) error {
		if _, err := p.Down(ctx); err != nil && !errors.Is(err, goose.ErrNoNextVersion) {
			return fmt.Errorf("migrate down: %w", err)
		}
		return nil
	})
}

// migrationLock is the key of the advisory lock that replicas take turns by;
// any number will do that nothing else in the database uses.
const migrationLock = 7_465_103_811

// alone runs migrations while no other replica does. The lock belongs to one
// connection and goes with it, however the process ends. An SQLite file has one
// process.
func (s *Store) alone(ctx context.Context, migrate func(*goose.Provider) error) error {
	p, err := s.migrator()
	if err != nil {
		return err
	}
	if s.dialect != postgresDialect {
		return migrate(p)
	}
	conn, err := s.sql.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect to migrate: %w", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", migrationLock); err != nil {
		return fmt.Errorf("wait for the migration lock: %w", err)
	}
	err = migrate(p)
	if _, unlock := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", migrationLock); unlock != nil {
		err = errors.Join(err, fmt.Errorf("give back the migration lock: %w", unlock))
	}
	return err
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
	files, dialect := fs.FS(migrations.SQLite), goose.DialectSQLite3
	if s.dialect == postgresDialect {
		files, dialect = migrations.Postgres, goose.DialectPostgres
	}
	dir, err := fs.Sub(files, string(s.dialect))
	if err != nil {
		return nil, err
	}
	p, err := goose.NewProvider(dialect, s.sql, dir)
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
		m, err = rivermigrate.New(riversqlite.New(s.writer), nil)
	}
	if err != nil {
		return fmt.Errorf("read queue migrations: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	return nil
}
