package testbed

import (
	"time"

	"jahorina/app/documents"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/moderation"
	"jahorina/workflows/review"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// Text is a small strategy: sections 1 and 2, provisions 1.1, 1.2 and 2.1.
const Text = `# Strategy

## 1. Purpose

1.1 This strategy sets out how dual-use chemicals are controlled.

1.2 It covers industry, academia and trade.

## 2. Reporting

2.1 Firms report what they hold each year.
`

// Organisation adds an organisation to the state.
func (b *Bed) Organisation(name, sector string) stakeholder.Organisation {
	b.t.Helper()
	return *must(b, b.Admin, func(tx *workflows.Tx) (*stakeholder.Organisation, error) {
		return stakeholder.CreateOrganisation(tx, stakeholder.NewOrganisation{State: State, Name: name, Sector: sector, Email: address(name, "org")})
	})
}

// Person adds a person with the role (no prefix), who answers for the
// organisation if it is given, and returns them with the rights they now have.
func (b *Bed) Person(name, role, organisationID string) workflows.Actor {
	b.t.Helper()
	return must(b, workflows.Operator(), func(tx *workflows.Tx) (workflows.Actor, error) {
		p, err := stakeholder.CreatePerson(tx, stakeholder.NewPerson{
			Email: address(name, "people"), Name: name, State: State, Role: role, OrganisationID: organisationID,
		})
		if err != nil {
			return workflows.Actor{}, err
		}
		return stakeholder.ActorOf(tx, p.ID)
	})
}

// Draft uploads the Markdown as the first draft of a new strategy.
func (b *Bed) Draft(markdown string) strategy.Draft {
	b.t.Helper()
	s := must(b, b.Official, func(tx *workflows.Tx) (*strategy.Strategy, error) { return strategy.Create(tx, State, "Strategy") })
	return b.NextDraft(s.ID, markdown)
}

// NextDraft uploads the Markdown as the next draft of a strategy.
func (b *Bed) NextDraft(strategyID, markdown string) strategy.Draft {
	b.t.Helper()
	content, err := documents.Markdown([]byte(markdown), documents.Options{})
	if err != nil {
		b.t.Fatalf("read the draft: %v", err)
	}
	return *must(b, b.Official, func(tx *workflows.Tx) (*strategy.Draft, error) {
		d, _, err := strategy.AddDraft(tx, strategyID, "", content)
		return d, err
	})
}

// Provision is the one with the number in the draft.
func (b *Bed) Provision(draftID, number string) strategy.Provision {
	b.t.Helper()
	all, err := strategy.Provisions(b.Read(b.Official), draftID)
	if err != nil {
		b.t.Fatalf("read provisions: %v", err)
	}
	for _, p := range all {
		if p.Number == number {
			return p
		}
	}
	b.t.Fatalf("draft %s has no provision %s", draftID, number)
	return strategy.Provision{}
}

// New is a consultation on the draft that can be created as it is: public,
// opening in an hour and open for two weeks, quorum 1, without questions.
func (b *Bed) New(draftID string) consultation.New {
	now := b.Clock.Now()
	return consultation.New{
		DraftID: draftID, Title: "Consultation", Summary: "What it is about.", Kind: "public", Quorum: 1,
		OpensAt: now.Add(time.Hour), ClosesAt: now.Add(time.Hour + 14*24*time.Hour),
	}
}

// Consultation creates a consultation and invites the organisations to it.
func (b *Bed) Consultation(in consultation.New, organisations ...stakeholder.Organisation) *consultation.Consultation {
	b.t.Helper()
	return must(b, b.Official, func(tx *workflows.Tx) (*consultation.Consultation, error) {
		c, err := consultation.Create(tx, in)
		if err != nil || len(organisations) == 0 {
			return c, err
		}
		ids := make([]string, len(organisations))
		for i, o := range organisations {
			ids[i] = o.ID
		}
		_, err = consultation.Invite(tx, c.ID, ids, nil)
		return c, err
	})
}

// path is how a consultation comes to each state from the one before.
var path = []struct{ action, to string }{
	{consultation.SubmitForClearance, consultation.InClearance},
	{consultation.Clear, consultation.Scheduled},
	{consultation.OpenIt, consultation.Open},
	{consultation.Close, consultation.Closed},
	{consultation.SubmitForReview, consultation.InReview},
	{consultation.Approve, consultation.Approved},
	{consultation.Publish, consultation.Published},
}

// Bring takes a consultation to the state, moving the clock where its hour
// must come and answering every comment (noted) before a review; withdrawn is
// reached from where it is. It returns the consultation as it then is.
func (b *Bed) Bring(c *consultation.Consultation, state string) *consultation.Consultation {
	b.t.Helper()
	if state == consultation.Withdrawn {
		return b.Move(b.Official, c, consultation.Withdraw)
	}
	passed := c.State == consultation.Draft
	for _, step := range path {
		if passed && c.State != state {
			c = b.step(c, step.action)
		}
		passed = passed || step.to == c.State
	}
	if c.State != state {
		b.t.Fatalf("consultation is %s, not %s", c.State, state)
	}
	return c
}

func (b *Bed) step(c *consultation.Consultation, action string) *consultation.Consultation {
	b.t.Helper()
	switch action {
	case consultation.Clear:
		return b.Move(b.Second, c, action)
	case consultation.OpenIt, consultation.Close:
		return b.byClock(c, action)
	case consultation.SubmitForReview:
		b.Answer(c)
	case consultation.Publish:
		b.Grant(c)
	case consultation.Approve:
		return b.approve(c)
	}
	return b.Move(b.Official, c, action)
}

func (b *Bed) byClock(c *consultation.Consultation, action string) *consultation.Consultation {
	b.t.Helper()
	hour := c.OpensAt
	if action == consultation.Close {
		hour = c.ClosesAt
	}
	if b.Clock.Now().Before(hour) {
		b.Clock.Set(hour)
	}
	return must(b, workflows.Clock(), func(tx *workflows.Tx) (*consultation.Consultation, error) {
		held, err := consultation.Hold(tx, c.ID, false)
		if err != nil {
			return nil, err
		}
		return held, consultation.Transition(tx, held, action, consultation.Input{})
	})
}

func (b *Bed) approve(c *consultation.Consultation) *consultation.Consultation {
	b.t.Helper()
	reviewers := []workflows.Actor{b.Reviewer, b.OtherReviewer}
	for _, r := range reviewers[:min(c.Quorum, len(reviewers))] {
		c = b.Decide(r, c, "approve")
	}
	return c
}

// Move carries out an action as the actor, with a reason.
func (b *Bed) Move(by workflows.Actor, c *consultation.Consultation, action string) *consultation.Consultation {
	b.t.Helper()
	return must(b, by, func(tx *workflows.Tx) (*consultation.Consultation, error) {
		return review.Transition(tx, c.ID, action, consultation.Input{Reason: "a reason"})
	})
}

// Decide records a reviewer's decision, with a reason.
func (b *Bed) Decide(by workflows.Actor, c *consultation.Consultation, decision string) *consultation.Consultation {
	b.t.Helper()
	return must(b, by, func(tx *workflows.Tx) (*consultation.Consultation, error) {
		return review.Decide(tx, c.ID, review.Verdict{Decision: decision, Reason: "a reason"})
	})
}

// At is a new public consultation on a new draft of Text, in the state.
func (b *Bed) At(state string, organisations ...stakeholder.Organisation) *consultation.Consultation {
	b.t.Helper()
	return b.Bring(b.Consultation(b.New(b.Draft(Text).ID), organisations...), state)
}

// ByLink is who comes by the link of the organisation's invitation.
func (b *Bed) ByLink(c *consultation.Consultation, o stakeholder.Organisation) workflows.Actor {
	b.t.Helper()
	return must(b, workflows.Actor{}, func(tx *workflows.Tx) (workflows.Actor, error) {
		var i consultation.Invitation
		if err := tx.One(&i, "consultation_id = ? AND organisation_id = ?", c.ID, o.ID); err != nil {
			return workflows.Actor{}, err
		}
		a, _, err := consultation.ActorByInvitation(tx, consultation.InvitationLink(tx.Signer(), i.ID))
		return a, err
	})
}

// Comment is a technical comment on the provision ("" for the whole).
func Comment(provisionID, text string) submission.NewComment {
	return submission.NewComment{ProvisionID: provisionID, Type: "technical", Text: text}
}

// Submit puts a submission with the comments into the record. What is to be kept
// from others is a trade secret unless it says otherwise.
func (b *Bed) Submit(by workflows.Actor, c *consultation.Consultation, comments ...submission.NewComment) *submission.Submission {
	b.t.Helper()
	return must(b, by, func(tx *workflows.Tx) (*submission.Submission, error) {
		return submission.Save(tx, c.ID, submission.Content{Comments: comments, Ground: "trade_secret"}, true)
	})
}

// Answer gives every comment that has no agreed disposition one: noted,
// proposed by Official and agreed to by Second.
func (b *Bed) Answer(c *consultation.Consultation) {
	b.t.Helper()
	all, err := submission.Standing(b.Read(b.Official), c.ID)
	if err != nil {
		b.t.Fatalf("read comments: %v", err)
	}
	for _, m := range all {
		if m.DispositionState == submission.DispositionOpen {
			b.Propose(m.ID, submission.NewDisposition{Outcome: "noted", Rationale: "Noted with thanks."})
		}
		if m.DispositionState != submission.DispositionAgreed {
			must(b, b.Second, func(tx *workflows.Tx) (*submission.Comment, error) { return submission.Agree(tx, m.ID, 0) })
		}
	}
}

// Grant keeps from others what senders asked to be kept so and is undecided, in
// the name of Official.
func (b *Bed) Grant(c *consultation.Consultation) {
	b.t.Helper()
	for more := true; more; {
		wishes, err := moderation.Read(b.Read(b.Official), c, moderation.Wishes, "")
		if err != nil {
			b.t.Fatalf("read the queue: %v", err)
		}
		var ids []string
		for _, i := range wishes.Items {
			ids = append(ids, i.ID)
		}
		if more = len(ids) > 0; more {
			b.Do(b.Official, func(tx *workflows.Tx) error { return moderation.Rule(tx, c.ID, ids, moderation.Ruling{Grant: true}) })
		}
	}
}

// Propose writes a disposition in the name of Official.
func (b *Bed) Propose(commentID string, in submission.NewDisposition) *submission.Comment {
	b.t.Helper()
	return must(b, b.Official, func(tx *workflows.Tx) (*submission.Comment, error) { return submission.Propose(tx, commentID, 0, in) })
}
