package consultation_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jahorina/app/apptest/testbed"
	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

const canary = "CANARY-e6c1"

// cast is everyone who might try something.
type cast struct {
	names  []string
	actors map[string]workflows.Actor
	org    stakeholder.Organisation
	draft  map[string]strategy.Draft // by the name of its author
}

func newCast(b *testbed.Bed) cast {
	c := cast{org: b.Organisation("Chemical Industry", "industry"), draft: map[string]strategy.Draft{}}
	neighbour := b.Organisation("Neighbour", "international")
	both := b.Person("Both", "official", "")
	both.Roles = append(both.Roles, policies.Held{Role: policies.Reviewer, State: testbed.State})
	foreign := workflows.Actor{Subject: policies.Subject{ID: "user:foreign", Roles: []policies.Held{
		{Role: policies.Official, State: "RS"}, {Role: policies.Reviewer, State: "RS"},
	}}, Name: "Foreign"}
	c.actors = map[string]workflows.Actor{
		"official": b.Official, "second": b.Second, "reviewer": b.Reviewer, "other reviewer": b.OtherReviewer, "both": both,
		"administrator": b.Admin, "auditor": b.Auditor, "foreign": foreign, "visitor": {}, "clock": workflows.Clock(),
		"contributor": b.Person("Contributor", "contributor", c.org.ID), "observer": b.Person("Observer", "observer", neighbour.ID),
		"partner": b.Person("Partner", "partner", ""),
	}
	for name := range c.actors {
		c.names = append(c.names, name)
	}
	slices.Sort(c.names)
	for _, author := range []string{"official", "both"} {
		as := *b
		as.Official = c.actors[author]
		c.draft[author] = as.Draft(testbed.Text)
	}
	return c
}

// may is who has a say, written down here once more and by hand.
func may(actor, action string) bool {
	official := slices.Contains([]string{"official", "second", "both"}, actor)
	reviewer := slices.Contains([]string{"reviewer", "other reviewer", "both"}, actor)
	switch action {
	case "decide":
		return reviewer
	case consultation.Clear, consultation.Return:
		return official || reviewer
	case consultation.OpenIt:
		return actor == "clock"
	case consultation.Close:
		return official || actor == "clock"
	case consultation.SubmitForClearance, consultation.Extend, consultation.SubmitForReview, consultation.Publish, consultation.Withdraw, "edit":
		return official
	}
	return false
}

// model is one consultation as it should be.
type model struct {
	*testbed.Bed
	cast
	t *rapid.T

	id, state     string
	version       int64
	author        string
	submitter     string
	opens, closes time.Time
	quorum        int
	decided       []string // in the round going on
	approvals     int
	changed       bool // since the round began
	unanswered    int
	answered      bool     // the organisation has answered
	moves         []string // "action by actor: from -> to"
	decisions     int
}

func TestNoSequenceBreaksAConsultation(t *testing.T) {
	testbed.Property(t, newCast, func(t *rapid.T, b *testbed.Bed, c cast) {
		b.Clock.Set(testbed.Start)
		m := &model{Bed: b, cast: c, t: t, state: consultation.Draft, version: 1}
		m.author = rapid.SampledFrom([]string{"official", "both"}).Draw(t, "author")
		in := b.New(c.draft[m.author].ID)
		in.Kind = rapid.SampledFrom(consultation.Kinds).Draw(t, "kind")
		in.Quorum = rapid.IntRange(1, 2).Draw(t, "quorum")
		m.id, m.opens, m.closes, m.quorum = b.Consultation(in, c.org).ID, in.OpensAt, in.ClosesAt, in.Quorum
		t.Repeat(map[string]func(*rapid.T){
			"": m.check, "act": m.act, "go on": m.goOn, "decide": m.decide, "edit": m.edit, "wait": m.wait, "tick": m.tick,
			"comment": m.comment, "answer": m.answer, "tamper": m.tamper,
		})
		m.finish()
	})
}

// act is anyone trying anything.
func (m *model) act(t *rapid.T) {
	who := rapid.SampledFrom(m.names).Draw(t, "who")
	var all []string
	for _, r := range consultation.Table.Rows {
		all = append(all, r.Action)
	}
	m.try(t, who, rapid.SampledFrom(append(all, "nonsense")).Draw(t, "action"))
}

// goOn tries the next step of the main job, so that runs get far.
func (m *model) goOn(t *rapid.T) {
	step := map[string][2]string{
		consultation.Draft: {"official", consultation.SubmitForClearance}, consultation.InClearance: {"second", consultation.Clear},
		consultation.Scheduled: {"clock", consultation.OpenIt}, consultation.Open: {"clock", consultation.Close},
		consultation.Closed: {"official", consultation.SubmitForReview}, consultation.Approved: {"official", consultation.Publish},
	}
	next, ok := step[m.state]
	if !ok {
		t.Skip("nothing to go on with")
	}
	m.Clock.Set(map[string]time.Time{consultation.Scheduled: later(m.Clock.Now(), m.opens), consultation.Open: later(m.Clock.Now(), m.closes)}[m.state].Add(0))
	m.try(t, next[0], next[1])
}
