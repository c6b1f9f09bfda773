package review_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/app/documents"
	"jahorina/app/documents/samples"
	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/submission"
)

// Two reviewers decide at the same instant. Where one decision ends the round,
// exactly one of them takes it and the other hears of a conflict; where two are
// needed both count.
func TestTwoDecideAtOnce(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		for _, x := range []struct {
			name      string
			quorum    int
			decisions [2]string
			same      bool // person
			wins      int
			states    []string
		}{
			{"both approve, one is enough", 1, [2]string{"approve", "approve"}, false, 1, []string{consultation.Approved}},
			{"one approves, one returns", 1, [2]string{"approve", "return"}, false, 1, []string{consultation.Approved, consultation.Closed}},
			{"both return", 1, [2]string{"return", "return"}, false, 1, []string{consultation.Closed}},
			{"both approve, both are needed", 2, [2]string{"approve", "approve"}, false, 2, []string{consultation.Approved}},
			{"one person twice", 2, [2]string{"approve", "approve"}, true, 1, []string{consultation.InReview}},
		} {
			for range 5 { // the order is for the database to choose
				in := b.New(b.Draft(testbed.Text).ID)
				in.Quorum = x.quorum
				c := b.Bring(b.Consultation(in), consultation.InReview)
				by := []workflows.Actor{b.Reviewer, b.OtherReviewer}
				if x.same {
					by[1] = by[0]
				}
				errs := b.Together(by, func(i int, tx *workflows.Tx) error {
					_, err := review.Decide(tx, c.ID, review.Verdict{Decision: x.decisions[i], Reason: "a reason"})
					return err
				})
				wins := 0
				for _, err := range errs {
					if err == nil {
						wins++
					} else if !workflows.IsKind(err, workflows.Conflict) {
						t.Errorf("%s: %v", x.name, err)
					}
				}
				checkDecided(t, b, c.ID, x.name, wins, x.wins, x.states)
			}
		}
	})
}

func checkDecided(t *testing.T, b *testbed.Bed, id, name string, wins, want int, states []string) {
	t.Helper()
	decided, moved := 0, 0
	for _, e := range b.Trail(id) {
		if e.Object == "review" {
			decided++
		} else if e.From == consultation.InReview {
			moved++
		}
	}
	stored := b.Count("decisions", "consultation_id = ?", id)
	c, err := consultation.Get(b.Read(b.Official), id)
	if err != nil {
		t.Fatal(err)
	}
	ended := 0
	if c.State != consultation.InReview {
		ended = 1
	}
	if wins != want || stored != want || decided != want || moved != ended || !slices.Contains(states, c.State) {
		t.Errorf("%s: %d won, %d stored, %d in the record (want %d), %d moves to %s", name, wins, stored, decided, want, moved, c.State)
	}
}

func TestNobodyDecidesOnTheirOwnDraft(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		author := b.Official
		author.Roles = append(slices.Clone(author.Roles), policies.Held{Role: policies.Reviewer, State: testbed.State})
		c := b.At(consultation.InReview)
		_, err := decide(b, author, c.ID, "approve")
		if !isKey(err, "own_draft") {
			t.Errorf("the author: %v", err)
		}
		for name, a := range map[string]workflows.Actor{"official": b.Second, "auditor": b.Auditor, "administrator": b.Admin, "visitor": {}} {
			if _, err := decide(b, a, c.ID, "approve"); err == nil {
				t.Errorf("%s decided", name)
			}
		}
		if n := b.Count("decisions", "1 = 1"); n != 0 {
			t.Errorf("%d decisions stored", n)
		}
	})
}

// Once a review has begun nothing it is about can be edited, and what changes
// all the same voids the decisions.
func TestNoEditAfterReviewBegan(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Chemical Industry", "industry")
		c := b.At(consultation.Open, org)
		link := b.ByLink(c, org)
		s := b.Submit(link, c, testbed.Comment("", "A comment."))
		c = b.Bring(c, consultation.InReview)
		m := standing(t, b, c.ID)[0]
		for what, do := range map[string]func(*workflows.Tx) error{
			"propose": func(tx *workflows.Tx) error {
				_, err := submission.Propose(tx, m.ID, 0, submission.NewDisposition{Outcome: "rejected", Rationale: "No."})
				return err
			},
			"reopen": func(tx *workflows.Tx) error { _, err := submission.Reopen(tx, m.ID, 0, "why"); return err },
			"edit": func(tx *workflows.Tx) error {
				_, err := consultation.Edit(tx, c.ID, c.Version, b.New(c.DraftID))
				return err
			},
			"enter": func(tx *workflows.Tx) error {
				_, err := submission.Enter(tx, c.ID, submission.OnBehalf{OrganisationID: org.ID, ReceivedAt: c.OpensAt}, submission.Content{Comments: []submission.NewComment{testbed.Comment("", "x")}})
				return err
			},
			"publish": func(tx *workflows.Tx) error {
				_, err := review.Transition(tx, c.ID, consultation.Publish, consultation.Input{})
				return err
			},
		} {
			if err := b.Write(b.Official, do); !workflows.IsKind(err, workflows.Conflict) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := b.Write(link, func(tx *workflows.Tx) error {
			_, err := submission.Update(tx, s.ID, s.Version, submission.Content{}, true)
			return err
		}); !workflows.IsKind(err, workflows.Conflict) {
			t.Errorf("amend: %v", err)
		}
		if err := b.Store.DB.Exec("UPDATE comments SET rationale = 'slipped in' WHERE id = ?", m.ID).Error; err != nil {
			t.Fatal(err)
		}
		if _, err := decide(b, b.Reviewer, c.ID, "approve"); !isKey(err, "content_changed") {
			t.Errorf("deciding on what was changed behind the workflow's back: %v", err)
		}
	})
}

// sampled is the sample consultation: 60 comments of a file on the English
// strategy, row 60 on a paragraph that is not there.
func sampled(t *testing.T, b *testbed.Bed) *consultation.Consultation {
	t.Helper()
	var source strings.Builder
	rows, err := samples.Comments()
	if err != nil || len(rows) != 60 {
		t.Fatalf("%d sample comments, %v", len(rows), err)
	}
	source.WriteString("organisation,sector,section,paragraph,type,comment,proposed_change,language,confidentiality\n")
	for _, r := range rows {
		for i, cell := range []string{r.Organisation, r.Sector, r.Section, r.Paragraph, r.Type, r.Text, r.ProposedChange, r.Language, r.Confidentiality} {
			if i > 0 {
				source.WriteByte(',')
			}
			fmt.Fprintf(&source, `"%s"`, strings.ReplaceAll(cell, `"`, `""`))
		}
		source.WriteByte('\n')
	}
	read, err := documents.CommentsCSV([]byte(source.String()))
	if err != nil {
		t.Fatal(err)
	}
	c := b.Bring(b.Consultation(b.New(b.Draft(string(samples.StrategyEN)).ID)), consultation.Open)
	var report *submission.ImportReport
	b.Do(b.Official, func(tx *workflows.Tx) (err error) {
		report, err = submission.Import(tx, c.ID, read, tx.Now)
		return err
	})
	if report.Comments != 60 || len(report.Parked) != 1 || !strings.HasSuffix(report.Parked[0], ": 4.9") {
		t.Fatalf("report %+v", report)
	}
	return b.Bring(c, consultation.Closed)
}

// R3.12: a round does not end while one comment has no outcome; every comment
// ends with one, and all 60 are counted.
func TestR3_12EveryCommentEndsWithAnOutcome(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := sampled(t, b)
		all := standing(t, b, c.ID)
		outcomes := []string{"accepted", "accepted_modified", "noted", "rejected", "out_of_scope"}
		last := all[len(all)-1]
		for i, m := range all[:len(all)-1] {
			b.Propose(m.ID, submission.NewDisposition{Outcome: outcomes[i%len(outcomes)], Rationale: fmt.Sprintf("Answer to %s.", m.ID)})
			b.Do(b.Second, func(tx *workflows.Tx) error { _, err := submission.Agree(tx, m.ID, 0); return err })
		}
		for _, step := range []string{"open", "proposed"} {
			err := b.Write(b.Official, func(tx *workflows.Tx) error {
				_, err := review.Transition(tx, c.ID, consultation.SubmitForReview, consultation.Input{})
				return err
			})
			if !isKey(err, "comments_unanswered") {
				t.Errorf("the last comment only %s: %v", step, err)
			}
			if step == "open" {
				b.Propose(last.ID, submission.NewDisposition{Outcome: "rejected", Rationale: "There is no 4.9."})
			}
		}
		if err := b.Write(b.Official, func(tx *workflows.Tx) error { _, err := submission.Agree(tx, last.ID, 0); return err }); !isKey(err, "four_eyes_agree") {
			t.Errorf("agreeing to one's own: %v", err)
		}
		c = b.Bring(c, consultation.Published)
		r := response(t, b, c.ID, workflows.Actor{})
		sum := 0
		for outcome, n := range r.Outcomes {
			if !slices.Contains(submission.Outcomes, outcome) {
				t.Errorf("%d comments end as %q", n, outcome)
			}
			sum += n
		}
		if r.Total != 60 || sum != 60 {
			t.Errorf("published answers: %d of %d", sum, r.Total)
		}
		for _, m := range r.Comments {
			if m.Disposition.Rationale == "" || m.Disposition.Outcome == "accepted" && m.ProvisionID != "" && len(m.Disposition.Changes) == 0 {
				t.Errorf("comment %d: no reason, or accepted without a provision changed: %+v", m.Number, m.Disposition)
			}
		}
	})
}

// R3.13: the public table shows the 52 public comments and says that 8 are
// restricted; what those say is nowhere.
func TestR3_13PublicTableAddsUp(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c := sampled(t, b)
		var secret []string
		for _, m := range standing(t, b, c.ID) {
			if m.Confidentiality == submission.Confidential {
				secret = append(secret, m.Text)
			}
			b.Propose(m.ID, submission.NewDisposition{Outcome: "noted", Rationale: "Noted."})
		}
		c = b.Bring(c, consultation.Published)
		r := response(t, b, c.ID, workflows.Actor{})
		if len(r.Comments) != 52 || r.Published != 52 || r.Restricted != 8 || len(r.Withheld) != 8 || r.Total != 60 {
			t.Errorf("shows %d (says %d), %d restricted (%d listed), total %d", len(r.Comments), r.Published, r.Restricted, len(r.Withheld), r.Total)
		}
		seen, err := json.Marshal(r)
		if err != nil || len(secret) != 8 {
			t.Fatalf("%d secrets, %v", len(secret), err)
		}
		for _, s := range secret {
			text, _ := json.Marshal(s)
			if strings.Contains(string(seen), strings.Trim(string(text), `"`)) {
				t.Errorf("the response tells %q", s)
			}
		}
		// What was published stays as it was, whatever is done to the tables below.
		if err := b.Store.DB.Exec("UPDATE comments SET text = 'forged'").Error; err != nil {
			t.Fatal(err)
		}
		if again, _ := json.Marshal(response(t, b, c.ID, workflows.Actor{})); string(again) != string(seen) {
			t.Error("the published response changed")
		}
	})
}

// Before it is published the response is for those who work on it.
func TestResponseBeforePublication(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Chemical Industry", "industry")
		c := b.At(consultation.InReview, org)
		for name, a := range map[string]workflows.Actor{"visitor": {}, "contributor": b.ByLink(c, org), "administrator": b.Admin} {
			if r, _, err := review.GetResponse(b.Read(a), c.ID); err == nil {
				t.Errorf("%s reads it: %+v", name, r)
			}
		}
		if r := response(t, b, c.ID, b.Reviewer); r.PublishedAt != nil {
			t.Error("it says that it is published")
		}
	})
}

func standing(t *testing.T, b *testbed.Bed, id string) []submission.Listed {
	t.Helper()
	all, err := submission.Standing(b.Read(b.Official), id)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func response(t *testing.T, b *testbed.Bed, id string, by workflows.Actor) *review.Response {
	t.Helper()
	r, _, err := review.GetResponse(b.Read(by), id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func decide(b *testbed.Bed, by workflows.Actor, id, decision string) (c *consultation.Consultation, err error) {
	err = b.Write(by, func(tx *workflows.Tx) error {
		c, err = review.Decide(tx, id, review.Verdict{Decision: decision, Reason: "a reason"})
		return err
	})
	return c, err
}

func isKey(err error, key string) bool {
	var e *workflows.Error
	return errors.As(err, &e) && e.Key == key
}
