package web

import (
	"slices"
	"strings"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// becauseView is a comment that led to a change.
type becauseView struct {
	Href, Author, Sector, Lang, Text, Outcome string
	Obligation                                string // that it points to
}

// abouts are the codes of the obligations that the comments point to.
func abouts(all []becauseView) []string {
	var out []string
	for _, b := range all {
		out = append(out, b.Obligation)
	}
	return out
}

// because lists, by identity of the provision, the comments that led to its
// change: those on the older draft and on the ones between, as far as the reader
// may see them and what became of them.
func (q *request) because(tx *workflows.Tx, diff *strategy.Redlined, drafts []strategy.Draft) (map[string][]becauseView, error) {
	out := map[string][]becauseView{}
	for i := range drafts {
		if d := &drafts[i]; d.Version >= diff.Old.Version && d.Version < diff.New.Version {
			if err := q.ledFrom(tx, d, out); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// ledFrom adds the comments on one draft.
func (q *request) ledFrom(tx *workflows.Tx, d *strategy.Draft, out map[string][]becauseView) error {
	rounds, err := q.consultedOn(tx, d)
	if err != nil {
		return err
	}
	for i := range rounds {
		if err := q.ledTo(tx, &rounds[i], out); err != nil {
			return err
		}
	}
	return nil
}

// ledTo adds the comments of one consultation: those the reader may see as
// comments and, once its response is published, those that stand in it.
func (q *request) ledTo(tx *workflows.Tx, c *consultation.Consultation, out map[string][]becauseView) error {
	led, err := submission.LedTo(tx, c)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for identity, comments := range led {
		for _, m := range comments {
			known[m.ID] = true
			out[identity] = append(out[identity], becauseView{"/comments/" + m.ID, q.author(&m), m.Sector, m.Language, q.quote(&m, 140), m.Outcome, aboutCode(&m)})
		}
	}
	if c.State != consultation.Published {
		return nil
	}
	response, _, err := review.GetResponse(tx, c.ID)
	if err != nil {
		return err
	}
	for identity, comments := range acceptedIn(response) {
		for _, m := range comments {
			if !known[m.ID] {
				out[identity] = append(out[identity], becauseView{inResponse(c, m.ID), q.commenter(m), m.Sector, m.Language, excerpt(q.words(m.Text, markReasons(m.Withheld)), 140), m.Disposition.Outcome, m.Obligation})
			}
		}
	}
	return nil
}

// acceptedIn are the comments of a response that led to changes, by identity of
// the provision.
func acceptedIn(r *review.Response) map[string][]review.ResponseComment {
	out := map[string][]review.ResponseComment{}
	for _, m := range r.Comments {
		if !strings.HasPrefix(m.Disposition.Outcome, "accepted") {
			continue
		}
		for _, identity := range m.Disposition.Changes {
			out[identity] = append(out[identity], m)
		}
	}
	return out
}

// inResponse is the address of a comment in the published response.
func inResponse(c *consultation.Consultation, comment string) string {
	return "/consultations/" + c.ID + "/response#c-" + comment
}

// consultedOn are the consultations that asked about the draft, as far as the
// reader may know of them; those it only answers are not among them.
func (q *request) consultedOn(tx *workflows.Tx, d *strategy.Draft) ([]consultation.Consultation, error) {
	found, _, err := consultation.List(tx, consultation.Filter{DraftID: d.ID}, workflows.Page{Limit: workflows.MaxLimit})
	return slices.DeleteFunc(found, func(c consultation.Consultation) bool { return c.DraftID != d.ID }), err
}
