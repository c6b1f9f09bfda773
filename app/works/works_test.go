package works_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"jahorina/app/apptest/testbed"
	"jahorina/app/forms"
	"jahorina/app/store"
	"jahorina/app/works"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
	"jahorina/workflows/work"
)

func newRunner(t *testing.T, b *testbed.Bed) *works.Runner {
	t.Helper()
	locales, err := templates.LoadLocales()
	if err != nil {
		t.Fatal(err)
	}
	return works.New(works.Config{Engine: b.Engine, Locales: locales, Keep: time.Hour, Log: slog.New(slog.DiscardHandler)})
}

// queue is a running process, as far as works are concerned.
func queue(t *testing.T, b *testbed.Bed) store.Runner {
	t.Helper()
	workers := river.NewWorkers()
	newRunner(t, b).AddTo(workers)
	q, err := b.Store.NewRunner(workers, map[string]int{work.Job{}.Kind(): works.AtOnce}, slog.New(slog.DiscardHandler))
	if err == nil {
		err = q.Start(context.WithoutCancel(t.Context()))
	}
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// until waits for the work to be as asked.
func until(t *testing.T, b *testbed.Bed, id, what string, is func(*work.Work) bool) *work.Work {
	t.Helper()
	end := time.After(90 * time.Second)
	for {
		w, err := work.Get(b.Read(b.Official), id)
		if err != nil {
			t.Fatal(err)
		}
		if is(w) {
			return w
		}
		select {
		case <-end:
			t.Fatalf("not %s: %s, %d of %d, %s", what, w.State, w.Done, w.Total, w.Reason)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func letters(n int) []submission.ImportRow {
	rows := make([]submission.ImportRow, n)
	for i := range rows {
		rows[i] = submission.ImportRow{Line: i + 2, Organisation: fmt.Sprintf("Sender %d", i), Sector: "industry", Reference: "1.1", Type: "general", Text: fmt.Sprintf("Words %d", i)}
	}
	return rows
}

// Two works of a thousand rows in a process that is ended in their middle: the next
// one goes on, and no row is lost or doubled.
func TestProcessEndsInTheMiddle(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		const rows = 1000
		var ids []string
		for range 2 {
			c := b.At(consultation.Open)
			b.Do(b.Official, func(tx *workflows.Tx) error {
				w, err := work.StartImport(tx, c.ID, "t.csv", letters(rows), *c.OpenedAt)
				if err == nil {
					ids = append(ids, w.ID)
				}
				return err
			})
		}
		first := queue(t, b)
		until(t, b, ids[0], "begun", func(w *work.Work) bool { return w.Done > 0 })
		if err := first.StopAndCancel(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		if w, err := work.Get(b.Read(b.Official), ids[0]); err != nil || !w.Going() || w.Done == 0 {
			t.Fatalf("ended in the middle: %+v (%v)", w, err)
		}
		start := time.Now()
		second := queue(t, b)
		for _, id := range ids {
			until(t, b, id, "finished", func(w *work.Work) bool { return w.State == work.Finished && w.Done == rows })
		}
		t.Logf("%d rows in %.1f s", 2*rows, time.Since(start).Seconds())
		if err := second.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		if n := b.Count("comments", "1 = 1"); n != 2*rows {
			t.Errorf("%d comments of %d", n, 2*rows)
		}
		if n := b.Count("submission_versions", "1 = 1"); n != 2*rows {
			t.Errorf("%d receipts of %d", n, 2*rows)
		}
	})
}

// A file of more comments than one batch holds is whole, in both formats, with the
// words of whoever asked for it, and harmless in a spreadsheet.
func TestFilesAreWhole(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Open)
		rows := letters(450)
		for i := range rows {
			rows[i].Language, rows[i].Confidentiality = "en", "public"
		}
		rows[449].Text = "=1+1"
		rows[448] = submission.ImportRow{
			Organisation: "+ \"Союз\", a;b", Sector: "civil_society", Reference: "99.9", Type: "editorial", Text: "two\nlines, 第三条 — «الف»", ProposedChange: "'=x",
			Language: "ru", Confidentiality: "participants",
		}
		b.Do(b.Official, func(tx *workflows.Tx) error {
			_, err := submission.ImportPart(tx, c.ID, rows, *c.OpenedAt)
			return err
		})
		r := newRunner(t, b)
		export := func(format, language string, f submission.Filter) string {
			var w *work.Work
			by := b.Reviewer
			by.Language = language
			b.Do(by, func(tx *workflows.Tx) (err error) {
				w, err = work.StartExport(tx, c.ID, format, f)
				return err
			})
			if err := r.Do(t.Context(), w.ID); err != nil {
				t.Fatal(err)
			}
			made, err := work.File(b.Read(b.Reviewer), w.ID)
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			err = work.Pieces(b.Read(b.Reviewer), made, func(piece []byte) error {
				out.Write(piece)
				return nil
			})
			if err != nil || int64(out.Len()) != made.Size || workflows.SHA256(out.String()) != made.SHA256 {
				t.Errorf("%s: %d bytes of %d, hash %s (%v)", format, out.Len(), made.Size, made.SHA256, err)
			}
			return out.String()
		}
		table := export("csv", "en", submission.Filter{})
		if n := strings.Count(table, "\r\n"); n != 452 || !strings.Contains(table, ",'=1+1,") || strings.Count(table, "Proposed change") != 1 {
			t.Errorf("%d lines:\n%.400s", n, table)
		}
		locales, err := templates.LoadLocales()
		if err != nil {
			t.Fatal(err)
		}
		reader := forms.NewReader(locales)
		made := map[string]string{"json": export("json", "en", submission.Filter{})}
		for _, text := range locales.All() {
			made["csv "+text.Tag()] = export("csv", text.Tag(), submission.Filter{})
		}
		for name, file := range made {
			back, err := reader.ImportRows([]byte(file))
			if err != nil || len(back) != len(rows) {
				t.Fatalf("%s: %d of %d come back: %v", name, len(back), len(rows), err)
			}
			for i, got := range back {
				want := rows[i]
				want.Line, got.Line = 0, 0
				if got != want {
					t.Fatalf("%s: %+v came back as %+v", name, want, got)
				}
			}
		}
		var all []map[string]any
		if err := json.Unmarshal([]byte(export("json", "en", submission.Filter{})), &all); err != nil || len(all) != 450 || all[449]["text"] != "=1+1" {
			t.Errorf("%d in the list (%v)", len(all), err)
		}
		var none []map[string]any
		if err := json.Unmarshal([]byte(export("json", "en", submission.Filter{Type: "technical"})), &none); err != nil || len(none) != 0 {
			t.Errorf("%v in an empty list (%v)", none, err)
		}
	})
}

// What fails again and again by our fault is given up at the end, and can be gone on
// with.
func TestBrokenWorkIsGivenUp(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Open)
		var id string
		b.Do(b.Official, func(tx *workflows.Tx) error {
			w, err := work.StartImport(tx, c.ID, "t.csv", letters(3), *c.OpenedAt)
			if err == nil {
				id = w.ID
			}
			return err
		})
		if err := b.Store.DB.Exec("UPDATE work_pieces SET content = ? WHERE work_id = ?", []byte("{"), id).Error; err != nil {
			t.Fatal(err)
		}
		if err := b.Store.DB.Exec("UPDATE river_job SET max_attempts = 1 WHERE kind = 'work'").Error; err != nil {
			t.Fatal(err)
		}
		q := queue(t, b)
		w := until(t, b, id, "failed", func(w *work.Work) bool { return w.State == work.Failed })
		if err := q.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		if w.Reason != "work_broken" || w.Done != 0 || !w.Kept(b.Clock.Now()) {
			t.Errorf("failed for %q, %d done", w.Reason, w.Done)
		}
	})
}
