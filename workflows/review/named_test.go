package review_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"jahorina/app/apptest/testbed"
	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// asked is a consultation with the quorum, brought to the review for those
// named.
func asked(t *testing.T, b *testbed.Bed, quorum int, reviewers, advisers []workflows.Actor) (*consultation.Consultation, error) {
	t.Helper()
	in := b.New(b.Draft(testbed.Text).ID)
	in.Quorum = quorum
	c := b.Bring(b.Consultation(in), consultation.Closed)
	return submit(b, c, reviewers, advisers, time.Time{})
}

func submit(b *testbed.Bed, c *consultation.Consultation, reviewers, advisers []workflows.Actor, due time.Time) (out *consultation.Consultation, err error) {
	in := consultation.Input{Reviewers: emails(b, reviewers), Advisers: emails(b, advisers), DueAt: due}
	err = b.Write(b.Official, func(tx *workflows.Tx) error {
		out, err = review.Transition(tx, c.ID, consultation.SubmitForReview, in)
		return err
	})
	return out, err
}

func emails(b *testbed.Bed, people []workflows.Actor) []string {
	var out []string
	for _, a := range people {
		var p stakeholder.Person
		if err := b.Read(b.Official).One(&p, "id = ?", strings.TrimPrefix(a.ID, "user:")); err != nil {
			panic(err)
		}
		out = append(out, p.Email)
	}
	return out
}

// again is the person with the rights they have now.
func again(b *testbed.Bed, a workflows.Actor) workflows.Actor {
	var out workflows.Actor
	b.Do(workflows.Operator(), func(tx *workflows.Tx) (err error) {
		out, err = stakeholder.ActorOf(tx, strings.TrimPrefix(a.ID, "user:"))
		return err
	})
	return out
}

func newest(t *testing.T, b *testbed.Bed, id string) *review.Progress {
	t.Helper()
	c, err := consultation.Get(b.Read(b.Official), id)
	if err != nil {
		t.Fatal(err)
	}
	all, err := review.Follow(b.Read(b.Official), c)
	if err != nil || len(all) == 0 {
		t.Fatalf("%d rounds, %v", len(all), err)
	}
	return &all[len(all)-1]
}

func assignment(t *testing.T, b *testbed.Bed, id string, a workflows.Actor) string {
	t.Helper()
	for _, x := range newest(t, b, id).Asked {
		if x.Actor() == a.ID && x.Ended == "" {
			return x.ID
		}
	}
	t.Fatalf("%s is not asked", a.Name)
	return ""
}

func fieldKeys(err error) []string {
	var e *workflows.Error
	var out []string
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			out = append(out, f.Field+" "+f.Key)
		}
	}
	return out
}

func TestOnlyThoseNamedDecide(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		c, err := asked(t, b, 1, []workflows.Actor{b.Reviewer}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decide(b, b.OtherReviewer, c.ID, "approve"); !isKey(err, "not_named") {
			t.Errorf("a reviewer who is not named: %v", err)
		}
		if c, err = decide(b, b.Reviewer, c.ID, "approve"); err != nil || c.State != consultation.Approved {
			t.Errorf("the one named: %+v, %v", c, err)
		}
	})
}

// Who cannot be named is told so, each at their field.
func TestWhoCanBeNamed(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Chemists", "academia")
		insider := b.Person("Insider", "reviewer", org.ID)
		author := again(b, b.Official)
		b.Do(workflows.Operator(), func(tx *workflows.Tx) error {
			return stakeholder.Grant(tx, &stakeholder.Person{ID: strings.TrimPrefix(author.ID, "user:")}, "reviewer", testbed.State, "")
		})
		c := b.At(consultation.Open, org)
		b.Submit(b.ByLink(c, org), c, testbed.Comment("", "A comment."))
		c = b.Bring(c, consultation.Closed)
		b.Answer(c)
		in := consultation.Input{
			Reviewers: append(emails(b, []workflows.Actor{b.Reviewer, insider, author, b.Second, b.Reviewer}), "nobody@example.org", "\xff"),
			Advisers:  emails(b, []workflows.Actor{insider, b.Reviewer}),
		}
		err := b.Write(b.Official, func(tx *workflows.Tx) error {
			_, err := review.Transition(tx, c.ID, consultation.SubmitForReview, in)
			return err
		})
		want := []string{
			"reviewers[1] named_reviewer_commented", "reviewers[2] named_own_draft", "reviewers[3] named_not_reviewer",
			"reviewers[4] person_named_twice", "reviewers[5] unknown_person", "reviewers[6] not_utf8", "advisers[1] person_named_twice",
		}
		if got := fieldKeys(err); !slices.Equal(got, want) {
			t.Errorf("refused:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		bars := map[string]string{}
		all, err := review.Candidates(b.Read(b.Official), c)
		for _, one := range all {
			bars[one.Person.Name] = one.Bar
		}
		if err != nil || bars["Insider"] != "reviewer_commented" || bars["Official"] != "own_draft" || bars["Reviewer"] != "" || len(bars) != 4 {
			t.Errorf("candidates %v, %v", bars, err)
		}
		// The same holds where nobody is named.
		if c, err = submit(b, c, nil, nil, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if _, err := decide(b, insider, c.ID, "approve"); !isKey(err, "reviewer_commented") {
			t.Errorf("a reviewer whose organisation commented: %v", err)
		}
		for name, a := range map[string]workflows.Actor{"reviewer": b.Reviewer, "visitor": {}} {
			if _, err := review.Candidates(b.Read(a), c); err == nil {
				t.Errorf("%s lists candidates", name)
			}
		}
	})
}

func TestQuorumOfThoseNamed(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		if _, err := asked(t, b, 2, []workflows.Actor{b.Reviewer}, nil); !slices.Equal(fieldKeys(err), []string{"reviewers too_few_named"}) {
			t.Errorf("one named, two needed: %v", err)
		}
		c, err := asked(t, b, 2, []workflows.Actor{b.Reviewer, b.OtherReviewer}, nil)
		if err != nil {
			t.Fatal(err)
		}
		third := b.Person("Third Reviewer", "reviewer", "")
		remove := func(a workflows.Actor) error {
			id := assignment(t, b, c.ID, a)
			return b.Write(b.Official, func(tx *workflows.Tx) error { return review.Remove(tx, c.ID, id, "Ill.") })
		}
		if err := remove(b.OtherReviewer); !isKey(err, "too_few_would_stay") {
			t.Errorf("removed below the quorum: %v", err)
		}
		naming := review.Naming{Kind: review.Decisive, Email: emails(b, []workflows.Actor{third})[0], Replaces: assignment(t, b, c.ID, b.OtherReviewer)}
		name := func(tx *workflows.Tx) error { _, err := review.Name(tx, c.ID, naming); return err }
		if err := b.Write(b.Official, name); !slices.Equal(fieldKeys(err), []string{"reason reason_required"}) {
			t.Errorf("replaced without a reason: %v", err)
		}
		naming.Reason = "Ill."
		b.Do(b.Official, name)
		if _, err := decide(b, b.OtherReviewer, c.ID, "approve"); !isKey(err, "not_named") {
			t.Errorf("the one replaced decides: %v", err)
		}
		// A recusal cannot be refused; then the quorum is out of reach, and said to be.
		b.Do(third, func(tx *workflows.Tx) error { return review.Recuse(tx, c.ID, "My brother's firm.") })
		if p := newest(t, b, c.ID); !p.Stuck() || p.Missing() != 2 {
			t.Errorf("stuck %v, missing %d", p.Stuck(), p.Missing())
		}
		if _, err := decide(b, third, c.ID, "approve"); !isKey(err, "recused") {
			t.Errorf("the one who stood back decides: %v", err)
		}
		naming = review.Naming{Kind: review.Decisive, Email: emails(b, []workflows.Actor{third})[0]}
		if err := b.Write(b.Official, name); !slices.Equal(fieldKeys(err), []string{"email named_recused"}) {
			t.Errorf("named again: %v", err)
		}
		naming.Email = emails(b, []workflows.Actor{b.OtherReviewer})[0]
		b.Do(b.Official, name)
		revoke(b, b.OtherReviewer)
		if p := newest(t, b, c.ID); !p.Stuck() || len(p.Waiting(review.Decisive)) != 1 {
			t.Errorf("a reviewer lost the role: stuck %v, waiting for %d", p.Stuck(), len(p.Waiting(review.Decisive)))
		}
		b.Do(workflows.Operator(), func(tx *workflows.Tx) error {
			return stakeholder.Grant(tx, &stakeholder.Person{ID: strings.TrimPrefix(b.OtherReviewer.ID, "user:")}, "reviewer", testbed.State, "")
		})
		b.Decide(b.Reviewer, c, "approve")
		if err := remove(b.Reviewer); !isKey(err, "acted_already") {
			t.Errorf("removed after deciding: %v", err)
		}
		if err := b.Write(b.Reviewer, func(tx *workflows.Tx) error { return review.Recuse(tx, c.ID, "Late.") }); !isKey(err, "too_late_to_recuse") {
			t.Errorf("stood back after deciding: %v", err)
		}
		if c = b.Decide(b.OtherReviewer, c, "approve_with_comments"); c.State != consultation.Approved {
			t.Errorf("both decided: %s", c.State)
		}
	})
}

// Whoever is asked for advice may read that review, give one opinion, and no
// more; it never counts.
func TestAdviceNeverCounts(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		expert := b.Person("Expert", "partner", "")
		other := b.At(consultation.InReview)
		c, err := asked(t, b, 1, []workflows.Actor{b.Reviewer}, []workflows.Actor{expert, b.OtherReviewer})
		if err != nil {
			t.Fatal(err)
		}
		expert = again(b, expert)
		for _, opinion := range []string{"ready", "approve"} {
			err := b.Write(expert, func(tx *workflows.Tx) error {
				_, err := review.Advise(tx, c.ID, review.Advice{Opinion: opinion})
				return err
			})
			if (err == nil) != (opinion == "ready") {
				t.Errorf("%s: %v", opinion, err)
			}
		}
		if err := b.Write(expert, func(tx *workflows.Tx) error {
			_, err := review.Advise(tx, c.ID, review.Advice{Opinion: "ready"})
			return err
		}); !isKey(err, "advised_already") {
			t.Errorf("advised twice: %v", err)
		}
		if _, err := decide(b, expert, c.ID, "approve"); !workflows.IsKind(err, workflows.Forbidden) {
			t.Errorf("an adviser decides: %v", err)
		}
		if _, err := decide(b, b.OtherReviewer, c.ID, "approve"); !isKey(err, "asked_for_advice") {
			t.Errorf("a reviewer asked for advice decides: %v", err)
		}
		if err := b.Write(again(b, b.OtherReviewer), func(tx *workflows.Tx) error {
			_, err := review.Advise(tx, c.ID, review.Advice{Opinion: "not_ready"})
			return err
		}); !slices.Equal(fieldKeys(err), []string{"text opinion_text_required"}) {
			t.Errorf("not ready, without a word why: %v", err)
		}
		if p := newest(t, b, c.ID); p.Approvals != 0 || p.Round.Outcome != "" || p.Missing() != 1 {
			t.Errorf("after the advice: %d approvals, %q", p.Approvals, p.Round.Outcome)
		}
		read := b.Read(expert)
		if got, err := consultation.Get(read, c.ID); err != nil {
			t.Errorf("the adviser cannot read it: %v", err)
		} else if _, err := review.Follow(read, got); err != nil {
			t.Errorf("the adviser cannot follow it: %v", err)
		}
		for object, action := range map[string]string{"submission": "read", "comment": "read", "record": "read", "invitation": "read", "review": "assign", "consultation": "publish"} {
			if read.May(object, action, policies.Target{State: c.StateCode, ConsultationID: c.ID}) {
				t.Errorf("the adviser may %s: %s", action, object)
			}
		}
		if read.May("review", "follow", policies.Target{State: c.StateCode, ConsultationID: other.ID}) {
			t.Error("the adviser follows another review")
		}
		if c = b.Decide(b.Reviewer, c, "approve"); c.State != consultation.Approved {
			t.Error(c.State)
		}
	})
}

// The next round keeps the reviewers in mind, and says what differs from the
// one before.
func TestReturnedRound(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		org := b.Organisation("Chemists", "academia")
		c := b.At(consultation.Open, org)
		b.Submit(b.ByLink(c, org), c, testbed.Comment("", "One."), testbed.Comment("", "Two."))
		c = b.Bring(c, consultation.Closed)
		b.Answer(c)
		c, err := submit(b, c, []workflows.Actor{b.Reviewer, b.OtherReviewer}, []workflows.Actor{b.Auditor}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		c = b.Decide(b.Reviewer, c, "return")
		reviewers, advisers, err := review.NamedLast(b.Read(b.Official), c)
		if err != nil || len(reviewers) != 2 || len(advisers) != 1 {
			t.Errorf("named last: %v, %v, %v", reviewers, advisers, err)
		}
		pending, err := review.Lacking(b.Read(b.Official))
		if err != nil || len(pending) != 1 || pending[0].Returned[0].PersonName != "Reviewer" {
			t.Errorf("returned and listed: %+v, %v", pending, err)
		}
		m := standing(t, b, c.ID)[0]
		reopenAndAnswer(b, m.ID)
		if _, err = submit(b, c, []workflows.Actor{b.Reviewer}, nil, time.Time{}); err != nil {
			t.Fatal(err)
		}
		c, err = consultation.Get(b.Read(b.Official), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		all, err := review.Follow(b.Read(b.Official), c)
		if err != nil || len(all) != 2 || len(all[0].Returned) != 1 || all[1].Approvals != 0 {
			t.Fatalf("%+v, %v", all, err)
		}
		changed, err := review.AnswersChanged(&all[0].Round, &all[1].Round)
		if err != nil || !slices.Equal(changed, []review.AnswerChange{{CommentID: m.ID, Before: "noted", After: "rejected"}}) {
			t.Errorf("changed %+v, %v", changed, err)
		}
		if n, outcomes, err := all[1].Round.Answers(); n != 2 || outcomes["rejected"] != 1 || err != nil {
			t.Errorf("binds %d answers, %v, %v", n, outcomes, err)
		}
	})
}

func reopenAndAnswer(b *testbed.Bed, id string) {
	b.Do(b.Second, func(tx *workflows.Tx) error { return reopen(tx, id) })
	b.Do(b.Official, func(tx *workflows.Tx) error { return reject(tx, id) })
	b.Do(b.Second, func(tx *workflows.Tx) error { return agree(tx, id) })
}

// Each is reminded once at each hour, and only while it waits for them.
func TestReviewReminders(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		const day = 24 * time.Hour
		c := b.Bring(b.Consultation(b.New(b.Draft(testbed.Text).ID)), consultation.Closed)
		due := b.Clock.Now().Add(5 * day)
		if _, err := submit(b, c, nil, nil, b.Clock.Now()); !slices.Equal(fieldKeys(err), []string{"due_at in_the_past"}) {
			t.Errorf("due now: %v", err)
		}
		c, err := submit(b, c, []workflows.Actor{b.Reviewer}, nil, due)
		if err != nil {
			t.Fatal(err)
		}
		sent := func() string {
			var days []string
			for _, e := range b.Trail(c.ID) {
				if e.Action == "remind" && e.Object == "review" {
					days = append(days, e.To)
				}
			}
			return strings.Join(days, " ")
		}
		for _, x := range []struct {
			before time.Duration
			want   string
		}{{4 * day, ""}, {3 * day, "before"}, {2 * day, "before"}, {day / 2, "before before"}, {0, "before before overdue"}, {-day, "before before overdue"}} {
			b.Clock.Set(due.Add(-x.before))
			b.Tick()
			b.Tick()
			if got := sent(); got != x.want {
				t.Errorf("%s before: sent %q, want %q", x.before, got, x.want)
			}
		}
		b.Do(b.Official, func(tx *workflows.Tx) error { return review.SetDue(tx, c.ID, b.Clock.Now().Add(2*day), "More time.") })
		b.Tick()
		if got := sent(); got != "before before overdue before" {
			t.Errorf("after the new deadline: %q", got)
		}
	})
}

// A reviewer decides while an official replaces them: one of the two happens.
func TestDecidedWhileReplaced(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		for range 5 {
			c, err := asked(t, b, 1, []workflows.Actor{b.Reviewer}, nil)
			if err != nil {
				t.Fatal(err)
			}
			naming := review.Naming{Kind: review.Decisive, Email: emails(b, []workflows.Actor{b.OtherReviewer})[0], Replaces: assignment(t, b, c.ID, b.Reviewer), Reason: "Ill."}
			errs := b.Together([]workflows.Actor{b.Reviewer, b.Official}, func(i int, tx *workflows.Tx) error {
				if i == 0 {
					_, err := review.Decide(tx, c.ID, review.Verdict{Decision: "approve"})
					return err
				}
				_, err := review.Name(tx, c.ID, naming)
				return err
			})
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("both or neither: %v", errs)
			}
		}
	})
}

func reopen(tx *workflows.Tx, id string) error {
	_, err := submission.Reopen(tx, id, 0, "Again.")
	return err
}

func reject(tx *workflows.Tx, id string) error {
	_, err := submission.Propose(tx, id, 0, submission.NewDisposition{Outcome: "rejected", Rationale: "No."})
	return err
}

func agree(tx *workflows.Tx, id string) error {
	_, err := submission.Agree(tx, id, 0)
	return err
}

// revoke takes all roles from a person.
func revoke(b *testbed.Bed, a workflows.Actor) {
	b.Do(workflows.Operator(), func(tx *workflows.Tx) error {
		held, err := stakeholder.Assignments(tx, strings.TrimPrefix(a.ID, "user:"))
		for _, h := range held {
			err = errors.Join(err, stakeholder.Revoke(tx, h.ID))
		}
		return err
	})
}
