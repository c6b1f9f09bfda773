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
// how long the queue keeps each delivery waiting, and when all mail has arrived.
func BenchmarkFiveHundred(b *testing.B) {
	databases := map[string]func() string{
		"sqlite":   func() string { return migrated(b, apptest.SQLite(b)) },
		"postgres": func() string { return apptest.PostgresFrom(b, "testbed", testbed.Migrate) },
	}
	for _, name := range slices.Sorted(maps.Keys(databases)) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				bed := testbed.Open(b, databases[name]())
				c := invitedMany(bed, 500)
				r := rigged(b, bed)
				bed.Clock.Set(c.OpensAt)
				b.StartTimer()
				bed.Tick()
				r.settle()
				waits := r.waits.of("deliver")
				if len(r.arrived("invited")) != 500 {
					b.Fatalf("%d invitations arrived", len(r.arrived("invited")))
				}
				b.ReportMetric(float64(waits[len(waits)/2].Milliseconds()), "p50-ms")
				b.ReportMetric(float64(waits[len(waits)*99/100].Milliseconds()), "p99-ms")
			}
		})
	}
}

func migrated(b *testing.B, url string) string {
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
