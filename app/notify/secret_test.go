package notify

import (
	"fmt"
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// What is written about a confidential comment travels by no mail, and stands
// in no message and no job.
func TestNothingConfidential(t *testing.T) {
	const canary = "c4n4ry"
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := rigged(t, b)
		org := b.Organisation("A", "industry")
		c := b.At(consultation.Open, org, b.Organisation("B", "academia"), b.Organisation("C", "regional"))
		p := b.Provision(c.DraftID, "1.2")
		secret := func(confidentiality string) submission.NewComment {
			return submission.NewComment{
				ProvisionID: p.ID, Type: "technical", Text: canary + " text", ProposedChange: canary + " change", Confidentiality: confidentiality,
			}
		}
		s := b.Submit(b.ByLink(c, org), c, secret(submission.Confidential), testbed.Comment(p.ID, "open"), secret(submission.Confidential))
		comments, err := submission.CommentsOf(b.Read(b.Official), s.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, by := range []workflows.Actor{b.Official, b.ByLink(c, org)} {
			b.Do(by, func(tx *workflows.Tx) error {
				_, err := submission.AddReply(tx, comments[0].ID, canary+" reply")
				return err
			})
		}
		r.settle() // while there is a point in each
		c = b.Bring(c, consultation.Closed)
		for _, m := range comments {
			rationale := "fine"
			if m.Confidentiality == submission.Confidential {
				rationale = canary + " rationale"
			}
			b.Propose(m.ID, submission.NewDisposition{Outcome: "accepted", Rationale: rationale})
		}
		b.Bring(c, consultation.Published)
		r.settle()

		m := r.wait(org.Email, "What became")
		if !strings.Contains(m.Text, "Comment 1 (confidential)") || !strings.Contains(m.Text, "Comment 2, on 1.2\nAccepted\n> fine") || strings.Contains(m.Text, "Comment 3, on") {
			t.Errorf("the outcome:\n%s", m.Text)
		}
		if n := len(r.box.Messages()); n < 10 {
			t.Fatalf("only %d mails", n)
		}
		for _, m := range r.box.Messages() {
			all := m.Subject + m.Text + m.HTML + string(m.Raw)
			for _, a := range m.Attachments {
				all += a.Name + string(a.Content)
			}
			if strings.Contains(all, canary) {
				t.Errorf("mail %q to %v holds what is confidential", m.Subject, m.Recipients)
			}
		}
		for _, column := range []string{"args", "last_error", "message_key", "recipient_name"} {
			if n := r.Count("messages", fmt.Sprintf("CAST(%s AS TEXT) LIKE ?", column), "%"+canary+"%"); n > 0 {
				t.Errorf("messages.%s holds what is confidential", column)
			}
		}
		if n := r.Count("river_job", "CAST(args AS TEXT) LIKE ?", "%"+canary+"%"); n > 0 {
			t.Error("a job holds what is confidential")
		}
		// The search itself finds what is there.
		if n := r.Count("comments", "text LIKE ?", "%"+canary+"%"); n != 2 {
			t.Errorf("the canary stands in %d comments", n)
		}
	})
}

// A name typed by a stranger is neither greeted nor shown beside the address
// of the mail that confirms it, and cannot break a line anywhere.
func TestStrangersName(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		r := rigged(t, b)
		c := b.At(consultation.Open)
		name := "Win a prize\r\nBcc: all@a.example\r\n\r\nhttps://evil.example"
		b.Do(workflows.Actor{}, func(tx *workflows.Tx) error {
			return consultation.AskToAnswer(tx, c.ID, consultation.NewRespondent{Email: "victim@a.example", Name: name, Sector: "academia"})
		})
		m := r.wait("victim@a.example", "Confirm your address")
		if strings.Contains(string(m.Raw)+m.Text+m.HTML, "evil") || m.To.Name != "" {
			t.Errorf("the stranger speaks:\n%s", m.Raw)
		}
		if line(name) != "Win a prize Bcc: all@a.example https://evil.example" {
			t.Errorf("line gives %q", line(name))
		}
	})
}
