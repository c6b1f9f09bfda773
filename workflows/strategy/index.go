package strategy

import "jahorina/workflows"

// index finds the blocks that resemble a given one.
type index struct {
	posts  map[string][]post // by kind and feature; empty for one that tells nothing apart
	sizes  []int             // by block: how many features it has in all
	shared []int             // by block: scratch space of alike, all 0 between calls
}

type post struct{ block, count int }

// tooCommon is the number of blocks from which on a feature tells nothing
// apart and is left out. It bounds the work on thousands of like blocks.
const tooCommon = 500

// newIndex takes in the blocks that are not nil.
func newIndex(blocks []*Block) index {
	x := index{map[string][]post{}, make([]int, len(blocks)), make([]int, len(blocks))}
	for i, b := range blocks {
		if b == nil {
			continue
		}
		for feature, count := range features(*b) {
			x.posts[feature] = append(x.posts[feature], post{i, count})
			x.sizes[i] += count
		}
	}
	for feature, posts := range x.posts {
		if len(posts) <= tooCommon {
			continue
		}
		for _, p := range posts {
			x.sizes[p.block] -= p.count
		}
		x.posts[feature] = nil
	}
	return x
}

// alike returns the blocks (o) that are alike enough to ask about: the Dice
// coefficient, twice what both have over what each has.
func (x index) alike(b Block) []candidate {
	size, touched := 0, []int{}
	for feature, count := range features(b) {
		posts, known := x.posts[feature]
		if !known || len(posts) > 0 {
			size += count
		}
		for _, p := range posts {
			if x.shared[p.block] == 0 {
				touched = append(touched, p.block)
			}
			x.shared[p.block] += min(count, p.count)
		}
	}
	var found []candidate
	for _, o := range touched {
		if dice := 2 * float64(x.shared[o]) / float64(size+x.sizes[o]); dice >= doubtAlike {
			found = append(found, candidate{o: o, alike: dice})
		}
		x.shared[o] = 0
	}
	return found
}

// features are the words and pairs of words of a block, with their counts, for
// its kind. In scripts without spaces a single character tells too little, so
// that only pairs count.
func features(b Block) map[string]int {
	kind, counts, last := string(b.Kind)+" ", map[string]int{}, ""
	for _, t := range tokenise(workflows.Fold(b.Heading + "\n" + b.Text)) {
		if t.class != classWord && t.class != classIdeo {
			continue
		}
		if t.class == classWord {
			counts[kind+t.text]++
		}
		if last != "" {
			counts[kind+last+" "+t.text]++
		}
		last = t.text
	}
	if len(counts) == 0 && last != "" {
		counts[kind+last]++
	}
	return counts
}
