package review_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
)

// quorumModel is what a round should do, told without a database: who is asked
// for what, who has acted, and where that has brought the consultation.
type quorumModel struct {
	quorum, named, approvals int
	roles                    []string // of each person: asked to decide, to advise, or ""
	acted                    map[int]bool
	state                    string
}

// may says whether the person can do it now.
func (m *quorumModel) may(i int, what string) bool {
	if m.state != consultation.InReview || m.acted[i] {
		return false
	}
	switch what {
	case "advise":
		return m.roles[i] == review.Advisory
	case "recuse":
		return m.roles[i] != "" || m.named == 0
	}
	return m.roles[i] == review.Decisive || m.named == 0 && m.roles[i] == ""
}

func (m *quorumModel) done(i int, what string) {
	m.acted[i] = true
	switch what {
	case "approve":
		if m.approvals++; m.approvals == m.quorum {
			m.state = consultation.Approved
		}
	case "return":
		m.state = consultation.Closed
	}
}

type quorumWorld struct {
	people  []workflows.Actor
	emails  []string
	draftID string
}

// Whatever officials and reviewers do, in whatever order: only decisive
// decisions of those who are asked count, and the review ends exactly when
// their approvals reach the quorum, or with the first return.
func TestNamedQuorumProperty(t *testing.T) {
	prepare := func(b *testbed.Bed) quorumWorld {
		w := quorumWorld{draftID: b.Draft(testbed.Text).ID}
		for i := range 4 {
			w.people = append(w.people, b.Person(fmt.Sprintf("Property Reviewer %d", i), "reviewer", ""))
		}
		w.emails = emails(b, w.people)
		return w
	}
	testbed.Property(t, prepare, func(r *rapid.T, b *testbed.Bed, w quorumWorld) {
		m := &quorumModel{quorum: rapid.IntRange(1, 3).Draw(r, "quorum"), acted: map[int]bool{}, state: consultation.InReview}
		m.roles = rapid.SliceOfN(rapid.SampledFrom([]string{"", review.Decisive, review.Advisory}), 4, 4).Draw(r, "roles")
		c, err := m.submit(b, w)
		if refused := m.named > 0 && m.named < m.quorum; (err != nil) != refused {
			r.Fatalf("%d named, %d needed: %v", m.named, m.quorum, err)
		} else if refused {
			return
		}
		for range rapid.IntRange(1, 8).Draw(r, "steps") {
			i := rapid.IntRange(0, 3).Draw(r, "who")
			what := rapid.SampledFrom([]string{"approve", "return", "advise", "recuse"}).Draw(r, "what")
			err := act(b, again(b, w.people[i]), c.ID, what)
			if want := m.may(i, what); (err == nil) != want {
				r.Fatalf("%s by %d (%q): %v, want %v", what, i, m.roles[i], err, want)
			}
			if err == nil {
				m.done(i, what)
			}
			now, err := consultation.Get(b.Read(b.Official), c.ID)
			if err != nil || now.State != m.state {
				r.Fatalf("after %s by %d: %s, want %s (%v)", what, i, now.State, m.state, err)
			}
		}
	})
}

// submit puts a new consultation to those with a role.
func (m *quorumModel) submit(b *testbed.Bed, w quorumWorld) (c *consultation.Consultation, err error) {
	in := b.New(w.draftID)
	in.Quorum = m.quorum
	c = b.Bring(b.Consultation(in), consultation.Closed)
	ask := consultation.Input{}
	for i, role := range m.roles {
		switch role {
		case review.Decisive:
			ask.Reviewers = append(ask.Reviewers, w.emails[i])
		case review.Advisory:
			ask.Advisers = append(ask.Advisers, w.emails[i])
		}
	}
	m.named = len(ask.Reviewers)
	err = b.Write(b.Official, func(tx *workflows.Tx) (err error) {
		c, err = review.Transition(tx, c.ID, consultation.SubmitForReview, ask)
		return err
	})
	return c, err
}

func act(b *testbed.Bed, by workflows.Actor, id, what string) error {
	return b.Write(by, func(tx *workflows.Tx) error {
		switch what {
		case "advise":
			_, err := review.Advise(tx, id, review.Advice{Opinion: "ready"})
			return err
		case "recuse":
			return review.Recuse(tx, id, "Interest.")
		}
		_, err := review.Decide(tx, id, review.Verdict{Decision: what, Reason: "A reason."})
		return err
	})
}
