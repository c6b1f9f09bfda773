package web

import (
	"slices"
	"time"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
)

// submitView is everything once more before it enters the record.
type submitView struct {
	*answering
	Comments  []checkedComment
	Name      saidIn // the consultation's title
	Questions []askedQuestion
	Files     []submission.Attachment
	Missing   []askedQuestion // must be answered and are not
	Empty     bool
	Position  string
	SignOff   *signOffView // nil where none is wanted
	Now       time.Time
}

// checkedComment is a comment with its place and what will be shown of it.
type checkedComment struct {
	submission.NewComment
	Anchor, Place, Edit string
}

type withdrawView struct {
	*answering
	Comments int
}

func showSubmit(q *request, tx *workflows.Tx, a *answering) error {
	v := submitView{answering: a, Now: tx.Now}
	places, err := placesOf(tx, a.Consultation.DraftID)
	if err != nil {
		return err
	}
	for _, m := range a.Content.Comments {
		at := places[m.ProvisionID]
		if m.ProvisionID == "" {
			at = m.Reference
		}
		v.Comments = append(v.Comments, checkedComment{NewComment: m, Anchor: anchorOf(m.ID), Place: at, Edit: a.Path + "/comment?comment=" + m.ID})
	}
	questions, err := consultation.Questions(tx, a.Consultation.ID)
	if err != nil {
		return err
	}
	v.Questions = q.asked(questions, a.answers())
	if err := v.translate(q, tx, questions); err != nil {
		return err
	}
	if v.Files, err = a.files(tx); err != nil {
		return err
	}
	if v.SignOff, err = q.signOff(tx, a); err != nil {
		return err
	}
	answered := false
	for _, question := range v.Questions {
		answered = answered || question.Value != ""
		if question.Required && question.Value == "" {
			v.Missing = append(v.Missing, question)
		}
	}
	v.Empty = len(v.Comments)+len(v.Files) == 0 && !answered && a.Content.Position == ""
	if a.Consultation.Kind == "interagency" {
		v.Position = q.position(a.Content.Position)
	}
	title := "contributor.submit.title"
	if a.Amends() {
		title = "contributor.submit.title_in"
	}
	return q.show("contributor/submit", q.text.T(title), v)
}

// translate shows the title, and the questions with what was chosen of their
// options, in the language that is read. What is stored stays in the source's.
func (v *submitView) translate(q *request, tx *workflows.Tx, questions []consultation.Question) error {
	own := translation.OfConsultation(tx, v.Consultation)
	_, texts, err := q.tongue(tx, append(own, translation.OfQuestions(v.Consultation, questions)...), consultedOn)
	if err != nil {
		return err
	}
	v.Name = said(texts, own[0])
	for i := range v.Questions {
		v.Questions[i].say(askedIn(texts, questions[i]))
	}
	return nil
}

func anchorOf(commentID string) string { return "comment-" + commentID }

// placesOf names the provisions of a draft by id.
func placesOf(tx *workflows.Tx, draftID string) (map[string]string, error) {
	all, err := strategy.Provisions(tx, draftID)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(all))
	for _, p := range all {
		out[p.ID] = placeName(p)
	}
	return out, nil
}

// submit puts the answer into the record, once its sender has said for whom it
// is.
func submit(q *request, tx *workflows.Tx, a *answering) (done, error) {
	if q.form.Get("confirm") != "yes" {
		return done{}, workflows.InvalidField("confirm", "confirm_sender")
	}
	if a.Amends() { // every change went into the record when it was saved
		return done{to: "/receipts/" + a.Submission.ReceiptNumber}, nil
	}
	if err := q.save(tx, a, true); err != nil {
		return done{}, atForm(err, a.submitField)
	}
	return done{to: "/receipts/" + a.Submission.ReceiptNumber, flash: "submitted"}, nil
}

// submitField leads from what is wrong to where it stands on the page.
func (a *answering) submitField(field string) string {
	if i, _, ok := commentIndex(field); ok && i < len(a.Content.Comments) {
		return anchorOf(a.Content.Comments[i].ID)
	}
	if field == "comments" {
		return "check"
	}
	return questionAt(field, a.Content.Answers)
}

func showWithdraw(q *request, _ *workflows.Tx, a *answering) error {
	if a.Submission == nil {
		return workflows.Refuse(workflows.NotFound, "not_found")
	}
	v := withdrawView{answering: a, Comments: len(a.Content.Comments)}
	return q.show("contributor/withdraw", q.text.T("contributor.withdraw.title"), v)
}

func withdraw(q *request, tx *workflows.Tx, a *answering) (done, error) {
	if a.Submission == nil {
		return done{}, workflows.Refuse(workflows.NotFound, "not_found")
	}
	version, err := q.version()
	if err == nil {
		_, err = submission.Withdraw(tx, a.Submission.ID, version)
	}
	return done{to: "/consultations/" + a.Consultation.ID, flash: "withdrawn"}, err
}

// newest is the latest of the versions received.
func newest(versions []submission.Received) submission.Received {
	return slices.MaxFunc(versions, func(a, b submission.Received) int { return int(a.Version - b.Version) })
}
