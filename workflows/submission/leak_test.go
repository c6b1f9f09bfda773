package submission_test

import (
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/submission"
)

func withheld(text, confidentiality string) submission.NewComment {
	m := testbed.Comment("", text)
	m.Confidentiality = confidentiality
	return m
}

// closedWith is a closed consultation with the comments of one organisation,
// and a contributor of another that answered as well.
func closedWith(b *testbed.Bed, comments ...submission.NewComment) (*consultation.Consultation, *submission.Submission, workflows.Actor) {
	org, other := b.Organisation("Chemical Industry", "industry"), b.Organisation("University", "academia")
	reader := b.Person("Reader", "contributor", other.ID)
	c := b.At(consultation.Open, org, other)
	s := b.Submit(b.ByLink(c, org), c, comments...)
	b.Submit(reader, c, testbed.Comment("", "Another's."))
	return b.Bring(c, consultation.Closed), s, reader
}

func list(t *testing.T, b *testbed.Bed, by workflows.Actor, c *consultation.Consultation, f submission.Filter) []submission.Listed {
	t.Helper()
	out, _, err := submission.Comments(b.Read(by), c, f, workflows.Page{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Asking for the comments of a submission one knows must not tell which of those
// without a name are its sender's.
func TestAskingForASubmissionUnmasksNobody(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c, s, reader := closedWith(b, withheld("With the name.", submission.Public), withheld("Without.", submission.NameWithheld))
		f := submission.Filter{SubmissionID: s.ID}
		if got := list(t, b, reader, c, f); len(got) != 1 || got[0].Text != "With the name." {
			t.Errorf("the other participant finds %d", len(got))
		}
		if got := list(t, b, b.Official, c, f); len(got) != 2 {
			t.Errorf("the official finds %d", len(got))
		}
	})
}

// A duplicate's original is no duplicate, whichever of the two is written first.
func TestNoChainOfDuplicates(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c, _, _ := closedWith(b, testbed.Comment("", "A"), testbed.Comment("", "B"), testbed.Comment("", "C"), testbed.Comment("", "D"))
		id := map[string]string{}
		for _, m := range list(t, b, b.Official, c, submission.Filter{}) {
			id[m.Text] = m.ID
		}
		propose := func(tx *workflows.Tx, of, original string) error {
			in := submission.NewDisposition{Outcome: "duplicate", Rationale: "The same.", DuplicateOf: id[original]}
			_, err := submission.Propose(tx, id[of], 0, in)
			return err
		}
		for _, step := range []struct {
			of, original string
			ok           bool
		}{{"A", "B", true}, {"B", "C", false}, {"C", "A", false}, {"B", "A", false}, {"C", "B", true}} {
			err := b.Write(b.Official, func(tx *workflows.Tx) error { return propose(tx, step.of, step.original) })
			if step.ok && err != nil || !step.ok && !workflows.IsKind(err, workflows.Invalid) {
				t.Errorf("%s of %s: %v", step.of, step.original, err)
			}
		}
		for _, text := range []string{"A", "C"} { // an end to being an original
			b.Propose(id[text], submission.NewDisposition{Outcome: "noted", Rationale: "Noted."})
		}
		pairs := [][2]string{{"B", "D"}, {"D", "B"}}
		errs := b.Together([]workflows.Actor{b.Official, b.Second}, func(i int, tx *workflows.Tx) error { return propose(tx, pairs[i][0], pairs[i][1]) })
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("at once: %v; %v", errs[0], errs[1])
		}
	})
}

// A comment that its sender took back is no original.
func TestWhatWasTakenBackIsNoOriginal(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org, other := b.Organisation("Chemical Industry", "industry"), b.Organisation("University", "academia")
		c := b.At(consultation.Open, org, other)
		gone := b.Submit(b.ByLink(c, org), c, testbed.Comment("", "Taken back."))
		comments, err := submission.CommentsOf(b.Read(b.Official), gone.ID)
		if err != nil {
			t.Fatal(err)
		}
		b.Do(b.ByLink(c, org), func(tx *workflows.Tx) error {
			_, err := submission.Withdraw(tx, gone.ID, gone.Version)
			return err
		})
		b.Submit(b.ByLink(c, other), c, testbed.Comment("", "Stands."))
		c = b.Bring(c, consultation.Closed)
		stands := list(t, b, b.Official, c, submission.Filter{})[0]
		err = b.Write(b.Official, func(tx *workflows.Tx) error {
			_, err := submission.Propose(tx, stands.ID, 0, submission.NewDisposition{Outcome: "duplicate", Rationale: "x", DuplicateOf: comments[0].ID})
			return err
		})
		if !workflows.IsKind(err, workflows.Invalid) {
			t.Errorf("duplicate of what was taken back: %v", err)
		}
	})
}

// What is published does not point at a comment that is not.
func TestADuplicatePointsAtNothingHidden(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c, _, reader := closedWith(b, withheld("Secret.", submission.Confidential), withheld("Open, of the secret one.", submission.Public), withheld("Open, of the open one.", submission.Public))
		all := list(t, b, b.Official, c, submission.Filter{})
		for i, original := range map[int]string{1: all[0].ID, 2: all[3].ID} {
			b.Propose(all[i].ID, submission.NewDisposition{Outcome: "duplicate", Rationale: "The same.", DuplicateOf: original})
		}
		b.Answer(c)
		c = b.Bring(c, consultation.Published)
		resp, _, err := review.GetResponse(b.Read(workflows.Actor{}), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range resp.Comments {
			if m.Disposition.DuplicateOf == all[0].ID || m.ID == all[2].ID && m.Disposition.DuplicateOf != all[3].ID {
				t.Errorf("%q is a duplicate of %q", m.Text, m.Disposition.DuplicateOf)
			}
		}
		for who, points := range map[*workflows.Actor]int{&reader: 1, &b.Auditor: 2} {
			n := 0
			for _, m := range list(t, b, *who, c, submission.Filter{}) {
				if m.DuplicateOf != nil {
					n++
				}
			}
			if n != points {
				t.Errorf("%s sees %d originals, want %d", who.Name, n, points)
			}
		}
	})
}

// A receipt is shown around as proof: it gives away only what is public anyway,
// to all but those who may read the submission.
func TestAReceiptShownAroundKeepsSecrets(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c, s, reader := closedWith(b, withheld("Open.", submission.Public), withheld("Secret1.", submission.NameWithheld), withheld("Secret2.", submission.Participants), withheld("Secret3.", submission.Confidential))
		for _, m := range list(t, b, b.Official, c, submission.Filter{SubmissionID: s.ID}) {
			b.Propose(m.ID, submission.NewDisposition{Outcome: "noted", Rationale: "Because of " + m.Text})
		}
		b.Answer(c)
		b.Bring(c, consultation.Published)
		for who, whole := range map[*workflows.Actor]bool{{}: false, &reader: false, &b.Official: true} {
			st, err := submission.ByReceipt(b.Read(*who), s.ReceiptNumber)
			if err != nil || len(st.Comments) != 4 {
				t.Fatalf("%q: %v", who.Name, err)
			}
			for _, m := range st.Comments {
				if shown := strings.Contains(m.Text+m.TextFolded+m.Rationale, "ecret"); shown != (whole && m.Text != "Open.") || m.Outcome != "noted" {
					t.Errorf("%q sees %q, %q, %q", who.Name, m.Text, m.Rationale, m.Outcome)
				}
			}
		}
	})
}

// A letter that came after an early close is as late as an answer by link.
func TestALetterAfterAnEarlyClose(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Open)
		b.Clock.Add(time.Hour)
		c = b.Move(b.Official, c, consultation.Close)
		b.Clock.Add(time.Hour)
		for _, in := range []struct {
			at time.Time
			ok bool
		}{{c.ClosedAt.Add(-time.Minute), true}, {*c.ClosedAt, false}, {c.ClosedAt.Add(time.Minute), false}} {
			who := submission.OnBehalf{ReceivedAt: in.at, Respondent: consultation.NewRespondent{Name: "Sender " + in.at.String(), Sector: "academia"}}
			err := b.Write(b.Official, func(tx *workflows.Tx) error {
				_, err := submission.Enter(tx, c.ID, who, one("By letter."))
				return err
			})
			if in.ok && err != nil || !in.ok && !workflows.IsKind(err, workflows.Invalid) {
				t.Errorf("at %v: %v", in.at, err)
			}
		}
	})
}

// Whoever answers for two organisations, one of them invited, does not bring in
// the other.
func TestAnotherOrganisationOfThePersonIsNotInvited(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		outside, invited := b.Organisation("Outside", "industry"), b.Organisation("Invited", "industry")
		b.Person("Two Hats", "contributor", outside.ID)
		who := b.Person("Two Hats", "contributor", invited.ID)
		in := b.New(b.Draft(testbed.Text).ID)
		in.Kind = "targeted"
		c := b.Bring(b.Consultation(in, invited), consultation.Open)
		_, _ = save(b, who, c.ID, one("A comment."))
		if b.Count("submissions", "consultation_id = ? AND organisation_id = ?", c.ID, outside.ID) != 0 {
			t.Error("the organisation that was not invited answered")
		}
	})
}

// A refusal tells nothing of another's submission.
func TestAttachingToAnothersSubmission(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org, other := b.Organisation("Chemical Industry", "industry"), b.Organisation("University", "academia")
		c := b.At(consultation.Open, org, other)
		s := b.Submit(b.ByLink(c, org), c, testbed.Comment("", "A comment."))
		for range submission.MaxAttachments {
			b.Do(b.ByLink(c, org), func(tx *workflows.Tx) (err error) {
				_, s, err = submission.Attach(tx, s.ID, s.Version, "a.txt", []byte("text"))
				return err
			})
		}
		attach := func(by workflows.Actor) error {
			return b.Write(by, func(tx *workflows.Tx) error {
				_, _, err := submission.Attach(tx, s.ID, s.Version, "a.txt", []byte("text"))
				return err
			})
		}
		if err := attach(b.ByLink(c, other)); !workflows.IsKind(err, workflows.NotFound) {
			t.Errorf("another organisation: %v", err)
		}
		if err := attach(b.ByLink(c, org)); !workflows.IsKind(err, workflows.Invalid) {
			t.Errorf("the sender, one too many: %v", err)
		}
	})
}

// The same table sent by two at once enters everybody once.
func TestTheSameTableTwiceAtOnce(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Open)
		b.Clock.Add(time.Hour)
		rows := []submission.ImportRow{
			{Line: 2, Organisation: "One", Sector: "industry", Type: "general", Text: "a"},
			{Line: 3, Organisation: "Two", Sector: "industry", Type: "general", Text: "b"},
			{Line: 4, Organisation: "Three", Sector: "industry", Type: "general", Text: "c"},
		}
		errs := b.Together([]workflows.Actor{b.Official, b.Second}, func(_ int, tx *workflows.Tx) error {
			_, err := submission.Import(tx, c.ID, rows, tx.Now)
			return err
		})
		if n := b.Count("submissions", "consultation_id = ?", c.ID); n != len(rows) || (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("%d submissions; %v; %v", n, errs[0], errs[1])
		}
	})
}
