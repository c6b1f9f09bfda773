package apptest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// clusterScript makes a cluster, starts it and prints its directory; when the
// test process is gone it stops the server and removes the directory. Nothing
// in it survives a crash, so nothing waits for the disk. The server's time zone
// is far from UTC, so that a time without a zone shows.
//
// It lives in /tmp, not in TMPDIR: the account that runs the server may not
// enter the latter, and a socket's path is limited to 107 bytes.
const clusterScript = `
trap '' HUP INT TERM
dir=$(mktemp -d /tmp/apptest-pg.XXXXXX) || exit 1
options="-p $PG_PORT -k $dir -c listen_addresses=127.0.0.1 -c max_connections=200
  -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c timezone=Asia/Tokyo"
if "$PG_BIN/initdb" -D "$dir/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/log" 2>&1 &&
   "$PG_BIN/pg_ctl" -D "$dir/data" -l "$dir/log" -o "$options" -w -t 60 start >>"$dir/log" 2>&1
then
  echo "$dir/data"
  cat >/dev/null
  "$PG_BIN/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1
else
  tail -n 5 "$dir/log" | tr '\n' ' '
fi
rm -rf "$dir"
`

// A cluster is a running PostgreSQL server that only this process knows of.
type cluster struct {
	port      int
	data      string // directory
	life      tether
	databases atomic.Int64

	mu        sync.Mutex
	templates map[string]error // by name: how making it ended
}

var ownCluster = sync.OnceValues(startCluster)

// Postgres returns the URL of a fresh, empty PostgreSQL database, dropped when
// the test ends. The first call in a process starts the cluster (0.5 s).
func Postgres(t testing.TB) string {
	t.Helper()
	c := needCluster(t)
	return c.database(t, "template0")
}

// PostgresFrom is [Postgres] with a database that is a copy of a template, which
// migrate makes once in a process for each template name: letters, digits and
// underscores. Copying takes 50 ms however many migrations there are. What
// migrate leaves connected is cut off.
func PostgresFrom(t testing.TB, template string, migrate func(url string) error) string {
	t.Helper()
	c := needCluster(t)
	if err := c.template(t.Context(), template, migrate); err != nil {
		t.Fatalf("make template database %s: %v", template, err)
	}
	return c.database(t, "template_"+template)
}

// SQLite returns the URL of a database file that does not exist yet, in a
// directory removed when the test ends.
func SQLite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "app.db")
}

// EachDatabase runs the test on a fresh database of each kind, both made by
// migrate, as subtests "sqlite" and "postgres". The template is named as for
// [PostgresFrom].
func EachDatabase(t *testing.T, template string, migrate func(url string) error, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		url := SQLite(t)
		if err := migrate(url); err != nil {
			t.Fatalf("migrate %s: %v", url, err)
		}
		test(t, url)
	})
	t.Run("postgres", func(t *testing.T) {
		test(t, PostgresFrom(t, template, migrate))
	})
}

func needCluster(t testing.TB) *cluster {
	t.Helper()
	c, err := ownCluster()
	need(t, "PostgreSQL", "postgresql", err)
	return c
}

// startCluster tries several ports, since another process may take a free port
// before the server does.
func startCluster() (*cluster, error) {
	bin, err := postgresPrograms()
	if err != nil {
		return nil, err
	}
	account, err := postgresAccount()
	if err != nil {
		return nil, err
	}
	for range 5 {
		c := &cluster{templates: map[string]error{}}
		if c.port, err = freePort(); err != nil {
			return nil, err
		}
		c.data, c.life, err = tie(account, clusterScript, "PG_BIN="+bin, fmt.Sprintf("PG_PORT=%d", c.port))
		if err != nil {
			continue
		}
		return c, c.check()
	}
	return nil, err
}

// check refuses a server that is not the one just started, before anything is
// written to it.
func (c *cluster) check() error {
	return c.admin(context.Background(), func(ctx context.Context, conn *pgx.Conn) error {
		var served string
		if err := conn.QueryRow(ctx, "SHOW data_directory").Scan(&served); err != nil {
			return err
		}
		if served != c.data {
			return fmt.Errorf("port %d serves %s, not the own cluster %s", c.port, served, c.data)
		}
		return nil
	})
}

func (c *cluster) url(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", c.port, database)
}

func (c *cluster) admin(ctx context.Context, do func(context.Context, *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.url("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return do(ctx, conn)
}

func (c *cluster) exec(ctx context.Context, statements ...string) error {
	return c.admin(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		for _, statement := range statements {
			if _, err := conn.Exec(ctx, statement); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		return nil
	})
}

func (c *cluster) database(t testing.TB, template string) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", c.databases.Add(1))
	if err := c.exec(t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The test's own context is over by now.
		if err := c.exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return c.url(name)
}

// template makes the template once. A failure is kept too: trying again on half
// a database would hide the first error behind a second.
func (c *cluster) template(ctx context.Context, name string, migrate func(url string) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err, made := c.templates[name]
	if !made {
		err = c.makeTemplate(ctx, "template_"+name, migrate)
		c.templates[name] = err
	}
	return err
}

func (c *cluster) makeTemplate(ctx context.Context, name string, migrate func(url string) error) error {
	if err := c.exec(ctx, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return err
	}
	if err := migrate(c.url(name)); err != nil {
		return err
	}
	// A database with connections cannot be copied.
	return c.exec(ctx,
		"ALTER DATABASE "+name+" ALLOW_CONNECTIONS false",
		"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '"+name+"'")
}

// postgresPrograms finds the directory of initdb and pg_ctl: Debian keeps them
// off the PATH, one directory for each version.
func postgresPrograms() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	slices.SortFunc(found, func(a, b string) int { return strings.Compare(b, a) })
	if onPath, err := exec.LookPath("initdb"); err == nil {
		found = append([]string{onPath}, found...)
	}
	for _, initdb := range found {
		if _, err := os.Stat(filepath.Join(filepath.Dir(initdb), "pg_ctl")); err == nil {
			return filepath.Dir(initdb), nil
		}
	}
	return "", fmt.Errorf("initdb and pg_ctl: %w", errMissing)
}

// postgresAccount names the account for the server, which refuses to run as
// root; "" is the own one.
func postgresAccount() (string, error) {
	if os.Geteuid() != 0 {
		return "", nil
	}
	if _, err := user.Lookup("postgres"); err != nil {
		return "", fmt.Errorf("account postgres: %w", errMissing)
	}
	return "postgres", nil
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
