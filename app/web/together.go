package web

import (
	"net/url"
	"slices"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// togetherView is the page on which several comments are treated at once.
type togetherView struct {
	C        *consultation.Consultation
	Back     string
	Query    string // the filters of the list it came from
	IDs      []string
	Act      string // propose, agree or assign
	Taken    []commentItem
	Skipped  []skippedItem
	Outcomes []string
	Drafters []templates.Option
	Recent   []submission.Comment // rationales to use again
}

type skippedItem struct {
	commentItem
	Why string
}

// acts are what can be done to several comments at once.
var acts = []string{"propose", "agree", "assign"}

// togetherPage shows what would be done, and to which comments, before it is
// done. It is always reached by a form: the comments are too many for an address.
func togetherPage(q *request) error {
	tx := q.read()
	c, err := q.managed(tx)
	if err != nil {
		return err
	}
	v := togetherView{C: c, Query: q.form.Get("list"), Act: q.act(), Outcomes: submission.Outcomes}
	v.Back = commentsOf(c.ID, v.Query)
	if v.IDs, err = q.chosen(tx, c); err != nil {
		return err
	}
	if len(v.IDs) == 0 {
		return q.show("official/together", q.text.T("together.title"), v)
	}
	plan, err := submission.Plan(tx, c.ID, v.Act, v.IDs)
	if err != nil {
		return err
	}
	for i := range plan.Taken {
		v.Taken = append(v.Taken, q.commentItem(&plan.Taken[i]))
	}
	for _, s := range plan.Skipped {
		v.Skipped = append(v.Skipped, skippedItem{q.commentItem(&s.Comment), q.text.Error(s.Key, nil)})
	}
	if v.Recent, err = submission.Rationales(tx, c, 5); err != nil {
		return err
	}
	if v.Drafters, err = q.drafterOptions(tx, c, ""); err != nil {
		return err
	}
	return q.show("official/together", q.text.T("together.title"), v)
}

// drafterOptions are nobody, by the value given, and those who can answer comments.
func (q *request) drafterOptions(tx *workflows.Tx, c *consultation.Consultation, nobody string) ([]templates.Option, error) {
	drafters, err := submission.Drafters(tx, c)
	out := []templates.Option{{Value: nobody, Label: q.text.T("desk.nobody")}}
	for _, d := range drafters {
		out = append(out, templates.Option{Value: d.ID, Label: d.Name})
	}
	return out, err
}

func commentsOf(consultationID, query string) string {
	at := "/consultations/" + consultationID + "/comments"
	if query != "" {
		at += "?" + query
	}
	return at
}

func (q *request) act() string {
	if act := q.form.Get("act"); slices.Contains(acts, act) {
		return act
	}
	return acts[0]
}

// chosen are the comments ticked, or all that the filters of the list let
// through.
func (q *request) chosen(tx *workflows.Tx, c *consultation.Consultation) ([]string, error) {
	if q.form.Get("all") == "" {
		return q.form["comment"], nil
	}
	set, err := url.ParseQuery(q.form.Get("list"))
	if err != nil {
		return nil, workflows.Refuse(workflows.Invalid, "not_a_form")
	}
	f, err := q.commentFilter(tx, c, set.Get)
	if err != nil {
		return nil, err
	}
	return submission.IDs(tx, c, f)
}

// together does what the form asks for once it has been confirmed.
func together(q *request, tx *workflows.Tx) (done, error) {
	if use := q.form.Get("use"); use != "" {
		if err := q.useRationale(tx, use); err != nil {
			return done{}, err
		}
		return done{}, errAgain
	}
	if q.form.Get("confirm") == "" {
		return done{}, errAgain
	}
	id := q.c.Param("id")
	to := done{to: commentsOf(id, q.form.Get("list"))}
	switch q.act() {
	case "agree":
		_, err := submission.AgreeTogether(tx, id, q.form["comment"])
		to.flash = "together_agreed"
		return to, rename(err, "comment_ids", "comment")
	case "assign":
		_, err := submission.Assign(tx, id, q.form["comment"], q.form.Get("drafter_id"))
		to.flash = "together_assigned"
		return to, rename(err, "comment_ids", "comment")
	}
	in := submission.NewDisposition{Outcome: q.form.Get("outcome"), Rationale: q.form.Get("rationale"), DuplicateOf: q.form.Get("duplicate_of")}
	if in.Outcome != "duplicate" {
		in.DuplicateOf = ""
	}
	var err error
	if in.Changes, err = q.namedChanges(tx, id); err != nil {
		return done{}, err
	}
	_, err = submission.ProposeTogether(tx, id, q.form["comment"], in)
	to.flash = "together_proposed"
	return to, rename(err, "comment_ids", "comment")
}

// useRationale puts a rationale written before into the form.
func (q *request) useRationale(tx *workflows.Tx, commentID string) error {
	m, _, err := submission.GetComment(tx, commentID)
	if err != nil {
		return err
	}
	q.form.Set("rationale", m.Rationale)
	if q.form.Get("outcome") == "" {
		q.form.Set("outcome", m.Outcome)
	}
	return nil
}

// namedChanges are the provisions named by number; none leaves each accepted
// comment to change the provision it is on.
func (q *request) namedChanges(tx *workflows.Tx, consultationID string) ([]string, error) {
	numbers := numbersIn(q.form.Get("changes_numbers"))
	if len(numbers) == 0 {
		return nil, nil
	}
	c, err := consultation.Get(tx, consultationID)
	if err != nil {
		return nil, err
	}
	return identitiesOf(tx, c, numbers)
}
