package web

import (
	"errors"
	"net/http"
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

// reviewView is a review: what lacks to go on, what is decided on and why it
// reads as it does, who is asked, and what the reader may do about it.
type reviewView struct {
	C        *consultation.Consultation
	Back     string
	Lacks    []string
	DueAt    time.Time // of the round under way, if it has one
	Rounds   []roundView
	Bound    boundView
	Since    *sinceView
	Changes  *changesView
	Outcomes []outcomeItem
	Comments string
	Response string
	NamePage string // where people are named, for those who may

	MayDecide, MayAdvise, MayRecuse bool
	Adviser                         bool   // asked for advice, not to decide
	Barred                          string // why the reader, a reviewer or adviser, cannot answer
	Decisions, Opinions             []templates.Option
	Missing                         int // approvals still needed
}

type outcomeItem struct {
	Outcome string
	N       int
	Href    string
}

// roundView is a round with those asked in it; the newest comes first.
type roundView struct {
	Number, Quorum, Approvals int
	Going, ByName             bool
	Outcome                   string
	OpenedAt                  time.Time
	EndedAt                   *time.Time
	Asked                     []askedItem // for those who follow the review
	Said                      []saidItem
}

// askedItem is one person asked; Result is the workflow's word, or one of
// waits, silent, removed and recused.
type askedItem struct {
	Name, Kind, Result string
	Named              bool // and so it is known when they opened it
	Seen, At           *time.Time
}

// saidItem is a decision or an opinion, or why somebody stood back.
type saidItem struct {
	Name, Workflow, State, Text string
	At                          time.Time
}

// boundView is what a decision binds, in words and as a hash.
type boundView struct {
	Draft                   templates.Link
	Version                 int
	Title                   string
	Answers                 int
	SHA256, Short, DraftSHA string
}

func reviewPage(q *request) error {
	tx := q.read()
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return err
	}
	rounds, err := q.rounds(tx, c)
	if err != nil {
		return err
	}
	v := reviewView{C: c, Back: "/consultations/" + c.ID, Comments: "/consultations/" + c.ID + "/comments", Lacks: q.lacks(tx, c, rounds)}
	if mayManage(tx, c) {
		v.Back += "/manage"
	}
	for i := range slices.Backward(rounds) {
		v.Rounds = append(v.Rounds, roundOf(&rounds[i]))
	}
	if len(rounds) > 0 {
		if err := q.newestRound(tx, &v, rounds); err != nil {
			return err
		}
	}
	return q.show("official/review", q.text.T("review.title", "Title", c.Title), v)
}

// rounds reads the rounds with all that has come of them, or, for those who may
// not follow the review, with the decisions alone.
func (q *request) rounds(tx *workflows.Tx, c *consultation.Consultation) ([]review.Progress, error) {
	if tx.May("review", "follow", policies.Target{State: c.StateCode, ConsultationID: c.ID}) {
		return review.Follow(tx, c)
	}
	rounds, decisions, err := review.Rounds(tx, c)
	var out []review.Progress
	for _, r := range rounds {
		p := review.Progress{Round: r}
		for _, d := range decisions[r.ID] {
			p.Asked = append(p.Asked, review.Asked{Assignment: review.Assignment{PersonName: d.ReviewerName, Kind: review.Decisive}, Decision: &d})
			if d.Decision != "return" && d.ContentSHA256 == r.ContentSHA256 {
				p.Approvals++
			}
		}
		out = append(out, p)
	}
	return out, err
}

func roundOf(p *review.Progress) roundView {
	r := &p.Round
	v := roundView{
		Number: r.Number, Quorum: r.Quorum, Approvals: p.Approvals, Going: r.Outcome == "", ByName: r.ByName,
		Outcome: r.Outcome, OpenedAt: r.OpenedAt, EndedAt: r.EndedAt,
	}
	for _, a := range p.Asked {
		item := askedItem{Name: a.PersonName, Kind: a.Kind, Named: a.ID != "", Seen: a.SeenAt, Result: "waits"}
		if r.Outcome != "" {
			item.Result = "silent"
		}
		switch {
		case a.Decision != nil:
			item.Result, item.At = a.Decision.Decision, &a.Decision.DecidedAt
			v.Said = append(v.Said, saidItem{a.PersonName, "decision", a.Decision.Decision, a.Decision.Reason, a.Decision.DecidedAt})
		case a.Opinion != nil:
			item.Result, item.At = a.Opinion.Opinion, &a.Opinion.GivenAt
			v.Said = append(v.Said, saidItem{a.PersonName, "opinion", a.Opinion.Opinion, a.Opinion.Text, a.Opinion.GivenAt})
		case a.Ended != "":
			item.Result, item.At = a.Ended, a.EndedAt
			v.Said = append(v.Said, saidItem{a.PersonName, "", a.Ended, a.EndedReason, *a.EndedAt})
		}
		v.Asked = append(v.Asked, item)
	}
	slices.SortStableFunc(v.Said, func(a, b saidItem) int { return a.At.Compare(b.At) })
	return v
}

// newestRound fills in what belongs to the round under way, or the last one.
func (q *request) newestRound(tx *workflows.Tx, v *reviewView, rounds []review.Progress) error {
	p := &rounds[len(rounds)-1]
	if p.Round.Outcome == "" && p.Round.DueAt != nil {
		v.DueAt = *p.Round.DueAt
	}
	for _, fill := range []func(*workflows.Tx, *reviewView, *review.Progress) error{q.bound, q.whatChanged, q.deciding, q.advising} {
		if err := fill(tx, v, p); err != nil {
			return err
		}
	}
	t := policies.Target{State: v.C.StateCode, ConsultationID: v.C.ID}
	if p.Round.Outcome == "" && tx.May("review", "assign", t) {
		v.NamePage = "/consultations/" + v.C.ID + "/reviewers"
	}
	if len(rounds) > 1 {
		if err := q.since(tx, v, &rounds[len(rounds)-2].Round, &p.Round); err != nil {
			return err
		}
	}
	return q.noteSeen(v.C, p)
}

// noteSeen leaves the mark that who is asked by name has opened the review.
func (q *request) noteSeen(c *consultation.Consultation, p *review.Progress) error {
	unseen := func(a review.Asked) bool {
		return a.ID != "" && a.Ended == "" && a.SeenAt == nil && a.Actor() == q.actor.ID
	}
	if q.c.Request.Method != http.MethodGet || !slices.ContainsFunc(p.Asked, unseen) {
		return nil
	}
	return q.s.Engine.Write(q.context(), q.actor, func(tx *workflows.Tx) error { return review.Seen(tx, c.ID) })
}

// lacks says in words what a consultation still needs from its review to go
// on. rounds are all of them, oldest first.
func (q *request) lacks(tx *workflows.Tx, c *consultation.Consultation, rounds []review.Progress) []string {
	if len(rounds) == 0 {
		return nil
	}
	p := &rounds[len(rounds)-1]
	say := func(key string, args ...any) string { return q.text.T("reviewing.lack."+key, args...) }
	switch {
	case c.State == consultation.Approved:
		return []string{say("publish")}
	case c.State == consultation.Closed:
		var out []string
		for _, a := range p.Asked {
			if a.Decision != nil && a.Decision.Decision == "return" {
				out = append(out, say("returned", "Name", a.PersonName, "Number", p.Round.Number))
			}
		}
		return out
	case c.State != consultation.InReview:
		return []string{say("nothing")}
	}
	out := []string{say("approvals", "Count", p.Missing())}
	if p.Overdue(tx.Now) {
		out = append(out, say("overdue", "At", *p.Round.DueAt))
	}
	if !tx.May("review", "follow", policies.Target{State: c.StateCode, ConsultationID: c.ID}) {
		return out
	}
	return append(out, q.lackingPeople(p)...)
}

func (q *request) lackingPeople(p *review.Progress) []string {
	var out []string
	if p.Stuck() {
		key := "reviewing.lack.stuck_open"
		if p.Round.ByName {
			key = "reviewing.lack.stuck"
		}
		out = append(out, q.text.T(key))
	}
	for _, a := range p.Asked {
		if a.Lost {
			out = append(out, q.text.T("reviewing.lack.lost", "Name", a.PersonName))
		}
	}
	for _, a := range p.Waiting(review.Decisive) {
		key := "reviewing.lack.decision"
		switch {
		case a.Actor() == q.actor.ID:
			key = "reviewing.lack.decision_own"
		case a.ID != "" && a.SeenAt == nil:
			key = "reviewing.lack.decision_unseen"
		}
		out = append(out, q.text.T(key, "Name", a.PersonName))
	}
	for _, a := range p.Waiting(review.Advisory) {
		key := "reviewing.lack.advice"
		if a.Actor() == q.actor.ID {
			key = "reviewing.lack.advice_own"
		}
		out = append(out, q.text.T(key, "Name", a.PersonName))
	}
	return out
}

// bound says what a decision in the round binds, and what became of the
// comments.
func (q *request) bound(tx *workflows.Tx, v *reviewView, p *review.Progress) error {
	d, err := strategy.DraftByID(tx, p.Round.DraftID)
	if err != nil {
		return err
	}
	total, outcomes, err := p.Round.Answers()
	if err != nil {
		return err
	}
	v.Bound = boundView{
		Draft: templates.Link{Label: q.text.T("reviewing.binds_draft", "Version", d.Version, "Title", d.Title), Href: "/drafts/" + d.ID}, Answers: total,
		SHA256: p.Round.ContentSHA256, Short: short(p.Round.ContentSHA256), DraftSHA: d.ContentSHA256,
	}
	all := mayManage(tx, v.C)
	if all || tx.May("response", "read", policies.Target{State: v.C.StateCode, ConsultationID: v.C.ID}) {
		v.Response = "/consultations/" + v.C.ID + "/response"
	}
	if !all {
		v.Comments = ""
	}
	for _, o := range submission.Outcomes {
		if n := outcomes[o]; n > 0 {
			item := outcomeItem{Outcome: o, N: n}
			if all {
				item.Href = commentsPath(v.C.ID, "outcome", o)
			}
			v.Outcomes = append(v.Outcomes, item)
		}
	}
	return nil
}

// deciding says whether the reader can decide now, and if a reviewer cannot,
// why.
func (q *request) deciding(tx *workflows.Tx, v *reviewView, p *review.Progress) error {
	if v.C.State != consultation.InReview || !tx.May("review", "decide", policies.Target{State: v.C.StateCode, ConsultationID: v.C.ID}) {
		return nil
	}
	v.Missing = p.Missing()
	var err error
	if v.MayDecide, v.Barred, err = q.unless(review.Blocked(tx, v.C)); err != nil || !v.MayDecide {
		return err
	}
	v.MayRecuse = true
	for _, d := range review.Decisions {
		v.Decisions = append(v.Decisions, templates.Option{Value: d, Label: q.text.T("review.decide." + d), Hint: q.text.T("review.effect." + d)})
	}
	return nil
}

func (q *request) advising(tx *workflows.Tx, v *reviewView, _ *review.Progress) error {
	if v.C.State != consultation.InReview || !tx.May("review", "advise", policies.Target{State: v.C.StateCode, ConsultationID: v.C.ID}) {
		return nil
	}
	v.Adviser = !v.MayDecide
	may, barred, err := q.unless(review.MayAdvise(tx, v.C))
	if err != nil || !may {
		if v.Barred = barred; v.MayDecide {
			v.Barred = ""
		}
		return err
	}
	v.MayAdvise, v.MayRecuse, v.Barred = true, true, ""
	for _, o := range review.Opinions {
		v.Opinions = append(v.Opinions, templates.Option{Value: o, Label: q.text.T("state.opinion." + o), Hint: q.text.T("reviewing.advice.hint." + o)})
	}
	return nil
}

// unless tells what a person can mend or must know from what is our fault.
func (q *request) unless(err error) (may bool, barred string, fault error) {
	var e *workflows.Error
	if errors.As(err, &e) && e.Kind == workflows.Conflict {
		return false, q.text.Error(e.Key, e.Args), nil
	}
	return err == nil, "", err
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

func advise(q *request, tx *workflows.Tx) (done, error) {
	id := q.c.Param("id")
	in := review.Advice{Opinion: q.form.Get("opinion"), Text: q.form.Get("opinion_text"), SHA256: q.form.Get("sha256")}
	_, err := review.Advise(tx, id, in)
	return done{to: "/consultations/" + id + "/review", flash: "advised"}, rename(err, "text", "opinion_text")
}

// recuse leads home: an adviser who has stood back may read the review no more.
func recuse(q *request, tx *workflows.Tx) (done, error) {
	err := review.Recuse(tx, q.c.Param("id"), q.form.Get("conflict"))
	return done{to: "/home", flash: "recused"}, rename(err, "reason", "conflict")
}

// readLacks tells on the page of the consultation what its review still needs.
func (q *request) readLacks(tx *workflows.Tx, v *manageView) error {
	if !v.Reviewed || v.C.State != consultation.InReview && v.C.State != consultation.Closed {
		return nil
	}
	rounds, err := q.rounds(tx, v.C)
	v.Lacks = q.lacks(tx, v.C, rounds)
	return err
}
