package gap_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/gap"
	"jahorina/workflows/stakeholder"
)

const neighbour = "HR"

// set is a bed with an official of a neighbouring state.
type set struct {
	*testbed.Bed
	other workflows.Actor
}

func newSet(b *testbed.Bed) set {
	var other workflows.Actor
	b.Do(workflows.Operator(), func(tx *workflows.Tx) error {
		if _, err := stakeholder.CreateState(tx, neighbour, "Neighbour", "en"); err != nil {
			return err
		}
		p, err := stakeholder.CreatePerson(tx, stakeholder.NewPerson{Email: "n@n.example", Name: "Neighbour", State: neighbour, Role: "official"})
		if err != nil {
			return err
		}
		other, err = stakeholder.ActorOf(tx, p.ID)
		return err
	})
	return set{b, other}
}

func (s set) create(t testbed.T) *gap.Gap {
	t.Helper()
	var g *gap.Gap
	in := gap.New{Obligation: "CWC-VI2", Title: "Hours of detention differ", Positions: map[string]string{testbed.State: "72 h", neighbour: "48 h"}}
	s.Do(s.Official, func(tx *workflows.Tx) (err error) {
		g, err = gap.Create(tx, testbed.State, in)
		return err
	})
	return g
}

func (s set) apply(by workflows.Actor, id, state, action string, in gap.Input) error {
	return s.Write(by, func(tx *workflows.Tx) error { _, err := gap.Apply(tx, id, state, action, 0, in); return err })
}

func (s set) own(by workflows.Actor, id, state string) error {
	return s.Write(by, func(tx *workflows.Tx) error {
		g, err := gap.Get(tx, id)
		if err != nil {
			return err
		}
		_, err = gap.PutSide(tx, id, state, g.Version, "changed", by.PersonID())
		return err
	})
}

func refused(t *testing.T, err error, kind workflows.Kind, want string) {
	t.Helper()
	if !workflows.IsKind(err, kind) || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}

// Closing needs both sides to confirm; each acts for its own alone.
func TestR4_2ClosingNeedsBothSides(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s := newSet(b)
		g := s.create(t)
		step := gap.Input{Step: "Experts meet", On: b.Clock.Now().AddDate(0, 1, 0)}
		refused(t, s.apply(b.Official, g.ID, testbed.State, gap.AgreeStep, gap.Input{}), workflows.Invalid, "step: required; step_on: required")
		refused(t, s.apply(b.Official, g.ID, testbed.State, gap.AgreeStep, gap.Input{Step: "x", On: b.Clock.Now().AddDate(0, 0, -1)}), workflows.Invalid, "step_on: day_passed")
		refused(t, s.apply(b.Official, g.ID, neighbour, gap.AgreeStep, step), workflows.Forbidden, "forbidden")
		refused(t, s.apply(b.Reviewer, g.ID, testbed.State, gap.AgreeStep, step), workflows.Forbidden, "forbidden")
		refused(t, s.apply(workflows.Actor{}, g.ID, testbed.State, gap.AgreeStep, step), workflows.NotFound, "not_found")
		if err := s.apply(b.Official, g.ID, testbed.State, gap.AgreeStep, step); err != nil {
			t.Fatal(err)
		}
		refused(t, s.apply(b.Official, g.ID, testbed.State, gap.ProposeClosing, gap.Input{}), workflows.Conflict, "gap_no_owner")
		if err := s.own(b.Official, g.ID, testbed.State); err != nil {
			t.Fatal(err)
		}
		refused(t, s.own(b.Official, g.ID, neighbour), workflows.Forbidden, "forbidden")
		if err := s.own(s.other, g.ID, neighbour); err != nil {
			t.Fatal(err)
		}
		if err := s.apply(b.Official, g.ID, testbed.State, gap.ProposeClosing, gap.Input{}); err != nil {
			t.Fatal(err)
		}
		refused(t, s.apply(b.Official, g.ID, testbed.State, gap.Confirm, gap.Input{}), workflows.Conflict, "gap_confirmed")
		refused(t, s.apply(b.Official, g.ID, testbed.State, "close", gap.Input{}), workflows.Forbidden, "forbidden")
		if err := b.Store.DB.Exec("UPDATE regional_gaps SET status = 'closed' WHERE id = ?", g.ID).Error; err == nil {
			t.Error("the database closes what one side has confirmed")
		}
		wanted, err := gap.WantedOf(b.Read(s.other))
		if err != nil || len(wanted) != 1 || wanted[0].What != gap.Confirm || wanted[0].State != neighbour {
			t.Errorf("%+v, %v", wanted, err)
		}
		refused(t, s.apply(s.other, g.ID, neighbour, gap.Object, gap.Input{}), workflows.Invalid, "reason: required")
		if err := s.apply(s.other, g.ID, neighbour, gap.Object, gap.Input{Reason: "Not in force yet"}); err != nil {
			t.Fatal(err)
		}
		if err := s.apply(s.other, g.ID, neighbour, gap.ProposeClosing, gap.Input{}); err != nil {
			t.Fatal(err)
		}
		if err := s.apply(b.Official, g.ID, testbed.State, gap.Confirm, gap.Input{}); err != nil {
			t.Fatal(err)
		}
		now, err := gap.Get(b.Read(b.Auditor), g.ID)
		if err != nil || now.Status != gap.Closed || len(now.Unconfirmed()) != 0 {
			t.Fatalf("%+v, %v", now, err)
		}
		refused(t, s.own(s.other, g.ID, neighbour), workflows.Conflict, "wrong_state")
		if err := s.apply(s.other, g.ID, neighbour, gap.Reopen, gap.Input{Reason: "The law was repealed"}); err != nil {
			t.Fatal(err)
		}
		if now, err = gap.Get(b.Read(b.Auditor), g.ID); err != nil || now.Status != gap.Open || len(now.Unconfirmed()) != 2 {
			t.Errorf("%+v, %v", now, err)
		}
		if n := b.Count("audit_entries", "object = 'gap'"); n != 10 {
			t.Errorf("%d entries of the record", n)
		}
	})
}

func TestGapsAreBegunWhole(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		s := newSet(b)
		try := func(by workflows.Actor, in gap.New) error {
			return b.Write(by, func(tx *workflows.Tx) error { _, err := gap.Create(tx, testbed.State, in); return err })
		}
		refused(t, try(b.Official, gap.New{Obligation: "NONE", Positions: map[string]string{neighbour: "x"}}), workflows.Invalid, "title: required; obligation: unknown_obligation; states: gap_states")
		refused(t, try(b.Official, gap.New{Obligation: "CWC-VI2", Title: "x", Positions: map[string]string{testbed.State: "", "ZZ": ""}}), workflows.Invalid, "states: unknown_state")
		refused(t, try(b.Auditor, gap.New{Obligation: "CWC-VI2", Title: "x", Positions: map[string]string{testbed.State: "", neighbour: ""}}), workflows.Forbidden, "forbidden")
		g := s.create(t)
		all, _, err := gap.List(b.Read(s.other), gap.Open, workflows.Page{})
		if err != nil || len(all) != 1 || all[0].Side(testbed.State).Position != "72 h" {
			t.Errorf("%+v, %v", all, err)
		}
		if all, _, err = gap.List(b.Read(s.other), gap.Closed, workflows.Page{}); err != nil || len(all) != 0 {
			t.Errorf("%+v, %v", all, err)
		}
		_, _, err = gap.List(b.Read(workflows.Actor{}), "", workflows.Page{})
		refused(t, err, workflows.NotFound, "")
		err = b.Write(b.Official, func(tx *workflows.Tx) error {
			_, err := gap.PutSide(tx, g.ID, testbed.State, 7, "x", "")
			return err
		})
		refused(t, err, workflows.Stale, "stale")
		err = b.Write(b.Official, func(tx *workflows.Tx) error {
			_, err := gap.PutSide(tx, g.ID, testbed.State, 1, "x", s.other.PersonID())
			return err
		})
		refused(t, err, workflows.Invalid, "owner: unknown_owner")
		wanted, err := gap.WantedOf(b.Read(b.Official))
		if err != nil || len(wanted) != 1 || wanted[0].What != gap.Owner {
			t.Errorf("%+v, %v", wanted, err)
		}
	})
}

// Whatever the two sides do, in whatever order: a gap is closed only once both
// have confirmed, and nobody's confirmation outlives an objection.
func TestAGapIsClosedByAllItsSides(t *testing.T) {
	testbed.Property(t, newSet, func(rt *rapid.T, b *testbed.Bed, s set) {
		s.Bed = b
		g := s.create(rt)
		by := map[string]workflows.Actor{testbed.State: b.Official, neighbour: s.other}
		confirmed := map[string]bool{}
		for range rapid.IntRange(1, 15).Draw(rt, "steps") {
			state := rapid.SampledFrom([]string{testbed.State, neighbour}).Draw(rt, "state")
			action := rapid.SampledFrom([]string{gap.AgreeStep, gap.ProposeClosing, gap.Confirm, gap.Object, gap.Reopen, "own"}).Draw(rt, "action")
			var err error
			if action == "own" {
				err = s.own(by[state], g.ID, state)
			} else {
				err = s.apply(by[state], g.ID, state, action, gap.Input{Step: "x", On: b.Clock.Now().Add(48 * time.Hour), Reason: "y"})
			}
			if err == nil {
				switch action {
				case gap.ProposeClosing, gap.Confirm:
					confirmed[state] = true
				case gap.Object, gap.Reopen:
					clear(confirmed)
				}
			}
			now, err := gap.Get(b.Read(b.Official), g.ID)
			if err != nil {
				rt.Fatal(err)
			}
			var left []string
			for _, code := range []string{testbed.State, neighbour} {
				if !confirmed[code] {
					left = append(left, code)
				}
			}
			if !slices.Equal(now.Unconfirmed(), left) || (now.Status == gap.Closed) != (len(left) == 0) {
				rt.Fatalf("%s by %s: %s, not confirmed by %v, want %v", action, state, now.Status, now.Unconfirmed(), left)
			}
		}
	})
}
