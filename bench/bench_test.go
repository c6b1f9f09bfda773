// Package bench measures what a submission costs: its commit on both
// databases, with one and with sixteen writers, the job that goes with it, and
// a policy check. Figures of one run on one machine say little by themselves;
// the ratios between them are what to watch.
package bench

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jahorina/app/apptest"
	"jahorina/app/apptest/testbed"
	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// bed opens an installation on the kind of database.
func bed(b *testing.B, kind string) *testbed.Bed {
	b.Helper()
	if kind == "postgres" {
		return testbed.Open(b, apptest.PostgresFrom(b, "testbed", testbed.Migrate))
	}
	url := apptest.SQLite(b)
	if err := testbed.Migrate(url); err != nil {
		b.Fatal(err)
	}
	return testbed.Open(b, url)
}

// BenchmarkSubmit: whole submissions of three comments, receipt, record and job
// included, in a second; and how long one takes to be acknowledged. The test's
// PostgreSQL does not wait for the disk, SQLite does.
func BenchmarkSubmit(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		for _, writers := range []int{1, 16} {
			b.Run(fmt.Sprintf("%s/writers=%d", kind, writers), func(b *testing.B) { submit(b, kind, writers) })
		}
	}
}

func submit(b *testing.B, kind string, writers int) {
	x := bed(b, kind)
	c := x.At(consultation.Open)
	respondents := respond(b, x, c, b.N)
	comment := testbed.Comment(x.Provision(c.DraftID, "1.1").ID, "A comment of a length that people write, with a reason and a wish.")
	in := submission.Content{Comments: []submission.NewComment{comment, comment, comment}}
	parallel(b, writers, func(i int) error {
		return x.Write(respondents[i], func(tx *workflows.Tx) error {
			own := in
			own.Comments = slices.Clone(in.Comments)
			_, err := submission.Save(tx, c.ID, own, true)
			return err
		})
	})
}

// respond makes n confirmed respondents of a public consultation.
func respond(b *testing.B, x *testbed.Bed, c *consultation.Consultation, n int) []workflows.Actor {
	b.Helper()
	out := make([]workflows.Actor, n)
	x.Do(workflows.Operator(), func(tx *workflows.Tx) error {
		for i := range out {
			r := &consultation.Respondent{ID: workflows.NewID(), ConsultationID: c.ID, Name: "R", Sector: "academia", Language: "en", ConfirmedAt: &tx.Now, CreatedAt: tx.Now}
			if err := tx.Insert(r); err != nil {
				return err
			}
			a, _, err := consultation.RespondentActor(tx, r.ID)
			if err != nil {
				return err
			}
			out[i] = a
		}
		return nil
	})
	return out
}

// commit is the smallest change, an organisation with its entry in the record,
// with a job in the same transaction or without.
func commit(x *testbed.Bed, job bool) func(i int) error {
	return func(i int) error {
		return x.Write(x.Admin, func(tx *workflows.Tx) error {
			in := stakeholder.NewOrganisation{State: testbed.State, Name: fmt.Sprint(job, i), Sector: "industry", Email: "a@b.example"}
			if _, err := stakeholder.CreateOrganisation(tx, in); err != nil || !job {
				return err
			}
			return tx.Enqueue(workflows.Announcement{Event: "bench", ID: "x", At: tx.Now})
		})
	}
}

// BenchmarkCommit: how long the smallest change takes to be acknowledged.
func BenchmarkCommit(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		for _, job := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/job=%v", kind, job), func(b *testing.B) { parallel(b, 1, commit(bed(b, kind), job)) })
		}
	}
}

// BenchmarkRatio: the same changes in turns, so that whatever else the machine
// does weighs on both sides; the ratio is that of the medians.
func BenchmarkRatio(b *testing.B) {
	b.Run("postgres to sqlite", func(b *testing.B) { ratio(b, commit(bed(b, "postgres"), true), commit(bed(b, "sqlite"), true)) })
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run("job to none on "+kind, func(b *testing.B) {
			x := bed(b, kind)
			ratio(b, commit(x, true), commit(x, false))
		})
	}
}

func ratio(b *testing.B, over, under func(i int) error) {
	b.Helper()
	took := [2][]time.Duration{make([]time.Duration, b.N), make([]time.Duration, b.N)}
	b.ResetTimer()
	for i := range b.N {
		for side, do := range []func(int) error{over, under} {
			start := time.Now()
			if err := do(i); err != nil {
				b.Fatal(err)
			}
			took[side][i] = time.Since(start)
		}
	}
	b.StopTimer()
	slices.Sort(took[0])
	slices.Sort(took[1])
	b.ReportMetric(float64(took[0][b.N/2])/float64(took[1][b.N/2]), "ratio")
}

// parallel runs do b.N times among the writers and reports the rate and the
// time within which half and 99 of a hundred were done.
func parallel(b *testing.B, writers int, do func(i int) error) {
	b.Helper()
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for range writers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < b.N; i = int(next.Add(1)) - 1 {
				start := time.Now()
				if err := do(i); err != nil {
					b.Error(err)
					return
				}
				took[i] = time.Since(start)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "per_s")
	b.ReportMetric(float64(took[b.N/2].Microseconds())/1000, "p50_ms")
	b.ReportMetric(float64(took[b.N*99/100].Microseconds())/1000, "p99_ms")
}

// BenchmarkPolicy: one question to the whole policy, answered by the first
// line that fits, by the last, and by none.
func BenchmarkPolicy(b *testing.B) {
	p, err := policies.Load()
	if err != nil {
		b.Fatal(err)
	}
	who := func(role string) policies.Subject {
		return policies.Subject{ID: "user:1", Roles: []policies.Held{{Role: role, State: "BA", OrganisationID: "o"}}}
	}
	for _, x := range []struct {
		name, role, object, action string
		want                       bool
	}{
		{"allowed first", policies.Partner, "consultation", "read", true},
		{"allowed last", policies.Auditor, "message", "read", true},
		{"denied", policies.Contributor, "review", "decide", false},
	} {
		b.Run(x.name, func(b *testing.B) {
			s := who(x.role)
			for b.Loop() {
				if p.Allows(s, x.object, x.action, policies.Target{State: "BA", Public: true}) != x.want {
					b.Fatal("wrong answer")
				}
			}
		})
	}
}
