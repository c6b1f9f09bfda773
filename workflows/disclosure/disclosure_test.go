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
		got, ok := row(x.counts)
		if !ok || !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, %v, want %v", name, got, ok, x.want)
		}
	}
	for _, counts := range [][]int{{3}, {1}} {
		if got, ok := row(counts); ok {
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

func TestPartsOfGroups(t *testing.T) {
	exact := func(n int) Cell { return Cell{Count: n} }
	few, withheld := Cell{Shown: FewerThanFive}, Cell{Shown: Withheld}
	for name, x := range map[string]struct{ some, all, wantSome, wantAll []int }{
		"nobody asked elsewhere: a nought cannot serve": {some: []int{3, 0, 0}, all: []int{12, 0, 0}, wantSome: []int{-1, -2, 0}, wantAll: []int{-2, -2, 0}},
		"one small number needs a second":               {some: []int{3, 9, 8}, all: []int{12, 20, 15}, wantSome: []int{-1, 9, -2}, wantAll: []int{12, 20, 15}},
		"small groups":                                  {some: []int{1, 2, 8}, all: []int{3, 2, 15}, wantSome: []int{-1, -1, 8}, wantAll: []int{-1, -1, 15}},
	} {
		cells := func(in []int) (out []Cell) {
			for _, n := range in {
				out = append(out, map[bool]Cell{true: exact(max(n, 0)), false: map[int]Cell{-1: few, -2: withheld}[n]}[n >= 0])
			}
			return out
		}
		some, all, ok := Parts(x.some, x.all)
		if ok != (x.wantSome != nil) || !slices.Equal(some, cells(x.wantSome)) || !slices.Equal(all, cells(x.wantAll)) {
			t.Errorf("%s: %v of %v, %v", name, some, all, ok)
		}
	}
}

// The same for groups and parts of them, where a reader also knows that no part
// is greater than its group.
func TestNoSmallPartCanBeWorkedOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3).Draw(t, "groups")
		some, all := make([]int, n), make([]int, n)
		for i := range n {
			all[i] = rapid.IntRange(0, 7).Draw(t, "all")
			some[i] = rapid.IntRange(0, all[i]).Draw(t, "some")
		}
		shownSome, shownAll, ok := Parts(some, all)
		if !ok {
			return
		}
		possible := make([]map[int]bool, 2*n)
		for i := range possible {
			possible[i] = map[int]bool{}
		}
		var try func(i int, tried []int)
		try = func(i int, tried []int) {
			if i == n {
				if total(tried[:2*n], 0) == total(some, -1) && total(tried[:2*n], 1) == total(all, -1) {
					for j, v := range tried {
						possible[j][v] = true
					}
				}
				return
			}
			for _, a := range values(shownAll[i], total(all, -1)) {
				for _, s := range values(shownSome[i], a) {
					if s <= a {
						try(i+1, append(slices.Clone(tried), s, a))
					}
				}
			}
		}
		try(0, nil)
		for i := range n {
			for j, cell := range []Cell{shownSome[i], shownAll[i]} {
				if cell.Shown == FewerThanFive && len(possible[2*i+j]) < 2 {
					t.Fatalf("%v of %v shown as %v of %v: group %d is told", some, all, shownSome, shownAll, i)
				}
			}
		}
	})
}

// values are those a cell could have for what is told of it alone.
func values(c Cell, most int) []int {
	low, high := 0, most
	switch c.Shown {
	case Exact:
		low, high = c.Count, c.Count
	case FewerThanFive:
		low, high = 1, Smallest-1
	}
	var out []int
	for n := low; n <= high; n++ {
		out = append(out, n)
	}
	return out
}

// total adds up the even (0) or odd (1) ones, or all (-1).
func total(counts []int, of int) int {
	sum := 0
	for i, n := range counts {
		if of < 0 || i%2 == of {
			sum += n
		}
	}
	return sum
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

// row is Table for a single row of counts with a known total.
func row(counts []int) (shown []Cell, ok bool) {
	table, ok := Table([][]int{counts}, Totals{Rows: []bool{true}})
	if !ok {
		return nil, false
	}
	return table[0], true
}
