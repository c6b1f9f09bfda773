package moderation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// States of a flag.
const (
	FlagOpen      = "open"
	FlagUpheld    = "upheld"
	FlagDismissed = "dismissed"
)

// Flag is what somebody thinks should be looked at, and what became of it.
type Flag struct {
	ID             string
	ConsultationID string
	CommentID      string
	Reason         string // one of submission.RedactionReasons
	Words          string
	State          string
	Version        int64
	RaisedBy       string
	SettledBy      string
	SettledWords   string
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// FlagFacts are what the guards of a flag look at.
type FlagFacts struct {
	Own   bool // the actor is who sent the comment
	Words string
}

type flagGuard = workflows.Guard[FlagFacts]

var (
	notOwnFlag = flagGuard{Name: "nobody moderates a comment of their own", Check: func(f FlagFacts) error { return notOwn(f.Own) }}
	saidWhy    = flagGuard{Name: "a reason is given", Check: func(f FlagFacts) error {
		if strings.TrimSpace(f.Words) == "" {
			return workflows.InvalidField("words", "reason_required")
		}
		return nil
	}}
)

// FlagTable is the workflow of a flag.
var FlagTable = &workflows.Machine[FlagFacts]{
	Object: "flag", Table: "flags", Column: "state", Version: "version",
	Initial: FlagOpen, Finals: []string{FlagUpheld, FlagDismissed},
	Rows: []workflows.Transition[FlagFacts]{
		{Action: "uphold", From: []string{FlagOpen}, To: FlagUpheld, Guards: []flagGuard{notOwnFlag}},
		{Action: "dismiss", From: []string{FlagOpen}, To: FlagDismissed, Guards: []flagGuard{notOwnFlag, saidWhy}},
	},
}

// Raise flags a comment the actor may read, for those who moderate. Of what is
// sensitive the reviewers are told at once.
func Raise(tx *workflows.Tx, commentID, reason, words string) (*Flag, error) {
	h, err := hold(tx, commentID, "comment", "flag")
	if err != nil {
		return nil, err
	}
	if err := started(h.c); err != nil {
		return nil, err
	}
	var p workflows.Problems
	p.OneOf("reason", reason, submission.RedactionReasons...)
	p.Text("words", words, maxWords, reason == "other")
	if err := p.Err(); err != nil {
		return nil, err
	}
	f := &Flag{
		ID: workflows.NewID(), ConsultationID: h.c.ID, CommentID: h.ID, Reason: reason, Words: words, State: FlagOpen, Version: 1,
		RaisedBy: tx.Actor.ID, CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	var n int64
	if err := tx.DB().Model(&Flag{}).Where("comment_id = ? AND raised_by = ? AND state = ?", h.ID, tx.Actor.ID, FlagOpen).Count(&n).Error; err != nil {
		return nil, fmt.Errorf("look for an earlier flag: %w", err)
	}
	if n > 0 {
		return nil, workflows.Refuse(workflows.Conflict, "flagged_already")
	}
	if err := tx.Insert(f); err != nil {
		return nil, fmt.Errorf("store flag: %w", err)
	}
	if err := h.record(tx, "flag", reason, ""); err != nil {
		return nil, err
	}
	if reason != "sensitive" {
		return f, nil
	}
	return f, tx.Enqueue(workflows.Announcement{Event: "comment.flag", ID: f.ID, At: tx.Now})
}

// Dismiss ends a flag without anything being withheld, with a reason.
func Dismiss(tx *workflows.Tx, flagID, words string) (*Flag, error) {
	var f Flag
	if err := tx.One(&f, "id = ?", flagID); err != nil {
		return nil, err
	}
	h, err := hold(tx, f.CommentID, "comment", "moderate")
	if err != nil {
		return nil, err
	}
	var p workflows.Problems
	if p.Text("words", words, maxWords, false); len(p) > 0 {
		return nil, p.Err()
	}
	if err := settle(tx, h, f, "dismiss", words); err != nil {
		return nil, err
	}
	return &f, tx.One(&f, "id = ?", f.ID)
}

func settle(tx *workflows.Tx, h *held, f Flag, action, words string) error {
	step := workflows.Step{
		ID: f.ID, From: f.State, Version: f.Version, Action: action, Target: h.Target(h.c), ConsultationID: h.c.ID,
		Reason: words, Set: map[string]any{"settled_by": tx.Actor.ID, "settled_words": words},
	}
	_, err := FlagTable.Apply(tx, step, FlagFacts{Own: h.Own, Words: words})
	return err
}

// upholdAll ends the flags about a comment of which something is now withheld.
func upholdAll(tx *workflows.Tx, h *held) error {
	var open []Flag
	if err := tx.DB().Where("comment_id = ? AND state = ?", h.ID, FlagOpen).Order("id").Find(&open).Error; err != nil {
		return fmt.Errorf("read flags: %w", err)
	}
	for _, f := range open {
		if err := settle(tx, h, f, "uphold", ""); err != nil {
			return err
		}
	}
	return nil
}

// Unfounded notes that somebody looked at what the program pointed out in a
// comment and found nothing to withhold: it is not pointed out again.
func Unfounded(tx *workflows.Tx, commentID string) error {
	h, err := hold(tx, commentID, "comment", "moderate")
	if err != nil {
		return err
	}
	if err := h.notOwn(); err != nil {
		return err
	}
	f := &Flag{
		ID: workflows.NewID(), ConsultationID: h.c.ID, CommentID: h.ID, Reason: "personal_data", State: FlagOpen, Version: 1,
		RaisedBy: tx.Actor.ID, CreatedAt: tx.Now, UpdatedAt: tx.Now,
	}
	if len(Hints(h.Text+"\n"+h.ProposedChange)) == 0 || slices.ContainsFunc(h.Withheld, func(submission.Redaction) bool { return true }) {
		return workflows.Refuse(workflows.Conflict, "no_hint")
	}
	if err := tx.Insert(f); err != nil {
		if workflows.IsDuplicate(err) {
			return workflows.Refuse(workflows.Conflict, "flagged_already")
		}
		return fmt.Errorf("store flag: %w", err)
	}
	return settle(tx, h, *f, "dismiss", "-")
}

// FlagsOn lists the flags raised about a comment, oldest first, for those who
// moderate; others see their own.
func FlagsOn(tx *workflows.Tx, m *submission.Listed, c *consultation.Consultation) ([]Flag, error) {
	q := tx.DB().Where("comment_id = ?", m.ID)
	if !tx.May("comment", "moderate", policies.Target{State: c.StateCode, ConsultationID: c.ID}) && !tx.May("submission", "read", m.Target(c)) {
		q = q.Where("raised_by = ?", tx.Actor.ID)
	}
	var out []Flag
	if err := q.Order("id").Find(&out).Error; err != nil {
		return nil, fmt.Errorf("read flags: %w", err)
	}
	return out, nil
}
