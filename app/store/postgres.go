package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// minPostgres is the oldest server tried, as server_version_num has it.
const minPostgres = 150000

func openPostgres(ctx context.Context, url string) (*Store, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the database URL: %w", err) // pgx masks the password
	}
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	cfg.ConnConfig.RuntimeParams["application_name"] = "jahorina"
	cfg.AfterConnect = readUTC
	if cfg.MaxConns < 8 {
		cfg.MaxConns = 8
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	app := stdlib.OpenDBFromPool(pool)
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: app}), gormConfig())
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return &Store{DB: db, dialect: postgresDialect, sql: app, pool: pool}, nil
}

// readUTC makes times come back in UTC, as they were written; the driver's own
// choice is the zone of the machine.
func readUTC(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	return nil
}

func (s *Store) selfTest(ctx context.Context) error {
	if s.dialect == sqliteDialect {
		return s.testSQLite(ctx)
	}
	var version int
	var sync string
	if err := s.sql.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int, current_setting('synchronous_commit')").Scan(&version, &sync); err != nil {
		return err
	}
	if version < minPostgres {
		return fmt.Errorf("PostgreSQL %d is too old; 15 or newer is needed", version/10000)
	}
	if sync == "off" {
		return fmt.Errorf("synchronous_commit is off: what was acknowledged could be lost")
	}
	return nil
}
