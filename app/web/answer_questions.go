package web

import (
	"fmt"
	"strconv"
	"strings"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

type questionsView struct {
	*answering
	Questions []askedQuestion
}

// askedQuestion is a question with the answer so far.
type askedQuestion struct {
	consultation.Question
	Field   string // of the form
	Value   string
	Values  []string // of a question with several answers
	Options []templates.Option
}

type settingsView struct {
	*answering
	Levels    []string // of confidentiality
	Positions []string // none where the kind asks for none
	Languages []templates.Option
	Follow    int // comments that follow the answer's confidentiality
}

func fieldOf(questionID string) string { return "answer-" + questionID }

func showQuestions(q *request, tx *workflows.Tx, a *answering) error {
	v := questionsView{answering: a}
	var err error
	if v.Questions, err = a.asked(tx); err != nil {
		return err
	}
	return q.show("contributor/questions", q.text.T("contributor.questions.title"), v)
}

func (a *answering) asked(tx *workflows.Tx) ([]askedQuestion, error) {
	questions, err := consultation.Questions(tx, a.Consultation.ID)
	if err != nil {
		return nil, err
	}
	given := a.answers()
	out := make([]askedQuestion, len(questions))
	for i, q := range questions {
		out[i] = askedQuestion{Question: q, Field: fieldOf(q.ID), Value: given[q.ID]}
		if q.Kind == "multiple" && given[q.ID] != "" {
			out[i].Values = strings.Split(given[q.ID], "\n")
		}
		for n, o := range q.Options {
			value := o
			if q.Kind == "scale" {
				value = strconv.Itoa(n + 1)
			}
			out[i].Options = append(out[i].Options, templates.Option{Value: value, Label: o})
		}
		if q.Kind == "scale" && len(q.Options) == 0 {
			for n := 1; n <= q.Steps(); n++ {
				out[i].Options = append(out[i].Options, templates.Option{Value: strconv.Itoa(n), Label: strconv.Itoa(n)})
			}
		}
	}
	return out, nil
}

func saveAnswers(q *request, tx *workflows.Tx, a *answering) (done, error) {
	questions, err := consultation.Questions(tx, a.Consultation.ID)
	if err != nil {
		return done{}, err
	}
	a.Content.Answers = nil
	for _, question := range questions {
		value := strings.Join(q.form[fieldOf(question.ID)], "\n")
		a.Content.Answers = append(a.Content.Answers, submission.NewAnswer{QuestionID: question.ID, Value: value})
	}
	if err := q.save(tx, a, false); err != nil {
		return done{}, atForm(err, a.questionField)
	}
	return a.saved(""), nil
}

// questionField finds the form's field for "answers[3].value" and "answers.ID".
func (a *answering) questionField(field string) string {
	var i int
	if n, _ := fmt.Sscanf(field, "answers[%d].value", &i); n == 1 && i < len(a.Content.Answers) {
		return fieldOf(a.Content.Answers[i].QuestionID)
	}
	if id, ok := strings.CutPrefix(field, "answers."); ok {
		return fieldOf(id)
	}
	return ""
}

func showSettings(q *request, _ *workflows.Tx, a *answering) error {
	v := settingsView{answering: a, Levels: submission.Confidentialities, Languages: q.languages(a.Content.Language)}
	if a.Consultation.Kind == "interagency" {
		v.Positions = submission.Positions[1:]
	}
	for _, m := range a.Content.Comments {
		if m.Confidentiality == a.Content.Confidentiality {
			v.Follow++
		}
	}
	return q.show("contributor/settings", q.text.T("contributor.settings.title"), v)
}

// saveSettings changes what holds for the whole answer. Comments that stood at
// the confidentiality of the whole go with it: whoever closes an answer must not
// leave half of it open.
func saveSettings(q *request, tx *workflows.Tx, a *answering) (done, error) {
	before := a.Content.Confidentiality
	a.Content.Confidentiality, a.Content.Language = q.form.Get("confidentiality"), q.form.Get("language")
	if a.Consultation.Kind == "interagency" {
		a.Content.Position = q.form.Get("position")
	}
	for i := range a.Content.Comments {
		if m := &a.Content.Comments[i]; m.Confidentiality == before {
			m.Confidentiality = a.Content.Confidentiality
		}
	}
	if a.Content.Confidentiality == "" {
		return done{}, workflows.InvalidField("confidentiality", "required")
	}
	err := q.save(tx, a, false)
	return a.saved(""), err
}
