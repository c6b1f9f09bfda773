package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jahorina/templates"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/submission"
)

// askedQuestion is a question as fields of a form, with the answer so far.
type askedQuestion struct {
	consultation.Question
	Field    string   // of the form
	Value    string   // as it is stored
	Chosen   string   // the option ticked, of a question with one
	Values   []string // the options ticked, of a question with several
	Own      string   // the answer in the sender's own words, beside the options
	OwnField string
	Options  []templates.Option
	Places   []placedOption     // of a ranking
	Ranks    []templates.Option // the places to choose from
}

// placedOption is an option of a ranking and its place, "" for none.
type placedOption struct{ Field, Option, Place string }

func fieldOf(questionID string) string { return "answer-" + questionID }

// ownField holds what "other" is.
func ownField(questionID string) string { return fieldOf(questionID) + "-own" }

func placeField(questionID string, option int) string {
	return fmt.Sprintf("%s-place-%d", fieldOf(questionID), option)
}

// asked are the questions as fields of a form, with the answers given so far by
// question.
func (q *request) asked(questions []consultation.Question, given map[string]string) []askedQuestion {
	out := make([]askedQuestion, len(questions))
	for i, a := range questions {
		out[i] = askedQuestion{Question: a, Field: fieldOf(a.ID), OwnField: ownField(a.ID), Value: given[a.ID], Chosen: given[a.ID]}
		out[i].fill(q.text)
	}
	return out
}

func (a *askedQuestion) fill(text *templates.Text) {
	for n, o := range a.Question.Options {
		value := o
		if a.Kind == "scale" {
			value = strconv.Itoa(n + 1)
		}
		a.Options = append(a.Options, templates.Option{Value: value, Label: o})
	}
	switch {
	case a.Kind == "scale" && len(a.Options) == 0:
		for n := 1; n <= a.Steps(); n++ {
			a.Options = append(a.Options, templates.Option{Value: strconv.Itoa(n), Label: text.Number(n)})
		}
	case a.Kind == "ranking":
		a.place(text)
	case a.ChoosesOptions():
		a.Values, a.Own = a.Split(a.Value)
		if a.Other {
			a.Options = append(a.Options, templates.Option{Value: consultation.OtherOption, Label: text.T("questionnaire.other_option")})
		}
		if a.Own != "" {
			a.Chosen = consultation.OtherOption
			a.Values = append(a.Values, consultation.OtherOption)
		}
	}
}

// say puts the words of another language in the place of the question's own. What
// is sent back stays the option of the source.
func (a *askedQuestion) say(in consultation.Question, lang string) {
	if lang == "" {
		return
	}
	for i, o := range in.Options {
		if i < len(a.Options) {
			a.Options[i].Label, a.Options[i].Lang = o, lang
		}
		if i < len(a.Places) {
			a.Places[i].Option = o
		}
	}
	a.Text, a.Help = in.Text, in.Help
}

// Shown is the answer with its options as they were shown to be chosen.
func (a askedQuestion) Shown() string {
	if a.Kind == "scale" || a.Kind == "text" {
		return a.Value
	}
	parts := strings.Split(a.Value, "\n")
	for i, part := range parts {
		if at := slices.IndexFunc(a.Options, func(o templates.Option) bool { return o.Value == part }); at >= 0 {
			parts[i] = a.Options[at].Label
		}
	}
	return strings.Join(parts, "\n")
}

func (a *askedQuestion) place(text *templates.Text) {
	ranked, _ := a.Split(a.Value)
	a.Ranks = []templates.Option{{Label: text.T("questionnaire.no_place")}}
	for i, o := range a.Question.Options {
		a.Ranks = append(a.Ranks, templates.Option{Value: strconv.Itoa(i + 1), Label: text.Number(i + 1)})
		p := placedOption{Field: placeField(a.ID, i), Option: o}
		if at := slices.Index(ranked, o); at >= 0 {
			p.Place = strconv.Itoa(at + 1)
		}
		a.Places = append(a.Places, p)
	}
}

// answersOf reads the answers of a form.
func (q *request) answersOf(questions []consultation.Question) ([]submission.NewAnswer, error) {
	var problems workflows.Problems
	var out []submission.NewAnswer
	for _, a := range questions {
		value := strings.Join(q.form[fieldOf(a.ID)], "\n")
		switch {
		case a.Kind == "ranking":
			value = q.ranking(&problems, a)
		case a.Other && a.ChoosesOptions():
			value = q.withOwn(a)
		}
		out = append(out, submission.NewAnswer{QuestionID: a.ID, Value: value})
	}
	return out, problems.Err()
}

// withOwn puts the sender's own words in the place of the option "other". Words
// without the option ticked count too: nobody types them for nothing.
func (q *request) withOwn(a consultation.Question) string {
	chosen := slices.Clone(q.form[fieldOf(a.ID)])
	own := strings.Join(strings.Fields(q.form.Get(ownField(a.ID))), " ")
	other := slices.Index(chosen, consultation.OtherOption)
	switch {
	case own == "":
	case other >= 0:
		chosen[other] = own
	case a.Kind == "multiple" || len(chosen) == 0:
		chosen = append(chosen, own)
	}
	return strings.Join(chosen, "\n")
}

// ranking reads the places given to the options, the most preferred first.
// Places left out are closed up.
func (q *request) ranking(problems *workflows.Problems, a consultation.Question) string {
	type placed struct {
		place  int
		option string
	}
	var all []placed
	for i, o := range a.Options {
		n, err := strconv.Atoi(q.form.Get(placeField(a.ID, i)))
		if err != nil || n < 1 {
			continue
		}
		if slices.ContainsFunc(all, func(p placed) bool { return p.place == n }) {
			problems.Add(fieldOf(a.ID), "same_place", "Place", n)
			return ""
		}
		all = append(all, placed{n, o})
	}
	slices.SortFunc(all, func(a, b placed) int { return cmp.Compare(a.place, b.place) })
	ranked := make([]string, len(all))
	for i, p := range all {
		ranked[i] = p.option
	}
	return strings.Join(ranked, "\n")
}

// questionAt is the form's field for what a workflow calls "answers[3].value" or
// "answers.ID", or "".
func questionAt(field string, answers []submission.NewAnswer) string {
	var i int
	if n, _ := fmt.Sscanf(field, "answers[%d].value", &i); n == 1 && i < len(answers) {
		return fieldOf(answers[i].QuestionID)
	}
	if id, ok := strings.CutPrefix(field, "answers."); ok {
		return fieldOf(id)
	}
	return ""
}

// atQuestions puts what is wrong with answers at the fields of their questions.
func atQuestions(err error, answers []submission.NewAnswer) error {
	return atForm(err, func(field string) string { return questionAt(field, answers) })
}
