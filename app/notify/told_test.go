package notify

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// Whatever a workflow announces, somebody is told of; whatever is told, can be
// written.
func TestEverythingAnnouncedIsPlanned(t *testing.T) {
	for _, row := range consultation.Table.Rows {
		if _, ok := plans["consultation."+row.Action]; row.Announce && !ok {
			t.Errorf("consultation.%s is announced to nobody", row.Action)
		}
	}
	for _, row := range submission.Table.Rows {
		if _, ok := plans["submission."+row.Action]; row.Announce && !ok {
			t.Errorf("submission.%s is announced to nobody", row.Action)
		}
	}
	for _, row := range submission.DispositionTable.Rows {
		if row.Announce {
			t.Errorf("comment.%s is announced to nobody", row.Action)
		}
	}
}

// A change that rolled back tells nobody, however late it failed; one that
// committed tells each once.
func TestOnlyWhatCommitted(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := rigged(t, b)
		orgs := []stakeholder.Organisation{b.Organisation("A", "industry"), b.Organisation("B", "academia"), b.Organisation("C", "regional")}
		c := b.At(consultation.Scheduled, orgs...)
		b.Clock.Set(c.OpensAt)
		failure := errors.New("the last write fails")
		err := b.Write(workflows.Clock(), func(tx *workflows.Tx) error {
			held, err := consultation.Hold(tx, c.ID, false)
			if err != nil {
				return err
			}
			if err := consultation.Transition(tx, held, consultation.OpenIt, consultation.Input{}); err != nil {
				return err
			}
			return failure
		})
		if !errors.Is(err, failure) {
			t.Fatal(err)
		}
		r.settle()
		r.same("after a rollback", r.told("invitation"), nil)
		b.Tick()
		r.settle()
		r.same("after the commit", r.told("invitation"), []string{"invitation > A sent", "invitation > B sent", "invitation > C sent"})
		r.same("arrived", r.arrived("invited"), []string{orgs[0].Email, orgs[1].Email, orgs[2].Email})

		m := r.wait(orgs[0].Email, "invited")
		if m.Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || m.Header.Get("Auto-Submitted") != "auto-generated" {
			t.Errorf("headers %v", m.Header)
		}
		if id := r.messages("recipient = ?", orgs[0].Email)[0].ID; !strings.Contains(m.Header.Get("Message-Id"), id) {
			t.Errorf("Message-ID %s is not of message %s", m.Header.Get("Message-Id"), id)
		}
	})
}

// The announcement done again, wholly or after half of it, adds nothing.
func TestAnnouncedTwice(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := rigged(t, b)
		c := b.At(consultation.Open, b.Organisation("A", "industry"), b.Organisation("B", "academia"), b.Organisation("C", "regional"))
		r.settle()
		before := len(r.messages("1 = 1"))
		e := b.Trail(c.ID)
		opened := e[len(e)-1]
		for range 2 {
			if err := r.n.announce(t.Context(), workflows.Announcement{Event: "consultation.open", ID: c.ID, At: opened.At}); err != nil {
				t.Fatal(err)
			}
		}
		// Invited once more by another event: still the same invitation.
		var i consultation.Invitation
		if err := b.Read(b.Official).One(&i, "consultation_id = ?", c.ID); err != nil {
			t.Fatal(err)
		}
		if err := r.n.announce(t.Context(), workflows.Announcement{Event: "invitation.create", ID: i.ID, At: opened.At}); err != nil {
			t.Fatal(err)
		}
		if after := len(r.messages("1 = 1")); after != before || before < 4 {
			t.Errorf("%d messages, then %d", before, after)
		}
		r.settle()
		if got := len(r.arrived("invited")); got != 3 {
			t.Errorf("%d invitations arrived", got)
		}
	})
}

// The whole job, with those of whom one declined, one answered, one answers by
// an own link, one is on paper and one comes with an account.
func TestWhoIsTold(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := rigged(t, b)
		waits, declines, answers := b.Organisation("Waits", "industry"), b.Organisation("Declines", "academia"), b.Organisation("Answers", "regional")
		late, uninvited := b.Organisation("Late", "government"), b.Organisation("Uninvited", "civil_society")
		clerk := b.Person("Clerk", "contributor", uninvited.ID)

		c := b.Consultation(b.New(b.Draft(testbed.Text).ID), waits, declines, answers)
		c = b.Move(b.Official, c, consultation.SubmitForClearance)
		r.settle()
		r.same("clearance", r.told("clearance_wanted"), []string{
			"clearance_wanted > Second Official sent", "clearance_wanted > Reviewer sent", "clearance_wanted > Other Reviewer sent",
		})
		c = b.Move(b.Second, c, consultation.Return)
		r.settle()
		r.same("return", r.told("returned"), []string{"returned > Official sent"})
		c = b.Move(b.Official, c, consultation.SubmitForClearance)
		c = b.Move(b.Reviewer, c, consultation.Clear)
		r.settle()
		r.same("clear", r.told("cleared"), []string{"cleared > Official sent"})

		b.Clock.Set(c.OpensAt)
		b.Tick()
		b.Do(b.Official, func(tx *workflows.Tx) error {
			_, err := consultation.Invite(tx, c.ID, []string{late.ID}, nil)
			return err
		})
		r.settle()
		r.same("invitations", r.told("invitation"), []string{
			"invitation > Answers sent", "invitation > Declines sent", "invitation > Late sent", "invitation > Waits sent",
		})

		b.Do(b.ByLink(c, declines), func(tx *workflows.Tx) error { return consultation.Decline(tx, c.ID) })
		person := r.respondent(c, "citizen@people.example")
		s := b.Submit(b.ByLink(c, answers), c, testbed.Comment("", "one"), testbed.Comment("", "two"))
		b.Submit(person, c, testbed.Comment("", "three"))
		b.Submit(clerk, c, testbed.Comment("", "four"))
		b.Do(b.Official, func(tx *workflows.Tx) error {
			who := submission.OnBehalf{Respondent: consultation.NewRespondent{Name: "Paper", Sector: "academia"}, ReceivedAt: b.Clock.Now()}
			_, err := submission.Enter(tx, c.ID, who, submission.Content{Comments: []submission.NewComment{testbed.Comment("", "five")}})
			return err
		})
		b.Do(b.ByLink(c, answers), func(tx *workflows.Tx) error {
			_, err := submission.Update(tx, s.ID, s.Version, submission.Content{Comments: []submission.NewComment{testbed.Comment("", "six")}}, true)
			return err
		})
		r.settle()
		r.same("receipts", r.told("receipt"), []string{
			"receipt > Answers sent", "receipt > Answers sent", "receipt > R citizen@people.example sent", "receipt > Uninvited sent", "receipt > Clerk sent",
		})

		b.Clock.Set(c.ClosesAt.Add(-6 * 24 * time.Hour))
		b.Tick()
		r.settle()
		r.same("reminders", r.told("reminder"), []string{"reminder > Late sent", "reminder > Waits sent"})
		if m := r.wait(late.Email, "6 days left"); !strings.Contains(m.Text, "/invitations/") {
			t.Errorf("a reminder without the link:\n%s", m.Text)
		}

		b.Do(b.Official, func(tx *workflows.Tx) error {
			_, err := review.Transition(tx, c.ID, consultation.Extend, consultation.Input{Reason: "Holidays.", ClosesAt: c.ClosesAt.Add(7 * 24 * time.Hour)})
			return err
		})
		r.settle()
		all := func(template string) []string {
			var out []string
			for _, name := range []string{"Answers", "Declines", "Late", "Waits", "Uninvited", "R citizen@people.example"} {
				out = append(out, template+" > "+name+" sent")
			}
			return out
		}
		r.same("extension", r.told("extended"), all("extended"))
		if m := r.wait("citizen@people.example", "More time"); !strings.Contains(m.Text, "/respond/") || !strings.Contains(m.Text, "> Holidays.") {
			t.Errorf("an extension without link or reason:\n%s", m.Text)
		}

		c = b.Move(b.Official, c, consultation.Close) // early
		r.settle()
		r.same("early close", r.told("closed_early"), all("closed_early"))
		r.same("close", r.told("closed"), []string{"closed > Second Official sent"})

		b.Answer(c)
		c = b.Move(b.Official, c, consultation.SubmitForReview)
		r.settle()
		r.same("review", r.told("review_wanted"), []string{"review_wanted > Reviewer sent", "review_wanted > Other Reviewer sent"})
		c = b.Decide(b.Reviewer, c, "approve")
		r.settle()
		r.same("approval", r.told("approved"), []string{"approved > Official sent", "approved > Second Official sent"})
		b.Move(b.Official, c, consultation.Publish)
		r.settle()
		r.same("publication", r.told("published"), []string{"published > Second Official sent"})
		r.same("outcome", r.told("outcome"), []string{"outcome > Answers sent", "outcome > R citizen@people.example sent", "outcome > Uninvited sent"})
		if left := r.messages("state <> 'sent'"); len(left) > 0 {
			t.Errorf("not sent: %+v", left)
		}
	})
}

// A withdrawal is told to the outside only once it was open, and stops what
// was still to be sent.
func TestWithdrawal(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org, other := b.Organisation("A", "industry"), b.Organisation("B", "academia")
		before := b.At(consultation.Scheduled, org)
		b.Bring(before, consultation.Withdrawn)
		c := b.At(consultation.Open, org, other)
		b.Clock.Set(c.ClosesAt.Add(-24 * time.Hour))
		b.Tick()
		b.Bring(c, consultation.Withdrawn) // while nothing was sent yet
		r := rigged(t, b)
		r.settle()
		r.same("withdrawn", r.told("withdrawn"), []string{"withdrawn > A sent", "withdrawn > B sent"})
		r.same("overtaken", r.told("invitation", "reminder"), []string{
			"invitation > A cancelled", "invitation > B cancelled", "reminder > A cancelled", "reminder > B cancelled",
		})
		r.same("arrived", r.arrived("Withdrawn"), []string{org.Email, other.Email})
		if len(r.arrived("invited"))+len(r.arrived("left to comment")) > 0 {
			t.Error("somebody was asked to answer what was withdrawn")
		}
	})
}

// What was queued before somebody declined, answered or lost a role is not sent.
func TestDecidedAnewWhenSent(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		orgs := []stakeholder.Organisation{b.Organisation("A", "industry"), b.Organisation("B", "academia"), b.Organisation("C", "regional"), b.Organisation("D", "government")}
		c := b.At(consultation.Open, orgs...)
		b.Clock.Set(c.ClosesAt.Add(-24 * time.Hour))
		b.Tick()
		box := rigged(t, b)
		box.box.Fail(nil)
		box.settle()
		box.box.Reset()

		n := box.n
		var i []consultation.Invited
		i, err := consultation.Invitations(b.Read(b.Official), c)
		if err != nil {
			t.Fatal(err)
		}
		b.Do(b.ByLink(c, orgs[0]), func(tx *workflows.Tx) error { return consultation.Decline(tx, c.ID) })
		b.Submit(b.ByLink(c, orgs[1]), c, testbed.Comment("", "an answer"))
		b.Do(workflows.Actor{}, func(tx *workflows.Tx) error {
			_, err := Unsubscribe(tx, tx.Signer().Link(unsubscribeLink, i[2].ID))
			return err
		})
		for k, want := range []error{declinedAlready, answeredAlready, wantsNoReminders, nil} {
			m := box.messages("template = 'reminder' AND recipient = ?", orgs[k].Email)[0]
			if _, err := n.compose(t.Context(), &m); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", orgs[k].Name, err, want)
			}
		}
		b.Clock.Set(c.ClosesAt)
		m := box.messages("template = 'reminder' AND recipient = ?", orgs[3].Email)[0]
		if _, err := n.compose(t.Context(), &m); !errors.Is(err, tooLate) {
			t.Errorf("at the deadline: %v", err)
		}

		wanted := b.At(consultation.InClearance)
		box.settle()
		m = box.messages("template = 'clearance_wanted' AND consultation_id = ? AND recipient_name = 'Reviewer'", wanted.ID)[0]
		if _, err := n.compose(t.Context(), &m); err != nil {
			t.Fatal(err)
		}
		b.Do(workflows.Operator(), func(tx *workflows.Tx) error {
			held, err := stakeholder.Assignments(tx, strings.TrimPrefix(b.Reviewer.ID, "user:"))
			if err != nil {
				return err
			}
			return stakeholder.Revoke(tx, held[0].ID)
		})
		if _, err := n.compose(t.Context(), &m); !errors.Is(err, notEntitled) {
			t.Errorf("after the role was taken away: %v", err)
		}
	})
}

// Replies reach the other side, and say nothing of what was written.
func TestReply(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := rigged(t, b)
		org := b.Organisation("A", "industry")
		c := b.At(consultation.Open, org)
		by := b.ByLink(c, org)
		s := b.Submit(by, c, testbed.Comment("", "first"), testbed.Comment("", "second"))
		comments, err := submission.CommentsOf(b.Read(b.Official), s.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range []workflows.Actor{b.Official, by} {
			b.Do(a, func(tx *workflows.Tx) error {
				_, err := submission.AddReply(tx, comments[1].ID, "what do you mean?")
				return err
			})
		}
		r.settle()
		r.same("replies", r.told("reply", "reply_received"), []string{
			"reply > A sent", "reply_received > Official sent", "reply_received > Second Official sent",
		})
		m := r.wait(org.Email, "About your comment")
		if !strings.Contains(m.Text, "comment 2") || strings.Contains(string(m.Raw)+m.Text+m.HTML, "what do you mean") {
			t.Errorf("%s", m.Text)
		}
		if on := "?to=%2Fcomments%2F" + comments[1].ID; !strings.Contains(m.Text, "/invitations/") || !strings.Contains(m.Text, on) {
			t.Errorf("the link does not lead on to the comment: %s", m.Text)
		}
	})
}

// A withdrawn submission gets word of it, a draft thrown away does not.
func TestSubmissionWithdrawn(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := rigged(t, b)
		org, other := b.Organisation("A", "industry"), b.Organisation("B", "academia")
		c := b.At(consultation.Open, org, other)
		s := b.Submit(b.ByLink(c, org), c, testbed.Comment("", "first"))
		b.Do(b.ByLink(c, org), func(tx *workflows.Tx) error {
			_, err := submission.Withdraw(tx, s.ID, s.Version)
			return err
		})
		b.Do(b.ByLink(c, other), func(tx *workflows.Tx) error {
			d, err := submission.Save(tx, c.ID, submission.Content{}, false)
			if err != nil {
				return err
			}
			_, err = submission.Withdraw(tx, d.ID, d.Version)
			return err
		})
		r.settle()
		r.same("withdrawn", r.told("submission_withdrawn"), []string{"submission_withdrawn > A sent"})
		m := r.wait(org.Email, "Receipt "+s.ReceiptNumber)
		if len(m.Attachments) != 1 || m.Attachments[0].Name != "receipt.txt" {
			t.Fatalf("attachments %v", m.Attachments)
		}
		text, err := workflows.VerifyReceipt(string(m.Attachments[0].Content), b.Engine.Signer().ReceiptKey())
		if err != nil || !strings.Contains(text, s.ReceiptNumber) {
			t.Errorf("the attached receipt: %q, %v", text, err)
		}
		if m.Header.Get("List-Unsubscribe") != "" {
			t.Error("a receipt offers to leave the list")
		}
	})
}

// The mail with the outcome holds every comment of the sender's, others' never.
func TestOutcome(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := rigged(t, b)
		org, other := b.Organisation("A", "industry"), b.Organisation("B", "academia")
		c := b.At(consultation.Open, org, other)
		p := b.Provision(c.DraftID, "1.2")
		b.Submit(b.ByLink(c, org), c, testbed.Comment(p.ID, "first"), testbed.Comment("", "second"),
			submission.NewComment{Reference: "4.9", Type: "editorial", Text: "third"})
		b.Submit(b.ByLink(c, other), c, testbed.Comment(p.ID, "the other’s"))
		c = b.Bring(c, consultation.Closed)
		all, err := submission.Standing(b.Read(b.Official), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for k, outcome := range []string{"accepted", "rejected", "noted", "out_of_scope"} {
			b.Propose(all[k].ID, submission.NewDisposition{Outcome: outcome, Rationale: "Because of " + all[k].Text + ".\nSecond line."})
		}
		b.Bring(c, consultation.Published)
		m := r.wait(org.Email, "What became of your comments")
		for _, want := range []string{
			"Comment 1, on 1.2\nAccepted\n> Because of first.\n> Second line.\n", "Comment 2, on the whole draft\nNot accepted\n",
			"Comment 3, on “4.9”\nNoted\n", "/receipts/", "/consultations/" + c.ID + "/response",
		} {
			if !strings.Contains(m.Text, want) {
				t.Errorf("lacks %q:\n%s", want, m.Text)
			}
		}
		if strings.Contains(m.Text, "the other’s") {
			t.Error("holds another sender's comment")
		}
		if slices.Contains(r.arrived("What became"), b.Official.Name) {
			t.Error("an official got it")
		}
	})
}

// An outcome longer than a mail should be is cut openly, with the link.
func TestOutcomeOfVeryMany(t *testing.T) {
	long := submission.Listed{Comment: submission.Comment{Position: 7, Rationale: strings.Repeat("x", maxRationale+1), Outcome: "noted"}}
	if o := outcomeOf(long); !o.Long || o.Rationale != "" {
		t.Errorf("%+v", o)
	}
	hidden := submission.Listed{Comment: submission.Comment{Position: 8, Rationale: "r", Outcome: "noted", Confidentiality: submission.Confidential}, Number: "1.1"}
	if o := outcomeOf(hidden); o.Rationale != "" || o.Outcome != "" || o.Place != (place{}) || !o.Confidential || o.Number != 8 {
		t.Errorf("%+v", o)
	}
}
