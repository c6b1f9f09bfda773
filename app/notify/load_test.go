package notify

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
)

// BenchmarkFiveHundred opens a consultation to 500 organisations and measures
// how long the queue keeps each delivery waiting: with nothing else to do, and
// while eight people each write some forty times a second.
func BenchmarkFiveHundred(b *testing.B) {
	databases := map[string]func(testing.TB) string{
		"sqlite":   func(b testing.TB) string { return migrated(b, apptest.SQLite(b)) },
		"postgres": func(b testing.TB) string { return apptest.PostgresFrom(b, "testbed", testbed.Migrate) },
	}
	for _, name := range slices.Sorted(maps.Keys(databases)) {
		for _, writers := range []int{0, 8} {
			b.Run(fmt.Sprintf("%s/writers=%d", name, writers), func(b *testing.B) {
				for b.Loop() {
					b.StopTimer()
					r := rigged(b, testbed.Open(b, databases[name](b)))
					c := invitedMany(r.Bed, 500)
					r.Clock.Set(c.OpensAt)
					stop := r.busy(writers)
					b.StartTimer()
					r.Tick()
					r.settle()
					b.StopTimer()
					stop()
					r.report(b)
					b.StartTimer()
				}
			})
		}
	}
}

func (r *rig) report(b *testing.B) {
	if n := len(r.arrived("invited")); n != 500 {
		b.Fatalf("%d invitations arrived", n)
	}
	waits := r.waits.of("deliver")
	b.ReportMetric(float64(waits[len(waits)/2].Milliseconds()), "p50-ms")
	b.ReportMetric(float64(waits[len(waits)*99/100].Milliseconds()), "p99-ms")
}

// busy lets so many people write until stop is called.
func (r *rig) busy(writers int) (stop func()) {
	done := make(chan struct{})
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			pace := time.NewTicker(25 * time.Millisecond)
			defer pace.Stop()
			for {
				select {
				case <-done:
					return
				case <-pace.C:
				}
				err := r.Write(r.Official, func(tx *workflows.Tx) error {
					return tx.Record(workflows.Entry{State: testbed.State, Action: "edit", Object: "organisation"})
				})
				if err != nil {
					r.t.Errorf("a busy writer: %v", err)
					return
				}
			}
		})
	}
	return func() { close(done); all.Wait() }
}

func migrated(b testing.TB, url string) string {
	b.Helper()
	if err := testbed.Migrate(url); err != nil {
		b.Fatal(err)
	}
	return url
}

// waits gathers how long jobs waited, by kind.
type waits struct {
	mu   sync.Mutex
	kind map[string][]time.Duration
}

func (w *waits) note(kind string, d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.kind == nil {
		w.kind = map[string][]time.Duration{}
	}
	w.kind[kind] = append(w.kind[kind], d)
}

// of are those of the kind, the shortest first.
func (w *waits) of(kind string) []time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(slices.Values(w.kind[kind]))
}

func invitedMany(b *testbed.Bed, n int) *consultation.Consultation {
	orgs := make([]stakeholder.Organisation, n)
	b.Do(b.Admin, func(tx *workflows.Tx) error {
		for i := range orgs {
			o, err := stakeholder.CreateOrganisation(tx, stakeholder.NewOrganisation{
				State: testbed.State, Name: fmt.Sprintf("Organisation %03d", i), Sector: "industry", Email: fmt.Sprintf("o%03d@a.example", i),
			})
			if err != nil {
				return err
			}
			orgs[i] = *o
		}
		return nil
	})
	return b.Bring(b.Consultation(b.New(b.Draft(testbed.Text).ID), orgs...), consultation.Scheduled)
}
