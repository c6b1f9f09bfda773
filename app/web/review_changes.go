package web

import (
	"slices"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/plan"
	"jahorina/workflows/review"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// maxChanges bounds the changes shown on the page of a review; all of them are
// on that of the redline.
const maxChanges = 60

// changesView is what changed from the draft consulted on to the one put to
// the reviewers, with the comments behind each change.
type changesView struct {
	Lang  string
	Parts []changedView
	Total int
	More  int
	Whole string // the page of the redline
	Idle  []whyView
}

type changedView struct {
	redlinePart
	Why []whyView
}

// touch says what the change touches.
func (v *changedView) touch(t plan.Touch) {
	var codes []string
	for _, w := range v.Why {
		codes = append(codes, w.Obligation)
	}
	v.Touches, v.Measures = touches(t, codes...)
}

// whyView is a comment that led to a change, with its answer.
type whyView struct {
	Href, Author, Sector, Lang, Text, Outcome, Rationale string
	Obligation                                           string // that it points to
	Kept                                                 string // from whom, where it is not public
}

// sinceView is what differs from the round before.
type sinceView struct {
	Number  int
	Redline string // "" where the draft is the same
	Count   int
	Answers []sinceItem // for those who may read all comments
}

type sinceItem struct {
	Href, Author, Text, Lang, Before, After string
}

// whatChanged compares what the reviewers are asked about with what was consulted
// on, for whoever may read both.
func (q *request) whatChanged(tx *workflows.Tx, v *reviewView, p *review.Progress) error {
	if p.Round.DraftID == v.C.DraftID {
		v.Changes = &changesView{}
		return nil
	}
	diff, err := strategy.Diff(tx, p.Round.DraftID, v.C.DraftID)
	if workflows.IsKind(err, workflows.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	led, err := q.led(tx, v.C)
	if err != nil {
		return err
	}
	touched, err := plan.Touched(tx, diff)
	if err != nil {
		return err
	}
	view := &changesView{Lang: language(diff.New), Whole: redlinePath(p.Round.DraftID, v.C.DraftID)}
	for _, c := range diff.Changes {
		if c.State == strategy.StateSame {
			view.Idle = append(view.Idle, led[c.Identity]...)
			continue
		}
		if view.Total++; view.Total <= maxChanges {
			part := changedView{q.redlinePart(c), led[c.Identity]}
			part.touch(touched[c.Identity])
			view.Parts = append(view.Parts, part)
		}
	}
	view.More = max(view.Total-maxChanges, 0)
	v.Changes = view
	return nil
}

// led lists, by identity of the provision, the accepted comments with their
// answers: for those who run the consultation all of them, for others those of
// the response.
func (q *request) led(tx *workflows.Tx, c *consultation.Consultation) (map[string][]whyView, error) {
	out := map[string][]whyView{}
	led, err := submission.LedTo(tx, c)
	if err != nil {
		return nil, err
	}
	for identity, comments := range led {
		for _, m := range comments {
			w := whyView{"/comments/" + m.ID, q.author(&m), m.Sector, m.Language, q.quote(&m, 400), m.Outcome, q.words(m.Rationale, reasonsOf(m.Withheld)), aboutCode(&m), ""}
			if m.Confidentiality != submission.Public {
				w.Kept = m.Confidentiality
			}
			out[identity] = append(out[identity], w)
		}
	}
	if len(led) > 0 {
		return out, nil
	}
	response, _, err := review.GetResponse(tx, c.ID)
	if workflows.IsKind(err, workflows.NotFound) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	for identity, comments := range acceptedIn(response) {
		for _, m := range comments {
			reasons := markReasons(m.Withheld)
			out[identity] = append(out[identity], whyView{
				inResponse(c, m.ID), q.commenter(m), m.Sector, m.Language, excerpt(q.words(m.Text, reasons), 400), m.Disposition.Outcome, q.words(m.Disposition.Rationale, reasons), m.Obligation, "",
			})
		}
	}
	return out, nil
}

// since compares a round with the one before.
func (q *request) since(tx *workflows.Tx, v *reviewView, before, now *review.Round) error {
	changed, err := review.AnswersChanged(before, now)
	if err != nil {
		return err
	}
	s := &sinceView{Number: before.Number, Count: len(changed)}
	if before.DraftID != now.DraftID {
		s.Redline = redlinePath(now.DraftID, before.DraftID)
	}
	v.Since = s
	if len(changed) == 0 || !mayManage(tx, v.C) {
		return nil
	}
	all, err := submission.Standing(tx, v.C.ID)
	if err != nil {
		return err
	}
	for _, x := range changed {
		i := slices.IndexFunc(all, func(m submission.Listed) bool { return m.ID == x.CommentID })
		if i < 0 {
			continue
		}
		s.Answers = append(s.Answers, sinceItem{"/comments/" + x.CommentID, q.author(&all[i]), excerpt(all[i].Text, 100), all[i].Language, x.Before, x.After})
	}
	return nil
}
