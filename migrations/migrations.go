// Package migrations holds the schema of both databases as numbered SQL
// files for goose. It holds nothing else: opening a database and running the
// files is the store's business.
package migrations

import "embed"

// Postgres holds the files for PostgreSQL 15 and newer, below "postgres".
//
//go:embed postgres/*.sql
var Postgres embed.FS

// SQLite holds the files for SQLite 3.51.3 and newer, below "sqlite".
//
//go:embed sqlite/*.sql
var SQLite embed.FS
