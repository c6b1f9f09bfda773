package workflows_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"gorm.io/gorm"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

var errFault = errors.New("fault put in by the test")

func TestRollbackLeavesNoJob(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		job := workflows.Announcement{Event: "test", ID: "1", At: b.Clock.Now()}
		err := b.Write(b.Admin, func(tx *workflows.Tx) error {
			if err := tx.Enqueue(job); err != nil {
				t.Fatal(err)
			}
			return errFault // after the last write
		})
		if !errors.Is(err, errFault) || b.Jobs("announce") != 0 {
			t.Errorf("%v, and %d jobs", err, b.Jobs("announce"))
		}
		b.Do(b.Admin, func(tx *workflows.Tx) error { return tx.Enqueue(job) })
		if n := b.Jobs("announce"); n != 1 {
			t.Errorf("%d jobs after the commit, want 1", n)
		}
	})
}

func TestReadRefusesToWrite(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		tx := b.Read(b.Admin)
		before := b.Count("audit_entries", "1 = 1")
		_, once := tx.InsertOnce(&stakeholder.State{Code: "XX", CreatedAt: tx.Now}, "code")
		for what, err := range map[string]error{
			"insert": tx.Insert(&stakeholder.State{Code: "XX", CreatedAt: tx.Now}), "insert once": once,
			"update": tx.Update("consultations", "x", 1, map[string]any{}), "record": tx.Record(workflows.Entry{}),
			"enqueue": tx.Enqueue(workflows.Delivery{}), "post": tx.Post(workflows.Message{}),
		} {
			if err == nil {
				t.Errorf("%s worked outside a transaction", what)
			}
		}
		if b.Count("audit_entries", "1 = 1") != before || b.Count("states", "code = 'XX'") != 0 {
			t.Error("something was written")
		}
	})
}

// A whole use case fails at each of its writes in turn: nothing of it is left,
// no row, no entry, no job. The last turn has no fault and does it all.
func TestAllOrNothing(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		f := &fault{}
		f.register(b.Store.DB)
		org := b.Organisation("Chemical Industry", "industry")
		c := b.At(consultation.Open, org)
		link := b.ByLink(c, org)
		content := submission.Content{Comments: []submission.NewComment{testbed.Comment("", "One."), testbed.Comment("", "Two.")}}
		var s *submission.Submission
		f.each(t, b, "submit", link, func(tx *workflows.Tx) (err error) {
			s, err = submission.Save(tx, c.ID, content, true)
			return err
		})
		f.each(t, b, "amend", link, func(tx *workflows.Tx) error {
			_, err := submission.Update(tx, s.ID, s.Version, content, true)
			return err
		})
		f.each(t, b, "extend", b.Official, func(tx *workflows.Tx) error {
			_, err := review.Transition(tx, c.ID, consultation.Extend, consultation.Input{Reason: "asked for", ClosesAt: c.ClosesAt.Add(time.Hour)})
			return err
		})
		c = b.Bring(reread(t, b, c), consultation.Closed)
		b.Answer(c)
		for _, step := range []struct {
			action string
			by     workflows.Actor
		}{{consultation.SubmitForReview, b.Official}, {"decide", b.Reviewer}, {consultation.Publish, b.Official}} {
			f.each(t, b, step.action, step.by, func(tx *workflows.Tx) (err error) {
				if step.action == "decide" {
					_, err = review.Decide(tx, c.ID, review.Verdict{Decision: "approve", Reason: ""})
					return err
				}
				_, err = review.Transition(tx, c.ID, step.action, consultation.Input{})
				return err
			})
		}
	})
}

func reread(t *testing.T, b *testbed.Bed, c *consultation.Consultation) *consultation.Consultation {
	t.Helper()
	c, err := consultation.Get(b.Read(b.Official), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fault makes the n-th write from now fail; 0: none.
type fault struct{ n int }

func (f *fault) register(db *gorm.DB) {
	hit := func(db *gorm.DB) {
		if f.n--; f.n == 0 {
			_ = db.AddError(errFault)
		}
	}
	_ = db.Callback().Create().Before("gorm:create").Register("test:fault", hit)
	_ = db.Callback().Update().Before("gorm:update").Register("test:fault", hit)
	_ = db.Callback().Delete().Before("gorm:delete").Register("test:fault", hit)
}

func (f *fault) each(t *testing.T, b *testbed.Bed, what string, by workflows.Actor, do func(*workflows.Tx) error) {
	t.Helper()
	for n := 1; ; n++ {
		before := everything(t, b)
		f.n = n
		err := b.Write(by, do)
		f.n = 0
		if err == nil {
			if n < 3 {
				t.Errorf("%s makes only %d writes: the fault is not where it should be", what, n-1)
			}
			if everything(t, b) == before {
				t.Errorf("%s changed nothing", what)
			}
			return
		}
		if !errors.Is(err, errFault) {
			t.Fatalf("%s with a fault at write %d: %v", what, n, err)
		}
		if after := everything(t, b); after != before {
			t.Errorf("%s with a fault at write %d left something:\n%s\n%s", what, n, before, after)
		}
	}
}

// everything is a digest of the tables a consultation touches.
func everything(t *testing.T, b *testbed.Bed) string {
	t.Helper()
	out := ""
	for _, table := range []string{
		"consultations", "extensions", "submissions", "submission_versions", "comments", "answers", "rounds", "decisions", "responses",
		"drafts", "audit_entries", "messages", "river_job",
	} {
		out += fmt.Sprintf("%s %d, ", table, b.Count(table, "1 = 1"))
	}
	var states []string
	q := "SELECT state || version || closes_at || updated_at FROM consultations UNION ALL SELECT state || publication || version || updated_at FROM submissions UNION ALL SELECT outcome FROM rounds"
	if err := b.Store.DB.Raw(q).Scan(&states).Error; err != nil {
		t.Fatal(err)
	}
	return out + fmt.Sprint(states)
}
