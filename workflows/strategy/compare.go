package strategy

// State says how a provision of one draft stands to the other.
type State string

// How a provision can stand. Moved means that its number is another.
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
	State    State
	Identity string
	Old, New *Block // nil where the provision is added or deleted
	Heading  []Span // the redline, nil where the words are the same
	Text     []Span
}

// Compare compares two drafts of a document provision by provision, by their
// identities. The lines follow the new draft; a deleted provision stands after
// the one it followed in the old draft.
func Compare(old, next []Known) []Change {
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
			changes = append(changes, change(&old[i], nil))
		}
	}
	deletedFrom(0)
	for i := range next {
		o, kept := before[next[i].Identity]
		if !kept {
			changes = append(changes, change(nil, &next[i]))
			continue
		}
		changes = append(changes, change(&old[o], &next[i]))
		deletedFrom(o + 1)
	}
	return changes
}

// change compares one provision; either side may be missing.
func change(old, next *Known) Change {
	switch {
	case old == nil:
		return Change{State: StateAdded, Identity: next.Identity, New: &next.Block, Heading: Redline("", next.Heading), Text: Redline("", next.Text)}
	case next == nil:
		return Change{State: StateDeleted, Identity: old.Identity, Old: &old.Block, Heading: Redline(old.Heading, ""), Text: Redline(old.Text, "")}
	}
	c := Change{State: StateSame, Identity: old.Identity, Old: &old.Block, New: &next.Block}
	moved := old.Number != next.Number
	if !old.sameWords(next.Block) {
		c.State, c.Heading, c.Text = StateReworded, Redline(old.Heading, next.Heading), Redline(old.Text, next.Text)
	}
	switch {
	case moved && c.State == StateReworded:
		c.State = StateMovedReworded
	case moved:
		c.State = StateMoved
	}
	return c
}
