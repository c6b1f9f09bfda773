package submission_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jahorina/app/apptest/testbed"
	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/submission"
)

// judged is one comment as it should be.
type judged struct {
	id, state, outcome     string
	version                int64
	proposedBy, agreedBy   string // names in the model
	parked, ofConfidential bool
}

type judging struct {
	*testbed.Bed
	senders
	names  []string
	c      *consultation.Consultation
	place  string // provision parked comments are put on
	all    []*judged
	moves  []string
	placed int
}

func newJudges(b *testbed.Bed) senders {
	s := newSenders(b)
	both := b.Person("Both", "official", "")
	both.Roles = append(both.Roles, policies.Held{Role: policies.Reviewer, State: testbed.State})
	s.actors["both"], s.actors["second"], s.actors["auditor"] = both, b.Second, b.Auditor
	return s
}

func TestNoSequenceBreaksADisposition(t *testing.T) {
	testbed.Property(t, newJudges, func(t *rapid.T, b *testbed.Bed, s senders) {
		b.Clock.Set(testbed.Start)
		m := &judging{Bed: b, senders: s, place: b.Provision(s.draft, "1.1").ID}
		for name := range s.actors {
			m.names = append(m.names, name)
		}
		slices.Sort(m.names)
		in := b.New(s.draft)
		in.Kind = "targeted"
		m.c = b.Bring(b.Consultation(in, s.orgs...), consultation.Open)
		secret := testbed.Comment("", "Secret.")
		secret.Confidentiality = submission.Confidential
		parked := testbed.Comment("", "On what is not there.")
		parked.Reference = "4.9"
		b.Submit(s.actors["account"], m.c, testbed.Comment(m.place, "Open."), secret, parked)
		m.c = b.Bring(m.c, consultation.Closed)
		standing, err := submission.Standing(b.Read(b.Official), m.c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range standing {
			m.all = append(m.all, &judged{id: x.ID, state: submission.DispositionOpen, version: 1, parked: x.Parked(), ofConfidential: x.Confidentiality == submission.Confidential})
		}
		t.Repeat(map[string]func(*rapid.T){
			"": m.check, "propose": m.propose, "agree": m.agree, "reopen": m.reopen, "put in place": m.putInPlace,
			"answer all": m.answerAll, "review": m.review,
		})
		b.Move(b.Official, m.c, consultation.Withdraw)
	})
}

func (m *judging) draw(t *rapid.T) (who string, x *judged) {
	likely := []string{"official", "official", "second", "second", "both", "reviewer"}
	return rapid.SampledFrom(append(likely, m.names...)).Draw(t, "who"), rapid.SampledFrom(m.all).Draw(t, "comment")
}

func official(who string) bool { return slices.Contains([]string{"official", "second", "both"}, who) }

func (m *judging) propose(t *rapid.T) {
	who, x := m.draw(t)
	version := rapid.SampledFrom([]int64{0, x.version, x.version, x.version - 1}).Draw(t, "version")
	in := submission.NewDisposition{
		Outcome:   rapid.SampledFrom([]string{"accepted", "rejected", "noted", "duplicate", "lost"}).Draw(t, "outcome"),
		Rationale: rapid.SampledFrom([]string{"Because.", "Because.", " "}).Draw(t, "rationale"),
	}
	original := m.all[0]
	if in.Outcome == "duplicate" {
		in.DuplicateOf = original.id
	}
	after, err := write(m.Bed, m.actors[who], func(tx *workflows.Tx) (*submission.Comment, error) {
		return submission.Propose(tx, x.id, version, in)
	})
	valid := in.Outcome != "lost" && in.Rationale != " " && (in.Outcome != "duplicate" || x != original && original.outcome != "duplicate")
	ok := official(who) && m.c.State == consultation.Closed && x.state != submission.DispositionAgreed && (version == 0 || version == x.version) && valid
	m.compare(t, "propose by "+who, ok, err)
	if ok {
		x.outcome, x.proposedBy, x.agreedBy = after.Outcome, who, ""
		m.moved(x, "propose", who, submission.DispositionProposed)
	}
}

func (m *judging) agree(t *rapid.T) {
	who, x := m.draw(t)
	_, err := write(m.Bed, m.actors[who], func(tx *workflows.Tx) (*submission.Comment, error) { return submission.Agree(tx, x.id, 0) })
	ok := (official(who) || who == "reviewer") && m.c.State == consultation.Closed && x.state == submission.DispositionProposed && who != x.proposedBy
	m.compare(t, "agree by "+who, ok, err)
	if ok {
		x.agreedBy = who
		m.moved(x, "agree", who, submission.DispositionAgreed)
	}
}

func (m *judging) reopen(t *rapid.T) {
	who, x := m.draw(t)
	reason := rapid.SampledFrom([]string{"", " ", "why"}).Draw(t, "reason")
	_, err := write(m.Bed, m.actors[who], func(tx *workflows.Tx) (*submission.Comment, error) { return submission.Reopen(tx, x.id, 0, reason) })
	ok := (official(who) || who == "reviewer") && m.c.State == consultation.Closed && x.state != submission.DispositionOpen && reason == "why"
	m.compare(t, "reopen by "+who, ok, err)
	if ok {
		x.agreedBy = ""
		m.moved(x, "reopen", who, submission.DispositionOpen)
	}
}

func (m *judging) putInPlace(t *rapid.T) {
	who, x := m.draw(t)
	on := rapid.SampledFrom([]string{m.place, m.place, "nowhere"}).Draw(t, "on")
	_, err := write(m.Bed, m.actors[who], func(tx *workflows.Tx) (*submission.Comment, error) { return submission.Place(tx, x.id, on) })
	ok := official(who) && m.c.State == consultation.Closed && x.parked && on == m.place
	m.compare(t, "place by "+who, ok, err)
	if ok {
		x.parked, x.version = false, x.version+1
		m.placed++
	}
}

func (m *judging) answerAll(t *rapid.T) {
	if m.c.State != consultation.Closed {
		t.Skip("not now")
	}
	for _, x := range m.all {
		if x.state == submission.DispositionOpen {
			m.Propose(x.id, submission.NewDisposition{Outcome: "noted", Rationale: "Noted."})
			x.outcome, x.proposedBy = "noted", "official"
			m.moved(x, "propose", "official", submission.DispositionProposed)
		}
		if x.state == submission.DispositionProposed {
			x.agreedBy = "reviewer"
			m.Do(m.actors["reviewer"], func(tx *workflows.Tx) error { _, err := submission.Agree(tx, x.id, 0); return err })
			m.moved(x, "agree", "reviewer", submission.DispositionAgreed)
		}
	}
}

// review puts all to the reviewers, or has them send it back.
func (m *judging) review(t *rapid.T) {
	who, action := m.Official, consultation.SubmitForReview
	ok := m.c.State == consultation.Closed && !slices.ContainsFunc(m.all, func(x *judged) bool { return x.state != submission.DispositionAgreed })
	if m.c.State == consultation.InReview {
		who, action, ok = m.Reviewer, consultation.Return, true
	}
	var c *consultation.Consultation
	err := m.Write(who, func(tx *workflows.Tx) (err error) {
		c, err = review.Transition(tx, m.c.ID, action, consultation.Input{Reason: "a reason"})
		return err
	})
	m.compare(t, action, ok, err)
	if ok {
		m.c = c
	}
}

func (m *judging) moved(x *judged, action, who, to string) {
	m.moves = append(m.moves, fmt.Sprintf("%s %s by %s: %s -> %s", action, x.id, m.actors[who].ID, x.state, to))
	x.state, x.version = to, x.version+1
}

func (m *judging) compare(t *rapid.T, what string, ok bool, err error) {
	var clear *workflows.Error
	if (err == nil) != ok || err != nil && !errors.As(err, &clear) {
		t.Fatalf("%s in state %s: %v, should work: %v", what, m.c.State, err, ok)
	}
}

// check compares rows and record with the model, and that never one person
// alone decided on a comment.
func (m *judging) check(t *rapid.T) {
	for _, x := range m.all {
		var row submission.Comment
		if err := m.Store.DB.Where("id = ?", x.id).Take(&row).Error; err != nil {
			t.Fatal(err)
		}
		if row.DispositionState != x.state || row.Version != x.version || row.Outcome != x.outcome || row.Parked() != x.parked {
			t.Fatalf("stored %s, %s, version %d; should be %s, %s, version %d", row.DispositionState, row.Outcome, row.Version, x.state, x.outcome, x.version)
		}
		if agreed := row.DispositionState == submission.DispositionAgreed; agreed && (row.AgreedBy == row.ProposedBy || row.ProposedBy == "") || agreed != (row.AgreedBy != "") {
			t.Fatalf("%s: proposed by %q, agreed by %q", row.DispositionState, row.ProposedBy, row.AgreedBy)
		}
	}
	var moves []string
	placed := 0
	for _, e := range m.Trail(m.c.ID) {
		switch {
		case e.Object == "comment" && e.Action == "place":
			placed++
		case e.Object == "comment":
			moves = append(moves, fmt.Sprintf("%s %s by %s: %s -> %s", e.Action, e.ObjectID, e.Actor, e.From, e.To))
			if row, err := submission.DispositionTable.Find(e.From, e.Action); err != nil || row.To != e.To {
				t.Fatalf("%s: not in the table", moves[len(moves)-1])
			}
			if x := m.all[slices.IndexFunc(m.all, func(x *judged) bool { return x.id == e.ObjectID })]; e.Confidential != x.ofConfidential {
				t.Fatalf("%s: marked confidential %v", moves[len(moves)-1], e.Confidential)
			}
		}
	}
	if !slices.Equal(moves, m.moves) || placed != m.placed {
		t.Fatalf("the record has\n%s\nshould have\n%s", strings.Join(moves, "\n"), strings.Join(m.moves, "\n"))
	}
}

func write[A any](b *testbed.Bed, by workflows.Actor, fn func(*workflows.Tx) (A, error)) (out A, err error) {
	err = b.Write(by, func(tx *workflows.Tx) error {
		out, err = fn(tx)
		return err
	})
	return out, err
}
