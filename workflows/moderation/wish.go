package moderation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/submission"
)

// Days a sender has to say what they prefer once the desk declined to keep a
// comment from others.
const (
	DefaultDays = 10
	MinDays     = 3
	MaxDays     = 60
)

// WishFacts are what the guards of a wish to keep something from others look at.
type WishFacts struct {
	Now          time.Time
	Consultation *consultation.Consultation
	Own          bool // the actor is who sent the comment
	Reason       string
	AnswerBy     *time.Time
}

type wishGuard = workflows.Guard[WishFacts]

var (
	closed = wishGuard{Name: "the consultation has closed", Check: func(f WishFacts) error {
		after := []string{consultation.Closed, consultation.InReview, consultation.Approved, consultation.Published}
		if !slices.Contains(after, f.Consultation.State) {
			return workflows.Refuse(workflows.Conflict, "wishes_after_close", "State", f.Consultation.State)
		}
		return nil
	}}
	notOwnWish  = wishGuard{Name: "nobody decides on a comment of their own", Check: func(f WishFacts) error { return notOwn(f.Own) }}
	reasonGiven = wishGuard{Name: "a reason is given", Check: func(f WishFacts) error {
		if strings.TrimSpace(f.Reason) == "" {
			return workflows.InvalidField("reason", "reason_required")
		}
		return nil
	}}
	timeIsUp = wishGuard{Name: "the sender's time has passed", Check: func(f WishFacts) error {
		if f.AnswerBy == nil || f.Now.Before(*f.AnswerBy) {
			return workflows.Refuse(workflows.Conflict, "not_yet")
		}
		return nil
	}}
)

// WishTable is the workflow of a sender's wish to keep a comment from others. In
// the policy its object is "restriction".
var WishTable = &workflows.Machine[WishFacts]{
	Object: "restriction", Table: "restrictions", Column: "state", Version: "version",
	Initial: submission.Asked, Finals: []string{submission.Opened, submission.TakenBack},
	Rows: []workflows.Transition[WishFacts]{
		{Action: "keep", From: []string{submission.Asked, submission.Declined, submission.Granted}, To: submission.Granted, Guards: []wishGuard{closed, notOwnWish}, Announce: true},
		{Action: "disclose", From: []string{submission.Asked, submission.Granted}, To: submission.Declined, Guards: []wishGuard{closed, notOwnWish, reasonGiven}, Announce: true},
		{Action: "agree", From: []string{submission.Declined}, To: submission.Opened},
		{Action: "take_back", From: []string{submission.Granted, submission.Declined}, To: submission.TakenBack},
		{Action: "stand", From: []string{submission.Declined}, To: submission.Opened, Clock: true, Guards: []wishGuard{timeIsUp}},
	},
}

// Ruling is what the desk decides on a wish. Ground "" keeps the sender's,
// Holder "" is the state, ReviewDate zero in ReviewAfter, Days 0 DefaultDays.
type Ruling struct {
	Grant      bool
	Ground     string
	Reason     string // for the sender; required to decline
	Holder     string
	ReviewDate time.Time
	Days       int
}

// Rule decides on the wishes of the senders of these comments, all or none, and
// tells them. What is declined stays kept from others until the sender agrees
// or their time has passed.
func Rule(tx *workflows.Tx, consultationID string, commentIDs []string, in Ruling) error {
	commentIDs, err := chosen(commentIDs)
	if err != nil {
		return err
	}
	for _, id := range commentIDs {
		if err := rule(tx, consultationID, id, in); err != nil {
			return err
		}
	}
	return nil
}

func rule(tx *workflows.Tx, consultationID, commentID string, in Ruling) error {
	action := "disclose"
	if in.Grant {
		action = "keep"
	}
	h, err := hold(tx, commentID, "restriction", action)
	if err != nil {
		return err
	}
	if h.c.ID != consultationID {
		return workflows.InvalidField("comments", "unknown_comment")
	}
	w, err := wishOf(tx, h)
	if err != nil {
		return err
	}
	set, err := in.columns(tx, h)
	if err != nil {
		return err
	}
	return h.move(tx, w, action, in.Reason, set)
}

func (in Ruling) columns(tx *workflows.Tx, h *held) (map[string]any, error) {
	var p workflows.Problems
	if in.Ground == "" {
		in.Ground = h.Ground
	}
	if in.Ground != "" {
		p.OneOf("ground", in.Ground, submission.Grounds...)
	}
	p.Text("reason", in.Reason, maxWords, !in.Grant)
	p.Text("holder", in.Holder, workflows.MaxName, false)
	if in.Days == 0 {
		in.Days = DefaultDays
	}
	if !in.Grant && (in.Days < MinDays || in.Days > MaxDays) {
		p.Add("days", "days_range", "Min", MinDays, "Max", MaxDays)
	}
	at := reviewDate(&p, in.ReviewDate, tx.Now)
	if err := p.Err(); err != nil {
		return nil, err
	}
	holder, err := office(tx, h.c, in.Holder)
	set := map[string]any{
		"ground": in.Ground, "reason": in.Reason, "holder": holder, "held_by": tx.Actor.ID, "decided_at": tx.Now,
		"review_date": at, "answer_by": nil,
	}
	if !in.Grant {
		set["answer_by"] = workflows.UTC(tx.Now.Add(time.Duration(in.Days) * 24 * time.Hour))
	}
	return set, err
}

// wishOf is the wish about the comment; the first decision on it writes it down.
func wishOf(tx *workflows.Tx, h *held) (*submission.Restriction, error) {
	if !submission.Restricted(h.Confidentiality) {
		return nil, workflows.Refuse(workflows.Conflict, "no_wish")
	}
	w := submission.Restriction{
		ID: h.ID, ConsultationID: h.c.ID, State: submission.Asked, Version: 1, Ground: h.Ground, CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	if _, err := tx.InsertOnce(&w, "id"); err != nil {
		return nil, fmt.Errorf("store the wish: %w", err)
	}
	var kept submission.Restriction
	return &kept, tx.Lock(&kept, false, "id = ?", h.ID)
}

func (h *held) move(tx *workflows.Tx, w *submission.Restriction, action, reason string, set map[string]any) error {
	step := workflows.Step{
		ID: w.ID, From: w.State, Version: w.Version, Action: action, Target: h.Target(h.c), ConsultationID: h.c.ID, Reason: reason, Set: set,
	}
	facts := WishFacts{Now: tx.Now, Consultation: h.c, Own: h.Own, Reason: reason, AnswerBy: w.AnswerBy}
	_, err := WishTable.Apply(tx, step, facts)
	return err
}

// Words a sender can answer with when the desk declined their wish.
const (
	AgreeNamed    = "agree"
	AgreeNameless = "agree_nameless"
	TakeBack      = "take_back"
)

// Answer is a sender's word on a comment the desk would publish: publish it, do
// so without the name, or take it back, so that neither is.
func Answer(tx *workflows.Tx, commentID, answer string) error {
	action, becomes := "agree", submission.Public
	var p workflows.Problems
	switch p.OneOf("answer", answer, AgreeNamed, AgreeNameless, TakeBack); answer {
	case AgreeNameless:
		becomes = submission.NameWithheld
	case TakeBack:
		action, becomes = "take_back", submission.Confidential
	}
	if err := p.Err(); err != nil {
		return err
	}
	h, err := hold(tx, commentID, "restriction", action)
	if err != nil {
		return err
	}
	w, err := wishOf(tx, h)
	if err != nil {
		return err
	}
	return h.open(tx, w, action, becomes)
}

// open ends the wish: the comment is as confidential as becomes says.
func (h *held) open(tx *workflows.Tx, w *submission.Restriction, action, becomes string) error {
	if err := h.move(tx, w, action, "", nil); err != nil {
		return err
	}
	if err := tx.Update("comments", h.ID, h.Version, map[string]any{"confidentiality": becomes}); err != nil {
		return err
	}
	what := review.Change{Action: "opened"}
	if action == "take_back" {
		what.Action = "taken_back"
	}
	return review.Reissue(tx, h.c, []string{h.ID}, what)
}

// Tick publishes what senders have let their time pass on, without their names.
// It may be called as often as one likes, by several servers at once.
func Tick(ctx context.Context, e *workflows.Engine) error {
	read := e.Read(ctx, workflows.Clock())
	var due []submission.Restriction
	if err := read.DB().Where("state = ? AND answer_by <= ?", submission.Declined, read.Now).Limit(1000).Find(&due).Error; err != nil {
		return fmt.Errorf("look for wishes whose time has passed: %w", err)
	}
	var errs []error
	for _, w := range due {
		err := e.Write(ctx, workflows.Clock(), func(tx *workflows.Tx) error { return stand(tx, w.ID) })
		if err != nil {
			errs = append(errs, fmt.Errorf("open comment %s: %w", w.ID, err))
		}
	}
	return errors.Join(errs...)
}

func stand(tx *workflows.Tx, commentID string) error {
	m, c, err := submission.GetComment(tx, commentID)
	if workflows.IsKind(err, workflows.NotFound) {
		return nil // its submission does not stand any more
	}
	if err != nil {
		return err
	}
	if c, err = consultation.Hold(tx, c.ID, false); err != nil {
		return err
	}
	h := &held{m, c}
	if err := tx.Lock(&m.Comment, false, "id = ?", commentID); err != nil {
		return err
	}
	w, err := wishOf(tx, h)
	if err != nil || w.State != submission.Declined {
		return err // somebody was faster
	}
	return h.open(tx, w, "stand", submission.NameWithheld)
}

// Own lists, of the actor's own comments in the consultation, those they asked to
// be kept from others, with what was decided, and those of which something is
// withheld.
func Own(tx *workflows.Tx, c *consultation.Consultation) ([]submission.Listed, map[string]submission.Restriction, error) {
	s, err := submission.Own(tx, c)
	if err != nil {
		return nil, nil, err
	}
	wishes, err := submission.Restrictions(tx, c.ID)
	if err != nil {
		return nil, nil, err
	}
	var out []submission.Listed
	for page, more := (workflows.Page{Limit: workflows.MaxLimit}), true; more; more = page.After != "" {
		rows, next, err := submission.Comments(tx, c, submission.Filter{SubmissionID: s.ID}, page)
		if err != nil {
			return nil, nil, err
		}
		page.After = next
		for _, m := range rows {
			if _, decided := wishes[m.ID]; m.Own && (decided || submission.Restricted(m.Confidentiality) || len(m.Withheld) > 0) {
				out = append(out, m)
			}
		}
	}
	return out, wishes, nil
}
