package web

import (
	"errors"
	"slices"
	"strings"

	"jahorina/policies"
	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
)

// launchView is the form of a consultation, new or still a draft.
type launchView struct {
	ID        string // "" for a new one
	Back      string
	Drafts    []templates.Option
	Kinds     []string
	Sectors   []string
	Given     consultation.New
	Version   int64
	Questions []questionRow
	QKinds    []string
	MaxQuorum int
	Languages []templates.Option // of title, summary and questions
}

type questionRow struct {
	Index    int
	Number   int
	Text     string
	Help     string
	Kind     string
	Options  string // one a line
	Other    bool
	Required bool
}

// questionCells are the fields of a question in the form.
var questionCells = []string{"text", "help", "kind", "options", "other", "required"}

func (q *request) launchForm(tx *workflows.Tx, state string, given consultation.New) (launchView, error) {
	v := launchView{
		Kinds: consultation.Kinds, Sectors: stakeholder.Sectors, Given: given,
		QKinds: consultation.QuestionKinds, MaxQuorum: consultation.MaxQuorum,
	}
	v.Languages = append([]templates.Option{{Label: q.text.T("translate.as_draft")}}, q.languages(given.Language)...)
	var err error
	if v.Drafts, err = q.draftOptions(tx, state); err != nil {
		return v, err
	}
	for i, g := range given.Questions {
		v.Questions = append(v.Questions, questionRow{
			Index: i, Number: i + 1, Text: g.Text, Help: g.Help, Kind: g.Kind, Options: strings.Join(g.Options, "\n"), Other: g.Other, Required: g.Required,
		})
	}
	if q.form != nil {
		v.Questions = nil
		all, _ := q.rows("questions")
		for n, i := range all {
			v.Questions = append(v.Questions, questionRow{Index: i, Number: n + 1})
		}
	}
	if q.form == nil && len(v.Questions) == 0 || q.again && q.form.Get("more") != "" {
		next := 0
		if n := len(v.Questions); n > 0 {
			next = v.Questions[n-1].Index + 1
		}
		v.Questions = append(v.Questions, questionRow{Index: next, Number: len(v.Questions) + 1})
	}
	return v, nil
}

// draftOptions are the drafts of the state's newest strategies, newest first.
func (q *request) draftOptions(tx *workflows.Tx, state string) ([]templates.Option, error) {
	strategies, _, err := strategy.List(tx, state, workflows.Page{})
	if err != nil {
		return nil, err
	}
	var out []templates.Option
	for _, s := range strategies {
		drafts, err := strategy.Drafts(tx, s.ID)
		if err != nil {
			return nil, err
		}
		for _, d := range drafts {
			out = append(out, templates.Option{Value: d.ID, Label: s.Title + ", " + q.draftLabel(&d)})
		}
	}
	return out, nil
}

func newConsultationPage(q *request) error {
	tx, state := q.read(), q.state()
	given := consultation.New{DraftID: q.c.Query("draft"), Quorum: 1}
	if given.DraftID != "" {
		d, err := strategy.GetDraft(tx, given.DraftID)
		if err != nil {
			return err
		}
		state = d.StateCode
	}
	if err := tx.Check("consultation", "create", policies.Target{State: state}); err != nil {
		return err
	}
	v, err := q.launchForm(tx, state, given)
	if err != nil {
		return err
	}
	v.Back = "/strategies"
	if given.DraftID != "" {
		v.Back = "/drafts/" + given.DraftID
	}
	return q.show("official/launch", q.text.T("launch.title_new"), v)
}

func createConsultation(q *request, tx *workflows.Tx) (done, error) {
	if q.rearrange("questions", questionCells) {
		return done{}, errAgain
	}
	in, kept, unread := q.launchInput()
	c, err := consultation.Create(tx, in)
	if err := withUnread(unread, atFields(err, "questions", kept)); err != nil {
		return done{}, err
	}
	return done{to: "/consultations/" + c.ID + "/invitations", flash: "consultation_created"}, nil
}

func editConsultationPage(q *request) error {
	tx := q.read()
	c, err := q.managed(tx)
	if err != nil {
		return err
	}
	if err := tx.Check("consultation", "edit", policies.Target{State: c.StateCode, ConsultationID: c.ID}); err != nil {
		return err
	}
	questions, err := consultation.Questions(tx, c.ID)
	if err != nil {
		return err
	}
	given := consultation.New{
		DraftID: c.DraftID, Title: c.Title, Summary: c.Summary, Kind: c.Kind, OpensAt: c.OpensAt, ClosesAt: c.ClosesAt,
		Sectors: c.Sectors, Quorum: c.Quorum, Language: c.Language,
	}
	if c.ResponseDueAt != nil {
		given.ResponseDueAt = *c.ResponseDueAt
	}
	for _, a := range questions {
		given.Questions = append(given.Questions, consultation.NewQuestion{
			Text: a.Text, Help: a.Help, Kind: a.Kind, Options: a.Options, Other: a.Other, Required: a.Required,
		})
	}
	v, err := q.launchForm(tx, c.StateCode, given)
	if err != nil {
		return err
	}
	v.ID, v.Version, v.Back = c.ID, c.Version, "/consultations/"+c.ID+"/manage"
	if c.State != consultation.Draft && q.form == nil {
		return workflows.Refuse(workflows.Conflict, "edit_only_draft")
	}
	return q.show("official/launch", q.text.T("launch.title_edit"), v)
}

func editConsultation(q *request, tx *workflows.Tx) (done, error) {
	if q.rearrange("questions", questionCells) {
		return done{}, errAgain
	}
	in, kept, unread := q.launchInput()
	version, err := q.version()
	if err != nil {
		return done{}, err
	}
	c, err := consultation.Edit(tx, q.c.Param("id"), version, in)
	if err := withUnread(unread, atFields(err, "questions", kept)); err != nil {
		return done{}, err
	}
	return done{to: "/consultations/" + c.ID + "/manage", flash: "consultation_saved"}, nil
}

// launchInput reads the form. kept are the rows of the questions that were
// filled in; unread is what could not be read.
func (q *request) launchInput() (in consultation.New, kept []int, unread workflows.Problems) {
	in = consultation.New{
		DraftID: q.form.Get("draft_id"), Title: q.form.Get("title"), Summary: q.form.Get("summary"), Language: q.form.Get("language"), Kind: q.form.Get("kind"),
		Sectors: q.form["sectors"], OpensAt: gather(&unread, "opens_at", q.instant), ClosesAt: gather(&unread, "closes_at", q.instant),
		ResponseDueAt: gather(&unread, "response_due_at", q.optionalInstant),
		Quorum:        gather(&unread, "quorum", q.number),
	}
	_, kept = q.rows("questions", "text", "options")
	for _, i := range kept {
		in.Questions = append(in.Questions, consultation.NewQuestion{
			Text: q.cell("questions", i, "text"), Help: q.cell("questions", i, "help"), Kind: q.cell("questions", i, "kind"),
			Options: lines(q.cell("questions", i, "options")), Other: q.cell("questions", i, "other") != "",
			Required: q.cell("questions", i, "required") != "",
		})
	}
	return in, kept, unread
}

// withUnread adds what could not be read from a form to what a workflow refused
// of the rest, so that all is told at once. Any of it undoes the change.
func withUnread(unread workflows.Problems, refused error) error {
	var e *workflows.Error
	if len(unread) == 0 || refused != nil && (!errors.As(refused, &e) || len(e.Fields) == 0) {
		return refused
	}
	if e != nil {
		for _, f := range e.Fields {
			if !slices.ContainsFunc(unread, func(u workflows.FieldError) bool { return u.Field == f.Field }) {
				unread = append(unread, f)
			}
		}
	}
	return unread.Err()
}

// gather reads a field and notes what is wrong with it beside what else is.
func gather[A any](p *workflows.Problems, field string, read func(string) (A, error)) A {
	value, err := read(field)
	var e *workflows.Error
	if err != nil && errors.As(err, &e) {
		*p = append(*p, e.Fields...)
	}
	return value
}
