package agenda_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/agenda"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

const day = 24 * time.Hour

// of is the person's agenda, each line as "kind count/of".
func of(t *testing.T, b *testbed.Bed, by workflows.Actor) (waits, asked []string) {
	t.Helper()
	h, err := agenda.Of(b.Read(by))
	if err != nil {
		t.Fatal(err)
	}
	words := func(items []agenda.Item) (out []string) {
		for _, i := range items {
			out = append(out, fmt.Sprintf("%s %d/%d", i.Kind, i.Count, i.Of))
		}
		slices.Sort(out)
		return out
	}
	return words(h.Waits), words(h.Asked)
}

// says fails the test unless the agenda has exactly these lines.
func says(t *testing.T, b *testbed.Bed, by workflows.Actor, waits, asked []string) {
	t.Helper()
	w, a := of(t, b, by)
	if !slices.Equal(w, waits) {
		t.Errorf("for %s waits %q, want %q", by.Name, w, waits)
	}
	if !slices.Equal(a, asked) {
		t.Errorf("%s asked %q, want %q", by.Name, a, asked)
	}
}

// One consultation from its draft to its response, as each role's home tells it.
func TestHomeOfEachRole(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		firm, university := b.Organisation("Firm", "industry"), b.Organisation("University", "academia")
		lejla := b.Person("Lejla", "contributor", firm.ID)
		c := b.Consultation(b.New(b.Draft(testbed.Text).ID), firm, university)
		says(t, b, b.Official, []string{"submit_for_clearance 0/0"}, nil)
		says(t, b, lejla, nil, nil)
		says(t, b, b.Auditor, nil, nil)

		c = b.Move(b.Official, c, consultation.SubmitForClearance)
		says(t, b, b.Official, nil, []string{"clearance 0/0"})
		says(t, b, b.Second, []string{"clear 0/0"}, nil)
		says(t, b, b.Reviewer, []string{"clear 0/0"}, nil)

		c = b.Bring(c, consultation.Open)
		says(t, b, b.Official, nil, []string{"invitations 0/2"})
		says(t, b, lejla, []string{"answer 0/0"}, nil)
		says(t, b, b.Reviewer, nil, nil)
		three := submission.Content{Comments: []submission.NewComment{testbed.Comment("", "One."), testbed.Comment("", "Two."), testbed.Comment("", "Three.")}}
		var draft *submission.Submission
		b.Do(lejla, func(tx *workflows.Tx) (err error) {
			draft, err = submission.Save(tx, c.ID, three, false)
			return err
		})
		says(t, b, lejla, []string{"continue 0/0"}, nil)
		b.Do(b.ByLink(c, university), func(tx *workflows.Tx) error { return consultation.Decline(tx, c.ID) })
		b.Do(lejla, func(tx *workflows.Tx) error {
			_, err := submission.Update(tx, draft.ID, draft.Version, three, true)
			return err
		})
		says(t, b, lejla, nil, []string{"response 0/0"})
		says(t, b, b.Official, nil, []string{"invitations 2/2"})

		c = b.Bring(c, consultation.Closed)
		says(t, b, b.Official, []string{"propose 3/3"}, nil)
		says(t, b, b.Reviewer, nil, nil)
		all, err := submission.Standing(b.Read(b.Official), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		b.Do(b.Official, func(tx *workflows.Tx) error {
			_, err := submission.Assign(tx, c.ID, []string{all[0].ID}, b.Second.PersonID())
			return err
		})
		b.Propose(all[1].ID, submission.NewDisposition{Outcome: "noted", Rationale: "Noted."})
		says(t, b, b.Official, []string{"propose 1/3"}, []string{"agreement 1/3", "drafting 1/3"})
		says(t, b, b.Second, []string{"agree 1/3", "draft 1/3", "propose 1/3"}, nil)
		says(t, b, b.Reviewer, []string{"agree 1/3"}, nil)
		b.Answer(c)
		says(t, b, b.Official, []string{"submit_for_review 3/3"}, nil)

		c = b.Bring(c, consultation.InReview)
		says(t, b, b.Official, nil, []string{"decisions 0/1"})
		says(t, b, b.Reviewer, []string{"decide 0/1"}, nil)
		c = b.Decide(b.Reviewer, c, "approve")
		says(t, b, b.Reviewer, nil, nil)
		says(t, b, b.Official, []string{"publish 0/0"}, nil)
		says(t, b, lejla, nil, []string{"response 0/0"})
		b.Bring(c, consultation.Published)
		for _, a := range []workflows.Actor{b.Official, b.Second, b.Reviewer, b.Admin, b.Auditor, lejla} {
			says(t, b, a, nil, nil)
		}
	})
}

// What is overdue comes first, what has no hour last.
func TestOverdueComesFirst(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		late := b.At(consultation.Closed, b.Organisation("Firm", "industry"))
		b.Clock.Set(late.ResponseDueAt.Add(time.Hour))
		fresh := b.Consultation(b.New(b.Draft(testbed.Text).ID))
		h, err := agenda.Of(b.Read(b.Official))
		if err != nil {
			t.Fatal(err)
		}
		if len(h.Waits) != 2 || h.Waits[0].Consultation.ID != late.ID || h.Waits[1].Consultation.ID != fresh.ID {
			t.Fatalf("%+v", h.Waits)
		}
		if now := b.Clock.Now(); !h.Waits[0].Overdue(now) || h.Waits[1].Overdue(now) {
			t.Errorf("overdue: %v, %v", h.Waits[0].Due, h.Waits[1].Due)
		}
	})
}

// The queries of a home don't grow with the number of consultations.
func TestHomeTakesAFixedNumberOfQueries(t *testing.T) {
	b := bed(t)
	firm := b.Organisation("Firm", "industry")
	lejla := b.Person("Lejla", "contributor", firm.ID)
	for _, who := range []workflows.Actor{b.Official, b.Reviewer, lejla} {
		b.At(consultation.Open, firm)
		b.At(consultation.Closed, firm)
		few := queries(t, b, who)
		for range 3 {
			b.At(consultation.Open, firm)
			b.At(consultation.Closed, firm)
		}
		many := queries(t, b, who)
		if many != few {
			t.Errorf("%s: %d queries, then %d", who.Name, few, many)
		}
		t.Logf("%s: %d queries", who.Name, many)
	}
}

// Each sees in the calendar what is theirs to know of.
func TestCalendarShowsWhatOneMaySee(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		firm := b.Organisation("Firm", "industry")
		lejla := b.Person("Lejla", "contributor", firm.ID)
		stranger := b.Person("Stranger", "contributor", b.Organisation("Other", "academia").ID)
		in := b.New(b.Draft(testbed.Text).ID)
		in.Kind, in.Title = "targeted", "Targeted"
		targeted := b.Bring(b.Consultation(in, firm), consultation.Open)
		in.Title = "Planned"
		in.OpensAt, in.ClosesAt = b.Clock.Now().Add(day), b.Clock.Now().Add(10*day)
		planned := b.Consultation(in)
		kinds := func(by workflows.Actor, id string) (out []string) {
			found, _, err := agenda.Entries(b.Read(by), agenda.Span{From: b.Clock.Now().Add(-day), Until: b.Clock.Now().Add(200 * day), ConsultationID: id})
			if err != nil && !workflows.IsKind(err, workflows.NotFound) {
				t.Fatal(err)
			}
			for _, e := range found {
				out = append(out, e.Kind)
			}
			return out
		}
		for _, test := range []struct {
			by   workflows.Actor
			id   string
			want []string
		}{
			{b.Official, targeted.ID, []string{"opens", "reminder", "reminder", "closes", "response_due"}},
			{lejla, targeted.ID, []string{"opens", "closes", "response_due"}},
			{stranger, "", nil},
			{workflows.Actor{}, "", nil},
			{b.Official, planned.ID, []string{"opens", "closes", "response_due"}},
			{lejla, planned.ID, nil},
		} {
			if got := kinds(test.by, test.id); !slices.Equal(got, test.want) {
				t.Errorf("%s sees %q of %s, want %q", test.by.Name, got, test.id, test.want)
			}
		}
		targeted = b.Bring(targeted, consultation.Closed)
		b.Do(b.Official, func(tx *workflows.Tx) error {
			_, err := review.Transition(tx, targeted.ID, consultation.SubmitForReview, consultation.Input{DueAt: tx.Now.Add(5 * day), Reviewers: addresses(t, b, b.Reviewer)})
			return err
		})
		if got := kinds(b.Reviewer, targeted.ID); !slices.Contains(got, agenda.ReviewDue) {
			t.Errorf("a reviewer sees %q", got)
		}
		if got := kinds(lejla, targeted.ID); slices.Contains(got, agenda.ReviewDue) {
			t.Errorf("a contributor sees %q", got)
		}
	})
}

// A moved deadline is another instant of the same entry, with a higher sequence.
func TestExtensionMovesTheEntry(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := b.At(consultation.Open)
		closes := func() (e agenda.Entry, extended int) {
			found, _, err := agenda.Entries(b.Read(workflows.Actor{}), agenda.Span{From: b.Clock.Now().Add(-day), Until: b.Clock.Now().Add(100 * day)})
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range found {
				switch one.Kind {
				case agenda.Closes:
					e = one
				case agenda.Extended:
					extended++
				}
			}
			return e, extended
		}
		before, _ := closes()
		b.Do(b.Official, func(tx *workflows.Tx) error {
			_, err := review.Transition(tx, c.ID, consultation.Extend, consultation.Input{Reason: "a holiday", ClosesAt: c.ClosesAt.Add(3 * day)})
			return err
		})
		after, extended := closes()
		if before.ID() != after.ID() || !after.At.Equal(before.At.Add(3*day)) || after.Sequence <= before.Sequence || extended != 1 {
			t.Errorf("before %+v, after %+v, extended %d", before, after, extended)
		}
	})
}

// A head signs off for those who wrote.
func TestSignOffWaitsForTheHead(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		firm := b.Organisation("Firm", "industry")
		writer, head := b.Person("Writer", "contributor", firm.ID), b.Person("Head", "contributor", firm.ID)
		var held stakeholder.Assignment
		if err := b.Read(b.Admin).One(&held, "person_id = ?", head.PersonID()); err != nil {
			t.Fatal(err)
		}
		b.Do(b.Admin, func(tx *workflows.Tx) error { return stakeholder.SetHead(tx, held.ID, true) })
		c := b.At(consultation.Open, firm)
		b.Do(writer, func(tx *workflows.Tx) error {
			s, err := submission.Save(tx, c.ID, submission.Content{Comments: []submission.NewComment{testbed.Comment("", "One.")}}, false)
			if err != nil {
				return err
			}
			_, err = submission.AskSignOff(tx, s.ID)
			return err
		})
		says(t, b, writer, nil, []string{"sign_off 0/0"})
		says(t, b, head, []string{"sign_off 0/0"}, nil)
	})
}

// A secret opens its person's calendar as long as it is theirs and they are here.
func TestFeedIsSecretAndReplaceable(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		visitor := b.Read(workflows.Actor{})
		opens := func(secret string) bool {
			s, err := agenda.BySecret(visitor, secret)
			if err != nil && !workflows.IsKind(err, workflows.NotFound) {
				t.Fatal(err)
			}
			return err == nil && s.Actor.ID == b.Official.ID
		}
		renew := func() (secret string) {
			b.Do(b.Official, func(tx *workflows.Tx) (err error) {
				secret, err = agenda.RenewFeed(tx)
				return err
			})
			return secret
		}
		if s, err := agenda.OwnFeed(b.Read(b.Official)); s != "" || err != nil {
			t.Fatalf("%q, %v", s, err)
		}
		first := renew()
		if !opens(first) || opens(first+"0") || opens("") || opens(b.Official.PersonID()) {
			t.Error("the first secret")
		}
		second := renew()
		if opens(first) || !opens(second) {
			t.Error("the second secret")
		}
		if s, err := agenda.OwnFeed(b.Read(b.Official)); s != second || err != nil {
			t.Errorf("%q, %v", s, err)
		}
		b.Do(b.Official, agenda.CloseFeed)
		if opens(second) {
			t.Error("an ended secret opens")
		}
		if _, err := agenda.OwnFeed(visitor); !workflows.IsKind(err, workflows.Unauthenticated) {
			t.Errorf("a visitor: %v", err)
		}
	})
}
