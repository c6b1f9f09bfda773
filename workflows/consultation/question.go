package consultation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jahorina/workflows"
)

// QuestionKinds: free text, one of the options, some of the options, a number
// from 1 to the number of options (or 5).
var QuestionKinds = []string{"text", "single", "multiple", "scale"}

// Limits of a questionnaire.
const (
	MaxQuestions = 100
	MaxOptions   = 50
)

// Question is asked of every contributor.
type Question struct {
	ID             string
	ConsultationID string
	Position       int
	Text           string
	Kind           string
	Options        []string `gorm:"serializer:json"`
	Required       bool
}

// NewQuestion is what a question is made from.
type NewQuestion struct {
	Text     string
	Kind     string
	Options  []string
	Required bool
}

func checkQuestions(p *workflows.Problems, qs []NewQuestion) {
	if len(qs) > MaxQuestions {
		p.Add("questions", "too_many", "Max", MaxQuestions)
		return
	}
	for i, q := range qs {
		field := func(s string) string { return fmt.Sprintf("questions[%d].%s", i, s) }
		p.Text(field("text"), q.Text, workflows.MaxParagraph, true)
		p.OneOf(field("kind"), q.Kind, QuestionKinds...)
		choice := q.Kind == "single" || q.Kind == "multiple"
		switch {
		case choice && len(q.Options) < 2:
			p.Add(field("options"), "too_few_options")
		case q.Kind == "text" && len(q.Options) > 0:
			p.Add(field("options"), "no_options_here")
		case len(q.Options) > MaxOptions:
			p.Add(field("options"), "too_many", "Max", MaxOptions)
		}
		for j, o := range q.Options {
			p.Text(field(fmt.Sprintf("options[%d]", j)), o, workflows.MaxName, true)
			if strings.Contains(o, "\n") || slices.Index(q.Options, o) != j {
				p.Add(field(fmt.Sprintf("options[%d]", j)), "option_unclear")
			}
		}
	}
}

func storeQuestions(tx *workflows.Tx, consultationID string, qs []NewQuestion) error {
	for i, q := range qs {
		row := &Question{
			ID: workflows.NewID(), ConsultationID: consultationID, Position: i + 1,
			Text: q.Text, Kind: q.Kind, Options: append([]string{}, q.Options...), Required: q.Required,
		}
		if err := tx.Insert(row); err != nil {
			return fmt.Errorf("store question: %w", err)
		}
	}
	return nil
}

// replaceQuestions is safe while the consultation is a draft: nobody has
// answered yet.
func replaceQuestions(tx *workflows.Tx, consultationID string, qs []NewQuestion) error {
	if err := tx.DB().Where("consultation_id = ?", consultationID).Delete(&Question{}).Error; err != nil {
		return fmt.Errorf("replace questions: %w", err)
	}
	return storeQuestions(tx, consultationID, qs)
}

// Questions lists the questions in order.
func Questions(tx *workflows.Tx, consultationID string) ([]Question, error) {
	var out []Question
	return out, tx.DB().Where("consultation_id = ?", consultationID).Order("position").Find(&out).Error
}

// Steps is the highest value of a scale.
func (q Question) Steps() int {
	if len(q.Options) > 1 {
		return len(q.Options)
	}
	return 5
}

// CheckAnswer notes in p what is wrong with the value. Several options are a
// line each. An empty value is no answer.
func (q Question) CheckAnswer(p *workflows.Problems, field, value string, complete bool) {
	if value == "" {
		if q.Required && complete {
			p.Add(field, "answer_required")
		}
		return
	}
	p.Text(field, value, workflows.MaxParagraph, false)
	switch q.Kind {
	case "single":
		if !slices.Contains(q.Options, value) {
			p.Add(field, "not_an_option")
		}
	case "multiple":
		lines := strings.Split(value, "\n")
		for i, v := range lines {
			if !slices.Contains(q.Options, v) || slices.Index(lines, v) != i {
				p.Add(field, "not_an_option")
				return
			}
		}
	case "scale":
		if n, err := strconv.Atoi(value); err != nil || n < 1 || n > q.Steps() || value != strconv.Itoa(n) {
			p.Add(field, "not_on_scale", "Max", q.Steps())
		}
	}
}
