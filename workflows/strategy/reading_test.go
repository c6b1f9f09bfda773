package strategy_test

import (
	"errors"
	"slices"
	"testing"

	"jahorina/workflows"
	"jahorina/workflows/strategy"
)

func TestPlaces(t *testing.T) {
	for _, tt := range []struct {
		text, printed string
		want          []int
	}{
		{"但在更广泛须臾范围内，该须臾各国", "须臾", []int{15, 36}},
		{"aaaa", "aa", []int{0, 2}},
		{"区域", "须臾", nil},
		{"区域", "", nil},
	} {
		r := strategy.Reading{Printed: tt.printed}
		if got := r.Places(tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("%q in %q: %v, want %v", tt.printed, tt.text, got, tt.want)
		}
		at, ok := strategy.Place(tt.text, r)
		if ok != (tt.want != nil) || ok && at != tt.want[0] {
			t.Errorf("%q in %q: %d, %v", tt.printed, tt.text, at, ok)
		}
	}
}

func TestReadingIsChecked(t *testing.T) {
	good := strategy.Reading{Provision: "11", Printed: "须臾", Suggested: "区域", Author: "A. Editor", Certainty: strategy.Likely}
	for _, tt := range []struct {
		name   string
		change func(*strategy.Reading)
		want   []string
	}{
		{"good", func(*strategy.Reading) {}, nil},
		{"not in the text", func(r *strategy.Reading) { r.Printed = "区" }, []string{"printed reading_not_in_text"}},
		{"nothing suggested", func(r *strategy.Reading) { r.Suggested = " " }, []string{"suggested required"}},
		{"the same again", func(r *strategy.Reading) { r.Suggested = r.Printed }, []string{"suggested reading_same"}},
		{"a word of its own", func(r *strategy.Reading) { r.Certainty = "sure" }, []string{"certainty not_one_of"}},
		{"all empty", func(r *strategy.Reading) { *r = strategy.Reading{} }, []string{"printed required", "suggested required", "author required", "certainty required"}},
		{"not UTF-8", func(r *strategy.Reading) { r.Note = "\xff" }, []string{"note not_utf8"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := good
			tt.change(&r)
			var got []string
			var e *workflows.Error
			if err := r.Check("更广泛须臾范围内"); errors.As(err, &e) {
				for _, f := range e.Fields {
					got = append(got, f.Field+" "+f.Key)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
