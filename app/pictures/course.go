package pictures

import (
	"fmt"
	"math"
)

// Course is a count for each day of a window, with days that are marked because
// something was done on them.
type Course struct {
	ID, Title, Summary string
	RTL                bool
	Days               []int
	Cut                int // days that are over; the rest is still to come
	First, Last        string
	Most               string // the highest count, in the reader's digits
	Marks              []Mark
	Table              Table
}

// Mark is a day on which something was done. Letter stands in the picture.
type Mark struct {
	Day    int // index into Days
	Letter string
	Label  string
}

// In pixels.
const (
	courseHeight = 120
	courseFoot   = 24
	markHeight   = 15 // a line of letters above
)

// markWidth is what a letter takes on the narrowest screen, per cent.
const markWidth = 6

// Draw makes the figure.
func (in Course) Draw() Figure {
	c := newCanvas(in.ID, in.RTL)
	most := 1
	for _, n := range in.Days {
		most = max(most, n)
	}
	step := 100.0
	if n := len(in.Days); n > 0 {
		step = 100 / float64(n)
	}
	lines, deepest := in.tiers(step)
	top := float64((deepest+1)*markHeight + 18)
	floor := top + courseHeight
	c.line(0, top, 100, top, true)
	for i, n := range in.Days {
		if n == 0 {
			continue
		}
		h := float64(n) / float64(most) * courseHeight
		c.rect(float64(i)*step+step*0.1, floor-h, step*0.8, h, Solid)
	}
	c.line(0, floor, 100, floor, false)
	if in.Cut < len(in.Days) {
		c.rect(float64(in.Cut)*step, floor+1, 100-float64(in.Cut)*step, 4, Striped)
	}
	for i := range in.Marks {
		m, y := &in.Marks[i], float64((lines[i]+1)*markHeight)
		if m.Letter == "" {
			m.Letter = letter(i)
		}
		at := in.at(i, step)
		c.line(at, y+2, at, floor, true)
		c.text(at, y-2, "middle", 14, m.Letter)
	}
	c.text(0, top-5, "start", 14, in.Most)
	c.text(0, floor+courseFoot-4, "start", 14, in.First)
	c.text(100, floor+courseFoot-4, "end", 14, in.Last)
	c.height = floor + courseFoot
	f := c.figure(in.Title, in.Summary, in.Table)
	f.Marks = in.Marks
	return f
}

// at is where a mark stands: in the middle of its day.
func (in Course) at(mark int, step float64) float64 {
	return (float64(in.Marks[mark].Day) + 0.5) * step
}

// tiers gives each mark the first line of letters on which it stands clear of
// those before it.
func (in Course) tiers(step float64) (lines []int, deepest int) {
	lines = make([]int, len(in.Marks))
	for i := range lines {
		clear := func(line int) bool {
			for j := range i {
				if lines[j] == line && math.Abs(in.at(i, step)-in.at(j, step)) < markWidth {
					return false
				}
			}
			return true
		}
		for !clear(lines[i]) {
			lines[i]++
		}
		deepest = max(deepest, lines[i])
	}
	return lines, deepest
}

// letter names the marks A to Z, then by number.
func letter(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return fmt.Sprint(i + 1)
}
