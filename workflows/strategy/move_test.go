package strategy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jahorina/workflows/strategy"
)

const (
	firms  = "Firms that hold listed chemicals register with the Authority within ninety days."
	yearly = "Inspectors visit every registered site once a year and leave a written report."
	courts = "A firm may take the decision of the Authority to the administrative court."
)

// kindsOf writes the kinds of each change that is one, with both numbers.
func kindsOf(changes []strategy.Change) []string {
	var out []string
	for _, c := range changes {
		if c.State == strategy.StateSame {
			continue
		}
		var from, to string
		if c.Old != nil {
			from = c.Old.Number
		}
		if c.New != nil {
			to = c.New.Number
		}
		line := fmt.Sprintf("%s→%s %v", from, to, c.Kinds())
		if c.Split != nil {
			line += " from " + c.Split.Number
		}
		if c.Merged != nil {
			line += " into " + c.Merged.Number
		}
		out = append(out, line)
	}
	return out
}

func TestKindsOfChange(t *testing.T) {
	id := func(identity string, b strategy.Block) strategy.Known {
		return strategy.Known{Identity: identity, Block: b}
	}
	for name, c := range map[string]struct {
		old, next []strategy.Known
		want      []string
	}{
		"an insertion renumbers, and moves nothing": {
			[]strategy.Known{id("a", para("1", panel)), id("b", para("2", records)), id("c", para("3", labs))},
			[]strategy.Known{id("a", para("1", panel)), id("n", para("2", entry)), id("b", para("3", records)), id("c", para("4", labs))},
			[]string{"→2 [added]", "2→3 [renumbered]", "3→4 [renumbered]"},
		},
		"one moved past two": {
			[]strategy.Known{id("a", para("1", panel)), id("b", para("2", records)), id("c", para("3", labs))},
			[]strategy.Known{id("b", para("1", records)), id("c", para("2", labs)), id("a", para("3", panel+" Always."))},
			[]string{"2→1 [renumbered]", "3→2 [renumbered]", "1→3 [moved reworded]"},
		},
		"moved without a number": {
			[]strategy.Known{id("a", para("", panel)), id("b", para("", records)), id("c", para("", labs))},
			[]strategy.Known{id("c", para("", labs)), id("a", para("", panel)), id("b", para("", records))},
			[]string{"→ [moved]"},
		},
		"cut in two": {
			[]strategy.Known{id("a", para("1", firms+" "+yearly)), id("b", para("2", courts))},
			[]strategy.Known{id("a", para("1", firms)), id("n", para("2", yearly)), id("b", para("3", courts))},
			[]string{"1→1 [reworded]", "→2 [added split] from 1", "2→3 [renumbered]"},
		},
		"cut in two, both in doubt": {
			[]strategy.Known{id("a", para("1", firms+" "+yearly))},
			[]strategy.Known{id("n", para("1", firms)), id("m", para("2", yearly))},
			[]string{"1→ [deleted]", "→1 [added split] from 1", "→2 [added split] from 1"},
		},
		"drawn together": {
			[]strategy.Known{id("a", para("1", firms)), id("b", para("2", yearly)), id("c", para("3", courts))},
			[]strategy.Known{id("a", para("1", firms+" "+yearly)), id("c", para("2", courts))},
			[]string{"1→1 [reworded]", "2→ [deleted merged] into 1", "3→2 [renumbered]"},
		},
		"one for another is no split": {
			[]strategy.Known{id("a", para("1", firms+" "+yearly))},
			[]strategy.Known{id("n", para("1", yearly))},
			[]string{"1→ [deleted]", "→1 [added]"},
		},
		"words said again are no split": {
			[]strategy.Known{id("a", para("1", firms+" "+yearly))},
			[]strategy.Known{id("a", para("1", firms+" "+yearly+" "+courts)), id("n", para("2", yearly))},
			[]string{"1→1 [reworded]", "→2 [added]"},
		},
	} {
		if got := kindsOf(strategy.Compare(c.old, c.next)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// What is not called moved stands in its old order, and nothing is called moved
// without need.
func TestFewestAreMoved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 7).Draw(t, "n")
		old := make([]strategy.Known, n)
		for i := range old {
			old[i] = strategy.Known{Identity: fmt.Sprint(i), Block: para("", fmt.Sprint("Paragraph ", i))}
		}
		next := rapid.Permutation(old).Draw(t, "next")
		var stayed []int
		for i, c := range strategy.Compare(old, next) {
			if !c.Relocated {
				stayed = append(stayed, slices.IndexFunc(old, func(k strategy.Known) bool { return k.Identity == next[i].Identity }))
			}
			if c.Relocated != (c.State == strategy.StateMoved) {
				t.Fatalf("relocated %v is %s", c.Relocated, c.State)
			}
		}
		if !slices.IsSorted(stayed) {
			t.Fatalf("these did not stay in order: %v", stayed)
		}
		places := make([]int, n)
		for i, k := range next {
			fmt.Sscan(k.Identity, &places[i])
		}
		if want := longest(places, -1); len(stayed) != want {
			t.Fatalf("%d stayed of %v, want %d", len(stayed), places, want)
		}
	})
}

// longest is the length of the longest rising run above a floor, the plain way.
func longest(places []int, floor int) int {
	if len(places) == 0 {
		return 0
	}
	best := longest(places[1:], floor)
	if places[0] > floor {
		best = max(best, 1+longest(places[1:], places[0]))
	}
	return best
}
