package demo

import (
	"fmt"
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/moderation"
	"jahorina/workflows/submission"
)

// settle grants what senders asked to be kept from others.
func (w *world) settle(c *consultation.Consultation) error {
	wishes, err := w.wishes(c)
	if err != nil || len(wishes) == 0 {
		return err
	}
	return w.rule(c, wishes, moderation.Ruling{Grant: true})
}

func (w *world) wishes(c *consultation.Consultation) ([]string, error) {
	var ids []string
	err := w.do("Amina", func(tx *workflows.Tx) error {
		q, err := moderation.Read(tx, c, moderation.Wishes, "")
		if err != nil {
			return fmt.Errorf("read the wishes: %w", err)
		}
		for _, i := range q.Items {
			ids = append(ids, i.ID)
		}
		return nil
	})
	return ids, err
}

func (w *world) rule(c *consultation.Consultation, ids []string, in moderation.Ruling) error {
	return w.do("Amina", func(tx *workflows.Tx) error { return moderation.Rule(tx, c.ID, ids, in) })
}

// moderate leaves something of everything in the queue: a flag, words withheld,
// a wish granted, one declined and one to be decided.
func (w *world) moderate(c *consultation.Consultation) error {
	wishes, err := w.wishes(c)
	if err != nil {
		return err
	}
	if len(wishes) > 0 {
		if err := w.rule(c, wishes[:1], moderation.Ruling{Grant: true}); err != nil {
			return err
		}
	}
	if len(wishes) > 1 {
		declined := moderation.Ruling{Reason: "What is said here stands in the company's own annual report.", Days: moderation.MaxDays}
		if err := w.rule(c, wishes[1:2], declined); err != nil {
			return err
		}
	}
	var open []submission.Listed
	err = w.do("Amina", func(tx *workflows.Tx) error {
		all, err := submission.Standing(tx, c.ID)
		for _, m := range all {
			if m.Confidentiality == submission.Public {
				open = append(open, m)
			}
		}
		return err
	})
	if err != nil || len(open) < 2 {
		return err
	}
	if err := w.withhold(open[0], "It quotes a letter that is not public."); err != nil {
		return err
	}
	return w.do("Goran", func(tx *workflows.Tx) error {
		_, err := moderation.Raise(tx, open[1].ID, "personal_data", "It seems to name a person who did not agree.")
		return err
	})
}

// withhold withholds the first three words of a comment.
func (w *world) withhold(m submission.Listed, why string) error {
	words := m.Text
	if three := strings.SplitAfterN(m.Text, " ", 4); len(three) == 4 {
		words = strings.TrimSpace(m.Text[:len(m.Text)-len(three[3])])
	}
	return w.do("Amina", func(tx *workflows.Tx) error {
		_, err := moderation.Redact(tx, m.ID, moderation.NewRedaction{
			Part: submission.Words, Passage: words, Reason: "other", Words: why,
		})
		return err
	})
}

// withholdLater withholds words of a response that is out.
func (w *world) withholdLater(c *consultation.Consultation) error {
	var open []submission.Listed
	err := w.do("Amina", func(tx *workflows.Tx) error {
		all, err := submission.Standing(tx, c.ID)
		for _, m := range all {
			if !submission.Restricted(m.Confidentiality) {
				open = append(open, m)
			}
		}
		return err
	})
	if err != nil || len(open) == 0 {
		return err
	}
	return w.withhold(open[0], "Its sender asked us to take these words out.")
}
