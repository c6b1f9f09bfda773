package strategy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"jahorina/workflows/strategy"
)

func TestCompare(t *testing.T) {
	old := known(para("4.3", panel), para("4.4", records), para("4.5", labs), para("4.6", entry), para("4.7", "To go."))
	next := []strategy.Known{
		{Identity: "id-3", Block: para("4.1", entry)},
		{Identity: "new", Block: para("4.2", "Added.")},
		{Identity: "id-0", Block: para("4.3", strings.Replace(panel, "two", "three", 1))},
		{Identity: "id-2", Block: para("4.4", strings.ReplaceAll(labs, " ", "\n"))},
	}
	want := []string{
		"moved 4.6→4.1 ",
		"deleted 4.7→ [-To go.-]",
		"added →4.2 {+Added.+}",
		"reworded 4.3→4.3 " + strings.Replace(panel, "two", "[-two-]{+three+}", 1),
		"deleted 4.4→ [-" + records + "-]",
		"moved 4.5→4.4 ",
	}
	var got []string
	for _, c := range strategy.Compare(old, next) {
		var from, to string
		if c.Old != nil {
			from = c.Old.Number
		}
		if c.New != nil {
			to = c.New.Number
		}
		got = append(got, fmt.Sprintf("%s %s→%s %s", c.State, from, to, marked(c.Text)))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, c := range strategy.Compare(old, old) {
		if c.State != strategy.StateSame || c.Text != nil {
			t.Errorf("a draft differs from itself: %+v", c)
		}
	}
	if n := len(strategy.Compare(old, nil)); n != len(old) {
		t.Errorf("%d changes against an empty draft, want %d deleted", n, len(old))
	}
}

func TestCompareShowsHeadings(t *testing.T) {
	a := known(strategy.Block{Kind: strategy.KindSection, Number: "4", Heading: "Law and enforcement"})
	b := known(strategy.Block{Kind: strategy.KindSection, Number: "5", Heading: "Law and penalties"})
	c := strategy.Compare(a, b)[0]
	if c.State != strategy.StateMovedReworded || marked(c.Heading) != "Law and [-enforcement-]{+penalties+}" || c.Text != nil {
		t.Errorf("got %+v", c)
	}
}
