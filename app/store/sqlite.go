package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
)

// minSQLite is the first release without the WAL-reset corruption fault.
// https://sqlite.org/wal.html#walresetbug
const minSQLite = "3.51.3"

// sqliteOptions: writers take their turn at BEGIN instead of failing half-way
// (a deferred transaction that turns into a writer is refused at once when
// another got there first); an acknowledged commit is on the disk; foreign keys
// hold on every connection; what REPLACE removes is guarded by triggers like
// any other row. _time_format must never be added: it silently disables _txlock
// in this driver.
const sqliteOptions = "?_txlock=immediate" +
	"&_pragma=busy_timeout(10000)" +
	"&_pragma=journal_mode(WAL)" +
	"&_pragma=synchronous(FULL)" +
	"&_pragma=foreign_keys(1)" +
	"&_pragma=recursive_triggers(1)"

// sqliteReaders are the connections that only read.
const sqliteReaders = 8

func openSQLite(path string) (*Store, error) {
	if path == "" {
		return nil, fmt.Errorf(`"sqlite:" needs a path`)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the database's folder: %w", err)
	}
	dsn := "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path) + sqliteOptions
	readers, err := sql.Open(sqlite.DriverName, dsn)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	readers.SetMaxOpenConns(sqliteReaders)
	writer, err := sql.Open(sqlite.DriverName, dsn)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	writer.SetMaxOpenConns(1)
	db, err := gorm.Open(sqlite.Dialector{DriverName: sqlite.DriverName, Conn: turns{readers, writer}}, gormConfig())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return &Store{DB: db, dialect: sqliteDialect, sql: readers, writer: writer}, nil
}

// turns lets all writers, the queue among them, wait for one connection, in the
// order they came. Left to SQLite they would poll for its lock, and under load
// some would never get it. Whoever holds a transaction must not ask for
// another: they would wait for themselves.
type turns struct{ readers, writer *sql.DB }

func (t turns) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return t.writer.PrepareContext(ctx, query)
}

func (t turns) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.writer.ExecContext(ctx, query, args...)
}

func (t turns) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.readers.QueryContext(ctx, query, args...)
}

func (t turns) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return t.readers.QueryRowContext(ctx, query, args...)
}

func (t turns) BeginTx(ctx context.Context, opts *sql.TxOptions) (*sql.Tx, error) {
	return t.writer.BeginTx(ctx, opts)
}

func (s *Store) testSQLite(ctx context.Context) error {
	var version string
	if err := s.sql.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return err
	}
	if versionLess(version, minSQLite) {
		return fmt.Errorf("SQLite %s has a fault that can corrupt the file; %s or newer is needed", version, minSQLite)
	}
	var keys, sync int
	if err := s.sql.QueryRowContext(ctx, "SELECT foreign_keys FROM pragma_foreign_keys").Scan(&keys); err != nil {
		return err
	}
	if err := s.sql.QueryRowContext(ctx, "SELECT synchronous FROM pragma_synchronous").Scan(&sync); err != nil {
		return err
	}
	if keys != 1 || sync != 2 {
		return fmt.Errorf("foreign_keys=%d synchronous=%d, want 1 and 2", keys, sync)
	}
	return s.testImmediate(ctx)
}

// testImmediate makes sure that BEGIN takes the write lock: a second writer
// must be kept out while the first has only begun.
func (s *Store) testImmediate(ctx context.Context) error {
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	conn, err := s.sql.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "BEGIN IMMEDIATE")
	if _, restore := conn.ExecContext(ctx, "PRAGMA busy_timeout = 10000"); restore != nil {
		return restore
	}
	if err == nil {
		_, _ = conn.ExecContext(ctx, "ROLLBACK")
		return fmt.Errorf("transactions do not take the write lock when they begin")
	}
	return nil
}

func versionLess(a, b string) bool {
	var x, y [3]int
	fmt.Sscanf(a, "%d.%d.%d", &x[0], &x[1], &x[2])
	fmt.Sscanf(b, "%d.%d.%d", &y[0], &y[1], &y[2])
	for i := range x {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return false
}
