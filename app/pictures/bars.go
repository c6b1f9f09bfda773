package pictures

// Bars are rows of parts laid end to end, all to one scale.
type Bars struct {
	ID, Title, Summary string
	RTL                bool
	Parts              []string // what each part of a bar is, in order
	Rows               []BarRow
	Table              Table
}

// BarRow is one bar: its name, its numbers in words, and the size of each part.
// Of an Untold one the size is not to be seen.
type BarRow struct {
	Label, Note string
	Parts       []int
	Untold      bool
}

// In pixels.
const (
	labelHeight = 20
	noteHeight  = 18
	barHeight   = 18
	barGap      = 16
)

// Letters that fit on a line of the narrowest screen.
const (
	labelLetters = 34
	noteLetters  = 40
)

// Draw makes the figure.
func (in Bars) Draw() Figure {
	c := newCanvas(in.ID, in.RTL)
	longest := 1
	for _, r := range in.Rows {
		longest = max(longest, total(r.Parts))
	}
	y := 0.0
	for _, r := range in.Rows {
		y = c.paragraph(y, labelHeight, 16, labelLetters, r.Label)
		y = c.paragraph(y, noteHeight, 14, noteLetters, r.Note)
		if r.Untold {
			c.gap(0.2, y, 12, barHeight)
		} else {
			c.bar(y, r.Parts, longest)
		}
		y += barHeight + barGap
	}
	c.height = max(y-barGap+2, 1)
	f := c.figure(in.Title, in.Summary, in.Table)
	if len(in.Parts) > 1 {
		f.Legend = legend(in.ID, in.Parts)
	}
	return f
}

// bar draws the parts that are there; a bar of nothing is a line where it would
// begin.
func (c *canvas) bar(y float64, parts []int, longest int) {
	start := 0.2
	for i, n := range parts {
		width := float64(n) / float64(longest) * 99.6
		if n > 0 {
			c.rect(start, y, width, barHeight, Fill(i%fills))
		}
		start += width
	}
	if total(parts) == 0 {
		c.line(0.2, y, 0.2, y+barHeight, false)
	}
}

func total(parts []int) int {
	sum := 0
	for _, n := range parts {
		sum += n
	}
	return sum
}
