package strategy

// State says how a provision of one draft stands to the other.
type State string

// How a provision can stand. Moved means that its number is another, or its
// place among the others; Kinds tells the two apart.
const (
	StateSame          State = "same"
	StateReworded      State = "reworded"
	StateMoved         State = "moved"
	StateMovedReworded State = "moved_reworded"
	StateAdded         State = "added"
	StateDeleted       State = "deleted"
)

// Change is one line of the comparison of two drafts.
type Change struct {
	State     State
	Identity  string
	Old, New  *Block // nil where the provision is added or deleted
	Relocated bool   // it stands in another place among those that are in both
	Split     *Block // of an added one: the one of the old draft that its words were part of
	Merged    *Block // of a deleted one: the one of the new draft that has taken in its words
	Heading   []Span // the redline, nil where the words are the same
	Text      []Span
}

// ChangeKind is one thing that happened to a provision.
type ChangeKind string

// What can happen to a provision between two drafts. A split one is added too,
// a merged one deleted too.
const (
	ChangeAdded      ChangeKind = "added"
	ChangeSplit      ChangeKind = "split"
	ChangeDeleted    ChangeKind = "deleted"
	ChangeMerged     ChangeKind = "merged"
	ChangeMoved      ChangeKind = "moved"      // to another place
	ChangeRenumbered ChangeKind = "renumbered" // in the same place
	ChangeReworded   ChangeKind = "reworded"
)

// Kinds lists what happened to the provision; nothing where it is the same.
func (c Change) Kinds() []ChangeKind {
	switch c.State {
	case StateAdded:
		if c.Split != nil {
			return []ChangeKind{ChangeAdded, ChangeSplit}
		}
		return []ChangeKind{ChangeAdded}
	case StateDeleted:
		if c.Merged != nil {
			return []ChangeKind{ChangeDeleted, ChangeMerged}
		}
		return []ChangeKind{ChangeDeleted}
	}
	var out []ChangeKind
	switch {
	case c.Relocated:
		out = append(out, ChangeMoved)
	case c.Old.Number != c.New.Number:
		out = append(out, ChangeRenumbered)
	}
	if c.reworded() {
		out = append(out, ChangeReworded)
	}
	return out
}

func (c Change) reworded() bool { return c.State == StateReworded || c.State == StateMovedReworded }

// Compare compares two drafts of a document provision by provision, by their
// identities. The lines follow the new draft; a deleted provision stands after
// the one it followed in the old draft.
func Compare(old, next []Known) []Change {
	changes := pair(old, next)
	for i := range changes {
		changes[i].redline()
	}
	return changes
}

// pair is Compare without the redlines.
func pair(old, next []Known) []Change {
	before, now := map[string]int{}, map[string]bool{}
	for i, k := range old {
		before[k.Identity] = i
	}
	for _, k := range next {
		now[k.Identity] = true
	}
	changes := make([]Change, 0, len(next))
	deletedFrom := func(i int) {
		for ; i < len(old) && !now[old[i].Identity]; i++ {
			changes = append(changes, Change{State: StateDeleted, Identity: old[i].Identity, Old: &old[i].Block})
		}
	}
	deletedFrom(0)
	var kept, places []int // indices of changes, and where those stood before
	for i := range next {
		o, known := before[next[i].Identity]
		if !known {
			changes = append(changes, Change{State: StateAdded, Identity: next[i].Identity, New: &next[i].Block})
			continue
		}
		kept, places = append(kept, len(changes)), append(places, o)
		changes = append(changes, Change{Identity: next[i].Identity, Old: &old[o].Block, New: &next[i].Block})
		deletedFrom(o + 1)
	}
	for i, stays := range rising(places) {
		c := &changes[kept[i]]
		c.Relocated = !stays
		c.State = c.standing()
	}
	traceSplits(changes)
	return changes
}

func (c *Change) standing() State {
	moved, reworded := c.Relocated || c.Old.Number != c.New.Number, !c.Old.sameWords(*c.New)
	switch {
	case moved && reworded:
		return StateMovedReworded
	case moved:
		return StateMoved
	case reworded:
		return StateReworded
	}
	return StateSame
}

// redline marks the words that differ.
func (c *Change) redline() {
	switch {
	case c.State == StateAdded:
		c.Heading, c.Text = Redline("", c.New.Heading), Redline("", c.New.Text)
	case c.State == StateDeleted:
		c.Heading, c.Text = Redline(c.Old.Heading, ""), Redline(c.Old.Text, "")
	case c.reworded():
		c.Heading, c.Text = Redline(c.Old.Heading, c.New.Heading), Redline(c.Old.Text, c.New.Text)
	}
}
