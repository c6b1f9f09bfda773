package web

import (
	"encoding/json"
	"path"
	"strings"

	"jahorina/app/forms"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// formFile gives a form out as the kind of file that the address ends in.
func formFile(fill func(*request, *workflows.Tx) (*forms.Form, error)) func(*request) error {
	return func(q *request) error {
		f, err := fill(q, q.read())
		if err != nil {
			return err
		}
		kind := strings.TrimPrefix(path.Ext(q.c.Request.URL.Path), ".")
		name, content, err := f.File(kind)
		if err != nil {
			return err
		}
		q.c.Header("Content-Security-Policy", "default-src 'none'; sandbox")
		q.attach(name, forms.FileTypes[kind], content)
		return nil
	}
}

func ownForm(q *request, tx *workflows.Tx) (*forms.Form, error) {
	return forms.Own(tx, q.text, q.c.Param("id"))
}

func allComments(q *request, tx *workflows.Tx) (*forms.Form, error) {
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return nil, err
	}
	filter, err := q.commentFilter(tx, c, q.c.Query)
	if err != nil {
		return nil, err
	}
	return forms.All(tx, q.text, c, filter)
}

func publishedForm(q *request, tx *workflows.Tx) (*forms.Form, error) {
	return forms.Published(tx, q.text, q.c.Param("id"))
}

// tableView is the page on which one takes the form and brings it back.
type tableView struct {
	*answering
	MaxMB  int
	Plan   *submission.FormPlan // of a table that was checked
	Steps  []tableStep
	Wrong  int
	Held   string // what was read, to be taken over with the next form
	Parked bool
}

type tableStep struct {
	submission.FormStep
	Place, Said string
	Faults      []string
}

// held is a table between its check and its taking over. It comes back from the
// page, and is checked again then.
type held struct {
	Head submission.FormHead
	Rows []submission.ImportRow
}

func showTable(q *request, tx *workflows.Tx, a *answering) error {
	v := tableView{answering: a, MaxMB: forms.MaxFile >> 20}
	if q.form != nil && (q.again || q.form.Get("table") != "") {
		if err := v.plan(q, tx); err != nil {
			return err
		}
	}
	return q.show("contributor/table", q.text.T("forms.title"), v)
}

func (v *tableView) plan(q *request, tx *workflows.Tx) error {
	t, err := q.tableSent()
	if err != nil {
		return err
	}
	if v.Plan, err = submission.PlanForm(tx, v.Consultation.ID, t.Head, t.Rows); err != nil {
		return err
	}
	names, err := submission.PlaceNames(tx, v.Consultation.DraftID)
	if err != nil {
		return err
	}
	for _, s := range v.Plan.Steps {
		item := tableStep{FormStep: s, Place: names[s.Comment.ProvisionID], Said: excerpt(s.Comment.Text, 120)}
		if s.Comment.ProvisionID == "" {
			item.Place = s.Comment.Reference
			v.Parked = v.Parked || item.Place != ""
		}
		for _, f := range s.Faults {
			item.Faults = append(item.Faults, q.text.Error(f.Key, f.Args))
		}
		v.Steps = append(v.Steps, item)
	}
	v.Wrong = v.Plan.Count(submission.RowWrong)
	if v.Takes() {
		raw, err := json.Marshal(t)
		v.Held = string(raw)
		return err
	}
	return nil
}

// Takes says whether there is something to take over.
func (v tableView) Takes() bool {
	return v.Plan != nil && v.Wrong == 0 && v.Plan.Count(submission.RowAdded)+v.Plan.Count(submission.RowChanged) > 0
}

// tableSent is the table of the form: the file, or what was read of it before.
func (q *request) tableSent() (held, error) {
	var t held
	if kept := q.form.Get("table"); kept != "" {
		if json.Unmarshal([]byte(kept), &t) != nil {
			return t, workflows.Refuse(workflows.Invalid, "not_a_form")
		}
		return t, nil
	}
	_, content, err := q.table()
	if err != nil {
		return t, err
	}
	read, err := forms.NewReader(q.s.locales).Read(content)
	if err != nil {
		return t, q.atLines(err)
	}
	return held{read.FormHead, read.Rows}, nil
}

// takeTable shows what a table would change, and, once that was seen, takes it over.
func takeTable(q *request, tx *workflows.Tx, a *answering) (done, error) {
	t, err := q.tableSent()
	if err != nil {
		return done{}, err
	}
	if q.form.Get("table") == "" {
		if _, err := submission.PlanForm(tx, a.Consultation.ID, t.Head, t.Rows); err != nil {
			return done{}, q.atLines(err)
		}
		return done{}, errAgain
	}
	_, plan, err := submission.TakeForm(tx, a.Consultation.ID, t.Head, t.Rows)
	if plan != nil && plan.Count(submission.RowWrong) > 0 {
		return done{}, errAgain // it has become wrong since: the page tells which rows
	}
	if err != nil {
		return done{}, q.atLines(err)
	}
	flash := "table_taken"
	switch {
	case plan.Count(submission.RowAdded)+plan.Count(submission.RowChanged) == 0:
		flash = "table_same"
	case a.Amends():
		flash = "amended"
	}
	return done{to: a.Path, flash: flash}, nil
}
