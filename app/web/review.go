package web

import (
	"errors"
	"slices"
	"time"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/review"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
)

// reviewView is a review: what is decided on, by whom, and what the reader may
// do about it.
type reviewView struct {
	C         *consultation.Consultation
	Rounds    []roundView // newest first
	Total     int64       // comments answered
	Outcomes  []outcomeItem
	Comments  string
	Response  string
	MayDecide bool
	Bound     string // hash of the content a decision given here binds
	Barred    string // why the reader, a reviewer, may not decide
	Decisions []templates.Option
	Missing   int // approvals still needed
	Back      string
}

type outcomeItem struct {
	Outcome string
	N       int
	Href    string
}

type roundView struct {
	Number, Quorum, Approvals int
	Going                     bool
	Outcome                   string
	OpenedAt                  time.Time
	EndedAt                   *time.Time
	Draft, Redline            templates.Link
	SHA256, Short, DraftSHA   string
	Decisions                 []decisionItem
}

type decisionItem struct {
	Reviewer, Decision, Reason string
	At                         time.Time
}

func reviewPage(q *request) error {
	tx := q.read()
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	rounds, decisions, err := review.Rounds(tx, c)
	if err != nil {
		return err
	}
	v := reviewView{C: c, Back: "/consultations/" + c.ID, Comments: "/consultations/" + c.ID + "/comments"}
	if mayManage(tx, c) {
		v.Back += "/manage"
	}
	for _, r := range slices.Backward(rounds) {
		round, err := q.round(tx, c, &r, decisions[r.ID])
		if err != nil {
			return err
		}
		v.Rounds = append(v.Rounds, round)
	}
	if err := q.outcomes(tx, &v); err != nil {
		return err
	}
	if err := q.deciding(tx, &v); err != nil {
		return err
	}
	return q.show("official/review", q.text.T("review.title", "Title", c.Title), v)
}

func (q *request) round(tx *workflows.Tx, c *consultation.Consultation, r *review.Round, decisions []review.Decision) (roundView, error) {
	d, err := strategy.DraftByID(tx, r.DraftID)
	if err != nil {
		return roundView{}, err
	}
	v := roundView{
		Number: r.Number, Quorum: r.Quorum, Going: r.Outcome == "", Outcome: r.Outcome, OpenedAt: r.OpenedAt, EndedAt: r.EndedAt,
		Draft:  templates.Link{Label: d.Title + ", " + q.draftLabel(d), Href: "/drafts/" + d.ID},
		SHA256: r.ContentSHA256, Short: short(r.ContentSHA256), DraftSHA: d.ContentSHA256,
	}
	if d.ID != c.DraftID {
		v.Redline = templates.Link{Label: q.text.T("review.redline"), Href: redlinePath(d.ID, c.DraftID)}
	}
	for _, x := range decisions {
		v.Decisions = append(v.Decisions, decisionItem{x.ReviewerName, x.Decision, x.Reason, x.DecidedAt})
		if x.Decision != "return" && x.ContentSHA256 == r.ContentSHA256 {
			v.Approvals++
		}
	}
	return v, nil
}

// outcomes counts what became of the comments, for those who see all of them.
func (q *request) outcomes(tx *workflows.Tx, v *reviewView) error {
	if !mayManage(tx, v.C) {
		return nil
	}
	resp, _, err := review.GetResponse(tx, v.C.ID)
	if workflows.IsKind(err, workflows.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	v.Total, v.Response = int64(resp.Total), "/consultations/"+v.C.ID+"/response"
	for _, o := range submission.Outcomes {
		if n := resp.Outcomes[o]; n > 0 {
			v.Outcomes = append(v.Outcomes, outcomeItem{o, n, commentsPath(v.C.ID, "outcome", o)})
		}
	}
	return nil
}

// deciding says whether the reader can decide now, and if a reviewer cannot,
// why.
func (q *request) deciding(tx *workflows.Tx, v *reviewView) error {
	if v.C.State != consultation.InReview || !tx.May("review", "decide", policies.Target{State: v.C.StateCode, ConsultationID: v.C.ID}) {
		return nil
	}
	if len(v.Rounds) > 0 {
		v.Missing = max(v.Rounds[0].Quorum-v.Rounds[0].Approvals, 0)
	}
	err := review.Blocked(tx, v.C)
	var e *workflows.Error
	switch {
	case err == nil:
		v.MayDecide, v.Bound = true, v.Rounds[0].SHA256
	case errors.As(err, &e) && e.Kind == workflows.Conflict:
		v.Barred = q.text.Error(e.Key, e.Args)
		return nil
	default:
		return err
	}
	for _, d := range review.Decisions {
		v.Decisions = append(v.Decisions, templates.Option{Value: d, Label: q.text.T("review.decide." + d), Hint: q.text.T("review.effect." + d)})
	}
	return nil
}

func decide(q *request, tx *workflows.Tx) (done, error) {
	c, err := review.Decide(tx, q.c.Param("id"), review.Verdict{Decision: q.form.Get("decision"), Reason: q.form.Get("reason"), SHA256: q.form.Get("sha256")})
	if err != nil {
		return done{}, err
	}
	flash := "decided"
	switch c.State {
	case consultation.Approved:
		flash = "decided_approved"
	case consultation.Closed:
		flash = "decided_returned"
	}
	return done{to: "/consultations/" + c.ID + "/review", flash: flash}, nil
}
