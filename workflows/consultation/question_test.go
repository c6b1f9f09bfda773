package consultation_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jahorina/workflows"
	"jahorina/workflows/consultation"
)

var (
	anyOf   = consultation.Question{Kind: "multiple", Options: []string{"Yes", "No", "In part"}, Other: true}
	oneOf   = consultation.Question{Kind: "single", Options: []string{"Yes", "No"}, Other: true}
	closed  = consultation.Question{Kind: "single", Options: []string{"Yes", "No"}}
	scale   = consultation.Question{Kind: "scale"}
	ranking = consultation.Question{Kind: "ranking", Options: []string{"Ports", "Labs", "Roads"}, Required: true}
	free    = consultation.Question{Kind: "text"}
)

func TestAnswersToEachKindOfQuestion(t *testing.T) {
	for name, x := range map[string]struct {
		q     consultation.Question
		value string
		wrong string // key of what is wrong, "" for nothing
	}{
		"one":                    {closed, "Yes", ""},
		"one, not an option":     {closed, "Perhaps", "not_an_option"},
		"one, own words":         {oneOf, "Perhaps", ""},
		"one, two lines":         {oneOf, "Yes\nNo", "not_an_option"},
		"one, other unsaid":      {oneOf, "other", "say_which_other"},
		"some":                   {anyOf, "Yes\nNo", ""},
		"some, with own words":   {anyOf, "Yes\nOnly at sea", ""},
		"some, two of own words": {anyOf, "At sea\nIn the air", "not_an_option"},
		"some, twice":            {anyOf, "Yes\nYes", "not_an_option"},
		"some, blank line":       {anyOf, "Yes\n", "not_an_option"},
		"scale":                  {scale, "5", ""},
		"scale, beyond":          {scale, "6", "not_on_scale"},
		"scale, zeros":           {scale, "05", "not_on_scale"},
		"ranking":                {ranking, "Labs\nPorts\nRoads", ""},
		"ranking of some":        {ranking, "Roads", ""},
		"ranking, twice":         {ranking, "Labs\nLabs", "ranked_twice"},
		"ranking, unknown":       {ranking, "Labs\nMoon", "not_an_option"},
		"ranking, none":          {ranking, "", "answer_required"},
		"text":                   {free, "Any\n\nwords", ""},
		"text, none":             {free, "", ""},
	} {
		var p workflows.Problems
		x.q.CheckAnswer(&p, "value", x.value, true)
		if x.wrong == "" && len(p) == 0 || len(p) == 1 && p[0].Key == x.wrong {
			continue
		}
		t.Errorf("%s: %v, want %q", name, p, x.wrong)
	}
}

// Whatever was accepted comes apart into options of the question and at most
// one line of own words, with nothing lost.
func TestAcceptedAnswersComeApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.SampledFrom([]consultation.Question{anyOf, oneOf, closed, ranking}).Draw(t, "question")
		words := append(slices.Clone(q.Options), "other", "At sea", " ", "Mars")
		value := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 4).Draw(t, "lines"), "\n")
		var p workflows.Problems
		q.CheckAnswer(&p, "value", value, true)
		if len(p) > 0 {
			t.Skip("refused")
		}
		options, own := q.Split(value)
		if own != "" {
			options = append(options, own)
		}
		lines := strings.Split(value, "\n")
		slices.Sort(lines)
		slices.Sort(options)
		if !slices.Equal(lines, options) {
			t.Errorf("%q came apart into %q", lines, options)
		}
	})
}
