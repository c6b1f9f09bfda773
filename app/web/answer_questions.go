package web

import (
	"strings"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
	"jahorina/workflows/translation"
)

type questionsView struct {
	*answering
	Questions []askedQuestion
	Tongue    *tongueView
}

type settingsView struct {
	*answering
	Levels    []string // of confidentiality
	Positions []string // none where the kind asks for none
	Languages []templates.Option
	Follow    int // comments that follow the answer's confidentiality
	Grounds   []string
	Mask      string // how they appear where their name is withheld, "" without a mask
}

// Ticked is the value of a box that is ticked if it is to be.
func (settingsView) Ticked(on bool) []string {
	if on {
		return []string{"yes"}
	}
	return nil
}

func showQuestions(q *request, tx *workflows.Tx, a *answering) error {
	questions, err := consultation.Questions(tx, a.Consultation.ID)
	if err != nil {
		return err
	}
	v := questionsView{answering: a, Questions: q.asked(questions, a.answers())}
	var texts map[translation.Ref]translation.Text
	if v.Tongue, texts, err = q.tongue(tx, translation.OfQuestions(a.Consultation, questions), consultedOn); err != nil {
		return err
	}
	for i := range v.Questions {
		v.Questions[i].say(askedIn(texts, questions[i]))
	}
	return q.show("contributor/questions", q.text.T("contributor.questions.title"), v)
}

func saveAnswers(q *request, tx *workflows.Tx, a *answering) (done, error) {
	questions, err := consultation.Questions(tx, a.Consultation.ID)
	if err != nil {
		return done{}, err
	}
	if a.Content.Answers, err = q.answersOf(questions); err != nil {
		return done{}, err
	}
	if err := q.mayAutosave(a); err != nil {
		return done{}, err
	}
	if err := q.save(tx, a, false); err != nil {
		return done{}, atQuestions(err, a.Content.Answers)
	}
	if q.autosaves() {
		return done{to: a.Path + "/questions"}, nil
	}
	return a.saved(""), nil
}

func showSettings(q *request, tx *workflows.Tx, a *answering) error {
	v := settingsView{answering: a, Grounds: submission.Grounds, Levels: submission.Confidentialities, Languages: q.languages(a.Content.Language)}
	if a.Consultation.Kind == "interagency" {
		v.Positions = submission.Positions[1:]
	}
	for _, m := range a.Content.Comments {
		if m.Confidentiality == a.Content.Confidentiality {
			v.Follow++
		}
	}
	if a.Submission != nil {
		var r restrictedView
		if err := q.ownMask(tx, &r, a.Submission); err != nil {
			return err
		}
		v.Mask = r.Mask
	}
	return q.show("contributor/settings", q.text.T("contributor.settings.title"), v)
}

// saveSettings changes what holds for the whole answer. Comments that stood at
// the confidentiality of the whole go with it: whoever closes an answer must not
// leave half of it open.
func saveSettings(q *request, tx *workflows.Tx, a *answering) (done, error) {
	before, ground, words := a.Content.Confidentiality, a.Content.Ground, a.Content.GroundWords
	a.Content.Confidentiality, a.Content.Language = q.form.Get("confidentiality"), q.form.Get("language")
	a.Content.Ground, a.Content.GroundWords = q.form.Get("ground"), q.form.Get("ground_words")
	a.Content.Masked, a.Content.Branch = q.form.Get("masked") != "", strings.TrimSpace(q.form.Get("branch"))
	if a.Consultation.Kind == "interagency" {
		a.Content.Position = q.form.Get("position")
	}
	for i := range a.Content.Comments {
		m := &a.Content.Comments[i]
		if m.Confidentiality == before {
			m.Confidentiality = a.Content.Confidentiality
		}
		if m.Ground == ground && m.GroundWords == words { // it had none of its own
			m.Ground, m.GroundWords = "", ""
		}
	}
	if a.Content.Confidentiality == "" {
		return done{}, workflows.InvalidField("confidentiality", "required")
	}
	err := q.save(tx, a, false)
	return a.saved(""), atForm(err, func(field string) string {
		_, name, of := commentIndex(field) // a comment that takes the ground of the whole
		if of && (name == "ground" || name == "ground_words") {
			return name
		}
		return ""
	})
}
