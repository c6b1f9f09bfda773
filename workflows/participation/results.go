package participation

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/disclosure"
	"jahorina/workflows/stakeholder"
	"jahorina/workflows/submission"
)

// BySector is what results are crossed with unless a question is named.
const BySector = "sector"

// OwnWords stands for an answer outside the options of a question.
const OwnWords = consultation.OtherOption

// Result is what was answered to one question.
type Result struct {
	Question consultation.Question
	Answered int
	Skipped  int
	Options  []Choice
	Mean     float64 // of a scale; 0 if nobody answered
	Median   float64
	Cross    []Crossed
	Texts    []string // free texts and own words; only in exact results
}

// Choice is one option (a step of a scale, an option, OwnWords) and how often it
// was given. Of a ranking, Count is how often it came first, Ranked how often it
// was given a place, and Points the Borda count: an option gets as many points
// from an answer as the question has options below it, those without a place
// sharing what is left.
type Choice struct {
	Option string
	Count  int
	Ranked int
	Points float64
}

// Crossed is a row of the cross-tabulation: those of one sector, or who gave one
// answer to the other question, by the options of this one in order.
type Crossed struct {
	Name     string
	Answered disclosure.Cell
	Options  []disclosure.Cell
}

// Results are the answers to all questions.
type Results struct {
	Exact       bool // every number is told, and every text
	Submissions int
	By          string // BySector or a question's id
	Questions   []Result
}

// Say puts the words of a translation in the place of a question's own, wherever
// its options are named. in has as many options as the question.
func (r *Results) Say(i int, in consultation.Question) {
	a := &r.Questions[i]
	said := func(option string) string {
		if at := slices.Index(a.Question.Options, option); at >= 0 && at < len(in.Options) {
			return in.Options[at]
		}
		return option
	}
	for j := range a.Options {
		a.Options[j].Option = said(a.Options[j].Option)
	}
	if r.By == a.Question.ID {
		for j := range r.Questions {
			for k := range r.Questions[j].Cross {
				r.Questions[j].Cross[k].Name = said(r.Questions[j].Cross[k].Name)
			}
		}
	}
	a.Question = in
}

// ReadResults makes the results for the actor, crossed with by: BySector (or
// "") or the id of a question with one option per answer. They are public once
// the response is published. Public results count the answers that may be
// published, show no text, and their cross-tabulations tell no small numbers.
func ReadResults(tx *workflows.Tx, c *consultation.Consultation, by string) (*Results, error) {
	whole, err := may(tx, c, c.State == consultation.Published)
	if err != nil {
		return nil, err
	}
	questions, err := consultation.Questions(tx, c.ID)
	if err != nil {
		return nil, err
	}
	if by == "" {
		by = BySector
	}
	crossing, err := crossingOf(questions, by)
	if err != nil {
		return nil, err
	}
	all, err := answersOf(tx, c, whole)
	if err != nil {
		return nil, err
	}
	out := &Results{Exact: whole, Submissions: len(all), By: by}
	for _, q := range questions {
		r := count(q, all)
		if q.ID != by && q.Kind != "text" {
			r.Cross = cross(q, all, crossing, whole)
		}
		if !whole {
			r.Texts = nil
		}
		out.Questions = append(out.Questions, r)
	}
	return out, nil
}

// answering is one submission: its sector and its answers by question.
type answering struct {
	sector string
	values map[string]string
}

// answersOf reads the answers of submissions that stand: all of them, or without
// those that are kept from the public.
func answersOf(tx *workflows.Tx, c *consultation.Consultation, whole bool) ([]answering, error) {
	kept := "1 = 0"
	if !whole {
		kept = "s.publication = 'withheld' OR s.confidentiality IN ('" + submission.Participants + "', '" + submission.Confidential + "')"
	}
	var rows []struct{ ID, Sector, QuestionID, Value string }
	err := tx.DB().Table("submissions s").Select("s.id, COALESCE(o.sector, r.sector) AS sector, COALESCE(a.question_id, '') AS question_id, COALESCE(a.value, '') AS value").
		Joins("LEFT JOIN organisations o ON o.id = s.organisation_id").Joins("LEFT JOIN respondents r ON r.id = s.respondent_id").
		Joins("LEFT JOIN answers a ON a.submission_id = s.id").
		Where("s.consultation_id = ? AND s.state IN ?", c.ID, submission.InRecord).Not(kept).Order("s.id").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read answers: %w", err)
	}
	var out []answering
	last := ""
	for _, r := range rows {
		if r.ID != last {
			out = append(out, answering{r.Sector, map[string]string{}})
			last = r.ID
		}
		out[len(out)-1].values[r.QuestionID] = r.Value
	}
	return out, nil
}

// options are the answers a question can be counted by.
func options(q consultation.Question) []string {
	if q.Kind == "scale" {
		out := make([]string, q.Steps())
		for i := range out {
			out[i] = strconv.Itoa(i + 1)
		}
		return out
	}
	out := slices.Clone(q.Options)
	if q.Other {
		out = append(out, OwnWords)
	}
	return out
}

// chosen are the options a value counts for, and what it says in own words.
func chosen(q consultation.Question, value string) (options []string, own string) {
	if q.Kind == "scale" && value != "" {
		return []string{value}, ""
	}
	options, own = q.Split(value)
	if own != "" && q.Kind != "text" {
		options = append(options, OwnWords)
	}
	return options, own
}

func count(q consultation.Question, all []answering) Result {
	r := Result{Question: q}
	for _, o := range options(q) {
		r.Options = append(r.Options, Choice{Option: o})
	}
	var steps []int
	for _, a := range all {
		value := a.values[q.ID]
		if value == "" {
			r.Skipped++
			continue
		}
		r.Answered++
		given, own := chosen(q, value)
		if own != "" {
			r.Texts = append(r.Texts, own)
		}
		if q.Kind == "ranking" {
			r.rank(given)
			continue
		}
		for _, o := range given {
			if i := slices.IndexFunc(r.Options, func(c Choice) bool { return c.Option == o }); i >= 0 {
				r.Options[i].Count++
				steps = append(steps, i+1)
			}
		}
	}
	if q.Kind == "scale" {
		r.Mean, r.Median = middle(steps)
	}
	return r
}

// rank counts one ranking.
func (r *Result) rank(given []string) {
	n := len(r.Options)
	left := float64(n-1-len(given)) / 2 // what each of those without a place gets
	for i := range r.Options {
		o := &r.Options[i]
		place := slices.Index(given, o.Option)
		switch {
		case place < 0:
			o.Points += left
			continue
		case place == 0:
			o.Count++
		}
		o.Ranked++
		o.Points += float64(n - 1 - place)
	}
}

func middle(steps []int) (mean, median float64) {
	if len(steps) == 0 {
		return 0, 0
	}
	slices.Sort(steps)
	sum := 0
	for _, n := range steps {
		sum += n
	}
	half := len(steps) / 2
	median = float64(steps[half])
	if len(steps)%2 == 0 {
		median = float64(steps[half-1]+steps[half]) / 2
	}
	return float64(sum) / float64(len(steps)), median
}

// crossing are the rows of a cross-tabulation and to which an answer belongs.
type crossing struct {
	names []string
	of    func(answering) string
}

func crossingOf(questions []consultation.Question, by string) (crossing, error) {
	if by == BySector {
		return crossing{stakeholder.Sectors, func(a answering) string { return a.sector }}, nil
	}
	i := slices.IndexFunc(questions, func(q consultation.Question) bool { return q.ID == by && (q.Kind == "single" || q.Kind == "scale") })
	if i < 0 {
		return crossing{}, workflows.InvalidField("by", "cannot_cross")
	}
	q := questions[i]
	return crossing{options(q), func(a answering) string {
		given, _ := chosen(q, a.values[q.ID])
		if len(given) == 0 {
			return ""
		}
		return given[0]
	}}, nil
}

// cross counts the options by row. Of a ranking it counts the first places. Where
// nothing can be told without telling of a small group, there are no rows.
func cross(q consultation.Question, all []answering, by crossing, whole bool) []Crossed {
	opts := options(q)
	given, answeredBy := make([][]int, len(by.names)), make([]int, len(by.names))
	for i := range given {
		given[i] = make([]int, len(opts))
	}
	for _, a := range all {
		row, value := slices.Index(by.names, by.of(a)), a.values[q.ID]
		if row < 0 || value == "" {
			continue
		}
		answeredBy[row]++
		picked, _ := chosen(q, value)
		if q.Kind == "ranking" {
			picked = picked[:min(1, len(picked))]
		}
		for _, o := range picked {
			if i := slices.Index(opts, o); i >= 0 {
				given[row][i]++
			}
		}
	}
	totals, ok := shown([][]int{answeredBy}, whole, inAll)
	if !ok {
		return nil
	}
	known := disclosure.Totals{Columns: slices.Repeat([]bool{true}, len(opts)), Rows: make([]bool, len(totals[0]))}
	for i, t := range totals[0] {
		known.Rows[i] = t.Shown == disclosure.Exact
	}
	cells, ok := shown(given, whole, known)
	if !ok {
		return nil
	}
	out := make([]Crossed, len(by.names))
	for i, n := range by.names {
		out[i] = Crossed{Name: n, Answered: totals[0][i], Options: cells[i]}
	}
	return out
}

// Ranked are the options of a ranking, the most points first.
func (r Result) Ranked() []Choice {
	out := slices.Clone(r.Options)
	slices.SortStableFunc(out, func(a, b Choice) int { return cmp.Compare(b.Points, a.Points) })
	return out
}
