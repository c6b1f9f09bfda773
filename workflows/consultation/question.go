package consultation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jahorina/workflows"
)

// QuestionKinds: free text, one of the options, some of the options, a number
// from 1 to the number of options (or 5), the options in order of preference.
var QuestionKinds = []string{"text", "single", "multiple", "scale", "ranking"}

// Limits of a questionnaire. Nobody ranks more than a dozen things.
const (
	MaxQuestions = 100
	MaxOptions   = 50
	MaxRanked    = 12
)

// OtherOption is what a form sends for an answer in the sender's own words. No
// option of a question that takes such answers may be called so.
const OtherOption = "other"

// Question is asked of every contributor.
type Question struct {
	ID             string
	ConsultationID string
	Position       int
	Text           string
	Help           string // what it means, under the question
	Kind           string
	Options        []string `gorm:"serializer:json"`
	Other          bool     // an answer in one's own words is taken beside the options
	Required       bool
}

// ChoosesOptions says whether an answer names options of the question.
func (q Question) ChoosesOptions() bool { return choosesOptions(q.Kind) }

func choosesOptions(kind string) bool {
	return kind == "single" || kind == "multiple" || kind == "ranking"
}

// NewQuestion is what a question is made from.
type NewQuestion struct {
	Text     string
	Help     string
	Kind     string
	Options  []string
	Other    bool
	Required bool
}

func checkQuestions(p *workflows.Problems, qs []NewQuestion) {
	if len(qs) > MaxQuestions {
		p.Add("questions", "too_many", "Max", MaxQuestions)
		return
	}
	for i, q := range qs {
		q.check(p, fmt.Sprintf("questions[%d].", i))
	}
}

func (q NewQuestion) check(p *workflows.Problems, at string) {
	p.Text(at+"text", q.Text, workflows.MaxParagraph, true)
	p.Text(at+"help", q.Help, workflows.MaxParagraph, false)
	p.OneOf(at+"kind", q.Kind, QuestionKinds...)
	if q.Other && q.Kind != "single" && q.Kind != "multiple" {
		p.Add(at+"other", "no_other_here")
	}
	most := MaxOptions
	if q.Kind == "ranking" {
		most = MaxRanked
	}
	switch {
	case choosesOptions(q.Kind) && len(q.Options) < 2:
		p.Add(at+"options", "too_few_options")
	case q.Kind == "text" && len(q.Options) > 0:
		p.Add(at+"options", "no_options_here")
	case len(q.Options) > most:
		p.Add(at+"options", "too_many", "Max", most)
	}
	for j, o := range q.Options {
		field := fmt.Sprintf("%soptions[%d]", at, j)
		p.Text(field, o, workflows.MaxName, true)
		if strings.Contains(o, "\n") || slices.Index(q.Options, o) != j {
			p.Add(field, "option_unclear")
		}
		if q.Other && o == OtherOption {
			p.Add(field, "option_reserved", "Word", OtherOption)
		}
	}
}

func storeQuestions(tx *workflows.Tx, consultationID string, qs []NewQuestion) error {
	for i, q := range qs {
		row := &Question{
			ID: workflows.NewID(), ConsultationID: consultationID, Position: i + 1,
			Text: q.Text, Help: q.Help, Kind: q.Kind, Options: append([]string{}, q.Options...), Other: q.Other, Required: q.Required,
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

// Split takes an answer apart: the options it names, in order, and what it says
// in the sender's own words. A free text is all own words.
func (q Question) Split(value string) (options []string, own string) {
	if value == "" {
		return nil, ""
	}
	if !q.ChoosesOptions() {
		return nil, value
	}
	for line := range strings.SplitSeq(value, "\n") {
		if slices.Contains(q.Options, line) {
			options = append(options, line)
		} else {
			own = line
		}
	}
	return options, own
}

// CheckAnswer notes in p what is wrong with the value. Several options are a
// line each, ranked ones the most preferred first; a ranking may leave out
// what the sender has no view on. Where the question takes other answers, one
// line may be in the sender's own words. An empty value is no answer.
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
		q.checkLines(p, field, []string{value})
	case "multiple", "ranking":
		q.checkLines(p, field, strings.Split(value, "\n"))
	case "scale":
		if n, err := strconv.Atoi(value); err != nil || n < 1 || n > q.Steps() || value != strconv.Itoa(n) {
			p.Add(field, "not_on_scale", "Max", q.Steps())
		}
	}
}

func (q Question) checkLines(p *workflows.Problems, field string, lines []string) {
	own := 0
	for i, v := range lines {
		known := slices.Contains(q.Options, v)
		if !known {
			own++
		}
		switch {
		case slices.Index(lines, v) != i && q.Kind == "ranking":
			p.Add(field, "ranked_twice", "Option", v)
		case slices.Index(lines, v) != i,
			!known && (!q.Other || own > 1 || strings.TrimSpace(v) == "" || strings.Contains(v, "\n")):
			p.Add(field, "not_an_option")
		case !known && v == OtherOption:
			p.Add(field, "say_which_other")
		default:
			continue
		}
		return
	}
}
