package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
	"jahorina/app/store"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
)

func open(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestOpenRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, url := range []string{"", "mysql://localhost/x", "sqlite:", "postgres://127.0.0.1:1/x?connect_timeout=1"} {
		if s, err := store.Open(t.Context(), url); err == nil {
			s.Close()
			t.Errorf("%q was opened", url)
		}
	}
}

// Replicas that start together on an empty database all come up, and each
// migration has run once. Two rounds, since it is a race.
func TestReplicasMigrateTogether(t *testing.T) {
	for range 2 {
		url := apptest.Postgres(t)
		const replicas = 4
		errs := make([]error, replicas)
		var wg sync.WaitGroup
		for i := range replicas {
			s := open(t, url)
			wg.Go(func() { errs[i] = s.MigrateUp(t.Context()) })
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
}

// Every migration can be taken back from a database in use and applied again,
// and what comes out is the same schema.
func TestMigrateUpDownUp(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s, before := b.Store, describe(t, b.Store)
		all, err := s.Migrations(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for range all {
			if err := s.MigrateDown(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if left := tablesOf(t, s); len(left) != 0 {
			t.Errorf("tables left after all was taken back: %v", left)
		}
		if err := s.MigrateDown(t.Context()); err != nil {
			t.Errorf("taking back nothing: %v", err)
		}
		if err := s.MigrateUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after := describe(t, s); after != before {
			t.Errorf("schema differs after down and up:\n%s\n%s", before, after)
		}
		again, err := s.Migrations(t.Context())
		if err != nil || slices.ContainsFunc(again, func(m store.MigrationStatus) bool { return !m.Applied }) {
			t.Errorf("not all are applied: %v, %v", again, err)
		}
	})
}

func describe(t *testing.T, s *store.Store) string {
	t.Helper()
	var out strings.Builder
	for _, table := range tablesOf(t, s) {
		fmt.Fprintln(&out, table, columnsOf(t, s, table)) // maps print in order
	}
	return out.String()
}

// Evidence cannot be changed or removed, whoever asks.
func TestEvidenceIsAppendOnly(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Chemical Industry", "industry")
		c := b.At(consultation.Open, org)
		b.Submit(b.ByLink(c, org), c, testbed.Comment("", "A comment."))
		b.Do(b.Official, func(tx *workflows.Tx) error {
			held, err := consultation.Hold(tx, c.ID, false)
			if err != nil {
				return err
			}
			return consultation.Transition(tx, held, consultation.Extend, consultation.Input{Reason: "asked for", ClosesAt: c.ClosesAt.Add(time.Hour)})
		})
		b.Bring(held(t, b, c.ID), consultation.Published)
		for table, column := range map[string]string{
			"audit_entries": "reason", "submission_versions": "content", "decisions": "reason", "responses": "content", "extensions": "reason", "obligation_versions": "changed_by",
		} {
			rows := b.Count(table, "1 = 1")
			if rows == 0 {
				t.Fatalf("%s has no row to try", table)
			}
			changed := map[string]string{
				"UPDATE": fmt.Sprintf("UPDATE %s SET %s = 'forged'", table, column),
				"DELETE": "DELETE FROM " + table,
			}
			if b.Store.Dialect() == "postgres" {
				changed["TRUNCATE"] = "TRUNCATE " + table + " CASCADE"
			} else {
				changed["REPLACE"] = fmt.Sprintf("INSERT OR REPLACE INTO %s SELECT * FROM %s", table, table)
			}
			for what, statement := range changed {
				if err := b.Store.DB.Exec(statement).Error; err == nil || !strings.Contains(err.Error(), "append-only") {
					t.Errorf("%s %s: %v", what, table, err)
				}
			}
			if b.Count(table, "1 = 1") != rows || b.Count(table, column+" = 'forged'") != 0 {
				t.Errorf("%s was changed", table)
			}
		}
	})
}

func held(t *testing.T, b *testbed.Bed, id string) *consultation.Consultation {
	t.Helper()
	c, err := consultation.Get(b.Read(b.Official), id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A time of any zone comes back as the same instant, in UTC, and times of
// different zones sort as instants do.
func TestTimesAreUTC(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	local := time.Local
	time.Local = tokyo
	t.Cleanup(func() { time.Local = local })
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		draft := b.Draft(testbed.Text)
		at := time.Date(2026, time.July, 1, 3, 0, 0, 123_456_789, tokyo) // 30 June, 18:00 UTC
		var ids []string
		for _, zone := range []*time.Location{tokyo, time.UTC, time.FixedZone("", -9*3600)} {
			in := b.New(draft.ID)
			in.OpensAt, in.ClosesAt = at.In(zone), at.Add(time.Hour).In(zone)
			c := b.Consultation(in)
			ids = append(ids, c.ID)
			got := held(t, b, c.ID)
			if want := workflows.UTC(at); !got.OpensAt.Equal(want) || got.OpensAt.Format(time.RFC3339Nano) != want.Format(time.RFC3339Nano) {
				t.Errorf("stored in %v: got %v, want %v", zone, got.OpensAt, want)
			}
			at = at.Add(time.Second)
		}
		var order []string
		if err := b.Store.DB.Table("consultations").Order("opens_at").Pluck("id", &order).Error; err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(order, ids) {
			t.Errorf("order %v, want %v", order, ids)
		}
		if n := b.Count("consultations", "opens_at < ?", workflows.UTC(at.Add(-time.Second))); n != 2 {
			t.Errorf("%d before the third, want 2", n)
		}
	})
}

// What a connection was asked for holds on every connection of the pool.
func TestEverySQLiteConnection(t *testing.T) {
	s := open(t, apptest.SQLite(t))
	if err := s.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 8 {
		conn, err := s.SQL().Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close() // all of them are open at once, so each is another
		for pragma, want := range map[string]string{
			"foreign_keys": "1", "synchronous": "2", "journal_mode": "wal", "busy_timeout": "10000", "recursive_triggers": "1",
		} {
			var got string
			if err := conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s = %s, %v; want %s", pragma, got, err, want)
			}
		}
	}
}

func TestForeignKeysHold(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		err := b.Write(b.Admin, func(tx *workflows.Tx) error {
			return tx.Insert(&strategy.Strategy{ID: workflows.NewID(), StateCode: "XX", Title: "Orphan", CreatedAt: tx.Now})
		})
		if err == nil || b.Count("strategies", "state_code = 'XX'") != 0 {
			t.Errorf("a strategy of a state that does not exist was stored: %v", err)
		}
	})
}
