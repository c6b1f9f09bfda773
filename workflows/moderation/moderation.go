// Package moderation decides what of the comments is kept from others: words or
// whole comments that must not be published, and wishes of senders to keep
// something to themselves and the ministry. What is withheld leaves a stub with
// its ground, its holder and the day on which that is looked at again; the
// original stays as it was received.
//
// It refuses to let anybody moderate what they, or the organisation they answer
// for, sent.
package moderation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jahorina/policies"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// ReviewAfter is how long something is withheld, unless told otherwise, before
// it is looked at again.
const ReviewAfter = 2 * 365 * 24 * time.Hour

// Limits of what is typed, in bytes, and of comments withheld at once.
const (
	maxWords = 2_000
	MaxAlike = 500
)

// held is a comment with its consultation, kept from changing.
type held struct {
	*submission.Listed
	c *consultation.Consultation
}

// hold keeps consultation and comment from changing, for who may do the action
// on comments.
func hold(tx *workflows.Tx, commentID, object, action string) (*held, error) {
	m, c, err := submission.GetComment(tx, commentID)
	if err != nil {
		return nil, err
	}
	if err := tx.Check(object, action, m.Target(c)); err != nil {
		return nil, err
	}
	if c, err = consultation.Hold(tx, c.ID, false); err != nil {
		return nil, err
	}
	return &held{m, c}, tx.Lock(&m.Comment, false, "id = ?", commentID)
}

// notOwn refuses those who would moderate what they sent themselves.
func (h *held) notOwn() error { return notOwn(h.Own) }

func notOwn(own bool) error {
	if own {
		return workflows.Refuse(workflows.Conflict, "own_moderation")
	}
	return nil
}

// record appends to the record what was done about the comment. reason must say
// nothing that is withheld.
func (h *held) record(tx *workflows.Tx, action, to, reason string) error {
	return tx.Record(workflows.Entry{
		State: h.c.StateCode, ConsultationID: h.c.ID, Action: action, Object: "comment", ObjectID: h.ID, To: to, Reason: reason,
		Confidential: h.Confidentiality == submission.Confidential,
	})
}

// office is the holder where none is named: the state's own.
func office(tx *workflows.Tx, c *consultation.Consultation, named string) (string, error) {
	if named = strings.TrimSpace(named); named != "" {
		return named, nil
	}
	s, err := stakeholder.GetState(tx, c.StateCode)
	if err != nil {
		return "", fmt.Errorf("read the state: %w", err)
	}
	return s.Name, nil
}

// reviewDate checks the day on which a matter is looked at again; the zero time
// takes the usual one.
func reviewDate(p *workflows.Problems, at, now time.Time) time.Time {
	if at.IsZero() {
		return workflows.UTC(now.Add(ReviewAfter))
	}
	if p.Instant("review_date", at); !at.After(now) {
		p.Add("review_date", "in_the_past")
	}
	return workflows.UTC(at)
}

// mayModerate refuses those who do not run the consultation.
func mayModerate(tx *workflows.Tx, c *consultation.Consultation) error {
	return tx.Check("comment", "moderate", policies.Target{State: c.StateCode, ConsultationID: c.ID})
}

// Started says whether there is anything to moderate yet.
func started(c *consultation.Consultation) error {
	if !c.Started() || c.State == consultation.Withdrawn {
		return workflows.Refuse(workflows.Conflict, "nothing_to_moderate", "State", c.State)
	}
	return nil
}

// unique leaves each id once, in order.
// chosen are the comments that something is done to together, each once.
func chosen(ids []string) ([]string, error) {
	ids = unique(ids)
	if len(ids) == 0 {
		return nil, workflows.InvalidField("comments", "choose_some")
	}
	if len(ids) > MaxAlike {
		return nil, workflows.InvalidField("comments", "too_many", "Max", MaxAlike)
	}
	return ids, nil
}

func unique(ids []string) []string {
	var out []string
	for _, id := range ids {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
