// Package testbed is a whole installation without its entrances, for tests:
// database, policies, signer, engine and a clock that the test sets. Its
// builders go through the workflows like any entrance, so what they make is
// what the program would have made; they write no row of their own.
//
// It refuses to be part of the program: only _test files import it.
package testbed

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jahorina/app/apptest"
	"jahorina/app/store"
	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/coverage"
	"jahorina/workflows/duty"
	"jahorina/workflows/moderation"
	"jahorina/workflows/plan"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/work"
)

// State is the code of the one state a bed begins with.
const State = "BA"

// T is what a bed needs of a test; *testing.T, *testing.B and *rapid.T have it.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
}

// Bed is an installation with one state and the people who run it.
type Bed struct {
	Store  *store.Store
	Engine *workflows.Engine
	Clock  *Clock

	Admin, Official, Second, Reviewer, OtherReviewer, Auditor workflows.Actor

	t T
}

// Clock is a clock that moves only when told. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock to the instant, back as well.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = at
}

// Add moves the clock on.
func (c *Clock) Add(d time.Duration) { c.Set(c.Now().Add(d)) }

// Start is where the clock of every bed stands at first.
var Start = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// Each runs the test on a bed of each database, as subtests "sqlite" and
// "postgres".
func Each(t *testing.T, test func(t *testing.T, b *Bed)) {
	t.Helper()
	apptest.EachDatabase(t, "testbed", Migrate, func(t *testing.T, url string) { test(t, Open(t, url)) })
}

// Property checks the property on a bed of each database. prepare makes, once
// for each, what all runs share. -rapid.checks says how many runs on SQLite
// (100); PostgreSQL has a third. A failure prints its seed.
func Property[S any](t *testing.T, prepare func(*Bed) S, property func(*rapid.T, *Bed, S)) {
	t.Helper()
	checks := flag.Lookup("rapid.checks").Value
	asked := checks.String()
	if err := flag.Set("rapid.nofailfile", "true"); err != nil { // the seed will do
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = checks.Set(asked) })
	Each(t, func(t *testing.T, b *Bed) {
		n, err := strconv.Atoi(asked)
		if err != nil {
			t.Fatal(err)
		}
		if b.Store.Dialect() == "postgres" {
			n = (n + 2) / 3
		}
		if err := checks.Set(strconv.Itoa(n)); err != nil {
			t.Fatal(err)
		}
		shared := prepare(b)
		rapid.Check(t, func(r *rapid.T) { property(r, b.With(r), shared) })
	})
}

// Migrate brings the database's schema up to date, with the register of
// obligations that ships with the program.
func Migrate(url string) error {
	s, err := store.Open(context.Background(), url)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.MigrateUp(context.Background()); err != nil {
		return err
	}
	engine, err := engineOn(s, func() time.Time { return Start })
	if err != nil {
		return err
	}
	_, err = coverage.Load(context.Background(), engine)
	return err
}

func engineOn(s *store.Store, now func() time.Time) (*workflows.Engine, error) {
	policy, err := policies.Load()
	if err != nil {
		return nil, err
	}
	signer, err := workflows.NewSigner(make([]byte, workflows.SecretSize), "test.example")
	if err != nil {
		return nil, err
	}
	return workflows.NewEngine(s.DB, policy, s, signer, now), nil
}

// Open makes a bed on a migrated database that is empty.
func Open(t testing.TB, url string) *Bed {
	t.Helper()
	s, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatalf("open %s: %v", url, err)
	}
	t.Cleanup(func() { s.Close() })
	b := &Bed{Store: s, Clock: &Clock{now: Start}, t: t}
	if b.Engine, err = engineOn(s, b.Clock.Now); err != nil {
		t.Fatal(err)
	}
	b.settle()
	return b
}

// settle makes the state and its people.
func (b *Bed) settle() {
	b.Do(workflows.Operator(), func(tx *workflows.Tx) error {
		_, err := stakeholder.CreateState(tx, State, "Testland", "en")
		return err
	})
	b.Admin = b.Person("Admin", "administrator", "")
	b.Official = b.Person("Official", "official", "")
	b.Second = b.Person("Second Official", "official", "")
	b.Reviewer = b.Person("Reviewer", "reviewer", "")
	b.OtherReviewer = b.Person("Other Reviewer", "reviewer", "")
	b.Auditor = b.Person("Auditor", "auditor", "")
}

// With is the same installation for another test, which its builders then
// fail: a subtest, or a run of a property.
func (b *Bed) With(t T) *Bed {
	other := *b
	other.t = t
	return &other
}

// Write runs fn in one transaction.
func (b *Bed) Write(by workflows.Actor, fn func(*workflows.Tx) error) error {
	return b.Engine.Write(context.Background(), by, fn)
}

// Do is Write that must succeed.
func (b *Bed) Do(by workflows.Actor, fn func(*workflows.Tx) error) {
	b.t.Helper()
	if err := b.Write(by, fn); err != nil {
		b.t.Fatalf("%s: %v", by.Name, err)
	}
}

// Read is a handle for queries.
func (b *Bed) Read(by workflows.Actor) *workflows.Tx {
	return b.Engine.Read(context.Background(), by)
}

// Tick does what the clock calls for.
func (b *Bed) Tick() {
	b.t.Helper()
	if err := errors.Join(consultation.Tick(context.Background(), b.Engine), review.Tick(context.Background(), b.Engine), moderation.Tick(context.Background(), b.Engine), work.Tick(context.Background(), b.Engine), plan.Tick(context.Background(), b.Engine), duty.Tick(context.Background(), b.Engine)); err != nil {
		b.t.Fatalf("tick: %v", err)
	}
}

// Count is the number of rows the query finds in the table.
func (b *Bed) Count(table, where string, args ...any) int {
	b.t.Helper()
	var n int64
	if err := b.Store.DB.Table(table).Where(where, args...).Count(&n).Error; err != nil {
		b.t.Fatalf("count %s: %v", table, err)
	}
	return int(n)
}

// Jobs is the number of jobs of the kind in the queue, whatever their state.
func (b *Bed) Jobs(kind string) int { return b.Count("river_job", "kind = ?", kind) }

// Trail is the record of a consultation, oldest first ("" for what belongs to
// none).
func (b *Bed) Trail(consultationID string) []workflows.Entry {
	b.t.Helper()
	var out []workflows.Entry
	if err := b.Store.DB.Where("consultation_id = ?", consultationID).Order("seq").Find(&out).Error; err != nil {
		b.t.Fatalf("read the record: %v", err)
	}
	return out
}

func must[A any](b *Bed, by workflows.Actor, fn func(*workflows.Tx) (A, error)) A {
	b.t.Helper()
	var out A
	b.Do(by, func(tx *workflows.Tx) (err error) {
		out, err = fn(tx)
		return err
	})
	return out
}

func address(name, domain string) string {
	return fmt.Sprintf("%x@%s.example", name, domain)
}

// Together runs fn once for each actor, in as many transactions at once (at
// most 8, what the pool holds), and returns how each ended. On PostgreSQL all of
// them have begun before any goes on. SQLite lets one write at a time: there all
// are at the door when the first begins.
func (b *Bed) Together(by []workflows.Actor, fn func(i int, tx *workflows.Tx) error) []error {
	var wg, ready sync.WaitGroup
	ready.Add(len(by))
	meet := func() { ready.Done(); ready.Wait() }
	errs := make([]error, len(by))
	for i, actor := range by {
		wg.Go(func() {
			if b.Store.Dialect() == "sqlite" {
				meet()
			}
			errs[i] = b.Write(actor, func(tx *workflows.Tx) error {
				if b.Store.Dialect() == "postgres" {
					meet()
				}
				return fn(i, tx)
			})
		})
	}
	wg.Wait()
	return errs
}
