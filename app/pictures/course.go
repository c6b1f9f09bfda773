package pictures

import "fmt"

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
	courseTop    = 26
	courseHeight = 120
	courseFoot   = 24
)

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
	floor := float64(courseTop + courseHeight)
	c.line(0, courseTop, 100, courseTop, true)
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
		if m := &in.Marks[i]; m.Letter == "" {
			m.Letter = letter(i)
		}
		at := (float64(in.Marks[i].Day) + 0.5) * step
		c.line(at, courseTop-6, at, floor, true)
		c.text(at, courseTop-10, "middle", 14, in.Marks[i].Letter)
	}
	c.text(0, courseTop-10, "start", 14, in.Most)
	c.text(0, floor+courseFoot-4, "start", 14, in.First)
	c.text(100, floor+courseFoot-4, "end", 14, in.Last)
	c.height = floor + courseFoot
	return Figure{ID: in.ID, Title: in.Title, Summary: in.Summary, SVG: c.svg(in.Summary), Marks: in.Marks, Table: in.Table}
}

// letter names the marks A to Z, then by number.
func letter(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return fmt.Sprint(i + 1)
}
