package strategy

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func blocksOf(lines ...string) []Block {
	var out []Block
	for _, l := range lines {
		b := Block{Kind: KindParagraph, Text: "text"}
		switch l[0] {
		case '#':
			b = Block{Kind: KindSection, Heading: "heading"}
		case '!':
			b = Block{Kind: KindTitle, Heading: "title"}
		case '>':
			b.Kind = KindNote
		}
		b.Number = l[1:]
		out = append(out, b)
	}
	return out
}

func TestAlign(t *testing.T) {
	for _, c := range []struct {
		name          string
		source, other []string
		want          []int
	}{
		{"same numbers", []string{"!", "#1", "-1.1", "-1.2"}, []string{"!", "#1", "-1.1", "-1.2"}, []int{0, 1, 2, 3}},
		{"one is missing", []string{"#1", "-1.1", "-1.2"}, []string{"#1", "-1.2"}, []int{0, 2}},
		{"one too many", []string{"#1", "-1.1"}, []string{"#1", "-1.1", "-1.2"}, []int{0, 1, -1}},
		{"section 1 is not paragraph 1", []string{"#1", "-1"}, []string{"-1", "#1"}, []int{1, 0}},
		{"written otherwise", []string{"#Article 4", "-4.3"}, []string{"#第四条", "-4.3"}, []int{0, 1}},
		{"without numbers, between", []string{"-1", ">", "-", "-2"}, []string{"-1", ">", "-", "-2"}, []int{0, 1, 2, 3}},
		{"of another kind, between", []string{"-1", ">", "-2"}, []string{"-1", "-", "-2"}, []int{0, -1, 2}},
		{"fewer, between", []string{"-1", "-", "-", "-2"}, []string{"-1", "-", "-2"}, []int{0, -1, 3}},
		{"a heading whose number was not read", []string{"-1", "#Annex A", "#Annex B"}, []string{"-1", "#", "#"}, []int{0, 1, 2}},
		{"numbers that differ are not the same place", []string{"-1", "-2", "-4"}, []string{"-1", "-3", "-4"}, []int{0, -1, 2}},
		{"a number twice on both sides", []string{"-1", "-1"}, []string{"-1", "-1"}, []int{0, 1}},
		{"a number twice on one side", []string{"-1", "-2"}, []string{"-1", "-1", "-2"}, []int{-1, -1, 1}},
		{"nothing", []string{"-1"}, nil, nil},
	} {
		if got := Align(blocksOf(c.source...), blocksOf(c.other...)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// A translation with some of the parts left out ties every numbered part that is
// left to its own, and no part of the source twice.
func TestAlignProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var source, other []Block
		var want []int
		for i := range rapid.IntRange(0, 30).Draw(r, "parts") {
			b := Block{Kind: rapid.SampledFrom([]Kind{KindSection, KindParagraph, KindNote}).Draw(r, "kind")}
			if rapid.Bool().Draw(r, "numbered") {
				b.Number = fmt.Sprint(i + 1)
			}
			source = append(source, b)
			if rapid.IntRange(0, 3).Draw(r, "left out") > 0 {
				other, want = append(other, b), append(want, i)
			}
		}
		got := Align(source, other)
		seen := map[int]bool{}
		for i, s := range got {
			if s >= 0 && seen[s] {
				t.Fatalf("source %d twice in %v", s, got)
			}
			seen[s] = true
			if other[i].Number != "" && s != want[i] {
				r.Fatalf("%s tied to %d, want %d", other[i].Number, s, want[i])
			}
			if s >= 0 && source[s].Kind != other[i].Kind {
				r.Fatalf("%v tied to %v", other[i], source[s])
			}
		}
		if len(other) == len(source) && slices.Contains(got, -1) {
			r.Fatalf("a whole translation leaves parts over: %v", got)
		}
	})
}
