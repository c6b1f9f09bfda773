package disclosure

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestRowShowsWhatTellsOfNobody(t *testing.T) {
	exact := func(n int) Cell { return Cell{Count: n} }
	few, withheld := Cell{Shown: FewerThanFive}, Cell{Shown: Withheld}
	for name, x := range map[string]struct {
		counts []int
		want   []Cell
	}{
		"nothing small":            {[]int{0, 5, 12}, []Cell{exact(0), exact(5), exact(12)}},
		"two small":                {[]int{3, 2, 12}, []Cell{few, few, exact(12)}},
		"one small takes another":  {[]int{3, 20, 12}, []Cell{few, exact(20), withheld}},
		"two ones give themselves": {[]int{1, 1, 12}, []Cell{few, few, withheld}},
		"two fours as well":        {[]int{4, 4, 12}, []Cell{few, few, withheld}},
		"a nought has to serve":    {[]int{3, 0}, []Cell{few, withheld}},
	} {
		got, ok := Row(x.counts)
		if !ok || !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, %v, want %v", name, got, ok, x.want)
		}
	}
	for _, counts := range [][]int{{3}, {1}} {
		if got, ok := Row(counts); ok {
			t.Errorf("%v shown as %v, though its total tells it", counts, got)
		}
	}
}

// Whatever is shown, every small count has two values at least that agree with
// all totals and all that is shown: found by trying them all.
func TestNoSmallCountCanBeWorkedOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 3).Draw(t, "rows"), rapid.IntRange(1, 3).Draw(t, "columns")
		known := Totals{Rows: rapid.SliceOfN(rapid.Bool(), rows, rows).Draw(t, "rows known"), Columns: rapid.SliceOfN(rapid.Bool(), columns, columns).Draw(t, "columns known")}
		counts := make([][]int, rows)
		for r := range counts {
			counts[r] = rapid.SliceOfN(rapid.IntRange(0, 6), columns, columns).Draw(t, "row")
		}
		shown, ok := Table(counts, known)
		if !ok {
			return
		}
		possible := solutions(counts, shown, known)
		for r, row := range shown {
			for c, cell := range row {
				n := counts[r][c]
				switch {
				case cell.Shown == Exact && (cell.Count != n || n > 0 && n < Smallest):
					t.Fatalf("%v: %d shown as %v", counts, n, cell)
				case cell.Shown == FewerThanFive && len(possible[r][c]) < 2:
					t.Fatalf("%v shown as %v: row %d, column %d can only be %v", counts, shown, r, c, possible[r][c])
				}
			}
		}
	})
}

// solutions are, for each cell, the values it can have.
func solutions(counts [][]int, shown [][]Cell, known Totals) [][]map[int]bool {
	flat, cells := slices.Concat(counts...), slices.Concat(shown...)
	columns := len(counts[0])
	left, down, all := make([]int, len(counts)), make([]int, columns), 0
	for i, n := range flat {
		left[i/columns] += n
		down[i%columns] += n
		all += n
	}
	out := make([][]map[int]bool, len(counts))
	for r := range out {
		out[r] = make([]map[int]bool, columns)
		for c := range out[r] {
			out[r][c] = map[int]bool{}
		}
	}
	tried := make([]int, len(flat))
	var try func(i int)
	try = func(i int) {
		if i == len(flat) {
			for j, n := range tried {
				out[j/columns][j%columns][n] = true
			}
			return
		}
		low, high := 0, 54
		switch cells[i].Shown {
		case Exact:
			low, high = flat[i], flat[i]
		case FewerThanFive:
			low, high = 1, Smallest-1
		}
		r, c := i/columns, i%columns
		for n := low; n <= min(high, all); n++ {
			rowWrong := known.Rows[r] && (n > left[r] || c == columns-1 && n != left[r])
			columnWrong := known.Columns[c] && (n > down[c] || r == len(counts)-1 && n != down[c])
			if rowWrong || columnWrong || i == len(flat)-1 && n != all {
				continue
			}
			tried[i], left[r], down[c], all = n, left[r]-n, down[c]-n, all-n
			try(i + 1)
			left[r], down[c], all = left[r]+n, down[c]+n, all+n
		}
	}
	try(0)
	return out
}
