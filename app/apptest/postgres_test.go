package apptest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// unused makes a template's name of a word: with -count tests run again in the
// same process, where the first run's templates are still there.
func unused(word string) string {
	return fmt.Sprintf("%s_%d", word, time.Now().UnixNano())
}

func TestEachPostgresIsItsOwnEmptyDatabase(t *testing.T) {
	first, second := connect(t, Postgres(t)), connect(t, Postgres(t))
	if _, err := first.Exec(t.Context(), "CREATE TABLE note (text TEXT)"); err != nil {
		t.Fatal(err)
	}
	var tables int
	const count = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
	if err := second.QueryRow(t.Context(), count).Scan(&tables); err != nil || tables != 0 {
		t.Fatalf("second database has %d tables, error %v; want none", tables, err)
	}
}

func TestDatabaseIsDroppedAfterItsTest(t *testing.T) {
	var address string
	t.Run("test", func(t *testing.T) { address = Postgres(t) })
	if address == "" {
		t.Skip("the subtest was left out")
	}
	if conn, err := pgx.Connect(t.Context(), address); err == nil {
		_ = conn.Close(t.Context())
		t.Fatalf("%s is still there", address)
	}
}

func TestTemplateIsMadeOnceAndCopied(t *testing.T) {
	template := unused("once")
	calls := 0
	migrate := func(url string) error {
		calls++
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			return err
		}
		// Left open on purpose: a forgotten pool must not stop the copying.
		_, err = conn.Exec(t.Context(), "CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('kept')")
		return err
	}
	for range 2 {
		conn := connect(t, PostgresFrom(t, template, migrate))
		var text string
		if err := conn.QueryRow(t.Context(), "DELETE FROM note RETURNING text").Scan(&text); err != nil || text != "kept" {
			t.Fatalf("copy has %q, error %v", text, err)
		}
	}
	if calls != 1 {
		t.Errorf("migrate ran %d times, want once", calls)
	}
}

func TestFailedTemplateIsNotTriedAgain(t *testing.T) {
	c := needCluster(t)
	broken, template := errors.New("broken migration"), unused("broken")
	calls := 0
	for range 2 {
		err := c.template(t.Context(), template, func(string) error { calls++; return broken })
		if !errors.Is(err, broken) {
			t.Errorf("got %v, want the migration's error", err)
		}
	}
	if calls != 1 {
		t.Errorf("migrate ran %d times, want once", calls)
	}
}

func TestEachDatabaseRunsBoth(t *testing.T) {
	migrated := map[string]bool{}
	var schemes []string
	EachDatabase(t, unused("both"), func(url string) error {
		migrated[scheme(url)] = true
		return nil
	}, func(t *testing.T, url string) {
		if !migrated[scheme(url)] {
			t.Errorf("%s was not migrated", url)
		}
		schemes = append(schemes, scheme(url))
	})
	got := strings.Join(schemes, " ")
	if got != "sqlite postgres" && got != "sqlite" {
		t.Errorf("ran on %q", got)
	}
}

func scheme(address string) string {
	before, _, _ := strings.Cut(address, ":")
	return before
}

func TestClusterOutlivesTheCollector(t *testing.T) {
	address := Postgres(t)
	for range 3 {
		runtime.GC()
	}
	if err := connect(t, address).Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestForeignClusterIsRefused(t *testing.T) {
	err := (&cluster{port: needCluster(t).port, data: "/another/cluster"}).check()
	if err == nil || !strings.Contains(err.Error(), "not the own cluster") {
		t.Fatalf("got %v, want a refusal", err)
	}
}
