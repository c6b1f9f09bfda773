package submission_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// letters is a closed consultation with n comments of the same words and one of
// its own.
func letters(b *testbed.Bed, n int) (*consultation.Consultation, []string) {
	c := b.At(consultation.Open)
	for i := range n {
		org := b.Organisation(fmt.Sprintf("Sender %d", i), "industry")
		text := "Please keep paragraph 4.4 as it is!"
		if i%2 == 1 {
			text = "please keep  paragraph 4.4, as it is"
		}
		b.Submit(b.Person(fmt.Sprintf("Clerk %d", i), "contributor", org.ID), c, testbed.Comment("", text))
	}
	org := b.Organisation("Another sender", "academia")
	b.Submit(b.Person("Somebody", "contributor", org.ID), c, testbed.Comment("", "Something else."))
	c = b.Bring(c, consultation.Closed)
	ids, err := submission.IDs(b.Read(b.Official), c, submission.Filter{})
	if err != nil {
		panic(err)
	}
	return c, ids
}

func TestAlikeCommentsAreFoundAndCounted(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c, _ := letters(b, 5)
		rows := list(t, b, b.Official, c, submission.Filter{ByProvision: true})
		said := map[int]int{}
		for _, m := range rows {
			said[m.SaidBy]++
		}
		if said[5] != 5 || said[1] != 1 {
			t.Errorf("said by %v", said)
		}
		i := slices.IndexFunc(rows, func(m submission.Listed) bool { return m.SaidBy == 5 })
		if got := list(t, b, b.Official, c, submission.Filter{Alike: rows[i].ID}); len(got) != 5 {
			t.Errorf("%d alike", len(got))
		}
	})
}

// Every page of the list in the order of the draft goes on where the one before
// ended.
func TestCommentsInTheOrderOfTheDraft(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Sender", "industry")
		c := b.At(consultation.Open, org)
		first, last := b.Provision(c.DraftID, "1.1").ID, b.Provision(c.DraftID, "2.1").ID
		b.Submit(b.ByLink(c, org), c, testbed.Comment(last, "D"), testbed.Comment(first, "B"), testbed.Comment("", "A"), testbed.Comment(first, "C"))
		got, after := "", ""
		for range 5 {
			rows, next, err := submission.Comments(b.Read(b.Official), c, submission.Filter{ByProvision: true}, workflows.Page{Limit: 1, After: after})
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range rows {
				got += m.Text
			}
			if after = next; next == "" {
				break
			}
		}
		if got != "ABCD" {
			t.Errorf("in the order %s", got)
		}
	})
}

// What is done to several comments is done to all that can take it, or to none,
// each with its own entry of the record.
func TestTogetherIsAllOrNothing(t *testing.T) {
	type world struct {
		c   *consultation.Consultation
		ids []string
	}
	prepare := func(b *testbed.Bed) world {
		c, ids := letters(b, 6)
		return world{c, ids}
	}
	testbed.Property(t, prepare, func(t *rapid.T, b *testbed.Bed, w world) {
		b = b.With(t)
		chosen := rapid.SliceOfNDistinct(rapid.SampledFrom(w.ids), 1, len(w.ids), rapid.ID[string]).Draw(t, "chosen")
		bad := rapid.Bool().Draw(t, "bad")
		agree := rapid.Bool().Draw(t, "agree")
		states := func() map[string]string {
			out := map[string]string{}
			var rows []submission.Comment
			if err := b.Store.DB.Where("consultation_id = ?", w.c.ID).Find(&rows).Error; err != nil {
				t.Fatal(err)
			}
			for _, m := range rows {
				out[m.ID] = m.DispositionState + m.Rationale
			}
			return out
		}
		before, entries := states(), len(b.Trail(w.c.ID))
		in := submission.NewDisposition{Outcome: "noted", Rationale: rapid.StringMatching(`[a-z]{1,8}`).Draw(t, "rationale")}
		if bad {
			in.Changes = []string{"no such provision"}
		}
		var batch *submission.Batch
		err := b.Write(b.Official, func(tx *workflows.Tx) (err error) {
			batch, err = submission.ProposeTogether(tx, w.c.ID, chosen, in)
			return err
		})
		after := states()
		if err != nil {
			if fmt.Sprint(before) != fmt.Sprint(after) || entries != len(b.Trail(w.c.ID)) {
				t.Fatalf("refused (%v), and yet something changed", err)
			}
			return
		}
		if len(batch.Taken)+len(batch.Skipped) != len(chosen) || len(b.Trail(w.c.ID)) != entries+len(batch.Taken) {
			t.Fatalf("%d taken, %d skipped of %d, %d entries", len(batch.Taken), len(batch.Skipped), len(chosen), len(b.Trail(w.c.ID))-entries)
		}
		for _, m := range batch.Taken {
			if after[m.ID] != "proposed"+in.Rationale {
				t.Fatalf("taken and %s", after[m.ID])
			}
		}
		if !agree {
			return
		}
		if err := b.Write(b.Official, func(tx *workflows.Tx) error { _, err := submission.AgreeTogether(tx, w.c.ID, chosen); return err }); err == nil {
			t.Fatal("agreed to what they proposed themselves")
		}
		b.Do(b.Reviewer, func(tx *workflows.Tx) error { _, err := submission.AgreeTogether(tx, w.c.ID, chosen); return err })
	})
}

func TestCommentsAreGivenToDrafters(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c, ids := letters(b, 3)
		drafter := b.Person("Drafter", "official", "")
		id := drafter.ID[len("user:"):]
		assign := func(by workflows.Actor, to string) error {
			return b.Write(by, func(tx *workflows.Tx) error { _, err := submission.Assign(tx, c.ID, ids[:2], to); return err })
		}
		if err := assign(b.Official, b.Auditor.ID[len("user:"):]); !workflows.IsKind(err, workflows.Invalid) {
			t.Errorf("given to an auditor: %v", err)
		}
		if err := assign(b.Reviewer, id); !workflows.IsKind(err, workflows.Forbidden) {
			t.Errorf("given by a reviewer: %v", err)
		}
		err := b.Write(b.Official, func(tx *workflows.Tx) error {
			_, err := submission.Assign(tx, c.ID, []string{"nowhere"}, id)
			return err
		})
		if !workflows.IsKind(err, workflows.Conflict) {
			t.Errorf("none of the comments is there: %v", err)
		}
		jobs := b.Jobs("announce")
		if err := assign(b.Official, b.Official.PersonID()); err != nil {
			t.Fatal(err)
		}
		if n := b.Jobs("announce") - jobs; n != 0 {
			t.Errorf("%d announcements to whoever took comments themselves", n)
		}
		if err := assign(b.Official, id); err != nil {
			t.Fatal(err)
		}
		if n := b.Jobs("announce") - jobs; n != 1 {
			t.Errorf("%d announcements for two comments", n)
		}
		if got := list(t, b, b.Official, c, submission.Filter{Drafter: id}); len(got) != 2 {
			t.Errorf("%d are theirs", len(got))
		}
		if got := list(t, b, b.Official, c, submission.Filter{Drafter: submission.Unassigned}); len(got) != 2 {
			t.Errorf("%d are nobody's", len(got))
		}
	})
}

// Filters of the desk tell those outside nothing: neither who answers a comment
// nor, by the organisation or by alike words, who sent one without a name.
func TestDeskFiltersTellNobodyElse(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c, s, reader := closedWith(b, withheld("Without a name.", submission.NameWithheld))
		for _, f := range []submission.Filter{{Drafter: "none"}, {Drafter: "x"}, {OrganisationID: *s.OrganisationID}, {OrganisationID: "x"}} {
			if got := list(t, b, reader, c, f); len(got) != 2 {
				t.Errorf("%+v cuts the list down to %d", f, len(got))
			}
		}
		for _, m := range list(t, b, reader, c, submission.Filter{}) {
			if m.Alike != "" || m.SaidBy != 0 || m.DrafterID != "" {
				t.Errorf("shown %q, %d, %q", m.Alike, m.SaidBy, m.DrafterID)
			}
		}
	})
}

func TestPromiseOfAResponse(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Open)
		if want := c.ClosesAt.AddDate(0, 0, 84); !c.ResponseDueAt.Equal(want) {
			t.Errorf("due %v, want twelve weeks after the deadline, %v", c.ResponseDueAt, want)
		}
		c = b.Bring(c, consultation.Closed)
		promise := func(by workflows.Actor, due time.Time, reason string) error {
			return b.Write(by, func(tx *workflows.Tx) error {
				_, err := consultation.Promise(tx, c.ID, c.Version, due, reason)
				return err
			})
		}
		due := c.ClosesAt.AddDate(0, 0, 30)
		for name, x := range map[string]struct {
			by     workflows.Actor
			due    time.Time
			reason string
			kind   workflows.Kind
		}{
			"by a reviewer": {b.Reviewer, due, "r", workflows.Forbidden}, "before the close": {b.Official, c.ClosesAt, "r", workflows.Invalid},
			"no reason": {b.Official, due, "", workflows.Invalid},
		} {
			if err := promise(x.by, x.due, x.reason); !workflows.IsKind(err, x.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := promise(b.Official, due, "More hands."); err != nil {
			t.Fatal(err)
		}
		reminded := func() int { return b.Count("response_reminders", "consultation_id = ?", c.ID) }
		for _, x := range []struct {
			daysBefore int
			want       int
		}{{29, 0}, {28, 1}, {27, 1}, {7, 2}, {1, 2}, {-1, 3}, {-9, 3}} {
			b.Clock.Set(due.AddDate(0, 0, -x.daysBefore).Add(time.Minute))
			b.Tick()
			b.Tick()
			if n := reminded(); n != x.want {
				t.Errorf("%d days before: %d reminders, want %d", x.daysBefore, n, x.want)
			}
		}
	})
}
