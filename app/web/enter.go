package web

import (
	"slices"
	"strings"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// enterView is the form for an answer that came on paper or by mail.
type enterView struct {
	C               *consultation.Consultation
	Organisations   []templates.Option
	Sectors         []string
	Provisions      []templates.Option
	Types           []string
	Confidentiality []string
	Positions       []string
	Rows            []commentRow
	Questions       []askedQuestion
	Back            string
}

type commentRow struct{ Index, Number int }

// entering returns the consultation of the path for those who may enter answers
// to it.
func (q *request) entering(tx *workflows.Tx) (*consultation.Consultation, error) {
	c, err := q.managed(tx)
	if err != nil {
		return nil, err
	}
	return c, tx.Check("submission", "enter", policies.Target{State: c.StateCode, ConsultationID: c.ID})
}

func enterPage(q *request) error {
	tx := q.read()
	c, err := q.entering(tx)
	if err != nil {
		return err
	}
	v := enterView{
		C: c, Sectors: stakeholder.Sectors, Types: submission.CommentTypes, Confidentiality: submission.Confidentialities,
		Back: "/consultations/" + c.ID + "/manage",
	}
	if c.Kind == "interagency" {
		v.Positions = submission.Positions[1:]
	}
	if v.Organisations, err = q.organisationOptions(tx, c); err != nil {
		return err
	}
	if v.Provisions, err = provisionOptions(tx, c.DraftID); err != nil {
		return err
	}
	v.Provisions = slices.Insert(v.Provisions, 0, templates.Option{Label: q.text.T("comment.whole")})
	questions, err := consultation.Questions(tx, c.ID)
	if err != nil {
		return err
	}
	v.Questions = q.asked(questions, nil)
	all, _ := q.rows("comments")
	if len(all) == 0 {
		all = []int{0}
	} else if q.again {
		all = append(all, all[len(all)-1]+1)
	}
	for n, i := range all {
		v.Rows = append(v.Rows, commentRow{i, n + 1})
	}
	return q.show("official/enter", q.text.T("enter.title"), v)
}

// organisationOptions are the organisations of the state that have not answered
// yet, up to a thousand.
func (q *request) organisationOptions(tx *workflows.Tx, c *consultation.Consultation) ([]templates.Option, error) {
	answered, err := submission.Answered(tx, c.ID)
	if err != nil {
		return nil, err
	}
	out := []templates.Option{{Label: q.text.T("enter.named_person")}}
	page := workflows.Page{Limit: workflows.MaxLimit}
	for range 5 {
		found, next, err := stakeholder.Organisations(tx, c.StateCode, stakeholder.Filter{}, page)
		if err != nil {
			return nil, err
		}
		for _, o := range found {
			if _, has := answered[o.ID]; !has {
				out = append(out, templates.Option{Value: o.ID, Label: o.Name})
			}
		}
		if page.After = next; next == "" {
			break
		}
	}
	return out, nil
}

func enterAnswer(q *request, tx *workflows.Tx) (done, error) {
	if q.form.Get("more") != "" {
		return done{}, errAgain
	}
	var problems workflows.Problems
	who := submission.OnBehalf{OrganisationID: q.form.Get("organisation_id"), ReceivedAt: gather(&problems, "received_at", q.instant)}
	who.Respondent = consultation.NewRespondent{Name: q.form.Get("name"), Sector: q.form.Get("sector"), Language: q.form.Get("language")}
	if err := problems.Err(); err != nil {
		return done{}, err
	}
	id := q.c.Param("id")
	in, kept, err := q.enteredContent(tx, id)
	if err != nil {
		return done{}, err
	}
	if _, err := submission.Enter(tx, id, who, in); err != nil {
		return done{}, atQuestions(atFields(err, "comments", kept), in.Answers)
	}
	return done{to: "/consultations/" + id + "/manage", flash: "answer_entered"}, nil
}

func (q *request) enteredContent(tx *workflows.Tx, consultationID string) (in submission.Content, kept []int, err error) {
	in = submission.Content{Confidentiality: q.form.Get("confidentiality"), Position: q.form.Get("position"), Language: q.form.Get("language")}
	_, kept = q.rows("comments", "text", "proposed_change")
	for _, i := range kept {
		in.Comments = append(in.Comments, submission.NewComment{
			ProvisionID: q.cell("comments", i, "provision_id"), Type: q.cell("comments", i, "type"),
			Text: q.cell("comments", i, "text"), ProposedChange: q.cell("comments", i, "proposed_change"),
			Obligation: strings.ToUpper(strings.TrimSpace(q.cell("comments", i, "obligation"))),
		})
	}
	questions, err := consultation.Questions(tx, consultationID)
	if err != nil {
		return in, kept, err
	}
	in.Answers, err = q.answersOf(questions)
	return in, kept, err
}
