package strategy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"jahorina/app/apptest/testbed"
	"jahorina/workflows"
	"jahorina/workflows/consultation"
	"jahorina/workflows/strategy"
)

// A provision is followed through all drafts by its identity, its number aside,
// and by each reader through those they may read.
func TestHistory(t *testing.T) {
	testbed.Each(t, func(t *testing.T, b *testbed.Bed) {
		first := b.Draft(testbed.Text)
		b.Bring(b.Consultation(b.New(first.ID)), consultation.Open)
		b.NextDraft(first.StrategyID, strings.Replace(testbed.Text, "industry, academia", "industry, all of academia", 1))
		third := b.NextDraft(first.StrategyID, strings.NewReplacer("industry, academia", "industry, all of academia", "1.2 It", "1.2 Words of its own stand here now.\n\n1.3 It").Replace(testbed.Text))
		fourth := b.NextDraft(first.StrategyID, strings.Replace(testbed.Text, "1.2 It covers industry, academia and trade.\n", "", 1))
		b.NextDraft(first.StrategyID, strings.Replace(testbed.Text, "1.2 It covers industry, academia and trade.\n", "", 1))

		line := func(by workflows.Actor, id string) []string {
			stages, err := strategy.History(b.Read(by), id)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, s := range stages {
				number, kinds, text := "gone", "begins", ""
				if s.Provision != nil {
					number = s.Provision.Number
				}
				if s.Change != nil {
					kinds, text = fmt.Sprint(s.Change.Kinds()), marked(s.Change.Text)
				}
				out = append(out, strings.TrimSpace(fmt.Sprintf("%d %s %s %s", s.Draft.Version, number, kinds, text)))
			}
			return out
		}
		want := []string{
			"4 gone [deleted] [-It covers industry, all of academia and trade.-]",
			"3 1.3 [renumbered]",
			"2 1.2 [reworded] It covers industry,{+ all of+} academia and trade.",
			"1 1.2 begins",
		}
		for _, id := range []string{b.Provision(first.ID, "1.2").ID, b.Provision(third.ID, "1.3").ID} {
			if got := line(b.Official, id); !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
		if got := line(b.Official, b.Provision(third.ID, "1.2").ID); !slices.Equal(got[:2], []string{"4 gone [deleted] [-Words of its own stand here now.-]", "3 1.2 [added] {+Words of its own stand here now.+}"}) {
			t.Errorf("the added one: %v", got)
		}
		if got := line(workflows.Actor{}, b.Provision(first.ID, "1.2").ID); !slices.Equal(got, want[3:]) {
			t.Errorf("the public sees %v, want only the draft that has gone out", got)
		}
		if _, err := strategy.History(b.Read(workflows.Actor{}), b.Provision(fourth.ID, "1.1").ID); !workflows.IsKind(err, workflows.NotFound) && !workflows.IsKind(err, workflows.Unauthenticated) {
			t.Errorf("the public asks for a draft that has not gone out: %v", err)
		}
		since(t, b, third, first)
	})
}

// Since compares with the newest earlier draft that the reader may read.
func since(t *testing.T, b *testbed.Bed, d, first strategy.Draft) {
	t.Helper()
	rows := provisions(t, b, d.ID)
	for by, want := range map[*workflows.Actor]int{&b.Official: d.Version - 1, {}: first.Version} {
		before, changed, err := strategy.Since(b.Read(*by), &d, rows)
		if err != nil || before == nil || before.Version != want || len(changed) == 0 {
			t.Errorf("%s: since %+v, %d changed, %v; want since draft %d", by.Name, before, len(changed), err, want)
		}
	}
	if before, changed, err := strategy.Since(b.Read(b.Official), &first, nil); before != nil || changed != nil || err != nil {
		t.Errorf("before the first: %v, %v, %v", before, changed, err)
	}
}
