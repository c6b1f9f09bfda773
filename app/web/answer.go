package web

import (
	"errors"
	"fmt"
	"strings"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
)

// answering is someone's work on their answer to a consultation: what every
// page of it shows and every form changes.
type answering struct {
	Consultation *consultation.Consultation
	For          string                 // the organisation or person answered for
	Submission   *submission.Submission // nil before anything is saved
	Content      submission.Content
	Left         string // until the deadline, in words
	Path         string // address of the answer
	Owner        string // who types: a browser gives kept words back to nobody else
}

// Amends says whether a change is an amendment with a new receipt.
func (a *answering) Amends() bool { return a.Submission != nil && a.Submission.In() }

// Version is the one a form must name to change what this reader sees.
func (a *answering) Version() int64 {
	if a.Submission == nil {
		return 0
	}
	return a.Submission.Version
}

type answerView struct {
	*answering
	Steps   []templates.Step
	Notes   []noteItem
	Whole   []ownComment // on the draft as a whole
	Reading *documentView
}

type lateView struct {
	*answering
	Country, Promise string // as in an overView
	Receipt          string // of what is in the record, "" for nothing
	Draft            bool   // something was begun and not submitted
}

// answering loads the actor's answer, for those who may give one.
func (q *request) answering(tx *workflows.Tx) (*answering, error) {
	c, err := consultation.Get(tx, q.c.Param("id"))
	if err != nil {
		return nil, err
	}
	t, err := c.Target(tx)
	if err != nil {
		return nil, err
	}
	if err := tx.Check("submission", "create", t); err != nil {
		return nil, err
	}
	a := &answering{
		Consultation: c, Path: "/consultations/" + c.ID + "/answer", Left: q.left(tx.Now, c.ClosesAt),
		Owner:   q.actor.ID,
		Content: submission.Content{Confidentiality: submission.Public, Language: q.actor.Language},
	}
	if a.For, err = answersFor(tx, c); err != nil {
		return nil, err
	}
	s, err := submission.Own(tx, c)
	if workflows.IsKind(err, workflows.NotFound) {
		return a, nil
	}
	if err != nil {
		return nil, err
	}
	a.Submission = s
	a.Content, err = submission.ContentOf(tx, s)
	return a, err
}

// answersFor is the name in which the actor answers.
func answersFor(tx *workflows.Tx, c *consultation.Consultation) (string, error) {
	id := tx.Actor.OrganisationID(c.StateCode)
	if id == "" {
		return tx.Actor.Name, nil
	}
	orgs, err := stakeholder.Names(tx, []string{id})
	return orgs[id].Name, err
}

// answerPage shows a page of the answer to those who may give one; whoever
// comes too late is told what is in the record. A form refused as too late is
// shown with all that was typed.
func answerPage(show func(*request, *workflows.Tx, *answering) error) func(*request) error {
	return func(q *request) error {
		tx := q.read()
		a, err := q.answering(tx)
		switch {
		case workflows.IsKind(err, workflows.Unauthenticated):
			return q.visitorAnswers(tx, err)
		case err != nil:
			return err
		case !a.Consultation.Accepts(tx.Now) && len(q.errors) == 0:
			return showLate(q, tx, a)
		}
		return show(q, tx, a)
	}
}

// visitorAnswers leads a visitor who wants to answer a public consultation to the
// form for it, or says that it is over: signing in would not help.
func (q *request) visitorAnswers(tx *workflows.Tx, cause error) error {
	c, err := consultation.Get(tx, q.c.Param("id"))
	switch {
	case err != nil || c.Kind != "public":
		return cause
	case c.Accepts(tx.Now):
		q.c.Redirect(seeOther, "/consultations/"+c.ID+"/ask")
		return nil
	}
	return showOver(q, tx, c)
}

// answerChange makes a change to the actor's answer.
func answerChange(change func(*request, *workflows.Tx, *answering) (done, error)) func(*request, *workflows.Tx) (done, error) {
	return func(q *request, tx *workflows.Tx) (done, error) {
		a, err := q.answering(tx)
		if err != nil {
			return done{}, err
		}
		return change(q, tx, a)
	}
}

// save stores the content as it now is: a draft stays one unless submit is set,
// what was submitted is amended. version is the one the sender saw.
func (a *answering) save(tx *workflows.Tx, version int64, submit bool) error {
	var err error
	if a.Submission == nil {
		a.Submission, err = submission.Save(tx, a.Consultation.ID, a.Content, submit)
		return err
	}
	a.Submission, err = submission.Update(tx, a.Submission.ID, version, a.Content, submit)
	return err
}

// saved leads back to the answer: to the place that was worked on, or, where the
// change was an amendment, to the word about the new receipt.
func (a *answering) saved(fragment string) done {
	if a.Amends() {
		return done{to: a.Path, flash: "amended"}
	}
	return done{to: a.Path + fragment}
}

// save stores the content of a form that was made from the version it names.
func (q *request) save(tx *workflows.Tx, a *answering, submit bool) error {
	if a.Submission == nil {
		return a.save(tx, 0, submit)
	}
	version, err := q.version()
	if err != nil {
		return err
	}
	return a.save(tx, version, submit)
}

// atForm renames the fields of a refusal from what a workflow calls them to
// what the form calls them. A name that rename makes empty is kept.
func atForm(err error, rename func(field string) string) error {
	var e *workflows.Error
	if !errors.As(err, &e) {
		return err
	}
	for i, f := range e.Fields {
		if name := rename(f.Field); name != "" {
			e.Fields[i].Field = name
		}
	}
	return err
}

func showAnswer(q *request, tx *workflows.Tx, a *answering) error {
	v := answerView{answering: a}
	own, err := a.own(tx)
	if err != nil {
		return err
	}
	v.Whole = own[""]
	comment := func(p *strategy.Provision) ([]templates.Link, []ownComment) {
		if !commentable(p) {
			return nil, own[p.ID]
		}
		return []templates.Link{{Label: q.text.T("provision.comment"), Href: a.Path + "/comment?provision=" + p.ID}}, own[p.ID]
	}
	if v.Reading, err = q.reading(tx, a.Consultation.DraftID, comment); err != nil {
		return err
	}
	if err := v.translate(q, tx); err != nil {
		return err
	}
	if v.Notes, err = q.notes(tx, a, ""); err != nil {
		return err
	}
	if v.Steps, err = q.toDo(tx, a); err != nil {
		return err
	}
	return q.show("contributor/answer", q.text.T("contributor.answer.title", "Title", a.Consultation.Title), v)
}

// translate shows the draft and the title in the language that is read.
func (v *answerView) translate(q *request, tx *workflows.Tx) error {
	own := translation.OfConsultation(tx, v.Consultation)
	tongue, texts, err := q.tongue(tx, append(own, translation.OfProvisions(v.Reading.Draft, v.Reading.provisions)...), consultedOn)
	if err != nil || tongue == nil {
		return err
	}
	v.Consultation.Title, v.Reading.Tongue = said(texts, own[0]).Text, tongue
	v.Reading.translate(texts, tongue.Both)
	return nil
}

// own are the answer's comments by provision, "" for the whole.
func (a *answering) own(tx *workflows.Tx) (map[string][]ownComment, error) {
	out := map[string][]ownComment{}
	for _, m := range a.Content.Comments {
		said, err := talkOn(tx, a.Consultation, submission.Comment{ID: m.ID}, true)
		if err != nil {
			return nil, err
		}
		out[m.ProvisionID] = append(out[m.ProvisionID], ownComment{NewComment: m, Edit: a.Path + "/comment?comment=" + m.ID, Talk: said})
	}
	return out, nil
}

// toDo is what is left to do, and what can be done.
func (q *request) toDo(tx *workflows.Tx, a *answering) ([]templates.Step, error) {
	questions, err := consultation.Questions(tx, a.Consultation.ID)
	if err != nil {
		return nil, err
	}
	files, err := a.files(tx)
	if err != nil {
		return nil, err
	}
	step := func(key, href string, args ...any) templates.Step {
		return templates.Step{Label: q.text.T("contributor.step." + key), Href: href, Detail: q.text.T("contributor.step."+key+"_detail", args...)}
	}
	steps := []templates.Step{step("comment", "#draft", "Count", len(a.Content.Comments)), step("table", a.Path+"/table")}
	if len(questions) > 0 {
		answered, missing := a.answered(questions)
		s := step("questions", a.Path+"/questions", "Answered", answered, "All", len(questions))
		if missing > 0 {
			s.Detail += " " + q.text.T("contributor.step.required", "Count", missing)
		}
		steps = append(steps, s)
	}
	settings := step("settings", a.Path+"/settings", "Word", q.text.T("confidentiality."+a.Content.Confidentiality))
	if a.Consultation.Kind == "interagency" {
		settings.Detail += " " + q.position(a.Content.Position)
	}
	steps = append(steps, settings, step("files", a.Path+"/attachments", "Count", len(files)))
	last := "submit"
	if a.Amends() {
		last = "again"
	}
	s := step(last, a.Path+"/submit", "Party", a.For)
	s.Due = a.Consultation.ClosesAt
	return append(steps, s), nil
}

func (q *request) position(p string) string {
	if p == "" {
		p = "none"
	}
	return q.text.T("contributor.position." + p)
}

// answered counts the questions answered and those that must be and are not.
func (a *answering) answered(questions []consultation.Question) (answered, missing int) {
	given := a.answers()
	for _, q := range questions {
		switch {
		case given[q.ID] != "":
			answered++
		case q.Required:
			missing++
		}
	}
	return answered, missing
}

func (a *answering) answers() map[string]string {
	out := map[string]string{}
	for _, v := range a.Content.Answers {
		out[v.QuestionID] = v.Value
	}
	return out
}

func (a *answering) files(tx *workflows.Tx) ([]submission.Attachment, error) {
	if a.Submission == nil {
		return nil, nil
	}
	return submission.Attachments(tx, a.Submission.ID)
}

func showLate(q *request, tx *workflows.Tx, a *answering) error {
	if !a.Consultation.Started() {
		return workflows.Refuse(workflows.Conflict, "not_open_yet", "OpensAt", a.Consultation.OpensAt)
	}
	over, err := q.over(tx, a.Consultation)
	if err != nil {
		return err
	}
	v := lateView{answering: a, Country: over.Country, Promise: over.Promise}
	if a.Amends() {
		v.Receipt = a.Submission.ReceiptNumber
	}
	v.Draft = a.Submission != nil && !a.Amends()
	return q.show("contributor/late", q.overTitle(a.Consultation), v)
}

// provision finds the provision with the id in the consulted draft.
func (a *answering) provision(tx *workflows.Tx, id string) (strategy.Provision, error) {
	all, err := strategy.Provisions(tx, a.Consultation.DraftID)
	if err != nil {
		return strategy.Provision{}, err
	}
	for _, p := range all {
		if p.ID == id {
			return p, nil
		}
	}
	return strategy.Provision{}, workflows.Refuse(workflows.NotFound, "not_found")
}

// commentIndex reads "comments[3].text" into 3 and "text".
func commentIndex(field string) (int, string, bool) {
	var i int
	if n, _ := fmt.Sscanf(field, "comments[%d].", &i); n != 1 {
		return 0, "", false
	}
	_, name, _ := strings.Cut(field, "].")
	return i, name, true
}
