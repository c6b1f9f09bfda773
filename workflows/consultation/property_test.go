package consultation_test

import (
	"encoding/json"
	"errors"
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
	settled       bool     // and its wish to keep something from others is decided
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
			"comment": m.comment, "answer": m.answer, "settle": m.settle, "tamper": m.tamper,
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
	if hour, ok := map[string]time.Time{consultation.Scheduled: m.opens, consultation.Open: m.closes}[m.state]; ok && m.Clock.Now().Before(hour) {
		m.Clock.Set(hour)
	}
	m.try(t, next[0], next[1])
}

// try does the action and compares what comes of it with the model.
func (m *model) try(t *rapid.T, who, action string) {
	reason := rapid.SampledFrom([]string{"", " \n", "why"}).Draw(t, "reason")
	in := consultation.Input{Reason: reason, ClosesAt: m.closes.Add(rapid.SampledFrom([]time.Duration{-time.Hour, 0, time.Microsecond, 72 * time.Hour}).Draw(t, "deadline"))}
	err := m.Write(m.actors[who], func(tx *workflows.Tx) error {
		_, err := review.Transition(tx, m.id, action, in)
		return err
	})
	to := m.expected(who, action, in)
	m.compare(t, who, action, to, err)
	if to == "" {
		return
	}
	switch action {
	case consultation.SubmitForClearance:
		m.submitter = who
	case consultation.Extend:
		m.closes = in.ClosesAt
	case consultation.SubmitForReview:
		m.decided, m.approvals, m.changed = nil, 0, false
	case consultation.Return:
		if m.state == consultation.InReview {
			m.decisions++
		}
	}
	m.moved(who, action, to)
}

// expected is the state the action leads to, "" if it must be refused.
func (m *model) expected(who, action string, in consultation.Input) string {
	now, reason := m.Clock.Now(), strings.TrimSpace(in.Reason) != ""
	if !may(who, action) {
		return ""
	}
	ok := func(state string, guards bool, to string) string {
		if m.state == state && guards {
			return to
		}
		return ""
	}
	switch action {
	case consultation.SubmitForClearance:
		return ok(consultation.Draft, m.closes.After(now), consultation.InClearance)
	case consultation.Clear:
		return ok(consultation.InClearance, who != m.submitter && m.closes.After(now), consultation.Scheduled)
	case consultation.Return:
		if m.state == consultation.InReview {
			return ok(consultation.InReview, reason && m.mayDecide(who), consultation.Closed)
		}
		return ok(consultation.InClearance, reason, consultation.Draft)
	case consultation.OpenIt:
		return ok(consultation.Scheduled, !now.Before(m.opens), consultation.Open)
	case consultation.Extend:
		return ok(consultation.Open, reason && now.Before(m.closes) && in.ClosesAt.After(m.closes), consultation.Open)
	case consultation.Close:
		return ok(consultation.Open, who == "clock" && !now.Before(m.closes) || who != "clock" && reason, consultation.Closed)
	case consultation.SubmitForReview:
		return ok(consultation.Closed, m.unanswered == 0, consultation.InReview)
	case consultation.Publish:
		return ok(consultation.Approved, !m.changed && (m.settled || !m.answered), consultation.Published)
	case consultation.Withdraw:
		final := m.state == consultation.Published || m.state == consultation.Withdrawn
		return ok(m.state, reason && !final, consultation.Withdrawn)
	}
	return ""
}

func (m *model) mayDecide(who string) bool {
	return may(who, "decide") && who != m.author && !slices.Contains(m.decided, who) && !m.changed
}

func (m *model) compare(t *rapid.T, who, action, to string, err error) {
	if (err == nil) != (to != "") {
		t.Fatalf("%s by %s in state %s: %v, and should lead to %q", action, who, m.state, err, to)
	}
	var clear *workflows.Error
	if err != nil && !errors.As(err, &clear) {
		t.Fatalf("%s by %s: not an error for people: %v", action, who, err)
	}
}

func (m *model) moved(who, action, to string) {
	m.moves = append(m.moves, fmt.Sprintf("%s by %s: %s -> %s", action, m.actors[who].ID, m.state, to))
	m.state, m.version = to, m.version+1
}

func (m *model) decide(t *rapid.T) {
	who := rapid.SampledFrom(append([]string{"reviewer", "other reviewer", "both"}, m.names...)).Draw(t, "who")
	decision := rapid.SampledFrom([]string{"approve", "approve_with_comments", "return", "reject"}).Draw(t, "decision")
	reason := rapid.SampledFrom([]string{"", " ", "why"}).Draw(t, "reason")
	err := m.Write(m.actors[who], func(tx *workflows.Tx) error {
		_, err := review.Decide(tx, m.id, review.Verdict{Decision: decision, Reason: reason})
		return err
	})
	to := ""
	if m.state == consultation.InReview && m.mayDecide(who) && decision != "reject" && (decision == "approve" || reason == "why") {
		to = consultation.InReview
	}
	m.compare(t, who, decision, to, err)
	if to == "" {
		return
	}
	m.decisions++
	m.decided = append(m.decided, who)
	if decision == "return" {
		m.moved(who, consultation.Return, consultation.Closed)
		return
	}
	if m.approvals++; m.approvals == m.quorum {
		m.moved(who, consultation.Approve, consultation.Approved)
	}
}

func (m *model) edit(t *rapid.T) {
	who := rapid.SampledFrom(m.names).Draw(t, "who")
	version := m.version - rapid.Int64Range(0, 1).Draw(t, "versions behind")
	in := m.New(m.draft[m.author].ID)
	in.OpensAt, in.ClosesAt, in.Quorum, in.Kind = m.opens, m.closes, m.quorum, "public"
	err := m.Write(m.actors[who], func(tx *workflows.Tx) error {
		_, err := consultation.Edit(tx, m.id, version, in)
		return err
	})
	to := ""
	if may(who, "edit") && m.state == consultation.Draft && version == m.version && m.closes.After(m.Clock.Now()) {
		to = m.state
	}
	m.compare(t, who, "edit", to, err)
	if to != "" {
		m.version++
	}
}

func (m *model) wait(t *rapid.T) {
	m.Clock.Add(rapid.SampledFrom([]time.Duration{time.Microsecond, time.Hour, 26 * time.Hour, 9 * 24 * time.Hour}).Draw(t, "for"))
}

func (m *model) tick(*rapid.T) {
	m.Tick()
	switch now := m.Clock.Now(); {
	case m.state == consultation.Scheduled && !now.Before(m.opens):
		m.moved("clock", consultation.OpenIt, consultation.Open)
	case m.state == consultation.Open && !now.Before(m.closes):
		m.moved("clock", consultation.Close, consultation.Closed)
	}
}

// comment sends the organisation's answer: one public comment and one that
// nobody outside may ever see.
func (m *model) comment(t *rapid.T) {
	secret := testbed.Comment("", canary)
	secret.Confidentiality, secret.Ground = submission.Confidential, "trade_secret"
	in := submission.Content{Comments: []submission.NewComment{testbed.Comment("", "For all to read."), secret}}
	err := m.Write(m.actors["contributor"], func(tx *workflows.Tx) error {
		_, err := submission.Save(tx, m.id, in, true)
		return err
	})
	to := ""
	if m.state == consultation.Open && m.Clock.Now().Before(m.closes) && !m.answered {
		to = m.state
	}
	m.compare(t, "contributor", "comment", to, err)
	if to != "" {
		m.answered, m.unanswered = true, 2
	}
}

func (m *model) answer(t *rapid.T) {
	if m.state != consultation.Closed || m.unanswered == 0 {
		t.Skip("nothing to answer")
	}
	m.Answer(&consultation.Consultation{ID: m.id})
	m.unanswered = 0
}

// settle keeps from others what its sender asked to be kept so.
func (m *model) settle(t *rapid.T) {
	if after := []string{consultation.Closed, consultation.InReview, consultation.Approved}; !slices.Contains(after, m.state) || !m.answered || m.settled {
		t.Skip("nothing to settle")
	}
	m.Grant(&consultation.Consultation{ID: m.id, StateCode: testbed.State})
	m.settled = true
}

// tamper changes a disposition behind the workflow's back.
func (m *model) tamper(t *rapid.T) {
	if (m.state != consultation.InReview && m.state != consultation.Approved) || !m.answered {
		t.Skip("nothing to tamper with")
	}
	q := m.Store.DB.Table("comments").Where("consultation_id = ?", m.id)
	if err := q.Update("rationale", fmt.Sprintf("Tampered with after move %d.", len(m.moves))).Error; err != nil {
		t.Fatal(err)
	}
	m.changed = true
}

// check compares the stored state, the record and the jobs with the model.
func (m *model) check(t *rapid.T) {
	c, err := consultation.Get(m.Read(m.actors["auditor"]), m.id)
	if err != nil {
		t.Fatal(err)
	}
	if c.State != m.state || c.Version != m.version || !c.ClosesAt.Equal(m.closes) {
		t.Fatalf("stored: %s, version %d, until %v; should be %s, %d, %v", c.State, c.Version, c.ClosesAt, m.state, m.version, m.closes)
	}
	var moves []string
	decisions, reminders := 0, 0
	for _, e := range m.Trail(m.id) {
		switch {
		case e.Object == "review" && e.Action == "decide":
			decisions++
		case e.Object == "consultation" && (e.Action == "remind" || e.Action == "remind_response"):
			reminders++
		case e.Object == "consultation" && e.From != "":
			moves = append(moves, fmt.Sprintf("%s by %s: %s -> %s", e.Action, e.Actor, e.From, e.To))
			if row, err := consultation.Table.Find(e.From, e.Action); err != nil || row.To != e.To {
				t.Fatalf("%s: not in the table", moves[len(moves)-1])
			}
		}
	}
	if !slices.Equal(moves, m.moves) || decisions != m.decisions {
		t.Fatalf("the record has %d decisions and\n%s\nshould have %d and\n%s", decisions, strings.Join(moves, "\n"), m.decisions, strings.Join(m.moves, "\n"))
	}
	if n := m.Count("river_job", "kind = 'announce' AND CAST(args AS TEXT) LIKE ?", "%"+m.id+"%"); n != len(moves)+reminders {
		t.Fatalf("%d announcements of %d moves and %d reminders", n, len(moves), reminders)
	}
	m.checkSecrecy(t)
}

// checkSecrecy looks for the canary wherever someone from outside can look.
func (m *model) checkSecrecy(t *rapid.T) {
	if m.state != consultation.Published {
		return
	}
	for _, who := range []string{"visitor", "observer", "partner", "administrator", "foreign"} {
		tx := m.Read(m.actors[who])
		r, c, err := review.GetResponse(tx, m.id)
		if err != nil {
			t.Fatalf("%s cannot read the response: %v", who, err)
		}
		comments, _, _ := submission.Comments(tx, c, submission.Filter{}, workflows.Page{})
		trail, _, _ := workflows.Trail(tx, testbed.State, m.id, "", workflows.Page{Limit: workflows.MaxLimit})
		seen, err := json.Marshal([]any{r, comments, trail})
		if err != nil || strings.Contains(string(seen), canary) {
			t.Fatalf("%s sees what was confidential: %s %v", who, seen, err)
		}
	}
}

// finish leaves no consultation behind that later runs' ticks would move.
func (m *model) finish() {
	if m.state != consultation.Published && m.state != consultation.Withdrawn {
		m.Move(m.actors["official"], &consultation.Consultation{ID: m.id}, consultation.Withdraw)
	}
}
