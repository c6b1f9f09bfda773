// Package disclosure keeps published counts from telling what a single
// organisation did: statistical disclosure control by cell suppression. Counts
// from one to four are not shown, and neither are as many others as it takes
// that nobody can work them out from the totals, which stay known.
//
// It knows no table of the database; whoever publishes counts brings them here.
package disclosure

import "slices"

// Smallest is the least count that is shown. Zero is shown too: that nobody
// answered tells of nobody.
const Smallest = 5

// Shown says what a reader may see of a count.
type Shown int

// A count is told as it is, only that it lies between one and four, or not at
// all, to protect another.
const (
	Exact Shown = iota
	FewerThanFive
	Withheld
)

// Cell is a count and what of it may be told. Count is 0 unless Shown is Exact.
type Cell struct {
	Count int
	Shown Shown
}

// Totals says which totals of a table a reader knows, from it or from elsewhere.
// What all counts add up to is always taken as known. Beyond the end of a list
// nothing is known, taken away or kept.
type Totals struct {
	Rows, Columns []bool
	Less          []bool // columns that are taken away where counts are added up
	Never         []bool // columns of which nothing is ever told
}

// Table is what may be told of counts. Every count told as fewer than five could
// be at least two different numbers, for all a reader can tell from the totals
// known and the cells shown. ok is false where no such table exists, because the
// totals themselves are too small; then nothing of it may be told.
func Table(counts [][]int, known Totals) (shown [][]Cell, ok bool) {
	t := hidden{counts: counts, known: known, shown: make([][]Shown, len(counts))}
	for r, row := range counts {
		t.shown[r] = make([]Shown, len(row))
		for c, n := range row {
			switch {
			case has(known.Never, c):
				t.shown[r][c] = Withheld
			case n > 0 && n < Smallest:
				t.shown[r][c] = FewerThanFive
			}
		}
	}
	for {
		at, found := t.exposed()
		if !found {
			t.restore()
			return t.cells(), true
		}
		if !t.hideBeside(at) {
			return nil, false
		}
	}
}

// Parts tells, group by group, of how many there are in all and how many of those
// are of one kind: the organisations asked, and which of them answered. Both
// totals are known, and that no group has more of the kind than there are.
func Parts(some, all []int) (shownSome, shownAll []Cell, ok bool) {
	counts, yes := make([][]int, len(all)), slices.Repeat([]bool{true}, max(len(all), 3))
	for i := range all {
		counts[i] = []int{some[i], all[i] - some[i], all[i]}
	}
	table, ok := Table(counts, Totals{Rows: yes, Columns: yes, Less: []bool{false, false, true}, Never: []bool{false, true}})
	for _, row := range table {
		shownSome, shownAll = append(shownSome, row[0]), append(shownAll, row[2])
	}
	return shownSome, shownAll, ok
}

type position struct{ row, column int }

type hidden struct {
	counts [][]int
	shown  [][]Shown
	known  Totals
}

func (t *hidden) cells() [][]Cell {
	out := make([][]Cell, len(t.counts))
	for r, row := range t.counts {
		out[r] = make([]Cell, len(row))
		for c, n := range row {
			if out[r][c].Shown = t.shown[r][c]; t.shown[r][c] == Exact {
				out[r][c].Count = n
			}
		}
	}
	return out
}

// exposed finds a small count that a reader could work out.
func (t *hidden) exposed() (position, bool) {
	for r, row := range t.shown {
		for c, s := range row {
			at := position{r, c}
			if s == FewerThanFive && !t.canMove(at, +1) && !t.canMove(at, -1) {
				return at, true
			}
		}
	}
	return position{}, false
}

// hideBeside withholds one more count in the row or column of an exposed one:
// the smallest, so that least is lost. Where both are hidden whole, any other.
func (t *hidden) hideBeside(at position) bool {
	best, found := position{}, false
	better := func(p position) bool {
		if !found {
			return true
		}
		a, b := t.counts[p.row][p.column], t.counts[best.row][best.column]
		if near, was := t.beside(p, at), t.beside(best, at); near != was {
			return near
		}
		if (a == 0) != (b == 0) {
			return b == 0
		}
		return a < b
	}
	for r, row := range t.shown {
		for c, s := range row {
			if p := (position{r, c}); s == Exact && better(p) {
				best, found = p, true
			}
		}
	}
	if found {
		t.shown[best.row][best.column] = Withheld
	}
	return found
}

// restore tells again what turned out to protect nothing.
func (t *hidden) restore() {
	for _, row := range t.shown {
		for c, s := range row {
			if s != Withheld || has(t.known.Never, c) {
				continue
			}
			row[c] = Exact
			if _, found := t.exposed(); found {
				row[c] = Withheld
			}
		}
	}
}

func (t *hidden) beside(p, at position) bool {
	return has(t.known.Rows, at.row) && p.row == at.row || has(t.known.Columns, at.column) && p.column == at.column
}

func has(lines []bool, i int) bool { return i < len(lines) && lines[i] }

// canMove says whether the hidden count could be one more (or less) with all
// totals kept: whether a chain of other hidden counts can take up the
// difference. Rows and columns are the nodes of a graph; a hidden count that
// can grow is an arc from its row to its column, one that can shrink the way
// back (Gusfield 1988, "A graph theoretic approach to statistical data
// security"). All rows whose totals are not known are one node, and so are all
// such columns: what leaves one may enter another.
func (t *hidden) canMove(at position, by int) bool {
	if !t.mayBe(at, by) {
		return false
	}
	from, to := t.column(at), t.row(at)
	if by < 0 {
		from, to = to, from
	}
	seen := []int{from}
	for i := 0; i < len(seen); i++ {
		for _, next := range t.arcs(seen[i], at) {
			if next == to {
				return true
			}
			if !slices.Contains(seen, next) {
				seen = append(seen, next)
			}
		}
	}
	return false
}

// Nodes of the lines whose totals are not known.
const (
	someRow    = -1
	someColumn = -2
)

func (t *hidden) row(at position) int {
	if !has(t.known.Rows, at.row) {
		return someRow
	}
	return at.row
}

func (t *hidden) column(at position) int {
	if !has(t.known.Columns, at.column) {
		return someColumn
	}
	return len(t.counts) + at.column
}

func (t *hidden) arcs(from int, but position) []int {
	var out []int
	add := func(at position) {
		if t.shown[at.row][at.column] == Exact || at == but {
			return
		}
		if t.row(at) == from && t.mayBe(at, +1) {
			out = append(out, t.column(at))
		}
		if t.column(at) == from && t.mayBe(at, -1) {
			out = append(out, t.row(at))
		}
	}
	for r, row := range t.shown {
		if from >= 0 && from < len(t.shown) && r != from {
			continue
		}
		if c := from - len(t.shown); c >= 0 {
			add(position{r, c})
			continue
		}
		for c := range row {
			add(position{r, c})
		}
	}
	return out
}

// mayBe says whether a hidden count could add one more or less for all that its
// mark tells.
func (t *hidden) mayBe(at position, by int) bool {
	if has(t.known.Less, at.column) {
		by = -by
	}
	n := t.counts[at.row][at.column] + by
	if t.shown[at.row][at.column] == FewerThanFive {
		return n >= 1 && n < Smallest
	}
	return n >= 0
}
