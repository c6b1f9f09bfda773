package strategy

import (
	"cmp"
	"slices"
)

// Origin says where a block of a new draft comes from.
type Origin string

// The origins. Only the first four carry an identity on.
const (
	OriginExact         Origin = "exact"          // same text, same number
	OriginReworded      Origin = "reworded"       // similar text, same number
	OriginMoved         Origin = "moved"          // same text, another number
	OriginMovedReworded Origin = "moved_reworded" // similar text, another number
	OriginDoubtful      Origin = "doubtful"       // resembles an earlier one; a person has to say
	OriginNew           Origin = "new"
)

// Known is a block of an earlier draft with the identity it carries.
type Known struct {
	Identity string
	Block
}

// Link ties a block of the new draft to the earlier draft.
type Link struct {
	Identity   string // the identity carried on; "" asks for a new one
	Origin     Origin
	From       string  // the number it had
	Resembles  string  // if doubtful, the identity a person may confirm
	Similarity float64 // 0 to 1
}

// Carried is what became of an earlier draft: Links[i] belongs to the i-th
// block of the new one, Deleted holds every earlier block whose identity was
// not carried on, those in doubt included.
type Carried struct {
	Links   []Link
	Deleted []Known
}

// How alike two texts must be, as the Dice coefficient of their words and
// pairs of words (pairs of characters in Chinese). A third of the words changed
// leaves about 0.5, a fifth 0.7; texts on the same subject stay under 0.2.
const (
	sameNumberAlike  = 0.5  // enough where the number is the same
	otherNumberAlike = 0.7  // enough where it is not
	doubtAlike       = 0.35 // enough to ask a person
	clearOfOthers    = 0.1  // by how much the best must beat the next best
)

// Carry finds the identities of a new draft's blocks by their text. The number
// alone never decides, since a number may pass to another provision: if 4.4 is
// dropped and 4.5 becomes 4.4, the text of 4.5 keeps its identity and what was
// said about 4.4 stays with the deleted one. Where the text does not decide,
// nothing is carried until a person confirms. No identity is carried twice.
func Carry(old []Known, next []Block) Carried {
	c := carrier{old: old, next: next, links: make([]Link, len(next)), taken: make([]bool, len(old)), decided: make([]bool, len(next))}
	c.carryExact()
	c.carrySimilar()
	c.askAboutSections()
	out := Carried{Links: c.links}
	for i := range c.links {
		if !c.decided[i] {
			c.links[i] = Link{Origin: OriginNew}
		}
	}
	for o, taken := range c.taken {
		if !taken {
			out.Deleted = append(out.Deleted, old[o])
		}
	}
	return out
}

type carrier struct {
	old     []Known
	next    []Block
	links   []Link
	taken   []bool // by old: its identity is carried on
	decided []bool // by next
}

func (c *carrier) keep(o, n int, alike float64) {
	same := c.old[o].Number == c.next[n].Number
	exact := c.old[o].sameWords(c.next[n])
	origin := OriginMovedReworded
	switch {
	case same && exact:
		origin = OriginExact
	case same:
		origin = OriginReworded
	case exact:
		origin = OriginMoved
	}
	c.links[n] = Link{Identity: c.old[o].Identity, Origin: origin, From: c.old[o].Number, Similarity: alike}
	c.taken[o], c.decided[n] = true, true
}

func (c *carrier) doubt(o, n int, alike float64) {
	c.links[n] = Link{Origin: OriginDoubtful, From: c.old[o].Number, Resembles: c.old[o].Identity, Similarity: alike}
	c.decided[n] = true
}

// sameWords says whether two blocks say the same, numbers and white space aside.
func (b Block) sameWords(other Block) bool {
	return b.Kind == other.Kind && sameText(b.Heading, other.Heading) && sameText(b.Text, other.Text)
}

// carryExact carries blocks whose words are the same. Words that occur several
// times ("Reserved.") are told apart by their numbers, or by their order if
// there are as many as before; otherwise they are left open.
func (c *carrier) carryExact() {
	olds, nexts := map[string][]int{}, map[string][]int{}
	for o, k := range c.old {
		olds[k.words()] = append(olds[k.words()], o)
	}
	for n, b := range c.next {
		nexts[b.words()] = append(nexts[b.words()], n)
	}
	for words, from := range olds {
		to := nexts[words]
		asMany := len(from) == len(to)
		from, to = c.pair(from, to, func(o, n int) bool { return c.old[o].Number == c.next[n].Number })
		if asMany {
			c.pair(from, to, func(int, int) bool { return true })
		}
	}
}

// pair keeps each of from with the first of to that fits, and returns the rest.
func (c *carrier) pair(from, to []int, fits func(o, n int) bool) (restFrom, restTo []int) {
	restTo = slices.Clone(to)
	for _, o := range from {
		i := slices.IndexFunc(restTo, func(n int) bool { return fits(o, n) })
		if i < 0 {
			restFrom = append(restFrom, o)
			continue
		}
		c.keep(o, restTo[i], 1)
		restTo = slices.Delete(restTo, i, i+1)
	}
	return restFrom, restTo
}

func (b Block) words() string {
	return string(b.Kind) + "\n" + spaced(b.Heading) + "\n" + spaced(b.Text)
}

// candidate is a pair of blocks that resemble each other.
type candidate struct {
	o, n       int
	alike      float64
	sameNumber bool
}

// carrySimilar goes through the pairs that resemble each other, the most alike
// first, and carries those that stand clear of all others.
func (c *carrier) carrySimilar() {
	candidates := c.candidates()
	byOld, byNext := map[int][]candidate{}, map[int][]candidate{}
	for _, p := range candidates {
		byOld[p.o], byNext[p.n] = append(byOld[p.o], p), append(byNext[p.n], p)
	}
	contested := map[int]bool{}
	for _, p := range candidates {
		if c.decided[p.n] || c.taken[p.o] {
			continue
		}
		rival := func(q candidate) bool {
			return q != p && !c.taken[q.o] && !c.decided[q.n] && q.alike > p.alike-clearOfOthers
		}
		clear := p.sameNumber || !slices.ContainsFunc(byOld[p.o], rival) && !slices.ContainsFunc(byNext[p.n], rival)
		enough := p.alike >= otherNumberAlike || p.sameNumber && p.alike >= sameNumberAlike
		if clear && enough && !contested[p.o] {
			c.keep(p.o, p.n, p.alike)
			continue
		}
		c.doubt(p.o, p.n, p.alike)
		contested[p.o] = true
	}
}

// perBlock is how many earlier blocks are considered for each new one. A block
// with more look-alikes than that is in doubt anyway.
const perBlock = 8

// candidates returns the pairs of open blocks of the same kind that are alike
// enough to ask about, the most alike first.
func (c *carrier) candidates() []candidate {
	open := make([]*Block, len(c.old))
	for o := range c.old {
		if !c.taken[o] {
			open[o] = &c.old[o].Block
		}
	}
	index := newIndex(open)
	var out []candidate
	for n, b := range c.next {
		if c.decided[n] {
			continue
		}
		found := index.alike(b)
		for i := range found {
			found[i].n, found[i].sameNumber = n, b.Number != "" && b.Number == c.old[found[i].o].Number
		}
		slices.SortFunc(found, candidate.compare)
		out = append(out, found[:min(perBlock, len(found))]...)
	}
	slices.SortFunc(out, candidate.compare)
	return out
}

// compare puts the more alike first; of equals the one with the same number.
func (p candidate) compare(q candidate) int {
	c := -cmp.Compare(p.alike, q.alike)
	if c == 0 && p.sameNumber != q.sameNumber {
		if p.sameNumber {
			return -1
		}
		return 1
	}
	return cmp.Or(c, cmp.Compare(p.n, q.n), cmp.Compare(p.o, q.o))
}

// askAboutSections puts a section with a new heading in doubt, not in the new
// ones, where its number is the number of a section that is gone: headings are
// too short for their words to tell.
func (c *carrier) askAboutSections() {
	gone := map[string]int{}
	for o, k := range c.old {
		if k.Kind == KindSection && k.Number != "" && !c.taken[o] {
			gone[k.Number] = o
		}
	}
	for n, b := range c.next {
		if o, ok := gone[b.Number]; ok && b.Kind == KindSection && !c.decided[n] {
			c.doubt(o, n, 0)
		}
	}
}
