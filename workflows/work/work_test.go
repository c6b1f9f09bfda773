package work_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
	"jahorina/workflows/work"
)

const keep = 7 * 24 * time.Hour

var steps = work.Steps{work.Import: work.ImportStep}

// table is a file of so many rows, each from somebody else.
func table(rows int) []submission.ImportRow {
	out := make([]submission.ImportRow, rows)
	for i := range out {
		out[i] = submission.ImportRow{
			Line: i + 2, Organisation: fmt.Sprintf("Sender %d", i), Sector: "academia", Reference: "1.2", Type: "technical", Text: fmt.Sprintf("Comment %d", i),
		}
	}
	return out
}

// begin starts to read in the rows.
func begin(t *testing.T, b *testbed.Bed, c *consultation.Consultation, rows []submission.ImportRow) *work.Work {
	t.Helper()
	var w *work.Work
	b.Do(b.Official, func(tx *workflows.Tx) (err error) {
		w, err = work.StartImport(tx, c.ID, "table.csv", rows, *c.OpenedAt)
		return err
	})
	return w
}

func next(t *testing.T, b *testbed.Bed, id string) bool {
	t.Helper()
	more, err := steps.Next(t.Context(), b.Engine, id, keep)
	if err != nil {
		t.Fatal(err)
	}
	return more
}

func finish(t *testing.T, b *testbed.Bed, id string) *work.Work {
	t.Helper()
	for range 1000 {
		if !next(t, b, id) {
			return get(t, b, id)
		}
	}
	t.Fatal("the work does not end")
	return nil
}

func get(t *testing.T, b *testbed.Bed, id string) *work.Work {
	t.Helper()
	w, err := work.Get(b.Read(b.Official), id)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// A process that dies between batches, or in one, loses nothing and doubles
// nothing, whoever goes on.
func TestImportSurvivesACrash(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Open)
		w := begin(t, b, c, table(230))
		if b.Jobs("work") != 1 || w.State != work.Queued || w.Total != 230 {
			t.Fatalf("started %+v with %d jobs", w, b.Jobs("work"))
		}
		next(t, b, w.ID)
		died := errors.New("died")
		dying := work.Steps{work.Import: func(tx *workflows.Tx, w *work.Work) (*work.Batch, error) {
			if _, err := work.ImportStep(tx, w); err != nil {
				return nil, err
			}
			return nil, died // after its rows were written, before it was noted
		}}
		if _, err := dying.Next(t.Context(), b.Engine, w.ID, keep); !errors.Is(err, died) {
			t.Fatalf("died of %v", err)
		}
		if got := get(t, b, w.ID); got.Done != 50 || got.State != work.Running {
			t.Fatalf("after the crash: %d done, %s", got.Done, got.State)
		}
		got := finish(t, b, w.ID)
		if got.State != work.Finished || got.Done != 230 || got.Refused != 0 {
			t.Errorf("ended %s with %d done, %d refused", got.State, got.Done, got.Refused)
		}
		if n := b.Count("comments", "consultation_id = ?", c.ID); n != 230 {
			t.Errorf("%d comments of 230", n)
		}
		if next(t, b, w.ID) {
			t.Error("it goes on after its end")
		}
		if n := b.Count("work_pieces", "work_id = ?", w.ID); n != 0 {
			t.Errorf("%d pieces are kept of what is in the record", n)
		}
	})
}

// Two workers at once take turns.
func TestTwoAtOnce(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Open)
		w := begin(t, b, c, table(300))
		done := make(chan error)
		for range 2 {
			go func() {
				var err error
				for more := true; more && err == nil; {
					more, err = steps.Next(context.WithoutCancel(t.Context()), b.Engine, w.ID, keep)
				}
				done <- err
			}()
		}
		if err := errors.Join(<-done, <-done); err != nil {
			t.Fatal(err)
		}
		if got, n := get(t, b, w.ID), b.Count("comments", "consultation_id = ?", c.ID); got.Done != 300 || n != 300 || got.State != work.Finished {
			t.Errorf("%d done, %d comments, %s", got.Done, n, got.State)
		}
	})
}

// What can be known before is refused before, row by row, and nothing begins.
func TestFaultsAreFoundBefore(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		there := b.Organisation("There", "industry")
		c := b.At(consultation.Open, there)
		b.Submit(b.ByLink(c, there), c, testbed.Comment("", "Ours."))
		rows := table(4)
		rows[0].Type, rows[1].Sector, rows[2].Text, rows[3].Organisation = "zz", "nobody", "", "THERE"
		err := b.Write(b.Official, func(tx *workflows.Tx) error {
			_, err := work.StartImport(tx, c.ID, "t.csv", rows, *c.OpenedAt)
			return err
		})
		var e *workflows.Error
		if !errors.As(err, &e) {
			t.Fatalf("refused with %v", err)
		}
		var got []string
		for _, f := range e.Fields {
			got = append(got, f.Field+" "+f.Key)
		}
		const want = "line 2 not_one_of, line 3 not_one_of, line 4 required, line 5 submission_exists"
		if strings.Join(got, ", ") != want {
			t.Errorf("faults %q, want %q", strings.Join(got, ", "), want)
		}
		if b.Count("works", "1 = 1") != 0 || b.Jobs("work") != 0 {
			t.Error("something was begun")
		}
	})
}

// A row that cannot be taken after all, as its sender has answered meanwhile, is
// told by its line; the others go in, and one without a place is parked.
func TestRefusedAndParkedRows(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		late := b.Organisation("Late", "industry")
		c := b.At(consultation.Open, late)
		rows := table(120)
		rows[70].Organisation, rows[71].Organisation, rows[80].Reference = "Late", "late", "9.9"
		w := begin(t, b, c, rows)
		next(t, b, w.ID)
		b.Submit(b.ByLink(c, late), c, testbed.Comment("", "Faster."))
		got := finish(t, b, w.ID)
		if got.State != work.Finished || got.Done != 120 || got.Refused != 2 || got.Parked != 1 {
			t.Errorf("ended %s: %d done, %d refused, %d parked", got.State, got.Done, got.Refused, got.Parked)
		}
		if n := b.Count("comments", "consultation_id = ?", c.ID); n != 118+1 {
			t.Errorf("%d comments", n)
		}
		notes, err := work.Notes(b.Read(b.Official), got, 10)
		if err != nil || len(notes) != 2 || notes[0].Line != 72 || notes[0].Reason != "submission_exists" || notes[0].Taken ||
			notes[1].Line != 82 || !notes[1].Taken || notes[1].Args["Place"] != "9.9" {
			t.Errorf("notes %+v (%v)", notes, err)
		}
	})
}

// The same table leads to the same work, and does nothing twice.
func TestTheSameTableAgain(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Open)
		w := begin(t, b, c, table(3))
		finish(t, b, w.ID)
		if again := begin(t, b, c, table(3)); again.ID != w.ID || again.State != work.Finished {
			t.Errorf("again: %s %s, was %s", again.ID, again.State, w.ID)
		}
		if n := b.Count("comments", "consultation_id = ?", c.ID); n != 3 {
			t.Errorf("%d comments", n)
		}
	})
}

// Cancelled by whoever started it, and by nobody else; what was done stays, and the
// rest can be gone on with as long as it is kept.
func TestCancelAndResume(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Open)
		w := begin(t, b, c, table(120))
		next(t, b, w.ID)
		cancel := func(by workflows.Actor) error {
			return b.Write(by, func(tx *workflows.Tx) error {
				_, err := work.Cancel(tx, w.ID, keep)
				return err
			})
		}
		if err := cancel(b.Second); !workflows.IsKind(err, workflows.NotFound) {
			t.Errorf("another official: %v", err)
		}
		if err := cancel(b.Admin); !workflows.IsKind(err, workflows.Forbidden) {
			t.Errorf("an administrator: %v", err)
		}
		if err := cancel(b.Official); err != nil {
			t.Fatal(err)
		}
		if next(t, b, w.ID) {
			t.Error("a cancelled work goes on")
		}
		if got := get(t, b, w.ID); got.State != work.Cancelled || got.Done != 50 {
			t.Errorf("%s with %d done", got.State, got.Done)
		}
		if again := begin(t, b, c, table(120)); again.ID != w.ID {
			t.Error("the same table does not lead to the work that stopped")
		}
		resume := func() error {
			return b.Write(b.Official, func(tx *workflows.Tx) error {
				_, err := work.Resume(tx, w.ID)
				return err
			})
		}
		if err := resume(); err != nil {
			t.Fatal(err)
		}
		next(t, b, w.ID)
		if err := cancel(b.Official); err != nil {
			t.Fatal(err)
		}
		b.Clock.Add(keep)
		b.Tick()
		if n := b.Count("work_pieces", "1 = 1"); n != 0 {
			t.Errorf("%d pieces are kept after their time", n)
		}
		if err := resume(); !workflows.IsKind(err, workflows.Conflict) {
			t.Errorf("resumed what is gone: %v", err)
		}
		if n := b.Count("comments", "consultation_id = ?", c.ID); n != 100 {
			t.Errorf("%d comments", n)
		}
	})
}

// Who loses the right while it goes on, stops it; with the right it can go on.
func TestRightsEndMeanwhile(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Open)
		w := begin(t, b, c, table(120))
		next(t, b, w.ID)
		var held stakeholder.Assignment
		if err := b.Read(b.Admin).One(&held, "person_id = ?", b.Official.PersonID()); err != nil {
			t.Fatal(err)
		}
		b.Do(b.Admin, func(tx *workflows.Tx) error { return stakeholder.Revoke(tx, held.ID) })
		if next(t, b, w.ID) {
			t.Error("it goes on")
		}
		var got work.Work
		if err := b.Read(workflows.Operator()).One(&got, "id = ?", w.ID); err != nil {
			t.Fatal(err)
		}
		if got.State != work.Failed || got.Reason != "work_rights_ended" || got.Done != 50 || got.EndedAt == nil {
			t.Errorf("%s for %q with %d done", got.State, got.Reason, got.Done)
		}
		if n := b.Count("comments", "consultation_id = ?", c.ID); n != 50 {
			t.Errorf("%d comments", n)
		}
	})
}

// What the consultation no longer takes ends the work with the reason.
func TestConsultationMovesOn(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Open)
		w := begin(t, b, c, table(60))
		b.Move(b.Official, c, consultation.Withdraw)
		if next(t, b, w.ID) {
			t.Error("it goes on")
		}
		if got := get(t, b, w.ID); got.State != work.Failed || got.Reason != "enter_while_answering" || got.ReasonArgs["State"] != "withdrawn" {
			t.Errorf("%s for %q %v", got.State, got.Reason, got.ReasonArgs)
		}
	})
}

// A job that died with its process gets a successor, once a minute.
func TestWhatStandsStillIsTakenUpAgain(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := begin(t, b, b.At(consultation.Open), table(60))
		next(t, b, w.ID)
		b.Tick()
		b.Clock.Add(61 * time.Second)
		b.Tick()
		b.Tick()
		if n := b.Jobs("work"); n != 2 {
			t.Errorf("%d jobs, want one more", n)
		}
		finish(t, b, w.ID)
		b.Clock.Add(time.Hour)
		b.Tick()
		if n := b.Jobs("work"); n != 2 {
			t.Errorf("%d jobs after the end", n)
		}
	})
}

// Those who look after the state see how far a work has come, and not what it is
// about; nobody else knows of it.
func TestWhoSeesAWork(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		w := begin(t, b, b.At(consultation.Open), table(3))
		seen, err := work.Get(b.Read(b.Admin), w.ID)
		if err != nil || seen.Name != "" || seen.State != work.Queued || seen.Total != 3 {
			t.Errorf("the administrator sees %+v (%v)", seen, err)
		}
		if _, err := work.Notes(b.Read(b.Admin), seen, 1); !workflows.IsKind(err, workflows.NotFound) {
			t.Errorf("the administrator reads its lines: %v", err)
		}
		for _, other := range []workflows.Actor{b.Second, b.Reviewer, {}} {
			if _, err := work.Get(b.Read(other), w.ID); !workflows.IsKind(err, workflows.NotFound) {
				t.Errorf("%s: %v", other.Name, err)
			}
		}
		for by, n := range map[*workflows.Actor]int{&b.Official: 1, &b.Second: 0, &b.Admin: 1, &b.Reviewer: 0} {
			if all, _, err := work.List(b.Read(*by), "", workflows.Page{}); err != nil || len(all) != n {
				t.Errorf("%s lists %d (%v)", by.Name, len(all), err)
			}
		}
		if err := b.Write(b.Reviewer, func(tx *workflows.Tx) error {
			_, err := work.StartImport(tx, w.ConsultationID, "t.csv", table(1), b.Clock.Now())
			return err
		}); !workflows.IsKind(err, workflows.Forbidden) {
			t.Errorf("a reviewer reads in: %v", err)
		}
	})
}
