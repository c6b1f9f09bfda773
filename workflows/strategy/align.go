package strategy

import (
	"cmp"
	"fmt"
	"slices"
)

// Align finds, for each block of a translation, the block of the source that
// it is the translation of: the index in source, or -1. Blocks with the same
// number belong together, however the number is written ("4.3", "第四条" and
// "Article 4"); those between two that do, without numbers or with numbers of
// which only one side has any, in their order if both sides have as many of
// the same kinds. A number that stands twice on one side and not on the other
// tells nothing. No block of the source is given twice.
func Align(source, translation []Block) []int {
	a := alignment{source: source, other: translation, to: make([]int, len(translation)), taken: make([]bool, len(source))}
	for i := range a.to {
		a.to[i] = -1
	}
	a.byKey(func(b Block) string {
		if b.Kind == KindTitle {
			return "title"
		}
		return keyed(b, b.Number)
	})
	a.byKey(func(b Block) string { return keyed(b, parseNumber(b.Number).values()) })
	a.between()
	return a.to
}

type alignment struct {
	source, other []Block
	to            []int // by block of other: its source, -1 while there is none
	taken         []bool
}

func keyed(b Block, number string) string {
	if number == "" {
		return ""
	}
	return fmt.Sprint(b.Kind == KindSection, " ", number)
}

// values are the figures and letters of a number without the words and marks
// around them; "" where it has none.
func (n number) values() string {
	out := ""
	for _, p := range n.parts {
		switch p.style {
		case arabic, roman, han:
			out += fmt.Sprint(p.value, ".")
		case letter:
			out += fmt.Sprintf("%c.", 'A'+p.value-1)
		}
	}
	return out
}

// byKey ties blocks with the same key, in their order, where both sides have as
// many.
func (a *alignment) byKey(key func(Block) string) {
	from, to := map[string][]int{}, map[string][]int{}
	for i, b := range a.source {
		if k := key(b); k != "" && !a.taken[i] {
			from[k] = append(from[k], i)
		}
	}
	for i, b := range a.other {
		if k := key(b); k != "" && a.to[i] < 0 {
			to[k] = append(to[k], i)
		}
	}
	for k, sources := range from {
		if len(to[k]) != len(sources) {
			continue
		}
		for n, i := range to[k] {
			a.tie(i, sources[n])
		}
	}
}

func (a *alignment) tie(other, source int) { a.to[other], a.taken[source] = source, true }

// between ties what lies between two ties that follow one another on both
// sides.
func (a *alignment) between() {
	type tied struct{ other, source int }
	ends := []tied{{-1, -1}}
	for i, s := range a.to {
		if s >= 0 {
			ends = append(ends, tied{i, s})
		}
	}
	ends = append(ends, tied{len(a.other), len(a.source)})
	slices.SortStableFunc(ends, func(x, y tied) int { return cmp.Compare(x.other, y.other) })
	for n := 1; n < len(ends); n++ {
		before, after := ends[n-1], ends[n]
		if after.source <= before.source {
			continue
		}
		a.inOrder(before.other+1, after.other, before.source+1, after.source)
	}
}

func (a *alignment) inOrder(from, to, sourceFrom, sourceTo int) {
	if slices.Contains(a.taken[sourceFrom:sourceTo], true) || to-from != sourceTo-sourceFrom {
		return
	}
	for i := range to - from {
		s, o := a.source[sourceFrom+i], a.other[from+i]
		if s.Kind != o.Kind || s.Number != "" && o.Number != "" {
			return
		}
	}
	for i := range to - from {
		a.tie(from+i, sourceFrom+i)
	}
}
