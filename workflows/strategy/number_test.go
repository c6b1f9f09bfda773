package strategy_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"jahorina/workflows/strategy"
)

func TestLess(t *testing.T) {
	inOrder := []string{
		"", "1", "1.1", "1.2", "1.10", "2", "4", "4.4", "4.4A", "4.4bis", "4.5", "4.9", "4.10", "4.10.1", "10", "12",
		"I", "II", "IV", "IX", "X", "(a)", "A1", "A2", "A12", "B", "(c)", "一", "二", "十", "十一", "二十",
		"Annex A", "Annex B", "Part II", "Part IV", "第三条", "第十条",
	}
	for i, a := range inOrder {
		for j, b := range inOrder {
			if got := strategy.Less(a, b); got != (i < j) {
				t.Errorf("Less(%q, %q) = %v", a, b, got)
			}
		}
	}
	shuffled := slices.Clone(inOrder)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	slices.SortFunc(shuffled, func(a, b string) int {
		if strategy.Less(a, b) {
			return -1
		}
		return 1
	})
	if !slices.Equal(shuffled, inOrder) {
		t.Errorf("sorted: %q", shuffled)
	}
}

// Any three strings are put in one order, whatever they hold.
func TestLessIsAnOrder(t *testing.T) {
	number := rapid.StringMatching(`[0-9IVXACabc.() 第一十条§-]{0,8}|\PC{0,4}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := number.Draw(t, "a"), number.Draw(t, "b"), number.Draw(t, "c")
		if a != b && strategy.Less(a, b) == strategy.Less(b, a) {
			t.Fatalf("%q and %q are in no order", a, b)
		}
		if strategy.Less(a, b) && strategy.Less(b, c) && !strategy.Less(a, c) {
			t.Fatalf("%q < %q < %q, yet not %q < %q", a, b, c, a, c)
		}
	})
}

func FuzzLess(f *testing.F) {
	f.Add("4.9", "4.10")
	f.Add("Annex A", "第三条")
	f.Fuzz(func(t *testing.T, a, b string) {
		if a != b && strategy.Less(a, b) == strategy.Less(b, a) {
			t.Fatalf("%q and %q are in no order", a, b)
		}
		strategy.FindGaps([]strategy.Block{{Number: a}, {Number: b}})
	})
}

func TestIsNext(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"4.9", "4.10", true},
		{"9", "10", true},
		{"Annex A", "Annex B", true},
		{"IX", "X", true},
		{"第九条", "第十条", true},
		{"A9", "A10", true},
		{"8", "10", false},
		{"4.9", "5", false},
		{"4.9", "5.10", false},
		{"4", "4.1", false},
		{"", "1", false},
		{"9", "X", false},
	} {
		if got := strategy.IsNext(tt.a, tt.b); got != tt.want {
			t.Errorf("IsNext(%q, %q) = %v", tt.a, tt.b, got)
		}
	}
}

func TestFindGaps(t *testing.T) {
	for _, tt := range []struct {
		name    string
		numbers []string
		want    string
	}{
		{"none", []string{"1", "1.1", "1.2", "2", "2.1"}, "[]"},
		{"the seed", []string{"1", "2", "3", "4", "5", "6", "7", "8", "10", "11", "12"}, "[{8 10 [9] 1}]"},
		{"in each level", []string{"1", "1.1", "1.3", "3", "3.1"}, "[{1.1 1.3 [1.2] 1} {1 3 [2] 1}]"},
		{"at the start", []string{"4.3", "4.4"}, "[{ 4.3 [4.1 4.2] 2}]"},
		{"starting again", []string{"1", "2", "3", "1", "2", "4"}, "[{2 4 [3] 1}]"},
		{"twice the same", []string{"1", "2", "2", "3"}, "[]"},
		{"letters", []string{"Annex A", "Annex C"}, "[{Annex A Annex C [Annex B] 1}]"},
		{"letters past I", []string{"G", "H", "I", "J"}, "[{ G [A B C D E F] 6}]"},
		{"letters, then Roman", []string{"A", "B", "II"}, "[{ II [I] 1}]"},
		{"Roman", []string{"I", "II", "V"}, "[{II V [III IV] 2}]"},
		{"small Roman", []string{"i", "iii"}, "[{i iii [ii] 1}]"},
		{"Chinese", []string{"第一条", "第三条", "一", "二", "十二"}, "[{第一条 第三条 [第二条] 1} {二 十二 [三 四 五 六 七 八 九 十 十一] 9}]"},
		{"a stray number", []string{"1", "900"}, "[{1 900 [2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21] 898}]"},
		{"measures", []string{"A1", "A3"}, "[{A1 A3 [A2] 1}]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var blocks []strategy.Block
			for _, n := range tt.numbers {
				blocks = append(blocks, strategy.Block{Kind: strategy.KindParagraph, Number: n})
			}
			if got := fmt.Sprint(strategy.FindGaps(blocks)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// Sections and paragraphs with plain numbers are numbered apart.
func TestSectionsAndParagraphsAreNumberedApart(t *testing.T) {
	gaps := strategy.FindGaps([]strategy.Block{
		{Kind: strategy.KindSection, Number: "1"},
		{Kind: strategy.KindParagraph, Number: "1"},
		{Kind: strategy.KindParagraph, Number: "2"},
		{Kind: strategy.KindSection, Number: "2"},
		{Kind: strategy.KindParagraph, Number: "3"},
		{Kind: strategy.KindParagraph, Number: "5"},
	})
	if got := fmt.Sprint(gaps); got != "[{3 5 [4] 1}]" {
		t.Errorf("got %s", got)
	}
}
