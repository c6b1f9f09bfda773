package strategy

import "slices"

// rising says which of the places, all different, belong to a longest run that
// rises: those of the provisions that stayed in their order. The fewest possible
// are left over as moved.
func rising(places []int) []bool {
	var ends []int // by length less one: the index with the lowest place that ends such a run
	last := make([]int, len(places))
	for i, p := range places {
		n, _ := slices.BinarySearchFunc(ends, p, func(e, p int) int { return places[e] - p })
		last[i] = -1
		if n > 0 {
			last[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, i)
		}
		ends[n] = i
	}
	stays := make([]bool, len(places))
	if len(ends) == 0 {
		return stays
	}
	for i := ends[len(ends)-1]; i >= 0; i = last[i] {
		stays[i] = true
	}
	return stays
}

// How much of a provision's words must come from another one, how much may have
// been in what is left of that one, and how many words it takes to tell.
const (
	cameFrom  = 0.7
	wasLeft   = 0.3
	tellsFrom = 8 // features: words and pairs of words
)

// traceSplits finds the added provisions that were cut from others, and the
// deleted ones whose words others have taken in.
func traceSplits(changes []Change) {
	old := func(c *Change) *Block { return c.Old }
	next := func(c *Change) *Block { return c.New }
	for i, whole := range piecesOf(changes, StateAdded, next, old) {
		changes[i].Split = changes[whole].Old
	}
	for i, whole := range piecesOf(changes, StateDeleted, old, next) {
		changes[i].Merged = changes[whole].New
	}
}

// piecesOf finds, for the changes in the state lone, the change whose other side
// had its words in it and has them no longer.
func piecesOf(changes []Change, lone State, side, other func(*Change) *Block) map[int]int {
	if !slices.ContainsFunc(changes, func(c Change) bool { return c.State == lone }) {
		return nil
	}
	wholes := make([]*Block, len(changes))
	for i := range changes {
		if s := changes[i].State; s != lone && s != StateSame && s != StateMoved {
			wholes[i] = other(&changes[i])
		}
	}
	index := newIndex(wholes)
	found, pieces := map[int]int{}, map[int]int{}
	for i := range changes {
		if changes[i].State != lone {
			continue
		}
		piece := side(&changes[i])
		likest := index.alike(*piece)
		slices.SortFunc(likest, candidate.compare)
		for _, w := range likest[:min(perBlock, len(likest))] {
			if cutFrom(piece, wholes[w.o], side(&changes[w.o])) {
				found[i] = w.o
				pieces[w.o]++
				break
			}
		}
	}
	for i, w := range found {
		if side(&changes[w]) == nil && pieces[w] < 2 { // one for one is no split
			delete(found, i)
		}
	}
	return found
}

// cutFrom says whether the piece was a part of the whole that is not in the
// rest, which may be nil.
func cutFrom(piece, whole, rest *Block) bool {
	words := features(*piece)
	all, in := total(words), shared(words, features(*whole))
	if all < tellsFrom || in < cameFrom*all {
		return false
	}
	return rest == nil || shared(words, features(*rest)) <= wasLeft*all
}

func total(features map[string]int) float64 {
	n := 0
	for _, count := range features {
		n += count
	}
	return float64(n)
}

func shared(a, b map[string]int) float64 {
	n := 0
	for feature, count := range a {
		n += min(count, b[feature])
	}
	return float64(n)
}
